"""What surfaces are made of, as values. `scenes/blender/materials/` turns each type into shader nodes.

Colours are linear sRGB reflectances in 0..1 (`srgb` converts from the hex codes of paint cards); lengths are metres.
A `tinted` material multiplies its colour with the tint of the object that wears it, so that one mesh and one material
serve cars, coats and facades of every colour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from longtail.scenes.lamps.kinds import LampKind

Rgb = tuple[float, float, float]


def srgb(code: str) -> Rgb:
    """Linear RGB of an sRGB hex code such as "#c0ffee" (IEC 61966-2-1)."""
    values = [int(code.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


WHITE: Rgb = (0.8, 0.8, 0.8)


@dataclass(frozen=True)
class Material:
    """Base of all materials. `part` names the part of a thing that wears it (`annotate.labels.parts`), "" for none;
    `link` is the number of the robot's link that does (`annotate.labels.links`), 0 for none."""

    part: str = field(default="", kw_only=True)
    # Left out of what names a material, which of all but robots' is as it was before there were any.
    link: int = field(default=0, kw_only=True, repr=False)


@dataclass(frozen=True)
class Principled(Material):
    """A plain physically based surface. `coat` is the weight of a clear coat, `subsurface` of light bleeding (skin).

    `mottle` in 0..1 breaks the colour and roughness up with fine noise, for anything that stands outdoors.
    """

    rgb: Rgb = WHITE
    roughness: float = 0.5
    metallic: float = 0.0
    coat: float = 0.0
    transmission: float = 0.0
    ior: float = 1.5
    subsurface: float = 0.0
    mottle: float = 0.0
    tinted: bool = False


@dataclass(frozen=True)
class Complexion(Material):
    """Skin or hair, of the colour that its wearer has: `rgb` is that of an object which says nothing."""

    of: Literal["skin", "hair"]
    rgb: Rgb = (0.466, 0.276, 0.184)
    roughness: float = 0.55
    subsurface: float = 0.0


@dataclass(frozen=True)
class CarPaint(Material):
    """Body paint under clear coat, with metallic flakes; takes the object's tint."""

    flakes: float = 0.5


@dataclass(frozen=True)
class Glass(Material):
    """A thin pane: seen through, tinted, reflecting by Fresnel. It neither refracts nor blocks lamps and sun."""

    tint: Rgb = (0.75, 0.8, 0.78)


@dataclass(frozen=True)
class LampGlass(Material):
    """The glowing part of a lamp of some kind: `rgb` is the colour of its light, `off_rgb` of the unlit glass."""

    kind: LampKind
    rgb: Rgb
    off_rgb: Rgb = (0.5, 0.5, 0.5)
    part: str = field(default="light", kw_only=True)


@dataclass(frozen=True)
class WindowPane(Material):
    """A building's window: dark reflecting glass with curtains and dim rooms behind; some are lit at night.

    UVs count panes: the integer part of a corner's UV tells one window from the next. Halls have no `curtains`.
    """

    shop: bool = False
    curtains: bool = True


@dataclass(frozen=True)
class Asphalt(Material):
    """Road surface with aggregate, wheel-track wear, cracks and patches. `age` 0 is new and black, 1 old and pale."""

    age: float = 0.5


@dataclass(frozen=True)
class RoadPaint(Material):
    """Thermoplastic marking, worn away by `wear` in 0..1."""

    rgb: Rgb = WHITE
    wear: float = 0.3


@dataclass(frozen=True)
class Paving(Material):
    """Pavement of concrete slabs, clinker bricks or cobbles; the pattern runs in world metres."""

    kind: Literal["slab", "brick", "cobble"] = "slab"
    rgb: Rgb = (0.35, 0.34, 0.32)


@dataclass(frozen=True)
class Stone(Material):
    """Cast concrete or cut stone (kerbs, sills, walls) with stains."""

    rgb: Rgb = (0.42, 0.41, 0.39)
    tinted: bool = False


@dataclass(frozen=True)
class Plaster(Material):
    """A rendered wall with streaks of dirt below ledges; usually tinted per building."""

    rgb: Rgb = WHITE
    tinted: bool = True


@dataclass(frozen=True)
class Brick(Material):
    """Brickwork in running bond; UVs in metres along and up the wall."""

    rgb: Rgb = (0.35, 0.12, 0.07)
    tinted: bool = False


@dataclass(frozen=True)
class RoofTiles(Material):
    """Pantiles or slates; UVs in metres."""

    rgb: Rgb = (0.28, 0.08, 0.05)


@dataclass(frozen=True)
class Wood(Material):
    """Painted or bare timber with grain along the object's Z."""

    rgb: Rgb = (0.25, 0.14, 0.07)


@dataclass(frozen=True)
class Foliage(Material):
    """Leaves: translucent, every leaf a little different; takes the object's tint when `tinted`."""

    rgb: Rgb = (0.07, 0.16, 0.03)
    tinted: bool = False


@dataclass(frozen=True)
class Bark(Material):
    """Tree bark with furrows."""

    rgb: Rgb = (0.13, 0.09, 0.06)


@dataclass(frozen=True)
class Grass(Material):
    """Short grass seen from a few metres: patchy greens."""

    rgb: Rgb = (0.09, 0.15, 0.04)


@dataclass(frozen=True)
class Soil(Material):
    """Bare ground."""

    rgb: Rgb = (0.16, 0.11, 0.07)


@dataclass(frozen=True)
class SignFace(Material):
    """A retroreflective traffic sign or printed plate; `rgb` is one flat colour of its print."""

    rgb: Rgb = WHITE


RUBBER = Principled((0.018, 0.018, 0.018), roughness=0.75)
CHROME = Principled((0.75, 0.75, 0.75), roughness=0.08, metallic=1.0)
GALVANISED = Principled((0.45, 0.46, 0.47), roughness=0.45, metallic=1.0, mottle=0.5)
BLACK_PLASTIC = Principled((0.022, 0.022, 0.023), roughness=0.45)

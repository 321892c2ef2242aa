"""What rooms, furniture and lamps indoors are made of, as values; see `scenes.geometry.materials`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from longtail.scenes.geometry.materials import WHITE, Material, Rgb

Finish = Literal["oiled", "satin", "polished"]
"""How wood, stone and laminate are finished: from hardly shining to a mirror at low angles."""


@dataclass(frozen=True)
class Timber(Material):
    """Boards along world X, or upright, with growth rings and pores. `rgb` is early wood, `dark_rgb` late wood.

    Attributes:
        board_m: width of a board; 0 for one sheet of veneer
        length_m: of a board, with joints between boards that end there; 0 where they run through
    """

    rgb: Rgb
    dark_rgb: Rgb
    board_m: float = 0.11
    length_m: float = 0.0
    finish: Finish = "satin"
    upright: bool = False


TIMBERS: dict[str, tuple[Rgb, Rgb]] = {
    "oak": ((0.41, 0.29, 0.17), (0.27, 0.17, 0.09)),
    "beech": ((0.5, 0.36, 0.24), (0.4, 0.26, 0.16)),
    "walnut": ((0.17, 0.095, 0.052), (0.075, 0.038, 0.022)),
    "pine": ((0.55, 0.41, 0.23), (0.42, 0.26, 0.12)),
    "maple": ((0.62, 0.46, 0.3), (0.5, 0.33, 0.19)),
    "cherry": ((0.3, 0.155, 0.085), (0.2, 0.09, 0.048)),
}
"""Early and late wood, linear reflectances."""


@dataclass(frozen=True)
class Marble(Material):
    """Polished or honed stone with veins."""

    rgb: Rgb = (0.72, 0.71, 0.69)
    vein_rgb: Rgb = (0.2, 0.2, 0.21)
    finish: Finish = "polished"


@dataclass(frozen=True)
class Granite(Material):
    """Stone of grains of three colours, of which `rgb` is the most common."""

    rgb: Rgb = (0.28, 0.26, 0.25)
    light_rgb: Rgb = (0.6, 0.57, 0.54)
    dark_rgb: Rgb = (0.03, 0.03, 0.033)
    finish: Finish = "polished"


@dataclass(frozen=True)
class Woven(Material):
    """Linen or cotton in plain weave; takes the object's tint. The pattern's stripes are `stripe_rgb`, untinted."""

    pattern: Literal["plain", "stripes", "check"] = "plain"
    rgb: Rgb = WHITE
    stripe_rgb: Rgb = (0.75, 0.74, 0.7)
    tinted: bool = True


@dataclass(frozen=True)
class Tiles(Material):
    """Square ceramic tiles with joints, in world X and Y on floors and along the UVs on walls; takes the tint."""

    side_m: float = 0.3
    rgb: Rgb = WHITE
    tinted: bool = True
    upright: bool = False


@dataclass(frozen=True)
class Carpet(Material):
    """Short pile; takes the object's tint."""

    rgb: Rgb = WHITE
    tinted: bool = True


@dataclass(frozen=True)
class WallPaint(Material):
    """Emulsion paint, rolled on plaster; takes the object's tint."""

    rgb: Rgb = WHITE
    tinted: bool = True


@dataclass(frozen=True)
class Glow(Material):
    """What shines as brightly as the object's tint says, linear RGB in kcd/m2.

    Matt surfaces do not see it: lamps of the ground light them in its place. Glossy ones do, unless such a lamp is
    within the object's box and its kind is `mirrored`: then they show the lamp's light source, and the camera alone
    sees the glass.
    """


@dataclass(frozen=True)
class Outlook(Material):
    """What one sees through a window, out of focus: sky over a ragged horizon, as bright as the tint says, in kcd/m2.

    UVs are 0..1 over the whole window, V upwards. Light from outside passes it; what the window gives the room is the
    work of a light source of its own.
    """

    greenery: float = 0.35


@dataclass(frozen=True)
class FloorSlab(Material):
    """A hall's power-floated concrete, with sawn joints in world X and Y and what wheels leave on it; takes the tint.

    Attributes:
        joint_m: from joint to joint
        shine: from troweled and dusty (0) to sealed and polished (1)
        wear: 0..1, how many tyre marks and stains there are
    """

    rgb: Rgb = (0.34, 0.335, 0.32)
    joint_m: float = 5.6
    shine: float = 0.5
    wear: float = 0.5
    tinted: bool = True


@dataclass(frozen=True)
class FloorPaint(Material):
    """A line on a hall's floor; where it is worn off, 0..1, concrete shows."""

    rgb: Rgb
    wear: float = 0.4


@dataclass(frozen=True)
class Cardboard(Material):
    """Corrugated board: each object a little lighter or darker than the next, scuffed towards its foot."""

    rgb: Rgb = (0.4, 0.253, 0.131)


@dataclass(frozen=True)
class SawnTimber(Material):
    """Rough boards along the object's X or Y, each board and each object of a tone of its own, grey where `aged`."""

    rgb: Rgb = (0.42, 0.29, 0.165)
    along: Literal["x", "y"] = "x"
    aged: float = 0.2


@dataclass(frozen=True)
class StretchFilm(Material):
    """Film wound around a load: seen through, with creases that shine. It blocks no lamps."""

    milky: float = 0.12

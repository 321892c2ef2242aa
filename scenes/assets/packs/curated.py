"""What a curated entry tells us beyond the pack's catalogue: the row type of the tables next to this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from longtail.scenes.assets.asset import Vector
from longtail.scenes.geometry.materials import CHROME, RUBBER, CarPaint, Glass, LampGlass, Material, Principled, Rgb
from longtail.scenes.lamps import kinds

# Panes of real cars let 70 % through (UN Regulation 43), those behind the driver often 20 %. The models' cabins are
# bare and without a driver, so all panes are dark enough to hide that.
GLASS = Glass((0.3, 0.33, 0.32), part="window")
DARK_GLASS = Glass((0.1, 0.11, 0.11), part="window")
PAINT = CarPaint()
PLAIN_PAINT = CarPaint(flakes=0.1)
HEAD = LampGlass(kinds.HEAD, (1.0, 0.93, 0.82), (0.55, 0.56, 0.58))
TAIL = LampGlass(kinds.TAIL, (1.0, 0.03, 0.015), (0.32, 0.012, 0.012))
BRAKE = LampGlass(kinds.BRAKE, (1.0, 0.04, 0.02), (0.28, 0.008, 0.008))
AMBER = Principled((0.75, 0.22, 0.01), roughness=0.15, coat=1.0, part="light")
LENS = Glass((0.85, 0.86, 0.87), part="light")
RED_REFLECTOR = Principled((0.4, 0.012, 0.01), roughness=0.15, coat=1.0, part="light")
WHITE_LAMP = LampGlass(kinds.STREET, (1.0, 0.85, 0.62), (0.75, 0.74, 0.7))
PLATE = Principled((0.72, 0.72, 0.68), roughness=0.4, part="license plate")
TRIM = Principled((0.022, 0.022, 0.023), roughness=0.5)
CABIN = Principled((0.03, 0.03, 0.032), roughness=0.8)
UNDERBODY = Principled((0.012, 0.012, 0.012), roughness=0.9)
ALLOY = Principled((0.5, 0.51, 0.52), roughness=0.3, metallic=0.9)
MIRROR = replace(CHROME, part="mirror")
TYRE = replace(RUBBER, part="wheel")


Spot = tuple[float, float, float]


@dataclass(frozen=True)
class Curated:
    """One usable model of a pack.

    Attributes:
        entry: id in the pack's catalogue
        yaw_deg: turn that brings its front to X; 0 where the model's front is where Sweet Home 3D wants it
        scale: factor on the catalogue's size, where that is not what the thing measures in the street
        size_m: (length, width, height) instead, where the catalogue's proportions are wrong too
        surfaces: our material for some of the model's material names
        head, tail: (y, z, radius) in metres of the left lamp on the scaled model's front and back; the right is its
            mirror
        street: (x, y, z) in metres of a street light's lamp
        lit: names of textured materials on which head and tail lamps are drawn
        leaves: names of materials that are thin leaves
        texture_rgb: what the model's textures are multiplied with: many are brighter than the things they show
        variant: ends the asset's name where one model serves at several sizes
        species: what it grows: an avenue is planted with one
    """

    entry: str
    category: str
    tags: frozenset[str] = frozenset()
    yaw_deg: float = 0.0
    scale: float = 1.0
    size_m: Vector | None = None
    branded: bool = False
    surfaces: Mapping[str, Material] = field(default_factory=dict)
    leaves: frozenset[str] = frozenset()
    texture_rgb: Rgb = (1.0, 1.0, 1.0)
    variant: str = ""
    species: str = ""
    tints: tuple[Rgb, ...] = ()
    head: Spot | None = None
    tail: Spot | None = None
    street: Vector | None = None
    lit: frozenset[str] = frozenset()

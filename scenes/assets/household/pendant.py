"""A pendant lamp: a metal shade over a bulb that shines from `BULB_M` above its lowest point."""

from __future__ import annotations

from longtail.scenes.assets.asset import Procedural
from longtail.scenes.geometry.interior_materials import Glow
from longtail.scenes.geometry.materials import BLACK_PLASTIC, Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import cylinder, ellipsoid, lathe

CORD_M = 1.6
BULB_M = 0.04
_SHADE = Principled((0.06, 0.07, 0.07), roughness=0.35, coat=0.4)
_INSIDE = Principled((0.8, 0.79, 0.76), roughness=0.5)


def _pendant() -> Mesh:
    outer = [(0.02, 0.13), (0.05, 0.12), (0.13, 0.02), (0.16, -0.02)]
    outside = lathe([(r, z) for r, z in reversed(outer)], _SHADE, sides=48)
    inside = lathe([(r - 0.004, z - 0.003) for r, z in outer], _INSIDE, sides=48)
    lamp = join(
        [
            outside,
            inside,
            ellipsoid((0.035, 0.035, 0.04), Glow(), (0, 0, 0), sides=24),
            cylinder(0.016, 0.06, BLACK_PLASTIC, sides=16).moved(z_m=0.05),
            cylinder(0.003, CORD_M, BLACK_PLASTIC, sides=8).moved(z_m=0.12),
        ]
    )
    return lamp.moved(z_m=BULB_M)


PENDANT = Procedural(
    "household/pendant_lamp",
    "lamp",
    (0.32, 0.32, CORD_M + 0.16),
    tags=frozenset({"hanging"}),
    recipe=_pendant,
)

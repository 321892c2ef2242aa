"""Luminaires under a hall's roof: linear ones of LEDs or tubes, and high bays. They glow as their tint says."""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.geometry.interior_materials import Glow
from longtail.scenes.geometry.materials import BLACK_PLASTIC, GALVANISED, Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe, tube

LINEAR_M, BAY_M = (1.5, 0.09), (0.34, 0.34)
"""The glowing rectangle, length X and width Y, and the disc's two diameters."""
_CASE = Principled((0.75, 0.75, 0.74), roughness=0.4)
_ROD_M = 0.55


def _linear() -> Mesh:
    """A trunking with its diffuser below, on two wires."""
    length, width = LINEAR_M
    return join(
        [
            box((length, width, 0.002), Glow(), (0, 0, 0.001)),
            box((length + 0.06, width + 0.02, 0.06), _CASE, (0, 0, 0.0325), bevel_m=0.008),
            *(tube([(x, 0, 0.06), (x, 0, _ROD_M)], 0.003, GALVANISED, sides=5) for x in (-0.55, 0.55)),
        ]
    )


def _bay() -> Mesh:
    """A round one with fins, on a hook."""
    return join(
        [
            cylinder(BAY_M[0] / 2, 0.003, Glow(), sides=28),
            lathe(
                [(0.19, 0.0032), (0.2, 0.02), (0.19, 0.06), (0.12, 0.08), (0.11, 0.16), (0.0, 0.17)],
                BLACK_PLASTIC,
                sides=28,
            ),
            *(box((0.3, 0.004, 0.06), BLACK_PLASTIC, (0, 0, 0.1)).rotated(2, 0.4 * k) for k in range(8)),
            tube([(0, 0, 0.16), (0, 0, _ROD_M)], 0.006, GALVANISED, sides=5),
        ]
    )


LINEAR = Procedural("hall-lamp/linear", "lamp", (1.56, 0.11, _ROD_M), tags=frozenset({"hall lamp"}), recipe=_linear)
BAY = Procedural("hall-lamp/bay", "lamp", (0.4, 0.4, _ROD_M), tags=frozenset({"hall lamp"}), recipe=_bay)
ASSETS: tuple[Asset, ...] = (LINEAR, BAY)

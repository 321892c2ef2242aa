"""Hand tools and things of the office."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.household.packages import BRANDS
from longtail.scenes.assets.household.tableware import SATIN_STEEL
from longtail.scenes.assets.household.turned import Row, rounded, thing
from longtail.scenes.assets.packs.household import PAPER, Stuff
from longtail.scenes.geometry.materials import BLACK_PLASTIC, Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe

_GRIP = Principled((1.0, 1.0, 1.0), roughness=0.45, tinted=True)
_ASH = Principled((0.5, 0.33, 0.17), roughness=0.45)
_FORGED = Principled((0.12, 0.12, 0.125), roughness=0.35, metallic=0.9)
_TAPE = Principled((0.55, 0.42, 0.22), roughness=0.2)
_CORE = Principled((0.45, 0.34, 0.22), roughness=0.9)


def _lying(upright: Mesh) -> Mesh:
    """What was turned about Z, lying along X on the ground."""
    turned = upright.rotated(1, np.pi / 2)
    low, high = turned.bounds_m
    return turned.moved(-float(low[0] + high[0]) / 2, 0.0, -float(low[2]))


def _screwdriver() -> Mesh:
    handle = [(0.0, 0.0), (0.011, 0.0), (0.0155, 0.012), (0.0125, 0.045), (0.0145, 0.085), (0.009, 0.1), (0.0, 0.1)]
    shaft = cylinder(0.003, 0.1, SATIN_STEEL, sides=16).moved(z_m=0.098)
    blade = box((0.0065, 0.001, 0.012), SATIN_STEEL, (0, 0, 0.2))
    return _lying(join([lathe(rounded(handle, 0.006), _GRIP, sides=24), shaft, blade]))


def _hammer() -> Mesh:
    handle = lathe(rounded([(0.0, 0.0), (0.014, 0.0), (0.0135, 0.09), (0.0105, 0.27), (0.0, 0.27)], 0.006), _ASH)
    handle = handle.scaled(1.15, 0.8, 1.0)
    head = [
        box((0.026, 0.026, 0.04), _FORGED, (0.0, 0, 0.27), bevel_m=0.003),
        cylinder(0.0145, 0.036, _FORGED, sides=24).rotated(1, np.pi / 2).moved(0.012, 0, 0.27),
        box((0.055, 0.02, 0.02), _FORGED, (-0.036, 0, 0.27), bevel_m=0.004),
    ]
    whole = join([handle, *head]).rotated(0, -np.pi / 2)
    low, high = whole.bounds_m
    return whole.moved(-float(low[0] + high[0]) / 2, -float(low[1] + high[1]) / 2, -float(low[2]))


def _roll(outer_m: float, inner_m: float, wide_m: float) -> Mesh:
    o, i, w = outer_m, inner_m, wide_m
    wound = lathe([(i + 0.003, 0.0), (o, 0.0), (o, w), (i + 0.003, w)], _TAPE, sides=56)
    core = [(i, 0.0), (i + 0.003, 0.0), (i + 0.003, w), (i, w), (i, 0.0)]
    ring = _open(lathe(core, _CORE, sides=56), 56)
    return join([_open(wound, 56), ring])


def _open(turned: Mesh, sides: int) -> Mesh:
    """Without the two fans that close a lathe's ends: a ring has a hole."""
    keep = len(turned.triangles) - 2 * sides
    return Mesh(
        turned.vertices_m, turned.triangles[:keep], turned.slots[:keep], turned.materials, turned.smooth[:keep], None
    )


def _marker() -> Mesh:
    body = lathe(rounded([(0.0, 0.0), (0.0065, 0.0), (0.0065, 0.09), (0.0, 0.09)], 0.001), _GRIP, sides=24)
    cap = lathe(rounded([(0.0, 0.085), (0.0075, 0.085), (0.0072, 0.135), (0.0, 0.136)], 0.002), BLACK_PLASTIC, sides=24)
    return _lying(join([body, cap]))


ROWS: tuple[Row, ...] = (
    thing("screwdriver", "screwdriver", (0.206, 0.0302, 0.0302), _screwdriver, Stuff(1900, 0.45), tints=BRANDS),
    thing("hammer", "hammer", (0.1115, 0.29, 0.029), _hammer, Stuff(2800, 0.45)),
    thing("tape", "tape", (0.1, 0.1, 0.048), partial(_roll, 0.05, 0.038, 0.048), PAPER),
    thing("tape_small", "tape", (0.066, 0.066, 0.019), partial(_roll, 0.033, 0.0125, 0.019), PAPER),
    thing("marker", "pen", (0.136, 0.015, 0.015), _marker, Stuff(900, 0.4), tints=BRANDS),
)

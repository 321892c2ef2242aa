"""Benches: a seat 45 cm high, the sitter looking to +X."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.geometry.materials import Principled, Stone, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, tube

_SLATS = Wood(srgb("#7a5230"))
_IRON = Principled(srgb("#1f2422"), roughness=0.5)
_MESH = Principled(srgb("#2f4b3c"), roughness=0.5)


def _slat(x_m: float, z_m: float, lean_rad: float, length_m: float) -> Mesh:
    return box((0.085, length_m, 0.035), _SLATS, bevel_m=0.006).rotated(1, lean_rad).moved(x_m, 0.0, z_m)


def _park() -> Mesh:
    """Timber slats on cast-iron ends, with a back and arm rests."""
    seat = [_slat(-0.14 + 0.1 * k, 0.43 + 0.008 * k, -0.08, 1.8) for k in range(5)]
    back = [_slat(-0.245 - 0.035 * k, 0.55 + 0.115 * k, np.pi / 2 - 0.28, 1.8) for k in range(3)]
    ends = []
    for y in (-0.8, 0.0, 0.8):
        ends += [
            tube([(0.28, y, 0.0), (0.24, y, 0.22), (0.26, y, 0.42)], 0.022, _IRON, sides=6),
            tube([(-0.3, y, 0.0), (-0.2, y, 0.22), (-0.21, y, 0.42), (-0.345, y, 0.84)], 0.022, _IRON, sides=6),
            tube([(-0.21, y, 0.4), (0.27, y, 0.42)], 0.02, _IRON, sides=6),
        ]
        if y:
            ends.append(tube([(0.26, y, 0.42), (0.27, y, 0.62), (-0.24, y, 0.65)], 0.02, _IRON, sides=6))
    return join([*seat, *back, *ends]).moved(z_m=0.008)


def _backless() -> Mesh:
    slats = [_slat(-0.18 + 0.12 * k, 0.44, 0.0, 2.0) for k in range(4)]
    stone = Stone(srgb("#9c978d"))
    return join([*slats, *(box((0.42, 0.28, 0.42), stone, (0.0, y, 0.21), bevel_m=0.02) for y in (-0.7, 0.7))])


def _wire() -> Mesh:
    """A bench of steel rods, as at stops."""
    line = [(0.27, 0.4), (0.24, 0.445), (-0.14, 0.42), (-0.2, 0.46), (-0.29, 0.82), (-0.32, 0.84)]
    rods = [
        tube([(x, y, z) for x, z in line], 0.007, _MESH, sides=4, smooth=False) for y in np.linspace(-0.75, 0.75, 40)
    ]
    rails = [tube([(x, -0.77, z), (x, 0.77, z)], 0.014, _MESH, sides=6) for x, z in line]
    legs = []
    for y in (-0.5, 0.5):
        legs += [
            tube([(0.0, y, 0.0), (0.0, y, 0.42)], 0.028, _MESH, sides=8),
            box((0.42, 0.06, 0.015), _MESH, (0.0, y, 0.0075)),
            tube([(-0.17, y, 0.41), (0.22, y, 0.425)], 0.02, _MESH, sides=6),
        ]
    return join([*rods, *rails, *legs])


def _asset(name: str, size_m: Vector, recipe: Callable[[], Mesh]) -> Asset:
    return Procedural(f"bench/{name}", "bench", size_m, tags=frozenset({"pavement", "seat"}), recipe=recipe)


ASSETS: tuple[Asset, ...] = (
    _asset("park", (0.666, 1.8, 0.854), _park),
    _asset("backless", (0.445, 2.0, 0.4575), _backless),
    _asset("wire", (0.62, 1.54, 0.855), _wire),
)

"""Borders of front gardens in modules of 2 m, long in X with their front to +Y: fences and low walls.

The parts are drawn along Y with the front to +X, as planks are measured, and turned at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.buildings.planes import Array, boxes
from longtail.scenes.geometry.materials import Brick, Material, Plaster, Principled, RoofTiles, Stone, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box

_LENGTH_M = 2.0
_IRON = Principled(srgb("#1d2321"), roughness=0.5)
_GREEN = Principled(srgb("#2c4a3a"), roughness=0.5)
_GREY = Principled(srgb("#4a5055"), roughness=0.5)


def _bars(
    places: Array, x_m: float, half_m: tuple[float, float], low_m: float, high_m: float, material: Material
) -> Mesh:
    """Upright bars at `places` along Y."""
    low = np.column_stack([np.full(len(places), x_m - half_m[0]), places - half_m[1], np.full(len(places), low_m)])
    high = np.column_stack([np.full(len(places), x_m + half_m[0]), places + half_m[1], np.full(len(places), high_m)])
    return boxes(low, high, material)


def _even(step_m: float) -> Array:
    """Places at the middles of equal steps, so that modules continue each other."""
    count = round(_LENGTH_M / step_m)
    return -_LENGTH_M / 2 + _LENGTH_M / count * (np.arange(count) + 0.5)


def _picket(paint: Material) -> Mesh:
    places = _even(0.125)
    pales = _bars(places, 0.03, (0.01, 0.04), 0.08, 0.92, paint)
    tips = Mesh.of(
        np.concatenate([[[0.02, y - 0.04, 0.92], [0.02, y + 0.04, 0.92], [0.02, y, 0.98],
                         [0.04, y - 0.04, 0.92], [0.04, y + 0.04, 0.92], [0.04, y, 0.98]] for y in places]),
        np.concatenate([6 * k + np.array([[3, 4, 5], [0, 2, 1], [0, 3, 5], [0, 5, 2], [1, 2, 5], [1, 5, 4]])
                        for k in range(len(places))]),
        paint,
    )  # fmt: skip
    rails = [box((0.04, _LENGTH_M, 0.08), paint, (-0.002, 0.0, z)) for z in (0.28, 0.72)]
    post = box((0.08, 0.08, 0.96), paint, (-0.03, 0.0, 0.48))
    return join([pales, tips, *rails, post])


def _boarded() -> Mesh:
    """Close boards 1.6 m high between posts."""
    wood = Wood(srgb("#65513d"))
    boards = _bars(_even(0.1), 0.0, (0.01, 0.046), 0.06, 1.56, wood)
    rails = [box((0.04, _LENGTH_M, 0.07), wood, (-0.032, 0.0, z)) for z in (0.35, 1.25)]
    cap = box((0.07, _LENGTH_M, 0.03), wood, (0.0, 0.0, 1.577))
    return join([boards, *rails, cap, box((0.09, 0.09, 1.6), wood, (-0.06, 0.0, 0.8))])


def _railing() -> Mesh:
    """Wrought-iron bars with pointed tips on a stone footing."""
    places = _even(0.125)
    bars = _bars(places, 0.0, (0.009, 0.009), 0.26, 1.14, _IRON)
    tips = _bars(places, 0.0, (0.016, 0.016), 1.14, 1.2, _IRON)
    rails = [box((0.03, _LENGTH_M, 0.02), _IRON, (0.0, 0.0, z)) for z in (0.38, 1.02)]
    footing = box((0.24, _LENGTH_M, 0.26), Stone(srgb("#8f897d")), (0.0, 0.0, 0.13))
    return join([bars, tips, *rails, footing])


def _mesh_fence(paint: Material) -> Mesh:
    """A welded wire panel of the double-bar kind, 1.2 m high."""
    wires = _bars(_even(0.0625), 0.0, (0.003, 0.003), 0.03, 1.22, paint)
    levels = np.arange(0.05, 1.25, 0.19)
    low = np.column_stack([np.full(len(levels), -0.009), np.full(len(levels), -1.0), levels])
    cross = boxes(low, low + [0.018, 2.0, 0.007], paint)
    post = box((0.06, 0.04, 1.25), paint, (-0.042, 0.0, 0.625))
    return join([wires, cross, post])


def _low_wall(material: Material, coping: Material, height_m: float) -> Mesh:
    body = box((0.24, _LENGTH_M, height_m - 0.06), material, (0.0, 0.0, (height_m - 0.06) / 2))
    return join([body, box((0.32, _LENGTH_M, 0.06), coping, (0.0, 0.0, height_m - 0.03))])


def _tiled_wall() -> Mesh:
    """A rendered wall under a little roof of tiles."""
    body = box((0.25, _LENGTH_M, 1.2), Plaster(srgb("#cfc4ad"), tinted=False), (0.0, 0.0, 0.6))
    tiles = RoofTiles(srgb("#7c3f2d"))
    ends = [(-0.2, 1.2), (0.2, 1.2), (0.0, 1.36)]
    points = np.array([(x, y, z) for y in (-1.0, 1.0) for x, z in ends])
    uv = np.array([(y, 0.25 if abs(x) < 0.01 else 0.0) for x, y, _ in points])
    faces = [[1, 4, 5], [1, 5, 2], [2, 5, 3], [2, 3, 0], [0, 1, 2], [3, 5, 4], [0, 3, 4], [0, 4, 1]]
    return join([body, Mesh.of(points, faces, tiles, uv=uv)])


def _along_x(drawn: Callable[[], Mesh]) -> Mesh:
    """A module turned to run along X, its depth centred about the origin."""
    mesh = drawn()
    low, high = mesh.bounds_m
    return mesh.moved(x_m=-float(low[0] + high[0]) / 2).rotated(2, np.pi / 2)


def _asset(name: str, category: str, depth_m: float, height_m: float, drawn: Callable[[], Mesh], *tags: str) -> Asset:
    size: Vector = (_LENGTH_M, depth_m, height_m)
    return Procedural(name, category, size, tags=frozenset({"garden", *tags}), recipe=partial(_along_x, drawn))


_WHITE = Principled(srgb("#dedbd2"), roughness=0.6, mottle=0.2)
_RED_BRICK, _SANDSTONE, _GRANITE = Brick(), Stone(srgb("#b59e78")), Stone(srgb("#8f8a80"))

ASSETS: tuple[Asset, ...] = (
    _asset("fence/picket-white", "fence", 0.11, 0.98, partial(_picket, _WHITE)),
    _asset("fence/picket-brown", "fence", 0.11, 0.98, partial(_picket, Wood(srgb("#4f3826")))),
    _asset("fence/boarded", "fence", 0.14, 1.6, _boarded),
    _asset("fence/railing", "fence", 0.24, 1.2, _railing),
    _asset("fence/mesh-green", "fence", 0.081, 1.25, partial(_mesh_fence, _GREEN), "yard"),
    _asset("fence/mesh-grey", "fence", 0.081, 1.25, partial(_mesh_fence, _GREY), "yard"),
    _asset("wall/brick", "wall", 0.32, 0.8, partial(_low_wall, _RED_BRICK, _GRANITE, 0.8)),
    _asset("wall/sandstone", "wall", 0.32, 0.6, partial(_low_wall, _SANDSTONE, _SANDSTONE, 0.6)),
    _asset("wall/concrete", "wall", 0.32, 1.0, partial(_low_wall, Stone(), _GRANITE, 1.0)),
    _asset("wall/tiled", "wall", 0.4, 1.36, _tiled_wall),
)

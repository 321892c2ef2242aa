"""Many rectangles and boxes at once: a facade is a thousand of them, too many for one small mesh each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh

Array = NDArray[np.float64]

# Corners of a unit cube's faces, counter-clockwise from outside, and the two axes that their UVs follow.
_FACES: dict[str, tuple[tuple[tuple[int, int, int], ...], tuple[int, int]]] = {
    "front": (((1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1)), (1, 2)),
    "back": (((0, 1, 0), (0, 0, 0), (0, 0, 1), (0, 1, 1)), (1, 2)),
    "left": (((1, 1, 0), (0, 1, 0), (0, 1, 1), (1, 1, 1)), (0, 2)),
    "right": (((0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)), (0, 2)),
    "top": (((0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)), (0, 1)),
    "bottom": (((0, 1, 0), (1, 1, 0), (1, 0, 0), (0, 0, 0)), (0, 1)),
}


def quads(corners_m: ArrayLike, material: Material, uv: ArrayLike | None = None) -> Mesh:
    """Planar four-sided faces (N, 4, 3), counter-clockwise; `uv` (N, 4, 2), by default metres along the face."""
    corners = np.asarray(corners_m, dtype=np.float64).reshape(-1, 4, 3)
    start = 4 * np.arange(len(corners))[:, None]
    faces = np.concatenate([start + [0, 1, 2], start + [0, 2, 3]])
    if uv is None:
        along, up = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
        zero = np.zeros(len(corners))
        u, v = np.linalg.norm(along, axis=1), np.linalg.norm(up, axis=1)
        uv = np.stack(
            [np.stack([zero, zero], 1), np.stack([u, zero], 1), np.stack([u, v], 1), np.stack([zero, v], 1)], 1
        )
    return Mesh.of(corners.reshape(-1, 3), faces, material, uv=np.asarray(uv, dtype=np.float64).reshape(-1, 2))


def boxes(low_m: ArrayLike, high_m: ArrayLike, material: Material, *, skip: Collection[str] = ()) -> Mesh:
    """Boxes between corners (N, 3) and (N, 3), without the faces named in `skip`; UVs are the metres of the frame.

    What is stuck onto a wall skips "back": its back face would lie in the wall's plane.
    """
    low, high = np.broadcast_arrays(np.atleast_2d(np.asarray(low_m, float)), np.atleast_2d(np.asarray(high_m, float)))
    corners, uvs = [], []
    for name, (select, axes) in _FACES.items():
        if name in skip:
            continue
        pick = np.array(select)
        points = low[:, None] + pick[None] * (high - low)[:, None]
        corners.append(points)
        uvs.append(points[:, :, list(axes)])
    return quads(np.concatenate(corners), material, np.concatenate(uvs))


def rectangles(
    centres_m: Sequence[float] | Array, sills_m: Sequence[float] | Array, width_m: float, height_m: float
) -> Array:
    """Openings (N, 4) as (y0, z0, y1, z1) for every pair of a centre and a sill height."""
    y, z = (part.ravel() for part in np.meshgrid(np.asarray(centres_m, float), np.asarray(sills_m, float)))
    return np.column_stack([y - width_m / 2, z, y + width_m / 2, z + height_m])


def grown(openings: Array, sides_m: float, bottom_m: float | None = None, top_m: float | None = None) -> Array:
    """Openings made larger (or smaller, by negative amounts)."""
    bottom = sides_m if bottom_m is None else bottom_m
    top = sides_m if top_m is None else top_m
    return np.asarray(openings + np.array([-sides_m, -bottom, sides_m, top]))


def plates(
    areas: Array, back_m: float, front_m: float, material: Material, *, skip: Collection[str] = ("back",)
) -> Mesh:
    """Rectangles (N, 4) of a wall raised from x = `back_m` to x = `front_m`."""
    count = len(areas)
    low = np.column_stack([np.full(count, back_m), areas[:, 0], areas[:, 1]])
    high = np.column_stack([np.full(count, front_m), areas[:, 2], areas[:, 3]])
    return boxes(low, high, material, skip=skip)


def panels(areas: Array, x_m: float, material: Material, uv: ArrayLike | None = None) -> Mesh:
    """Rectangles (N, 4) in the plane x = `x_m`, facing +X; UVs are y and z unless given."""
    y0, z0, y1, z1 = areas.T
    x = np.full(len(areas), x_m)
    corners = np.stack(
        [np.stack([x, y0, z0], 1), np.stack([x, y1, z0], 1), np.stack([x, y1, z1], 1), np.stack([x, y0, z1], 1)], axis=1
    )
    return quads(corners, material, corners[:, :, 1:] if uv is None else uv)


def wall(area: Sequence[float], openings: Array, material: Material) -> Mesh:
    """The wall (y0, z0, y1, z1) in the plane x = 0, facing +X, with rectangular holes cut out."""
    y0, z0, y1, z1 = area
    holes = np.asarray(openings, float).reshape(-1, 4)
    holes = holes[(holes[:, 0] < y1) & (holes[:, 2] > y0) & (holes[:, 1] < z1) & (holes[:, 3] > z0)]
    ys = np.unique(np.round(np.clip(np.concatenate([[y0, y1], holes[:, 0], holes[:, 2]]), y0, y1), 4))
    zs = np.unique(np.round(np.clip(np.concatenate([[z0, z1], holes[:, 1], holes[:, 3]]), z0, z1), 4))
    low = np.stack(np.meshgrid(ys[:-1], zs[:-1]), axis=-1).reshape(-1, 2)
    high = np.stack(np.meshgrid(ys[1:], zs[1:]), axis=-1).reshape(-1, 2)
    middle = (low + high)[:, None] / 2
    inside = ((middle > holes[None, :, :2]) & (middle < holes[None, :, 2:])).all(axis=2).any(axis=1)
    return panels(np.column_stack([low, high])[~inside], 0.0, material)


def reveals(openings: Array, front_m: float, back_m: float, material: Material, *, floor: bool = True) -> Mesh:
    """The four inner sides of rectangular holes, from x = `front_m` back to x = `back_m`."""
    y0, z0, y1, z1 = openings.T
    f, b = np.full(len(openings), front_m), np.full(len(openings), back_m)

    def face(*corners: tuple[Array, Array, Array]) -> Array:
        return np.stack([np.stack(c, axis=1) for c in corners], axis=1)

    sides = [
        face((f, y0, z0), (b, y0, z0), (b, y0, z1), (f, y0, z1)),
        face((b, y1, z0), (f, y1, z0), (f, y1, z1), (b, y1, z1)),
        face((b, y0, z1), (b, y1, z1), (f, y1, z1), (f, y0, z1)),
    ]
    if floor:
        sides.append(face((f, y0, z0), (f, y1, z0), (b, y1, z0), (b, y0, z0)))
    return quads(np.concatenate(sides), material)


def ring(outer: Array, inner: Array, x_m: float, material: Material) -> Mesh:
    """Flat frames between rectangles (N, 4) and (N, 4) inside them, facing +X."""
    x = np.full(len(outer), x_m)
    oy0, oz0, oy1, oz1 = outer.T
    iy0, iz0, iy1, iz1 = inner.T
    sides = [
        [(oy0, oz0), (oy1, oz0), (iy1, iz0), (iy0, iz0)],
        [(oy1, oz0), (oy1, oz1), (iy1, iz1), (iy1, iz0)],
        [(oy1, oz1), (oy0, oz1), (iy0, iz1), (iy1, iz1)],
        [(oy0, oz1), (oy0, oz0), (iy0, iz0), (iy0, iz1)],
    ]
    corners = np.concatenate([np.stack([np.stack([x, y, z], axis=1) for y, z in side], axis=1) for side in sides])
    return quads(corners, material, corners[:, :, 1:])

"""Where around a mesh there is room for other things: points outside it, and how far each is from its surface."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from longtail.scenes.physics.body import Points, Triangles

# Voxels along the longest side: one is 0.8 % of it.
RESOLUTION = 128
_PAD = 2
_NEAR = 4


class Voids(NamedTuple):
    """Points (N, 3) at the middles of empty voxels, their distances (N,) from the surface, and the voxel's edge."""

    points_m: Points
    depths_m: Points
    voxel_m: float


def voids_of(vertices_m: Points, triangles: Triangles) -> Voids:
    """Empty voxels that a way through empty ones joins to the outside: all near the surface, fewer further off.

    Works for open and torn meshes: a hole narrower than a voxel lets nothing in, and what is shut in is solid.
    """
    from scipy import ndimage  # slow to import, and needed where things are shaped only

    low, high = vertices_m.min(axis=0), vertices_m.max(axis=0)
    voxel = float((high - low).max()) / RESOLUTION
    origin = low - (_PAD + 0.5) * voxel
    shape = tuple(int(n) + 2 * _PAD + 2 for n in np.floor((high - low) / voxel))
    solid = np.zeros(shape, dtype=np.bool_)
    for points in _spread(vertices_m[triangles], voxel / 2):
        i, j, k = (np.floor((p - start) / voxel).astype(np.int64) for p, start in zip(points, origin, strict=True))
        solid[i, j, k] = True
    rooms, _ = ndimage.label(~solid)
    empty = rooms == rooms[0, 0, 0]
    far = ndimage.distance_transform_edt(~solid)
    # Deep down every eighth will do.
    coarse = np.zeros(shape, dtype=np.bool_)
    coarse[::2, ::2, ::2] = True
    places = np.argwhere(empty & (far > 1) & (coarse | (far < _NEAR)))
    return Voids(origin + (places + 0.5) * voxel, far[tuple(places.T)] * voxel, voxel)


def _spread(corners: Points, step_m: float) -> Iterator[list[Points]]:
    """Points on triangles (F, 3, 3), no further apart than `step_m` along edges; some thousand triangles at a time.

    X, Y and Z (N, M) by themselves, as numpy is slow along a last axis of three.
    """
    edges = corners - np.roll(corners, 1, axis=1)
    longest = np.sqrt((edges**2).sum(axis=2)).max(axis=1)
    counts = np.maximum(np.ceil(longest / step_m).astype(np.int64), 1)
    for count in np.unique(counts):
        i, j = np.indices((count + 1, count + 1)).reshape(2, -1)
        inside = i + j <= count
        u, v = i[inside] / count, j[inside] / count
        chosen = corners[counts == count]
        for start in range(0, len(chosen), max(1, 1_000_000 // len(u))):
            a, b, c = (chosen[start : start + max(1, 1_000_000 // len(u)), k] for k in range(3))
            yield [a[:, axis, None] + u * (b - a)[:, axis, None] + v * (c - a)[:, axis, None] for axis in range(3)]

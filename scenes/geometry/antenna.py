"""How far an antenna reaches over the roof that it stands on: 3D boxes of vehicles end at the roof."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.annotate.labels.antenna import ANTENNA_ACROSS_M

LEAST_M = 0.03
"""The top of a bent roof is narrow, too, but within millimetres."""

_STEPS = 24


def antenna_m(vertices_m: ArrayLike, triangles: ArrayLike) -> float:
    """How high a mesh (V, 3), (F, 3) with X forward reaches above its body; 0 without an antenna.

    The body begins at the highest level over which the mesh is wider across (Y) than `ANTENNA_ACROSS_M`, to 0.1
    micrometres of each metre that is searched. An antenna is at most as high as the body.
    """
    points, faces = np.asarray(vertices_m, dtype=np.float64), np.asarray(triangles)
    bottom, top = float(points[:, 2].min()), float(points[:, 2].max())
    edges = _edges(points, faces, (bottom + top) / 2)
    # The part over a level only grows as the level sinks.
    low, high = (bottom + top) / 2, top
    if _width_m(edges, low) <= ANTENNA_ACROSS_M:
        return 0.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if _width_m(edges, middle) <= ANTENNA_ACROSS_M else (middle, high)
    return top - low if top - low > LEAST_M else 0.0


def _edges(points: NDArray[np.float64], faces: NDArray[np.integer], over_m: float) -> NDArray[np.float64]:  # type: ignore[type-arg]
    """(E, 2, 2) the Y and Z of both ends of each edge that reaches above a level, the upper end last."""
    ends = points[np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])][..., 1:]
    ends = ends[ends[..., 1].max(axis=1) > over_m]
    order = np.argsort(ends[..., 1], axis=1)
    return np.take_along_axis(ends, order[..., None], axis=1)


def _width_m(edges: NDArray[np.float64], level_m: float) -> float:
    """How wide what lies above a level is."""
    above = edges[edges[:, 1, 1] > level_m]
    if not len(above):
        return 0.0
    (low_y, low_z), (high_y, high_z) = above[:, 0].T, above[:, 1].T
    share = np.clip((level_m - low_z) / np.where(high_z > low_z, high_z - low_z, 1.0), 0.0, 1.0)
    cut_y = np.where(low_z < level_m, low_y + share * (high_y - low_y), low_y)
    return float(max(cut_y.max(), high_y.max()) - min(cut_y.min(), high_y.min()))

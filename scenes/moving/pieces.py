"""The pieces of a mesh: what is connected, whatever its creases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# Vertices nearer than this are one: meshes are parted at their creases.
_WELD_M = 1e-5


def pieces_of(vertices_m: NDArray[np.float32], triangles: NDArray[np.int32]) -> Iterator[NDArray[np.intp]]:
    """The vertices (N,) of each piece of a mesh of `vertices_m` (V, 3) and `triangles` (F, 3)."""
    from scipy.sparse import coo_matrix  # slow to import, and needed of what moves only
    from scipy.sparse.csgraph import connected_components

    _, welded = np.unique(np.round(vertices_m / _WELD_M).astype(np.int64), axis=0, return_inverse=True)
    corners = welded.ravel()[triangles]
    count = int(welded.max()) + 1
    one, other = np.concatenate([corners[:, :2], corners[:, 1:]]).T
    _, number = connected_components(coo_matrix((np.ones(len(one), np.int8), (one, other)), (count, count)), False)
    of_vertex = number[welded.ravel()]
    order = np.argsort(of_vertex, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(of_vertex[order])) + 1)

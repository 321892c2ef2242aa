"""The edges of triangles, numbered: Blender finds them itself, in most of the time that it takes to be given a mesh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Edges:
    """Each edge once.

    Attributes:
        vertices: (E, 2) int32, the numbers of its ends
        of_corners: (F, 3) int32, the edge from each corner of a triangle to the next one
    """

    vertices: NDArray[np.int32]
    of_corners: NDArray[np.int32]


def edges_of(triangles: NDArray[np.int32]) -> Edges:
    """The edges of triangles (F, 3)."""
    start = triangles.astype(np.int64)
    end = np.roll(start, -1, axis=1)
    keys = (np.minimum(start, end) << 32) | np.maximum(start, end)
    found, numbers = np.unique(keys, return_inverse=True)
    ends = np.stack([found >> 32, found & 0xFFFFFFFF], axis=1)
    return Edges(ends.astype(np.int32), numbers.reshape(-1, 3).astype(np.int32))

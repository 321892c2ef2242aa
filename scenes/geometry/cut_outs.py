"""What is cut out of a mesh by the alpha of its textures: where a ray goes through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SOLID, HOLE = -1, -2
"""Triangles without a texture that cuts: there, or not there at all."""

_EDGE = 0.5


@dataclass(frozen=True, eq=False)
class CutOuts:
    """F triangles and the textures that cut them.

    Attributes:
        textures: (F,) int32, which of `alphas` cuts each triangle, or `SOLID` or `HOLE`
        uv: (F, 3, 2) float32 per corner; a texture spans 0 to 1 and repeats, V upwards
        alphas: (h, w) uint8 each, the first row at V = 0
    """

    textures: NDArray[np.int32]
    uv: NDArray[np.float32]
    alphas: tuple[NDArray[np.uint8], ...]

    def holes(
        self, triangles: NDArray[np.integer[Any]], second: NDArray[np.float32], third: NDArray[np.float32]
    ) -> NDArray[np.bool_]:
        """Whether (N,) points of triangles are holes; `second` and `third` are the weights of those corners.

        A texture is read as Cycles reads it: straight lines between the middles of its pixels, over its borders on to
        the other side; where that is 0.5 or less is a hole.

        Examples:
            One triangle over the lower left half of a texture of four pixels, the left ones of them clear:

            >>> uv = np.array([[[0, 0], [1, 0], [0, 1]]], np.float32)
            >>> cut = CutOuts(np.zeros(1, np.int32), uv, (np.array([[0, 255], [0, 255]], np.uint8),))
            >>> cut.holes(np.zeros(2, np.int32), np.array([0.2, 0.7], np.float32), np.zeros(2, np.float32)).tolist()
            [True, False]
        """
        texture = self.textures[triangles]
        found = np.asarray(texture == HOLE)
        for number, alpha in enumerate(self.alphas):
            its = np.flatnonzero(texture == number)
            if its.size:
                corners, b, c = self.uv[triangles[its]], second[its, None], third[its, None]
                place = (1 - b - c) * corners[:, 0] + b * corners[:, 1] + c * corners[:, 2]
                found[its] = _between(alpha, place) <= _EDGE
        return found


def _between(alpha: NDArray[np.uint8], place: NDArray[np.float32]) -> NDArray[np.float32]:
    """The alpha (N,) from 0 to 1 at places (N, 2) in U and V."""
    height, width = alpha.shape
    x, y = place[:, 0] * width - 0.5, place[:, 1] * height - 0.5
    column, row = np.floor(x), np.floor(y)
    right, up = x - column, y - row
    columns = [(column + step).astype(np.int64) % width for step in (0, 1)]
    rows = [(row + step).astype(np.int64) % height for step in (0, 1)]
    low, high = ((1 - right) * alpha[line, columns[0]] + right * alpha[line, columns[1]] for line in rows)
    return np.asarray(((1 - up) * low + up * high) / 255, dtype=np.float32)

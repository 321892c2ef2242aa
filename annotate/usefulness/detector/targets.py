"""What a detector's maps should say of a picture, and the loss's weights: pure numpy.

One map of stride 4 for each class is highest where a thing's middle is, and four more have the distances from a cell to
the sides of its thing, as in Z. Liu et al., "Training-Time-Friendly Network for Real-Time Object Detection", AAAI 2020:
Gaussians are as wide as their things, so that a few hundred steps and few pictures are enough to learn something.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STRIDE = 4
_ALPHA = 0.54
"""Six sigmas of a Gaussian over the side of its box, as its authors have it."""
_LEAST_SIGMA = 0.35
_REGRESSED = 0.1
"""Cells with this much of the Gaussian and more learn the sides of their thing."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Targets:
    """What the maps of one picture should be.

    Attributes:
        heat: (classes, h, w) float32, 1 in the cell of each thing's middle
        sides_px: (4, h, w) float32 distances left, top, right, bottom from the middle of the cell
        weight: (h, w) float32, how much a cell's distances count; 1 together for each thing
        counts: (h, w) bool, False where what is said of cells without things does not count
    """

    heat: Floats
    sides_px: Floats
    weight: Floats
    counts: NDArray[np.bool_]


def map_size(width_px: int, height_px: int) -> tuple[int, int]:
    """(h, w) of the maps of a picture."""
    return -(-height_px // STRIDE), -(-width_px // STRIDE)


def cell_middles(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Rows (h, 1) and columns (1, w) of the cells' middles, in pixels."""
    rows = (np.arange(shape[0], dtype=np.float32)[:, None] + 0.5) * STRIDE
    columns = (np.arange(shape[1], dtype=np.float32)[None, :] + 0.5) * STRIDE
    return rows, columns


def targets(
    boxes_px: Floats, codes: NDArray[np.int64], ignored_px: Floats, size_px: tuple[int, int], classes: int
) -> Targets:
    """Of boxes (N, 4) [x, y, width, height] and their classes (N,). Of things that overlap the smaller is said."""
    shape = map_size(*size_px)
    rows, columns = cell_middles(shape)
    heat, sides = np.zeros((classes, *shape), dtype=np.float32), np.zeros((4, *shape), dtype=np.float32)
    weight, counts = np.zeros(shape, dtype=np.float32), np.ones(shape, dtype=np.bool_)
    for x, y, width, height in ignored_px.tolist():
        counts &= ~((rows >= y) & (rows <= y + height) & (columns >= x) & (columns <= x + width))
    owner = np.full(shape, -1)
    strength = np.zeros(shape, dtype=np.float32)
    for number in np.argsort(-boxes_px[:, 2] * boxes_px[:, 3], kind="stable").tolist():
        x, y, width, height = boxes_px[number].tolist()
        row = min(int((y + height / 2) / STRIDE), shape[0] - 1)
        column = min(int((x + width / 2) / STRIDE), shape[1] - 1)
        across, down = (max(_ALPHA * side / 6 / STRIDE, _LEAST_SIGMA) * STRIDE for side in (width, height))
        bump = np.exp(
            -(((rows - rows[row]) / down) ** 2) / 2 - ((columns - columns[:, column]) / across) ** 2 / 2
        ).astype(np.float32)
        code = int(codes[number])
        heat[code] = np.maximum(heat[code], bump)
        there = bump >= _REGRESSED
        sides[:, there] = np.stack(np.broadcast_arrays(columns - x, rows - y, x + width - columns, y + height - rows))[
            :, there
        ]
        owner[there], strength[there] = number, bump[there]
    for number in np.unique(owner[owner >= 0]).tolist():
        mine = owner == number
        weight[mine] = strength[mine] / strength[mine].sum()
    return Targets(heat, sides, weight, counts | heat.any(axis=0))

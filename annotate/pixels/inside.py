"""The rectangle in a fisheye's image circle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STEPS = 64


def inscribed(circle: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Rows and columns of the largest rectangle of the picture's shape, around its middle, inside `circle` (H, W).

    The whole picture where nothing of at least 16 by 16 pixels is inside.
    """
    height, width = circle.shape
    for step in range(_STEPS):
        down, across = (round(side * step / (2 * _STEPS)) for side in (height, width))
        rows, columns = slice(down, height - down), slice(across, width - across)
        if min(height - 2 * down, width - 2 * across) < 16:
            break
        if circle[rows, columns].all():
            return rows, columns
    return slice(0, height), slice(0, width)

"""What changes slowly over the picture, worked out on a coarse grid: some lenses take long to ask."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Lens
from longtail.render.sensor.shot import Array

_STEP_PX = 8


def smooth_field(lens: Lens, of: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Array:
    """The values (H, W, ...) float32 of `of`, a function of pixels (N, 2), bilinear between points 8 px apart.

    Values that are not finite count as 0.
    """
    rows, columns = -(-lens.height_px // _STEP_PX) + 2, -(-lens.width_px // _STEP_PX) + 2
    x, y = (np.arange(columns) - 0.5) * _STEP_PX, (np.arange(rows) - 0.5) * _STEP_PX
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        values = np.nan_to_num(of(grid.reshape(-1, 2)), nan=0.0, posinf=0.0, neginf=0.0)
    coarse = values.reshape(rows, columns, *values.shape[1:]).astype(np.float32)
    fine = cv2.resize(coarse, (columns * _STEP_PX, rows * _STEP_PX), interpolation=cv2.INTER_LINEAR)
    whole = fine[_STEP_PX : _STEP_PX + lens.height_px, _STEP_PX : _STEP_PX + lens.width_px]
    return np.ascontiguousarray(whole, dtype=np.float32)

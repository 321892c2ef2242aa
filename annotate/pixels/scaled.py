"""Pictures made smaller, real ones and ours by the same steps."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def size_of(size_px: tuple[int, int], longest_px: int | None) -> tuple[int, int]:
    """A picture's (width, height) with its longer side at most so long; None leaves it as it is.

    Examples:
        >>> size_of((1920, 1080), 640), size_of((640, 480), None), size_of((100, 50), 640)
        ((640, 360), (640, 480), (100, 50))
    """
    scale = 1.0 if longest_px is None else min(1.0, longest_px / max(size_px))
    return max(1, round(size_px[0] * scale)), max(1, round(size_px[1] * scale))


def picture(rgb: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture (H, W, 3) of that size: means of the pixels that each new one covers."""
    if rgb.shape[1::-1] == size_px:
        return rgb
    return np.asarray(cv2.resize(rgb, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)

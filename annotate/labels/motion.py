"""What is said of how everything in a picture moves: the flow to the pictures before and after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Flow:
    """From one picture to another of the same size.

    Attributes:
        pixels: (H, W, 2) float32, how far right and down in the other picture what the pixel shows is; NaN where that
            is not known, and where the other lens has no pixel for it
        occluded: (H, W) bool, whether it is not seen there: something is before it, or it is beyond the border
        motion_m: (H, W, 3) float32, how far it moves in the world; NaN where nothing is, and where it is not known
    """

    pixels: NDArray[np.float32]
    occluded: NDArray[np.bool_]
    motion_m: NDArray[np.float32]

    @classmethod
    def unknown(cls, size_px: tuple[int, int]) -> Flow:
        """Of a picture (width, height) that has none before or after it."""
        width, height = size_px
        return cls(
            np.full((height, width, 2), np.nan, dtype=np.float32),
            np.zeros((height, width), dtype=np.bool_),
            np.full((height, width, 3), np.nan, dtype=np.float32),
        )


@dataclass(frozen=True, eq=False)
class Motion:
    """The flow of a frame of a video to the frame after it and to the one before."""

    forward: Flow
    backward: Flow

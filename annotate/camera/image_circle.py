"""Which pixels of a lens have a ray at all: a fisheye's picture ends with its circle, a barrel's where it folds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.lens import Lens

# Rows that are asked for at once: rays take 24 bytes a pixel and more on the way, and an 8K picture has 67 million.
_ROWS = 128


@lru_cache(maxsize=2)
def in_image_circle(lens: Lens) -> NDArray[np.bool_]:
    """Whether a ray reaches the centre of each pixel (H, W), read-only; everywhere behind a lens that bends nothing.

    What it denies is void in every mask: nothing is there to be labelled, not even sky.
    """
    inside = np.ones((lens.height_px, lens.width_px), dtype=np.bool_)
    if not lens.straight:
        columns = np.arange(lens.width_px) + 0.5
        for top in range(0, lens.height_px, _ROWS):
            rows = np.arange(top, min(top + _ROWS, lens.height_px)) + 0.5
            centres = np.stack(np.meshgrid(columns, rows), axis=-1)
            inside[top : top + _ROWS] = np.isfinite(lens.rays(centres)).all(axis=-1)
    inside.setflags(write=False)
    return inside

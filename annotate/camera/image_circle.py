"""Which pixels of a lens have a ray at all: a fisheye's picture ends with its circle, a barrel's where it folds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.lens import Lens

# Pixels along a side of what is asked for at once: rays take 24 bytes a pixel and more on the way, and an 8K picture
# has 67 million.
_SIDE = 64


@lru_cache(maxsize=2)
def in_image_circle(lens: Lens) -> NDArray[np.bool_]:
    """Whether a ray reaches the centre of each pixel (H, W), read-only; everywhere behind a lens that bends nothing.

    What it denies is void in every mask: nothing is there to be labelled, not even sky.
    """
    inside = np.ones((lens.height_px, lens.width_px), dtype=np.bool_)
    if not lens.straight:
        _mark(lens, inside, 0, 0)
    inside.setflags(write=False)
    return inside


def _mark(lens: Lens, inside: NDArray[np.bool_], top: int, left: int) -> None:
    """Deny the pixels of a part of the picture that have no ray.

    A lens's field has no holes, and so its picture has none: where rays reach all of a part's border, they reach what
    it encloses.
    """
    rows, columns = np.arange(inside.shape[0]) + top, np.arange(inside.shape[1]) + left
    border = [(rows[:1], columns), (rows[-1:], columns), (rows, columns[:1]), (rows, columns[-1:])]
    if all(_reached(lens, *side).all() for side in border):
        return
    if max(inside.shape) <= _SIDE:
        inside[:] = _reached(lens, rows, columns)
        return
    half_down, half_right = (max(side // 2, 1) for side in inside.shape)
    for down in (slice(None, half_down), slice(half_down, None)):
        for right in (slice(None, half_right), slice(half_right, None)):
            part = inside[down, right]
            if part.size:
                _mark(lens, part, top + (down.start or 0), left + (right.start or 0))


def _reached(lens: Lens, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a ray reaches the centres of the pixels (R, C) of some rows and columns."""
    centres = np.stack(np.meshgrid(columns, rows), axis=-1) + 0.5
    reached: NDArray[np.bool_] = np.isfinite(lens.rays(centres)).all(axis=-1)
    return reached

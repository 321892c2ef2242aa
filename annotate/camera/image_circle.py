"""Which pixels of a lens have a ray at all: a fisheye's picture ends with its circle, a barrel's where it folds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.lens import Lens

# Pixels along a side of what is asked for at once: rays take 24 bytes a pixel and more on the way, and an 8K picture
# has 67 million.
_SIDE = 128


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

    A lens's field is one piece without holes, and so is its picture: where rays reach all of a part's border, they
    reach what it encloses; where they reach none of it, nothing inside is reached, unless the optical axis is there.
    """
    rows, columns = np.arange(inside.shape[0]) + top, np.arange(inside.shape[1]) + left
    sides = [(rows[:1], columns), (rows[-1:], columns), (rows, columns[:1]), (rows, columns[-1:])]
    border = np.concatenate([_reached(lens, *side).ravel() for side in sides])
    if border.all():
        return
    down, right = lens.cy_px - top, lens.cx_px - left
    if not border.any() and not (0 <= down <= inside.shape[0] and 0 <= right <= inside.shape[1]):
        inside[:] = False
        return
    if max(inside.shape) <= _SIDE:
        inside[:] = _reached(lens, rows, columns)
        return
    half_down, half_right = (max(side // 2, 1) for side in inside.shape)
    for first_down, last_down in ((0, half_down), (half_down, len(rows))):
        for first_right, last_right in ((0, half_right), (half_right, len(columns))):
            part = inside[first_down:last_down, first_right:last_right]
            if part.size:
                _mark(lens, part, top + first_down, left + first_right)


def _reached(lens: Lens, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a ray reaches the centres of the pixels (R, C) of some rows and columns."""
    centres = np.stack(np.meshgrid(columns, rows), axis=-1) + 0.5
    reached: NDArray[np.bool_] = np.isfinite(lens.rays(centres)).all(axis=-1)
    return reached

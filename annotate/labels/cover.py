"""What lies on the road and hides what is painted on it: there, labels say what is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COVERED = "covered_px"
"""What a record says of a frame with something lying on its road: at how many pixels that hides paint."""

PAINT, PAINTED = ("lane marking", "crosswalk"), ("road", "parking")
"""The categories of what is painted on roads, and of what it is painted on."""

HIDDEN_FROM = 0.5
"""The share of a surface, at the middle of a pixel, from which on what lies there hides paint: most of what is seen."""


@dataclass(frozen=True, eq=False)
class Cover:
    """Where something lies on a road: `hidden` (H, W) bool, true where it hides paint, whether there is any or not.

    `paint_px` counts the pixels of paint that it hides.
    """

    hidden: NDArray[np.bool_]
    paint_px: int


def covered(
    object_ids: NDArray[np.int32], lying: NDArray[np.float32], beneath: Mapping[int, int]
) -> tuple[NDArray[np.int32], Cover]:
    """The ids (H, W) of what is seen, and the cover: hidden paint is what it is painted on.

    `lying` (H, W) is the share of each pixel's surface that is covered, `beneath` the surface below each that is paint.
    """
    hidden = lying > HIDDEN_FROM
    under = np.arange(max([int(object_ids.max(initial=0)), *beneath]) + 1, dtype=np.int32)
    for paint, surface in beneath.items():
        under[paint] = surface
    seen = np.where(hidden, under[object_ids], object_ids).astype(np.int32)
    return seen, Cover(hidden, int(np.count_nonzero(seen != object_ids)))

"""Upright boxes, and what goes through them."""

from __future__ import annotations

import numpy as np


def crosses(from_m: np.ndarray, to_m: np.ndarray, boxes_m: np.ndarray) -> bool:  # type: ignore[type-arg]
    """Whether the straight way between two places (3,) goes through any upright box (N, 2, 3), in world metres."""
    # The shares of the way at which it crosses the planes of each box's sides.
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = (boxes_m - from_m) / (to_m - from_m)
    enters = np.nanmax(crossings.min(axis=1), axis=1, initial=0.0)
    leaves = np.nanmin(crossings.max(axis=1), axis=1, initial=1.0)
    return bool((enters < leaves).any())

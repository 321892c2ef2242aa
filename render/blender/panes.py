"""Where a texture's alpha is glass: areas of one clearness, such as the windows of a car in an atlas.

An alpha that runs from clear to solid, as at the edges of leaves or in a soft shadow, is none: the surface ends in it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

LEAST_COVER, SOLID_COVER = 0.02, 0.9
"""What is covered by less is not there, what is covered by more is no glass."""

# What is left at the bottom of an atlas, as where it was made smaller, is no glass.
_LEAST_PANE = 0.1
# Clearness of one pane: within a few pixels and of most of it, and all over.
_EVEN_NEAR, _EVEN = 0.03, 0.25
_MOST = 0.75
_REACH_PX = 3
_RIM_PX = 2
_LEAST_PX = 9


def panes_of(cover: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which pixels (H, W) are glass where so much of a surface is there: (H, W), 0 to 1.

    Examples:
        A pane of 8 pixels across in a frame is one; what is clear, solid or runs from one to the other is none:

        >>> cover = np.ones((16, 32), np.float32)
        >>> cover[4:12, 4:12] = 0.3
        >>> cover[:, 16:] = np.linspace(0, 1, 16, dtype=np.float32)
        >>> int(panes_of(cover).sum()), bool(panes_of(cover)[4:12, 4:12].all())
        (64, True)
    """
    partial = (cover > LEAST_COVER) & (cover < SOLID_COVER)
    if not partial.any():
        return partial
    near = np.ones((_REACH_PX, _REACH_PX), np.uint8)
    even = partial & (cv2.dilate(cover, near) - cv2.erode(cover, near) <= _EVEN_NEAR)
    count, areas, boxes, _ = cv2.connectedComponentsWithStats(even.astype(np.uint8), connectivity=4)
    found = np.zeros(cover.shape, np.bool_)
    for area in range(1, count):
        left, top, width, height, size = boxes[area]
        if size < _LEAST_PX:
            continue
        # Out to the edge, which runs on to what is solid.
        part = np.s_[max(top - _RIM_PX, 0) : top + height + _RIM_PX, max(left - _RIM_PX, 0) : left + width + _RIM_PX]
        its, levels = areas[part] == area, cover[part]
        own = levels[its]
        level = float(np.median(own))
        # What fades slowly, as a faint shadow does, is even near each of its pixels, and not as a whole.
        as_a_whole = np.mean(np.abs(own - level) <= _EVEN_NEAR) >= _MOST and float(np.ptp(own)) <= _EVEN
        if level >= _LEAST_PANE and as_a_whole:
            rim = cv2.dilate(its.astype(np.uint8), near, iterations=_RIM_PX).astype(np.bool_)
            found[part] |= its | (rim & (levels >= max(own.min(), _LEAST_PANE) - _EVEN_NEAR) & partial[part])
    return found

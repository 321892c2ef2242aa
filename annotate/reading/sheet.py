"""A few frames at a glance: what notebooks show of a dataset."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.reading.frame import ReadFrame

MOST = 6
_ACROSS = 3
_WIDTH_PX = 320
_GAP_PX = 4


def sheet(frames: Sequence[ReadFrame]) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: at most `MOST` frames from all over the sequence with their labels drawn on, three a row.

    ValueError where there are none.
    """
    if not frames:
        raise ValueError("expected frames to show, got none")
    places = np.linspace(0, len(frames) - 1, min(MOST, len(frames))).round().astype(int)
    cells = [_cell(frames[int(place)]) for place in places]
    tallest = max(cell.shape[0] for cell in cells)  # cameras of a rig may have pictures of any shape
    cells = [np.pad(cell, ((0, tallest - cell.shape[0]), (0, 0), (0, 0)), constant_values=255) for cell in cells]
    blank = np.full_like(cells[0], 255)
    cells += [blank] * (-len(cells) % _ACROSS if len(cells) > _ACROSS else 0)
    rows = [np.hstack(cells[start : start + _ACROSS]) for start in range(0, len(cells), _ACROSS)]
    return np.vstack(rows)


def _cell(frame: ReadFrame) -> NDArray[np.uint8]:
    """Scaled to the width of a cell, with white to its right and below."""
    drawn = frame.drawn(names=False)  # which are too small to read at this size
    height, width = drawn.shape[:2]
    size = (_WIDTH_PX, max(1, round(height * _WIDTH_PX / width)))
    way = cv2.INTER_AREA if width > _WIDTH_PX else cv2.INTER_NEAREST
    scaled = drawn if width == _WIDTH_PX else cv2.resize(drawn, size, interpolation=way)
    return np.pad(scaled, ((0, _GAP_PX), (0, _GAP_PX), (0, 0)), constant_values=255).astype(np.uint8)

"""From a detector's maps to boxes: peaks of the classes' maps, and the distances that are said there."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.usefulness.detector.targets import cell_middles

MOST = 100
"""Boxes of one picture, as many as COCO's measure looks at."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Detections:
    """What was found in one picture, the surest first.

    Attributes:
        boxes_px: (N, 4) [x, y, width, height]
        scores: (N,) 0 to 1
        codes: (N,) the place of each one's class in the names
    """

    boxes_px: Floats
    scores: Floats
    codes: NDArray[np.int64]


def decoded(heat: Floats, sides_px: Floats, size_px: tuple[int, int]) -> Detections:
    """Of maps (classes, h, w) and (4, h, w): peaks of 3 by 3 cells, and their boxes within the picture."""
    peaks = np.stack([cv2.dilate(one, np.ones((3, 3), dtype=np.uint8)) == one for one in heat])
    code, row, column = np.nonzero(peaks & (heat > 0))
    scores = heat[code, row, column]
    best = np.argsort(-scores, kind="stable")[:MOST]
    code, row, column, scores = code[best], row[best], column[best], scores[best]
    rows, columns = cell_middles((heat.shape[1], heat.shape[2]))
    left, top, right, bottom = sides_px[:, row, column]
    x, y = np.maximum(columns[0, column] - left, 0), np.maximum(rows[row, 0] - top, 0)
    width = np.minimum(columns[0, column] + right, size_px[0]) - x
    height = np.minimum(rows[row, 0] + bottom, size_px[1]) - y
    boxes = np.stack([x, y, width, height], axis=1)
    whole = (width > 0) & (height > 0)
    return Detections(boxes[whole].astype(np.float32), scores[whole].astype(np.float32), code[whole].astype(np.int64))

"""The smallest rectangle around a mask, turned as it may be, that lies in the picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.outlines import Outline

Points = NDArray[np.float64]

_SLACK_PX = 1e-6


def turned_box(found: list[Outline], size_px: tuple[int, int]) -> Points:
    """The corners (4, 2) in pixels of the smallest rectangle around outlines that lies in a picture of (width, height).

    The smallest of all has a side along an edge of the convex hull (H. Freeman and R. Shapira, "Determining the
    minimum-area encasing rectangle for an arbitrary closed curve", CACM 18(7), 1975). Where it leaves the picture,
    which readers refuse, the next that does not is taken; the upright box never does.

    Examples:
        >>> from longtail.annotate.labels.outlines import outlines
        >>> turned_box(outlines(np.ones((2, 3), dtype=np.bool_), (4, 5)), (20, 10)).tolist()
        [[4.0, 5.0], [7.0, 5.0], [7.0, 7.0], [4.0, 7.0]]
    """
    hull = _hull(np.concatenate([outline.points for outline in found]))
    boxes = _boxes(hull, np.concatenate([[0.0], _angles(hull)]))
    inside = ((boxes > -_SLACK_PX) & (boxes < np.array(size_px) + _SLACK_PX)).all(axis=(1, 2))
    sides = np.linalg.norm(boxes[:, [1, 3]] - boxes[:, [0]], axis=-1)
    # Of equals the first, so that what can be upright is.
    area = np.where(inside, sides.prod(axis=1).round(6), np.inf)
    return np.asarray(np.clip(boxes[int(area.argmin())], 0, size_px))


def _hull(points: Points) -> Points:
    return np.asarray(cv2.convexHull(points.astype(np.float32))[:, 0], dtype=np.float64)


def _angles(hull: Points) -> Points:
    edges = np.roll(hull, -1, axis=0) - hull
    return np.asarray(np.arctan2(edges[:, 1], edges[:, 0]) % (np.pi / 2))


def _boxes(hull: Points, angles: Points) -> Points:
    """The corners (N, 4, 2) of the rectangles around a hull whose sides are turned by each of the angles."""
    along = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    across = np.stack([-along[:, 1], along[:, 0]], axis=-1)
    u, v = along @ hull.T, across @ hull.T
    low_u, high_u, low_v, high_v = u.min(1), u.max(1), v.min(1), v.max(1)
    places = ((low_u, low_v), (high_u, low_v), (high_u, high_v), (low_u, high_v))
    corners = [a[:, None] * along + b[:, None] * across for a, b in places]
    return np.asarray(np.stack(corners, axis=1))

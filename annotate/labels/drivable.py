"""The pixels of a frame in which its carrier may drive."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.cover import PAINT
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.lanes import NOT_DRIVABLE, drivable

ROAD = "road"


def drivable_area(frame: Frame) -> NDArray[np.uint8]:
    """(H, W) 1 in the lane of the carrier, 2 where else it may drive, 0 elsewhere: `lanes.drivable` of each pixel.

    Pixels of what stands on the road are 0, and so is all where the frame has no lanes.
    """
    area = np.full(frame.object_ids.shape, NOT_DRIVABLE, dtype=np.uint8)
    if frame.lanes is None:
        return area
    names = {item.id: item.category for item in frame.objects}
    road = np.isin(frame.object_ids, [number for number, name in names.items() if name == ROAD])
    paint = np.isin(frame.object_ids, [number for number, name in names.items() if name in PAINT])
    rows, columns = np.nonzero((road | paint) & (frame.depth_m > 0))
    middles = np.stack([columns, rows], axis=-1) + 0.5
    points = frame.camera.unproject(middles, frame.depth_m[rows, columns])[:, :2]
    area[rows, columns] = drivable(frame.lanes.lanes, points, road[rows, columns], paint[rows, columns])
    return area

"""Where a record says that all of an object is to be seen: in its projected box, and above it in its antenna's."""

from __future__ import annotations

from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.antenna import ANTENNA, with_antenna
from longtail.annotate.labels.boxes import projected_boxes
from longtail.annotate.labels.frame import SceneObject

Box = tuple[float, float, float, float]


def reach_px(stored: StoredFrame, item: SceneObject) -> Box | None:
    """The stated projected box [x, y, width, height] of an object, or around that and its antenna; None without one."""
    stated = stored.visibility[item.id].projected_box_px
    if stated is None or ANTENNA not in item.attributes:
        return stated
    x, y, width, height = projected_boxes(stored.camera, [with_antenna(item)])[0].tolist()
    left, top = min(x, stated[0]), min(y, stated[1])
    right, bottom = max(x + width, stated[0] + stated[2]), max(y + height, stated[1] + stated[3])
    return left, top, right - left, bottom - top

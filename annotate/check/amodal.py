"""Amodal pixels against mask, projected box and depth: what is hidden of a thing must be hidden behind something."""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import BEAM_PX, Layers, owners_of
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.taxonomy import Taxonomy

_EDGE = np.ones((3, 3), dtype=np.uint8)


def check_amodal(stored: StoredFrame, taxonomy: Taxonomy, arrays: Layers) -> Iterator[Finding]:
    """A finding for each thing with more amodal pixels than its projected box has room for, or than can be hidden.

    Hidden it can be behind what is nearer than its box's far end. What is cut out of it counts as amodal, too, and lies
    between its pixels: within their convex hull. A pixel around both is allowed for: masks and amodal pixels come from
    two casts, which see edges differently.
    """
    owners, depth_m = owners_of(arrays), arrays.get("depth")
    for item in stored.objects:
        amodal = stored.visibility[item.id].amodal_px
        if amodal is None or not taxonomy[item.category].is_thing:
            continue
        crop = _crop(stored, item.id)
        room = _size(crop)
        name = f"object {item.id} amodal_px"
        if amodal > room:
            came = f"{amodal}"
            expected = f"{name} at most {room}, the pixels in its projected box"
            yield Finding(record_path(stored.index), stored.index, expected, came)
        elif owners is not None and depth_m is not None and stored.visibility[item.id].visible_px:
            most = _most(stored, item, owners[crop] == item.id, depth_m[crop])
            if amodal > most:
                expected = f"{name} at most {most}: its own, and those of what may hide it"
                yield Finding(record_path(stored.index), stored.index, expected, f"{amodal}")


def _crop(stored: StoredFrame, number: int) -> tuple[slice, slice]:
    """The rows and columns of pixels whose middles lie in the projected box, and in the picture."""
    box = stored.visibility[number].projected_box_px
    if box is None:
        return slice(0, 0), slice(0, 0)
    x, y, width, height = box
    columns, rows = stored.camera.size_px
    return _between(y, height, rows), _between(x, width, columns)


def _between(start: float, length: float, end: int) -> slice:
    first = min(max(math.ceil(start - 0.5 - BEAM_PX - _sag(length)), 0), end)
    last = min(max(math.floor(start + length - 0.5 + BEAM_PX + _sag(length)) + 1, 0), end)
    return slice(first, max(last, first))


def _sag(length: float) -> float:
    """How far the pieces that boxes are drawn with may run inside a bent edge: an arc of a quarter turn in 32 pieces
    sags by 3e-4 of its chord."""
    return 3e-4 * length


def _size(crop: tuple[slice, slice]) -> int:
    return math.prod(side.stop - side.start for side in crop)


def _most(stored: StoredFrame, item: SceneObject, own: NDArray[np.bool_], depth_m: NDArray[np.float32]) -> int:
    """The pixels of a crop that are its own, in front of its far end, or between its own."""
    far_m = float(stored.camera.world_from_camera.inverse().points(item.box_corners_m())[:, 2].max())
    room = (depth_m < far_m).astype(np.uint8)
    points = cv2.findNonZero(own.view(np.uint8))
    if points is not None:
        cv2.fillConvexPoly(room, cv2.convexHull(points).astype(np.int32), (1.0,))
    return int(np.count_nonzero(cv2.dilate(room, _EDGE)))

"""Boxes, masks and turned boxes as Ultralytics reads them: a text file beside each picture, and data.yaml.

The formats: https://docs.ultralytics.com/datasets/detect/, /segment/ and /obb/. A line is a class and numbers that are
shares of the picture's width and height, with (0, 0) at the top-left corner of the first pixel. Classes count from 0.
A picture without things has an empty file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Said, Taken
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.exporters.thing_parts import LEAST_IOU, parts_of
from longtail.annotate.exporters.turned_box import turned_box
from longtail.annotate.labels.outlines import joined

Points = NDArray[np.float64]

_DECIMALS = 6
"""Of shares: a hundredth of a pixel of a picture that is 10,000 wide."""

Numbers = Callable[[StoredInstance], Points]
"""What stands behind the class, in pixels: (N, 2) of x and y."""


def _files(selection: Selection, numbers: Numbers) -> Iterator[Output]:
    """data.yaml first, then picture and labels of each frame, in ascending order."""
    yield Made("data.yaml", _about(selection))
    for sample in selection.samples():
        yield Taken(f"images/{sample.split}/{sample.file}", sample.source)
        yield Made(f"labels/{sample.split}/{sample.name}.txt", _lines(selection, sample, numbers).encode("ascii"))
    if said := lacking(selection):
        yield Said(said)


def lacking(selection: Selection) -> str:
    """What is to be said where Ultralytics would not train; "" where it would."""
    missing = [name for name in ("train", "val") if name not in selection.splits.names]
    without = " and ".join(missing)
    return f"Ultralytics trains on no data.yaml without {without}: give each a share (--split)" if missing else ""


def _about(selection: Selection) -> bytes:
    # Without a `path`, the folders are looked for beside this file, wherever that is moved to.
    folders = {name: f"images/{name}" for name in selection.splits.names}
    return yaml.safe_dump({**folders, "names": dict(enumerate(selection.class_names))}, sort_keys=False).encode("ascii")


def _lines(selection: Selection, sample: Sample, numbers: Numbers) -> str:
    size = np.array(sample.record.camera.size_px, dtype=np.float64)
    lines = []
    for thing in sample.things:
        lines.append(f"{selection.classes[thing.category_id]} {shared(numbers(thing), size)}\n")
    return "".join(lines)


def shared(points: Points, size_px: Points) -> str:
    """Points (..., 2) in pixels as shares of a picture of that width and height (2,)."""
    return " ".join(f"{share:.{_DECIMALS}f}" for share in (points / size_px).ravel().tolist())


def box(thing: StoredInstance) -> Points:
    """The centre and the size."""
    x, y, width, height = thing.bbox
    return np.array([[x + width / 2, y + height / 2], [width, height]])


def polygon(thing: StoredInstance) -> Points:
    """One polygon (N, 2), whatever parts and holes there are.

    Ultralytics cuts points to whole pixels and fills with OpenCV, which draws the border too; so edges lie a little
    inside the mask. Parts are joined by lines there and back, as its own converter does (`merge_multi_segment`).
    """
    return joined([outline.inset() for part in parts_of(thing) for outline in part])


def filled(points: Points, size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """The mask (H, W) that Ultralytics makes of a polygon, in a picture of (width, height): its `polygon2mask`."""
    width, height = size_px
    mask = np.zeros((height, width), dtype=np.uint8)
    cv2.fillPoly(mask, [points.astype(np.int32)], [1])
    return mask.astype(np.bool_)


@dataclass
class _Fidelity:
    """How many masks come back from their polygons, of how many."""

    good: int = 0
    masks: int = 0

    def polygon(self, thing: StoredInstance) -> Points:
        points, mask = polygon(thing), thing.mask()
        back = filled(points, (mask.shape[1], mask.shape[0]))
        self.masks += 1
        self.good += np.count_nonzero(mask & back) >= LEAST_IOU * np.count_nonzero(mask | back)
        return points

    def said(self) -> str:
        others = "" if self.good == self.masks else "; the others have parts that lie apart, which lines join"
        return f"{self.good:,} of {self.masks:,} masks come back with an IoU of {LEAST_IOU:g} or more{others}"


def _corners(thing: StoredInstance) -> Points:
    height, width = thing.size
    return turned_box([part[0] for part in parts_of(thing)], (width, height))


def _detect(selection: Selection) -> Iterator[Output]:
    return _files(selection, box)


def _segment(selection: Selection) -> Iterator[Output]:
    fidelity = _Fidelity()
    yield from _files(selection, fidelity.polygon)
    yield Said(fidelity.said())


def _obb(selection: Selection) -> Iterator[Output]:
    return _files(selection, _corners)


YOLO = Exporter(
    "yolo",
    "boxes for Ultralytics' detectors: images/, labels/ and data.yaml",
    _detect,
    "masks, stuff, depth, cameras, 3D boxes, hidden and ignored things",
)
YOLO_SEGMENT = Exporter(
    "yolo-segment",
    "masks for Ultralytics' segmenters: one polygon for each thing",
    _segment,
    "parts of a thing that lie apart, but for a line of a pixel that joins them; stuff, depth, cameras, 3D boxes, "
    "hidden and ignored things",
)
YOLO_OBB = Exporter(
    "yolo-obb",
    "turned boxes for Ultralytics' OBB models: four corners for each thing",
    _obb,
    "turned boxes that leave the picture, of which the smallest inside is taken; masks, stuff, depth, cameras, 3D "
    "boxes, hidden and ignored things",
)

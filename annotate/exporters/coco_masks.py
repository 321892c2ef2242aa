"""The three ways in which COCO files state a mask.

The format: https://cocodataset.org/#format-data, and cocoapi's `common/maskApi.c` and `pycocotools/mask.py`. A
compressed run-length code is what Longtail keeps. An uncompressed one has its numbers as a list, for tools that call
`frPyObjects` on whatever they find. Polygons are the most widely read of the three. They have no holes: one is joined
to the outline around it by a slit of no width, which leaves it out by the even-odd rule as by the non-zero one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.thing_parts import LEAST_IOU, parts_of
from longtail.annotate.labels import rle
from longtail.annotate.labels.outlines import joined

Segmentation = Any
"""A dictionary of size and counts, or a list of polygons, each a flat list of x and y."""


def compressed(thing: StoredInstance) -> Segmentation:
    """The run-length code as it is stored."""
    return {"size": list(thing.size), "counts": thing.counts}


def uncompressed(thing: StoredInstance) -> Segmentation:
    """The run lengths as a list."""
    return {"size": list(thing.size), "counts": rle.run_lengths(thing.counts).tolist()}


def polygons(thing: StoredInstance) -> Segmentation | None:
    """A polygon for each part, along the edges of its pixels; None where COCO fills them otherwise."""
    found = [joined([outline.points for outline in part]).ravel().tolist() for part in parts_of(thing)]
    height, width = thing.size
    filled = coco_mask.merge(coco_mask.frPyObjects(found, height, width))
    truth = {"size": list(thing.size), "counts": thing.counts.encode("ascii")}
    iou = float(np.asarray(coco_mask.iou([filled], [truth], [0]))[0, 0])
    return found if iou >= LEAST_IOU else None


@dataclass
class Counted:
    """How many masks were polygons, of how many."""

    polygons: int = 0
    masks: int = 0

    def said(self) -> str:
        """A sentence; 100 % is never said of fewer than all."""
        if self.polygons == self.masks:
            return f"All {self.masks:,} masks are polygons, whose IoU with the mask is at least {LEAST_IOU:g}"
        share = min(100 * self.polygons / self.masks, 99.9)
        return (
            f"{self.polygons:,} of {self.masks:,} masks are polygons ({share:.1f} %), whose IoU with the mask is at "
            f"least {LEAST_IOU:g}; the others are run-length codes"
        )

    def polygons_or(self, other: Callable[[StoredInstance], Segmentation]) -> Callable[[StoredInstance], Segmentation]:
        """Polygons where they are right, else another way; all are counted."""

        def segmentation(thing: StoredInstance) -> Segmentation:
            found = polygons(thing)
            self.masks += 1
            self.polygons += found is not None
            return other(thing) if found is None else found

        return segmentation

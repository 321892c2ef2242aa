"""The outlines of a thing, for the formats that have polygons."""

from __future__ import annotations

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.labels.outlines import Outline, parts

LEAST_IOU = 0.99
"""What a polygon, filled as its readers do, must have in common with its mask to stand for it."""


def parts_of(thing: StoredInstance) -> list[list[Outline]]:
    """The outlines of a thing's mask in the picture, by its parts: of each that around it, then those of its holes."""
    x, y, width, height = thing.bbox
    return parts(thing.mask()[y : y + height, x : x + width], (x, y))

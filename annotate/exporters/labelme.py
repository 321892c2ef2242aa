"""labelme: a JSON file beside each picture.

The format: https://github.com/wkentaro/labelme, `labelme/_label_file.py` and `labelme/utils/shape.py`. A thing is one
polygon for each of its parts, which share a `group_id`. One with holes is a shape of type `mask`: its box [first pixel,
last pixel], and a PNG of it. Coordinates count from the top-left corner of the first pixel. labelme cuts points to
whole pixels and fills with Pillow, border and all; so edges lie a little inside the mask, and filled that way they give
it back. What no human could annotate has the flag `ignored`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from longtail.annotate.dataset.encoders import encode_mask8
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.coco_masks import outlines_of
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Said, Taken
from longtail.annotate.exporters.growing import document
from longtail.annotate.exporters.selection import Sample, Selection

_VERSION = "5.5.0"
"""Of labelme, from which on files have all that is written here."""


def _files(selection: Selection) -> Iterator[Output]:
    holed, all_things = 0, 0
    yield Made("labels.txt", "\n".join(["__ignore__", "_background_", *selection.class_names, ""]).encode("utf-8"))
    for sample in selection.samples():
        shapes = [_shapes(thing) for thing in (*sample.things, *sample.ignored)]
        holed += sum(of_one[0]["shape_type"] == "mask" for of_one in shapes)
        all_things += len(shapes)
        yield Taken(f"{sample.split}/{sample.file}", sample.source)
        yield Made(f"{sample.split}/{sample.name}.json", _document(sample, [one for some in shapes for one in some]))
    others = "; the others have holes, and are masks" if holed else ""
    yield Said(f"{all_things - holed:,} of {all_things:,} things are polygons{others}")


def _document(sample: Sample, shapes: list[dict[str, Any]]) -> bytes:
    width, height = sample.record.camera.size_px
    return document(
        {
            "version": _VERSION,
            "flags": {},
            "shapes": shapes,
            "imagePath": sample.file,
            "imageData": None,
            "imageHeight": height,
            "imageWidth": width,
        }
    )


def _shapes(thing: StoredInstance) -> list[dict[str, Any]]:
    """The shapes of one thing."""
    found = outlines_of(thing)
    x, y, width, height = thing.bbox
    if any(outline.hole for outline in found):
        picture = thing.mask()[y : y + height, x : x + width].astype(np.uint8) * np.uint8(255)
        points = [[x, y], [x + width - 1, y + height - 1]]
        return [_shape(thing, "mask", points, base64.b64encode(encode_mask8(picture)).decode("ascii"))]
    return [_shape(thing, "polygon", outline.inset().round(2).tolist()) for outline in found]


def _shape(
    thing: StoredInstance, kind: str, points: Sequence[Sequence[float]], mask: str | None = None
) -> dict[str, Any]:
    return {
        "label": thing.category.name,
        "points": points,
        "group_id": thing.id,
        "description": thing.asset,
        "shape_type": kind,
        "flags": {"ignored": True} if thing.ignore else {},
        "mask": mask,
    }


LABELME = Exporter(
    "labelme",
    "labelme: a JSON file beside each picture",
    _files,
    "stuff, depth, cameras, 3D boxes and hidden things",
)

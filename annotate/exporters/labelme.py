"""labelme: a JSON file beside each picture.

The format: https://github.com/wkentaro/labelme, `labelme/_label_file.py` and `labelme/utils/shape.py`. A thing is one
polygon for each of its parts, which share a `group_id`; holes are joined to what is around them by slits. Coordinates
count from the top-left corner of the first pixel. labelme cuts points to whole pixels and fills with Pillow, border and
all; so edges lie a little inside the mask, and filled that way they give it back. What no human could annotate has the
flag `ignored`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Taken
from longtail.annotate.exporters.growing import document
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.exporters.thing_parts import parts_of
from longtail.annotate.labels.outlines import joined

_VERSION = "5.5.0"
"""Of labelme, whose files have these keys."""


def _files(selection: Selection) -> Iterator[Output]:
    yield Made("labels.txt", "\n".join(["__ignore__", "_background_", *selection.class_names, ""]).encode("utf-8"))
    for sample in selection.samples():
        shapes = [shape for thing in (*sample.things, *sample.ignored) for shape in _shapes(thing)]
        yield Taken(f"{sample.split}/{sample.file}", sample.source)
        yield Made(f"{sample.split}/{sample.name}.json", _document(sample, shapes))


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
    """The shapes of one thing, one for each of its parts."""
    return [
        {
            "label": thing.category.name,
            "points": joined([outline.inset() for outline in part]).round(2).tolist(),
            "group_id": thing.id,
            "description": thing.asset,
            "shape_type": "polygon",
            "flags": {"ignored": True} if thing.ignore else {},
        }
        for part in parts_of(thing)
    ]


LABELME = Exporter(
    "labelme",
    "labelme: a JSON file beside each picture",
    _files,
    "stuff, depth, cameras, 3D boxes and hidden things",
)

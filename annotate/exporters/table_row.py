"""One picture and its things as a row of a table, for Hugging Face's datasets and for WebDataset."""

from __future__ import annotations

from typing import Any

from longtail.annotate.exporters.coco_masks import compressed
from longtail.annotate.exporters.selection import Sample, Selection


def row_of(selection: Selection, sample: Sample) -> dict[str, Any]:
    """What is known of a picture beside its layers.

    `objects` has a list for each property, in the same order: boxes are [x, y, width, height] in pixels with (0, 0) at
    the top-left corner of the first one, categories are classes from 0 on, masks are compressed run-length codes of
    COCO; `ignored` is 1 where no human could annotate it.
    """
    width, height = sample.record.camera.size_px
    things = (*sample.things, *sample.ignored)
    conditions = sample.record.conditions
    return {
        "image_id": sample.index + 1,
        "width": width,
        "height": height,
        "scene": sample.record.shown.scene,
        "condition": sample.record.condition,
        "weather": conditions.weather,
        "visibility_m": conditions.visibility_m,
        "illuminance_lux": conditions.illuminance_lux,
        "objects": {
            "id": [thing.id for thing in things],
            "bbox": [[float(side) for side in thing.bbox] for thing in things],
            "category": [selection.classes[thing.category_id] for thing in things],
            "area": [thing.area for thing in things],
            "segmentation": [compressed(thing)["counts"] for thing in things],
            "visible_fraction": [thing.visible_fraction for thing in things],
            "truncation": [thing.truncation for thing in things],
            "ignored": [int(thing.ignore) for thing in things],
            "asset": [thing.asset for thing in things],
        },
    }

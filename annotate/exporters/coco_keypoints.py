"""COCO's keypoints: people alone, with 17 joints each, two files for each split as in `annotate.exporters.coco`.

The format: https://cocodataset.org/#format-data (keypoint detection), and pycocotools' `cocoeval.py`. COCO has one
category for it, person, whose id is 1; riders are people. Its keypoints are whole numbers of pixels, counted from the
centre of the first one, as Detectron2 (`load_coco_json`) takes them; so half a pixel is taken off ours, and off no box.
Somebody whose joints are not known has `num_keypoints` 0, which COCO's evaluation leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from longtail.annotate.exporters.coco import annotation, document_head, files_of_splits, in_order
from longtail.annotate.exporters.coco_masks import compressed
from longtail.annotate.exporters.exporter import Exporter, Output
from longtail.annotate.exporters.people import Person, people_of, require_keypoints
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.labels.keypoints import ABSENT, annotated, with_keypoints

_PERSON = 1
_NAME = "coco-keypoints"


def _files(selection: Selection) -> Iterator[Output]:
    require_keypoints(selection, _NAME)
    head = document_head(selection, with_keypoints([{"id": _PERSON, "name": "person", "supercategory": "person"}]))
    yield from files_of_splits(selection, "person_keypoints", head, _rows)


def _rows(sample: Sample) -> Iterator[dict[str, Any]]:
    return map(_annotation, people_of(in_order(sample)))


def _annotation(person: Person) -> dict[str, Any]:
    thing, found = person
    centred = tuple((x - 0.5, y - 0.5, flag) if flag > ABSENT else (0.0, 0.0, flag) for x, y, flag in found)
    row = annotation(thing, compressed(thing))
    known = {} if thing.attributes is None else {"attributes": dict(thing.attributes)}
    return {**row, **known, "category_id": _PERSON, "rider": int(thing.category.name == "rider"), **annotated(centred)}


COCO_KEYPOINTS = Exporter(
    _NAME,
    "COCO person keypoints: 17 joints of people and riders, with masks",
    _files,
    "all but people; stuff, depth, cameras, 3D boxes and hidden things",
)

"""COCO's keypoints: people alone, with 17 joints each, two files for each split as in `annotate.exporters.coco`.

The format: https://cocodataset.org/#format-data (keypoint detection), and pycocotools' `cocoeval.py`. COCO has one
category for it, person, whose id is 1; riders are people. Its keypoints are whole numbers of pixels, counted from the
centre of the first one, as Detectron2 (`load_coco_json`) takes them; so half a pixel is taken off ours, and off no box.
Somebody whose joints are not known has `num_keypoints` 0, which COCO's evaluation leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from longtail.annotate.exporters.coco import annotation, document_head, document_tail
from longtail.annotate.exporters.coco_masks import compressed
from longtail.annotate.exporters.exporter import Exporter, Output, Piece, Taken
from longtail.annotate.exporters.growing import GrowingJson, line
from longtail.annotate.exporters.people import Person, people_of, require_keypoints
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.labels.keypoints import ABSENT, annotated, with_keypoints

_PERSON = 1
_NAME = "coco-keypoints"


def _files(selection: Selection) -> Iterator[Output]:
    require_keypoints(selection, _NAME)
    splits = {name: _Split(selection, name) for name in selection.splits.names}
    for split in splits.values():
        yield from split.begin()
    for sample in selection.samples():
        yield Taken(f"images/{sample.split}/{sample.file}", sample.source)
        yield from splits[sample.split].add(sample)
    for split in splits.values():
        yield from split.end()


class _Split:
    """The two files of a split, in the making."""

    def __init__(self, selection: Selection, name: str) -> None:
        head = document_head(selection, with_keypoints([{"id": _PERSON, "name": "person", "supercategory": "person"}]))
        self._train = GrowingJson(f"annotations/person_keypoints_{name}.json", head, "")
        self._all = GrowingJson(f"evaluation/person_keypoints_{name}.json", head, "")
        self._pictures: list[str] = []
        self._count = 0

    def begin(self) -> Iterator[Piece]:
        yield self._train.begin()
        yield self._all.begin()

    def add(self, sample: Sample) -> Iterator[Piece]:
        self._pictures.append(line({**sample.record.image, "file_name": sample.file}))
        for person in people_of(sorted((*sample.things, *sample.ignored), key=lambda thing: thing.id)):
            self._count += 1
            row = {"id": self._count, **_annotation(person)}
            yield self._all.row(row)
            if not row["iscrowd"]:
                yield self._train.row(row)

    def end(self) -> Iterator[Piece]:
        for document in (self._train, self._all):
            yield document.end()
            yield Piece(document.path, document_tail(self._pictures))


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

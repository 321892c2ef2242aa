"""COCO's instances, a file for each split, laid out as datumaro and CVAT look for them.

The format: https://cocodataset.org/#format-data. Boxes are [x, y, width, height] with (0, 0) at the top-left corner of
the first pixel. `annotations/instances_<split>.json` has what a human could annotate, to train on;
`evaluation/instances_<split>.json` has everything else as crowds, which COCO's evaluation counts neither as hits nor as
misses. Ids of categories are the dataset's, those of pictures are the frame's index and 1, those of annotations count
from 1 in each split and are the same in both files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.dataset.videos import Track, Videos
from longtail.annotate.exporters.coco_masks import Counted, Segmentation, compressed, uncompressed
from longtail.annotate.exporters.exporter import Exporter, Output, Piece, Said, Taken
from longtail.annotate.exporters.growing import GrowingJson, line
from longtail.annotate.exporters.selection import Sample, Selection

Way = Callable[[StoredInstance], Segmentation]


def _files(selection: Selection, way: Way, for_crowds: Way) -> Iterator[Output]:
    def rows(sample: Sample) -> Iterator[dict[str, Any]]:
        for thing in in_order(sample):
            yield annotation(thing, (for_crowds if thing.ignore else way)(thing))

    things = [row for row in selection.taxonomy.to_json() if row["isthing"]]
    yield from files_of_splits(selection, "instances", document_head(selection, things), rows)


def in_order(sample: Sample) -> list[StoredInstance]:
    """All that a picture shows, in ascending order of id."""
    return sorted((*sample.things, *sample.ignored), key=lambda thing: thing.id)


def files_of_splits(
    selection: Selection, stem: str, head: str, rows: Callable[[Sample], Iterator[dict[str, Any]]]
) -> Iterator[Output]:
    """Pictures, and two files for each split: annotations/STEM_SPLIT.json without crowds, evaluation/... with them.

    `rows` are the annotations of a sample but for their ids.
    """
    splits = {name: _Split(stem, name, head) for name in selection.splits.names}
    for split in splits.values():
        yield from split.begin()
    for sample in selection.samples():
        yield Taken(f"images/{sample.split}/{sample.file}", sample.source)
        yield from splits[sample.split].add(sample, rows(sample))
    for split in splits.values():
        yield from split.end()


class _Split:
    """The two files of a split, in the making. Pictures are listed at the end: half a kilobyte of each waits for it."""

    def __init__(self, stem: str, name: str, head: str) -> None:
        self._train = GrowingJson(f"annotations/{stem}_{name}.json", head, "")
        self._all = GrowingJson(f"evaluation/{stem}_{name}.json", head, "")
        self._pictures: list[str] = []
        self._videos = {self._train.path: Videos(), self._all.path: Videos()}
        self._count = 0

    def begin(self) -> Iterator[Piece]:
        yield self._train.begin()
        yield self._all.begin()

    def add(self, sample: Sample, rows: Iterator[dict[str, Any]]) -> Iterator[Piece]:
        self._pictures.append(line({**sample.record.image, "file_name": sample.file}))
        self._videos[self._train.path].add(sample.record.image, map(track_of, sample.things))
        self._videos[self._all.path].add(sample.record.image, map(track_of, in_order(sample)))
        for found in rows:
            self._count += 1
            row = {"id": self._count, **found}
            yield self._all.row(row)
            if not row["iscrowd"]:
                yield self._train.row(row)

    def end(self) -> Iterator[Piece]:
        for document in (self._train, self._all):
            yield document.end()
            yield Piece(document.path, document_tail(self._pictures, self._videos[document.path]))


def annotation(thing: StoredInstance, segmentation: Segmentation) -> dict[str, Any]:
    """A thing as COCO has it, but for the id, with what Longtail knows beside."""
    return {
        "image_id": thing.image_id,
        "category_id": thing.category_id,
        "bbox": list(thing.bbox),
        "area": thing.area,
        "segmentation": segmentation,
        "iscrowd": int(thing.ignore),
        "instance_id": thing.id,
        **({} if thing.track_id is None else {"track_id": thing.track_id, "video_id": thing.video_id}),
        "visible_fraction": thing.visible_fraction,
        "truncation": thing.truncation,
        "submerged_fraction": thing.submerged_fraction,
        "transmission": thing.appearance.transmission,
        "contrast": thing.appearance.contrast,
        "lens_fraction": thing.appearance.lens_fraction,
        "asset": thing.asset,
        **({} if thing.attributes is None else {"attributes": dict(thing.attributes)}),
        **(thing.amodal.to_json() if thing.amodal else {}),
        **({"ignored_for": list(thing.ignored_for)} if thing.ignore else {}),
    }


def document_head(selection: Selection, categories: Sequence[dict[str, Any]]) -> str:
    """How a file of COCO begins, up to its annotations."""
    info = selection.info
    about = {
        "description": f"Longtail dataset {info.digest}, seed {info.seed}",
        "version": info.versions.get("longtail", ""),
        "config_digest": info.digest,
        "seed": info.seed,
    }
    licences = [{"id": 1, "name": info.licence.name, "url": info.licence.url}]
    rows = ",\n".join(map(line, categories))
    return f'{{\n"info":{line(about)},\n"licenses":{line(licences)},\n"categories":[\n{rows}\n],\n"annotations":['


def document_tail(pictures: Sequence[str], videos: Videos | None = None) -> bytes:
    """How it ends, from behind the last annotation, with the lines of its pictures, and of their videos and tracks."""
    lists = {
        "images": pictures,
        **({name: list(map(line, rows)) for name, rows in videos.lists().items()} if videos else {}),
    }
    text = ",\n".join(f'"{name}":[\n' + ",\n".join(rows) + "\n]" for name, rows in lists.items())
    return f"],\n{text}\n}}\n".encode("ascii")


def track_of(thing: StoredInstance) -> Track | None:
    """What `Videos` takes of a thing."""
    if thing.track_id is None or thing.video_id is None:
        return None
    return thing.track_id, thing.category_id, thing.video_id


def _compressed(selection: Selection) -> Iterator[Output]:
    return _files(selection, compressed, compressed)


def _uncompressed(selection: Selection) -> Iterator[Output]:
    return _files(selection, uncompressed, uncompressed)


def _polygons(selection: Selection) -> Iterator[Output]:
    counted = Counted()
    # Tools that take polygons alone still read crowds as codes: COCO's own crowds are.
    yield from _files(selection, counted.polygons_or(uncompressed), uncompressed)
    yield Said(counted.said())


_LACKS = "stuff, depth, cameras, 3D boxes, keypoints (coco-keypoints does) and things that no pixel shows"

COCO = Exporter("coco", "COCO instances with compressed run-length masks", _compressed, _LACKS)
COCO_UNCOMPRESSED = Exporter(
    "coco-uncompressed", "COCO instances with uncompressed run-length masks, for frPyObjects", _uncompressed, _LACKS
)
COCO_POLYGONS = Exporter(
    "coco-polygons",
    "COCO instances with polygons, or run-length masks where these would be wrong",
    _polygons,
    _LACKS,
)

"""COCO's panoptic segmentation: a PNG of segments for each picture, and what each segment is.

The format: https://cocodataset.org/#format-data (panoptic), and panopticapi's `evaluation.py`. A segment's id is red +
256 * green + 65536 * blue; 0 is void, which no segment lists. What no human could annotate is a crowd. panopticapi
keeps one crowd for each category of a picture, and counts what is found in the others as false: so there is one. The
PNGs lie in `annotations/panoptic_<split>/`, beside `annotations/panoptic_<split>.json`, as in COCO's own download.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from longtail.annotate.dataset.encoders import encode_panoptic
from longtail.annotate.exporters.coco import document_head, document_tail
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Piece, Taken
from longtail.annotate.exporters.growing import GrowingJson, line
from longtail.annotate.exporters.selection import Sample, Selection

Segments = Sequence[Mapping[str, Any]]


def _files(selection: Selection) -> Iterator[Output]:
    head = document_head(selection, selection.taxonomy.to_json())
    documents = {name: GrowingJson(f"annotations/panoptic_{name}.json", head, "") for name in selection.splits.names}
    pictures: dict[str, list[str]] = {name: [] for name in documents}
    for document in documents.values():
        yield document.begin()
    for sample in selection.samples():
        yield Taken(f"images/{sample.split}/{sample.file}", sample.source)
        segments, crowds = one_crowd_each(sample.record.segments_info)
        name = f"{sample.name}.png"
        yield _png(sample, f"annotations/panoptic_{sample.split}/{name}", crowds)
        pictures[sample.split].append(line({**sample.record.image, "file_name": sample.file}))
        yield documents[sample.split].row({"image_id": sample.index + 1, "file_name": name, "segments_info": segments})
    for split, document in documents.items():
        yield document.end()
        yield Piece(document.path, document_tail(pictures[split]))


def one_crowd_each(segments: Segments) -> tuple[list[dict[str, Any]], dict[int, int]]:
    """The segments of a picture with the crowds of a category as one, and which ids became which."""
    crowds: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for segment in segments:
        if segment["iscrowd"]:
            crowds[segment["category_id"]].append(segment)
    joined = {rows[0]["id"]: _joined(rows) for rows in crowds.values()}
    became = {row["id"]: rows[0]["id"] for rows in crowds.values() for row in rows[1:]}
    return [joined.get(row["id"], dict(row)) for row in segments if row["id"] not in became], became


def _joined(rows: Segments) -> dict[str, Any]:
    left, top = (min(row["bbox"][axis] for row in rows) for axis in (0, 1))
    right, bottom = (max(row["bbox"][axis] + row["bbox"][axis + 2] for row in rows) for axis in (0, 1))
    box = [left, top, right - left, bottom - top]
    return {**rows[0], "area": sum(row["area"] for row in rows), "bbox": box}


def _png(sample: Sample, path: str, became: Mapping[int, int]) -> Made | Taken:
    """The dataset's PNG, painted anew where segments were joined."""
    if not became:
        return Taken(path, sample.path("panoptic"))
    ids, places = np.unique(sample.read("panoptic"), return_inverse=True)
    kept = np.array([became.get(int(number), int(number)) for number in ids], dtype=np.int32)
    width, height = sample.record.camera.size_px
    return Made(path, encode_panoptic(kept[places].reshape(height, width)))


COCO_PANOPTIC = Exporter(
    "coco-panoptic",
    "COCO panoptic segmentation: PNGs of segments, things and stuff",
    _files,
    "depth, cameras, 3D boxes and hidden things; which thing of a crowd is which",
    ("panoptic",),
)

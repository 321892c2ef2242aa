"""COCO's panoptic segmentation: a PNG of segments for each picture, and what each segment is.

The format: https://cocodataset.org/#format-data (panoptic), and panopticapi. A segment's id is red + 256 * green +
65536 * blue; 0 is void, which no segment lists. Segments that no human could annotate have `iscrowd` 1. The PNGs lie in
`annotations/panoptic_<split>/`, beside `annotations/panoptic_<split>.json`, as in COCO's own download.
"""

from __future__ import annotations

from collections.abc import Iterator

from longtail.annotate.exporters.coco import document_head, document_tail
from longtail.annotate.exporters.exporter import Exporter, Output, Piece, Taken
from longtail.annotate.exporters.growing import GrowingJson, line
from longtail.annotate.exporters.selection import Selection


def _files(selection: Selection) -> Iterator[Output]:
    head = document_head(selection, selection.taxonomy.to_json())
    documents = {name: GrowingJson(f"annotations/panoptic_{name}.json", head, "") for name in selection.splits.names}
    pictures: dict[str, list[str]] = {name: [] for name in documents}
    for document in documents.values():
        yield document.begin()
    for sample in selection.samples():
        name = f"{sample.name}.png"
        yield Taken(f"images/{sample.split}/{sample.file}", sample.source)
        yield Taken(f"annotations/panoptic_{sample.split}/{name}", sample.path("panoptic"))
        pictures[sample.split].append(line({**sample.record.image, "file_name": sample.file}))
        segments = [dict(segment) for segment in sample.record.segments_info]
        yield documents[sample.split].row({"image_id": sample.index + 1, "file_name": name, "segments_info": segments})
    for split, document in documents.items():
        yield document.end()
        yield Piece(document.path, document_tail(pictures[split]))


COCO_PANOPTIC = Exporter(
    "coco-panoptic",
    "COCO panoptic segmentation: PNGs of segments, things and stuff",
    _files,
    "depth, cameras, 3D boxes and hidden things",
    ("panoptic",),
)

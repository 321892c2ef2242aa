"""OpenMMLab 2.0's annotation files, for MMDetection's `BaseDetDataset`.

The format: https://mmengine.readthedocs.io/en/latest/advanced_tutorials/basedataset.html, and MMDetection's
`mmdet/datasets/base_det_dataset.py` and `mmdet/datasets/transforms/loading.py`. Boxes are [x1, y1, x2, y2] with (0, 0)
at the top-left corner of the first pixel, labels count from 0, masks are compressed run-length codes. What no human
could annotate has `ignore_flag` 1, which MMDetection trains neither for nor against.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.coco_masks import compressed
from longtail.annotate.exporters.exporter import Exporter, Output, Taken
from longtail.annotate.exporters.growing import GrowingJson, line
from longtail.annotate.exporters.selection import Sample, Selection


def _files(selection: Selection) -> Iterator[Output]:
    colours = [list(selection.taxonomy.categories[number].rgb) for number in selection.classes]
    head = f'{{"metainfo":{line({"classes": selection.class_names, "palette": colours})},\n"data_list":['
    documents = {name: GrowingJson(f"annotations/{name}.json", head, "]}\n") for name in selection.splits.names}
    for document in documents.values():
        yield document.begin()
    for sample in selection.samples():
        yield Taken(f"images/{sample.split}/{sample.file}", sample.source)
        yield documents[sample.split].row(_picture(selection, sample))
    for document in documents.values():
        yield document.end()


def _picture(selection: Selection, sample: Sample) -> dict[str, Any]:
    width, height = sample.record.camera.size_px
    things = (*sample.things, *sample.ignored)
    return {
        "img_path": sample.file,
        "img_id": sample.index + 1,
        "height": height,
        "width": width,
        "condition": sample.record.condition,
        "instances": [_instance(thing, selection.classes[thing.category_id]) for thing in things],
    }


def _instance(thing: StoredInstance, label: int) -> dict[str, Any]:
    x, y, width, height = thing.bbox
    return {
        "bbox": [x, y, x + width, y + height],
        "bbox_label": label,
        "mask": compressed(thing),
        "ignore_flag": int(thing.ignore),
        "instance_id": thing.id,
    }


MMDETECTION = Exporter(
    "mmdetection",
    "OpenMMLab 2.0 annotation files for MMDetection's BaseDetDataset",
    _files,
    "stuff, depth, cameras, 3D boxes and hidden things",
)

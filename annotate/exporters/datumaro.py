"""Datumaro's own format, which CVAT imports, too: images/<split> and annotations/<split>.json.

The format: https://openvinotoolkit.github.io/datumaro/latest/docs/data-formats/datumaro_format.html, and CVAT's
https://docs.cvat.ai/docs/dataset_management/formats/format-datumaro. A thing is a mask (compressed run-length code) and
a box [x, y, width, height], which share a group. Labels count from 0. What no human could annotate has the attribute
`is_crowd`, as datumaro reads it from COCO's files.

Both tools also read `coco`, whose files lie as they look for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.exporter import Exporter, Output, Taken
from longtail.annotate.exporters.growing import GrowingJson, line
from longtail.annotate.exporters.selection import Sample, Selection

_IMAGES = 2
"""Datumaro's number for datasets of images."""


def _files(selection: Selection) -> Iterator[Output]:
    head = _head(selection)
    documents = {name: GrowingJson(f"annotations/{name}.json", head, "]}\n") for name in selection.splits.names}
    for document in documents.values():
        yield document.begin()
    for sample in selection.samples():
        yield Taken(f"images/{sample.split}/{sample.file}", sample.source)
        yield documents[sample.split].row(_item(selection, sample))
    for document in documents.values():
        yield document.end()


def _head(selection: Selection) -> str:
    names = selection.class_names
    labels = [{"name": name, "parent": "", "attributes": []} for name in names]
    colours = [selection.taxonomy.categories[number].rgb for number in selection.classes]
    masks = [{"label_id": n, "r": red, "g": green, "b": blue} for n, (red, green, blue) in enumerate(colours)]
    categories = {
        "label": {"labels": labels, "label_groups": [], "attributes": ["is_crowd"]},
        "mask": {"colormap": masks},
    }
    about = {"dm_format_version": "1.0", "media_type": _IMAGES, "infos": {}, "categories": categories}
    return f'{line(about)[:-1]},"items":['


def _item(selection: Selection, sample: Sample) -> dict[str, Any]:
    width, height = sample.record.camera.size_px
    shapes = [_shapes(thing, selection.classes[thing.category_id]) for thing in (*sample.things, *sample.ignored)]
    return {
        "id": sample.name,
        "annotations": [shape for some in shapes for shape in some],
        "attr": {"frame": sample.index, "condition": sample.record.condition},
        "image": {"path": sample.file, "size": [height, width]},
    }


def _shapes(thing: StoredInstance, label: int) -> list[dict[str, Any]]:
    shared = {
        "id": thing.id,
        "attributes": {
            "is_crowd": thing.ignore,
            "asset": thing.asset,
            "visible_fraction": thing.visible_fraction,
            "truncation": thing.truncation,
            **(thing.attributes or {}),
        },
        "group": thing.id,
        "label_id": label,
        "object_id": thing.id,
        "z_order": 0,
    }
    mask = {**shared, "type": "mask", "rle": {"counts": thing.counts, "size": list(thing.size)}}
    return [mask, {**shared, "type": "bbox", "bbox": list(thing.bbox)}]


DATUMARO = Exporter(
    "datumaro",
    "datumaro's own format, with masks, boxes and attributes; for CVAT, too",
    _files,
    "stuff, depth, cameras, 3D boxes and hidden things",
)

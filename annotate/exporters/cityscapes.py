"""Cityscapes: leftImg8bit and gtFine, with label ids, train ids, colours, instance ids and polygons.

The format: https://github.com/mcordts/cityscapesScripts, `helpers/labels.py` (the labels), `preparation/
json2labelImg.py` and `json2instanceImg.py` (what the pictures hold). An instance id is a label's id * 1000 and a number
that counts from 0 in each picture; what is one of a group, or of a label without instances, has the label's id alone.
What no human could annotate is one of a group (`cargroup`), which the evaluation leaves out.

Polygons are painted over each other in the order of the file, from the largest to the smallest, so that holes are what
is painted later. Painted with Pillow, as Cityscapes' own scripts do, they give the label ids back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from longtail.annotate.dataset.encoders import encode_mask8, encode_mask16, encode_png
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Said
from longtail.annotate.exporters.growing import line
from longtail.annotate.exporters.pictures import picture_as
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.labels.outlines import Outline, outlines
from longtail.annotate.labels.taxonomy import MAX_CATEGORY, VOID, Category, Taxonomy

_CITY = "longtail"


class Label(NamedTuple):
    """One of Cityscapes' labels."""

    name: str
    train_id: int
    rgb: tuple[int, int, int]


LABELS: dict[int, Label] = {
    0: Label("unlabeled", 255, (0, 0, 0)),
    3: Label("out of roi", 255, (0, 0, 0)),
    4: Label("static", 255, (0, 0, 0)),
    5: Label("dynamic", 255, (111, 74, 0)),
    6: Label("ground", 255, (81, 0, 81)),
    7: Label("road", 0, (128, 64, 128)),
    8: Label("sidewalk", 1, (244, 35, 232)),
    9: Label("parking", 255, (250, 170, 160)),
    10: Label("rail track", 255, (230, 150, 140)),
    11: Label("building", 2, (70, 70, 70)),
    12: Label("wall", 3, (102, 102, 156)),
    13: Label("fence", 4, (190, 153, 153)),
    14: Label("guard rail", 255, (180, 165, 180)),
    15: Label("bridge", 255, (150, 100, 100)),
    16: Label("tunnel", 255, (150, 120, 90)),
    17: Label("pole", 5, (153, 153, 153)),
    18: Label("polegroup", 255, (153, 153, 153)),
    19: Label("traffic light", 6, (250, 170, 30)),
    20: Label("traffic sign", 7, (220, 220, 0)),
    21: Label("vegetation", 8, (107, 142, 35)),
    22: Label("terrain", 9, (152, 251, 152)),
    23: Label("sky", 10, (70, 130, 180)),
    24: Label("person", 11, (220, 20, 60)),
    25: Label("rider", 12, (255, 0, 0)),
    26: Label("car", 13, (0, 0, 142)),
    27: Label("truck", 14, (0, 0, 70)),
    28: Label("bus", 15, (0, 60, 100)),
    29: Label("caravan", 255, (0, 0, 90)),
    30: Label("trailer", 255, (0, 0, 110)),
    31: Label("train", 16, (0, 80, 100)),
    32: Label("motorcycle", 17, (0, 0, 230)),
    33: Label("bicycle", 18, (119, 11, 32)),
}
_WITH_INSTANCES = range(24, 34)
_MOST_INSTANCES = 1000
"""Of a label, in one picture: the next would have the ids of the next label."""
_OUT_OF_ROI, _STATIC, _DYNAMIC = 3, 4, 5


def _files(selection: Selection) -> Iterator[Output]:
    label_of = _label_ids(selection.taxonomy)
    for sample in selection.samples():
        yield from _of_one(sample, label_of)
    if foreign := [category.name for _, category in selection.taxonomy if not _has_label(category)]:
        yield Said(f"Cityscapes has no label for {', '.join(foreign)}: things are `dynamic`, all else is `static`")


def _of_one(sample: Sample, label_of: NDArray[np.uint8]) -> Iterator[Output]:
    stem = f"{_CITY}_{sample.record.shown.scene:06d}_{sample.index:06d}"
    picture, truth = f"{sample.split}/{_CITY}/{stem}_leftImg8bit.png", f"gtFine/{sample.split}/{_CITY}/{stem}_gtFine"
    yield picture_as(sample, "png", f"leftImg8bit/{picture}")
    labels, owners = label_of[sample.read("semantic")], sample.read("instance")
    train_of = np.array([LABELS[n].train_id if n in LABELS else 255 for n in range(256)], dtype=np.uint8)
    rgb_of = np.array([LABELS[n].rgb if n in LABELS else (0, 0, 0) for n in range(256)], dtype=np.uint8)
    yield Made(f"{truth}_labelIds.png", encode_mask8(labels))
    yield Made(f"{truth}_labelTrainIds.png", encode_mask8(train_of[labels]))
    yield Made(f"{truth}_color.png", encode_png(rgb_of[labels]))
    yield Made(f"{truth}_instanceIds.png", encode_mask16(_instance_ids(sample, labels, owners)))
    yield Made(f"{truth}_polygons.json", _polygons(sample, labels, owners))


def _label_ids(taxonomy: Taxonomy) -> NDArray[np.uint8]:
    """Cityscapes' label by the id of a category (256,)."""
    ids = np.full(MAX_CATEGORY + 1, _STATIC, dtype=np.uint8)
    ids[VOID] = _OUT_OF_ROI
    for number, category in taxonomy:
        ids[number] = _label_id(category)
    return ids


def _has_label(category: Category) -> bool:
    return category.cityscapes_id > 0 and category.cityscapes_id in LABELS


def _label_id(category: Category) -> int:
    if _has_label(category):
        return category.cityscapes_id
    return _DYNAMIC if category.is_thing else _STATIC


def _instance_ids(sample: Sample, labels: NDArray[np.uint8], owners: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """(H, W): label * 1000 + number where an instance is, the label elsewhere."""
    ids, counts = labels.astype(np.uint16), dict.fromkeys(_WITH_INSTANCES, 0)
    of_owner = np.zeros(int(owners.max()) + 1, dtype=np.uint16)
    for thing in sample.things:
        label = _label_id(thing.category)
        if label in counts and counts[label] < _MOST_INSTANCES:
            of_owner[thing.id] = label * 1000 + counts[label]
            counts[label] += 1
    return np.asarray(np.where(of_owner[owners] > 0, of_owner[owners], ids))


def _polygons(sample: Sample, labels: NDArray[np.uint8], owners: NDArray[np.uint16]) -> bytes:
    groups = {thing.id for thing in sample.ignored}
    objects: list[tuple[float, dict[str, Any]]] = []
    for outline, label, owner in _regions(labels, owners):
        name = LABELS[label].name + ("group" if owner in groups and label in _WITH_INSTANCES else "")
        objects.append((outline.area(), {"label": name, "polygon": outline.border().tolist()}))
    objects.sort(key=lambda pair: -pair[0])
    height, width = labels.shape
    rows = ",\n".join(line(item) for _, item in objects)
    return f'{{"imgHeight":{height},"imgWidth":{width},"objects":[\n{rows}\n]}}\n'.encode("ascii")


def _regions(labels: NDArray[np.uint8], owners: NDArray[np.uint16]) -> Iterator[tuple[Outline, int, int]]:
    """The outer outline of every connected region of one label and one thing, with both."""
    kinds, places = np.unique(labels.astype(np.int32) << 16 | owners, return_inverse=True)
    numbered = places.reshape(labels.shape).astype(np.int32) + 1
    for number, (kind, where) in enumerate(zip(kinds.tolist(), ndimage.find_objects(numbered), strict=True), start=1):
        rows, columns = where
        for outline in outlines(numbered[where] == number, (columns.start, rows.start)):
            if not outline.hole:
                yield outline, kind >> 16, kind & 0xFFFF


CITYSCAPES = Exporter(
    "cityscapes",
    "Cityscapes' leftImg8bit and gtFine: label ids, train ids, colours, instances, polygons",
    _files,
    "depth, cameras, 3D boxes and hidden things; which polygons are parts of one thing (the instance ids do)",
    ("semantic", "instance"),
)

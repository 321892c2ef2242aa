"""PASCAL VOC: JPEG pictures, a file of boxes for each, class and object masks, and the lists of the splits.

The format: http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html. Boxes count pixels from 1 and hold
their last ones: [xmin, ymin, xmax, ymax] of the one pixel at the top left is [1, 1, 1, 1]. In the masks 0 is the
background, 255 void. What no human could annotate is `difficult`, which the evaluation leaves out, and void. By VOC's
guidelines a thing is `truncated` from 15 % outside the picture on, and `occluded` from 5 % hidden on
(http://host.robots.ox.ac.uk/pascal/VOC/voc2012/guidelines.html). Folders are those that torchvision looks for.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Piece, Said
from longtail.annotate.exporters.pictures import picture_as
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.wording import counted

_ROOT = "VOCdevkit/VOC2012"
_VOID = 255
_MOST = _VOID - 1
"""Classes of a dataset, or objects of a picture, that an 8-bit mask tells apart."""
_TRUNCATED, _OCCLUDED = 0.15, 0.05


def _files(selection: Selection) -> Iterator[Output]:
    if len(selection.classes) > _MOST:
        raise DatasetError(f"voc: expected at most {_MOST} categories of things, got {len(selection.classes)}")
    crowded = 0
    for name in selection.splits.names:
        for task in ("Main", "Segmentation"):
            yield Piece(f"{_ROOT}/ImageSets/{task}/{name}.txt", b"")
    for sample in selection.samples():
        yield picture_as(sample, "jpg", f"{_ROOT}/JPEGImages/{sample.name}.jpg")
        yield Made(f"{_ROOT}/Annotations/{sample.name}.xml", _annotation(sample))
        of_class, of_object = _masks(selection, sample)
        yield Made(f"{_ROOT}/SegmentationClass/{sample.name}.png", of_class)
        yield Made(f"{_ROOT}/SegmentationObject/{sample.name}.png", of_object)
        for task in ("Main", "Segmentation"):
            yield Piece(f"{_ROOT}/ImageSets/{task}/{sample.split}.txt", f"{sample.name}\n".encode("ascii"))
        for number, name in zip(selection.classes, selection.class_names, strict=True):
            path = f"{_ROOT}/ImageSets/Main/{_file_name(name)}_{sample.split}.txt"
            yield Piece(path, f"{sample.name} {_shows(sample, number):2d}\n".encode("ascii"))
        crowded += len(sample.things) > _MOST
    yield Made(f"{_ROOT}/labelmap.txt", _label_map(selection).encode("utf-8"))
    if selection.info.image_format != "jpg":
        yield Said("Pictures are JPEGs of quality 95, as the format has no others; the dataset's are without that loss")
    if crowded:
        yield Said(
            f"More than {_MOST} things: in {counted(crowded, 'picture')} the object masks have the others as void"
        )


def _file_name(name: str) -> str:
    return name.replace("/", "_")


def _shows(sample: Sample, number: int) -> int:
    """1 where a thing of the category counts, 0 where all of them are difficult, -1 where there is none."""
    if any(thing.category_id == number for thing in sample.things):
        return 1
    return 0 if any(thing.category_id == number for thing in sample.ignored) else -1


def _annotation(sample: Sample) -> bytes:
    width, height = sample.record.camera.size_px
    root = ElementTree.Element("annotation")
    _leaves(root, {"folder": "VOC2012", "filename": f"{sample.name}.jpg"})
    _leaves(
        ElementTree.SubElement(root, "source"), {"database": "Longtail", "annotation": "Longtail", "image": "Longtail"}
    )
    _leaves(ElementTree.SubElement(root, "size"), {"width": width, "height": height, "depth": 3})
    _leaves(root, {"segmented": 1})
    for thing in (*sample.things, *sample.ignored):
        x, y, across, down = thing.bbox
        item = ElementTree.SubElement(root, "object")
        _leaves(item, {"name": thing.category.name, "pose": "Unspecified", **_flags(thing)})
        box = {"xmin": x + 1, "ymin": y + 1, "xmax": x + across, "ymax": y + down}
        _leaves(ElementTree.SubElement(item, "bndbox"), box)
    ElementTree.indent(root)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f"{text}\n".encode()


def _flags(thing: StoredInstance) -> dict[str, int]:
    hidden = 0.0 if thing.visible_fraction is None else 1 - thing.visible_fraction
    return {
        "truncated": int(thing.truncation >= _TRUNCATED),
        "occluded": int(hidden >= _OCCLUDED),
        "difficult": int(thing.ignore),
    }


def _leaves(parent: ElementTree.Element, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        ElementTree.SubElement(parent, name).text = str(value)


def _masks(selection: Selection, sample: Sample) -> tuple[bytes, bytes]:
    """PNGs of the class (0 to K) and of the object (in the order of the annotation, from 1) of each pixel."""
    owners = sample.read("instance")
    of_class, of_object = (np.full(int(owners.max()) + 1, _VOID, dtype=np.uint8) for _ in range(2))
    of_class[0] = of_object[0] = 0
    for place, thing in enumerate(sample.things, start=1):
        of_class[thing.id] = selection.classes[thing.category_id] + 1
        of_object[thing.id] = min(place, _VOID)
    return _indexed(of_class[owners]), _indexed(of_object[owners])


def _indexed(mask: NDArray[np.uint8]) -> bytes:
    """A PNG of indices with VOC's colours."""
    height, width = mask.shape
    image = Image.frombytes("P", (width, height), mask.tobytes())
    image.putpalette(colours().ravel().tolist())
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def colours() -> NDArray[np.uint8]:
    """VOC's colour (256, 3) of each index: `VOClabelcolormap.m` of the development kit.

    Examples:
        >>> colours()[[0, 1, 2, 255]].tolist()
        [[0, 0, 0], [128, 0, 0], [0, 128, 0], [224, 224, 192]]
    """
    index = np.arange(256)[:, None]
    bits = [((index >> 3 * place + np.arange(3)) & 1) << 7 - place for place in range(8)]
    return np.asarray(np.sum(bits, axis=0), dtype=np.uint8)


def _label_map(selection: Selection) -> str:
    """The classes and their colours, in the manner of CVAT."""
    names = ["background", *selection.class_names]
    rows = [f"{name}:{','.join(map(str, rgb))}::" for name, rgb in zip(names, colours().tolist(), strict=False)]
    return "\n".join(["# label:color_rgb:parts:actions", *rows]) + "\n"


VOC = Exporter(
    "voc",
    "PASCAL VOC: boxes as XML, class and object masks, lists of splits",
    _files,
    "stuff, depth, cameras, 3D boxes and hidden things",
    ("instance",),
)

"""YOLO detection as Ultralytics reads it: a text file of boxes beside each picture, and data.yaml.

The format: https://docs.ultralytics.com/datasets/detect/. A line is `class x y width height`: the box's centre and size
as shares of the picture's width and height. Classes count from 0. A picture without things has an empty file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import yaml

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.exporters.exporter import Exporter, Made, Taken
from longtail.annotate.exporters.splits import Splits
from longtail.annotate.labels.boxes import Box
from longtail.annotate.labels.taxonomy import Taxonomy

_DECIMALS = 6
"""Of shares: a hundredth of a pixel of a picture that is 10,000 wide."""


def _files(dataset: Dataset, splits: Splits) -> Iterator[Made | Taken]:
    """data.yaml first, then picture and labels of each frame, in ascending order."""
    classes = classes_of(dataset.info.taxonomy)
    yield Made("data.yaml", _about(dataset.info.taxonomy, splits))
    picture = dataset.info.layers()["images"]
    for record in dataset.records():
        source = picture.path(record.index)
        split, name = splits.of(dataset.info.seed, record.shown.scene), PurePosixPath(source)
        yield Taken(f"images/{split}/{name.name}", source)
        yield Made(f"labels/{split}/{name.stem}.txt", _lines(record, classes).encode("ascii"))


def classes_of(taxonomy: Taxonomy) -> dict[int, int]:
    """The class of each thing's category id: 0 to K-1, in their order."""
    return {number: place for place, number in enumerate(n for n, category in taxonomy if category.is_thing)}


def _about(taxonomy: Taxonomy, splits: Splits) -> bytes:
    # Without a `path`, the folders are looked for beside this file, wherever that is moved to.
    folders = {name: f"images/{name}" for name in splits.names}
    names = {place: taxonomy.categories[number].name for number, place in classes_of(taxonomy).items()}
    return yaml.safe_dump({**folders, "names": names}, sort_keys=False).encode("ascii")


def _lines(record: StoredFrame, classes: dict[int, int]) -> str:
    """What no human could annotate is left out, as in instances.json."""
    seen = [thing for thing in record.instances if not thing.ignore]
    return "".join(f"{classes[thing.category_id]} {_shares(thing.bbox, record.camera.size_px)}\n" for thing in seen)


def _shares(box: Box, size_px: tuple[int, int]) -> str:
    (x, y, width, height), (across, down) = box, size_px
    values = (x + width / 2) / across, (y + height / 2) / down, width / across, height / down
    return " ".join(f"{value:.{_DECIMALS}f}" for value in values)


YOLO = Exporter("yolo", "boxes for Ultralytics' detectors: images/, labels/ and data.yaml", _files)

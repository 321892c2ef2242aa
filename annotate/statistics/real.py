"""A real dataset to compare with: any COCO instances file. It comes from elsewhere, so nothing in it is trusted."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longtail.annotate.dataset.layout import is_inside
from longtail.annotate.errors import DatasetError
from longtail.annotate.statistics.boxes import Boxes
from longtail.annotate.statistics.brightness import evenly


@dataclass(frozen=True, eq=False)
class RealDataset:
    """The boxes of a COCO file, crowds left out, and those of its pictures that are at hand (an even sample)."""

    name: str
    boxes: Boxes
    categories: tuple[str, ...]
    pictures: tuple[Path, ...]


def read_coco(path: Path) -> RealDataset:
    """DatasetError where the file is no COCO instances file."""
    with as_coco(f"--against {path}"):
        raw = json.loads(path.read_bytes())
        names = {int(category["id"]): str(category["name"]).strip().lower() for category in raw["categories"]}
        sizes = {image["id"]: _size(image) for image in raw["images"]}
        labels: dict[Any, tuple[list[str], list[list[float]]]] = {image: ([], []) for image in sizes}
        for label in raw["annotations"]:
            if not label.get("iscrowd"):
                found, boxes_px = labels[label["image_id"]]
                found.append(names[label["category_id"]])
                boxes_px.append(_box(label["bbox"]))
        files = [str(image.get("file_name", "")) for image in raw["images"]]
    boxes = Boxes()
    for image, size in sizes.items():
        boxes.add_picture(size, *labels[image])
    return RealDataset(path.name, boxes, tuple(sorted(set(names.values()))), tuple(_pictures(path, files)))


@contextmanager
def as_coco(where: str) -> Iterator[None]:
    """DatasetError, naming the file as `where`, for what cannot be read or is no COCO annotations file."""
    try:
        yield
    except OSError as error:
        raise DatasetError(f"{where}: expected a COCO annotations file, but {error.strerror}") from error
    except KeyError as error:
        raise DatasetError(f"{where}: expected COCO annotations, but {error} is missing or unknown") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DatasetError(f"{where}: expected COCO annotations, got a file that is none: {error}") from error


def _size(image: Mapping[str, Any]) -> tuple[int, int]:
    width, height = int(image["width"]), int(image["height"])
    if width < 1 or height < 1:
        raise ValueError(f"image {image['id']}: expected a width and height of 1 or more, got {width} and {height}")
    return width, height


def _box(box: Any) -> list[float]:
    values = [float(value) for value in box]
    if len(values) != 4 or not all(math.isfinite(value) for value in values) or min(values[2:]) < 0:
        raise ValueError(f"expected a bbox [x, y, width, height], got {box!r:.80}")
    return values


def _pictures(path: Path, files: list[str]) -> Iterator[Path]:
    named = [name for name in files if is_inside(name)]
    if folder := folder_of(path, named):
        yield from (folder / named[place] for place in evenly(list(range(len(named)))))


def folder_of(path: Path, named: Sequence[str]) -> Path | None:
    """Where datasets keep a file's pictures: beside it, in images/, or in COCO's own folders (val2017).

    None where the first of `named`, paths that stay inside their folder, is in none of these.
    """
    here, above = path.parent, path.parent.parent
    split = path.stem.removeprefix("instances_")
    folders = (here, here / "images", above / "images", above / split, above / "images" / split, above)
    return next((folder for folder in folders if named and (folder / named[0]).is_file()), None)

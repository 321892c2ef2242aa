"""A real dataset to compare with: a COCO instances file or a folder of pictures. Nothing in it is trusted."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from longtail.annotate.against.conditions import condition_of
from longtail.annotate.dataset.layout import is_inside
from longtail.annotate.errors import DatasetError
from longtail.annotate.statistics.boxes import Boxes

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
"""How names of pictures end, in a folder of them."""


@dataclass(frozen=True, eq=False)
class RealPicture:
    """One picture.

    Attributes:
        path: None where its file is not there
        size_px: (width, height) as the set says; None where only its pixels can tell
        condition: as `annotate.against.conditions.condition_of` has it; "" where the set does not say
        boxes_px: [x, y, width, height] of each thing, crowds left out, whose `names` are in lower case
        crowds_px: boxes of crowds, as far as they are boxes
    """

    path: Path | None
    size_px: tuple[int, int] | None
    condition: str = ""
    names: tuple[str, ...] = ()
    boxes_px: tuple[tuple[float, float, float, float], ...] = ()
    crowds_px: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, eq=False)
class RealDataset:
    """A real set: what could be read of it, and of what could not, a sentence each."""

    name: str
    categories: tuple[str, ...]
    pictures: tuple[RealPicture, ...]
    left_out: tuple[str, ...] = field(default=())
    labelled: bool = True

    @cached_property
    def boxes(self) -> Boxes:
        """Those of all pictures whose size is known."""
        boxes = Boxes()
        for picture in self.pictures:
            if picture.size_px is not None:
                boxes.add_picture(picture.size_px, picture.names, picture.boxes_px, picture.condition)
        return boxes


def read_real(path: Path, option: str = "--against") -> RealDataset:
    """A set from a COCO file with its pictures, or from a folder of pictures without labels.

    Rows that say nothing usable are left out and named. DatasetError, which names the `option` that the set was given
    by, for no COCO file, or where nothing is left.
    """
    return _read_folder(path, option) if path.is_dir() else read_coco(path, option)


def _read_folder(path: Path, option: str) -> RealDataset:
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in PICTURES and file.is_file())
    if not files:
        raise DatasetError(
            f"{option} {path}: expected a folder with pictures ({', '.join(sorted(PICTURES))}), got none"
        )
    return RealDataset(path.name, (), tuple(RealPicture(file, None) for file in files), labelled=False)


def read_coco(path: Path, option: str = "--against") -> RealDataset:
    """DatasetError where the file is no COCO instances file, or no image of it can be used."""
    with as_coco(f"{option} {path}"):
        raw = json.loads(path.read_bytes())
        images, labels = list(raw["images"]), list(raw["annotations"])
        names = {int(category["id"]): str(category["name"]).strip().lower() for category in raw["categories"]}
    left_out: list[str] = []
    known = _images(images, left_out)
    rows: dict[Any, list[tuple[str, tuple[float, float, float, float]]]] = {number: [] for number in known}
    crowds: dict[Any, list[tuple[float, float, float, float]]] = {number: [] for number in known}
    for place, label in enumerate(labels):
        try:
            number, row = _label(label, known, names)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            left_out.append(f"annotation {_called(label, place)}: {_reason(error)}")
            continue
        if row is not None:
            rows[number].append(row)
        else:
            with suppress(KeyError, TypeError, ValueError):
                crowds[number].append(_box(label["bbox"]))
    if not known:
        raise DatasetError(f"{option} {path}: expected images with an id, width and height, got none; {left_out[:1]}")
    folder = folder_of(path, [str(image.get("file_name", "")) for image in known.values() if _named(image)])
    pictures = tuple(_picture(image, rows[number], crowds[number], folder, left_out) for number, image in known.items())
    return RealDataset(path.name, tuple(sorted(set(names.values()))), pictures, tuple(left_out))


def _images(images: Sequence[Any], left_out: list[str]) -> dict[Any, Mapping[str, Any]]:
    known: dict[Any, Mapping[str, Any]] = {}
    for place, image in enumerate(images):
        try:
            _size(image)
            if image["id"] in known:
                raise ValueError("another image has this id")
            known[image["id"]] = image
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            left_out.append(f"image {_called(image, place)}: {_reason(error)}")
    return known


def _label(
    label: Mapping[str, Any], known: Mapping[Any, Mapping[str, Any]], names: Mapping[int, str]
) -> tuple[Any, tuple[str, tuple[float, float, float, float]] | None]:
    """The image's id and the row; None for a crowd. KeyError, TypeError or ValueError for what cannot be used."""
    number = label["image_id"]
    if number not in known:
        raise ValueError(f"expected an image_id of an image that can be used, got {number!r:.40}")
    if label.get("iscrowd"):
        return number, None
    if label["category_id"] not in names:
        raise ValueError(f"expected a category_id of a category, got {label['category_id']!r:.40}")
    box, (width, height) = _box(label["bbox"]), _size(known[number])
    if box[0] >= width or box[1] >= height or box[0] + box[2] <= 0 or box[1] + box[3] <= 0:
        raise ValueError(f"expected a bbox in the picture of {width}x{height} pixels, got {list(box)}")
    return number, (names[label["category_id"]], box)


def _picture(
    image: Mapping[str, Any],
    rows: Sequence[tuple[str, tuple[float, float, float, float]]],
    crowds: Sequence[tuple[float, float, float, float]],
    folder: Path | None,
    left_out: list[str],
) -> RealPicture:
    path = folder / str(image["file_name"]) if folder is not None and _named(image) else None
    if path is None or not path.is_file():
        left_out.append(f"pixels of image {image['id']!r:.40}: there is no file {image.get('file_name')!r:.120}")
        path = None
    condition = image.get("condition")
    return RealPicture(
        path,
        _size(image),
        condition_of(condition) if isinstance(condition, str) else "",
        tuple(name for name, _ in rows),
        tuple(box for _, box in rows),
        tuple(crowds),
    )


def _named(image: Mapping[str, Any]) -> bool:
    name = image.get("file_name")
    return isinstance(name, str) and is_inside(name)


def _called(row: Any, place: int) -> str:
    number = row.get("id") if isinstance(row, Mapping) else None
    return f"{number!r:.40}" if number is not None else f"number {place + 1} of the file"


def _reason(error: Exception) -> str:
    return f"expected a key {error}" if isinstance(error, KeyError) else str(error)[:200]


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
        raise ValueError(f"expected a width and height of 1 or more, got {width} and {height}")
    return width, height


def _box(box: Any) -> tuple[float, float, float, float]:
    values = [float(value) for value in box]
    if len(values) != 4 or not all(math.isfinite(value) for value in values) or min(values[2:]) <= 0:
        raise ValueError(f"expected a bbox [x, y, width, height], got {box!r:.80}")
    return values[0], values[1], values[2], values[3]


def folder_of(path: Path, named: Sequence[str]) -> Path | None:
    """Where datasets keep a file's pictures: beside it, in images/, or in COCO's own folders (val2017).

    None where none of the first hundred of `named`, paths that stay inside their folder, is in any of these.
    """
    here, above = path.parent, path.parent.parent
    split = path.stem.removeprefix("instances_")
    folders = (here, here / "images", above / "images", above / split, above / "images" / split, above)
    return next((folder for name in named[:100] for folder in folders if (folder / name).is_file()), None)

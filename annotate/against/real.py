"""A real dataset to compare with: a COCO instances file or a folder of pictures. Nothing in it is trusted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from longtail.annotate.against.coco_rows import (
    Box,
    box_of,
    called,
    categories_of,
    document_of,
    known,
    reason,
    require_in_picture,
    row_called,
    size_of_image,
)
from longtail.annotate.against.conditions import condition_of
from longtail.annotate.dataset.layout import is_inside
from longtail.annotate.dataset.looking import files_below
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
    boxes_px: tuple[Box, ...] = ()
    crowds_px: tuple[Box, ...] = ()


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
    # Unlike a Path's, this answers for places that may not be looked at: reading them says why.
    return _read_folder(path, option) if os.path.isdir(path) else read_coco(path, option)  # noqa: PTH112


def _read_folder(path: Path, option: str) -> RealDataset:
    try:
        files = sorted(file for file in files_below(path) if file.suffix.lower() in PICTURES and file.is_file())
    except OSError as error:
        raise DatasetError(
            f"{option} {error.filename or path}: expected a folder that may be looked at, but {error.strerror}"
        ) from error
    if not files:
        raise DatasetError(
            f"{option} {path}: expected a folder with pictures ({', '.join(sorted(PICTURES))}), got none"
        )
    return RealDataset(path.name, (), tuple(RealPicture(file, None) for file in files), labelled=False)


def read_coco(path: Path, option: str = "--against") -> RealDataset:
    """DatasetError where the file is no COCO instances file, or no image of it can be used."""
    with as_coco(f"{option} {path}"):
        raw = document_of(path.read_bytes())
        names = categories_of(raw["categories"])
    left_out: list[str] = []
    images = _images(raw["images"], left_out)
    rows: dict[Any, list[tuple[str, Box]]] = {number: [] for number in images}
    crowds: dict[Any, list[Box]] = {number: [] for number in images}
    for place, label in enumerate(raw["annotations"]):
        try:
            number, row = _label(label, images, names)
        except (KeyError, ValueError) as error:
            left_out.append(f"annotation {row_called(label, place)}: {reason(error)}")
            continue
        if row is not None:
            rows[number].append(row)
        else:
            with suppress(KeyError, ValueError):
                crowds[number].append(_box(label["bbox"]))
    if not images:
        raise DatasetError(f"{option} {path}: expected images with an id, width and height, got none; {left_out[:1]}")
    folder = folder_of(path, [str(image.get("file_name", "")) for image in images.values() if _named(image)])
    pictures = tuple(
        _picture(image, rows[number], crowds[number], folder, left_out) for number, image in images.items()
    )
    return RealDataset(path.name, tuple(sorted(set(names.values()))), pictures, tuple(left_out))


def _images(rows: Sequence[Any], left_out: list[str]) -> dict[Any, Mapping[str, Any]]:
    images: dict[Any, Mapping[str, Any]] = {}
    for place, image in enumerate(rows):
        try:
            size_of_image(image)
            images[new_id(image, images)] = image
        except (KeyError, ValueError) as error:
            left_out.append(f"image {row_called(image, place)}: {reason(error)}")
    return images


def new_id(image: Mapping[str, Any], images: Mapping[Any, Any]) -> Any:
    """An image's id; ValueError for none, and for one that one of `images` has."""
    number = image["id"]
    # What went through a table of floats has such ids: 1.0 is 1 as a key, too.
    if not isinstance(number, (int, str)) and not (isinstance(number, float) and number.is_integer()):
        raise ValueError(f"expected a whole number or a text as id, got {called(number)}")
    if number in images:
        raise ValueError("another image has this id")
    return number


def _label(
    label: Any, images: Mapping[Any, Mapping[str, Any]], names: Mapping[int, str]
) -> tuple[Any, tuple[str, Box] | None]:
    """The image's id and the row; None for a crowd. KeyError or ValueError for what cannot be used."""
    number = known(label, "image_id", images, "of an image that can be used")
    if label.get("iscrowd"):
        return number, None
    name = names[known(label, "category_id", names, "of a category")]
    box = _box(label["bbox"])
    require_in_picture(box, size_of_image(images[number]))
    return number, (name, box)


def _box(raw: Any) -> Box:
    box = box_of(raw)
    if not min(box[2:]) > 0:
        raise ValueError(f"expected a bbox [x, y, width, height], got {called(raw)}")
    return box


def _picture(
    image: Mapping[str, Any],
    rows: Sequence[tuple[str, Box]],
    crowds: Sequence[Box],
    folder: Path | None,
    left_out: list[str],
) -> RealPicture:
    path = folder / str(image["file_name"]) if folder is not None and _named(image) else None
    if path is None or not is_file(path):
        left_out.append(f"pixels of image {image['id']!r:.40}: there is no file {image.get('file_name')!r:.120}")
        path = None
    condition = image.get("condition")
    return RealPicture(
        path,
        size_of_image(image),
        condition_of(condition) if isinstance(condition, str) else "",
        tuple(name for name, _ in rows),
        tuple(box for _, box in rows),
        tuple(crowds),
    )


def _named(image: Mapping[str, Any]) -> bool:
    name = image.get("file_name")
    return isinstance(name, str) and is_inside(name)


@contextmanager
def as_coco(where: str) -> Iterator[None]:
    """DatasetError, naming the file as `where`, for what cannot be read or is no COCO annotations file."""
    try:
        yield
    except OSError as error:
        raise DatasetError(f"{where}: expected a COCO annotations file, but {error.strerror}") from error
    except KeyError as error:
        raise DatasetError(f"{where}: expected COCO annotations, but {error} is missing or unknown") from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{where}: expected COCO annotations, got a file that is none: {error}") from error


def is_file(path: Path) -> bool:
    """Whether there is a file, also of a name that no file system takes.

    DatasetError where this process cannot spell the name, though others can: the file may well be there.
    """
    encoding = sys.getfilesystemencoding()
    if encoding != "utf-8":
        try:
            str(path).encode(encoding, "surrogateescape")
        except UnicodeEncodeError:
            raise DatasetError(
                f"{path}: expected a file name in {encoding}, as this process was started (LC_ALL, PYTHONUTF8=0); "
                "PYTHONUTF8=1 has it read all names"
            ) from None
    try:
        return path.is_file()
    except OSError:
        return False


def folder_of(path: Path, named: Sequence[str]) -> Path | None:
    """Where datasets keep a file's pictures: beside it, in images/, or in COCO's own folders (val2017).

    None where none of the first hundred of `named`, paths that stay inside their folder, is in any of these.
    """
    here, above = path.parent, path.parent.parent
    split = path.stem.removeprefix("instances_")
    folders = (here, here / "images", above / "images", above / split, above / "images" / split, above)
    return next((folder for name in named[:100] for folder in folders if is_file(folder / name)), None)

"""A real COCO set with its pictures. It comes from elsewhere, so nothing in it is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.against.coco_rows import (
    box_of,
    called,
    categories_of,
    document_of,
    known,
    object_of,
    reason,
    require_in_picture,
    row_called,
    size_of_image,
)
from longtail.annotate.against.real import as_coco, folder_of, is_file, new_id
from longtail.annotate.dataset.layout import is_inside
from longtail.annotate.errors import DatasetError
from longtail.annotate.mixing.scaled import require_whole


@dataclass(frozen=True, eq=False)
class RealPicture:
    """One picture: its file, what the set says of it, and its annotations as they are."""

    path: Path
    image: Mapping[str, Any]
    size_px: tuple[int, int]
    annotations: tuple[Mapping[str, Any], ...]

    def read(self) -> NDArray[np.uint8]:
        """(H, W, 3) uint8, red first; DatasetError where the file is none, or of another size than the set says."""
        try:
            with Image.open(self.path) as picture:
                rgb = np.asarray(picture.convert("RGB"), dtype=np.uint8)
        except (OSError, SyntaxError, Image.DecompressionBombError) as error:
            why = getattr(error, "strerror", None) or error
            raise DatasetError(f"{self.path}: expected a picture, but {why}") from error
        if rgb.shape[1::-1] != self.size_px:
            raise DatasetError(
                f"{self.path}: expected a picture of {self.size_px[0]}x{self.size_px[1]} pixels as its annotations "
                f"say, got {rgb.shape[1]}x{rgb.shape[0]}"
            )
        return rgb


@dataclass(frozen=True, eq=False)
class RealSet:
    """A COCO instances file: names of categories by id, licences' ids, names and URLs, and the pictures."""

    name: str
    categories: Mapping[int, str]
    licences: tuple[Mapping[str, Any], ...]
    pictures: tuple[RealPicture, ...]

    @classmethod
    def read(cls, path: Path) -> RealSet:
        """DatasetError where the file is no COCO instances file, a row says nothing usable, or a picture is missing.

        All of it is looked at here, so that a long mixture does not end at its last annotation.
        """
        with as_coco(str(path)):
            raw = document_of(path.read_bytes())
            categories = categories_of(raw["categories"])
            licences = _licences(raw.get("licenses") or [])
        faults: list[str] = []
        images: dict[Any, Mapping[str, Any]] = {}
        for place, row in enumerate(raw["images"]):
            with _faults_of("image", row, place, faults):
                images[new_id(_image(row), images)] = row
        annotations: dict[Any, list[Mapping[str, Any]]] = {number: [] for number in images}
        # Where an image is of no use, its annotations are not to blame.
        for place, row in enumerate([] if faults else raw["annotations"]):
            with _faults_of("annotation", row, place, faults):
                annotations[_annotation(row, images, categories)].append(row)
        if faults:
            more = f" (and {len(faults) - 1:,} more)" if len(faults) > 1 else ""
            raise DatasetError(f"{path}: {faults[0]}{more}; mend that, or take it out of the file")
        return cls(path.name, categories, licences, tuple(_pictures(path, images, annotations)))


@contextmanager
def _faults_of(kind: str, row: Any, place: int, faults: list[str]) -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError) as error:
        faults.append(f"{kind} {row_called(row, place)}: {reason(error)}")


def _licences(rows: Any) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(rows, list):
        raise ValueError(f"expected a list of licenses, got {called(rows)}")
    for row in rows:
        if not isinstance(object_of(row).get("id"), (int, str)):
            raise ValueError(f"expected an id of each of the licenses, got {called(row)}")
    return tuple(
        {key: row[key] for key in ("id", "name", "url") if isinstance(row.get(key), (int, str))} for row in rows
    )


def _image(row: Any) -> Mapping[str, Any]:
    size_of_image(row)
    name = row["file_name"]
    if not isinstance(name, str) or not is_inside(name):
        raise ValueError(f"expected a file_name of a picture inside the set's folder, got {called(name)}")
    if isinstance(row.get("license"), (list, dict)):
        raise ValueError(f"expected the id of one of the licenses, got {called(row['license'])}")
    return object_of(row)


def _annotation(row: Any, images: Mapping[Any, Mapping[str, Any]], categories: Mapping[int, str]) -> Any:
    """The id of its image."""
    number = known(row, "image_id", images, "of an image")
    known(row, "category_id", categories, "of a category")
    box, size = box_of(row["bbox"]), size_of_image(images[number])
    if box[2] * box[3] > 0:  # others are left out, whatever they lie in
        require_in_picture(box, size)
    require_whole(row, size)
    return number


def _pictures(
    path: Path, images: Mapping[Any, Mapping[str, Any]], annotations: Mapping[Any, Sequence[Mapping[str, Any]]]
) -> list[RealPicture]:
    folder = folder_of(path, [image["file_name"] for image in images.values()])
    if folder is None:
        raise DatasetError(
            f"{path}: expected its pictures beside it, in images/ or in a folder of the file's name, got none there"
        )
    for image in images.values():
        if not is_file(folder / image["file_name"]):
            raise DatasetError(f"{folder / image['file_name']}: expected a picture of {path.name}, got no file")
    return [
        RealPicture(folder / image["file_name"], image, size_of_image(image), tuple(annotations[number]))
        for number, image in images.items()
    ]

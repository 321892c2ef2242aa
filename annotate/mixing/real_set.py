"""A real COCO set with its pictures. It comes from elsewhere, so nothing in it is trusted."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.against.real import as_coco, folder_of
from longtail.annotate.dataset.layout import is_inside
from longtail.annotate.errors import DatasetError


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
            raise DatasetError(f"{self.path}: expected a picture, but {error}") from error
        if rgb.shape[1::-1] != self.size_px:
            raise DatasetError(
                f"{self.path}: expected a picture of {self.size_px[0]}x{self.size_px[1]} pixels as its annotations "
                f"say, got {rgb.shape[1]}x{rgb.shape[0]}"
            )
        return rgb


@dataclass(frozen=True, eq=False)
class RealSet:
    """A COCO instances file: names of categories by id, licences as they are, and the pictures."""

    name: str
    categories: Mapping[int, str]
    licences: tuple[Mapping[str, Any], ...]
    pictures: tuple[RealPicture, ...]

    @classmethod
    def read(cls, path: Path) -> RealSet:
        """DatasetError where the file is no COCO instances file, or its pictures are not to be found."""
        with as_coco(str(path)):
            raw = json.loads(path.read_bytes())
            categories = {int(row["id"]): str(row["name"]).strip().lower() for row in raw["categories"]}
            annotations: dict[Any, list[Mapping[str, Any]]] = {image["id"]: [] for image in raw["images"]}
            for row in raw["annotations"]:
                _require_annotation(row, categories)
                annotations[row["image_id"]].append(row)
            pictures = tuple(_pictures(path, raw["images"], annotations))
            return cls(path.name, categories, tuple(dict(row) for row in raw.get("licenses") or ()), pictures)


def _require_annotation(row: Mapping[str, Any], categories: Mapping[int, str]) -> None:
    if row["category_id"] not in categories:
        raise KeyError(f"category {row['category_id']}")
    box = [float(side) for side in row["bbox"]]
    if len(box) != 4 or not all(map(math.isfinite, box)) or min(box[2:]) < 0:
        raise ValueError(f"expected a bbox [x, y, width, height], got {row['bbox']!r:.80}")


def _pictures(
    path: Path, images: list[Mapping[str, Any]], annotations: Mapping[Any, list[Mapping[str, Any]]]
) -> list[RealPicture]:
    names = [str(image["file_name"]) for image in images]
    if outside := next((name for name in names if not is_inside(name)), None):
        raise DatasetError(f"{path}: expected pictures inside the set's folder, got {outside!r}")
    folder = folder_of(path, names[:1])
    if folder is None:
        raise DatasetError(
            f"{path}: expected its pictures beside it, in images/ or in a folder of the file's name, got none there"
        )
    return [
        RealPicture(folder / name, image, (int(image["width"]), int(image["height"])), tuple(annotations[image["id"]]))
        for name, image in zip(names, images, strict=True)
    ]

"""Pictures of both sides looked at by the same steps: brought to one size, measured, cut into crops of things."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.against.conditions import condition_of
from longtail.annotate.against.real import RealPicture
from longtail.annotate.camera import Camera, in_image_circle
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import decode_rgb, encode_jpg
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.pixels.features import features
from longtail.annotate.pixels.inside import inscribed
from longtail.annotate.pixels.measure import LEAST_PX, measured
from longtail.annotate.pixels.scaled import picture, size_of
from longtail.annotate.statistics.brightness import brightness

_LEAST_CROP_PX, _CROP_PX, _MOST_CROPS, _MARGIN = 16, 48, 6, 0.1

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Seen:
    """What one picture is.

    Attributes:
        group: pictures of one group, as of one scene, are no evidence of their own
        measures: by the names of `annotate.pixels.measure.PROPERTIES`
        crops: features of things, by category
        problem: why nothing could be measured; "" where it could
    """

    group: str
    condition: str = ""
    brightness: float = float("nan")
    measures: Mapping[str, float] = field(default_factory=dict)
    features: Mapping[str, float] = field(default_factory=dict)
    crops: tuple[tuple[str, Mapping[str, float]], ...] = ()
    problem: str = ""


def look(
    dataset: Dataset, indices: Sequence[int], pictures: Sequence[RealPicture], workers: int = 1
) -> tuple[list[Seen], list[Seen], int]:
    """Our frames and the real pictures, and the longer side in pixels that all of them were shrunk to."""
    longest = longest_px(dataset, indices, pictures)
    jobs: list[int | RealPicture] = [*indices, *pictures]
    processes = min(workers, 1 + len(jobs) // 64)
    with closing(in_processes(partial(_seen, dataset, longest), jobs, processes, at_once=4)) as found:
        seen = list(found)
    return seen[: len(indices)], seen[len(indices) :], longest


def longest_px(dataset: Dataset, indices: Sequence[int], pictures: Sequence[RealPicture]) -> int:
    """The smaller one of both sides' median of the longer side."""
    few = indices[:: max(len(indices) // 16, 1)]
    ours = [max(dataset.glance(index).camera["size_px"]) for index in few]
    theirs = [max(size) for size in map(_size_of_file, pictures[:: max(len(pictures) // 64, 1)]) if size is not None]
    sides = [float(np.median(values)) for values in (ours, theirs) if values]
    return int(min(sides)) if sides else 0


def _size_of_file(real: RealPicture) -> tuple[int, int] | None:
    if real.size_px is not None or real.path is None:
        return real.size_px
    try:
        with Image.open(real.path) as file:
            return file.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def _seen(dataset: Dataset, longest: int, job: int | RealPicture) -> Seen:
    if isinstance(job, RealPicture):
        return _of_theirs(job, longest)
    glance = dataset.glance(job)
    circle = in_image_circle(Camera.from_json(dict(glance.camera)).lens)
    rgb = dataset.read("images", job)
    rows, columns = inscribed(circle)
    names = [
        dataset.info.taxonomy.categories[row["category_id"]].name for row in glance.annotations if not row["iscrowd"]
    ]
    boxes = [_moved(row["bbox"], columns.start, rows.start) for row in glance.annotations if not row["iscrowd"]]
    return _look(rgb[rows, columns], longest, f"scene {glance.scene}", condition_of(glance.condition), names, boxes)


def _moved(box: Sequence[float], left: int, top: int) -> Box:
    return box[0] - left, box[1] - top, box[2], box[3]


def _of_theirs(real: RealPicture, longest: int) -> Seen:
    where = str(real.path)
    if real.path is None:
        return Seen(where, problem="there is no file")
    try:
        rgb = read_rgb(real.path)
    except ValueError as error:
        return Seen(where, problem=f"{real.path.name}: {error}")
    size = (rgb.shape[1], rgb.shape[0])
    if real.size_px is not None and size != real.size_px:
        return Seen(where, problem=f"{real.path.name}: expected {real.size_px} pixels as the set says, got {size}")
    if min(size) < LEAST_PX:
        return Seen(where, problem=f"{real.path.name}: expected {LEAST_PX} pixels a side or more, got {size}")
    return _look(rgb, longest, where, real.condition, real.names, real.boxes_px)


def read_rgb(path: Path) -> NDArray[np.uint8]:
    """A picture file as (H, W, 3), red first; ValueError for what is none."""
    try:
        with Image.open(io.BytesIO(path.read_bytes())) as file:
            return np.asarray(file.convert("RGB"), dtype=np.uint8)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"expected a picture, but {error}") from error


def _look(
    rgb: NDArray[np.uint8], longest: int, group: str, condition: str, names: Sequence[str], boxes: Sequence[Box]
) -> Seen:
    size = (rgb.shape[1], rgb.shape[0])
    after = size_of(size, max(longest, LEAST_PX))
    small = picture(np.ascontiguousarray(rgb), after)
    if min(after) < LEAST_PX:
        return Seen(group, condition, problem=f"expected {LEAST_PX} pixels a side or more, got {after}")
    # A classifier must not go by who saved it as a JPEG.
    saved = decode_rgb(encode_jpg(small))
    return Seen(
        group,
        condition,
        brightness(small),
        measured(small),
        features(saved),
        tuple(_crops(saved, after[0] / size[0], names, boxes)),
    )


def _crops(saved: NDArray[np.uint8], scale: float, names: Sequence[str], boxes: Sequence[Box]) -> list[Any]:
    """Features of the largest things, with a margin of a tenth around each, all brought to one size."""
    found: list[Any] = []
    for name, box in sorted(zip(names, boxes, strict=True), key=lambda row: -row[1][2] * row[1][3]):
        x, y, width, height = (side * scale for side in box)
        if min(width, height) < _LEAST_CROP_PX or len(found) == _MOST_CROPS:
            continue
        left, top = max(round(x - _MARGIN * width), 0), max(round(y - _MARGIN * height), 0)
        right, bottom = round(x + (1 + _MARGIN) * width), round(y + (1 + _MARGIN) * height)
        crop = saved[top:bottom, left:right]
        if min(crop.shape[:2]) >= _LEAST_CROP_PX:
            found.append((name, features(_to_one_size(crop))))
    return found


def _to_one_size(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(crop, (_CROP_PX, _CROP_PX), interpolation=cv2.INTER_AREA), dtype=np.uint8)

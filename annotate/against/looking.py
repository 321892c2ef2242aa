"""Pictures of both sides looked at by the same steps: brought to one size, measured, cut into crops of things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.against.opened import Box, opened, opened_real
from longtail.annotate.against.real import RealPicture
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import decode_rgb, encode_jpg
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.pixels.features import features
from longtail.annotate.pixels.measure import LEAST_PX, measured
from longtail.annotate.pixels.scaled import picture, size_of
from longtail.annotate.statistics.brightness import brightness

_LEAST_CROP_PX, _CROP_PX, _MOST_CROPS, _MARGIN = 16, 48, 6, 0.1


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
    theirs = [max(size) for size in map(size_of_file, pictures[:: max(len(pictures) // 64, 1)]) if size is not None]
    sides = [float(np.median(values)) for values in (ours, theirs) if values]
    return int(min(sides)) if sides else 0


def size_of_file(real: RealPicture) -> tuple[int, int] | None:
    """(width, height) of a real picture; None where it cannot be read."""
    if real.size_px is not None or real.path is None:
        return real.size_px
    try:
        with Image.open(real.path) as file:
            return file.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def _seen(dataset: Dataset, longest: int, job: int | RealPicture) -> Seen:
    one = opened_real(job) if isinstance(job, RealPicture) else opened(dataset, job)
    if one.problem:
        return Seen(one.group, problem=one.problem)
    return _look(one.rgb, longest, one.group, one.condition, one.names, one.boxes_px)


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

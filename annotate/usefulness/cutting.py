"""Pictures cut into crops of things and of background, all by the same steps, and what a classifier sees of a crop."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.against.opened import Box, Opened, crowds_of
from longtail.annotate.dataset.encoders import decode_rgb, encode_jpg
from longtail.annotate.pixels.alike import mark
from longtail.annotate.pixels.features import features
from longtail.annotate.pixels.measure import LEAST_PX
from longtail.annotate.pixels.scaled import picture, size_of
from longtail.annotate.usefulness.classes import BACKGROUND

Floats = NDArray[np.float32]

LEAST_PX_OF_A_CROP, MARGIN, CROP_PX = 16, 0.1, 48
MOST_THINGS, LEAST_BACKGROUNDS = 24, 2
_TRIES, _MOST_OVERLAP = 20, 0.05
# Histograms of oriented gradients as their authors have them: cells of 8 px, blocks of 2 by 2 cells, 9 directions
# (N. Dalal, B. Triggs, "Histograms of oriented gradients for human detection", CVPR 2005).
_GRADIENTS = cv2.HOGDescriptor((CROP_PX, CROP_PX), (16, 16), (8, 8), (8, 8), 9)


@dataclass(frozen=True, eq=False)
class Cut:
    """What one picture gives.

    Attributes:
        where: the picture's name, for messages
        group: pictures of one group, as of one scene, are no evidence of their own
        labels: the class of each crop, `BACKGROUND` of those that show no thing
        features: (crops, F) float32
        mark: `annotate.pixels.alike.mark` of the whole
        problem: why it gives nothing; "" where it does
    """

    where: str
    group: str
    condition: str = ""
    labels: tuple[str, ...] = ()
    features: Floats = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    mark: Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    problem: str = ""


def cut(one: Opened, where: str, longest_px: int, classes: Mapping[str, str]) -> Cut:
    """Crops of a picture that was shrunk to that longer side and saved as JPEG, as those of the other set are.

    Things are the largest `MOST_THINGS` of 16 pixels or more whose name has one of `classes`, with a tenth around them.
    There are as many backgrounds, two or more, of the same sizes at the same heights, which touch nothing that has
    one of `classes`. Poles and signs that only one side labels are background on both.
    """
    made = shrunk(one, where, longest_px)
    if isinstance(made, str):
        return Cut(where, one.group, problem=made)
    saved, scale, after = decode_rgb(made.jpeg), made.scale, made.size_px
    boxes = [_scaled(box, scale) for box in one.boxes_px]
    taken = [box for name, box in zip(one.names, boxes, strict=True) if name in classes]
    taken += [_scaled(box, scale) for box in crowds_of(one, classes)]
    things = sorted(
        ((classes[name], box) for name, box in zip(one.names, boxes, strict=True) if name in classes),
        key=lambda row: -row[1][2] * row[1][3],
    )
    things = [row for row in things if min(row[1][2:]) >= LEAST_PX_OF_A_CROP][:MOST_THINGS]
    # Of the picture, not of its name: a set that was moved to another folder has the same backgrounds.
    rng = np.random.default_rng(int.from_bytes(hashlib.blake2b(made.jpeg, digest_size=8).digest(), "big"))
    empty = _backgrounds([box for _, box in things], taken, after, rng)
    labels, rows = [], []
    for name, box in [*things, *((BACKGROUND, box) for box in empty)]:
        crop = _crop(saved, box)
        if min(crop.shape[:2]) >= LEAST_PX_OF_A_CROP:
            labels.append(name)
            rows.append(seen_of(crop))
    found = np.array(rows, dtype=np.float32) if rows else np.zeros((0, 0), dtype=np.float32)
    return Cut(where, one.group, one.condition, tuple(labels), found, mark(one.rgb))


@dataclass(frozen=True)
class Shrunk:
    """A picture as a JPEG file, since a classifier must not go by who saved it as one.

    Attributes:
        size_px: (width, height)
        scale: pixels of it for one of the picture's own
    """

    jpeg: bytes
    size_px: tuple[int, int]
    scale: float


def shrunk(one: Opened, where: str, longest_px: int) -> Shrunk | str:
    """A picture brought to that longer side, or what is wrong with it."""
    if one.problem:
        return one.problem
    size = (one.rgb.shape[1], one.rgb.shape[0])
    after = size_of(size, max(longest_px, LEAST_PX))
    if min(after) < LEAST_PX:
        return f"{where}: expected {LEAST_PX} pixels a side or more, got {after}"
    return Shrunk(encode_jpg(picture(np.ascontiguousarray(one.rgb), after)), after, after[0] / size[0])


def _scaled(box: Box, scale: float) -> Box:
    return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale


def _crop(saved: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    x, y, width, height = box
    left, top = max(round(x - MARGIN * width), 0), max(round(y - MARGIN * height), 0)
    return saved[top : max(round(y + (1 + MARGIN) * height), 0), left : max(round(x + (1 + MARGIN) * width), 0)]


def seen_of(crop: NDArray[np.uint8]) -> Floats:
    """Features (F,) of a crop (H, W, 3) brought to 48 by 48 pixels: oriented gradients and 67 classical ones."""
    square = np.asarray(cv2.resize(crop, (CROP_PX, CROP_PX), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    grey = cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)
    gradients = np.asarray(_GRADIENTS.compute(grey), dtype=np.float32).ravel()
    return np.concatenate([gradients, np.array(list(features(square).values()), dtype=np.float32)])


def _backgrounds(
    things: Sequence[Box], taken: Sequence[Box], size: tuple[int, int], rng: np.random.Generator
) -> Iterator[Box]:
    """Boxes like those of things, so that neither size nor height tells which they are."""
    if not things:
        side = max(LEAST_PX_OF_A_CROP, 0.08 * size[0])
        things = [(0.0, 0.5 * size[1] - side / 2, side, side)]
    for number in range(max(len(things), LEAST_BACKGROUNDS)):
        _, y, width, height = things[number % len(things)]
        for _ in range(_TRIES):
            x = float(rng.uniform(0, max(size[0] - width, 1)))
            top = float(np.clip(y + height * rng.uniform(-0.5, 0.5), 0, max(size[1] - height, 0)))
            box = (x, top, width, height)
            if all(_overlap(box, other) < _MOST_OVERLAP for other in taken):
                yield box
                break


def _overlap(box: Box, other: Box) -> float:
    """The share of the smaller one that both cover."""
    wide = min(box[0] + box[2], other[0] + other[2]) - max(box[0], other[0])
    high = min(box[1] + box[3], other[1] + other[3]) - max(box[1], other[1])
    smaller = min(box[2] * box[3], other[2] * other[3])
    return max(wide, 0.0) * max(high, 0.0) / smaller if smaller > 0 else 0.0

"""Pictures or crops of both sides, chosen and brought to one size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from longtail.annotate.against.boxes_apart import matches
from longtail.annotate.against.conditions import condition_of
from longtail.annotate.against.looking import longest_px, size_of_file
from longtail.annotate.against.opened import Opened, opened, opened_real
from longtail.annotate.against.real import RealDataset, RealPicture
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import DatasetError
from longtail.annotate.statistics.brightness import evenly
from longtail.annotate.turing.pairs import CROP_PX, KEPT_SHARE, Shot, crops, framed, paired
from longtail.annotate.wording import counted

LEAST_PAIRS = 5
_LOOKED_AT = 400
"""Pictures of a side whose things are looked at for crops."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is going to be shown: half of it ours. `left_out` says what could not be used, a sentence each."""

    shots: tuple[Shot, ...]
    size_px: tuple[int, int]
    left_out: tuple[str, ...]
    matched: bool


def pictures(dataset: Dataset, real: RealDataset, pairs: int, longest: int | None, seed: int) -> Shown:
    """So many pictures of each side, of the same conditions where both sides say them.

    Each is cut to the middle shape of the real ones, and shrunk to three quarters of the smaller side's usual size, or
    to `longest` pixels. DatasetError for fewer than five of a side.
    """
    there = [one for one in real.pictures if one.path is not None]
    frames = dataset.frames()
    if not there or not frames:
        raise DatasetError(f"expected pictures of both sides, got {len(frames)} of ours and {len(there)} real ones")
    size = _size(dataset, frames, there, longest)
    left_out = [f"{one.path}: expected {size} pixels or more" for one in there if not _large_enough(one, size)]
    there = [one for one in there if _large_enough(one, size)]
    glances = [dataset.glance(index) for index in frames]
    ours = [(condition_of(one.condition), str(one.scene)) for one in glances]
    theirs = [(one.condition, str(one.path)) for one in there]
    chosen = paired(ours, theirs, min(len(ours), len(theirs)), seed)  # more than are shown: some may be no pictures
    sides: tuple[list[Shot], list[Shot]] = ([], [])
    for mine, foreign in zip(*chosen, strict=True):
        one = _shot(True, opened(dataset, frames[mine]), theirs[foreign][0], size)
        other = _shot(False, opened_real(there[foreign]), theirs[foreign][0], size)
        if isinstance(one, Shot) and isinstance(other, Shot):
            sides[0].append(one)
            sides[1].append(other)
        left_out += [shot for shot in (one, other) if isinstance(shot, str)]
        if len(sides[0]) == pairs:
            break
    matched = any(kind for kind, _ in ours) and any(kind for kind, _ in theirs)
    return _whole(sides, size, left_out, matched)


def _large_enough(one: RealPicture, size: tuple[int, int]) -> bool:
    """Whether it is, as far as its file can be read; what it is otherwise is told when it is opened."""
    found = size_of_file(one)
    return found is None or (found[0] >= size[0] and found[1] >= size[1])


def things(dataset: Dataset, real: RealDataset, pairs: int, seed: int) -> Shown:
    """So many crops of things of each side, of the same classes, 64 pixels wide or more before they are shrunk."""
    matched = matches(real.categories, dataset.info.taxonomy)
    if not matched:
        raise DatasetError(f"{real.name}: expected a category that {dataset.place} has too; --crops needs labels")
    mine = {name: word for word, (_, names) in matched.items() for name in names}
    foreign = {name: word for word, (names, _) in matched.items() for name in names}
    there = [one for one in real.pictures if one.path is not None and one.names]
    chosen = [there[place] for place in evenly(list(range(len(there))), _LOOKED_AT)]
    frames = evenly(dataset.frames(), _LOOKED_AT)
    found = [
        [shot for one in side for shot in _crops_of(is_ours, one, names)]
        for is_ours, side, names in (
            (True, (opened(dataset, index) for index in frames), mine),
            (False, (opened_real(one) for one in chosen), foreign),
        )
    ]
    rows = [[(shot.alike, group) for shot, group in side] for side in found]
    places = paired(rows[0], rows[1], pairs, seed)
    sides = tuple([side[place][0] for place in numbers] for side, numbers in zip(found, places, strict=True))
    why = f"squares around things, {CROP_PX} pixels wide or more and inside the picture, are what --crops shows"
    return _whole((sides[0], sides[1]), (CROP_PX, CROP_PX), [], True, why)


def _crops_of(ours: bool, one: Opened, names: Mapping[str, str]) -> Iterator[tuple[Shot, str]]:
    if not one.problem:
        for word, rgb in crops(one, names):
            yield Shot(ours, word, rgb), one.group


def _size(
    dataset: Dataset, frames: Sequence[int], there: Sequence[RealPicture], longest: int | None
) -> tuple[int, int]:
    sizes = [size for size in map(size_of_file, there[:: max(len(there) // 64, 1)]) if size]
    if not sizes:
        raise DatasetError("expected real pictures that can be read, got none")
    shape = float(np.median([height / width for width, height in sizes]))
    side = longest or round(KEPT_SHARE * longest_px(dataset, frames, there))
    return (side, max(round(side * shape), 1)) if shape <= 1 else (max(round(side / shape), 1), side)


def _shot(ours: bool, one: Opened, kind: str, size: tuple[int, int]) -> Shot | str:
    if one.problem:
        return one.problem
    rgb = framed(one.rgb, size)
    if rgb is None:
        return f"{one.group}: expected {size} pixels or more, got {one.rgb.shape[1::-1]}"
    return Shot(ours, kind, rgb)


def _whole(
    sides: tuple[list[Shot], list[Shot]], size: tuple[int, int], left_out: list[str], matched: bool, why: str = ""
) -> Shown:
    """As many of either side; DatasetError for too few, with `why` that may be, else the first that was left out."""
    count = min(map(len, sides))
    if count < LEAST_PAIRS:
        raise DatasetError(
            f"expected {LEAST_PAIRS} pictures or more of either side that are alike in condition or class, got "
            f"{counted(len(sides[0]), 'picture')} of ours and {len(sides[1])} real"
            f"{''.join(f'; {one}' for one in [*filter(None, [why]), *left_out][:1])}"
        )
    return Shown((*sides[0][:count], *sides[1][:count]), size, tuple(left_out), matched)

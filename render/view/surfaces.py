"""The passes of materials and albedo as they are used: bad pixels mended, and numbers that follow from what is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import RenderError
from longtail.annotate.labels.surfaces import BRIGHTEST_ALBEDO, SeenMaterial, Surfaces, numbered

# What chance may break: one pixel in 10,000, and of a small picture four.
_FEW_SHARE, _FEW_PX = 1e-4, 4


@dataclass(frozen=True)
class Worn:
    """A material of a scene. `clear` is what lets light through unscattered, so that what is behind it shines through
    its albedo. `metal` is how much light the roughness of a metal scatters, which has no albedo.
    """

    seen: SeenMaterial
    clear: bool = False
    metal: float = 0.0


def surfaces_of(
    index: NDArray[np.float32],
    albedo: NDArray[np.float32] | None,
    ids: NDArray[np.int32],
    worn: Mapping[int, Worn],
    same: NDArray[np.bool_] | None = None,
    usual: Mapping[int, int] | None = None,
) -> tuple[Surfaces, int]:
    """The passes (H, W) `index`, by the numbers of `worn`, and (H, W, 3) `albedo` as surfaces, and how many pixels
    were mended.

    Objects own the pixels where `ids` (H, W) is not 0; elsewhere nothing is. A bad number, or an albedo that is none,
    is taken from a pixel beside it of the same object, and is 0 where none is sound. Where the passes are not of what
    `ids` say, where `same` (H, W) is false, which is nobody's fault, they are of the object's nearest sound pixel; of
    one that has none the number is the `usual` one of the object, and the albedo 0. RenderError: too many bad pixels
    for chance.
    """
    told = np.ones(ids.shape, dtype=np.bool_) if same is None else same
    there = (ids > 0) & told
    with np.errstate(invalid="ignore"):
        whole = (index == np.rint(index)) & (index > 0)
    numbers = np.where(there & whole, index, 0).astype(np.int64)
    numbers[there & ~np.isin(numbers, list(worn))] = 0
    bad = there & (numbers == 0)
    scatters = there & ~np.isin(numbers, [number for number, row in worn.items() if row.clear])
    if albedo is not None:
        with np.errstate(invalid="ignore"):
            bad |= scatters & ~((albedo >= 0) & (albedo <= BRIGHTEST_ALBEDO)).all(axis=-1)
    count = int(np.count_nonzero(bad))
    if count > (most := max(_FEW_PX, int(bad.size * _FEW_SHARE))):
        raise RenderError(
            "the label pass: expected a material of the scene of every surface, and an albedo of 0 to "
            f"{BRIGHTEST_ALBEDO:g}, but for {most} pixels at most, got {count} bad ones of {bad.size}"
        )
    strange = (ids > 0) & ~told
    source = _beside(bad | strange, ids, strange)
    bad |= strange
    for row, column in np.argwhere(strange & bad[source]).tolist():
        numbers[row, column] = (usual or {}).get(int(ids[row, column]), 0)
    material, seen = numbered(numbers[source], {number: row.seen for number, row in worn.items()})
    if albedo is None:
        return Surfaces(None, material, seen), count
    kept = scatters[source] & ~bad[source]
    values = np.where(kept[..., None], albedo[source], np.float32(0)).astype(np.float32)
    return Surfaces(values, material, seen), count


def _beside(
    bad: NDArray[np.bool_], ids: NDArray[np.int32], strange: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which pixel's values each pixel has: its own, of a bad one those of a good one beside it, and of a strange one
    those of the nearest good one wherever it is, all of the same object."""
    rows, columns = np.indices(bad.shape)
    for row, column in np.argwhere(bad).tolist():
        top, left = max(row - 1, 0), max(column - 1, 0)
        window = np.s_[top : row + 2, left : column + 2]
        good = np.argwhere(~bad[window] & (ids[window] == ids[row, column]))
        if len(good):
            rows[row, column], columns[row, column] = good[0] + (top, left)
        elif strange[row, column] and len(good := np.argwhere(~bad & (ids == ids[row, column]))):
            nearest = np.square(good - (row, column)).sum(axis=1).argmin()
            rows[row, column], columns[row, column] = good[nearest]
    return rows, columns


def kind_in_words(name: str) -> str:
    """A type's name as words: "CarPaint" is "car paint"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()

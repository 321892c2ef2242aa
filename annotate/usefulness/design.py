"""Who is trained on what: folds of both sides, and few pictures of one with the other and without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.usefulness.sets import Crops

FOLDS = 5
ALL = -1
"""In the place of a number of pictures: all that are not tested on."""

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Setup:
    """What is trained on: `few` pictures of the test side (0, a number, or `ALL`), and the train side or not."""

    few: int
    train: bool


@dataclass(frozen=True, eq=False)
class Fold:
    """One training: pictures of both sides that may be trained on, and those that are tested on.

    `pool` of the test side is in the order in which few pictures are taken from it.
    """

    train: Places
    train_held: Places
    pool: Places
    held: Places


def setups(shots: Sequence[int], pool: int) -> tuple[list[Setup], list[int]]:
    """The setups whose pictures a pool of that size has, and the numbers of `shots` that it has not."""
    able = [few for few in shots if 0 < few <= pool]
    found = [Setup(0, True), Setup(ALL, False), Setup(ALL, True)]
    found += [Setup(few, with_train) for few in able for with_train in (False, True)]
    return found, [few for few in shots if few > pool]


def folds(train: Crops, test: Crops, repeat: int, few_of: str = "") -> Iterator[Fold]:
    """Five folds: pictures of one group are in one fold. Of the pool those count whose condition is `few_of`, if any.

    Who is in which fold follows from the number of the repeat alone.
    """
    rng = np.random.default_rng((repeat, len(train.pictures), len(test.pictures)))
    sides = [_dealt(side.groups, rng) for side in (train, test)]
    order = rng.permutation(len(test.pictures))
    offered = np.array([not few_of or condition == few_of for condition in test.conditions], dtype=np.bool_)
    for fold in range(FOLDS):
        free = order[(sides[1][order] != fold) & offered[order]]
        yield Fold(
            np.flatnonzero(sides[0] != fold), np.flatnonzero(sides[0] == fold), free, np.flatnonzero(sides[1] == fold)
        )


def _dealt(groups: Places, rng: np.random.Generator) -> Places:
    """The fold (pictures,) of each picture: groups are dealt out like cards."""
    dealt = rng.permutation(np.arange(int(groups.max(initial=-1)) + 1) % FOLDS)
    return dealt[groups]

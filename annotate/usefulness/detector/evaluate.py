"""The protocol of `longtail evaluate` with a detector in the classifier's place: the same folds and few pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.statistics.histogram import json_safe
from longtail.annotate.usefulness.conditions import conditions_of
from longtail.annotate.usefulness.design import ALL, FOLDS, Fold, Setup, folds, setups
from longtail.annotate.usefulness.detector.decoding import Detections
from longtail.annotate.usefulness.detector.learning import BATCH, trained
from longtail.annotate.usefulness.detector.network import find
from longtail.annotate.usefulness.detector.precision import Matches, matched, precision
from longtail.annotate.usefulness.detector.shown import Shown
from longtail.annotate.usefulness.scoring import interval
from longtail.annotate.usefulness.sets import Crops

Array = NDArray[np.float64]

STEPS = 500
RESAMPLES = 300


@dataclass(frozen=True)
class Training:
    """How many draws of folds, of how many steps each training; the rest is the crops' protocol."""

    repeats: int
    steps: int
    shots: tuple[int, ...]
    few_of: str = ""


@dataclass(frozen=True, eq=False)
class Side:
    """Pictures of one side as crops, by which folds go, and as a detector is shown them, in the same order."""

    crops: Crops
    pictures: tuple[Shown, ...]

    def __post_init__(self) -> None:
        if len(self.pictures) != len(self.crops.pictures):
            raise AssertionError(f"{len(self.pictures)} pictures to show and {len(self.crops.pictures)} with crops")


Learner = Callable[[Sequence[Sequence[Shown]], int, int, int], Callable[[Shown], Detections]]
"""Sides, classes, steps and seed, to what finds things in a picture."""


def with_torch(sides: Sequence[Sequence[Shown]], classes: int, steps: int, seed: int) -> Callable[[Shown], Detections]:
    """The `Learner` of `longtail evaluate --detector`."""
    network = trained(sides, classes, steps, seed)
    return lambda one: find(network, one)


def trainings(test: Crops, train: Crops, asked: Training) -> int:
    """How many networks are trained."""
    pool = min(len(fold.pool) for fold in folds(train, test, 0, asked.few_of))
    return len(setups(asked.shots, pool)[0]) * FOLDS * asked.repeats


def detected(
    train: Side,
    test: Side,
    names: Sequence[str],
    asked: Training,
    learner: Learner = with_torch,
    progress: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """Average precision of all setups, as JSON values. `progress` is called after each training."""
    pool = min(len(fold.pool) for fold in folds(train.crops, test.crops, 0, asked.few_of))
    wanted, _ = setups(asked.shots, pool)
    sides = {"test": test, "train": train}
    found: dict[Setup, dict[str, list[list[Matches]]]] = {setup: {"test": [], "train": []} for setup in wanted}
    for repeat in range(asked.repeats):
        seen = {(setup, which): [_NOTHING for _ in side.pictures] for setup in wanted for which, side in sides.items()}
        for number, fold in enumerate(folds(train.crops, test.crops, repeat, asked.few_of)):
            for setup in wanted:
                finds = learner(_shown_to(train, test, fold, setup), len(names), asked.steps, FOLDS * repeat + number)
                for which, held in (("test", fold.held), ("train", fold.train_held)):
                    for place in held.tolist():
                        seen[setup, which][place] = finds(sides[which].pictures[place])
                if progress is not None:
                    progress()
        for setup in wanted:
            for which, side in sides.items():
                found[setup][which].append(matched(side.pictures, seen[setup, which], len(names)))
    tables = {setup: list(_rows(sides, found[setup], names)) for setup in wanted}
    made = {
        "repeats": asked.repeats,
        "steps": asked.steps,
        "batch": BATCH,
        "things": [
            {"name": name, **{which: _count(side, code) for which, side in sides.items()}}
            for code, name in enumerate(names)
        ],
        "setups": [
            {"few": _few(setup), "train": setup.train, "tested": [row for row, _ in tables[setup]]} for setup in wanted
        ],
        "added": [
            {"few": _few(setup), "tested": list(_added(tables[Setup(setup.few, False)], tables[setup]))}
            for setup in wanted
            if setup.train and setup.few
        ],
    }
    safe: dict[str, Any] = json_safe(made)
    return safe


_NOTHING = Detections(np.zeros((0, 4), dtype=np.float32), np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64))


def _shown_to(train: Side, test: Side, fold: Fold, setup: Setup) -> list[list[Shown]]:
    few = fold.pool if setup.few == ALL else fold.pool[: setup.few]
    ours = fold.train if setup.train else fold.train[:0]
    return [[side.pictures[place] for place in places.tolist()] for side, places in ((train, ours), (test, few))]


def _rows(
    sides: dict[str, Side], found: dict[str, list[list[Matches]]], names: Sequence[str]
) -> Iterator[tuple[dict[str, Any], Array]]:
    """A row for each set and condition, and its AP50 (`RESAMPLES`,) of pictures and repeats drawn again."""
    for which, side in sides.items():
        for condition, chosen in conditions_of(side.crops):
            groups = side.crops.groups
            things = np.array([sum(int((one.codes == code).sum()) for one, there in
                                   zip(side.pictures, chosen, strict=True) if there)
                               for code in range(len(names))])  # fmt: skip
            if not things.any():
                continue
            once = chosen[None].astype(np.float64)
            # (repeats, classes, overlaps), and (repeats, classes, resamples) at the first overlap
            values = np.array([[precision(one, once)[:, 0] for one in repeat] for repeat in found[which]])
            weights = _drawn(groups, chosen) * once
            drawn = np.array([[precision(one, weights, 1)[0] for one in repeat] for repeat in found[which]])
            by_class = np.where(things > 0, values[:, :, 0].mean(axis=0), np.nan)
            resampled = _over_repeats(_mean(drawn, axis=1))
            low, high = interval(resampled)
            yield (
                {
                    "set": which,
                    "condition": condition,
                    "groups": len(np.unique(groups[chosen])),
                    "things": int(things.sum()),
                    "ap": float(_mean(values, axis=1).mean()),
                    "ap50": float(_mean(values[:, :, 0], axis=1).mean()),
                    "low": low,
                    "high": high,
                    "by_class": dict(zip(names, by_class.tolist(), strict=True)),
                },
                resampled,
            )


def _drawn(groups: NDArray[np.int64], chosen: NDArray[np.bool_]) -> Array:
    """(`RESAMPLES`, pictures) how often each picture is there where groups of the chosen ones are drawn again."""
    which = np.unique(groups[chosen])
    rng = np.random.default_rng(0)
    times = np.zeros((RESAMPLES, int(groups.max(initial=0)) + 1))
    times[:, which] = rng.multinomial(len(which), np.full(len(which), 1 / len(which)), RESAMPLES)
    return np.asarray(times[:, groups])


def _over_repeats(values: Array) -> Array:
    """(`RESAMPLES`,) means over repeats (repeats, `RESAMPLES`) that are drawn again, too."""
    repeats = len(values)
    drawn = np.random.default_rng(1).integers(0, repeats, (repeats, values.shape[1]))
    return _mean(np.take_along_axis(values, drawn, axis=0), axis=0)


def _mean(values: Array, axis: int) -> Array:
    """Of what is a number: classes that a draw of pictures does not show are no zeros."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        total = np.where(known, values, 0).sum(axis=axis) / known.sum(axis=axis)
    return np.asarray(total, dtype=np.float64)


def _added(
    without: list[tuple[dict[str, Any], Array]], beside: list[tuple[dict[str, Any], Array]]
) -> Iterator[dict[str, Any]]:
    """Hundredths of AP50 that the train side adds to the same pictures of the test side."""
    for (one, before), (other, after) in zip(without, beside, strict=True):
        if one["set"] == "test":
            low, high = interval(100 * (after - before))
            points = 100 * (other["ap50"] - one["ap50"])
            yield {"set": "test", "condition": one["condition"], "points": points, "low": low, "high": high}


def _count(side: Side, code: int) -> int:
    return sum(int((one.codes == code).sum()) for one in side.pictures)


def _few(setup: Setup) -> int | str:
    return "all" if setup.few == ALL else setup.few

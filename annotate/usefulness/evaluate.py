"""The whole protocol: from the crops of two sets to the tables of `longtail evaluate`, as JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import DatasetError
from longtail.annotate.statistics.histogram import json_safe
from longtail.annotate.usefulness.conditions import conditions_of
from longtail.annotate.usefulness.design import ALL, FOLDS, Setup, folds, setups
from longtail.annotate.usefulness.scoring import Tally, interval
from longtail.annotate.usefulness.sets import Crops
from longtail.annotate.usefulness.training import Flags, learnt
from longtail.annotate.wording import listed

FORMAT = "longtail.usefulness.1"
SHOTS = (10, 50, 200)
LEAST_CROPS, LEAST_GROUPS = 20, 8
MISSING = "scikit-learn is not installed: pip install 'longtail[compare]'"
_MOST_NAMED = 50

Array = NDArray[np.float64]
_Rows = dict[Setup, list[tuple[str, str, Tally]]]


@dataclass(frozen=True)
class Protocol:
    """How often, and with how many pictures of the set to test on; `few_of` is the one condition that these have."""

    repeats: int = 10
    shots: tuple[int, ...] = SHOTS
    few_of: str = ""


def evaluate(
    train: Crops, test: Crops, protocol: Protocol, progress: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Balanced accuracies of all setups as JSON values. `progress` is called with the repeats that are done.

    DatasetError where fewer than two classes have enough crops on both sides, or `few_of` has no pictures.
    """
    names = classes_of(train, test)
    kept = (np.isin(train.labels, names), np.isin(test.labels, names))
    pool = min(len(fold.pool) for fold in folds(train, test, 0, protocol.few_of))
    if protocol.few_of and not pool:
        raise DatasetError(f"--few-of {protocol.few_of}: expected a condition of the set to test on, which has "
                           f"{listed(sorted(set(test.conditions)))}")  # fmt: skip
    wanted, missing = setups(protocol.shots, pool)
    right = _right(train, test, kept, wanted, protocol, progress)
    tables = {setup: list(_tallies((train, test), kept, names, right[setup])) for setup in wanted}
    found = {
        "format": FORMAT,
        "sets": {"train": _about(train, kept[0]), "test": _about(test, kept[1])},
        "classes": [
            {"name": name, "train": int((train.labels == name).sum()), "test": int((test.labels == name).sum())}
            for name in names
        ],
        "left_out": {"rows": len(train.problems) + len(test.problems),
                     "named": [*train.problems, *test.problems][:_MOST_NAMED]},
        "repeats": protocol.repeats,
        "folds": FOLDS,
        "few_of": protocol.few_of or None,
        "pool": pool,
        "shots_left_out": missing,
        "setups": [
            {"few": _few(setup), "train": setup.train, "tested": [_tested(*row, names) for row in tables[setup]]}
            for setup in wanted
        ],
        "added": [
            {"few": _few(setup), "tested": list(_added(tables[Setup(setup.few, False)], tables[setup]))}
            for setup in wanted
            if setup.train and setup.few
        ],
    }  # fmt: skip
    safe: dict[str, Any] = json_safe(found)
    return safe


def installed() -> bool:
    """Whether there is a classifier."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        return False
    return True


def classes_of(train: Crops, test: Crops) -> list[str]:
    """Those with `LEAST_CROPS` crops of `LEAST_GROUPS` groups on both sides. DatasetError for fewer than two."""
    found = sorted(_enough(train) & _enough(test))
    if len(found) < 2:
        raise DatasetError(
            f"expected two classes or more, background included, with {LEAST_CROPS} crops of 16 pixels from "
            f"{LEAST_GROUPS} scenes or pictures of either set, got {listed(found) or 'none'}; {_counts(train)}; "
            f"{_counts(test)}; give larger sets, or join classes with --rename"
        )
    return found


def _enough(side: Crops) -> set[str]:
    groups = side.groups[side.picture]
    return {
        name
        for name, count in Counter(side.labels.tolist()).items()
        if count >= LEAST_CROPS and len(np.unique(groups[side.labels == name])) >= LEAST_GROUPS
    }


def _counts(side: Crops) -> str:
    counts = Counter(side.labels.tolist())
    return f"{side.name} has {listed(f'{count} {name}' for name, count in counts.most_common()) or 'none'}"


def _right(
    train: Crops,
    test: Crops,
    kept: tuple[Flags, Flags],
    wanted: Sequence[Setup],
    protocol: Protocol,
    progress: Callable[[int], None] | None,
) -> dict[Setup, tuple[Array, Array]]:
    """Of each setup, for the crops of both sides: (repeats, N), 1 recognised, 0 not, NaN of what was not asked."""
    found = {
        setup: tuple(np.full((protocol.repeats, len(side.labels)), np.nan) for side in (train, test))
        for setup in wanted
    }
    for repeat in range(protocol.repeats):
        for fold in folds(train, test, repeat, protocol.few_of):
            held = [np.flatnonzero(flags & np.isin(side.picture, pictures)) for side, flags, pictures in
                    ((train, kept[0], fold.train_held), (test, kept[1], fold.held))]  # fmt: skip
            for setup in wanted:
                model = learnt(train, test, kept, fold, setup)
                for side, rows, into in zip((train, test), held, found[setup], strict=True):
                    if model is not None and len(rows):
                        into[repeat, rows] = model.predict(side.features[rows]) == side.labels[rows]
        if progress is not None:
            progress(repeat + 1)
    return {setup: (rows[0], rows[1]) for setup, rows in found.items()}


def _tallies(
    sides: tuple[Crops, Crops], kept: tuple[Flags, Flags], names: Sequence[str], right: tuple[Array, Array]
) -> Iterator[tuple[str, str, Tally]]:
    """(set, condition, tally): each side as a whole, and in each condition of which it has enough pictures."""
    for which, side, flags, rows in zip(("test", "train"), sides[::-1], kept[::-1], right[::-1], strict=True):
        groups = side.groups[side.picture]
        codes = np.searchsorted(names, side.labels).clip(max=len(names) - 1)
        for condition, pictures in conditions_of(side):
            chosen = np.flatnonzero(flags & pictures[side.picture])
            shape = (int(side.groups.max(initial=0)) + 1, len(names))
            total, hits = np.zeros(shape), np.zeros((len(rows), *shape))
            np.add.at(total, (groups[chosen], codes[chosen]), 1)
            for repeat, row in enumerate(rows):
                np.add.at(hits[repeat], (groups[chosen], codes[chosen]), row[chosen])
            shown = total.any(axis=1)
            if shown.any():
                yield which, condition, Tally(hits[:, shown], total[shown])


def _tested(which: str, condition: str, tally: Tally, names: Sequence[str]) -> dict[str, Any]:
    low, high = interval(tally.resampled())
    return {
        "set": which,
        "condition": condition,
        "groups": len(tally.total),
        "crops": int(tally.total.sum()),
        "accuracy": tally.balanced,
        "low": low,
        "high": high,
        "recalls": dict(zip(names, tally.recalls.tolist(), strict=True)),
    }


def _added(without: list[tuple[str, str, Tally]], beside: list[tuple[str, str, Tally]]) -> Iterator[dict[str, Any]]:
    """Points of balanced accuracy that the train side adds to the same pictures of the test side."""
    for (which, condition, one), (_, _, other) in zip(without, beside, strict=True):
        if which == "test":
            low, high = interval(100 * (other.resampled() - one.resampled()))
            points = 100 * (other.balanced - one.balanced)
            yield {"set": which, "condition": condition, "points": points, "low": low, "high": high}


def _few(setup: Setup) -> int | str:
    return "all" if setup.few == ALL else setup.few


def _about(side: Crops, kept: Flags) -> dict[str, Any]:
    return {
        "name": side.name,
        "pictures": len(side.pictures),
        "groups": len(np.unique(side.groups)),
        "crops": int(kept.sum()),
        "conditions": dict(sorted(Counter(side.conditions).items())),
    }

"""One parameter: what was asked for beside what the frames hold, and how far apart the two are.

The distances come with p-values for independent draws. Frames are drawn from a low-discrepancy sequence, which is more
even than chance, so p-values near 1 are the rule; a small one means that something other than chance shaped the
values: a rule of the world (rain has clouds), a correlation, or a subset of the frames.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from longtail.annotate.dataset.shelf import Shelf
from longtail.annotate.statistics.asked_for import (
    GRID,
    Asked,
    Constant,
    Numbers,
    Options,
    asked_for,
    text_of,
)
from longtail.annotate.statistics.column import Column
from longtail.annotate.statistics.histogram import bins_for, even_edges, histogram, summary
from longtail.distributions.grammar import is_distribution

Array = NDArray[np.float64]

DIFFERS_BELOW = 1e-3
"""p-values under this count as "differs": of a report's fifty honest rows, one in twenty reports would show one."""

_MOST_WHOLE = 40
"""Whole numbers get a bar each up to this many; a wider range is binned like real numbers."""

_LEAST_EXPECTED = 5.0
"""The chi-square test needs about this many expected draws in each cell (Cochran 1954); rarer cells are pooled."""


class Values:
    """The values of one parameter over the frames, in ascending order, 8 bytes each in a file where they are many."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.numbers = Column("d", shelf)
        self.words: Counter[str] = Counter()
        self.whole = True
        self.not_finite = 0
        self.repeats = 0
        self._first: tuple[int | None, Any] | None = None
        self._last: tuple[int | None, Any] | None = None

    def add(self, value: Any, scene: int | None = None) -> None:
        """The value of one more frame. Pictures of one `scene` share its draws: what was drawn once counts once."""
        seen = (scene, value)
        if scene is not None and seen == self._last:
            self.repeats += 1
            return
        self._first = self._first or seen
        self._last = seen
        if isinstance(value, (bool, str)):
            self.words[text_of(value)] += 1
        elif isinstance(value, (float, int)) and math.isfinite(value):
            self.numbers.append(value)
            self.whole = self.whole and float(value).is_integer()
        else:
            self.not_finite += 1

    def join(self, later: Values) -> None:
        """Add the values of later frames."""
        numbers = later.numbers.array()
        self.words.update(later.words)
        self.whole = self.whole and later.whole
        self.not_finite += later.not_finite
        self.repeats += later.repeats
        if later._first is not None and later._first[0] is not None and later._first == self._last:
            numbers = numbers[self._count_as_repeat(later._first[1]) :]
        self.numbers.take(numbers)
        self._first, self._last = self._first or later._first, later._last or self._last

    def _count_as_repeat(self, value: Any) -> int:
        """Take out the one value that was counted in two parts; how many of the later part's numbers that is."""
        self.repeats += 1
        if isinstance(value, bool | str):
            self.words[text_of(value)] -= 1
        elif isinstance(value, int | float) and math.isfinite(value):
            return 1
        else:
            self.not_finite -= 1
        return 0

    def __len__(self) -> int:
        return len(self.numbers) + self.words.total() + self.not_finite

    def array(self) -> Array:
        """The numbers (N,), read anew each time."""
        return self.numbers.array()

    def by_option(self) -> Counter[str]:
        """How often each value occurs, numbers by their text."""
        counts = Counter(self.words)
        for number, count in zip(
            *(found.tolist() for found in np.unique(self.array(), return_counts=True)), strict=True
        ):
            counts[text_of(number)] += count
        return +counts


def asked_nodes(config: Mapping[str, Any], realised: Mapping[str, Any]) -> dict[str, Any]:
    """The spelling of what was asked of each parameter, by path: the config's order, then the rest by name."""
    nodes = {path: node for path, node in config.items() if path in realised or is_distribution(node)}
    return nodes | {path: None for path in sorted(realised) if path not in nodes}


def parameter_json(path: str, node: Any, values: Values, frames: int) -> dict[str, Any]:
    """The row of one parameter; `frames` counts all frames, of which some may not have it."""
    asked = asked_for(node)
    row: dict[str, Any] = {
        "path": path,
        "asked": node,
        "kind": _kind(asked, values),
        "frames": len(values) + values.repeats,
        "frames_without": frames - len(values) - values.repeats,
        "not_finite": values.not_finite,
    }
    if isinstance(asked, Constant):
        counts = values.by_option()
        kept = counts.pop(text_of(asked.value), 0)
        return row | {"as_asked": kept, "differs": counts.total() > 0}
    if isinstance(asked, Options) or (not isinstance(asked, Numbers) and values.words):
        return row | _options(asked if isinstance(asked, Options) else None, values)
    row["realised"] = summary(values.array())
    if isinstance(asked, Numbers):
        row["asked_for"] = {
            "mean": asked.mean(),
            "std": asked.std(),
            **dict(zip(("low", "high"), asked.ppf([0.0, 1.0]), strict=True)),
        }
    if len(values.numbers) or isinstance(asked, Numbers):
        row |= _numbers(asked if isinstance(asked, Numbers) else None, values)
    return row


def _kind(asked: Asked | None, values: Values) -> str:
    if isinstance(asked, Constant):
        return "constant"
    if isinstance(asked, Options) or values.words:
        return "option"
    if isinstance(asked, Numbers):
        return "whole number" if asked.whole else "number"
    return "whole number" if values.whole and len(values.numbers) else "number"


def _options(asked: Options | None, values: Values) -> dict[str, Any]:
    counts = values.by_option()
    shares = dict(asked.shares) if asked else {}
    names = [*shares, *sorted(counts.keys() - shares.keys())]
    n = counts.total()
    observed = np.array([counts[name] for name in names], dtype=np.float64)
    row: dict[str, Any] = {"options": {"names": names, "counts": observed.astype(int)}}
    if asked:
        expected = np.array([shares.get(name, 0.0) * n for name in names], dtype=np.float64)
        row["options"]["expected"] = expected
        row |= _counted(observed, expected)
    return row


def _numbers(asked: Numbers | None, values: Values) -> dict[str, Any]:
    data = values.array()
    whole = asked.whole if asked else values.whole
    edges, logarithmic = edges_for(asked, data, whole)
    row: dict[str, Any] = {"histogram": histogram(data, edges, "log" if logarithmic else "linear")}
    if asked is None:
        return row
    row["histogram"]["expected"] = np.diff(asked.cdf(edges)) * data.size
    if not data.size:
        return row
    row |= _counted(*_per_number(asked, data)) if whole and values.whole else _measured(asked, data)
    row["distance"]["wasserstein"] = wasserstein(asked, data)
    return row


def _per_number(asked: Numbers, data: Array) -> tuple[Array, Array]:
    """How many draws of each whole number there are and were to be expected; the ends take what lies beyond them."""
    numbers, counts = np.unique(data, return_counts=True)
    low, high = min(numbers[0], float(asked.ppf(1e-3))), max(numbers[-1], float(asked.ppf(1 - 1e-3)))
    # A range of millions (poisson of 1e6) is counted in steps.
    steps = np.unique(np.floor(np.linspace(low, high, int(min(high - low, 9999)) + 1)))
    cumulated = asked.cdf(np.append(low - 1, steps))
    cumulated[0], cumulated[-1] = 0.0, 1.0
    observed = np.bincount(np.searchsorted(steps, numbers), weights=counts, minlength=steps.size).astype(np.float64)
    expected: Array = np.diff(cumulated) * float(data.size)
    return observed, expected


def edges_for(asked: Numbers | None, data: Array, whole: bool) -> tuple[Array, bool]:
    """Bins that show both what was asked for and all of what came; whether they have equal ratios."""
    low, high = (float(data.min()), float(data.max())) if data.size else (math.inf, -math.inf)
    if asked:
        low, high = min(low, float(asked.ppf(1e-3))), max(high, float(asked.ppf(1 - 1e-3)))
        # Declared ends are shown as declared, if they are not far out in a tail.
        span = high - low
        first, last = asked.cut
        low = min(low, first) if first > low - span / 2 else low
        high = max(high, last) if last < high + span / 2 else high
        if not whole:
            ends = asked.ppf([0.0, 1.0])
            low = float(ends[0]) if low - span / 50 < ends[0] < low else low
            high = float(ends[1]) if high < ends[1] < high + span / 50 else high
    if whole and high - low < _MOST_WHOLE:
        return np.arange(math.floor(low), math.ceil(high) + 2) - 0.5, False
    if whole:
        low, high = low - 0.5, high + 0.5
    logarithmic = bool(asked and asked.logarithmic and low > 0)
    return even_edges(low, high, bins_for(data.size), logarithmic=logarithmic), logarithmic


def _measured(asked: Numbers, data: Array) -> dict[str, Any]:
    n, below = data.size, asked.cdf(np.sort(data))
    ranks = np.arange(n + 1) / n
    statistic = float(max((ranks[1:] - below).max(), (below - ranks[:-1]).max()))
    # Stephens' correction makes Kolmogorov's limit good to about a percent from five values on (J. Royal Statistical
    # Society B 32, 1970); the exact distribution takes long for many values.
    p = float(special.kolmogorov((math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)) * statistic))
    return {"distance": {"ks": statistic, "p": p}, "differs": p < DIFFERS_BELOW}


def wasserstein(asked: Numbers, data: Array) -> float:
    """How far, in the parameter's unit, a value must be moved on average to turn what came into what was asked for."""
    ranks = np.minimum((GRID * data.size).astype(np.int64), data.size - 1)
    return float(np.abs(np.sort(data)[ranks] - asked.quantiles).mean())


def _counted(observed: Array, expected: Array) -> dict[str, Any]:
    n = float(observed.sum())
    if not n:
        return {"distance": {}}
    # Options that nobody asked for differ whatever the test says.
    stray = bool((observed[expected == 0] > 0).any())
    cells = _pooled(observed, expected)
    found: dict[str, Any] = {"total_variation": float(np.abs(observed - expected).sum() / 2 / n)}
    p = None
    if len(cells) > 1 and not stray:
        statistic = float(sum((seen - due) ** 2 / due for seen, due in cells))
        p = float(special.chdtrc(len(cells) - 1, statistic))
        found |= {"chi_square": statistic, "degrees": len(cells) - 1, "p": p}
    return {"distance": found, "differs": stray or (p is not None and p < DIFFERS_BELOW)}


def _pooled(observed: Array, expected: Array) -> list[tuple[float, float]]:
    """(observed, expected) of neighbouring cells put together until each expects enough."""
    cells: list[tuple[float, float]] = []
    seen = due = 0.0
    for here, asked in zip(observed.tolist(), expected.tolist(), strict=True):
        seen, due = seen + here, due + asked
        if due >= _LEAST_EXPECTED:
            cells.append((seen, due))
            seen = due = 0.0
    if cells and due:
        last_seen, last_due = cells.pop()
        cells.append((last_seen + seen, last_due + due))
    return cells

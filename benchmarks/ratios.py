"""Ratios of what is measured in one run, kept from version to version, and what got slower since.

Seconds of one machine today say nothing about those of another, or of a busier day; how often the one fits into the
other does, where both are taken in turns.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

LEAST_CHANGE = 0.05
"""A smaller one is none, however little the pairs differ: links and caches move code by as much."""

_ERRORS = 3.0
"""A change of so many standard errors is no chance."""


@dataclass(frozen=True)
class Ratio:
    """How often one thing's time fits into another's: the median over pairs, and its standard error as a share."""

    value: float
    error: float
    pairs: int

    @classmethod
    def of(cls, ratios: Sequence[float]) -> Ratio:
        """Of pairs, by their median and its error: 1.2533 standard deviations over the root of their number, which are
        1.4826 median deviations (both hold for normal errors, and the median deviation minds no outliers).

        Examples:
            >>> Ratio.of([2.0, 2.0, 2.0]), Ratio.of([1.0, 2.0, 3.0]).value
            (Ratio(value=2.0, error=0.0, pairs=3), 2.0)
        """
        value = float(np.median(ratios))
        deviation = float(np.median(np.abs(np.array(ratios) - value)))
        return cls(value, 1.2533 * 1.4826 * deviation / math.sqrt(len(ratios)) / value, len(ratios))


@dataclass(frozen=True)
class Entry:
    """One run of the guard: `machine` is what its ratios may be compared with."""

    date: str
    version: str
    commit: str
    machine: str
    ratios: Mapping[str, Ratio]


@dataclass(frozen=True)
class Change:
    """A ratio beside that of the entry before, and how much of a difference chance explains."""

    name: str
    before: Ratio
    now: Ratio

    @property
    def share(self) -> float:
        """How much more the ratio is, as a share of what it was."""
        return self.now.value / self.before.value - 1

    @property
    def noise(self) -> float:
        return max(LEAST_CHANGE, _ERRORS * math.hypot(self.before.error, self.now.error))

    @property
    def slower(self) -> bool:
        return self.share > self.noise

    def __str__(self) -> str:
        verdict = "SLOWER" if self.slower else "faster" if self.share < -self.noise else "as before"
        return (
            f"{self.name:<34}{self.before.value:>9.3g}{self.now.value:>9.3g}{self.share:>+9.1%}"
            f"{self.noise:>9.1%}  {verdict}"
        )


def in_turns(one: Callable[[], object], other: Callable[[], object], pairs: int) -> Ratio:
    """The CPU time of one over that of the other, A B A B, after one of each that does not count."""
    one(), other()
    return Ratio.of([_seconds(one) / _seconds(other) for _ in range(pairs)])


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def changes(now: Entry, history: Sequence[Entry]) -> list[Change]:
    """Each ratio beside that of the last entry of the same machine that has it."""
    found = []
    for name, ratio in now.ratios.items():
        before = [entry.ratios[name] for entry in history if entry.machine == now.machine and name in entry.ratios]
        if before:
            found.append(Change(name, before[-1], ratio))
    return found


def load(path: Path) -> list[Entry]:
    """A history, oldest entry first; none where there is no file."""
    if not path.exists():
        return []
    rows = json.loads(path.read_text())
    return [Entry(**row | {"ratios": {name: Ratio(**ratio) for name, ratio in row["ratios"].items()}}) for row in rows]


def save(path: Path, history: Sequence[Entry]) -> None:
    path.write_text(json.dumps([asdict(entry) for entry in history], indent=1) + "\n")

"""Distributions of whole numbers."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import special

from longtail.distributions.distribution import LARGEST, Distribution, overlap, plain

_LONGEST = 1000


@dataclass(frozen=True)
class Poisson(Distribution):
    """Counts of independent events with a given mean, 0..1e6."""

    mean: float
    name: ClassVar[str] = "poisson"
    whole: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._finite()
        if not 0 <= self.mean <= 1e6:
            raise ValueError(f"expected a mean in 0..1000000, got {plain(self.mean)}")

    def ppf(self, u: float) -> int | float:
        if u >= 1 and self.mean:
            return math.inf
        if u <= self._table[-1]:
            return bisect_left(self._table, u)
        count = math.ceil(special.pdtrik(u, self.mean))
        # pdtrik rounds; the answer is the smallest count whose cdf reaches u.
        return count - 1 if count and self.cdf(count - 1) >= u else count

    @cached_property
    def _table(self) -> list[float]:
        """The cdf at 0, 1, ..., as far as most draws reach."""
        shares: list[float] = special.pdtr(np.arange(min(2 * math.ceil(self.mean) + 10, _LONGEST)), self.mean).tolist()
        return shares if self.mean else [1.0]

    def cdf(self, x: float) -> float:
        if not 0 <= x <= LARGEST or not self.mean:
            return x if math.isnan(x) else float(x >= 0)
        return float(special.pdtr(float(math.floor(x)), self.mean))

    def above(self, x: float) -> float:
        if not 0 <= x <= LARGEST or not self.mean:
            return x if math.isnan(x) else float(x < 0)
        return float(special.pdtrc(float(math.floor(x)), self.mean))

    def isf(self, u: float) -> int | float:
        if u <= 0 and self.mean:
            return math.inf
        return _first(lambda count: self.above(count) <= u, math.ceil(self.mean) + 1)

    @property
    def support(self) -> tuple[float, float]:
        return 0, math.inf if self.mean else 0


@dataclass(frozen=True)
class NegativeBinomial(Distribution):
    """Counts of events whose rate varies from one draw to the next: a Poisson law whose mean has a gamma law.

    Their variance is `mean + mean**2 / shape` (Johnson, Kemp and Kotz, Univariate Discrete Distributions, chapter 5,
    from memory): a small `shape` makes many draws of few and some of many, a large one nearly a Poisson law.
    """

    mean: float
    shape: float
    name: ClassVar[str] = "negative_binomial"
    whole: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._finite()
        if not 0 < self.mean <= 1e6:
            raise ValueError(f"expected a mean above 0 and up to 1000000, got {plain(self.mean)}")
        if not 0.01 <= self.shape <= 1e6:
            raise ValueError(f"expected a shape in 0.01..1000000, got {plain(self.shape)}")

    def ppf(self, u: float) -> int | float:
        if u >= 1:
            return math.inf
        if u <= self._table[-1]:
            return bisect_left(self._table, u)
        return _first(lambda count: self.cdf(count) >= u, len(self._table))

    @cached_property
    def _table(self) -> list[float]:
        """The cdf at 0, 1, ..., as far as most draws reach."""
        counts = np.arange(min(4 * math.ceil(self.mean) + 10, _LONGEST))
        shares: list[float] = special.betainc(self.shape, counts + 1.0, self._none).tolist()
        return shares

    @property
    def _none(self) -> float:
        """The share of events that do not occur, in the words of the law's other definition."""
        return self.shape / (self.shape + self.mean)

    def cdf(self, x: float) -> float:
        if not 0 <= x <= LARGEST:
            return x if math.isnan(x) else float(x >= 0)
        return float(special.betainc(self.shape, math.floor(x) + 1.0, self._none))

    def above(self, x: float) -> float:
        if not 0 <= x <= LARGEST:
            return x if math.isnan(x) else float(x < 0)
        return float(special.betainc(math.floor(x) + 1.0, self.shape, self.mean / (self.shape + self.mean)))

    def isf(self, u: float) -> int | float:
        if u <= 0:
            return math.inf
        return _first(lambda count: self.above(count) <= u, math.ceil(self.mean) + 1)

    @property
    def support(self) -> tuple[float, float]:
        return 0, math.inf


def _first(reached: Callable[[int], bool], guess: int) -> int:
    """The first count from 0 on that has `reached`, which all beyond it have, too; found fastest below `guess`."""
    while not reached(guess):
        guess *= 2
    return bisect_left(range(guess), True, key=reached)


@dataclass(frozen=True)
class Integers(Distribution):
    """Every whole number of low..high equally likely, both ends included."""

    low: int
    high: int
    name: ClassVar[str] = "integers"
    whole: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._finite()
        if not (self.low.is_integer() and self.high.is_integer() and self.low <= self.high):  # type: ignore[attr-defined]
            raise ValueError(f"expected whole numbers low <= high, got {plain(self.low)} and {plain(self.high)}")
        object.__setattr__(self, "low", int(self.low))
        object.__setattr__(self, "high", int(self.high))

    def ppf(self, u: float) -> int:
        return min(self.low + math.floor(u * (self.high - self.low + 1)), self.high)

    def cdf(self, x: float) -> float:
        if not math.isfinite(x):
            return x if math.isnan(x) else float(x > 0)
        return min(max((math.floor(x) - self.low + 1) / (self.high - self.low + 1), 0.0), 1.0)

    @property
    def support(self) -> tuple[int, int]:
        return self.low, self.high

    def truncated(self, low: float, high: float) -> Integers:
        low, high = overlap(self, low, high)
        return Integers(math.ceil(low), math.floor(high))

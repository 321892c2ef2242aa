"""What every distribution can do. Small frozen values with ==, a readable repr, and no state.

All draws go through `ppf`, the inverse of the cumulative distribution, so that one number u in 0..1 decides a value:
a low-discrepancy sequence, a correlation or a pinned neighbour can then be put in front of any of them.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

_SMALLEST_U = 2.0**-54
LARGEST_U = 1 - 2.0**-53
_HALF = 0.5
LARGEST = 1e12  # beyond it float64 cannot tell neighbouring whole numbers and fractions apart


class Distribution(ABC):
    """Base of all distributions. `name` is its word in a config; `whole` tells that it yields only whole numbers."""

    name: ClassVar[str]
    whole: ClassVar[bool] = False

    @abstractmethod
    def ppf(self, u: float) -> Any:
        """The value below which the share `u` in 0..1 of all draws lies."""

    @abstractmethod
    def cdf(self, x: Any) -> float:
        """The share of draws that are at most `x`, in 0..1: 0 at minus infinity, 1 at infinity, NaN at NaN."""

    def cdfs(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """`cdf` of every number of `x`; kinds whose formula is simple take them all at once."""
        return np.array([self.cdf(value) for value in x.ravel().tolist()], dtype=np.float64).reshape(x.shape)

    def ppfs(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """`ppf` of every share of `u`, to the last bit; kinds whose formula is simple take them all at once."""
        return np.array([self.ppf(share) for share in u.ravel().tolist()], dtype=np.float64).reshape(u.shape)

    @property
    @abstractmethod
    def support(self) -> tuple[Any, Any]:
        """(lowest, highest) value that can be drawn; infinite where a tail has no end."""

    @property
    def arguments(self) -> tuple[float, ...]:
        """What its word is followed by in a config."""
        return tuple(getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]

    def sample(self, rng: np.random.Generator) -> Any:
        """One draw, of one uniform number of `rng`."""
        return self.ppf(rng.random() or _SMALLEST_U)

    def below(self, x: float) -> float:
        """The share of draws that are less than `x`."""
        return self.cdf(math.ceil(x) - 1) if self.whole and math.isfinite(x) else self.cdf(x)

    def above(self, x: float) -> float:
        """The share of draws that are more than `x`; kinds with a long upper tail keep its digits."""
        return 1 - self.cdf(x)

    def isf(self, u: float) -> Any:
        """The value above which the share `u` in 0..1 of all draws lies."""
        return self.ppf(1 - u)

    def mass(self, low: float, high: float) -> float:
        """The share of draws in low..high, both included."""
        before = self.below(low)
        if before <= _HALF:
            return max(self.cdf(high) - before, 0.0)
        return max(self.above(self._before(low)) - self.above(high), 0.0)

    def _before(self, x: float) -> float:
        """What draws are more than that are `x` or more; beside `x` itself no draw of a real number counts."""
        return math.ceil(x) - 1 if self.whole and math.isfinite(x) else x

    def truncated(self, low: float, high: float) -> Distribution:
        """This distribution, given that the draw lies in low..high. ValueError where it never does."""
        if low <= self.support[0] and high >= self.support[1]:
            return self
        return Truncated(self, low, high)

    def to_json(self) -> dict[str, Any]:
        """As a config spells it: `{uniform: [50, 90]}`."""
        values = [plain(value) for value in self.arguments]
        return {self.name: values if len(values) > 1 else values[0]}

    def _finite(self) -> None:
        """Turn every field into a float, or refuse it."""
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
                raise ValueError(f"expected a finite number for {field.name}, got {value!r}")
            object.__setattr__(self, field.name, float(value))


def plain(value: float) -> float:
    """A number as a person would write it: 50, not 50.0."""
    return int(value) if float(value).is_integer() and abs(value) <= LARGEST else value


def whole_ends(low: float, high: float) -> tuple[float, float]:
    """The first and the last whole number of low..high; an end that is infinite stays so."""
    return math.ceil(low) if math.isfinite(low) else low, math.floor(high) if math.isfinite(high) else high


def overlap(distribution: Distribution, low: float, high: float) -> tuple[float, float]:
    """The part of low..high that the distribution reaches; ValueError where there is none."""
    start, end = distribution.support
    if max(low, start) > min(high, end):
        raise ValueError(f"expected a range that meets {plain(start)}..{plain(end)}, got {plain(low)}..{plain(high)}")
    return max(low, start), min(high, end)


@dataclass(frozen=True)
class Truncated(Distribution):
    """Another distribution, given that the draw lies in low..high (both included)."""

    base: Distribution
    low: float
    high: float

    def __post_init__(self) -> None:
        low, high = overlap(self.base, self.low, self.high)
        if self.base.whole:
            low, high = whole_ends(low, high)
        if not low <= high or self.base.mass(low, high) <= 0:
            raise ValueError(f"expected draws in {plain(self.low)}..{plain(self.high)}, got none from {self.base!r}")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        # An instance attribute in place of the class's, because it depends on what is truncated.
        object.__setattr__(self, "whole", self.base.whole)

    def ppf(self, u: float) -> Any:
        beyond, mass, upper = self._cut
        value = self.base.isf(beyond + (1 - u) * mass) if upper else self.base.ppf(min(beyond + u * mass, LARGEST_U))
        return min(max(value, self.low), self.high)

    @cached_property
    def _cut(self) -> tuple[float, float, bool]:
        """The base's share of draws beyond the cut and inside it, and whether it is counted from the upper end."""
        upper = self.base.below(self.low) > _HALF
        beyond = self.base.above(self.high) if upper else self.base.below(self.low)
        return beyond, self.base.mass(self.low, self.high), upper

    def cdf(self, x: float) -> float:
        if x < self.low or x >= self.high:
            return float(x >= self.high)
        return self.base.mass(self.low, x) / self._cut[1]

    def above(self, x: float) -> float:
        if x < self.low or x >= self.high:
            return float(x < self.low)
        return self.base.mass(math.floor(x) + 1 if self.whole else x, self.high) / self._cut[1]

    @property
    def support(self) -> tuple[Any, Any]:
        return self.low, self.high

    def truncated(self, low: float, high: float) -> Distribution:
        return self.base.truncated(*overlap(self, low, high))

    def to_json(self) -> dict[str, Any]:
        ends = {"low": self.low, "high": self.high}
        return self.base.to_json() | {name: plain(value) for name, value in ends.items() if math.isfinite(value)}

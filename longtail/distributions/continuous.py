"""Distributions of real numbers.

Formulas follow scipy.stats; scipy.special is called directly, because a scene draws some fifty of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

from longtail.distributions.distribution import LARGEST, LARGEST_U, Distribution, overlap, plain

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Uniform(Distribution):
    """Every value of low..high equally likely."""

    low: float
    high: float
    name: ClassVar[str] = "uniform"

    def __post_init__(self) -> None:
        self._finite()
        if not self.low < self.high:
            raise ValueError(f"expected low < high, got {plain(self.low)} and {plain(self.high)}")

    def ppf(self, u: float) -> float:
        return min(self.low + u * (self.high - self.low), self.high)

    def ppfs(self, u: Array) -> Array:
        return np.asarray(np.minimum(self.low + u * (self.high - self.low), self.high))

    def cdf(self, x: float) -> float:
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)

    def cdfs(self, x: Array) -> Array:
        return np.asarray(np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0))

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    def truncated(self, low: float, high: float) -> Distribution:
        low, high = overlap(self, low, high)
        return type(self)(low, high)


@dataclass(frozen=True)
class LogUniform(Uniform):
    """Every order of magnitude equally likely: the logarithm is uniform. For rates and ranges; low > 0."""

    name: ClassVar[str] = "loguniform"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low <= 0:
            raise ValueError(f"expected low > 0, got {plain(self.low)}")

    def ppf(self, u: float) -> float:
        return min(max(self.low * math.exp(u * math.log(self.high / self.low)), self.low), self.high)

    def ppfs(self, u: Array) -> Array:
        # The exponentials one by one: the last bit of numpy's depends on the processor.
        exponents = (u.ravel() * math.log(self.high / self.low)).tolist()
        values = self.low * np.array([math.exp(exponent) for exponent in exponents], dtype=np.float64)
        return np.asarray(np.clip(values, self.low, self.high)).reshape(u.shape)

    def cdf(self, x: float) -> float:
        if x <= self.low:
            return 0.0
        return min(math.log(x / self.low) / math.log(self.high / self.low), 1.0)

    def cdfs(self, x: Array) -> Array:
        shares = np.log(np.maximum(x, self.low) / self.low) / math.log(self.high / self.low)
        return np.asarray(np.minimum(shares, 1.0))


@dataclass(frozen=True)
class Normal(Distribution):
    """The bell curve with mean and standard deviation `sd` > 0, cut off (not clamped) below `low` and above `high`."""

    mean: float
    sd: float
    low: float = -math.inf
    high: float = math.inf
    name: ClassVar[str] = "normal"

    def __post_init__(self) -> None:
        for name in ("mean", "sd", "low", "high"):
            value = getattr(self, name)
            is_end = name in ("low", "high")
            if isinstance(value, bool) or not (abs(value) <= LARGEST or (is_end and not math.isnan(value))):
                raise ValueError(f"expected a finite number for {name}, got {value!r}")
            object.__setattr__(self, name, float(value))
        if self.sd <= 0:
            raise ValueError(f"expected a standard deviation > 0, got {plain(self.sd)}")
        if not self.low < self.high or self._share() <= 0:
            raise ValueError(f"expected draws between {self.low} and {self.high}, got none from {self.name} "
                             f"[{plain(self.mean)}, {plain(self.sd)}]")  # fmt: skip

    def _ends(self) -> tuple[float, float]:
        """(low, high) in standard deviations; mirrored into the lower tail, where float64 has digits to spare."""
        low, high = (self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd
        return (-high, -low) if low > 0 else (low, high)

    @cached_property
    def _cut(self) -> tuple[float, float]:
        """The whole bell's share below the lower end, and between the ends."""
        return float(special.ndtr(self._ends()[0])), self._share()

    def _share(self) -> float:
        low, high = self._ends()
        return float(special.ndtr(high) - special.ndtr(low))

    def ppf(self, u: float) -> float:
        mirrored = self.low > self.mean
        before, share = self._cut
        below = before + (1 - u if mirrored else u) * share
        # A sum that rounding makes 1 is no draw at infinity.
        z = float(special.ndtri(below if u >= 1 else min(below, LARGEST_U)))
        return min(max(self.mean + self.sd * (-z if mirrored else z), self.low), self.high)

    def ppfs(self, u: Array) -> Array:
        mirrored = self.low > self.mean
        before, share = self._cut
        below = before + (1 - u if mirrored else u) * share
        z = special.ndtri(np.where(u >= 1, below, np.minimum(below, LARGEST_U)))
        return np.asarray(np.clip(self.mean + self.sd * (-z if mirrored else z), self.low, self.high))

    def cdf(self, x: float) -> float:
        if x <= self.low:
            return 0.0
        if x >= self.high:
            return 1.0
        z, (low, high) = (x - self.mean) / self.sd, self._ends()
        if self.low > self.mean:
            return float((special.ndtr(high) - special.ndtr(-z)) / self._share())
        return float((special.ndtr(z) - special.ndtr(low)) / self._share())

    def cdfs(self, x: Array) -> Array:
        z, (low, high) = (np.clip(x, self.low, self.high) - self.mean) / self.sd, self._ends()
        if self.low > self.mean:
            return np.asarray((special.ndtr(high) - special.ndtr(-z)) / self._share())
        return np.asarray((special.ndtr(z) - special.ndtr(low)) / self._share())

    def above(self, x: float) -> float:
        if x <= self.low or x >= self.high:
            return float(x <= self.low)
        z, high = (x - self.mean) / self.sd, (self.high - self.mean) / self.sd
        share = special.ndtr(-z) - special.ndtr(-high) if z > 0 else special.ndtr(high) - special.ndtr(z)
        return float(share / self._share())

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    def truncated(self, low: float, high: float) -> Normal:
        return Normal(self.mean, self.sd, max(low, self.low), min(high, self.high))

    def to_json(self) -> dict[str, Any]:
        ends = {"low": self.low, "high": self.high}
        return {self.name: [plain(self.mean), plain(self.sd)]} | {
            name: plain(value) for name, value in ends.items() if math.isfinite(value)
        }


@dataclass(frozen=True)
class Triangular(Distribution):
    """Rises in a straight line from `low` to its peak at `mode` and falls to `high`."""

    low: float
    mode: float
    high: float
    name: ClassVar[str] = "triangular"

    def __post_init__(self) -> None:
        self._finite()
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError(f"expected low <= mode <= high, got {[plain(v) for v in self.arguments]}")

    def ppf(self, u: float) -> float:
        width, rise = self.high - self.low, self.mode - self.low
        if u * width < rise:
            return self.low + math.sqrt(u * width * rise)
        return self.high - math.sqrt((1 - u) * width * (width - rise))

    def cdf(self, x: float) -> float:
        width = self.high - self.low
        if x <= self.low or x >= self.high:
            return float(x >= self.high)
        if x < self.mode:
            return (x - self.low) ** 2 / (width * (self.mode - self.low))
        return 1 - (self.high - x) ** 2 / (width * (self.high - self.mode))

    def above(self, x: float) -> float:
        if not self.mode <= x < self.high:
            return 1 - self.cdf(x)
        return (self.high - x) ** 2 / ((self.high - self.low) * (self.high - self.mode))

    def isf(self, u: float) -> float:
        width, fall = self.high - self.low, self.high - self.mode
        return self.high - math.sqrt(u * width * fall) if u * width < fall else self.ppf(1 - u)

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Beta(Distribution):
    """The beta distribution on 0..1 with shapes `a`, `b` > 0: for shares. Mean a / (a + b)."""

    a: float
    b: float
    name: ClassVar[str] = "beta"

    def __post_init__(self) -> None:
        self._finite()
        if not (0 < self.a <= 1e4 and 0 < self.b <= 1e4):
            raise ValueError(f"expected shapes > 0 and at most 10000, got {plain(self.a)} and {plain(self.b)}")

    def ppf(self, u: float) -> float:
        # betaincinv yields NaN for some u under 1e-200.
        return float(special.betaincinv(self.a, self.b, max(u, 1e-100)))

    def ppfs(self, u: Array) -> Array:
        return np.asarray(special.betaincinv(self.a, self.b, np.maximum(u, 1e-100)))

    def cdf(self, x: float) -> float:
        return float(special.betainc(self.a, self.b, min(max(x, 0.0), 1.0)))

    def cdfs(self, x: Array) -> Array:
        return np.asarray(special.betainc(self.a, self.b, np.clip(x, 0.0, 1.0)))

    def above(self, x: float) -> float:
        return float(special.betaincc(self.a, self.b, min(max(x, 0.0), 1.0)))

    def isf(self, u: float) -> float:
        return float(special.betainccinv(self.a, self.b, max(u, 1e-100)))

    @property
    def support(self) -> tuple[float, float]:
        return 0.0, 1.0

"""What a parameter was asked to be, read back from dataset.json's own spelling of it.

A config spells a distribution as `{"uniform": [50, 90]}`, cut off at `low` and `high` where these stand beside it; a
dataset carries that spelling, so that statistics need nothing of the program that drew. Formulas are scipy.stats'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from longtail.distributions.scalar import Scalar

Array = NDArray[np.float64]

GRID = (np.arange(4096) + 0.5) / 4096
"""Shares at which quantile functions are averaged: midpoints of 4096 equal parts of 0..1."""


_TAIL = 1e-6
"""Smaller parts of a distribution are its tail."""


class Law(Protocol):
    """The part of a frozen scipy distribution that is used here; arrays in, arrays out."""

    def cdf(self, x: Any, /) -> Any: ...

    def ppf(self, q: Any, /) -> Any: ...

    def sf(self, x: Any, /) -> Any: ...

    def isf(self, q: Any, /) -> Any: ...


_LAWS: dict[str, Callable[..., Law]] = {
    "uniform": lambda low, high: stats.uniform(low, high - low),
    "loguniform": stats.loguniform,
    "normal": stats.norm,
    "triangular": lambda low, mode, high: stats.triang((mode - low) / (high - low), low, high - low),
    "beta": stats.beta,
    "poisson": stats.poisson,
    "integers": lambda low, high: stats.randint(low, high + 1),
}
_WHOLE = frozenset({"poisson", "integers"})
_HEADS = frozenset({*_LAWS, "choice"})


@dataclass(frozen=True, eq=False)
class Numbers:
    """A distribution of real or `whole` numbers, given that the draw lies in low..high (both included)."""

    law: Law
    whole: bool = False
    logarithmic: bool = False
    low: float = -np.inf
    high: float = np.inf

    @cached_property
    def _first(self) -> float:
        """What the law's draws are beyond that are `low` or more."""
        return float(np.ceil(self.low) - 1 if self.whole else self.low)

    @cached_property
    def _upper(self) -> bool:
        """Whether shares are counted from the upper end, as from the lower one they lose their digits."""
        return float(self.law.cdf(self._first)) > 1 - _TAIL

    @cached_property
    def _share(self) -> float:
        """The share of the law's draws that lie in low..high."""
        if self._upper:
            return float(self.law.sf(self._first)) - float(self.law.sf(self.high))
        return float(self.law.cdf(self.high)) - float(self.law.cdf(self._first))

    def cdf(self, x: ArrayLike) -> Array:
        """The share of draws that are at most x."""
        x = np.asarray(x, dtype=np.float64)
        at = np.floor(x) if self.whole else x
        if self._upper:
            inside = (self.law.sf(self._first) - self.law.sf(at)) / self._share
        else:
            inside = (self.law.cdf(at) - self.law.cdf(self._first)) / self._share
        result: Array = np.clip(np.where(x >= self.high, 1.0, inside), 0.0, 1.0)
        return result

    def ppf(self, u: ArrayLike) -> Array:
        """The value below which the share u of all draws lies."""
        u = np.asarray(u, dtype=np.float64)
        if self._upper:
            values = self._isf(self.law.sf(self.high) + (1 - u) * self._share)
        else:
            values = self.law.ppf(self.law.cdf(self._first) + u * self._share)
        result: Array = np.clip(values, self.low, self.high)
        return result

    def _isf(self, share: Array) -> Any:
        """The value above which a share of the law's draws lies, far out in its upper tail."""
        if not self.whole:
            return self.law.isf(share)
        # scipy yields NaN for whole numbers out there; few of them hold all draws that are left.
        width = 16
        while self.law.sf(self._first + width) > self.law.sf(self._first) * 1e-17:
            width *= 2
        numbers = self._first + 1 + np.arange(width)
        return numbers[np.minimum(np.searchsorted(-self.law.sf(numbers), -share), width - 1)]

    def mean(self) -> float:
        values = self.ppf(GRID)
        # What rounding leaves of a mean of nothing is nothing.
        mean, rounding = float(values.mean()), float(np.abs(values).mean()) * 1e-12
        return mean if abs(mean) > rounding else 0.0

    def std(self) -> float:
        return float(self.ppf(GRID).std())


@dataclass(frozen=True)
class Options:
    """Named or listed options and the share of each, by the option's text."""

    shares: Mapping[str, float]


@dataclass(frozen=True)
class Constant:
    """One value, always."""

    value: Scalar


Asked = Numbers | Options | Constant


def text_of(value: Scalar) -> str:
    """An option as people read it: 2 and 2.0 are one option, and true is none of them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:.12g}"


def is_distribution(node: Any) -> bool:
    """Whether a node of a config spells a distribution that is known here."""
    return isinstance(node, Mapping) and bool(_HEADS & node.keys())


def asked_for(node: Any) -> Asked | None:
    """What a node of a config asks for; None where it is of a kind that only its maker knows."""
    if isinstance(node, bool | int | float | str):
        return Constant(node)
    if not is_distribution(node):
        return None
    head = next(key for key in node if key in _HEADS)
    try:
        return _options(node) if head == "choice" else _numbers(head, node)
    except (TypeError, ValueError, AttributeError):
        return None


def _numbers(head: str, node: Mapping[str, Any]) -> Numbers:
    arguments = node[head] if isinstance(node[head], list) else [node[head]]
    low, high = float(node.get("low", -np.inf)), float(node.get("high", np.inf))
    if head == "normal" and (np.isfinite(low) or np.isfinite(high)):
        # scipy keeps the digits of a normal that is cut off far out in its tail.
        mean, sd = arguments
        return Numbers(stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd), low=low, high=high)
    made = Numbers(_LAWS[head](*arguments), head in _WHOLE, head == "loguniform", low, high)
    if not made._share > 0:
        raise ValueError(f"expected draws in {low}..{high}")
    return made


def _options(node: Mapping[str, Any]) -> Options:
    choice = node["choice"]
    weights = list(choice.values()) if isinstance(choice, Mapping) else node.get("weights", [1.0] * len(choice))
    low, high = node.get("low", -np.inf), node.get("high", np.inf)
    pairs = [
        (text_of(option), float(weight))
        for option, weight in zip(choice, weights, strict=True)
        if isinstance(option, str | bool) or low <= option <= high
    ]
    total = sum(weight for _, weight in pairs)
    if not total > 0:
        raise ValueError("expected a weight over 0")
    return Options({option: weight / total for option, weight in pairs if weight > 0})

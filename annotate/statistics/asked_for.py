"""What a parameter was asked to be, read back from dataset.json's own spelling of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.distributions import Choice, Distribution, LogUniform, Normal, Truncated
from longtail.distributions.grammar import is_distribution, parse
from longtail.distributions.scalar import Scalar

Array = NDArray[np.float64]

GRID = (np.arange(4096) + 0.5) / 4096
"""Shares at which quantile functions are averaged: midpoints of 4096 equal parts of 0..1."""


@dataclass(frozen=True)
class Numbers:
    """A distribution of real or whole numbers, for arrays of them."""

    law: Distribution

    @property
    def whole(self) -> bool:
        return self.law.whole

    @property
    def logarithmic(self) -> bool:
        return isinstance(self.law.base if isinstance(self.law, Truncated) else self.law, LogUniform)

    @property
    def cut(self) -> tuple[float, float]:
        """Where it was cut off, both ends included; infinite where it was not."""
        return (self.law.low, self.law.high) if isinstance(self.law, Truncated | Normal) else (-math.inf, math.inf)

    def cdf(self, x: ArrayLike) -> Array:
        """The shares of draws that are at most x."""
        return self.law.cdfs(np.asarray(x, dtype=np.float64))

    def ppf(self, u: ArrayLike) -> Array:
        """The values below which the shares u of all draws lie."""
        return self.law.ppfs(np.asarray(u, dtype=np.float64))

    @cached_property
    def quantiles(self) -> Array:
        """The values at the shares of `GRID`."""
        return self.ppf(GRID)

    def mean(self) -> float:
        # What rounding leaves of a mean of nothing is nothing.
        mean, rounding = float(self.quantiles.mean()), float(np.abs(self.quantiles).mean()) * 1e-12
        return mean if abs(mean) > rounding else 0.0

    def std(self) -> float:
        return float(self.quantiles.std())


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


def asked_for(node: Any) -> Asked | None:
    """What a node of a config asks for; None where it is no value, or of a kind that only its maker knows."""
    if not is_distribution(node) and not isinstance(node, bool | int | float | str):
        return None
    try:
        asked = parse(node)
    except ValueError:
        return None
    if isinstance(asked, Choice):
        total = sum(asked.weights)
        return Options({text_of(name): w / total for name, w in zip(asked.options, asked.weights, strict=True)})
    return Numbers(asked) if isinstance(asked, Distribution) else Constant(asked)

"""A draw among named or listed options."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, ClassVar

from longtail.distributions.distribution import Distribution, plain
from longtail.distributions.scalar import Scalar


@dataclass(frozen=True, init=False)
class Choice(Distribution):
    """One of some words, numbers or truth values, with weights: `Choice({"clear": 4, "rain": 2})`, `Choice([2, 4])`.

    Options are kept in ascending order and those of weight 0 are left out, so that the order in which a file lists
    them changes nothing. Numbers count as numbers: they have a support, and may be truncated and correlated.
    """

    options: tuple[Scalar, ...]
    weights: tuple[float, ...]
    name: ClassVar[str] = "choice"

    def __init__(self, options: Mapping[Any, float] | Iterable[Scalar], weights: Iterable[float] | None = None) -> None:
        names = list(options)
        if weights is None:
            weights = options.values() if isinstance(options, Mapping) else [1.0] * len(names)
        weights = list(weights)
        if len(weights) != len(names):
            raise ValueError(f"expected one weight for each of {len(names)} options, got {len(weights)}")
        _check(names, weights)
        kept = sorted((name, float(weight)) for name, weight in zip(names, weights, strict=True) if weight > 0)
        if not kept:
            raise ValueError("expected at least one option with a weight over 0, got none")
        if len({weight for _, weight in kept}) == 1:
            kept = [(name, 1.0) for name, _ in kept]  # one spelling of "equally likely", and so one digest
        object.__setattr__(self, "options", tuple(name for name, _ in kept))
        object.__setattr__(self, "weights", tuple(weight for _, weight in kept))
        object.__setattr__(self, "whole", all(isinstance(name, int) for name in self.options))

    @property
    def numeric(self) -> bool:
        """Whether the options are numbers, which have an order."""
        return not isinstance(self.options[0], str | bool)

    def ppf(self, u: float) -> Scalar:
        shares = self._shares
        return self.options[min(bisect_left(shares, u * shares[-1]), len(shares) - 1)]

    @cached_property
    def _shares(self) -> list[float]:
        return list(accumulate(self.weights))

    def cdf(self, x: Scalar) -> float:
        """The share of options that come no later than `x`."""
        return self._held(lambda option: option <= x) if x == x else math.nan  # type: ignore[operator]

    def below(self, x: Scalar) -> float:
        return self._held(lambda option: option < x) if x == x else math.nan  # type: ignore[operator]

    def mass(self, low: Scalar, high: Scalar) -> float:
        return self._held(lambda option: low <= option <= high)  # type: ignore[operator]

    def _held(self, counts: Callable[[Scalar], bool]) -> float:
        held = (weight for option, weight in zip(self.options, self.weights, strict=True) if counts(option))
        return sum(held) / sum(self.weights)

    @property
    def support(self) -> tuple[Scalar, Scalar]:
        """The first and the last option."""
        return self.options[0], self.options[-1]

    def among(self, options: Iterable[Scalar]) -> Choice:
        """This choice, given that one of `options` is drawn. ValueError where none is."""
        allowed = set(options)
        return Choice({name: w for name, w in zip(self.options, self.weights, strict=True) if name in allowed})

    def truncated(self, low: float, high: float) -> Choice:
        return self.among([name for name in self.options if low <= name <= high])  # type: ignore[operator]

    def to_json(self) -> dict[str, Any]:
        """Words as a mapping; other options as a list, because JSON turns a mapping's keys into words."""
        weights = [plain(weight) for weight in self.weights]
        if isinstance(self.options[0], str):
            return {self.name: dict(zip(self.options, weights, strict=True))}
        listed: dict[str, Any] = {self.name: list(self.options)}
        return listed if len(set(weights)) == 1 else listed | {"weights": weights}

    def __repr__(self) -> str:
        pairs = zip(self.options, self.weights, strict=True)
        return f"Choice({{{', '.join(f'{name!r}: {plain(weight)}' for name, weight in pairs)}}})"


def _check(names: list[Any], weights: list[Any]) -> None:
    kinds = {"numbers" if type(name) in (int, float) else type(name).__name__ for name in names}
    if not kinds or len(kinds) > 1 or not kinds <= {"numbers", "str", "bool"}:
        raise ValueError(f"expected options that are all words, all numbers or all true/false, got {names!r:.80}")
    if not all(math.isfinite(name) for name in names if not isinstance(name, str)):
        raise ValueError(f"expected finite numbers, got {names!r:.80}")
    if len(set(names)) < len(names):
        raise ValueError(f"expected every option once, got {names!r:.80}")
    for weight in weights:
        if type(weight) not in (int, float) or not 0 <= weight <= 1e12:
            raise ValueError(f"expected weights in 0..1e12, got {weight!r:.40}")

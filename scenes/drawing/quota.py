"""Quotas: shares of the scenes that come out exactly. Which scene gets which is in `scenes.drawing.strata`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from longtail.distributions.distribution import plain
from longtail.distributions.scalar import Scalar
from longtail.occurrence import kinds


@dataclass(frozen=True)
class Event:
    """What a quota counts: the option `value`, or where that is None the numbers of low..high.

    Both ends are included, but for an `above` (low) and a `below` (high).
    """

    share: Fraction
    value: Scalar | None = None
    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    below: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest number that count."""
        if isinstance(self.value, int | float):
            return self.value, self.value
        low = math.nextafter(self.low, math.inf) if self.above else self.low
        return low, math.nextafter(self.high, -math.inf) if self.below else self.high

    def counts(self, drawn: Scalar) -> bool:
        """Whether a drawn value counts; a combination of weathers does where it holds all kinds of `value`."""
        if self.value is None:
            low, high = self.ends
            return not isinstance(drawn, str) and low <= drawn <= high
        if isinstance(self.value, str):
            return kinds(self.value) <= kinds(str(drawn))
        return drawn == self.value

    def to_json(self) -> dict[str, Any]:
        """As a config spells it."""
        words = "above" if self.above else "from", "below" if self.below else "to"
        ends = dict(zip(words, (self.low, self.high), strict=True)) if self.value is None else {}
        said = {"value": self.value} if self.value is not None else {}
        finite = {word: plain(end) for word, end in ends.items() if math.isfinite(end)}
        return {**said, **finite, "share": float(self.share)}


@dataclass(frozen=True)
class Quota:
    """The shares of one parameter's values."""

    path: str
    events: tuple[Event, ...]

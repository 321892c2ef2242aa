"""Parameters and rules: what a scenario lets vary, and what the world forbids."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from longtail.distributions import Choice, Distribution
from longtail.distributions.grammar import parse, shown, suggestion
from longtail.distributions.scalar import Scalar

Kind = Literal["number", "whole number", "option"]
Bound = float | Callable[[Mapping[str, Any]], float]
Asking = Mapping[str, Sequence[Scalar | Distribution]]
"""By path, everything that a config asks of a parameter: itself, in variants, in sweeps, in quotas."""

_LEAST_MASS = 0.5 - 1e-9


@dataclass(frozen=True)
class Parameter:
    """One leaf of a scenario. `path` names it in configs, random streams, frame records and statistics.

    Attributes:
        default: a value or a distribution. Its type is the parameter's: 0.0 declares a number, 0 a whole number, and so
            does a distribution of whole numbers
        unit: as in the path's suffix; "" where it has none
        low, high: the range that makes sense, both included; None where there is none
        choices: the options, for a parameter that is a word or true/false
        under_quota: what a quota is met with where nobody says what is drawn; None where that is the default
        in_view_of: what is drawn, where nobody says it, in view of what a config asks of others, and of that what it
            lays over scenes as variants and sweeps; None where that is the default whatever they are
    """

    path: str
    default: Scalar | Distribution
    unit: str = ""
    low: float | None = None
    high: float | None = None
    doc: str = ""
    choices: tuple[Scalar, ...] | None = None
    under_quota: Distribution | None = None
    in_view_of: Callable[[Asking, Asking], Scalar | Distribution] | None = None

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "default", self.checked(self.default))
        except ValueError as error:
            raise ValueError(f"{self.path}: default: {error}") from error

    @property
    def kind(self) -> Kind:
        """What its values are."""
        if self.choices is not None:
            return "option"
        if isinstance(self.default, Distribution):
            return "whole number" if self.default.whole else "number"
        return "whole number" if isinstance(self.default, int) else "number"

    @property
    def range(self) -> tuple[float, float]:
        """(low, high), infinite where it has no bound."""
        return (-math.inf if self.low is None else self.low, math.inf if self.high is None else self.high)

    def checked(self, node: Any) -> Scalar | Distribution:
        """The value or distribution that a config's `node` spells, in this parameter's type and range.

        A tail without end is cut off at the range (and must have half of its draws inside); a distribution that ends
        outside it is refused. ValueError: "expected ..., got ...".
        """
        value = parse(node)
        if self.choices is not None:
            return self._option(value, self.choices)
        if isinstance(value, Choice):
            if not value.numeric:
                raise ValueError(f"expected {self._expected}, got {shown(value)}")
            options = [self._number(option) for option in value.options]
            return Choice(options, value.weights)
        return self._within(value) if isinstance(value, Distribution) else self._number(value)

    @property
    def _expected(self) -> str:
        low, high = self.range
        unit = f" {self.unit}" if self.unit else ""
        if math.isinf(low) and math.isinf(high):
            return f"a {self.kind}{unit and ' in'}{unit}"
        return f"a {self.kind} in {_end(low)}..{_end(high)}{unit}"

    def _option(self, value: Scalar | Distribution, choices: tuple[Scalar, ...]) -> Scalar | Distribution:
        asked = value.options if isinstance(value, Choice) else (value,)
        for option in asked:
            # Compared with their types, because Python holds True to be 1.
            if isinstance(option, Distribution) or (type(option), option) not in [(type(c), c) for c in choices]:
                known = [str(choice) for choice in choices if isinstance(choice, str)]
                raise ValueError(f"expected one of {', '.join(shown(c).strip(chr(39)) for c in choices)}, "
                                 f"got {shown(option)}{suggestion(str(option), known)}")  # fmt: skip
        return value

    def _number(self, value: Any) -> float:
        low, high = self.range
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"expected {self._expected}, got {shown(value)}")
        if self.kind == "whole number":
            if value != int(value):
                raise ValueError(f"expected {self._expected}, got {shown(value)}")
            return int(value)
        return float(value) + 0.0  # -0.0 and 0.0 are one value, with one digest

    def _within(self, value: Distribution) -> Distribution:
        if self.kind == "whole number" and not value.whole:
            raise ValueError(f"expected {self._expected}, got {shown(value)}; did you mean integers, poisson or choice")
        low, high = self.range
        start, end = value.support
        if (math.isfinite(start) and start < low) or (math.isfinite(end) and end > high):
            raise ValueError(f"expected {self._expected}, got {shown(value)}, which reaches {_end(start)}..{_end(end)}")
        if (inside := value.mass(low, high)) < _LEAST_MASS:
            raise ValueError(f"expected {self._expected}, got {shown(value)}, of which only {inside:.0%} lie there")
        return value.truncated(low, high)


def _end(value: float) -> str:
    return f"{value:g}"


def option(path: str, weights: Mapping[Any, float], doc: str) -> Parameter:
    """A parameter that is one of a few values, drawn by their weights unless asked otherwise."""
    return Parameter(path, Choice(dict(weights)), "", None, None, doc, choices=tuple(weights))


@dataclass(frozen=True)
class Rule:
    """Knowledge of the world: `path` lies in low..high, or is one of `choices`, `when` the values drawn so far say so.

    Rules restrict distributions. They truncate one and put the same u through it, so that a rule moves no other value.
    A constant always wins over a rule: who pins a leaf means it, and a scenario that wants its rules obeyed declares
    distributions. Such an override is reported with the draw, as is a clamp: a distribution that has no draws in the
    range yields its bound next to them.

    A rule that is `moot` says that what is pinned against it shows nothing: who pins both is refused.

    Parameters that have rules are drawn after all those that have none, in the order of the scenario's table.
    """

    path: str
    when: Callable[[Mapping[str, Any]], bool]
    low: Bound | None = None
    high: Bound | None = None
    choices: tuple[Scalar, ...] | None = None
    because: str = ""
    moot: bool = False

    def range(self, values: Mapping[str, Any]) -> tuple[float, float]:
        """(low, high) for the values drawn so far."""
        low = self.low(values) if callable(self.low) else self.low
        high = self.high(values) if callable(self.high) else self.high
        return (-math.inf if low is None else low, math.inf if high is None else high)


@dataclass(frozen=True)
class Restricted:
    """A value that rules let through. `clamped`: the distribution had no draws where the rules allow them."""

    value: Any
    clamped: bool = False


def obeyed(value: Scalar, rule: Rule, values: Mapping[str, Any]) -> bool:
    """Whether a constant agrees with a rule."""
    if rule.choices is not None:
        return value in rule.choices
    low, high = rule.range(values)
    return isinstance(value, str) or low <= value <= high


def restrict(distribution: Distribution, rules: tuple[Rule, ...], values: Mapping[str, Any], u: float) -> Restricted:
    """The value at `u` of a distribution under rules that all apply. Where rules contradict, the earlier one holds."""
    clamped = False
    low, high = -math.inf, math.inf
    for rule in rules:
        if rule.choices is not None and isinstance(distribution, Choice):
            try:
                distribution = _among(distribution, rule.choices)
            except ValueError:
                distribution, clamped = Choice(rule.choices[:1]), True
        else:
            bottom, top = rule.range(values)
            if max(low, bottom) > min(high, top):
                clamped = True
            else:
                low, high = max(low, bottom), min(high, top)
    result = _at(distribution, low, high, u)
    return Restricted(result.value, True) if clamped else result


@lru_cache(maxsize=1024)
def _among(distribution: Choice, options: tuple[Scalar, ...]) -> Choice:
    return distribution.among(options)


@lru_cache(maxsize=1024)
def _truncated(distribution: Distribution, low: float, high: float) -> Distribution:
    """Most rules have constant bounds, and so the same few parts of a distribution serve all draws."""
    return distribution.truncated(low, high)


def _at(distribution: Distribution, low: float, high: float, u: float) -> Restricted:
    if math.isinf(low) and math.isinf(high):
        return Restricted(distribution.ppf(u))
    try:
        return Restricted(_truncated(distribution, low, high).ppf(u))
    except ValueError:
        start, end = distribution.support
        bound = low if distribution.ppf(0.5) < low else high
        if distribution.whole:
            bound = math.ceil(low) if bound == low else math.floor(high)
        # A rule that asks for one point of a continuous range is obeyed, not clamped to.
        return Restricted(bound, clamped=not (low == high and start <= low <= end))

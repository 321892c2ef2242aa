"""Which kinds of weather can occur together, and how a config spells them: "rain+flood"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from longtail.distributions import Choice, Distribution
from longtail.distributions.grammar import parse, shown, suggestion
from longtail.distributions.scalar import Scalar
from longtail.scenes.atmosphere.light_presets import light_hint
from longtail.scenes.space.parameters import Parameter
from longtail.scenes.weather import WEATHERS, Weather

SEPARATOR = "+"
_MOST = 4


def together(names: tuple[str, ...]) -> bool:
    """Whether nature lets these kinds occur at once."""
    return not any(b in WEATHERS[a].excludes or a in WEATHERS[b].excludes for a, b in combinations(names, 2))


ALLOWED: tuple[str, ...] = tuple(
    SEPARATOR.join(names) for count in range(1, _MOST + 1) for names in combinations(WEATHERS, count) if together(names)
)
"""Every weather that may be asked for, its kinds in the table's order."""


def canonical(word: str) -> str:
    """`word` with its kinds in the table's order. ValueError where one is unknown, doubled or impossible."""
    names = [name.strip() for name in word.split(SEPARATOR)]
    for name in names:
        if name not in WEATHERS:
            raise ValueError(
                f"expected kinds of weather joined by {SEPARATOR} (of {', '.join(WEATHERS)}), got {shown(word)}"
                f"{light_hint(name) or suggestion(name, WEATHERS)}"
            )
    ordered = tuple(name for name in WEATHERS if name in names)
    if len(ordered) != len(names):
        raise ValueError(f"expected every kind of weather once, got {shown(word)}")
    for a, b in combinations(ordered, 2):
        if not together((a, b)):
            raise ValueError(f"expected kinds of weather that can occur together, got {shown(word)}: {a} excludes {b}")
    if len(ordered) > _MOST:
        raise ValueError(f"expected at most {_MOST} kinds of weather at once, got {shown(word)}")
    return SEPARATOR.join(ordered)


@dataclass(frozen=True)
class WeatherParameter(Parameter):
    """A parameter whose options are combinations of kinds, spelled in any order."""

    def checked(self, node: Any) -> Scalar | Distribution:
        value = parse(node)
        if isinstance(value, Choice):
            words = [canonical(option) if isinstance(option, str) else _refused(option) for option in value.options]
            if len(set(words)) != len(words):
                raise ValueError(f"expected every weather once, got {shown(value)}")
            return Choice(dict(zip(words, value.weights, strict=True)))
        return canonical(value) if isinstance(value, str) else _refused(value)


def _refused(value: Any) -> str:
    raise ValueError(f"expected a weather such as rain or rain{SEPARATOR}flood, got {shown(value)}")


def drawn_weather(values: Mapping[str, Any]) -> Weather:
    """The weather of one draw; none where the space declares none."""
    if "weather" not in values:
        return Weather()
    return Weather(tuple(WEATHERS[name].drawn(values) for name in values["weather"].split(SEPARATOR)))

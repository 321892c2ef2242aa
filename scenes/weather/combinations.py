"""Which kinds of weather can occur together, which do by default, and what those of a draw do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import combinations
from operator import or_
from typing import Any

from longtail.distributions import Choice, Distribution
from longtail.distributions.grammar import parse, shown, suggestion
from longtail.distributions.scalar import Scalar
from longtail.occurrence import JOINED, joined, kinds_drawn, kinds_in
from longtail.scenes.atmosphere.light_presets import light_hint
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.space.occurrence import When
from longtail.scenes.space.parameters import Parameter
from longtail.scenes.weather.kind import WeatherKind
from longtail.scenes.weather.table import WEATHERS
from longtail.scenes.weather.weather import Weather

_MOST = 4


def together(names: tuple[str, ...]) -> bool:
    """Whether nature lets these kinds occur at once."""
    return not any(b in WEATHERS[a].excludes or a in WEATHERS[b].excludes for a, b in combinations(names, 2))


ALLOWED: tuple[str, ...] = tuple(
    joined(names) for count in range(1, _MOST + 1) for names in combinations(WEATHERS, count) if together(names)
)
"""Every weather that may be asked for, its kinds in the table's order."""


def canonical(word: str) -> str:
    """`word` with its kinds in the table's order. ValueError where one is unknown, doubled or impossible."""
    names = kinds_in(word)
    for name in names:
        if name not in WEATHERS:
            raise ValueError(
                f"expected kinds of weather joined by {JOINED} (of {', '.join(WEATHERS)}), got {shown(word)}"
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
    return joined(ordered)


@dataclass(frozen=True)
class WeatherParameter(Parameter):
    """A parameter whose options are combinations of kinds, spelled in any order."""

    def checked(self, node: Any) -> Scalar | Distribution:
        value = parse(node)
        if isinstance(value, Choice):
            words = [self._word(option) for option in value.options]
            if len(set(words)) != len(words):
                raise ValueError(f"expected every weather once, got {shown(value)}")
            return Choice(dict(zip(words, value.weights, strict=True)))
        return self._word(value)

    def _word(self, value: Any) -> str:
        """One of the choices, in their spelling: in a hall it does not rain."""
        word = canonical(value) if isinstance(value, str) else _refused(value)
        if self.choices is not None and word not in self.choices:
            raise ValueError(f"expected one of {', '.join(map(str, self.choices))}, got {shown(value)}")
        return word


def _refused(value: Any) -> str:
    raise ValueError(f"expected a weather such as rain or rain{JOINED}flood, got {shown(value)}")


def outdoor_weather(without: Collection[str] = ()) -> WeatherParameter:
    """The weather of a scenario under the open sky: what a year in a temperate town has, with the rare kinds raised to
    where a thousand frames hold some of each. Every kind says its own weights. `without` names kinds that never occur.
    """
    words = tuple(word for word in ALLOWED if not set(kinds_in(word)) & set(without))
    usual = {word: weight for kind in WEATHERS.values() for word, weight in kind.weights.items() if word in words}
    return WeatherParameter("weather", Choice(usual), "", None, None, "kinds of weather, joined by +", choices=words)


def drawn_weather(values: Mapping[str, Any]) -> Weather:
    """The weather of one draw; none where the space declares none."""
    return Weather(tuple(WEATHERS[name].drawn(values) for name in kinds_drawn(values)))


def having(does: Callable[[type[WeatherKind]], bool]) -> When:
    """A rule's `when`: whether any kind of the drawn weather `does` something."""
    return lambda values: any(does(WEATHERS[name]) for name in kinds_drawn(values))


def on_glass(values: Mapping[str, Any]) -> OnGlass:
    """What the drawn weather does to the glass before the lens."""
    return _on_glass(kinds_drawn(values))


@lru_cache(maxsize=1024)
def _on_glass(names: tuple[str, ...]) -> OnGlass:
    return reduce(or_, (WEATHERS[name].on_glass for name in names), OnGlass())

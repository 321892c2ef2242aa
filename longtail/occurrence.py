"""What occurs in a scene: how its kinds of weather are spelled, "rain+flood", and which parameters mean something then.

Nothing else takes such a word apart or puts one together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

WEATHER = "weather"
JOINED = "+"


@lru_cache(maxsize=4096)
def kinds_in(word: str) -> tuple[str, ...]:
    """The kinds of weather that a combination names, in its order."""
    return tuple(name.strip() for name in word.split(JOINED))


def kinds(word: str) -> frozenset[str]:
    """The kinds of weather that a combination is made of."""
    return frozenset(kinds_in(word))


def joined(names: Iterable[str]) -> str:
    """The combination of these kinds, as configs spell it."""
    return JOINED.join(names)


def kinds_drawn(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of the weather that was drawn, in the order of its word; none where the space has no weather."""
    return kinds_in(str(values[WEATHER])) if WEATHER in values else ()


def kind_of(path: str) -> str | None:
    """The kind of weather that a parameter belongs to, None where it belongs to none."""
    first, _, rest = path.partition(".")
    return rest.partition(".")[0] if first == WEATHER and rest else None


def occurs(path: str, values: Mapping[str, Any]) -> bool:
    """Whether a parameter means anything under the values drawn."""
    kind = kind_of(path)
    return kind is None or kind in kinds_drawn(values)

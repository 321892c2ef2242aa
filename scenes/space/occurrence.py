"""What occurs in a scene: the parameters of a kind of weather mean something only where that kind is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WEATHER = "weather"
JOINED = "+"


def kinds(word: str) -> frozenset[str]:
    """The kinds of weather that a combination is made of."""
    return frozenset(name.strip() for name in word.split(JOINED))


def kind_of(path: str) -> str | None:
    """The kind of weather that a parameter belongs to, None where it belongs to none."""
    first, _, rest = path.partition(".")
    return rest.partition(".")[0] if first == WEATHER and rest else None


def occurs(path: str, values: Mapping[str, Any]) -> bool:
    """Whether a parameter means anything under the values drawn."""
    kind = kind_of(path)
    return kind is None or kind in kinds(str(values[WEATHER]))

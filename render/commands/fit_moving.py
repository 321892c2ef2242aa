"""What `fit` does to a config: keys that are moved, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from longtail.scenes.config.config import Config
from longtail.scenes.config.moving import moved

WORTH = 0.05
"""Real deviations by which a distance must shrink for anything to be moved."""


@dataclass(frozen=True)
class Move:
    """What becomes of one key, and why."""

    key: str
    node: Any
    why: str


def shifted(config: Config, key: str, by: Callable[[float], float], why: str, amount: float) -> list[Move]:
    """A key that the config has, moved; nothing where it has none, or a law that has no place."""
    if key not in config.parameters or abs(amount) < 1e-6:
        return []
    parameter = config.scenario.space.parameter(key)
    node = moved(config.to_json()[key], by, parameter.range)
    if node is None:
        return []
    try:
        parameter.checked(node)
    except ValueError:  # moved out of its range
        return []
    return [Move(key, node, why)]

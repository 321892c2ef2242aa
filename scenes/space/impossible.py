"""Kinds of scenes that cannot be rendered although every value of theirs is in its range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class LensRequest(NamedTuple):
    """What a run asks of its camera and never draws: the lens model's name, and the picture's (width, height).

    `k_size_px` is the size that `camera.intrinsics.*` are for, where that is another one.
    """

    model: str
    size_px: tuple[int, int]
    k_size_px: tuple[int, int] | None = None


class Reach(NamedTuple):
    """What a parameter of numbers can be over a run: from `low` to `high`.

    `unruled` is what no rule keeps it below: a rule narrows a distribution down to its lower end at the most, and a
    constant not at all. Of several that variants and a sweep ask for it is the greatest.
    """

    low: float
    high: float
    unruled: float


Ends = Mapping[str, Reach]
"""How far each parameter of numbers reaches, by path."""


@dataclass(frozen=True)
class Impossible:
    """One kind of scene that cannot be.

    Attributes:
        paths: the parameters that make one, for messages
        can: whether any draw between these ends may be one; where it says no, none is
        why: what makes one of drawn values: "expected ..., got ..."; "" where nothing does
    """

    paths: Callable[[LensRequest], tuple[str, ...]]
    can: Callable[[LensRequest, Ends], bool]
    why: Callable[[LensRequest, Mapping[str, Any]], str]

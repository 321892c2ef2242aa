"""How the ground of a scene rises and falls: its height as a function of the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

STEP_M = 4.0
"""Between the edges of the even faces that stand for a vertical curve."""


@dataclass(frozen=True)
class Relief:
    """Ground that rises along the world's X and is level across it: a hillside without an end to either side.

    `grades` has (x, rise a metre) in rising order: between two of them the grade changes evenly, which makes the
    parabola of a road's vertical curve, and beyond the outer ones it stays. Without any the ground is level. Its faces
    are even between `knots_m`; there it has the parabola's height. The lowest of them is at Z = 0.
    """

    grades: tuple[tuple[float, float], ...] = ()

    @property
    def is_level(self) -> bool:
        """Whether it is no relief at all."""
        return not self.grades

    @cached_property
    def knots_m(self) -> Array:
        """World X (N,) where faces meet: wherever the grade changes."""
        found: list[float] = []
        for (x0, g0), (x1, g1) in pairwise(self.grades):
            steps = max(round((x1 - x0) / STEP_M), 1) if g0 != g1 else 1
            found.extend(np.linspace(x0, x1, steps + 1).tolist())
        if not found:
            found = [x for x, _ in self.grades]
        knots: Array = np.unique(np.round(found, 6))
        return knots

    @cached_property
    def _knot_heights_m(self) -> Array:
        heights = self._parabolas_m(self.knots_m)
        return np.asarray(np.round(heights - heights.min(), 9))

    def _parabolas_m(self, x_m: Array) -> Array:
        """Heights (N,) over the first of `grades`, of places that do not lie before it."""
        places, grades = np.array(self.grades).T
        means = (grades[1:] + grades[:-1]) / 2
        reached = np.concatenate([[0.0], np.cumsum(means * np.diff(places))])
        number = np.clip(np.searchsorted(places, x_m, side="right") - 1, 0, len(places) - 1)
        here = np.interp(x_m, places, grades)
        return np.asarray(reached[number] + (x_m - places[number]) * (grades[number] + here) / 2)

    def height_m(self, x_m: ArrayLike) -> Array:
        """World Z (...) of the ground at world X (...)."""
        x = np.asarray(x_m, dtype=np.float64)
        if self.is_level:
            return np.zeros(x.shape)
        knots, heights, (_, first), (_, last) = self.knots_m, self._knot_heights_m, self.grades[0], self.grades[-1]
        inside = np.interp(x, knots, heights)
        return np.asarray(inside + first * np.minimum(x - knots[0], 0.0) + last * np.maximum(x - knots[-1], 0.0))

    def grade(self, x_m: float, reach_m: float) -> float:
        """The rise a metre along X of a straight line over the ground, `reach_m` before a place to as far behind."""
        low, high = self.height_m([x_m - reach_m, x_m + reach_m])
        return float(high - low) / (2 * reach_m)

    def to_json(self) -> dict[str, Any]:
        """Its grades as JSON values."""
        return {"grades": [list(pair) for pair in self.grades]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Self:
        """What `to_json` wrote; level ground of None. KeyError or TypeError for anything else."""
        return cls() if data is None else cls(tuple((float(x), float(grade)) for x, grade in data["grades"]))


LEVEL = Relief()
"""Ground at Z = 0."""

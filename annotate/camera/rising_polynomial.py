"""The curve of an angle over the distance from the principal point, and its inverse on the part where it rises."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.rising_curve import inverse_of
from longtail.annotate.camera.transform import Matrix


@dataclass(frozen=True)
class RisingPolynomial:
    """`f(t) = t (1 + a1 t + a2 t^2 + ...)` for t in 0..`limit`, where it rises and is at most `most`."""

    coefficients: tuple[float, ...]
    most: float = math.inf

    @cached_property
    def limit(self) -> float:
        """The largest t of the rising branch that starts at 0."""
        turning = _first_root([1.0, *((power + 1) * a for power, a in enumerate(self.coefficients, start=1))])
        if math.isinf(self.most) or (math.isfinite(turning) and float(self.value(turning)) <= self.most):
            return turning
        # In w = 1 / t the equation f(t) = most has the least positive root where w is greatest.
        return min(turning, _first_root([-self.most, 1.0, *self.coefficients]))

    @property
    def turns(self) -> bool:
        """Whether it stops rising before it reaches `most`."""
        return math.isfinite(self.limit) and float(self.value(self.limit)) < self.most * (1 - 1e-9)

    def value(self, t: ArrayLike) -> Matrix:
        """f(t)."""
        t = np.asarray(t, dtype=np.float64)
        factor = np.zeros_like(t)
        for a in reversed(self.coefficients):
            factor = (factor + a) * t
        return np.asarray(t * (1 + factor))

    def slope(self, t: ArrayLike) -> Matrix:
        """f'(t)."""
        t = np.asarray(t, dtype=np.float64)
        rising = np.zeros_like(t)
        for power, a in reversed(list(enumerate(self.coefficients, start=1))):
            rising = (rising + (power + 1) * a) * t
        return np.asarray(1 + rising)

    def inverse(self, values: ArrayLike) -> Matrix:
        """The t >= 0 with f(t) = value; NaN where the rising branch does not reach the value.

        Examples:
            t - t^2 / 4 is 3/4 at 1, and never more than 1:

            >>> RisingPolynomial((-0.25,)).inverse([0.75, 1.1]).round(9).tolist()
            [1.0, nan]
        """
        return inverse_of(self, values)


def _first_root(coefficients: list[float]) -> float:
    """The least positive root of `c0 + c1 t + ...`; inf where there is none."""
    roots = np.roots(coefficients)
    real = roots.real[(np.abs(roots.imag) <= 1e-9 * np.abs(roots)) & (roots.real > 0)]
    return 1 / float(real.max()) if real.size else math.inf

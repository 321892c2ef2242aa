"""The curve of a distorted radius over the true one, and its inverse on the part where it rises."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.rising_curve import inverse_of
from longtail.annotate.camera.transform import Matrix


@dataclass(frozen=True)
class OddPolynomial:
    """`f(t) = t (1 + a1 t^2 + a2 t^4 + ...)` for t in 0..`limit`, where it rises and so has an inverse.

    `top` bounds the range of t from above where the polynomial rises for longer than the model makes sense.
    """

    coefficients: tuple[float, ...]
    top: float = math.inf

    @cached_property
    def limit(self) -> float:
        """The largest t of the rising branch that starts at 0: `top`, or the first zero of the slope."""
        # In w = 1 / t^2 the slope is a polynomial led by 1, whose roots are sound however small the coefficients are.
        roots = np.roots([1.0, *((2 * power + 1) * a for power, a in enumerate(self.coefficients, start=1))])
        real = roots.real[(np.abs(roots.imag) <= 1e-9 * np.abs(roots)) & (roots.real > 0)]
        return min(self.top, 1 / math.sqrt(float(real.max()))) if real.size else self.top

    def stretch(self, t: ArrayLike) -> Matrix:
        """`f(t) / t`, 1 at 0."""
        squared = np.square(np.asarray(t, dtype=np.float64))
        factor = np.zeros_like(squared)
        for a in reversed(self.coefficients):
            factor = (factor + a) * squared
        return factor + 1.0

    def value(self, t: ArrayLike) -> Matrix:
        """f(t)."""
        return np.asarray(t, dtype=np.float64) * self.stretch(t)

    def slope(self, t: ArrayLike) -> Matrix:
        """f'(t)."""
        scaled = tuple((2 * power + 1) * a for power, a in enumerate(self.coefficients, start=1))
        return OddPolynomial(scaled).stretch(t)

    def inverse(self, values: ArrayLike) -> Matrix:
        """The t >= 0 with f(t) = value; NaN where the rising branch does not reach the value.

        Examples:
            t - t^3 / 4 is 3/4 at 1, and never reaches 1:

            >>> OddPolynomial((-0.25,)).inverse([0.75, 1.0]).round(9).tolist()
            [1.0, nan]
        """
        return inverse_of(self, values)

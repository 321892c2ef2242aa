"""The curve of a distorted radius over the true one as a quotient of polynomials, as OpenCV's rational model has it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.odd_polynomial import OddPolynomial
from longtail.annotate.camera.rising_curve import inverse_of
from longtail.annotate.camera.transform import Matrix

_BEFORE_THE_POLE = 1 - 1e-9


@dataclass(frozen=True)
class OddRational:
    """`f(t) = t (1 + a1 t^2 + a2 t^4 + ...) / (1 + b1 t^2 + b2 t^4 + ...)` for t in 0..`limit`, where it rises.

    With every b of 0 it is `OddPolynomial`, to the last digit.
    """

    numerator: tuple[float, ...]
    denominator: tuple[float, ...]

    @cached_property
    def limit(self) -> float:
        """The largest t of the rising branch that starts at 0: the first zero of the slope or of the denominator."""
        if not any(self.denominator):
            return OddPolynomial(self.numerator).limit
        above, below = np.array([1.0, *self.numerator]), np.array([1.0, *self.denominator])
        # In s = t^2 the slope of t N / D is (D (N + 2 s N') - 2 s N D') / D^2.
        rising, falling = (part * 2 * np.arange(part.size) for part in (above, below))
        turning = np.convolve(below, above + rising) - np.convolve(above, falling)
        return min(_first_root(turning), _BEFORE_THE_POLE * _first_root(below))

    def stretch(self, t: ArrayLike) -> Matrix:
        """`f(t) / t`, 1 at 0."""
        above = OddPolynomial(self.numerator).stretch(t)
        return above / OddPolynomial(self.denominator).stretch(t) if any(self.denominator) else above

    def growth(self, t: ArrayLike) -> Matrix:
        """The derivative of `stretch` in t^2."""
        squared = np.square(np.asarray(t, dtype=np.float64))
        risen = _derivative(self.numerator, squared)
        if not any(self.denominator):
            return risen
        below = OddPolynomial(self.denominator).stretch(t)
        return (risen - self.stretch(t) * _derivative(self.denominator, squared)) / below

    def value(self, t: ArrayLike) -> Matrix:
        """f(t)."""
        return np.asarray(t, dtype=np.float64) * self.stretch(t)

    def slope(self, t: ArrayLike) -> Matrix:
        """f'(t)."""
        return self.stretch(t) + 2 * np.square(np.asarray(t, dtype=np.float64)) * self.growth(t)

    def inverse(self, values: ArrayLike) -> Matrix:
        """The t >= 0 with f(t) = value; NaN where the rising branch does not reach the value.

        Examples:
            t / (1 + t^2) is 2/5 at 1/2, and its greatest value is 1/2:

            >>> OddRational((), (1.0,)).inverse([0.4, 0.6]).round(9).tolist()
            [0.5, nan]
        """
        return inverse_of(self, values)


def _derivative(coefficients: tuple[float, ...], squared: Matrix) -> Matrix:
    """Of `1 + a1 s + a2 s^2 + ...` at s."""
    rising = np.zeros_like(squared)
    for power, a in reversed(list(enumerate(coefficients, start=1))):
        rising = rising * squared + power * a
    return rising


def _first_root(coefficients: Matrix) -> float:
    """The t of the least positive root s = t^2 of `1 + c1 s + c2 s^2 + ...`; inf where there is none."""
    # In w = 1 / s the polynomial is led by 1, and its roots are sound however small the coefficients are.
    roots = np.roots(coefficients)
    real = roots.real[(np.abs(roots.imag) <= 1e-9 * np.abs(roots)) & (roots.real > 0)]
    return 1 / math.sqrt(float(real.max())) if real.size else math.inf

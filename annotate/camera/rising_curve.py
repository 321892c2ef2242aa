"""A curve that rises from 0 up to a limit, and its inverse there."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.transform import Matrix

_TABLE = 1025
_STEPS = 6


class RisingCurve(Protocol):
    """`value(t)` for t in 0..`limit`, where it rises."""

    @property
    def limit(self) -> float:
        """The end of the rising branch that starts at 0; inf where it never ends."""
        ...

    def value(self, t: ArrayLike) -> Matrix: ...

    def slope(self, t: ArrayLike) -> Matrix: ...


def inverse_of(curve: RisingCurve, values: ArrayLike) -> Matrix:
    """The t >= 0 with `curve.value(t)` = value; NaN where the rising branch does not reach the value.

    Newton's method from a table, so that a handful of steps reaches the limit of double precision.
    """
    values = np.asarray(values, dtype=np.float64)
    end = _end(curve, float(np.nanmax(values, initial=0.0)))
    grid = np.linspace(0.0, end, _TABLE)
    t = np.interp(values, curve.value(grid), grid)
    for _ in range(_STEPS):
        t = np.clip(t - (curve.value(t) - values) / np.maximum(curve.slope(t), 1e-12), 0.0, end)
    return np.where(np.abs(curve.value(t) - values) <= 1e-9 * (1.0 + values), t, np.nan)


def _end(curve: RisingCurve, value: float) -> float:
    """Some t up to `limit` where the curve is at least `value`, or `limit` itself."""
    end = min(max(value, 1.0), curve.limit)
    while end < curve.limit and float(curve.value(end)) < value:
        end = min(2 * end, curve.limit)
    return end

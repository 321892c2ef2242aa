"""Curves that several rooms draw with."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value", float, NDArray[np.float64], NDArray[np.float32])


def smoothstep(x: Value) -> Value:
    """3 x^2 - 2 x^3: from 0 at 0 to 1 at 1, level at both (Hermite's cubic). `x` (any shape) lies in 0..1."""
    return x * x * (3 - 2 * x)

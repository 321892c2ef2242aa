"""Turns without a preferred direction."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.rounding import cos_sin


def any_turn(rng: np.random.Generator) -> NDArray[np.float64]:
    """A rotation (3, 3), uniformly (K. Shoemake, "Uniform random rotations", Graphics Gems III, 1992)."""
    u, v, w = rng.random(3)
    (c1, c2), (s1, s2) = cos_sin(2 * np.pi * np.array([v, w]))
    a, b = math.sqrt(1 - u), math.sqrt(u)
    x, y, z, s = a * s1, a * c1, b * s2, b * c2
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - s * z), 2 * (x * z + s * y)],
            [2 * (x * y + s * z), 1 - 2 * (x * x + z * z), 2 * (y * z - s * x)],
            [2 * (x * z - s * y), 2 * (y * z + s * x), 1 - 2 * (x * x + y * y)],
        ]
    )

"""What a LiDAR's receiver makes of returns: whether it finds them, and which of a beam's it tells.

A data sheet states how far away a matt surface of 10 % is found nine times in ten. Power falls with the square of the
distance, and what is found is what rises above a threshold of five standard deviations of the receiver's noise; a
threshold is met nine times in ten at 1.28 deviations more. From there all other surfaces, distances and air follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.lidar.lidar import Lidar

Array = NDArray[np.float32]
Whole = NDArray[np.int64]

TEN_PERCENT = 0.1
THRESHOLD = 5.0
"""In standard deviations of the noise: one in three million samples of nothing is above it."""
NINE_IN_TEN = 1.2816
"""Standard deviations above a mean of which one in ten of a normal distribution's draws is farther away."""


@dataclass(frozen=True, eq=False)
class Returns:
    """N returns: which beam each is of, its `distance_m`, its `strength` as the reflectance of a matt surface face on
    that would return as much through clear air, and `ray`, the place of what it is on among the rays; -1 in the air."""

    beam: Whole
    distance_m: Array
    strength: Array
    ray: Whole

    def __len__(self) -> int:
        return len(self.beam)

    def at(self, which: NDArray[np.bool_] | Whole) -> Returns:
        """Some of them."""
        return Returns(*(getattr(self, field.name)[which] for field in fields(self)))


def nobody() -> Returns:
    """No returns."""
    return Returns(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.float32), np.empty(0, np.int64))


def together(several: Sequence[Returns]) -> Returns:
    """All of one or more."""
    columns = ([getattr(one, field.name) for one in several] for field in fields(Returns))
    return Returns(*map(np.concatenate, columns))


def power(lidar: Lidar, strength: Array, distance_m: Array) -> Array:
    """What is received (...), in standard deviations of the noise."""
    usual = np.float32((THRESHOLD + NINE_IN_TEN) / TEN_PERCENT)
    evened_m = np.float32(min(lidar.near_gain_m, lidar.range_10_m))
    far = np.float32(lidar.range_10_m) / np.maximum(distance_m, evened_m)
    return np.asarray(usual * strength * far**2, np.float32)


def least_strength(lidar: Lidar, distance_m: Array, deviations: float = THRESHOLD) -> Array:
    """The strength (...) whose power is that of so many deviations of the noise."""
    return np.asarray(np.float32(deviations) / power(lidar, np.ones_like(distance_m), distance_m), np.float32)


def found(lidar: Lidar, returns: Returns, rng: np.random.Generator) -> Returns:
    """Those that rise above the noise, within the sensor's range."""
    noise = rng.standard_normal(len(returns), dtype=np.float32)
    above = power(lidar, returns.strength, returns.distance_m) + noise >= THRESHOLD
    within = (returns.distance_m >= lidar.near_m) & (returns.distance_m <= lidar.range_m)
    return returns.at(above & within)


def told(lidar: Lidar, returns: Returns) -> Returns:
    """One of each beam that has any: the strongest as it is received, or the first; by beams."""
    worth = returns.distance_m if lidar.returns == "first" else -power(lidar, returns.strength, returns.distance_m)
    order = np.lexsort((worth, returns.beam))
    ordered = returns.at(order)
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered.beam[1:] != ordered.beam[:-1]
    return ordered.at(first)

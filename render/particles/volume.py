"""Where bodies are: spread evenly in the part of the air that the camera sees, by their size distribution."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from longtail.render.particles.view import Points, View

# The glass in front of the lens keeps the air this far away.
NEAR_M = 0.4
_STEPS = 48


@dataclass(frozen=True)
class Sizes:
    """An exponential distribution of diameters: N(D) = intercept exp(-slope D) per m3 and mm, least <= D <= most."""

    intercept_1_m3_mm: float
    slope_1_mm: float
    least_mm: float
    most_mm: float

    def density_1_m3(self, least_mm: float | None = None) -> float:
        """Bodies per cubic metre of at least `least_mm`."""
        least = self.least_mm if least_mm is None else min(max(least_mm, self.least_mm), self.most_mm)
        ends = math.exp(-self.slope_1_mm * least) - math.exp(-self.slope_1_mm * self.most_mm)
        return self.intercept_1_m3_mm / self.slope_1_mm * ends

    def least_of(self, density_1_m3: float) -> float:
        """The diameter above which there are at most `density_1_m3` bodies per cubic metre."""
        if density_1_m3 >= self.density_1_m3():
            return self.least_mm
        ends = density_1_m3 * self.slope_1_mm / self.intercept_1_m3_mm + math.exp(-self.slope_1_mm * self.most_mm)
        return -math.log(ends) / self.slope_1_mm

    def draw(self, count: int, least_mm: float, rng: np.random.Generator) -> Points:
        """Diameters (count,) in mm from `least_mm` on."""
        low, high = math.exp(-self.slope_1_mm * least_mm), math.exp(-self.slope_1_mm * self.most_mm)
        return np.asarray(-np.log(rng.uniform(high, low, count)) / self.slope_1_mm)


def bringing(
    rate_mm_h: float,
    slope_1_mm: float,
    least_mm: float,
    most_mm: float,
    mass_g: Callable[[Points], Points],
    speed_m_s: Callable[[Points], Points],
) -> Sizes:
    """Exponential sizes whose mass, falling at its speeds, adds up to `rate_mm_h` of water: 1 mm/h is 1000 g/(m2 h)."""
    diameter = np.linspace(least_mm, most_mm, 400)
    flux = np.exp(-slope_1_mm * diameter) * mass_g(diameter) * speed_m_s(diameter)
    return Sizes(rate_mm_h / 3.6 / _integral(flux, diameter), slope_1_mm, least_mm, most_mm)


def _integral(y: Points, x: Points) -> float:
    """By the trapezoidal rule, as `scipy.integrate.trapezoid`, for which one would wait to have all of its package."""
    return float((np.diff(x) * (y[1:] + y[:-1]) / 2.0).sum())


@dataclass(frozen=True)
class Shell:
    """The air between two depths in view.

    It is `margin_m` wider on every side than what the lens sees, for what flies in while the shutter is open.
    """

    view: View
    near_m: float
    far_m: float
    margin_m: float = 0.0

    @property
    def _areas(self) -> tuple[Points, Points]:
        z = np.linspace(self.near_m, self.far_m, _STEPS)
        x0, x1, y0, y1 = self.view.slopes
        return z, ((x1 - x0) * z + 2 * self.margin_m) * ((y1 - y0) * z + 2 * self.margin_m)

    @property
    def volume_m3(self) -> float:
        z, area = self._areas
        return _integral(area, z)

    def places(self, count: int, rng: np.random.Generator) -> Points:
        """Points (count, 3) in the camera frame, uniform in the shell."""
        z_steps, area = self._areas
        filled = np.concatenate([[0.0], np.cumsum((area[1:] + area[:-1]) / 2)])
        z = np.interp(rng.random(count) * filled[-1], filled, z_steps)
        x0, x1, y0, y1 = self.view.slopes
        x = x0 * z - self.margin_m + rng.random(count) * ((x1 - x0) * z + 2 * self.margin_m)
        y = y0 * z - self.margin_m + rng.random(count) * ((y1 - y0) * z + 2 * self.margin_m)
        return np.column_stack([x, y, z])


def scatter(
    view: View, sizes: Sizes, margin_m: float, far_m: float, budget: int, rng: np.random.Generator
) -> tuple[Points, Points]:
    """Places (N, 3) in the camera frame and diameters (N,) in mm of the bodies that one can tell apart.

    Depths are cut into shells that double. Each shows its largest bodies, about `budget` of them at most: the others
    are finer than what is drawn, and haze already.
    """
    places, diameters = [], []
    near = NEAR_M
    while near < far_m:
        shell = Shell(view, near, min(2 * near, far_m), margin_m)
        least = sizes.least_of(budget / shell.volume_m3)
        count = int(rng.poisson(sizes.density_1_m3(least) * shell.volume_m3))
        places.append(shell.places(count, rng))
        diameters.append(sizes.draw(count, least, rng))
        near *= 2
    return np.concatenate(places), np.concatenate(diameters)

"""Single returns of what falls: drops, flakes and stones in the way of a beam.

Sizes and numbers are those of the picture's particles. A body that covers a share of the beam's cross-section returns
that share of what its matter would: of flakes and ice what a matt surface of that brightness would; of a drop, whose
extinction is twice its cross-section and whose lidar ratio is that of water, 2 pi / 18.8 (`render.lidar.air`). What
such bodies take from the light behind them is the air's extinction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from longtail.render.lidar.air import Air
from longtail.render.lidar.receiver import Array, Returns, least_strength, nobody, together
from longtail.render.particles import hail, rain, snow
from longtail.render.particles.volume import Sizes
from longtail.scenes.lidar.lidar import Lidar
from longtail.scenes.weather import Hail, Rain, Snow
from longtail.scenes.weather.kind import WeatherKind

OF_DROPS = 2 * math.pi / 18.8
OF_FLAKES = 0.7
"""White, with 0.7 of its outline filled, as in pictures; from there our estimate of a tenth more or less."""
OF_STONES = 0.6
_SHELLS = 24
_MOST = 2_000_000


@dataclass(frozen=True)
class Bodies:
    """How many there are of which size, and what one returns that covers the whole beam."""

    sizes: Sizes
    strength: float


FALLING: Mapping[str, Callable[[Any], Bodies]] = {
    Rain.name: lambda weather: Bodies(rain.sizes(weather.rate_mm_h), OF_DROPS),
    Snow.name: lambda weather: Bodies(snow.sizes(weather.rate_mm_h, weather.flake_mm), OF_FLAKES),
    Hail.name: lambda weather: Bodies(hail.sizes(weather.rate_mm_h, weather.stone_mm), OF_STONES),
}
"""By kind of weather. What weathers of other packages let fall makes air dense, and no returns of its own."""


def falling(
    lidar: Lidar, weather: WeatherKind, rays: Array, before_m: Array, air: Air, rng: np.random.Generator
) -> Returns:
    """The returns of bodies before what is met at distances (N,) along unit vectors (N, 3): those that may be found.

    Air is cut into shells; from each come the bodies that are large enough there, in any of the beams alike.
    """
    bodies = FALLING[weather.name](weather)
    edges_m = np.geomspace(lidar.near_m, lidar.range_m, _SHELLS + 1)
    found = [nobody()]
    for near_m, far_m in zip(edges_m[:-1].tolist(), edges_m[1:].tolist(), strict=True):
        found.append(_in_shell(lidar, bodies, (near_m, far_m), rays, before_m, rng))
    returns = together(found)
    left = air.there_and_back(rays[returns.beam], returns.distance_m)
    return Returns(returns.beam, returns.distance_m, (returns.strength * left).astype(np.float32), returns.ray)


def _in_shell(
    lidar: Lidar, bodies: Bodies, shell_m: tuple[float, float], rays: Array, before_m: Array, rng: np.random.Generator
) -> Returns:
    near_m, far_m = shell_m
    # One that noise lifts above the threshold once in thirty thousand times.
    share = float(least_strength(lidar, np.array(near_m, np.float32), 1.0)) / bodies.strength
    least_mm = 1000 * width_m(lidar, near_m) * math.sqrt(share)
    if share > 1 or least_mm >= bodies.sizes.most_mm:
        return nobody()
    least_mm = max(least_mm, bodies.sizes.least_mm)
    middle_m = (near_m + far_m) / 2
    volume_m3 = len(rays) * (far_m - near_m) * math.pi / 4 * width_m(lidar, middle_m) ** 2
    count = int(rng.poisson(min(bodies.sizes.density_1_m3(least_mm) * volume_m3, _MOST)))
    beam = rng.integers(len(rays), size=count)
    distance_m = rng.uniform(near_m, far_m, count).astype(np.float32)
    across_mm = bodies.sizes.draw(count, least_mm, rng)
    covered = np.minimum((across_mm / 1000 / width_m(lidar, distance_m)) ** 2, 1)
    before = distance_m < before_m[beam]
    strength = (bodies.strength * covered).astype(np.float32)
    return Returns(beam, distance_m, strength, np.full(count, -1)).at(before)


def width_m(lidar: Lidar, distance_m: Any) -> Any:
    """How wide a beam is, which begins at least a tenth of a millimetre wide."""
    return max(lidar.aperture_mm, 0.1) / 1000 + lidar.divergence_mrad / 1000 * distance_m

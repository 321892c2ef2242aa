"""Leaves and litter that strong wind carries along the street. They cast no shadows."""

from __future__ import annotations

import numpy as np

from longtail.render.particles.ground import up
from longtail.render.particles.motion import falling
from longtail.render.particles.shapes import bag, leaf, paper
from longtail.render.particles.sprites import tumble
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array
from longtail.render.particles.volume import Shell
from longtail.scenes.weather import Wind

_NEAR_M, _FAR_M = 1.2, 45.0
# Things in the air per cubic metre near the ground in a strong wind of 12 m/s; they thin out upwards, and lift grows
# with the cube of the wind as that of all loose matter does (our estimate of a street with trees).
_THINGS_1_M3, _AT_M_S, _HEIGHT_M = 0.03, 12.0, 3.0
_MOST = 260
_SHARES = {leaf: 0.9, paper: 0.07, bag: 0.03}
_SPIN_RAD_S = 14.0


def wind(picture: Array, place: Surroundings, weather: Wind, rng: np.random.Generator) -> Array:
    """`picture` with what the scene's wind carries."""
    shell = Shell(place.view, _NEAR_M, _FAR_M, 0.5)
    density = density_1_m3(weather.speed_m_s)
    spots = shell.places(int(rng.poisson(min(density * shell.volume_m3, 40_000))), rng)
    height = spots @ up(place.view) + place.view.position_m[2]
    near = (height > 0.02) & (rng.random(len(spots)) < np.exp(-np.maximum(height, 0) / _HEIGHT_M))
    spots = spots[near][:_MOST]
    kinds = list(_SHARES)
    drawn = rng.choice(len(kinds), len(spots), p=list(_SHARES.values()))
    shapes = [kinds[int(kind)](rng) for kind in drawn]
    velocity = falling(place, spots, rng.normal(0.4, 1.0, len(spots)), 0.0, rng)
    return tumble(picture, place, shapes, spots, velocity, _SPIN_RAD_S, rng)


def density_1_m3(speed_m_s: float) -> float:
    """Things in the air per cubic metre close to the ground, in a wind of `speed_m_s` at 10 m."""
    return _THINGS_1_M3 * min((speed_m_s / _AT_M_S) ** 3, 8.0)

"""Snowflakes in the air: white, slow, carried by every eddy; near ones large and out of focus."""

from __future__ import annotations

import math

import numpy as np

from longtail.render.particles.adrift import adrift
from longtail.render.particles.strokes import moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array, Points
from longtail.render.particles.volume import Sizes, bringing
from longtail.scenes.weather import Snow

_FAR_M, _BUDGET = 26.0, 2200
_MARGIN_M = 0.3
# Flakes are lattices of crystals with frayed edges; those far above the usual size break up.
_OPACITY, _SOFTNESS, _LARGEST = 0.7, 0.8, 2.2
# Density of a flake in g/cm3 by its diameter in mm, 0.178 D^-0.922 (Brandes et al., J. Applied Meteorology and
# Climatology 46, 2007), and fall speed of aggregates of dendrites in m/s, 0.8 D^0.16 (Locatelli & Hobbs, J. Geophysical
# Research 79, 1974).
_DENSITY, _DENSITY_POWER = 0.178, -0.922
_SPEED, _SPEED_POWER = 0.8, 0.16


def snow(picture: Array, place: Surroundings, weather: Snow, rng: np.random.Generator) -> Array:
    """`picture` with the flakes of the scene's snowfall."""
    spread = sizes(weather.rate_mm_h, weather.flake_mm)
    places, velocity, diameter_mm = adrift(
        place, "particles.snow", spread, terminal_speed_m_s, 0.0, _MARGIN_M, _FAR_M, _BUDGET, rng
    )
    opacity = _OPACITY * place.kept(places[:, 2])
    flakes = moving(place.view, places, velocity, diameter_mm / 1000, place.white(places), opacity, softness=_SOFTNESS)
    return paint(picture, place.view.depth_m, flakes)


def sizes(rate_mm_h: float, flake_mm: float) -> Sizes:
    """Exponential sizes, as Gunn & Marshall found (J. Meteorology 15, 1958), that bring `rate_mm_h` of water down.

    With mass ~ D^b half of the mass is in flakes above (b + 0.67) / slope, which is `flake_mm`.
    """
    slope = (3 + _DENSITY_POWER + 0.67) / flake_mm
    return bringing(rate_mm_h, slope, 0.3, max(_LARGEST * flake_mm, 2.0), mass_g, terminal_speed_m_s)


def mass_g(diameter_mm: Points) -> Points:
    """A flake's mass by its density, 0.178 D^-0.922 g/cm3 (Brandes et al. 2007), which stays below that of ice."""
    density = np.minimum(_DENSITY * diameter_mm**_DENSITY_POWER, 0.9)
    return np.asarray(math.pi / 6 * density * 1e-3 * diameter_mm**3)


def terminal_speed_m_s(diameter_mm: Points) -> Points:
    """Fall speed in still air, 0.8 D^0.16 m/s (Locatelli & Hobbs 1974)."""
    return np.asarray(_SPEED * diameter_mm**_SPEED_POWER)

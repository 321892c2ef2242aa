"""Raindrops in the air, each a streak as long as it falls while the shutter is open.

A drop shows the wide world around it, brighter than the street behind it, but covers a pixel for only part of the
exposure (Garg & Nayar, "Vision and Rain", IJCV 75, 2007). What is too fine to tell apart is the haze of `Rain.air`.
"""

from __future__ import annotations

import numpy as np

from longtail.render.particles.adrift import adrift
from longtail.render.particles.strokes import moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array, Points
from longtail.render.particles.volume import Sizes
from longtail.scenes.weather import Rain

_FAR_M, _BUDGET = 26.0, 2000
_MARGIN_M = 0.25


def rain(picture: Array, place: Surroundings, weather: Rain, rng: np.random.Generator) -> Array:
    """`picture` with the streaks of the scene's rain."""
    spread = sizes(weather.rate_mm_h)
    places, velocity, diameter_mm = adrift(
        place, "particles.rain", spread, terminal_speed_m_s, 0.6, _MARGIN_M, _FAR_M, _BUDGET, rng
    )
    drops = moving(
        place.view, places, velocity, diameter_mm / 1000, place.water(places), place.kept(np.abs(places[:, 2]))
    )
    return paint(picture, place.view.depth_m, drops)


def sizes(rate_mm_h: float) -> Sizes:
    """Marshall & Palmer (J. Meteorology 5, 1948): N(D) = 8000 exp(-4.1 R^-0.21 D) per m3 and mm; none over 6 mm."""
    return Sizes(8000.0, 4.1 * rate_mm_h**-0.21, 0.3, 6.0)


def terminal_speed_m_s(diameter_mm: Points) -> Points:
    """Fall speed in still air, 9.65 - 10.3 exp(-0.6 D) m/s (Atlas, Srivastava & Sekhon, Rev. Geophys. 11, 1973)."""
    return np.asarray(np.maximum(9.65 - 10.3 * np.exp(-0.6 * diameter_mm), 0.5))

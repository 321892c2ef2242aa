"""Ash of a wildfire: a few grey flakes that drift."""

from __future__ import annotations

import numpy as np

from longtail.render.particles.adrift import adrift
from longtail.render.particles.strokes import moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array, Points
from longtail.render.particles.volume import Sizes
from longtail.scenes.weather import Smoke

_FAR_M, _BUDGET, _MARGIN_M = 16.0, 800, 0.2
# One visible flake of ash in a cubic metre where smoke leaves 200 m of sight (our estimate; it depends on the fire).
_FLAKES_1_M3, _AT_RANGE_M = 1.0, 200.0
_SLOPE_1_MM, _LEAST_MM, _MOST_MM = 0.6, 1.0, 9.0
_ALBEDO, _CHARRED, _PALE, _FALL_M_S = 0.4, 0.08, 0.75, 0.6


def smoke(picture: Array, place: Surroundings, weather: Smoke, rng: np.random.Generator) -> Array:
    """`picture` with the ash of the scene's smoke."""
    drifts = place.air is not None

    def falls_m_s(diameter_mm: Points) -> Points:
        share = _of_its_own(diameter_mm, 1) if drifts else rng.uniform(0.0, 1.0, len(diameter_mm))
        return np.asarray(_FALL_M_S * (0.5 + share))

    spread = sizes(weather.visibility_m)
    places, velocity, diameter_mm = adrift(
        place, "particles.smoke", spread, falls_m_s, 0.0, _MARGIN_M, _FAR_M, _BUDGET, rng
    )
    # Burnt through, ash is pale; charred, it is black.
    if drifts:
        albedo = np.where(_of_its_own(diameter_mm, 2) < _PALE, _ALBEDO, _CHARRED)[:, None]
    else:
        albedo = rng.choice([_ALBEDO, _CHARRED], len(places), p=[_PALE, 1 - _PALE])[:, None]
    opacity = 0.9 * place.kept(places[:, 2])
    flakes = moving(place.view, places, velocity, diameter_mm / 1000, place.white(places, 1.0) * albedo, opacity)
    return paint(picture, place.view.depth_m, flakes)


def _of_its_own(diameter_mm: Points, which: int) -> Points:
    """A number (N,) in 0..1 that a flake of a clip keeps, whenever and with whichever others it is seen.

    The far digits of its diameter are as good as drawn.
    """
    return np.asarray(np.mod(diameter_mm * 1e4 * which, 1.0))


def sizes(visibility_m: float) -> Sizes:
    """Flakes of 1 to 9 mm, the more the thicker the smoke."""
    density = _FLAKES_1_M3 * min(_AT_RANGE_M / visibility_m, 3.0)
    return Sizes(
        density / Sizes(1.0, _SLOPE_1_MM, _LEAST_MM, _MOST_MM).density_1_m3(), _SLOPE_1_MM, _LEAST_MM, _MOST_MM
    )

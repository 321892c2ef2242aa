"""Ash of a wildfire: a few grey flakes that drift."""

from __future__ import annotations

import numpy as np

from longtail.render.particles.motion import falling
from longtail.render.particles.strokes import moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array
from longtail.render.particles.volume import Sizes, scatter
from longtail.scenes.weather import Smoke

_FAR_M, _BUDGET, _MARGIN_M = 16.0, 800, 0.2
# One visible flake of ash in a cubic metre where smoke leaves 200 m of sight (our estimate; it depends on the fire).
_FLAKES_1_M3, _AT_RANGE_M = 1.0, 200.0
_SLOPE_1_MM, _LEAST_MM, _MOST_MM = 0.6, 1.0, 9.0
_ALBEDO, _FALL_M_S = 0.4, 0.6


def smoke(picture: Array, place: Surroundings, weather: Smoke, rng: np.random.Generator) -> Array:
    """`picture` with the ash of the scene's smoke."""
    places, diameter_mm = scatter(place.view, sizes(weather.visibility_m), _MARGIN_M, _FAR_M, _BUDGET, rng)
    velocity = falling(place.view, place.scene, _FALL_M_S * rng.uniform(0.5, 1.5, len(places)), 0.0, rng)
    # Burnt through, ash is pale; charred, it is black.
    albedo = rng.choice([_ALBEDO, 0.08], len(places), p=[0.75, 0.25])[:, None]
    opacity = 0.9 * place.kept(places[:, 2])
    flakes = moving(place.view, places, velocity, diameter_mm / 1000, place.white(places, 1.0) * albedo, opacity)
    return paint(picture, place.view.depth_m, flakes)


def sizes(visibility_m: float) -> Sizes:
    """Flakes of 1 to 9 mm, the more the thicker the smoke."""
    density = _FLAKES_1_M3 * min(_AT_RANGE_M / visibility_m, 3.0)
    return Sizes(
        density / Sizes(1.0, _SLOPE_1_MM, _LEAST_MM, _MOST_MM).density_1_m3(), _SLOPE_1_MM, _LEAST_MM, _MOST_MM
    )

"""Hailstones: falling, bouncing off the ground, and lying on it."""

from __future__ import annotations

import math

import numpy as np

from longtail.render.particles.adrift import adrift
from longtail.render.particles.ground import ground_within, up
from longtail.render.particles.strokes import joined, moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array, Points
from longtail.render.particles.volume import Sizes, bringing
from longtail.scenes.weather import Hail

_FAR_M, _BUDGET = 30.0, 2000
_MARGIN_M = 0.4
_GROUND_FAR_M, _LYING_BUDGET = 18.0, 5000
# Ice with little air in it; the drag of a rough sphere (Heymsfield et al., J. Atmospheric Sciences 71, 2014, find
# coefficients around 0.6); air at sea level.
_ICE_KG_M3, _DRAG, _AIR_KG_M3, _GRAVITY_M_S2 = 900.0, 0.6, 1.2, 9.81
# Stones keep about a third of their speed in a bounce off a hard road; how long a shower has lain there.
_BOUNCE, _LYING_S = 0.3, 25.0
# White ice with clear shells: less than snow, and a gleam of the sky.
_ALBEDO = 0.75
# How many times brighter than the ground that they lie on they can be: asphalt reflects a tenth.
_OVER_ASPHALT = 7.0


def hail(picture: Array, place: Surroundings, weather: Hail, rng: np.random.Generator) -> Array:
    """`picture` with the stones of the scene's hail."""
    picture = _on_the_ground(picture, place, weather, rng)
    spread = sizes(weather.rate_mm_h, weather.stone_mm)
    places, velocity, diameter_mm = adrift(
        place, "particles.hail", spread, terminal_speed_m_s, 0.9, _MARGIN_M, _FAR_M, _BUDGET, rng
    )
    stones = moving(
        place.view, places, velocity, diameter_mm / 1000, place.white(places, _ALBEDO), place.kept(places[:, 2])
    )
    return paint(picture, place.view.depth_m, stones)


def sizes(rate_mm_h: float, stone_mm: float) -> Sizes:
    """Exponential sizes from the 5 mm at which hail begins on, that bring `rate_mm_h` of water down.

    Without that lower end, half of the mass would be in stones above `stone_mm` (3.67 / slope).
    """
    return bringing(rate_mm_h, 3.67 / stone_mm, 5.0, max(2.5 * stone_mm, 8.0), mass_g, terminal_speed_m_s)


def mass_g(diameter_mm: Points) -> Points:
    """The mass of a ball of ice."""
    return np.asarray(math.pi / 6 * _ICE_KG_M3 * 1e-6 * diameter_mm**3)


def terminal_speed_m_s(diameter_mm: Points) -> Points:
    """Fall speed in still air where drag bears the weight: sqrt(4 g D ice / (3 Cd air))."""
    return np.asarray(np.sqrt(4 * _GRAVITY_M_S2 * diameter_mm / 1000 * _ICE_KG_M3 / (3 * _DRAG * _AIR_KG_M3)))


def _on_the_ground(picture: Array, place: Surroundings, weather: Hail, rng: np.random.Generator) -> Array:
    view = place.view
    ground = ground_within(view, _GROUND_FAR_M)
    if not ground.whole_m2:
        return picture
    spread = sizes(weather.rate_mm_h, weather.stone_mm)
    speed = float(terminal_speed_m_s(np.array([weather.stone_mm]))[0])
    lying_m = ground.whole_m2 * speed * _LYING_S
    least = spread.least_of(_LYING_BUDGET / lying_m)
    count = int(rng.poisson(spread.density_1_m3(least) * lying_m))
    stone_m = spread.draw(count, least, rng) / 1000
    places = ground.draw(count, rng)
    upwards = up(view)
    still = np.broadcast_to(-np.array(place.scene.velocity_m_s) @ view.camera_from_world.T, (count, 3))
    # Of those that fell within the last bounce's time, some are in the air still.
    bounce_s = 2 * _BOUNCE * speed / _GRAVITY_M_S2
    bounces = rng.random(count) < bounce_s / _LYING_S
    height = np.where(bounces, rng.random(count) * (_BOUNCE * speed) ** 2 / (2 * _GRAVITY_M_S2), 0.0)
    rise = np.sqrt(np.maximum((_BOUNCE * speed) ** 2 - 2 * _GRAVITY_M_S2 * height, 0)) * rng.choice([-1.0, 1.0], count)
    leaps = rng.normal(0.0, 0.08 * speed, (count, 3)) + upwards * rise[:, None]
    still = still + np.where(bounces[:, None], leaps, 0.0)
    spots = places + upwards * (stone_m * 0.6 + height)[:, None]
    kept = place.kept(places[:, 2]) * np.clip(1 - (places[:, 2] / _GROUND_FAR_M) ** 2, 0, 1)
    white = place.white(places, _ALBEDO) * rng.uniform(0.6, 1.0, (count, 1))
    white = np.minimum(white, place.lit_ground(places, _OVER_ASPHALT))
    dark = 0.25 * place.around(places)
    contact = moving(
        view, places + upwards * (stone_m * 0.15)[:, None], still, 1.3 * stone_m, dark, 0.5 * kept * ~bounces
    )
    picture = paint(picture, view.depth_m, contact)
    return paint(picture, view.depth_m, joined([moving(view, spots, still, stone_m, white, kept)]))

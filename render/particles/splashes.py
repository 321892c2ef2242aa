"""Crowns and jets of drops that hit wet ground near the camera."""

from __future__ import annotations

import numpy as np

from longtail.render.particles.ground import Ground, ground_within, up
from longtail.render.particles.rain import sizes, terminal_speed_m_s
from longtail.render.particles.strokes import joined, moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array, Points
from longtail.render.particles.volume import Sizes

_FAR_M, _BUDGET = 18.0, 1800
_LEAST_MM, _LIFE_S = 1.0, 0.03
_DROPLETS = 3
_OVER_GROUND = 5.0


def splashes(picture: Array, place: Surroundings, rng: np.random.Generator) -> Array:
    """`picture` with the splashes of what falls as rain."""
    rate_mm_h = place.scene.weather.rates_mm_h.get("rain", 0.0)
    if not rate_mm_h:
        return picture
    view = place.view
    ground = ground_within(view, _FAR_M)
    if not ground.whole_m2:
        return picture
    spread = sizes(rate_mm_h)
    least = max(spread.least_of(_BUDGET / max(seen_per_density_m3(ground, view.shutter_s), 1e-9)), _LEAST_MM)
    count = int(rng.poisson(expected(spread, ground, least, view.shutter_s)))
    places = ground.draw(count, rng)
    drop_m = spread.draw(count, least, rng) / 1000
    upwards = up(view)
    still = np.broadcast_to(-np.array(place.scene.velocity_m_s) @ view.camera_from_world.T, (count, 3))
    light = np.minimum(place.water(places), place.lit_ground(places, _OVER_GROUND))
    # Towards the end of what is drawn they fade into the ground's own gleam.
    kept = place.kept(places[:, 2]) * np.clip(1 - (places[:, 2] / _FAR_M) ** 2, 0, 1) * rng.uniform(0.2, 1.0, count)
    # A crown is a few drops wide and high, and lets through what it does not throw into the light.
    age = rng.random(count)
    radius: Points = drop_m * (1.5 + 2.5 * age)
    height: Points = drop_m * 4 * age * (1.6 - age)
    crown = moving(
        view, places + upwards * height[:, None] / 2, still, 2 * radius, light, 0.28 * (1 - 0.6 * age) * kept
    )
    parts = [crown]
    for _ in range(_DROPLETS):
        aside = rng.normal(0.0, 1.0, (count, 3))
        aside -= (aside @ upwards)[:, None] * upwards
        rise = rng.uniform(0.5, 5.0, count) * drop_m * 4
        velocity = still + upwards * rng.uniform(-0.8, 1.2, (count, 1)) + 0.35 * aside
        spot = places + aside * (radius * 1.2)[:, None] + upwards * rise[:, None]
        parts.append(moving(view, spot, velocity, 0.35 * drop_m, light, kept))
    return paint(picture, view.depth_m, joined(parts))


def seen_per_density_m3(ground: Ground, shutter_s: float) -> float:
    """Splashes in the picture per drop in a cubic metre of air, for drops of the middle size that splashes."""
    speed = float(terminal_speed_m_s(np.array([2.0]))[0])
    return ground.whole_m2 * speed * (_LIFE_S + shutter_s)


def expected(spread: Sizes, ground: Ground, least_mm: float, shutter_s: float) -> float:
    """Mean number of splashes on `ground` of drops of at least `least_mm`: density times fall speed times life."""
    return spread.density_1_m3(least_mm) * seen_per_density_m3(ground, shutter_s)

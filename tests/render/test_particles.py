"""Particles in the air: what every kind owes to the view, the scene and chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from longtail.render.particles import View, fly
from longtail.render.particles.table import OF_WEATHER, OF_WET_GROUND
from longtail.scenes.weather import Clear, Fog, Overcast, Rain, Snow, Wind
from longtail.scenes.weather.kind import WeatherKind
from tests.render import skies
from tests.scenes.strong import strong

WEATHERS: dict[str, WeatherKind] = {name: strong(name) for name in OF_WEATHER}
BREEZE: dict[str, Any] = {"wind_m_s": 6.0, "wind_towards_deg": 60.0}
each_weather = pytest.mark.parametrize("weather", list(WEATHERS.values()), ids=list(WEATHERS))


@pytest.mark.parametrize("weather", [Clear(), Overcast(), Fog(200.0)], ids=["clear", "overcast", "fog"])
def test_air_without_particles_leaves_the_picture_alone(weather: WeatherKind) -> None:
    picture = skies.grey()
    assert fly(picture, skies.road(), skies.scene(weather), skies.streams()) is picture


@each_weather
def test_particles_show_in_front_of_the_open_road(weather: WeatherKind) -> None:
    picture = skies.grey()
    flown = fly(picture, skies.road(), skies.scene(weather, **BREEZE), skies.streams())
    assert flown.dtype == np.float32
    assert flown.shape == picture.shape
    assert np.isfinite(flown).all()
    assert (flown != picture).any()
    np.testing.assert_array_equal(picture, skies.grey())


@each_weather
def test_a_wall_before_the_lens_hides_them_all(weather: WeatherKind) -> None:
    """Nothing flies nearer than 0.4 m, where the glass is."""
    picture = skies.grey()
    flown = fly(picture, skies.wall(0.3), skies.scene(weather, **BREEZE), skies.streams())
    np.testing.assert_array_equal(flown, picture)


@each_weather
def test_a_wall_hides_only_what_is_behind_it(weather: WeatherKind) -> None:
    """Through the upper half of the picture one sees as far as without the wall."""
    picture, world = skies.grey(), skies.scene(weather, **BREEZE)
    whole = skies.wall(60.0)
    depth = whole.depth_m.copy()
    depth[45:] = 0.3
    half = View(whole.camera, depth, whole.normals, (), whole.shutter_s)
    free, walled = (fly(picture, view, world, skies.streams()) for view in (whole, half))
    np.testing.assert_array_equal(walled[45:], picture[45:])
    np.testing.assert_allclose(walled[:40], free[:40], atol=1e-6)


@each_weather
def test_the_same_chance_gives_the_same_picture(weather: WeatherKind) -> None:
    world = skies.scene(weather, **BREEZE)
    one, two, other = (fly(skies.grey(), skies.road(), world, skies.streams(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


def test_a_kind_that_joins_moves_no_other() -> None:
    """Where only one of two kinds shows, it is where it was alone."""
    view = skies.road()
    alone = fly(skies.grey(), view, skies.scene(Rain(5.0, 0.5), **BREEZE), skies.streams())
    leaves = fly(skies.grey(), view, skies.scene(Wind(24.0, 60.0), **BREEZE), skies.streams())
    both = fly(skies.grey(), view, skies.scene(Rain(5.0, 0.5), Wind(24.0, 60.0), **BREEZE), skies.streams())
    without_leaves = (leaves == skies.grey()).all(axis=-1)
    np.testing.assert_array_equal(both[without_leaves], alone[without_leaves])


def test_every_kind_that_flies_has_its_own_stream() -> None:
    asked: list[str] = []

    def rng_of(name: str) -> np.random.Generator:
        asked.append(name)
        return np.random.default_rng(0)

    fly(skies.grey(), skies.road(), skies.scene(Clear(), Wind(24.0, 60.0), Rain(5.0, 0.5)), rng_of)
    assert asked == [f"particles.{kind}" for kind in ("gusts", *OF_WET_GROUND, "rain", "wind")]


@each_weather
def test_bodies_that_only_reflect_are_not_brighter_than_a_white_wall_in_this_light(weather: WeatherKind) -> None:
    world = skies.scene(weather, **BREEZE)
    white = world.light.horizontal_lux / 1000 / np.pi
    flown = fly(skies.grey(0.4), skies.road(), world, skies.streams())
    assert flown.max() <= max(white, 0.4) * 1.3
    assert flown.min() >= 0


def test_more_rain_changes_more() -> None:
    view = skies.road()
    changes = [
        np.abs(fly(skies.grey(), view, skies.scene(Rain(rate, 0.5)), skies.streams()) - skies.grey()).mean()
        for rate in (0.3, 5.0, 120.0)
    ]
    assert changes[0] < changes[1] / 3
    assert changes[1] < changes[2] / 2


def test_the_beams_light_flakes_at_night() -> None:
    dark = replace(skies.scene(Snow(2.0, 4.0)).light, sun_elevation_deg=-14.0)
    off, on = (
        fly(
            skies.grey(0.001),
            skies.wall(50.0),
            replace(skies.scene(Snow(2.0, 4.0), headlights=headlights), light=dark),
            skies.streams(),
        )
        for headlights in (False, True)
    )
    assert on.max() > 5 * off.max()

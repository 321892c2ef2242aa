"""Splashes, spray and stones that touch the road: their places and numbers on paper."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import SceneObject
from longtail.distributions.scalar import Scalar
from longtail.render.particles import View, splashes, spray
from longtail.render.particles.ground import ground_within
from longtail.render.particles.rain import sizes
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array
from longtail.scenes.weather import Clear, Rain
from longtail.scenes.weather.kind import WeatherKind
from tests.render import skies

RAIN = Rain(10.0, 0.5)


def car(attributes: Mapping[str, Scalar], x_m: float = 12.0, category: str = "car") -> SceneObject:
    """A car that drives away from the camera."""
    pose = Transform.upright("world", "object", (x_m, 0.0, 0.0), 0.0)
    return SceneObject(1, category, "car/test", pose, (0.0, 0.0, 0.7), (4.4, 1.8, 1.4), None, attributes)


def with_objects(*objects: SceneObject) -> View:
    view = skies.road()
    return View(view.camera, view.depth_m, view.normals, objects, view.shutter_s)


def sprayed(*objects: SceneObject, weather: WeatherKind = RAIN) -> Array:
    """How much spray changes an even picture."""
    place = Surroundings(skies.grey(), with_objects(*objects), skies.scene(weather))
    return np.asarray(np.abs(spray.spray(place.radiance, place, np.random.default_rng(0)) - place.radiance))


def test_the_ground_in_view_has_the_area_of_its_trapezium() -> None:
    """A level view of a plane from 1.5 m: between two depths it shows width * depth, integrated."""
    near = skies.EYE_M / (math.tan(math.radians(30.0)) * 90 / 160)
    expected = math.tan(math.radians(30.0)) * (14.0**2 - near**2)
    assert ground_within(skies.road(), 14.0).whole_m2 == pytest.approx(expected, rel=0.06)


def test_places_on_the_ground_lie_on_it() -> None:
    places = ground_within(skies.road(), 14.0).draw(500, np.random.default_rng(0))
    assert places[:, 1] == pytest.approx(np.full(500, skies.EYE_M), rel=0.02)


def test_splashes_are_as_many_as_drops_arrive_in_their_life() -> None:
    """Density * speed * area * time: at 6.5 m/s for 30 ms + 1/60 s, 0.303 m of air empties itself."""
    ground, spread = ground_within(skies.road(), 10.0), sizes(10.0)
    expected = spread.density_1_m3(1.0) * ground.whole_m2 * 6.55 * (0.03 + 1 / 60)
    assert splashes.expected(spread, ground, 1.0, 1 / 60) == pytest.approx(expected, rel=0.01)


def test_splashes_stay_on_the_ground() -> None:
    """None is in the sky, which is all that is above the horizon."""
    place = Surroundings(skies.grey(), skies.road(), skies.scene(Rain(60.0, 0.5)))
    changed = (splashes.splashes(place.radiance, place, np.random.default_rng(0)) != place.radiance).any(axis=-1)
    assert changed[50:].any()
    assert not changed[:44].any()


def test_spray_flies_where_a_car_drives_through_rain() -> None:
    change = sprayed(car({"speed_m_s": 13.0})).sum(axis=-1)
    assert change.max() > 0
    row, column = np.unravel_index(int(change.argmax()), change.shape)
    assert 60 < column < 100
    assert row > 44


@pytest.mark.parametrize(
    "attributes", [{"speed_m_s": 0.0, "state": "waiting"}, {"state": "parked"}], ids=["waiting", "parked"]
)
def test_who_stands_throws_no_spray(attributes: dict[str, Scalar]) -> None:
    assert not sprayed(car(attributes)).any()


def test_a_dry_road_has_no_spray() -> None:
    assert not sprayed(car({"speed_m_s": 13.0}), weather=Clear()).any()


def test_faster_cars_throw_more() -> None:
    slow, fast = (sprayed(car({"speed_m_s": speed})).sum() for speed in (7.0, 14.0))
    assert fast > 2 * slow

"""What is painted into the pictures of a clip: what falls on from one to the next, and what moves is blurred."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from longtail.annotate.camera.transform import Transform
from longtail.render.frame.one_camera import at_rest
from longtail.render.particles import snow
from longtail.render.particles.adrift import adrift
from longtail.render.particles.eddies import Eddies
from longtail.render.particles.fly import fly
from longtail.render.particles.motion import gusts_of
from longtail.render.particles.rain import sizes, terminal_speed_m_s
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array, Points
from longtail.render.sensor.motion import motion_blurred
from longtail.render.sensor.shot import Exposure, View
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.drawing.sampling import stream
from longtail.scenes.scene import Carrier
from longtail.scenes.weather import Dust, Smoke
from tests.render.shots import card, view_of
from tests.render.skies import grey, scene, streams, wall

RATE_MM_H = 12.0
EXPOSURE = Exposure(12.0, 100.0, 0.02, 1.8, 1.0)
SENSOR = Sensor(motion_blur=True)


def drops(time_s: float, *, air: bool = True) -> tuple[Points, Points, Points]:
    """Places, velocities in the camera frame and sizes at a moment, before a camera that stands."""
    world = replace(scene(wind_m_s=4.0), time_s=time_s, moves=air)
    gusts = gusts_of(world, stream(3, 0, "particles.gusts"))
    place = Surroundings(grey(), wall(30.0), world, (lambda name: stream(3, 0, name)) if air else None, gusts)
    rng = np.random.default_rng(5)
    return adrift(place, "particles.rain", sizes(RATE_MM_H), terminal_speed_m_s, 0.6, 0.25, 26.0, 300, rng)


def test_drops_fall_on_from_moment_to_moment() -> None:
    step_s = 0.004
    before, velocity, _ = drops(1.0)
    after, _, _ = drops(1.0 + step_s)
    expected = before + velocity * step_s
    # Where the next moment has a drop, but for those that left the air that is seen, and came into it.
    gaps = np.linalg.norm(expected[:, None] - after[None], axis=2).min(axis=1)
    assert len(before) > 500
    # Gusts change a drop's speed by some hundred m/s2 at most.
    assert (gaps < 1e-3).mean() > 0.9


def test_a_moment_needs_no_other() -> None:
    drops(0.3)
    first = drops(1.7)
    drops(4.0)
    for one, other in zip(first, drops(1.7), strict=True):
        assert np.array_equal(one, other)


def test_flakes_of_a_clip_beside_each_other_share_its_gusts() -> None:
    """Sideways, where they do not fall, those a hand apart differ less than others, whatever their shell of air."""
    world = replace(scene(wind_m_s=10.0), time_s=2.0, moves=True)
    gusts = gusts_of(world, stream(3, 0, "particles.gusts"))
    place = Surroundings(grey(), wall(30.0), world, lambda name: stream(3, 0, name), gusts)
    rng = np.random.default_rng(5)
    flakes = snow.sizes(4.0, 4.0)
    places, velocity, _ = adrift(place, "particles.snow", flakes, snow.terminal_speed_m_s, 0.0, 0.3, 4.0, 1500, rng)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 9.0 * np.eye(len(places))
    closest, beside = apart.argmin(axis=1), apart.min(axis=1) < 0.1
    assert beside.sum() > 100
    between = np.abs(velocity[:, 0] - velocity[closest, 0])[beside]
    anywhere = np.abs(velocity[:, None, 0] - velocity[None, :, 0])
    assert between.mean() < 0.5 * anywhere.mean()


def test_there_are_as_many_drops_as_in_a_picture_by_itself() -> None:
    alone = len(drops(0.0, air=False)[0])
    together = np.mean([len(drops(time_s)[0]) for time_s in (0.0, 0.7, 2.2, 9.0)])
    assert together == pytest.approx(alone, rel=0.15)


def edge(size: tuple[int, int] = (60, 160)) -> np.ndarray:  # type: ignore[type-arg]
    picture = card(0.2, size)
    picture[:, size[1] // 2 :] = 1.0
    return picture


def spread_px(picture: np.ndarray) -> int:  # type: ignore[type-arg]
    row = picture[picture.shape[0] // 2, :, 0]
    return int(np.count_nonzero((row > 0.23) & (row < 0.97)))


def test_what_moves_past_is_blurred_as_if_the_camera_moved() -> None:
    picture, still = edge(), view_of((60, 160), depth_m=5.0)
    by_camera = motion_blurred(picture, replace(still, velocity_m_s=np.array([3.0, 0.0, 0.0])), SENSOR, EXPOSURE)
    nearing = np.zeros((60, 160, 3), dtype=np.float32)
    nearing[..., 0] = 3.0
    by_thing = motion_blurred(picture, replace(still, nearing_m_s=nearing), SENSOR, EXPOSURE)
    assert spread_px(by_camera) > 0
    np.testing.assert_allclose(by_thing, by_camera, atol=1e-5)


def test_what_moves_along_is_sharp_before_what_is_blurred() -> None:
    """A thing that goes as fast as the camera keeps its edges; the wall behind has none."""
    depth = np.full((60, 160), 12.0, dtype=np.float32)
    depth[20:40] = 4.0
    nearing = np.zeros((60, 160, 3), dtype=np.float32)
    nearing[..., 0] = 12.0
    nearing[20:40] = 0.0
    view = View(view_of((60, 160)).camera, depth, np.array([12.0, 0.0, 0.0]), nearing)
    blurred = motion_blurred(edge(), view, SENSOR, EXPOSURE)
    assert spread_px(blurred[24:36]) == 0
    assert spread_px(blurred[:16]) > 1


@pytest.mark.parametrize("weather", [Dust(60.0, 0.5), Smoke(80.0, 1.0)], ids=["dust", "smoke"])
def test_dust_and_ash_drift_on(weather: Dust | Smoke) -> None:
    """From one moment to the next pictures are alike; the camera stands, grains of sand are few."""

    def at(time_s: float) -> Array:
        world = replace(scene(weather, wind_m_s=1.0), time_s=time_s, moves=True)
        return fly(grey(), wall(200.0), world, streams(round(1000 * time_s)), lambda name: stream(3, 0, name))

    first, near, far = at(2.0), at(2.01), at(9.0)
    assert np.array_equal(first, at(2.0))
    changed = [float(np.abs(other - first).mean()) for other in (near, far)]
    assert 0 < changed[0] < 0.5 * changed[1]


def test_eddies_are_carried_by_the_wind() -> None:
    eddies = Eddies((3.0, 3.0, 1.5), np.random.default_rng(2))
    places = np.random.default_rng(3).uniform(-40, 40, (500, 3))
    drift = np.array([1.7, -0.4, 0.0])
    assert eddies.at(places + drift, drift) == pytest.approx(eddies.at(places, np.zeros(3)), abs=1e-6)
    field = eddies.at(places, np.zeros(3))
    assert field.mean() == pytest.approx(0.5, abs=0.05)
    assert 0.05 < field.std() < 0.25
    close = eddies.at(places + 0.01, np.zeros(3))
    assert np.abs(close - field).max() < 0.05


def test_a_camera_that_stands_in_the_world_is_moved_by_no_carrier() -> None:
    pose = Transform.upright("world", "carrier", (0.0, 0.0, 0.0), 0.4)
    drives = replace(scene(), carrier=Carrier(pose, (7.0, 3.0, 0.0), beam="dipped", yaw_rate_rad_s=0.3))
    assert at_rest(drives, stands=False) is drives
    stands = at_rest(drives, stands=True)
    assert stands.velocity_m_s == (0.0, 0.0, 0.0)
    # What it lights the road with stays.
    assert stands.carrier == Carrier(pose, beam="dipped")
    alone = replace(drives, carrier=None)
    assert at_rest(alone, stands=True) is alone

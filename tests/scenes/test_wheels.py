"""Wheels that turn: which they are, and that they roll without slipping."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Procedural
from longtail.scenes.assets.vehicles.wheels import at_axle, car_wheel
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.resolving import resolve
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box
from longtail.scenes.moving.motion import Motion
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import joined
from longtail.scenes.moving.wheels import Wheel, rolled, wheels_of

_BODY = Principled((0.5, 0.5, 0.5))


def _found(mesh: Mesh) -> tuple[Wheel, ...]:
    return wheels_of(mesh.vertices_m, mesh.triangles, _named(mesh))


def _named(mesh: Mesh) -> NDArray[np.bool_]:
    return np.asarray(np.array([value.part == "wheel" for value in mesh.materials])[mesh.slots])


def _cart() -> Mesh:
    """Two axles, 2.5 m apart, with wheels of 0.3 m, under a box that is 1.1 m wide."""
    wheel = car_wheel(0.3)
    return join(
        [at_axle(wheel, 1.5, 0.7, 0.3), at_axle(wheel, -1.0, 0.7, 0.3), box((4.0, 1.1, 0.4), _BODY, (0, 0, 0.7))]
    )


def test_wheels_are_found_by_axle_from_the_front() -> None:
    mesh = _cart()
    wheels = _found(mesh)
    assert [(wheel.x_m, wheel.z_m, wheel.radius_m) for wheel in wheels] == [
        pytest.approx((1.5, 0.3, 0.3), abs=1e-6),
        pytest.approx((-1.0, 0.3, 0.3), abs=1e-6),
    ]
    named = np.unique(mesh.triangles[_named(mesh)])
    assert np.array_equal(np.sort(np.concatenate([wheel.vertices for wheel in wheels])), named)


@pytest.mark.parametrize(
    ("name", "axles"), [("bicycle/city", 2), ("motorcycle/scooter", 2), ("truck/semitrailer", 5), ("car/city", 2)]
)
def test_our_vehicles_have_their_axles(name: str, axles: int) -> None:
    asset = catalogue_of(resolve({"scenario": "street", "assets": {"packs": False}}))[name]
    assert isinstance(asset, Procedural)
    mesh = asset.mesh()
    wheels = _found(mesh)
    assert len(wheels) == axles
    assert all(wheel.z_m == pytest.approx(wheel.radius_m, abs=0.02) for wheel in wheels)
    moved = np.flatnonzero((rolled(mesh.vertices_m, wheels, 0.4) != mesh.vertices_m).any(axis=1))
    assert len(moved)
    assert mesh.vertices_m[moved][:, 2].max() < 2 * max(wheel.radius_m for wheel in wheels) + 0.01


def test_where_a_wheel_touches_the_road_it_stands_still_and_its_top_is_twice_as_fast() -> None:
    mesh, wheels = _cart(), _found(_cart())
    step = 1e-3
    here, there = rolled(mesh.vertices_m, wheels, 0.0), rolled(mesh.vertices_m, wheels, step)
    # The vehicle has gone on by the same way.
    speed = ((there - here).astype(np.float64) + (step, 0.0, 0.0)) / step
    own = np.concatenate([wheel.vertices for wheel in wheels])
    lowest, highest = own[mesh.vertices_m[own, 2] < 1e-6], own[mesh.vertices_m[own, 2] > 0.6 - 1e-6]
    assert len(lowest) >= 8
    assert np.abs(speed[lowest]).max() < 0.01
    assert speed[highest][:, 0] == pytest.approx(np.full(len(highest), 2.0), abs=0.01)


def test_wheels_turn_about_their_axles_and_the_body_stays() -> None:
    mesh, wheels = _cart(), _found(_cart())
    turned = rolled(mesh.vertices_m, wheels, 123.4)
    body = np.setdiff1d(np.arange(len(mesh.vertices_m)), np.concatenate([wheel.vertices for wheel in wheels]))
    assert np.array_equal(turned[body], mesh.vertices_m[body])
    for wheel in wheels:
        centre = np.array([wheel.x_m, wheel.z_m])
        before, after = (np.hypot(*(v[wheel.vertices][:, [0, 2]] - centre).T) for v in (mesh.vertices_m, turned))
        assert after == pytest.approx(before, abs=1e-6)
    assert rolled(mesh.vertices_m, wheels, 5 * math.tau * 0.3) == pytest.approx(mesh.vertices_m, abs=1e-5)


def test_what_is_one_with_the_body_does_not_turn() -> None:
    tyre = join([box((0.6, 0.2, 0.6), _BODY, (0, 0, 0.3)), box((3.0, 1.0, 0.4), _BODY, (0, 0, 0.7))])
    assert _found(tyre) == ()
    caliper = box((0.1, 0.1, 0.1), _BODY, (0.15, 0.7, 0.3))
    hub = join([at_axle(car_wheel(0.3), 0.0, 0.7, 0.3), caliper])
    (wheel,) = _found(hub)
    assert len(wheel.vertices) == len(hub.vertices_m) - len(caliper.vertices_m)


def test_axles_of_a_steered_vehicle_point_at_one_place() -> None:
    """In a curve of 8 m to the left, about the rear axle's place: axle, wheel's middle and the curve's are one line."""
    mesh, wheels = _cart(), _found(_cart())
    assert [len(wheel.steered) for wheel in wheels] == [2, 0]
    curvature = 1 / 8.0
    turned = rolled(mesh.vertices_m, wheels, 0.0, curvature).astype(float)
    for one, side in zip(wheels[0].steered, (1, -1), strict=True):
        assert one.y_m == pytest.approx(side * 0.7, abs=0.1)
        middle, centre = np.array([1.5, one.y_m]), np.array([-1.0, 8.0])
        before, after = (v[one.vertices][:, :2] - middle for v in (mesh.vertices_m.astype(float), turned))
        assert np.hypot(*after.T) == pytest.approx(np.hypot(*before.T), abs=1e-5)
        # What lay along the axle, across the vehicle, now lies along the line to the middle of the curve.
        towards = (centre - middle) / np.hypot(*(centre - middle))
        assert after @ towards == pytest.approx(before[:, 1], abs=1e-5)
    assert wheels[0].steered[0].angle_rad(curvature) > wheels[0].steered[1].angle_rad(curvature) > 0
    assert wheels[0].steered[0].angle_rad(0.0) == 0.0


def test_who_steers_turns_the_wheels_before_the_bend_and_without_a_jump() -> None:
    path = joined([(10.0, 0.0), (11.0, -1 / 7), (1e6, 0.0)], 0.0, 0.0, 0.0)
    motion = Motion(path, Pace.steady(5.0))
    steers = np.array([motion.at(time).steers_1_m for time in np.arange(0.0, 6.0, 0.01)])
    assert steers.min() == pytest.approx(-1 / 7)
    assert np.abs(np.diff(steers)).max() < 0.05 * (1 / 7)
    assert motion.at(1.9).steers_1_m < 0 == motion.at(1.6).steers_1_m
    # All in all one steers by as much as the path turns.
    assert steers.sum() * 0.01 * 5.0 == pytest.approx(-11.0 / 7, rel=1e-2)
    assert replace(motion, steers=False).at(3.0).steers_1_m == 0.0

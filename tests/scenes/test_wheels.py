"""Wheels that turn: which they are, and that they roll without slipping."""

from __future__ import annotations

import math

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

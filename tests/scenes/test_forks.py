"""Two-wheelers steer: forks turn about their head tubes by the bend of the path, riders hold the bar, all lean."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.wheels import Wheels
from longtail.scenes.assets.asset import Procedural, fork_of, posture_of
from longtail.scenes.assets.vehicles import bicycles, motorcycles, riders
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.moving.forks import banks_rad, tilted_too, turning_with, with_fork
from longtail.scenes.moving.motion import Motion
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import joined
from longtail.scenes.moving.wheels import Wheel, rolled, wheels_of

BIKES = {asset.name: asset for asset in (*bicycles.ASSETS, *motorcycles.ASSETS) if isinstance(asset, Procedural)}
RIDERS = {asset.name: asset for asset in riders.ASSETS if isinstance(asset, Procedural)}
CONTACTS = bicycles.CONTACTS | motorcycles.CONTACTS


def _named(mesh: Mesh, part: str) -> NDArray[np.bool_]:
    return np.asarray(np.array([value.part == part for value in mesh.materials])[mesh.slots])


def _found(bike: Procedural) -> tuple[Mesh, tuple[Wheel, ...], NDArray[np.intp]]:
    mesh, fork = bike.mesh(), fork_of(bike)
    assert fork is not None
    wheels = wheels_of(mesh.vertices_m, mesh.triangles, _named(mesh, "wheel"))
    bar = _named(mesh, "handlebar")
    return mesh, wheels, turning_with(mesh.vertices_m, mesh.triangles, bar, fork, [wheels[0].vertices])


@pytest.mark.parametrize("name", sorted(BIKES))
def test_a_fork_is_what_is_before_the_frame(name: str) -> None:
    bike = BIKES[name]
    mesh, wheels, turning = _found(bike)
    fork = fork_of(bike)
    assert fork is not None
    assert fork.wheelbase_m == pytest.approx(wheels[0].x_m - wheels[1].x_m, abs=1e-3)
    points = mesh.vertices_m[turning].astype(np.float64)
    # No crank, no saddle, nothing of the rear wheel; a handlebar's grips reach back, a basket does not reach beyond.
    assert points[:, 0].min() > mesh.vertices_m[:, 0].mean()
    assert set(np.unique(mesh.triangles[_named(mesh, "handlebar")])) <= set(turning)
    body = np.setdiff1d(np.arange(len(mesh.vertices_m)), turning)
    assert mesh.vertices_m[body, 0].max() < wheels[0].x_m
    # Behind the contact's place the axis meets the road: without trail it would not run straight.
    assert fork.x_m + math.tan(fork.rake_rad) * fork.z_m > wheels[0].x_m


@pytest.mark.parametrize("name", sorted(BIKES))
def test_a_turned_wheel_stands_on_the_road_and_points_at_the_middle_of_the_curve(name: str) -> None:
    bike = BIKES[name]
    mesh, wheels, turning = _found(bike)
    fork = fork_of(bike)
    assert fork is not None
    for curvature in (0.2, -0.1):
        turned = with_fork(mesh.vertices_m, turning, fork, fork.bar_rad(curvature))
        assert (turned[np.setdiff1d(np.arange(len(turned)), turning)] == mesh.vertices_m[np.setdiff1d(
            np.arange(len(turned)), turning
        )]).all()  # fmt: skip
        own = turned[wheels[0].vertices].astype(np.float64)
        assert own[:, 2].min() == pytest.approx(0.0, abs=0.006)
        # The wheel's plane, where it meets the road, is the tangent of a circle about that middle.
        normal = np.linalg.svd(own - own.mean(axis=0))[2][-1]
        track = math.atan2(-normal[0] * np.sign(normal[1]), abs(normal[1]))
        assert math.tan(track) == pytest.approx(fork.wheelbase_m * curvature, rel=0.02)


def test_the_bar_turns_less_where_all_leans() -> None:
    fork = fork_of(BIKES["bicycle/city"])
    assert fork is not None
    assert fork.bar_rad(0.0) == 0.0
    assert 0 < fork.bar_rad(0.1, math.radians(30)) < fork.bar_rad(0.1)
    assert fork.bar_rad(-0.1) == -fork.bar_rad(0.1)


@pytest.mark.parametrize("name", sorted(RIDERS))
def test_hands_stay_on_the_bar(name: str) -> None:
    rider = RIDERS[name]
    fork = fork_of(rider)
    assert fork is not None
    straight, turned = (posture_of(rider, 0.0, 0.0, bar) for bar in (0.0, 0.2))
    assert straight is not None
    assert turned is not None
    assert straight[0].vertices_m == pytest.approx(rider.mesh().vertices_m)
    assert len(straight[0].triangles) == len(turned[0].triangles)
    before, after = (np.array(posture[1])[:, :3] for posture in (straight, turned))
    moved = np.flatnonzero((before != after).any(axis=1))
    # Of COCO's keypoints elbows and wrists alone.
    assert moved.tolist() == [7, 8, 9, 10]
    wrists = fork.turned(before[9:11], 0.2)
    assert after[9:11] == pytest.approx(wrists, abs=0.03)


def test_who_rides_along_a_curve_leans_to_its_inside() -> None:
    path = joined([(20.0, 0.0), (30.0, 0.1)], 0, 0, 0)
    motion = Motion(path, Pace.steady(5.0), banks=True)
    assert motion.at(0.0).banks_rad == 0.0
    assert motion.at(6.0).banks_rad == pytest.approx(math.atan(25 / (9.81 * 10)))
    assert Motion(path, Pace.steady(5.0)).at(6.0).banks_rad == 0.0
    leans = np.array([motion.at(time).banks_rad for time in np.arange(3.0, 6.0, 0.01)])
    assert np.abs(np.diff(leans)).max() < math.radians(0.5)
    tilt, towards = tilted_too(0.0, 0.0, banks_rad(5.0, 0.1), 0.7)
    up = Transform.upright("world", "object", (0, 0, 0), 0.7).tilted(tilt, towards).matrix[:3, 2]
    assert up[:2] @ [-math.sin(0.7), math.cos(0.7)] == pytest.approx(math.sin(banks_rad(5.0, 0.1)))
    assert up[:2] @ [math.cos(0.7), math.sin(0.7)] == pytest.approx(0.0, abs=1e-12)
    assert tilted_too(0.1, 2.0, 0.0, 0.7) == (0.1, 2.0)


@pytest.mark.parametrize("name", ["bicycle/road", "motorcycle/naked"])
def test_labels_know_where_a_steered_wheel_turns_to(name: str) -> None:
    bike = BIKES[name]
    mesh, wheels, turning = _found(bike)
    fork = fork_of(bike)
    assert fork is not None

    def at(way_m: float, bar_rad: float) -> tuple[NDArray[np.float64], Wheels]:
        turned = with_fork(rolled(mesh.vertices_m, wheels, way_m), turning, fork, bar_rad)
        axles = tuple((wheel.x_m, wheel.z_m, wheel.radius_m) for wheel in wheels)
        return turned.astype(np.float64), Wheels(axles, way_m, fork=(fork.x_m, fork.z_m, fork.rake_rad, bar_rad))

    (now, wheels_now), (then, wheels_then) = at(0.3, 0.1), at(0.9, 0.25)
    tyre = np.intersect1d(wheels[0].vertices, turning)
    assert wheels_now.turned(now[tyre], wheels_then) == pytest.approx(then[tyre], abs=1e-5)
    assert wheels_now.at_fork(now[turning], wheels_then).all()
    assert not wheels_now.at_fork(now[wheels[1].vertices], wheels_then).any()
    assert not wheels_now.at_fork(now, wheels_now).any()
    assert Wheels.from_json(wheels_now.to_json(9)).fork == pytest.approx(wheels_now.fork)

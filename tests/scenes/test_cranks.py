"""Cyclists pedal: cranks turn by the way made, pedals stay level, and feet stay on them."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Procedural
from longtail.scenes.assets.vehicles import bicycles, riders
from longtail.scenes.moving.cranks import Cranks, Pedalled, pedalled, pedalled_of

BIKES = {asset.name: asset for asset in bicycles.ASSETS if isinstance(asset, Procedural)}
RIDERS = {asset.name: asset for asset in riders.ASSETS if isinstance(asset, Procedural)}
CYCLISTS = tuple(name for name in RIDERS if "cyclist" in name and "motor" not in name)
LEFT_HIP, LEFT_KNEE, LEFT_ANKLE, RIGHT_ANKLE = 11, 13, 15, 16


@cache
def bike(name: str) -> tuple[NDArray[np.float32], Cranks, Pedalled]:
    mesh, cranks = BIKES[name].mesh(), BIKES[name].cranks
    assert cranks is not None
    return mesh.vertices_m, cranks, pedalled_of(mesh.vertices_m, mesh.triangles, cranks)


@pytest.mark.parametrize("name", sorted(BIKES))
def test_cranks_and_pedals_are_found_and_nothing_else(name: str) -> None:
    vertices, cranks, parts = bike(name)
    for pedal, side in zip(parts.pedals, (1, -1), strict=True):
        assert len(pedal)
        assert vertices[pedal, 1].mean() == pytest.approx(side * cranks.pedal_y_m, abs=1e-3)
    # Both cranks, and the ring with its spokes on the right.
    away = np.hypot(vertices[parts.turning, 0] - cranks.x_m, vertices[parts.turning, 2] - cranks.z_m)
    assert away.max() == pytest.approx(cranks.length_m, abs=0.015)
    assert {*np.sign(vertices[parts.turning, 1])} == {1.0, -1.0}


@pytest.mark.parametrize("name", sorted(BIKES))
def test_cranks_turn_ahead_by_the_way_and_pedals_stay_level(name: str) -> None:
    vertices, cranks, parts = bike(name)
    assert pedalled(vertices, parts, cranks, 3 * cranks.turn_m) == pytest.approx(vertices, abs=1e-6)
    quarter = pedalled(vertices, parts, cranks, cranks.turn_m / 4)
    for number, pedal in enumerate(parts.pedals):
        before, after = (v[pedal].astype(float) for v in (vertices, quarter))
        assert np.ptp(after - before, axis=0) == pytest.approx([0, 0, 0], abs=1e-6)
        angle = cranks.angle_rad + number * math.pi - math.pi / 2
        middle = (after.min(axis=0) + after.max(axis=0)) / 2
        expected = cranks.x_m + cranks.length_m * math.cos(angle), cranks.z_m + cranks.length_m * math.sin(angle)
        assert middle[[0, 2]] == pytest.approx(expected, abs=1e-3)
    others = np.setdiff1d(np.arange(len(vertices)), np.concatenate([parts.turning, *parts.pedals]))
    assert np.array_equal(quarter[others], vertices[others])


@pytest.mark.parametrize("name", CYCLISTS)
def test_feet_go_round_with_the_pedals(name: str) -> None:
    rider = RIDERS[name]
    vertices, cranks, parts = bike(rider.rides)
    assert rider.stride_m == cranks.turn_m
    assert rider.gait is not None
    ways = np.arange(8) / 8
    meshes, joints = zip(*(rider.gait(float(way)) for way in ways), strict=True)
    assert len({len(mesh.triangles) for mesh in meshes}) == 1
    places = np.array(joints)[:, :, :3]
    turned = [pedalled(vertices, parts, cranks, float(way) * cranks.turn_m).astype(float) for way in ways]
    for ankle, pedal in ((LEFT_ANKLE, parts.pedals[0]), (RIGHT_ANKLE, parts.pedals[1])):
        # An ankle is always as far from its pedal, which is level.
        offsets = places[:, ankle] - [moved[pedal].mean(axis=0) for moved in turned]
        assert np.ptp(offsets, axis=0) == pytest.approx([0, 0, 0], abs=0.02)
    for one, other in ((LEFT_HIP, LEFT_KNEE), (LEFT_KNEE, LEFT_ANKLE)):
        assert np.ptp(np.linalg.norm(places[:, one] - places[:, other], axis=1)) < 1e-6
    assert np.array(rider.joints()) == pytest.approx(np.array(joints[0]))
    # Only legs move.
    assert np.ptp(places[:, :11], axis=0).max() < 1e-9


def test_who_rides_a_motorcycle_does_not_pedal() -> None:
    assert all(asset.gait is None for name, asset in RIDERS.items() if name not in CYCLISTS)

"""Clips of a warehouse: what carries the camera drives on and meets nothing, and nothing else moves."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
import shapely

from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.warehouse.driving import SLOWER, braking
from longtail.scenes.scenarios.warehouse.ground import Warehouse
from longtail.scenes.scenarios.warehouse.racks import DEPTH_M
from longtail.scenes.scene import Carrier, Scene

SECONDS = 30.0
ROBOT_M = (0.9, 0.6)
CASES = ("view=aisle", "view=docks", "view=cross", "view=aisle edge_case=blocked", "view=aisle edge_case=fallen_load")


@cache
def assets() -> dict[str, Asset]:
    return dict(catalogue_of(load("warehouse", ["assets.packs=false"])))


def config(case: str, seed: int, *changes: str) -> Config:
    words = [word if word.startswith("edge_case") else f"camera.{word}" for word in case.split()]
    asked = ["assets.packs=false", "hall.bays=5", "hall.aisles=2", "camera.mount=robot", "camera.speed_m_s=1.5"]
    return load("warehouse", [*asked, *words, *changes], seed=seed)


@cache
def clip(case: str, seed: int) -> Scene:
    return scene_of(config(case, seed, "clip={frames: 4, rate_hz: 0.1}"), 0, assets())


def carrier_of(scene: Scene, time_s: float) -> Carrier:
    found = scene_at(scene, time_s).carrier
    assert found is not None
    return found


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_a_robot_drives_through_nothing(case: str, seed: int) -> None:
    scene = clip(case, seed)
    hall = scene.ground
    assert isinstance(hall, Warehouse)
    stands = [
        footprint(item.x_m, item.y_m, item.heading_rad, *assets()[item.asset].size_m[:2])
        for item in scene.objects
        # What is under its chassis or over its camera, and what is above who drives.
        if item.z_m < 2.0 and item.z_m + assets()[item.asset].size_m[2] > 0.05
    ]
    stands += [footprint(rack.x_m + rack.length_m / 2, rack.y_m, 0, rack.length_m, DEPTH_M) for rack in hall.racks]
    inside = shapely.box(*hall.hall.low_m, *hall.hall.high_m)
    tree = shapely.STRtree(stands)
    for time_s in np.linspace(0, SECONDS, 61):
        pose = carrier_of(scene, time_s).world_from_carrier.matrix
        robot = footprint(pose[0, 3], pose[1, 3], math.atan2(pose[1, 0], pose[0, 0]), *ROBOT_M)
        assert not len(tree.query(robot, predicate="intersects")), (time_s, case)
        assert inside.contains(robot)


@pytest.mark.parametrize("case", CASES)
def test_it_goes_as_fast_as_it_says_and_stands_at_last(case: str) -> None:
    scene = clip(case, 0)
    step = 1e-4
    for time_s in (0.3, 1.7, 4.1):
        before, after = (carrier_of(scene, time_s + sign * step).world_from_carrier.matrix[:3, 3] for sign in (-1, 1))
        said = carrier_of(scene, time_s).velocity_m_s
        np.testing.assert_allclose((after - before) / (2 * step), said, atol=1e-3)
    assert SLOWER in scene.departures.misfits or math.hypot(*carrier_of(scene, 0.0).velocity_m_s) == pytest.approx(1.5)
    assert math.hypot(*carrier_of(scene, SECONDS).velocity_m_s) == 0
    way = carrier_of(scene, SECONDS).world_from_carrier.matrix - carrier_of(scene, 0.0).world_from_carrier.matrix
    assert math.hypot(*way[:2, 3]) > 0.5


def test_all_else_is_where_a_picture_has_it() -> None:
    case = "view=aisle"
    still, first = scene_of(config(case, 1), 0, assets()), scene_at(clip(case, 1), 0.0)
    later = scene_at(clip(case, 1), 2.0)
    for moment in (first, later):
        assert [item.world_from_object for item in moment.objects] == [i.world_from_object for i in still.objects]
    assert first.camera.world_from_camera == still.camera.world_from_camera
    assert later.camera.world_from_camera != still.camera.world_from_camera


def test_what_hangs_under_the_roof_hangs_still() -> None:
    asked = ("camera.mount=overview", "camera.speed_m_s=0", "clip={frames: 2, rate_hz: 1}")
    scene = scene_of(config("view=aisle", 0, *asked), 0, assets())
    assert carrier_of(scene, 9.0).world_from_carrier == carrier_of(scene, 0.0).world_from_carrier


@pytest.mark.parametrize(("speed", "free_m"), [(0.0, 3.0), (1.0, 50.0), (1.0, 0.4), (2.0, 1.9)])
def test_a_pace_ends_where_the_way_does(speed: float, free_m: float) -> None:
    pace = braking(min(speed, math.sqrt(2 * 1.1 * free_m)), free_m)
    assert pace.travelled_m(1e3) == pytest.approx(free_m if speed else 0.0, abs=1e-6)

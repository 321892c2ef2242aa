"""Clips of a warehouse: what carries the camera, trucks and people go on, and nothing goes through anything."""

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
from longtail.scenes.scenarios.warehouse.driving import SLOWER
from longtail.scenes.scenarios.warehouse.goers import braking, goers, stands
from longtail.scenes.scenarios.warehouse.ground import Warehouse
from longtail.scenes.scenarios.warehouse.racks import DEPTH_M
from longtail.scenes.scene import Carrier, Placed, Scene

SECONDS = 30.0
CROWDED = ("objects.vehicle.count=5", "objects.person.count=6")
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


def ground_of(item: Placed, more_m: float = 0.0) -> shapely.Polygon:
    return footprint(item.x_m, item.y_m, item.heading_rad, *assets()[item.asset].size_m[:2], more_m)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_nothing_goes_through_anything(case: str, seed: int) -> None:
    scene = clip(case, seed)
    hall = scene.ground
    assert isinstance(hall, Warehouse)
    moves = [number for number, item in enumerate(scene.objects) if item.motion is not None]
    # What is under its chassis or over its camera, and what is above who drives, is in nobody's way.
    still = [ground_of(item) for number, item in enumerate(scene.objects)
             if number not in moves and stands(item, assets()[item.asset])]  # fmt: skip
    still += [footprint(rack.x_m + rack.length_m / 2, rack.y_m, 0, rack.length_m, DEPTH_M) for rack in hall.racks]
    still += [shapely.box(*one.box_m[:, :2].ravel()) for one in hall.hall.fitments if one.place_m[2] < 2.0]
    inside, tree = shapely.box(*hall.hall.low_m, *hall.hall.high_m), shapely.STRtree(still)
    start = [ground_of(scene.objects[number]) for number in moves]
    for time_s in np.linspace(0, SECONDS, 61):
        pose = carrier_of(scene, time_s).world_from_carrier.matrix
        robot = footprint(pose[0, 3], pose[1, 3], math.atan2(pose[1, 0], pose[0, 0]), *ROBOT_M)
        now = [ground_of(scene_at(scene, time_s).objects[number]) for number in moves]
        for shape in (robot, *now):
            assert not len(tree.query(shape, predicate="intersects")), (time_s, case)
            assert inside.contains(shape)
        for place, shape in enumerate(now):
            assert not shape.intersects(robot), (time_s, case)
            # What a truck carries and who drives it are over its own floor all the time.
            for other in range(place):
                assert shape.intersects(now[other]) == start[place].intersects(start[other])


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


def test_all_begins_where_a_picture_has_it_and_what_has_no_motion_stays() -> None:
    case = "view=aisle"
    still, first = scene_of(config(case, 1), 0, assets()), scene_at(clip(case, 1), 0.0)
    later = scene_at(clip(case, 1), 2.0)
    for was, now, then in zip(still.objects, first.objects, later.objects, strict=True):
        np.testing.assert_allclose(now.world_from_object.matrix, was.world_from_object.matrix, atol=1e-9)
        if now.motion is None:
            assert then.world_from_object == was.world_from_object
    assert first.camera.world_from_camera == still.camera.world_from_camera
    assert later.camera.world_from_camera != still.camera.world_from_camera


def test_trucks_drive_with_who_drives_and_what_they_carry_and_people_walk() -> None:
    drove, walked, carried = 0, 0, 0
    for seed in range(12):
        scene = scene_of(config("view=docks", seed, "clip={frames: 21, rate_hz: 10}", *CROWDED), 0, assets())
        later = scene_at(scene, 2.0)
        moves = {n for n, item in enumerate(scene.objects) if item.motion and any(item.motion.pace.speeds_m_s)}
        for item in scene.objects:
            if item.motion is not None and not any(item.motion.pace.speeds_m_s):
                assert (item.settled, item.attributes["state"]) == (1.0, "standing")
        for goer in goers(scene, assets(), np.random.default_rng(0)):
            if not moves & {*goer.things}:
                continue
            first, then = scene.objects[goer.things[0]], later.objects[goer.things[0]]
            way = np.array([then.x_m - first.x_m, then.y_m - first.y_m])
            for number in goer.things:
                assert number in moves
                was, item = scene.objects[number], later.objects[number]
                on_it = (
                    one.world_from_object.inverse() @ other.world_from_object
                    for one, other in ((first, was), (then, item))
                )
                before, after = (pose.matrix for pose in on_it)
                np.testing.assert_allclose(after, before, atol=1e-6)
                assert item.z_m == was.z_m
            if goer.stride is not None:
                walked += 1
                assert first.phase != then.phase
                assert 0.9 < math.hypot(*first.velocity_m_s) < 2.0
            else:
                assert math.cos(first.heading_rad) * way[0] + math.sin(first.heading_rad) * way[1] > 0.1
                drove, carried = drove + 1, carried + len(goer.things) - 1
        assert moves <= {n for goer in goers(scene, assets(), np.random.default_rng(0)) for n in goer.things}
    assert drove >= 5
    assert walked >= 5
    assert carried >= 3


def test_what_hangs_under_the_roof_hangs_still() -> None:
    asked = ("camera.mount=overview", "camera.speed_m_s=0", "clip={frames: 2, rate_hz: 1}")
    scene = scene_of(config("view=aisle", 0, *asked), 0, assets())
    assert carrier_of(scene, 9.0).world_from_carrier == carrier_of(scene, 0.0).world_from_carrier


@pytest.mark.parametrize(("speed", "free_m"), [(0.0, 3.0), (1.0, 50.0), (1.0, 0.4), (2.0, 1.9)])
def test_a_pace_ends_where_the_way_does(speed: float, free_m: float) -> None:
    pace = braking(min(speed, math.sqrt(2 * 1.1 * free_m)), free_m)
    assert pace.travelled_m(1e3) == pytest.approx(free_m if speed else 0.0, abs=1e-6)

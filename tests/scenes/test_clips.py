"""Clips: scenes that move, as functions of time alone, in which nothing goes through anything."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from scipy.integrate import trapezoid

from longtail.annotate.errors import ConfigError
from longtail.scenes.assets.asset import cranks_of
from longtail.scenes.composing import scene_file, scene_of
from longtail.scenes.config.resolving import resolve
from longtail.scenes.drawing.impossible import require_possible
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.moment import scene_at
from longtail.scenes.moving.motion import Motion, Stride
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Path, Stretch, gaps_m, joined
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M
from longtail.scenes.scenarios.street.moving.clip import set_in_motion
from longtail.scenes.scenarios.street.traffic import EGO_AHEAD_M, EGO_BEHIND_M, EGO_WIDTH_M
from longtail.scenes.scene import Placed, Scene
from longtail.scenes.space.impossible import Impossible, LensRequest
from tests.scenes.clips import SECONDS, SEEDS, assets, clip, clip_config, times
from tests.scenes.streets import street_of


def ground_of(item: Placed) -> shapely.Polygon:
    asset = assets()[item.asset]
    length, width = asset.footprint_m or asset.size_m[:2]
    return footprint(item.x_m, item.y_m, item.heading_rad, length, width, -0.01)


def ego_ground(scene: Scene) -> shapely.Polygon:
    assert scene.carrier is not None
    matrix = scene.carrier.world_from_carrier.matrix
    heading = math.atan2(matrix[1, 0], matrix[0, 0])
    ahead = (EGO_AHEAD_M - EGO_BEHIND_M) / 2
    x, y = matrix[0, 3] + ahead * math.cos(heading), matrix[1, 3] + ahead * math.sin(heading)
    return footprint(float(x), float(y), heading, EGO_AHEAD_M + EGO_BEHIND_M, EGO_WIDTH_M, -0.01)


# What a motion is


def test_a_pace_adds_up_its_speeds() -> None:
    pace = Pace((0.0, 2.0, 5.0), (10.0, 4.0, 4.0))
    for time_s in np.linspace(0, 7, 29):
        fine = np.linspace(0, time_s, 4001)
        summed = trapezoid(np.interp(fine, pace.times_s, pace.speeds_m_s), fine)
        assert pace.travelled_m(float(time_s)) == pytest.approx(summed, abs=1e-5)
        assert pace.speed_m_s(float(time_s)) == pytest.approx(np.interp(time_s, pace.times_s, pace.speeds_m_s))
    assert pace.acceleration_m_s2(1.0) == -3.0
    assert pace.acceleration_m_s2(9.0) == 0.0


@pytest.mark.parametrize("times_s", [(), (1.0,), (0.0, 0.0), (0.0, 2.0, 1.0)])
def test_a_pace_needs_rising_times(times_s: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="rising times from 0 on"):
        Pace(times_s, tuple(1.0 for _ in times_s))


def test_a_path_bends_where_it_is_said_to_and_has_no_kink() -> None:
    path = joined([(5.0, 0.0), (10 * math.pi / 2, 0.1), (3.0, 0.0)], 1.0, 2.0, 0.0)
    assert gaps_m(path) < 1e-12
    x, y, heading, curvature = path.at(5.0 + 10 * math.pi / 2 + 3.0)
    assert (x, y, heading, curvature) == pytest.approx((16.0, 15.0, math.pi / 2, 0.0))
    s, t = path.beside(np.array([[3.0, 3.0], [15.0, 14.0]]))
    assert s == pytest.approx([2.0, 5.0 + 5 * math.pi + 2.0])
    assert t == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("direction", [1, -1])
def test_a_parallel_keeps_its_distance(direction: int) -> None:
    line = Stretch(3.0, -1.0, 0.4, 0.006)
    path = Path((Stretch.beside_line(line, 20.0, -5.0, direction),))
    for way in (0.0, 7.0, 40.0):
        _, t = line.beside(path.at(way)[:2])
        assert float(t) == pytest.approx(-5.0, abs=1e-9)


def test_velocity_is_how_fast_the_pose_changes() -> None:
    path = joined([(4.0, 0.0), (9.0, 0.12), (30.0, 0.0)], 0.0, 0.0, 0.3)
    motion = Motion(path, Pace((0.0, 6.0), (2.0, 5.0)), 1.4, 0.02, ((0.0, 0.0), (5.0, 0.0), (6.0, 0.5)))
    step = 1e-5
    for time_s in (0.4, 2.2, 2.4, 3.0, 5.1):
        now, before, after = motion.at(time_s), motion.at(time_s - step), motion.at(time_s + step)
        moved = np.array([after.x_m, after.y_m, after.z_m]) - [before.x_m, before.y_m, before.z_m]
        assert now.velocity_m_s == pytest.approx(moved / (2 * step), abs=1e-4)
        assert now.yaw_rate_rad_s == pytest.approx((after.heading_rad - before.heading_rad) / (2 * step), abs=1e-5)


def test_a_stride_follows_the_way() -> None:
    assert Stride(1.5, 0.25).at(3.0) == pytest.approx(0.25)
    assert Stride(1.5, 0.5).at(0.75) == pytest.approx(0.0)


# What a scene does in time


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_goes_through_anything(seed: int) -> None:
    scene = clip(seed)
    start = [ground_of(item) for item in scene.objects]
    for time_s in times():
        now = scene_at(scene, time_s)
        shapes = [*(ground_of(item) for item in now.objects), ego_ground(now)]
        tree = shapely.STRtree(shapes)
        pairs = {tuple(sorted(pair)) for pair in tree.query(shapes, predicate="intersects").T.tolist()}
        for one, other in pairs:
            if one == other:
                continue
            together = other < len(start) and start[one].intersects(start[other])
            names = [now.objects[n].asset if n < len(start) else "the carrier" for n in (one, other)]
            assert together, f"{names[0]} and {names[1]} at {time_s} s of seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_jumps(seed: int) -> None:
    scene = clip(seed)
    before = scene
    for time_s in times()[1:]:
        now = scene_at(scene, time_s)
        step = time_s - before.time_s
        for was, item in zip(before.objects, now.objects, strict=True):
            way = math.dist((was.x_m, was.y_m, was.z_m), (item.x_m, item.y_m, item.z_m))
            fastest = max(math.hypot(*was.velocity_m_s), math.hypot(*item.velocity_m_s))
            assert way <= fastest * step * 1.02 + 1e-6
            assert abs(math.hypot(*item.velocity_m_s) - math.hypot(*was.velocity_m_s)) <= 7.5 * step
        before = now


@pytest.mark.parametrize("seed", SEEDS)
def test_the_carrier_drives_as_fast_as_drawn_or_says_so(seed: int) -> None:
    scene = clip(seed)
    assert scene.carrier is not None
    asked, drives = float(scene.parameters["camera.speed_m_s"]), math.hypot(*scene.carrier.velocity_m_s)
    slower = scene.departures.misfits.get("camera.speed_m_s", 0)
    assert drives < asked - 1e-6 if slower else drives == pytest.approx(asked)


@pytest.mark.parametrize("seed", SEEDS)
def test_speeds_that_labels_state_are_those_of_the_poses(seed: int) -> None:
    scene = clip(seed)
    for time_s in (0.0, 1.7, 5.0):
        for item in scene_at(scene, time_s).objects:
            if "speed_m_s" in item.attributes and item.motion is not None:
                assert item.attributes["speed_m_s"] == pytest.approx(item.motion.at(time_s).speed_m_s, abs=6e-4)
            if item.attributes.get("state") in ("driving", "waiting") and item.motion is not None:
                assert (item.attributes["state"] == "driving") == (item.motion.at(time_s).speed_m_s > 0.05)


def test_nobody_passes_a_red_light() -> None:
    """A street whose lights hold it for sure: whoever had not passed the line before stands there."""
    config = resolve({"scenario": "street", "seed": 4, "frames": 40, "clip": {"frames": 2, "rate_hz": 0.1},
                      "assets": {"packs": False},
                      "road": {"junction": True, "roundabout": "none", "tunnel": False}})  # fmt: skip
    held = 0
    for number in range(20):
        scene = scene_of(config, 2 * number, assets())
        street = street_of(scene)
        assert street.junction is not None
        along = float(street.course.heading_at(street.junction.s_m))
        shown = [
            assets()[item.asset].phase
            for item in scene.objects
            if assets()[item.asset].phase and abs(math.sin(item.heading_rad - along)) < 0.5
        ]
        if not shown or shown[0] == "green" or scene.circuits.get("mains") == 0.0:
            continue
        if held == 2:
            break
        held += 1
        line = street.junction.s_m - street.cross_half_width_m - CORNER_RADIUS_M
        signal = next(item.signal for item in scene.objects if item.signal is not None and item.signal.road == "main")
        green = (float(t) for t in np.arange(0.0, 10.0, 0.2) if signal.at(float(t)).vehicles == "green")
        before, after = scene, scene_at(scene, next(green, 10.0))
        for was, item in zip(before.objects, after.objects, strict=True):
            half = assets()[item.asset].size_m[0] / 2
            s0, t0 = street.course.beside((was.x_m, was.y_m))
            s1, _ = street.course.beside((item.x_m, item.y_m))
            if item.attributes.get("state") in ("driving", "waiting") and street.right_edge_m < t0 < 0 and s0 < line:
                assert s1 + half <= line or s0 + half > line
    assert held == 2


def test_cars_move_in_most_streets() -> None:
    moving = [sum(math.hypot(*item.velocity_m_s) > 1 for item in clip(seed).objects) for seed in SEEDS]
    assert sum(moving) > 3 * len(SEEDS)


def test_warning_lamps_of_road_works_blink_each_at_its_own_rate() -> None:
    barrier = next(asset for asset in assets().values() if "blinking" in asset.tags)
    standing = clip(0)
    placed = [Placed(barrier.name, 20.0 + 3 * n, -30.0, 0.0, 0.0) for n in range(2)]
    drawn = draw(clip_config(0).asked, 0)
    scene = set_in_motion(replace(standing, objects=(*standing.objects, *placed)), drawn, assets(), SECONDS)
    lamps = [[bool(scene_at(scene, t).objects[n].lit) for t in np.arange(0.0, 20.0, 0.1)] for n in (-2, -1)]
    for lit in lamps:
        begun = sum(after and not before for before, after in pairwise(lit))
        assert 55 / 3 - 1 <= begun <= 75 / 3 + 1
        assert 0.4 < np.mean(np.array(lit, dtype=float)) < 0.6
    assert lamps[0] != lamps[1]
    assert all(item.lit is None for item in scene.objects[:-2])


def test_cyclists_pedal_with_the_bicycle_that_they_ride() -> None:
    seen = 0
    for seed in SEEDS:
        later = scene_at(clip(seed), 2.3)
        for item in later.objects:
            asset = assets()[item.asset]
            bike = assets().get(asset.rides) if asset.rides else None
            if item.motion is None or bike is None or (cranks := cranks_of(bike)) is None:
                continue
            seen += 1
            under = next(other for other in later.objects if other.asset == asset.rides and other.x_m == item.x_m)
            assert under.rolled_m is not None
            assert item.phase == pytest.approx(cranks.turned_rad(under.rolled_m) / math.tau)
    assert seen


@pytest.mark.parametrize("seed", [102, 103])
def test_nobody_pedals_faster_than_at_7_m_per_s(seed: int) -> None:
    """Before the camera's vehicle neither, though it likes to drive at 14: it stays behind them."""
    document = {
        "scenario": "street",
        "seed": seed,
        "assets": {"packs": False},
        "clip": {"frames": 30, "rate_hz": 10},
        "camera": {"speed_m_s": 14},
        "road": {"kind": "town", "junction": True},
        "objects": {"cyclist": {"count": 8}},
    }
    scene = scene_of(resolve(document), 0, assets())
    bicycles = [item.motion for item in scene.objects if assets()[item.asset].category == "bicycle" and item.motion]
    assert bicycles
    assert max(max(motion.pace.speeds_m_s) for motion in bicycles) <= 7.0


def test_any_moment_can_be_made_of_any_other() -> None:
    scene = clip(1)
    assert scene_at(scene, 0.0) == scene
    assert scene_at(scene_at(scene, 3.3), 1.7) == scene_at(scene, 1.7)
    assert scene_at(scene_at(scene, 3.3), 0.0) == scene


def test_a_frame_made_alone_is_that_of_its_clip() -> None:
    config = clip_config(2)
    alone = scene_of(config, 7, assets())
    assert alone == scene_at(clip(2), config.plan.picture(7).time_s)
    assert [item.asset for item in alone.objects] == [item.asset for item in clip(2).objects]
    assert alone.time_s == pytest.approx(0.7)


def test_no_scene_is_taken_for_another() -> None:
    """What was drawn for one picture serves the next of its clip, and no other."""
    config, other = clip_config(0), clip_config(1)
    pictures = config.plan.pictures_per_scene
    first = scene_of(config, 0, assets())
    assert scene_of(config, pictures, assets()).number == 1
    assert scene_of(other, 0, assets()) == clip(1)
    assert scene_of(config, 0, assets()) == first == clip(0)


def test_a_longer_clip_begins_as_a_shorter_one() -> None:
    longer = scene_of(clip_config(3, 7.0), 0, assets())
    for item, other in zip(clip(3).objects, longer.objects, strict=True):
        if item.motion is not None and other.motion is not None and item.motion.stride is None:
            assert item.motion.at(1.0).speed_m_s == pytest.approx(other.motion.at(1.0).speed_m_s, abs=0.5)


def test_the_camera_goes_with_its_carrier() -> None:
    scene, later = clip(1), scene_at(clip(1), 4.0)
    assert scene.carrier is not None
    assert later.carrier is not None
    for name in scene.cameras:
        seat = scene.carrier.world_from_carrier.inverse() @ scene.cameras[name].world_from_camera
        then = later.carrier.world_from_carrier.inverse() @ later.cameras[name].world_from_camera
        assert then.matrix == pytest.approx(seat.matrix, abs=1e-9)


def test_without_a_clip_nothing_is_said_of_motion() -> None:
    still = scene_of(resolve({"scenario": "street", "seed": 1, "assets": {"packs": False}}), 0, assets())
    assert not still.moves
    assert all(item.motion is None for item in still.objects)
    assert scene_at(still, 3.0) is still


def test_a_scene_in_motion_is_read_back_from_json() -> None:
    scene = scene_at(clip(1), 1.3)
    grounds = {ground.kind: ground for ground in clip_config(1).scenario.grounds}
    assert Scene.from_json(scene.to_json(), grounds) == scene


def test_a_moment_goes_into_a_file_and_comes_back() -> None:
    config = clip_config(2)
    document = json.loads(json.dumps(scene_file(config, 7, assets())))
    given = resolve({**document["config"], "scene": document["scene"]}).given
    assert given is not None
    assert given.scene == scene_of(config, 7, assets())
    assert given.picture.time_s == given.scene.time_s == pytest.approx(0.7)


def test_the_file_of_a_moment_asks_for_nothing_that_takes_other_pictures() -> None:
    pair = {"left": {"y_m": 0.25}, "right": {"y_m": -0.25}}
    config = resolve(
        {**clip_config(2).to_json(), "outputs": ["coco", "depth", "flow", "scene_flow", "disparity"], "cameras": pair}
    )
    document = json.loads(json.dumps(scene_file(config, 3, assets())))
    again = resolve({**document["config"], "scene": document["scene"]})
    assert again.outputs == ("coco", "depth")
    assert again.drawn_for(0).camera == "right"
    for name in ("flow", "disparity"):
        with pytest.raises(ConfigError, match=f"outputs: expected none that take other pictures .*, got {name}; leave"):
            resolve({**document["config"], "scene": document["scene"], "outputs": ["coco", name]})


# What a config asks


def test_moments_are_pictures_of_one_scene() -> None:
    config = resolve({"scenario": "street", "clip": {"frames": 4, "rate_hz": 20}, "frames": 8})
    pictures = [config.plan.picture(index) for index in range(8)]
    assert [p.scene for p in pictures] == [0] * 4 + [1] * 4
    assert [p.time_s for p in pictures[:4]] == [0.0, 0.05, 0.1, 0.15]
    assert [p.clip_frame for p in pictures] == [0, 1, 2, 3] * 2
    assert config.plan.note(6).startswith("6 frames are 1 scene of 4 pictures and 2 of the 4 pictures of one more")


def test_a_draw_is_looked_at_once_for_all_of_its_moments_and_cameras() -> None:
    config = resolve({"scenario": "street", "clip": {"frames": 4}, "cameras": "stereo", "frames": 16})
    heights: list[float] = []

    def why(_: LensRequest, values: Mapping[str, Any]) -> str:
        heights.append(values["camera.height_m"])
        return "expected a camera elsewhere" if len(heights) == 2 else ""

    never = Impossible(lambda _: ("camera.height_m",), lambda *_: True, why)
    with pytest.raises(ConfigError, match=r"here: camera.height_m: .* \(so 8 of the first 16 frames, frame 8 first\)"):
        require_possible(config.asked, 16, config.camera.lens_request, [never], lambda _: "here")
    assert len(heights) == len({*heights}) == 2


def test_a_clip_has_a_digest_of_its_own_and_none_has_the_old_one() -> None:
    plain = resolve({"scenario": "street"})
    assert "clip" not in plain.to_json()
    assert resolve({"scenario": "street", "clip": {"frames": 1}}).digest == plain.digest
    clipped = resolve({"scenario": "street", "clip": {"frames": 2}})
    assert clipped.digest != plain.digest
    assert resolve(clipped.to_json()) == clipped


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"clip": {"frames": 0}}, "clip.frames: expected greater than or equal to 1"),
        ({"clip": {"frames": 20, "rate_hz": 0}}, "clip.rate_hz: expected greater than or equal to 0.1"),
        ({"clip": {"rate_hz": 10}}, "clip.rate_hz: expected clip.frames of 2 or more beside it, got 1"),
        ({"clip": {"frames": 1000, "rate_hz": 10}}, "clip: expected at most 60 s from the first to the last"),
        ({"clip": 3}, "clip: expected a mapping"),
        ({"scenario": "random", "clip": {"frames": 5}}, "expected a scenario whose scenes can move, got random"),
    ],
)
def test_what_is_no_clip_is_refused(document: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        resolve({"scenario": "street", **document})

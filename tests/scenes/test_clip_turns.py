"""Who turns and who crosses in clips: from lane to lane, giving way, on the ground."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from longtail.scenes.composing import scene_of
from longtail.scenes.config.resolving import resolve
from longtail.scenes.moment import scene_at
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Path, Stretch, gaps_m, joined
from longtail.scenes.moving.signals import turns_to
from longtail.scenes.moving.traffic_light import Program, TrafficSignal
from longtail.scenes.scenarios.street.moving.changing import swung
from longtail.scenes.scenarios.street.moving.crossing import Crossings
from longtail.scenes.scenarios.street.moving.following import paces
from longtail.scenes.scenarios.street.moving.lights import on_crossings
from longtail.scenes.scenarios.street.moving.mover import Mover
from longtail.scenes.scenarios.street.moving.someone import on_foot
from longtail.scenes.scenarios.street.moving.turning import LEFT_RADIUS_M, RADIUS_M, off_the_street, onto_the_street
from longtail.scenes.scenarios.street.moving.walking import walkers
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, MARKING_HEIGHT_M, Side
from longtail.scenes.scene import Placed, Scene
from tests.scenes.clips import SEEDS, assets, clip
from tests.scenes.streets import street_of


@pytest.mark.parametrize("arm", [-1, 1])
def test_turns_lead_from_lane_to_lane(arm: Side) -> None:
    street = next(
        street for seed in SEEDS if (street := street_of(clip(seed))).junction and len(street.junction.arms) == 2
    )
    cross, quarter = street.cross_course(), street.cross_half_width_m / 2
    forward, oncoming = street.lane_centres_m()
    lane = Stretch.beside_line(
        street.course, 0.0 if arm == -1 else street.end_m, (forward if arm == -1 else oncoming)[-1], -arm
    )
    off = off_the_street(street, lane, -arm)
    assert off is not None
    assert gaps_m(off) < 1e-6
    _, t = cross.beside(off.at(off.stretches[0].length_m + 40.0)[:2])
    assert float(t) == pytest.approx(-quarter * arm, abs=1e-6)
    assert -1 / off.stretches[1].curvature_1_m == pytest.approx(RADIUS_M, rel=1e-3)
    coming = Stretch.beside_line(cross, arm * 60.0, quarter * arm, -arm)
    on = onto_the_street(street, coming, arm)
    assert on is not None
    assert gaps_m(on) < 1e-6
    _, t = street.course.beside(on.at(60.0 + 40.0)[:2])
    assert float(t) == pytest.approx((forward if arm == -1 else oncoming)[-1], abs=1e-6)


def test_a_change_of_lanes_ends_in_the_middle_of_the_next_one_and_is_said_before() -> None:
    asked = {"scenario": "street", "seed": 3, "clip": {"frames": 2, "rate_hz": 1}, "assets": {"packs": False},
             "road": {"grade_percent": 0, "grade_change_percent": 0, "lanes": 4, "junction": False}}  # fmt: skip
    street, changed = street_of(scene_of(resolve(asked), 0, assets())), 0
    for direction, lanes in zip((1, -1), street.lane_centres_m(), strict=True):
        for start, target in ((lanes[0], lanes[1]), (lanes[1], lanes[0])):
            lane = Stretch.beside_line(street.course, 0.3 * street.end_m, start, direction)
            path = swung(street, lane, direction, target, 10.0, 30.0)
            assert path is not None
            assert gaps_m(path) < 1e-6
            _, t = street.course.beside(np.array([path.at(40.0)[:2], path.at(70.0)[:2]]))
            assert t == pytest.approx([target, target], abs=1e-6)
            side = "left" if (target - start) * direction > 0 else "right"
            assert [turns_to(path, way) for way in (0.0, 20.0, 39.0)] == [side, side, ""]
            changed += 1
    assert changed == 4


def test_people_step_off_kerbs_onto_crossings_and_are_on_the_ground() -> None:
    asked = {"scenario": "street", "seed": 7, "clip": {"frames": 61, "rate_hz": 10}, "assets": {"packs": False},
             "road": {"grade_percent": 0, "grade_change_percent": 0, "crossing": True},
             "objects": {"pedestrian": {"count": 20}}}  # fmt: skip
    config = resolve(asked)
    assert sum(_stepped_off(scene_of(config, index, assets())) for index in range(3)) >= 2


def _stepped_off(scene: Scene) -> int:
    """How many step off kerbs, all of whom are on the ground and say where they are."""
    street, stepped = street_of(scene), 0
    for number, item in enumerate(scene.objects):
        if item.motion is None or item.motion.on_road_m is None or not any(item.motion.pace.speeds_m_s):
            continue
        stepped += item.motion.on_road_m[0] > 0
        speed = item.motion.pace.speed_m_s(0.0)
        for way in np.linspace(0.0, item.motion.on_road_m[1] + 2.0, 60):
            now = scene_at(scene, way / speed).objects[number]
            s, t = (float(v) for v in street.course.beside((now.x_m, now.y_m)))
            right, left = street.kerb_at_m(-1, s), street.kerb_at_m(1, s)
            if right - 0.4 < t < right + 0.4 or left - 0.4 < t < left + 0.4:
                continue
            inside = right < t < left
            assert now.z_m == pytest.approx(MARKING_HEIGHT_M if inside else KERB_HEIGHT_M)
            assert now.attributes["state"] == ("crossing" if inside else "walking")
            if inside and item.motion.on_road_m[0] > 0:
                assert min(abs(s - crossing) for crossing in street.crossings_m) < 2.0
    return stepped


def test_who_steps_off_a_kerb_at_a_light_has_green() -> None:
    program = Program(20.0, 12.0)
    light = next(asset for asset in assets().values() if asset.phase == "green")
    street = next(street_of(clip(seed)) for seed in SEEDS if street_of(clip(seed)).junction)
    assert street.junction is not None
    along = float(street.course.heading_at(street.junction.s_m))
    mast = Placed(light.name, 0.0, 0.0, 0.0, along, signal=TrafficSignal(program, "main"))
    may = on_crossings(replace(clip(0), objects=(mast,), circuits={}), street, assets())
    near = street.junction.s_m - 12.0
    # Vehicles are held from 23 s to 42 s, and walkers may step off from 25 s to 34 s.
    assert [first for first in (10.0, 21.0, 26.0, 33.0, 35.0) if may(near, first, first + 7.0)] == [26.0, 33.0]
    assert not may(near, 33.0, 43.0)
    assert may(near - 40.0, 10.0, 17.0)
    assert on_crossings(replace(clip(0), objects=(mast,), circuits={"mains": 0.0}), street, assets())(near, 10.0, 17.0)


def test_who_comes_to_a_red_light_waits_at_the_kerb_and_crosses_on_green() -> None:
    asked = {"scenario": "street", "seed": 7, "clip": {"frames": 2, "rate_hz": 1}, "assets": {"packs": False},
             "road": {"grade_percent": 0, "grade_change_percent": 0, "crossing": True},
             "objects": {"pedestrian": {"count": 20}}}  # fmt: skip
    scene = scene_of(resolve(asked), 0, assets())
    crowd = [one for one in on_foot(scene, assets(), np.random.default_rng(1)) if not one.crosses]
    green_s = 25.0
    crossings = Crossings(frozenset(one.number for one in crowd), lambda _, first, last: green_s <= first < last)
    waited = 0
    for number, walker in walkers(crowd, street_of(scene), crossings, [], 40.0).items():
        motion = walker.motion
        if motion.stride is None or motion.stride.stands_m is None:
            continue
        waited += 1
        assert motion.on_road_m is not None
        down, pace = motion.on_road_m[0], motion.pace
        assert 0.3 < down - motion.stride.stands_m < 2.0
        arrives = pace.times_s[2]
        assert pace.travelled_m(arrives) == pytest.approx(motion.stride.stands_m)
        moved = replace(scene, moves=True, objects=tuple(
            replace(item, motion=motion) if place == number else item for place, item in enumerate(scene.objects)
        ))  # fmt: skip
        stands, walks = (scene_at(moved, time_s).objects[number] for time_s in (arrives + 0.3, pace.times_s[1] - 0.5))
        assert stands.settled == pytest.approx(1.0)
        assert (stands.attributes["state"], walks.attributes["state"]) == ("standing", "walking")
        assert stands.z_m == pytest.approx(KERB_HEIGHT_M)
        # It sets off so that it steps on the road not before the light is green, and soon after.
        off = next(t for t in np.arange(arrives, 60.0, 0.02) if pace.travelled_m(float(t)) >= down)
        assert green_s - 0.05 <= off < max(green_s, arrives + 3.5) + 0.5
    assert waited >= 2


@pytest.mark.parametrize("arm", [-1, 1])
def test_left_turns_lead_from_the_middle_to_the_right_hand_lane_of_an_arm(arm: Side) -> None:
    street = next(
        street for seed in SEEDS if (street := street_of(clip(seed))).junction and len(street.junction.arms) == 2
    )
    forward, oncoming = street.lane_centres_m()
    start = 0.0 if arm == 1 else street.end_m
    lane = Stretch.beside_line(street.course, start, (forward if arm == 1 else oncoming)[0], arm)
    path = off_the_street(street, lane, arm, left=True)
    assert path is not None
    assert gaps_m(path) < 1e-6
    assert 1 / path.stretches[1].curvature_1_m == pytest.approx(LEFT_RADIUS_M, rel=1e-3)
    _, t = street.cross_course().beside(path.at(path.stretches[0].length_m + 40.0)[:2])
    assert float(t) == pytest.approx(-street.cross_half_width_m / 2 * arm, abs=1e-6)


@pytest.mark.parametrize("arm", [-1, 1])
def test_who_joins_to_the_left_comes_to_the_lane_beside_the_oncoming_ones(arm: Side) -> None:
    street = next(
        street for seed in SEEDS if (street := street_of(clip(seed))).junction and len(street.junction.arms) == 2
    )
    forward, oncoming = street.lane_centres_m()
    coming = Stretch.beside_line(street.cross_course(), arm * 60.0, street.cross_half_width_m / 2 * arm, -arm)
    path = onto_the_street(street, coming, arm, left=True)
    assert path is not None
    assert gaps_m(path) < 1e-6
    assert 1 / path.stretches[1].curvature_1_m == pytest.approx(LEFT_RADIUS_M, rel=1e-3)
    _, t = street.course.beside(path.at(60.0 + 40.0)[:2])
    assert float(t) == pytest.approx((forward if arm == 1 else oncoming)[0], abs=1e-6)


def _joiner_and_others(nearer_m: float, farther_m: float) -> tuple[list[Mover], list[Pace]]:
    """Somebody who would turn left onto a road, and who comes on its two lanes from so far away."""
    joins = joined([(6.0, 0.0), (8 * math.pi / 2, 1 / 8), (1e6, 0.0)], 0.0, -14.0 - 1.75, math.pi / 2)
    joiner = Mover((0,), joins, 9.0, 3.4, 1.1, 1.8, from_rest=True, gives_way=True, joins=True)
    lanes = (Stretch(-nearer_m, -1.75 - 3.5, 0.0, 0.0, 1e6), Stretch(farther_m, -1.75, math.pi, 0.0, 1e6))
    others = [Mover((number,), Path((lane,)), 10.0, 3.4, 1.1, 1.8) for number, lane in enumerate(lanes, start=1)]
    return [joiner, *others], paces([joiner, *others], [], 20.0)


@pytest.mark.parametrize(("nearer_m", "farther_m"), [(40.0, 400.0), (400.0, 60.0), (35.0, 75.0)])
def test_who_joins_to_the_left_waits_before_the_first_lane_until_all_are_free(
    nearer_m: float, farther_m: float
) -> None:
    movers, found = _joiner_and_others(nearer_m, farther_m)
    times = np.arange(0.0, 20.0, 0.1)
    joiner, *others = ([shapely.Polygon(mover.corners_m(pace.travelled_m(float(t)))) for t in times]
                       for mover, pace in zip(movers, found, strict=True))  # fmt: skip
    lanes = shapely.box(-500, -1.75 - 3.5 - 1.4, 500, 0)
    enters = next(t for t, shape in zip(times, joiner, strict=True) if shape.intersects(lanes))
    for pace, way in zip(found[1:], (nearer_m, farther_m), strict=True):
        if way < 100:
            assert pace.travelled_m(float(enters)) > way - 8.0
            assert pace.speed_m_s(float(enters)) == pytest.approx(10.0, abs=0.2)
    for other in others:
        assert min(one.distance(there) for one, there in zip(joiner, other, strict=True)) > 0.3
    assert found[0].travelled_m(20.0) > 6.0 + 8 * math.pi / 2


def _turner_and_oncoming(oncoming_m: float) -> tuple[list[Mover], list[Pace]]:
    """Somebody 20 m before a turn to the left, and somebody who comes the other way from so far behind it."""
    lane = Path((Stretch(20.0 + oncoming_m, 3.5, math.pi, 0.0, 1e6),))
    turns = joined([(20.0, 0.0), (8 * math.pi / 2, 1 / 8), (1e6, 0.0)], 0.0, 0.0, 0.0)
    turner = Mover((0,), turns, 10.0, 3.4, 1.1, 1.8, gives_way=True)
    both = [turner, Mover((1,), lane, 10.0, 3.4, 1.1, 1.8)]
    return both, paces(both, [], 12.0)


def test_who_turns_left_lets_pass_who_comes_and_then_goes() -> None:
    movers, (turner, oncoming) = _turner_and_oncoming(60.0)
    times = np.arange(0.0, 12.0, 0.1)
    shapes = [[shapely.Polygon(mover.corners_m(pace.travelled_m(float(t)))) for t in times]
              for mover, pace in zip(movers, (turner, oncoming), strict=True)]  # fmt: skip
    assert min(one.distance(other) for one, other in zip(*shapes, strict=True)) > 0.3
    # Whoever goes straight on drives as if nobody turned, and the other has not crossed before.
    assert oncoming.speed_m_s(6.0) == pytest.approx(10.0, abs=0.2)
    passed = next(t for t in times if oncoming.travelled_m(float(t)) > 60.0)
    assert turner.travelled_m(float(passed)) + movers[0].front_m < 20.0 + 8 * math.pi / 4
    assert turner.travelled_m(12.0) > 20.0 + 8 * math.pi / 2


def test_who_turns_left_does_not_wait_for_who_is_far_away() -> None:
    _, (turner, _) = _turner_and_oncoming(400.0)
    assert min(turner.speed_m_s(float(t)) for t in np.arange(0.0, 8.0, 0.2)) > 3.0

"""Traffic lights that change, and drivers who obey them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.resolving import resolve
from longtail.scenes.moment import scene_at
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Path, Stretch
from longtail.scenes.moving.traffic_light import (
    ALL_RED_S,
    WALKERS_CLEAR_S,
    YELLOW_S,
    Phase,
    Program,
    Road,
    TrafficSignal,
    beginning,
)
from longtail.scenes.scenarios.street.moving.following import paces
from longtail.scenes.scenarios.street.moving.mover import Mover, Shown

PROGRAM = Program(20.0, 12.0)
STEP_S = 0.1
TIMES = [round(float(t), 3) for t in np.arange(0.0, 3 * PROGRAM.cycle_s, STEP_S)]
_ROADS: tuple[Road, ...] = ("main", "cross")


def test_a_cycle_has_green_yellow_and_red_for_as_long_as_said() -> None:
    assert PROGRAM.cycle_s == 20 + 12 + 2 * (YELLOW_S + ALL_RED_S)
    for road, green_s in (("main", 20.0), ("cross", 12.0)):
        shown = [PROGRAM.at("main" if road == "main" else "cross", t).vehicles for t in TIMES]
        assert shown.count("green") * STEP_S == pytest.approx(3 * green_s, abs=0.4)
        assert shown.count("yellow") * STEP_S == pytest.approx(3 * YELLOW_S, abs=0.4)
        after = {(a, b) for a, b in pairwise(shown) if a != b}
        assert after == {("green", "yellow"), ("yellow", "red"), ("red", "green")}


def test_roads_are_never_free_at_once_and_walkers_have_time_to_get_across() -> None:
    for time_s in TIMES:
        here, there = (PROGRAM.at(road, time_s) for road in _ROADS)
        assert "red" in (here.vehicles, there.vehicles)
        for aspect, road in ((here, "main"), (there, "cross")):
            if aspect.walkers == "green":
                assert aspect.vehicles == "red"
                for later in np.arange(0.0, WALKERS_CLEAR_S - 0.01, 0.5):
                    ahead = PROGRAM.at("main" if road == "main" else "cross", time_s + float(later))
                    assert ahead.vehicles == "red"


@pytest.mark.parametrize("phase", ["red", "yellow", "green"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_program_begins_with_what_was_drawn(phase: Phase, share: float) -> None:
    program = beginning(phase, 15.0, 10.0, share)
    assert program.at("main", 0.0).vehicles == phase
    assert program.at("cross", 0.0).vehicles == ("green" if phase == "red" else "red")
    if phase == "red":
        assert program.at("main", 0.0).walkers == "green"


# Drivers


def _car(speed_m_s: float, line_m: float, signal: Shown) -> Mover:
    """A car whose front is at 0, on a straight road."""
    path = Path((Stretch(0.0, 0.0, 0.0, 0.0, 1e6),))
    return Mover((0,), path, speed_m_s, 0.0, 4.0, 1.8, line_m=line_m, signal=signal)


def _shown(*changes: tuple[float, Phase]) -> Shown:
    return lambda time_s: [phase for since, phase in changes if since <= time_s][-1]


def _way(pace: Pace, time_s: float) -> float:
    return pace.travelled_m(time_s)


def test_red_is_waited_for_before_the_line_and_green_lets_go() -> None:
    (pace,) = paces([_car(10.0, 60.0, _shown((0.0, "red"), (15.0, "green")))], [], 30.0)
    assert 55.0 < _way(pace, 14.9) < 60.0
    assert pace.speed_m_s(14.9) < 0.5
    assert _way(pace, 22.0) > 70.0


@pytest.mark.parametrize(("line_m", "stops"), [(12.0 * 3 + 12.0, False), (12.0 * 3 + 40.0, True)])
def test_yellow_stops_who_can_and_lets_pass_who_cannot(line_m: float, *, stops: bool) -> None:
    """At 12 m/s 3.5 m/s2 take 20.6 m: 12 m are too few, 40 m enough."""
    (pace,) = paces([_car(12.0, line_m, _shown((0.0, "green"), (3.0, "yellow"), (6.0, "red")))], [], 20.0)
    if stops:
        assert line_m - 4.0 < _way(pace, 19.0) < line_m
    else:
        assert _way(pace, 6.0) > line_m
        assert pace.speed_m_s(6.0) == pytest.approx(12.0, abs=0.5)


def test_who_is_beyond_the_line_drives_on() -> None:
    (pace,) = paces([_car(8.0, -1.0, _shown((0.0, "red")))], [], 5.0)
    assert _way(pace, 5.0) == pytest.approx(40.0, abs=0.5)


def test_lights_of_a_clip_change_from_what_they_show_at_first() -> None:
    config = resolve({"scenario": "street", "seed": 4, "frames": 60, "clip": {"frames": 2, "rate_hz": 0.1},
                      "assets": {"packs": False}, "road": {"junction": True, "tunnel": False}})  # fmt: skip
    assets = catalogue_of(config)
    found = 0
    for number in range(30):
        scene = scene_of(config, 2 * number, assets)
        signals = {n: item.signal for n, item in enumerate(scene.objects) if item.signal is not None}
        if not signals:
            continue
        found += 1
        assert len({signal.program for signal in signals.values()}) == 1
        for n, signal in signals.items():
            assert isinstance(signal, TrafficSignal)
            item = scene.objects[n]
            assert item.aspect is not None
            assert item.aspect.vehicles == assets[item.asset].phase
            later = scene_at(scene, 10.0).objects[n]
            assert later.aspect == signal.at(10.0)
            assert math.dist((later.x_m, later.y_m), (item.x_m, item.y_m)) == 0.0
        if found == 2:
            break
    assert found == 2

"""What vehicles show while they move: brake lights, and indicators that blink at a lawful rate."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import joined
from longtail.scenes.moving.signals import FASTEST_HZ, SLOWEST_HZ, Flasher, signals_at, turns_to

_AHEAD = joined([(1e6, 0.005)], 0.0, 0.0, 0.0)
_FLASHER = Flasher(1.5)
TIMES = np.arange(0.0, 12.0, 0.05)


@pytest.mark.parametrize("rate_hz", [SLOWEST_HZ, 1.37, FASTEST_HZ])
def test_an_indicator_flashes_60_to_120_times_a_minute(rate_hz: float) -> None:
    flasher = Flasher(rate_hz, 0.3)
    lit = [flasher.lit(float(time_s)) for time_s in np.arange(0.0, 60.0, 0.01)]
    switched_on = sum(after and not before for before, after in pairwise(lit))
    assert 59 <= switched_on <= 121
    assert switched_on == pytest.approx(60 * rate_hz, abs=1)
    assert sum(lit) / len(lit) == pytest.approx(0.5, abs=0.01)


def test_brake_lights_are_lit_while_slowing_down_and_standing() -> None:
    # Steady to 3 s, braking at 2 m/s2 to a stand at 8 s, off again at 10 s.
    pace = Pace((0.0, 3.0, 8.0, 10.0, 14.0), (10.0, 10.0, 0.0, 0.0, 8.0))
    lit = {float(t): signals_at(_AHEAD, pace, _FLASHER, float(t)).brake for t in TIMES}
    assert not any(on for t, on in lit.items() if t < 3.0)
    assert all(on for t, on in lit.items() if 3.4 < t < 10.0)
    assert not any(on for t, on in lit.items() if t > 10.6)
    assert sum(a != b for a, b in pairwise(lit.values())) == 2


def test_to_lift_the_foot_lights_nothing() -> None:
    coasting = Pace((0.0, 10.0), (14.0, 7.0))
    assert not any(signals_at(_AHEAD, coasting, _FLASHER, float(t)).brake for t in TIMES[:190])


@pytest.mark.parametrize(("bend", "side"), [(0.14, "left"), (-0.14, "right")])
def test_who_turns_says_so_before_and_until_it_is_done(bend: float, side: str) -> None:
    path = joined([(60.0, 0.0), (math.pi / 2 / abs(bend), bend), (1e6, 0.0)], 0.0, 0.0, 0.0)
    assert turns_to(path, 20.0) == ""
    assert turns_to(path, 30.0) == turns_to(path, 62.0) == side
    assert turns_to(path, 71.0) == ""
    assert turns_to(_AHEAD, 30.0) == ""
    pace = Pace.steady(0.0)
    assert not signals_at(path, pace, _FLASHER, 0.1).lit
    near = joined([(10.0, 0.0), (math.pi / 2 / abs(bend), bend)], 0.0, 0.0, 0.0)
    shown = [signals_at(near, pace, _FLASHER, float(t)) for t in TIMES]
    assert {signals.indicates for signals in shown} == {side}
    assert [signals.lit for signals in shown] == [_FLASHER.lit(float(t)) for t in TIMES]

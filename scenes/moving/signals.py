"""What vehicles say with their lamps while they move: brake lights, and indicators that blink."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import LaneChange, Path

SLOWEST_HZ, FASTEST_HZ = 60 / 60, 120 / 60
"""How often an indicator may flash: 90 +- 30 times a minute (UN Regulation 48, 6.5.9, from memory)."""

WARNING_HZ = (55 / 60, 75 / 60)
"""How often a warning lamp of road works flashes: 55 to 75 times a minute (MUTCD 2009, 6F.83, from memory)."""

Side = Literal["left", "right"]

_LIT_SHARE = 0.5
# From the deceleration on at which regenerative braking, too, must light the lamps (UN Regulation 13-H, 5.2.22.4,
# from memory).
_BRAKES_M_S2 = 1.3
# How the deceleration is felt: as the mean of so long, and shown for so much longer, that no lamp flickers.
_MEAN_S, _LINGERS_S, _LOOKS_S = 0.4, 0.4, 0.1
_STANDS_M_S = 0.05
# A turn is sharper than any street, and no wiggle; who turns says so that far before, until most of it is done.
_SHARP_1_M, _LEAST_RAD = 1 / 30, 0.6
_BEFORE_M, _UNTIL = 35.0, 0.8
# Before a change of lanes, some 2 s in town (our estimate).
_BEFORE_CHANGE_M = 25.0


@dataclass(frozen=True)
class Signals:
    """What a vehicle shows at a moment: whether its brake lights are lit, which indicator is switched on, "" for none,
    and whether that is lit just now."""

    brake: bool = False
    indicates: Side | Literal[""] = ""
    lit: bool = False


@dataclass(frozen=True)
class Flasher:
    """What has the indicators of one vehicle blink: `rate_hz` times a second, `phase` (0..1) through a cycle at time 0.

    It is lit for the first half of each cycle.
    """

    rate_hz: float
    phase: float = 0.0

    def lit(self, time_s: float) -> bool:
        """Whether it is lit at a time."""
        return (self.phase + time_s * self.rate_hz) % 1.0 < _LIT_SHARE


def signals_at(path: Path, pace: Pace, flasher: Flasher, time_s: float) -> Signals:
    """What somebody who drives that path at that pace shows at a time."""
    side = turns_to(path, pace.travelled_m(time_s))
    return Signals(_brakes(pace, time_s), side, bool(side) and flasher.lit(time_s))


def turns_to(path: Path, travelled_m: float) -> Side | Literal[""]:
    """To which side somebody says that they will turn or change lanes after so much way; "" of who goes straight on."""
    for begins, ends, side in _turns(path):
        if begins - _BEFORE_M <= travelled_m < begins + _UNTIL * (ends - begins):
            return side
    for change in path.changes:
        if change.begins_m - _BEFORE_CHANGE_M <= travelled_m < _over_m(change):
            return change.side
    return ""


def _over_m(change: LaneChange) -> float:
    """Up to where along a path somebody says that they change lanes."""
    return change.begins_m + _UNTIL * (change.ends_m - change.begins_m)


@lru_cache(maxsize=1024)
def _turns(path: Path) -> tuple[tuple[float, float, Side], ...]:
    """Where along a path each turn begins and ends, and to which side it leads."""
    found: list[tuple[float, float, Side]] = []
    start = 0.0
    for stretch in path.stretches:
        end = start + stretch.length_m
        if abs(stretch.curvature_1_m) > _SHARP_1_M and stretch.length_m * abs(stretch.curvature_1_m) > _LEAST_RAD:
            found.append((start, end, "left" if stretch.curvature_1_m > 0 else "right"))
        start = end
    return tuple(found)


def _brakes(pace: Pace, time_s: float) -> bool:
    """Whether the brake lights are lit: slowing down now or a moment ago, or standing."""
    if pace.speed_m_s(time_s) < _STANDS_M_S:
        return True
    looks = math.ceil(_LINGERS_S / _LOOKS_S)
    return any(_slows_m_s2(pace, time_s - look * _LOOKS_S) >= _BRAKES_M_S2 for look in range(looks + 1))


def _slows_m_s2(pace: Pace, time_s: float) -> float:
    before = max(time_s - _MEAN_S, 0.0)
    if time_s <= before:
        return 0.0
    return (pace.speed_m_s(before) - pace.speed_m_s(time_s)) / (time_s - before)

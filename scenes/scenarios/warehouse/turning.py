"""Ways of trucks and robots round the corners of racks: out of an aisle to either side, and into one.

The axle that is not steered follows the way: a forklift's front one, so that its tail swings out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from longtail.scenes.assets.logistics.trucks import FRONT_AXLE_M
from longtail.scenes.moving.path import Path, joined
from longtail.scenes.scenarios.warehouse.racks import Rack
from longtail.scenes.scenarios.warehouse.standing import Rng
from longtail.scenes.scene import Placed

# How narrow turns their axle makes, the first that fits, and how fast they go where they will turn (our estimates). Of
# electric forklifts of 1.6 t makers state 2.0 m from the middle of the narrowest turn to the tail's outer corner (from
# memory), which is what 0.8 m comes to.
_RADII_M = {"forklift": (1.5, 1.1, 0.8), "mobile robot": (0.8, 0.5)}
_SPEEDS_M_S = {"forklift": (0.9, 1.3), "mobile robot": (0.5, 0.9)}
_AXLES_M = {"forklift": FRONT_AXLE_M}
# Of those who come to a corner so many turn, where they find room (our estimate).
_TURN = 0.7
# Who is turned further from the hall's axes parks; what is tried beyond a rack's end, in steps.
_ASKEW_RAD, _BEYOND_M, _STEP_M, _FAR_M = 0.25, 4.0, 0.25, 500.0


@dataclass(frozen=True, eq=False)
class Corner:
    """How somebody may turn: ways, the best first, of the axle that is `axle_m` before its origin, and how fast."""

    axle_m: float
    ways: tuple[Path, ...]
    speed_m_s: float


def corner_of(item: Placed, category: str, racks: Sequence[Rack], rng: Rng, seconds: float) -> Corner | None:
    """How a truck or a robot turns at the next corner; None of who does not, or comes to none in so many seconds."""
    wants, fast, first = float(rng.random()), float(rng.random()), 1 if rng.random() < 0.5 else -1
    if category not in _RADII_M or wants >= _TURN or not racks:
        return None
    low, high = _SPEEDS_M_S[category]
    speed, axle = round(low + fast * (high - low), 3), _AXLES_M.get(category, 0.0)
    cos, sin = math.cos(item.heading_rad), math.sin(item.heading_rad)
    start = item.x_m + axle * cos, item.y_m + axle * sin
    ways = []
    for radius in _RADII_M[category]:
        for before, turn in _corners(start, item.heading_rad, radius, first, racks):
            if 0.1 < before < speed * seconds:
                bend = radius * abs(turn), math.copysign(1 / radius, turn)
                ways.append(joined([(before, 0.0), bend, (_FAR_M, 0.0)], *start, item.heading_rad))
    return Corner(axle, tuple(ways), speed) if ways else None


def _corners(
    start: tuple[float, float], heading_rad: float, radius_m: float, first: int, racks: Sequence[Rack]
) -> Iterator[tuple[float, float]]:
    """(way before it, angle to the left) of turns that somebody may make, the likeliest first."""
    quarter = round(heading_rad / (math.pi / 2)) * math.pi / 2
    askew = math.remainder(heading_rad - quarter, math.tau)
    if abs(askew) > _ASKEW_RAD:
        return
    x, y = start
    begin, end = racks[0].x_m, racks[0].x_m + racks[0].length_m
    along = math.cos(quarter)
    if abs(along) > 0.5:
        ahead = (end - x) if along > 0 else (x - begin)
        if not begin - 1 < x < end + 1:
            # Before the racks, along whose ends it turns.
            gap = (begin - x) if along > 0 else (x - end)
            for short in np.arange(radius_m + 0.5, gap, 2 * _STEP_M).tolist() if gap > 0 else ():
                for side in (first, -first):
                    yield (gap - short) / math.cos(askew), side * math.pi / 2 - askew
            return
        for beyond in np.arange(0.0, _BEYOND_M, _STEP_M).tolist():
            for side in (first, -first):
                yield (ahead + beyond) / math.cos(askew), side * math.pi / 2 - askew
        return
    if begin <= x <= end:
        return
    # To the racks: to the right of who comes up along Y behind them.
    onto = 1 if x < begin else -1
    up = round(math.sin(quarter))
    turn = -up * onto * math.pi / 2 - askew
    sin, cos = math.sin(heading_rad), math.cos(heading_rad)
    on = radius_m * (math.sin(abs(turn)) * sin + math.copysign(1 - math.cos(turn), turn) * cos)
    for aisle in sorted(_aisles_m(racks), key=lambda middle: up * middle):
        yield (aisle - y - on) / sin, turn


def _aisles_m(racks: Sequence[Rack]) -> list[float]:
    """The middles of the aisles, along Y: two racks face each of them."""
    rows = sorted(racks, key=lambda rack: rack.y_m)
    return [(one.y_m + other.y_m) / 2 for one, other in pairwise(rows) if one.facing > 0 > other.facing]

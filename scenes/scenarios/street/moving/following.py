"""How fast everybody drives: as fast as they like, and behind others with a headway, by the Intelligent Driver Model.

Treiber, Hennecke & Helbing, "Congested traffic states in empirical observations and microscopic simulations", Physical
Review E 62 (2000); the constants are of the size that theirs have, but for the hardest braking, that of dry asphalt.
Steps begin at the scene's own moment, whichever moments are shown: a longer clip begins as a shorter one does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longtail.scenes.moving.motion import Motion
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Array
from longtail.scenes.scenarios.street.moving.held import Held
from longtail.scenes.scenarios.street.moving.mover import Mover, firsts_m, rectangle

STEP_S = 0.2
_HEADWAY_S, _STANDING_M = 1.2, 2.0
_ACCELERATES_M_S2, _BRAKES_M_S2, _HARDEST_M_S2 = 1.4, 2.5, 7.0
# From its first speed nobody has to brake harder than this.
_AT_FIRST_M_S2 = 3.5
_POWER = 4
# Sideways in a turn (our estimate of town traffic), and how far before it one slows down.
_SIDEWAYS_M_S2 = 2.2
_BESIDE_M = 0.25
# Somebody who comes across the path is waited for so long before.
_FORESEEN_S = 2.5
_ACROSS_RAD = math.radians(35)
_FARTHEST_M = 1e4


@dataclass(frozen=True, eq=False)
class Walker:
    """Somebody whose motion is settled, and gives way to nobody."""

    motion: Motion
    front_m: float
    back_m: float
    width_m: float

    def corners_m(self, time_s: float, ahead_s: float = 0.0) -> Array:
        """The corners (4, 2) of the ground that it takes at a time, and within the next `ahead_s`."""
        now = self.motion.at(time_s)
        heading = now.heading_rad - self.motion.turned_rad
        return rectangle(
            now.x_m, now.y_m, heading, -self.back_m, self.front_m + now.speed_m_s * ahead_s, self.width_m / 2
        )


@dataclass(frozen=True, eq=False)
class _Others:
    """Who may be in the way: corners (N, 4, 2) now, and as far as is foreseen; headings and speeds (N,)."""

    now: Array
    foreseen: Array
    heading_rad: Array
    speed_m_s: Array


def paces(movers: Sequence[Mover], walkers: Sequence[Walker], seconds: float) -> list[Pace]:
    """The pace of each of `movers` for at least so many seconds; all stand, drive on or brake for all others."""
    way = np.zeros(len(movers))
    held = Held(movers)
    held.look(0.0, way, way)
    speed = _first_speeds(movers, walkers, held)
    times, speeds = [0.0], [speed.copy()]
    for number in range(1, math.ceil(seconds / STEP_S - 1e-9) + 2):
        others = _others(movers, walkers, way, speed, times[-1])
        held.look(times[-1], way, speed)
        wanted = np.array([_accelerated(m, i, way, speed, others, held) for i, m in enumerate(movers)])
        after = np.maximum(speed + wanted * STEP_S, 0.0)
        way = way + STEP_S * (speed + after) / 2
        speed = np.where(after < 1e-3, 0.0, after)
        times.append(round(number * STEP_S, 9))
        speeds.append(speed.copy())
    return [Pace(tuple(times), tuple(round(float(row[i]), 9) for row in speeds)) for i in range(len(movers))]


def _first_speeds(movers: Sequence[Mover], walkers: Sequence[Walker], held: Held) -> Array:
    """What each likes to drive, or as much of it as lets it stop in time."""
    way, speed = np.zeros(len(movers)), np.array([mover.speed_m_s for mover in movers])
    # Whoever slows down for somebody slows down those behind, too.
    for _ in range(4):
        others = _others(movers, walkers, way, speed, 0.0)
        found = []
        for number, mover in enumerate(movers):
            limit = 0.0 if mover.from_rest else min(mover.speed_m_s, _for_turns(mover, 0.0, _AT_FIRST_M_S2))
            for gap, theirs in _gaps(mover, number, 0.0, others, held):
                room = max(gap - _STANDING_M / 2, 0.0)
                limit = min(limit, math.sqrt(theirs * theirs + 2 * _AT_FIRST_M_S2 * room))
            found.append(limit)
        speed = np.array(found)
    return speed


def _accelerated(mover: Mover, number: int, way: Array, speed: Array, others: _Others, held: Held) -> float:
    """Its acceleration in m/s2 for the next step."""
    own, at = float(speed[number]), float(way[number])
    wanted = min(mover.speed_m_s, _for_turns(mover, at, _BRAKES_M_S2))
    if wanted < 0.1:
        return max(-own / STEP_S, -_HARDEST_M_S2)
    free = 1 - (own / wanted) ** _POWER
    close = 0.0
    for gap, theirs in _gaps(mover, number, at, others, held):
        nearing = own * (own - theirs) / (2 * math.sqrt(_ACCELERATES_M_S2 * _BRAKES_M_S2))
        distance = _STANDING_M + max(own * _HEADWAY_S + nearing, 0.0)
        close = max(close, (distance / max(gap, 0.05)) ** 2)
    return min(max(_ACCELERATES_M_S2 * (free - close), -_HARDEST_M_S2), _ACCELERATES_M_S2)


def _for_turns(mover: Mover, way_m: float, brakes_m_s2: float) -> float:
    """How fast it may be for the turns that come."""
    fastest, start = math.inf, 0.0
    for stretch in mover.path.stretches:
        end = start + stretch.length_m
        if stretch.curvature_1_m and end > way_m:
            there = _SIDEWAYS_M_S2 / abs(stretch.curvature_1_m)
            fastest = min(fastest, math.sqrt(there + 2 * brakes_m_s2 * max(start - way_m, 0.0)))
        start = end
    return fastest


def _others(movers: Sequence[Mover], walkers: Sequence[Walker], way: Array, speed: Array, time_s: float) -> _Others:
    now, foreseen, heading = [], [], []
    for mover, at, fast in zip(movers, way, speed, strict=True):
        now.append(mover.corners_m(float(at)))
        foreseen.append(mover.corners_m(float(at), float(fast) * _FORESEEN_S))
        heading.append(mover.path.at(float(at))[2])
    fast_walkers = []
    for walker in walkers:
        now.append(walker.corners_m(time_s))
        foreseen.append(walker.corners_m(time_s, _FORESEEN_S))
        heading.append(walker.motion.at(time_s).heading_rad - walker.motion.turned_rad)
        fast_walkers.append(walker.motion.at(time_s).speed_m_s)
    if not now:
        return _Others(np.zeros((0, 4, 2)), np.zeros((0, 4, 2)), np.zeros(0), np.zeros(0))
    return _Others(np.array(now), np.array(foreseen), np.array(heading), np.concatenate([speed, fast_walkers]))


def _gaps(mover: Mover, number: int, way_m: float, others: _Others, held: Held) -> list[tuple[float, float]]:
    """How far before its front everything is that it must not drive into, and how fast that goes its way."""
    front = way_m + mover.front_m
    found = [(mover.stop_m - front, 0.0)] if mover.stop_m < math.inf else []
    if (line := held.line_m(number)) < math.inf:
        found.append((line - front, 0.0))
    count = len(others.now)
    if not count:
        return found
    here: float | Array = mover.path.at(way_m)[2]
    if mover.bends:
        ways = mover.path.beside(others.now.mean(axis=1))[0]
        here = np.array([mover.path.at(float(way))[2] for way in np.clip(ways, 0.0, _FARTHEST_M)])
    apart = np.abs(np.remainder(others.heading_rad - here + np.pi, 2 * np.pi) - np.pi)
    across = (apart > _ACROSS_RAD) & (apart < np.pi - _ACROSS_RAD)
    corners = np.where(across[:, None, None], others.foreseen, others.now)
    half = mover.width_m / 2 + _BESIDE_M
    along = np.where(apart < _ACROSS_RAD, others.speed_m_s * np.cos(apart), 0.0)
    if mover.bends:
        first = firsts_m(mover.path, corners, half, front)
        if number < count:
            first[number] = math.inf
        return found + [(float(first[i]) - front, float(along[i])) for i in np.flatnonzero(first < _FARTHEST_M)]
    s, t = mover.path.beside(corners.reshape(-1, 2))
    s, t = s.reshape(count, 4), t.reshape(count, 4)
    blocking = (t.min(axis=1) < half) & (t.max(axis=1) > -half) & (s.max(axis=1) > front) & (s.min(axis=1) < 1e5)
    if number < count:
        blocking[number] = False
    nearest = np.maximum(s.min(axis=1) - front, 0.0)
    return found + [(float(nearest[i]), float(along[i])) for i in np.flatnonzero(blocking)]

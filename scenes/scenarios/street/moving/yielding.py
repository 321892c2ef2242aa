"""Who turns to the left lets pass whoever comes the other way, and stands before their lane until it is free.

Who turns onto the street to the left stands before its first lane until all that it crosses or takes are free, and who
comes to a roundabout before the ring until nobody comes round.
"""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np

from longtail.scenes.moving.path import Array
from longtail.scenes.scenarios.street.moving.mover import Mover

# Whose first heading is nearer to one's own than that goes the same way, and is followed.
_SAME_RAD = math.radians(35)
# A turn is looked at from that share of it on, to so far behind it, in such steps.
_FROM, _BEHIND_M, _STEP_M = 0.15, 6.0, 0.5
# So far beside each other two pass; so far before the other's lane one stands; so long one leaves between two.
_BESIDE_M, _BEFORE_M, _LEAVES_S = 0.4, 0.5, 1.5
# Who passes the line of an entry so near comes by it.
_SAME_ENTRY_M = 1.2
# Whose front is so far beyond where it should stand goes on.
_PASSED_M = 0.3
_ACCELERATES_M_S2, _TURNS_M_S = 1.4, 4.0
_STANDS_M_S = 0.1


@dataclass(frozen=True)
class _Meeting:
    """Where the ways of two cross: from where to where along the way of who turns, and along that of the other."""

    other: int
    enters_m: float
    leaves_m: float
    others_m: tuple[float, float]


class Yielding:
    """Before whose lane those of `movers` that give way must stand just now."""

    def __init__(self, movers: Sequence[Mover]) -> None:
        self._movers = movers
        self._meetings = {number: _meetings(number, movers) for number, one in enumerate(movers) if one.gives_way}
        self._meetings |= {n: _entering(n, one.enters_m, movers) for n, one in enumerate(movers) if one.enters_m}
        self._lines: dict[int, float] = {}

    def look(self, way_m: Array, speed_m_s: Array, held: Container[int]) -> None:
        """Have all look at each other, where they are after the ways (N,) at speeds (N,); `held` wait at lights."""
        self._lines.clear()
        for number, meetings in self._meetings.items():
            own = self._movers[number]
            front = float(way_m[number]) + own.front_m
            first = min((at.enters_m for at in meetings), default=math.inf)
            for at in meetings:
                enters = first if own.joins else at.enters_m
                if at.other in held or front > enters + _PASSED_M or self._not_yet_round(at.other, way_m):
                    continue
                rest = at.leaves_m + own.back_m - float(way_m[number])
                needs = _seconds(rest, float(speed_m_s[number]), _TURNS_M_S) + _LEAVES_S
                if self._comes_within(needs, at, float(way_m[at.other]), float(speed_m_s[at.other])):
                    line = enters - _BEFORE_M
                    self._lines[number] = min(self._lines.get(number, math.inf), line)

    def line_m(self, number: int) -> float:
        """The way after which the front of one must stand; infinite where nothing is given way to."""
        return self._lines.get(number, math.inf)

    def _not_yet_round(self, number: int, way_m: Array) -> bool:
        """Whether somebody is still before the line of a roundabout: who is on the ring gives way to nobody there."""
        other = self._movers[number]
        return other.enters_m is not None and float(way_m[number]) + other.front_m < other.enters_m[0] + _PASSED_M

    def _comes_within(self, seconds: float, at: _Meeting, way_m: float, speed_m_s: float) -> bool:
        """Whether the other one is where the ways cross within so long."""
        other = self._movers[at.other]
        enters, leaves = at.others_m
        if way_m - other.back_m > leaves or other.stop_m < enters or max(speed_m_s, other.speed_m_s) < _STANDS_M_S:
            return False
        return _seconds(enters - way_m - other.front_m, speed_m_s, other.speed_m_s) < seconds


def _meetings(number: int, movers: Sequence[Mover]) -> list[_Meeting]:
    own = movers[number]
    straight, turn = own.path.stretches[:2]
    begins = own.front_m if own.joins else straight.length_m + _FROM * turn.length_m
    ways = np.arange(begins, straight.length_m + turn.length_m + _BEHIND_M, _STEP_M)
    points = np.array([own.path.at(float(way))[:2] for way in ways])
    found = []
    for place, other in enumerate(movers):
        apart = math.remainder(other.path.at(0.0)[2] - own.path.at(0.0)[2], math.tau)
        # Of two who give way to each other the second one does.
        if place == number or abs(apart) < _SAME_RAD or (other.gives_way and place > number):
            continue
        s, t = other.path.beside(points)
        near = (np.abs(t) < (own.width_m + other.width_m) / 2 + _BESIDE_M) & (s > -other.back_m)
        if near.any():
            span = float(s[near].min()), float(s[near].max())
            found.append(_Meeting(place, float(ways[near].min()), float(ways[near].max()), span))
    return found


def _entering(number: int, enters_m: tuple[float, float], movers: Sequence[Mover]) -> list[_Meeting]:
    """Where the ways of others lead past an entry; those who come by the same one are followed instead."""
    own, (line, joined) = movers[number], enters_m
    ways = np.arange(line, joined, _STEP_M)
    points = np.array([own.path.at(float(way))[:2] for way in ways])
    found = []
    for place, other in enumerate(movers):
        if place == number:
            continue
        s, t = other.path.beside(points)
        if abs(t[0]) < _SAME_ENTRY_M:
            continue
        near = (np.abs(t) < (own.width_m + other.width_m) / 2 + _BESIDE_M) & (s > -other.back_m)
        if near.any():
            # Its front stands at the line, and not before it.
            span = float(s[near].min()), float(s[near].max())
            found.append(_Meeting(place, line + _BEFORE_M, joined, span))
    return found


def _seconds(way_m: float, speed_m_s: float, likes_m_s: float) -> float:
    """How long somebody takes for a way, from one speed on to the one that they like."""
    if way_m <= 0:
        return 0.0
    if speed_m_s >= likes_m_s:
        return way_m / max(speed_m_s, 1e-6)
    until = (likes_m_s - speed_m_s) / _ACCELERATES_M_S2
    gained = until * (speed_m_s + likes_m_s) / 2
    if gained >= way_m:
        return (math.sqrt(speed_m_s**2 + 2 * _ACCELERATES_M_S2 * way_m) - speed_m_s) / _ACCELERATES_M_S2
    return until + (way_m - gained) / likes_m_s

"""Who walks over the road: those who are on it at first, and those who step off a kerb where there is a crossing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from longtail.scenes.moving.path import Path, joined
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.moving.someone import BRAKES_M, Pause, Someone, Way
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, MARKING_HEIGHT_M, Side

ALIGN_M, CORNER_M = 0.8, 0.8
"""Within so much way somebody turns along the street, and so wide are the turns at corners."""
_SLANTS_RAD = tuple(math.radians(deg) for deg in (0, 15, -15, 30, -30, 45, -45))
# A kerb is stepped over within so much way, on its side of the road.
_KERB_STEP_M = 0.35
_TIGHTEST_M = 0.35
# Who waits stands so far from the kerb, for so long at least, and looks so often whether the lights have changed,
# within a time that no clip exceeds.
_BEFORE_KERB_M, _STANDS_S, _LOOKS_S, _LONGEST_S = 0.15, 0.6, 0.4, 60.0

Piece = tuple[float, float]
"""Length and curvature of a piece of a path."""


@dataclass(frozen=True)
class Crossings:
    """Who, by their numbers, would cross where there is a crossing, and whether they may.

    `may(station, first, last)` says whether somebody may be on the crossing there between two times in seconds.
    """

    users: frozenset[int]
    may: Callable[[float, float, float], bool]


def across(someone: Someone, street: Street) -> Iterator[Way]:
    """Ways from the road to the other side, and there along the pavement; straight across, else aslant."""
    item, course = someone.item, street.course
    s, t = (float(v) for v in course.beside((item.x_m, item.y_m)))
    along = float(course.heading_at(s))
    hands: tuple[int, ...] = (1, -1)
    arm = None if street.ring is None else street.ring.arm_at(item.x_m, item.y_m)
    if arm is not None:
        (s, t), along = (float(v) for v in arm.beside((item.x_m, item.y_m))), arm.heading_rad
    side: Side = 1 if math.sin(item.heading_rad - along) > 0 else -1
    kerb = street.kerb_at_m(side, s)
    behind = _behind(street, side, s)
    if arm is not None and street.ring is not None:
        # On along the arm and away from the ring: the other way there is no pavement straight on.
        kerb, hands = side * street.ring.kerb_m(s), (-side,)
        behind = kerb + side * (KERB_WIDTH_M + max(street.pavement_m / 2, CORNER_M))
    for slant in _SLANTS_RAD:
        turn = math.remainder(along + side * math.pi / 2 + slant - item.heading_rad, math.tau)
        up_m = abs(kerb - t) / math.cos(slant)
        heights = ((max(up_m - _KERB_STEP_M, 0.0), MARKING_HEIGHT_M), (max(up_m, _KERB_STEP_M), KERB_HEIGHT_M))
        straight = max(abs(behind - t) / math.cos(slant) - CORNER_M - ALIGN_M, 0.0)
        for hand in hands:
            corner = math.pi / 2 - hand * slant
            pieces = [(ALIGN_M, turn / ALIGN_M), (straight, 0.0), (CORNER_M * corner, hand / CORNER_M), (1e6, 0.0)]
            yield Way(joined(pieces, item.x_m, item.y_m, item.heading_rad), heights, (0.0, up_m))


def off_the_kerb(
    before: Sequence[Piece],
    someone: Someone,
    street: Street,
    station_m: float,
    t_m: float,
    direction: int,
    crossings: Crossings,
) -> Iterator[Way]:
    """Ways of who has come along the pavement by the pieces `before` to the offset `t_m` beside a crossing.

    Round the corner, down the kerb, straight over, up the other one and on along that pavement, where that may be.
    """
    side: Side = 1 if t_m > 0 else -1
    other: Side = -1 if side == 1 else 1
    near, far = street.kerb_at_m(side, station_m), street.kerb_at_m(other, station_m)
    radius = min(CORNER_M, abs(t_m) - abs(near) - 0.1)
    if radius < _TIGHTEST_M:
        return
    corner = sum(length for length, _ in before) + radius * math.pi / 2
    down = corner + abs(t_m) - radius - abs(near)
    up = down + abs(near) + abs(far)
    pause = None
    if not crossings.may(station_m, down / someone.speed_m_s, up / someone.speed_m_s):
        pause = _pause(someone, station_m, down, up, crossings)
        if pause is None:
            return
    behind = abs(_behind(street, other, station_m))
    hand = -direction * side
    over = abs(t_m) - radius + behind - CORNER_M
    heights = (
        (down, KERB_HEIGHT_M),
        (down + _KERB_STEP_M, MARKING_HEIGHT_M),
        (up - _KERB_STEP_M, MARKING_HEIGHT_M),
        (up, KERB_HEIGHT_M),
    )
    for then in (-hand, hand):
        turns = [(radius * math.pi / 2, hand / radius), (over, 0.0), (CORNER_M * math.pi / 2, then / CORNER_M)]
        s, _ = (float(v) for v in street.course.beside((someone.item.x_m, someone.item.y_m)))
        yield Way(begun([*before, *turns, (1e6, 0.0)], someone, street, s, direction), heights, (down, up), pause)


def _pause(someone: Someone, station_m: float, down_m: float, up_m: float, crossings: Crossings) -> Pause | None:
    """Where before the kerb at `down_m` somebody waits until they may cross, up to `up_m`, and until when."""
    at_m = someone.stand_m(down_m - someone.room_m[0] - _BEFORE_KERB_M)
    if at_m is None:
        return None
    speed, times = someone.speed_m_s, 2 * BRAKES_M / someone.speed_m_s
    arrives = (at_m - BRAKES_M) / speed + times
    for wait in range(round(_LONGEST_S / _LOOKS_S)):
        leaves = arrives + _STANDS_S + wait * _LOOKS_S
        first, last = (leaves + times + (way - at_m - BRAKES_M) / speed for way in (down_m, up_m))
        if crossings.may(station_m, first, last):
            return Pause(at_m, round(leaves, 6))
    return Pause(at_m, math.inf)


def begun(pieces: Sequence[Piece], someone: Someone, street: Street, s_m: float, direction: int) -> Path:
    """A path of `pieces` from where somebody is at the station `s_m`, in whose direction of the street they go.

    Neighbours of one curvature are one piece.
    """
    merged: list[Piece] = []
    for length, bend in pieces:
        if merged and merged[-1][1] == bend:
            merged[-1] = (merged[-1][0] + length, bend)
        else:
            merged.append((length, bend))
    along = float(street.course.heading_at(s_m)) + (0.0 if direction == 1 else math.pi)
    heading = along + off_rad(someone, street, s_m, direction)
    return joined(merged, someone.item.x_m, someone.item.y_m, heading)


def off_rad(someone: Someone, street: Street, s_m: float, direction: int) -> float:
    """How far, to the left, somebody looks off that direction of the street; 0 of who turns round for it."""
    along = float(street.course.heading_at(s_m)) + (0.0 if direction == 1 else math.pi)
    off = math.remainder(someone.item.heading_rad - along, math.tau)
    return off if abs(off) < math.pi / 2 else 0.0


def _behind(street: Street, side: Side, s_m: float) -> float:
    """The offset behind the kerb of one side, on its pavement, along which somebody goes on."""
    return street.kerb_at_m(side, s_m) + side * (KERB_WIDTH_M + max(street.pavement_m / 2, CORNER_M))

"""Who changes lanes: on a way that swings to the next lane of its direction, where that is free beside and behind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from longtail.scenes.moving.path import Array, LaneChange, Path, Stretch, joined
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.moving.mover import Mover

# A change takes some 3 to 6 s at most times (our estimate of what has been watched on motorways), and so much way at
# least.
_TAKES_S, _LEAST_M = 3.5, 22.0
# Of who could, so many do (our estimate).
_CHANGES = 0.3
_BEGINS_M = (3.0, 14.0)
# In the other lane nobody is so far behind or before whoever changes; who is slower than that stays in its lane.
_BEHIND_M, _BEFORE_M, _SLOWEST_M_S = 26.0, 16.0, 4.0
_ROUNDS, _CLOSE = 12, 1e-11


def changing(mover: Mover, street: Street, occupied: Sequence[tuple[float, float]], shares: Array) -> Mover:
    """The mover on a way to the next lane where chance, `shares` (3,) of 0..1, and the street have it change, else
    itself. `occupied` are the stations and offsets of all that drives or waits, its own included."""
    if shares[0] >= _CHANGES or len(mover.path.stretches) != 1 or mover.speed_m_s < _SLOWEST_M_S:
        return mover
    (lane,) = mover.path.stretches
    s, t = (float(value) for value in street.course.beside((lane.x_m, lane.y_m)))
    direction = 1 if math.cos(lane.heading_rad - float(street.course.heading_at(s))) > 0 else -1
    centres = street.lane_centres_m()[0 if direction == 1 else 1]
    if len(centres) < 2:
        return mover
    own = min(range(len(centres)), key=lambda place: abs(centres[place] - t))
    others = [place for place in (own - 1, own + 1) if 0 <= place < len(centres)]
    target = centres[others[int(shares[1] * len(others)) % len(others)]]
    begins, over = _BEGINS_M[0] + float(shares[2]) * (_BEGINS_M[1] - _BEGINS_M[0]), _way_m(mover)
    half = street.lane_width_m / 2
    near = ((at - s) * direction for at, aside in occupied if abs(aside - target) < half)
    if any(-_BEHIND_M < gap < _BEFORE_M + mover.front_m for gap in near):
        return mover
    # It is over before the line at the junction and before the town's end.
    if begins + over + mover.front_m > min(mover.line_m, mover.stop_m):
        return mover
    path = swung(street, lane, direction, target, begins, over)
    if path is None:
        return mover
    return replace(mover, path=path, line_m=_along(mover, path, mover.line_m), stop_m=_along(mover, path, mover.stop_m),
                   instead=mover)  # fmt: skip


def swung(
    street: Street, lane: Stretch, direction: int, target_m: float, begins_m: float, over_m: float
) -> Path | None:
    """Along `lane` of the main street, then within `over_m` to the offset `target_m` and on along that lane.

    None where there is no such way of two arcs.
    """
    course = street.course
    _, t = (float(value) for value in course.beside((lane.x_m, lane.y_m)))
    bend, left = lane.curvature_1_m, direction * (target_m - t)
    bends = np.array([1.0, -1.0]) * left / (over_m / 2) ** 2

    def off(asides: Array) -> Array:
        """How far the end is beside the lane, and how far it looks off it."""
        x, y, heading = _pieces(lane, bend, begins_m, over_m, asides).stretches[-1].end
        at, aside = (float(value) for value in course.beside((x, y)))
        along = float(course.heading_at(at)) + (0.0 if direction == 1 else math.pi)
        return np.array([aside - target_m, math.remainder(heading - along, math.tau)])

    for _ in range(_ROUNDS):
        wrong = off(bends)
        if np.abs(wrong).max() < _CLOSE:
            break
        step = 1e-6
        slope = np.stack([(off(bends + step * unit) - wrong) / step for unit in np.eye(2)], axis=1)
        bends = bends - np.linalg.solve(slope, wrong)
    if np.abs(off(bends)).max() > 1e-9:
        return None
    pieces = _pieces(lane, bend, begins_m, over_m, bends).stretches
    at = float(course.beside(pieces[-1].end[:2])[0])
    onwards = Stretch.beside_line(course, at, target_m, direction)
    change = LaneChange(begins_m, begins_m + over_m, "left" if left > 0 else "right")
    return Path((*pieces, onwards), (change,))


def _pieces(lane: Stretch, bend: float, begins_m: float, over_m: float, asides: Array) -> Path:
    first, second = (float(value) for value in asides)
    pieces = [(begins_m, bend), (over_m / 2, bend + first), (over_m / 2, bend + second)]
    return joined(pieces, lane.x_m, lane.y_m, lane.heading_rad)


def _way_m(mover: Mover) -> float:
    return max(_TAKES_S * mover.speed_m_s, _LEAST_M)


def _along(mover: Mover, path: Path, way_m: float) -> float:
    """How far along the new path the place is that is so far along the old one."""
    if way_m == math.inf:
        return way_m
    return float(path.beside(np.array([mover.path.at(way_m)[:2]]))[0][0])

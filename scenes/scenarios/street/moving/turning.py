"""Ways round the corners of a junction: off the main street to either side, and onto it.

A turn is the arc that is tangent to both lanes: from where the tangents meet it begins and ends equally far away.
"""

from __future__ import annotations

import math

import numpy as np

from longtail.scenes.moving.path import Path, Stretch
from longtail.scenes.scenarios.street.ground import Street

RADIUS_M, LEFT_RADIUS_M = 7.0, 8.0
_ROUNDS = 8
_NEVER_M = 1e6


def off_the_street(street: Street, lane: Stretch, direction: int, *, left: bool = False) -> Path | None:
    """Along `lane`, in one direction of the main street, and to the right or to the left at the junction; None where no
    road is."""
    side, own_radius = (direction, LEFT_RADIUS_M) if left else (-direction, RADIUS_M)
    if street.junction is None or side not in street.junction.arms:
        return None
    cross, quarter = street.cross_course(), street.cross_half_width_m / 2
    target = Stretch.beside_line(cross, 0.0, -quarter * side, side)
    x, y = (float(v) for v in street.course.at(street.junction.s_m, 0.0))
    way = float(lane.beside((x, y))[0]) - own_radius
    for _ in range(_ROUNDS):
        found = _arc(_pose(lane, way), target.heading_rad, (target.x_m, target.y_m))
        if found is None:
            return None
        away, radius, turn = found
        way += away - own_radius * math.tan(abs(turn) / 2)
    if way <= 0:
        return None
    straight = Stretch(lane.x_m, lane.y_m, lane.heading_rad, lane.curvature_1_m, way)
    return _with_turn(straight, radius, turn)


def onto_the_street(street: Street, lane: Stretch, arm: int, *, left: bool = False) -> Path | None:
    """Along `lane`, which comes from an arm of the crossing road, and along the main street: to the right on its outer
    lane, or to the left on the one beside the oncoming ones. None where there is no such lane."""
    if street.junction is None:
        return None
    direction, own_radius = (arm, LEFT_RADIUS_M) if left else (-arm, RADIUS_M)
    forward, oncoming = street.lane_centres_m()
    lanes = forward if direction == 1 else oncoming
    if not lanes:
        return None
    s_m = street.junction.s_m + direction * own_radius
    for _ in range(_ROUNDS):
        goal = Stretch.beside_line(street.course, s_m, lanes[0 if left else -1], direction)
        # Seen from its end the turn is one off a lane, backwards.
        back = (goal.x_m, goal.y_m, goal.heading_rad + math.pi)
        found = _arc(back, lane.heading_rad + math.pi, (lane.x_m, lane.y_m))
        if found is None:
            return None
        away, radius, turn = found
        s_m -= direction * (away - own_radius * math.tan(abs(turn) / 2))
    meets = np.array([goal.x_m, goal.y_m]) - away * np.array([math.cos(goal.heading_rad), math.sin(goal.heading_rad)])
    way = float(lane.beside(meets)[0]) - away
    if way <= 0:
        return None
    straight = Stretch(lane.x_m, lane.y_m, lane.heading_rad, 0.0, way)
    turned = _with_turn(straight, radius, -turn)
    return Path((*turned.stretches[:2], goal))


def _pose(lane: Stretch, way_m: float) -> tuple[float, float, float]:
    x, y = (float(v) for v in lane.at(way_m, 0.0))
    return x, y, float(lane.heading_at(way_m))


def _arc(
    pose: tuple[float, float, float], heading_rad: float, through_m: tuple[float, float]
) -> tuple[float, float, float] | None:
    """How far ahead of a pose its tangent meets a line, the radius of the arc onto that, and the turn to the left."""
    x, y, own = pose
    turn = math.remainder(heading_rad - own, math.tau)
    if abs(math.sin(turn)) < 0.5:
        return None
    across = (math.cos(heading_rad), math.sin(heading_rad))
    dx, dy = through_m[0] - x, through_m[1] - y
    away = (dx * across[1] - dy * across[0]) / (math.cos(own) * across[1] - math.sin(own) * across[0])
    return (away, away / math.tan(abs(turn) / 2), turn) if away > 0 else None


def _with_turn(straight: Stretch, radius_m: float, turn_rad: float) -> Path:
    """A stretch, then an arc, then straight on."""
    x, y, heading = straight.end
    arc = Stretch(x, y, heading, math.copysign(1 / radius_m, turn_rad), radius_m * abs(turn_rad))
    return Path((straight, arc, Stretch(*arc.end, 0.0, _NEVER_M)))

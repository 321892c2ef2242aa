"""The lanes of a street, and the lines along them: painted ones, borders, and the middles of lanes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from longtail.annotate.labels.lanes import Kind, Lane, Line, RoadLanes, Style
from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M, CROSS_REACH_M
from longtail.scenes.scenarios.street.road import MARKING_HEIGHT_M, Course, Road, Side
from longtail.scenes.scenarios.street.roundabouts.ring import ISLAND_TO_M, REACH_M, SPLIT_M

_WHITE = "white"
_EDGE_M = 0.3
# The carriageway goes on for so long where the town ends.
BEYOND_M = 20.0
_CROSSING_LINE_M = 40.0


def road_lanes(street: Road, at_m: tuple[float, float]) -> RoadLanes:
    """All lines and lanes, as who drives forwards at (x, y) has them; the forward lane that is nearest is its own."""
    lines = (*painted_lines(street), *_borders(street), *_middles(street))
    lanes = (*_lanes(street, float(street.course.beside(at_m)[1])), *_crossing(street))
    return RoadLanes(lines, lanes, street.relief)


def painted_lines(street: Road) -> Iterator[Line]:
    """Lines of paint along the main street and the arms of the one that crosses it."""
    course, width = street.course, street.lane_width_m
    forward, oncoming = street.lanes_forward, street.lanes_oncoming
    for s0, s1 in free_spans(street):
        if forward + oncoming >= 4:
            yield _painted("centre line", course, s0, s1, 0.0, "double solid")
        elif oncoming:
            yield _painted("centre line", course, s0, s1, 0.0, "dashed")
        for lane in range(1, forward):
            yield _painted("lane line", course, s0, s1, -lane * width, "dashed")
        for lane in range(1, oncoming):
            yield _painted("lane line", course, s0, s1, lane * width, "dashed")
        if street.edge_lines:
            yield _painted("edge line", course, s0, s1, street.right_edge_m + _EDGE_M, "solid")
            yield _painted("edge line", course, s0, s1, street.left_edge_m - _EDGE_M, "solid")
    if street.junction is not None:
        for arm in street.junction.arms:
            edge = street.edge_m(arm) + arm * (CORNER_RADIUS_M - 0.6)
            low, high = sorted((edge + arm, edge + arm * _CROSSING_LINE_M))
            yield _painted("centre line", street.cross_course(), low, high, 0.0, "dashed")


def _painted(kind: Kind, course: Course, s0_m: float, s1_m: float, t_m: float, style: Style) -> Line:
    return Line(kind, course, s0_m, s1_m, t_m, style, _WHITE, height_m=MARKING_HEIGHT_M)


def free_spans(street: Road) -> list[tuple[float, float]]:
    """Stretches of the main street between junctions and crossings, where lines are painted."""
    cuts = [(s - 2.6, s + 2.6) for s in street.crossings_m]
    if street.junction is not None:
        half = street.cross_half_width_m + CORNER_RADIUS_M + 0.5
        cuts.append((street.junction.s_m - half, street.junction.s_m + half))
    if (ring := _about_ring(street, ISLAND_TO_M + 1.0)) is not None:
        cuts.append(ring)
    return _between(street, cuts)


def _between(street: Road, cuts: list[tuple[float, float]]) -> list[tuple[float, float]]:
    spans, at = [], street.start_m
    for low, high in sorted(cuts):
        if low > at:
            spans.append((at, low))
        at = max(at, high)
    if street.end_m > at:
        spans.append((at, street.end_m))
    return spans


def _borders(street: Road) -> Iterator[Line]:
    """Where the carriageway ends: at the kerb, or at parking bays. None where a road leaves it."""
    sides: tuple[Side, ...] = (-1, 1)
    for side in sides:
        cuts = []
        if street.junction is not None and side in street.junction.arms:
            half = street.cross_half_width_m + CORNER_RADIUS_M
            cuts.append((street.junction.s_m - half, street.junction.s_m + half))
        if (ring := _about_ring(street, REACH_M)) is not None:
            cuts.append(ring)
        for s0, s1 in _between(street, cuts):
            name: Literal["left", "right"] = "left" if side == 1 else "right"
            yield Line("border", street.course, s0, s1, street.edge_m(side), side=name)


def _middles(street: Road) -> Iterator[Line]:
    for offsets in street.lane_centres_m():
        for t in offsets:
            for s0, s1 in _driven(street, (street.start_m, street.end_m), REACH_M):
                yield Line("lane centre", street.course, s0, s1, t)


def _lanes(street: Road, carrier_m: float) -> Iterator[Lane]:
    """The main street's lanes, for who is so far left of its reference line."""
    half, (forward, oncoming) = street.lane_width_m / 2, street.lane_centres_m()
    ends = street.start_m - BEYOND_M, street.end_m + BEYOND_M
    own = min(forward, key=lambda t: abs(t - carrier_m))
    for s0, s1 in _driven(street, ends, SPLIT_M):
        for t in forward:
            yield Lane("own" if t == own else "same", street.course, s0, s1, t - half, t + half)
        for t in oncoming:
            yield Lane("oncoming", street.course, s0, s1, t - half, t + half)


def _about_ring(street: Road, beyond_m: float) -> tuple[float, float] | None:
    """The stations between which a roundabout takes a street's place, and so far before and behind it; None where
    there is none."""
    if street.ring is None:
        return None
    s, _ = (float(value) for value in street.course.beside((street.ring.x_m, street.ring.y_m)))
    return s - street.ring.outer_m - beyond_m, s + street.ring.outer_m + beyond_m


def _driven(street: Road, ends: tuple[float, float], beyond_m: float) -> list[tuple[float, float]]:
    """From where to where the main street's lanes lead: in two where a roundabout is between."""
    ring = _about_ring(street, beyond_m)
    return [ends] if ring is None else [(ends[0], ring[0]), (ring[1], ends[1])]


def _crossing(street: Road) -> Iterator[Lane]:
    """The carriageway of the road that crosses, all of it."""
    if street.junction is not None:
        reach, half = CROSS_REACH_M + BEYOND_M, street.cross_half_width_m
        low = -reach if -1 in street.junction.arms else -1.0
        high = reach if 1 in street.junction.arms else 1.0
        yield Lane("crossing", street.cross_course(), low, high, -half, half)

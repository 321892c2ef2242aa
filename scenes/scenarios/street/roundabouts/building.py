"""Where houses stand about a roundabout: along its arms, in a ring about it, and across the arms' ends."""

from __future__ import annotations

import math
from collections.abc import Iterator

import shapely

from longtail.scenes.scenarios.street.areas import CROSS_REACH_M
from longtail.scenes.scenarios.street.road import KERB_WIDTH_M, Course, Road
from longtail.scenes.scenarios.street.roundabouts.ring import Ring, outline

# Across the ends of arms, as across those of roads that cross.
_BEYOND_M, _WIDE_M = 10.5, 45.0
_INSIDE_M, _END_M = 0.3, 3.0

Row = tuple[Course, float, float, float]
"""A line, from where to where along it, and how far to its left the houses' fronts are."""


def _behind_kerb_m(street: Road) -> float:
    return KERB_WIDTH_M + street.pavement_m + street.setback_m


def clearing(street: Road, ring: Ring) -> list[shapely.Geometry]:
    """What is kept free of buildings: the ring and its arms with their pavements."""
    around = outline(ring).intersection(ring.disc(CROSS_REACH_M + 10)).buffer(_behind_kerb_m(street) - _INSIDE_M)
    return [around]


def rows(street: Road, ring: Ring) -> Iterator[Row]:
    """Rows of houses: along each arm that is not the street itself, about the ring, and across those arms' ends."""
    behind = _behind_kerb_m(street)
    for arm in ring.arms[2:]:
        line = Course(arm.x_m, arm.y_m, arm.heading_rad)
        for side in (-1, 1):
            yield line, ring.outer_m, CROSS_REACH_M - _END_M, side * (ring.half_m + behind)
    front = ring.outer_m + behind
    # Seen from its right: houses outside of a circle that is gone round to the left.
    circle = Course(ring.x_m + front, ring.y_m, math.pi / 2, 1 / front)
    yield circle, 0.0, math.tau * front, -0.01
    for arm in ring.arms[2:]:
        x, y = (float(value) for value in arm.at(CROSS_REACH_M + _BEYOND_M, 0.0))
        yield Course(x, y, arm.heading_rad - math.pi / 2), -_WIDE_M, _WIDE_M, 0.01

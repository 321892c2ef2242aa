"""Rows of buildings along the main street and the arms of the crossing road, and across the ends of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.areas import CROSS_REACH_M
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, Course, Side
from longtail.scenes.scenarios.street.roundabouts.building import clearing, rows
from longtail.scenes.scenarios.street.site import Rng, Site

_BUILT_WITH = {"city": "terraced", "suburb": "detached", "industrial": "industrial"}
"""What the buildings of a district are tagged with."""
# How far behind an arm's end buildings close it, on land that is kept for no road, and how far to both sides.
_BEYOND_ARM_M, _WIDE_M = 10.5, 45.0


def build_houses(site: Site, district: str) -> None:
    """Fill both sides of every road with buildings: wall to wall in a city, elsewhere one by one with gaps between."""
    rng = site.stream("road.buildings")
    choices = site.having("building", _BUILT_WITH[district])
    detached = district != "city"
    if not choices:
        return
    street = site.street
    sides: tuple[Side, ...] = (-1, 1)
    _reserve_roads(site)
    for side in sides:
        facade = street.facade_m(side)
        _row(site, rng, street.course, street.start_m + 2, street.end_m - 2, facade, side, choices, detached)
    if street.junction is not None:
        cross = street.cross_course()
        offset = street.cross_half_width_m + KERB_WIDTH_M + street.pavement_m + street.setback_m
        for arm in street.junction.arms:
            start = abs(street.facade_m(arm)) + 1.0
            low, high = (start, CROSS_REACH_M - 3) if arm == 1 else (-CROSS_REACH_M + 3, -start)
            for side in sides:
                _row(site, rng, cross, low, high, side * offset, side, choices, detached)
    if street.ring is not None:
        for line, low, high, away in rows(street, street.ring):
            _row(site, rng, line, low, high, away, -1 if away < 0 else 1, choices, detached)
    _close_far_end(site, rng, choices, detached)
    _close_arms(site, choices, detached)


def build_behind(site: Site, low_m: float, high_m: float, facade_m: float, side: Side, district: str) -> None:
    """A row of buildings between two stations, back from the street: behind what takes the place of others."""
    choices = site.having("building", _BUILT_WITH[district])
    if choices:
        rng, detached = site.stream("road.buildings.behind"), district != "city"
        _row(site, rng, site.street.course, low_m, high_m, facade_m, side, choices, detached)


def _reserve_roads(site: Site) -> None:
    """Keep buildings off the carriageways and pavements of every road."""
    street = site.street
    course, reach = street.course, 14.0
    for s in np.arange(street.start_m, street.end_m + reach, reach):
        low, high = street.facade_m(-1) + 0.3, street.facade_m(1) - 0.3
        site.road_reserve.append(course.strip(float(s), float(s) + reach, low, high))
    if street.ring is not None:
        site.road_reserve += clearing(street, street.ring)
    if street.junction is not None:
        half = street.cross_half_width_m + KERB_WIDTH_M + street.pavement_m + max(street.setback_m - 0.3, 0.0)
        cross = street.cross_course()
        low = -CROSS_REACH_M - 10 if -1 in street.junction.arms else 0.0
        high = CROSS_REACH_M + 10 if 1 in street.junction.arms else 0.0
        site.road_reserve.append(cross.strip(low, high, -half, half))


def _row(
    site: Site,
    rng: Rng,
    course: Course,
    low_m: float,
    high_m: float,
    facade_m: float,
    side: int,
    choices: Sequence[Asset],
    detached: bool,
) -> None:
    """Stand buildings along one side of a road between two stations; X of each looks at the road."""
    s = low_m
    previous = ""
    while s < high_m:
        asset = site.pick(rng, choices)
        if asset.name == previous and len(choices) > 1:
            continue
        depth, width, _ = asset.size_m
        # On the inside of a bend the far corners close up, on the outside they open.
        stretch = 1.0 / max(0.4, 1.0 - course.curvature_1_m * facade_m)
        gap = float(rng.uniform(3.0, 9.0)) if detached else 0.0
        setback = float(rng.uniform(0.0, 2.0)) if detached else 0.0
        middle = s + width * stretch / 2
        if middle + width * stretch / 2 > high_m + 6:
            return
        heading = site.facing_road(course, middle, side)
        x, y = (float(v) for v in course.at(middle, facade_m + side * (depth / 2 + setback)))
        shape = footprint(x, y, heading, depth, width, -0.04)
        blocked = any(reserve.intersects(shape) for reserve in site.road_reserve)
        if blocked or not site.place(rng, asset, (x, y), heading, z_m=KERB_HEIGHT_M, clearance_m=-0.04):
            s += 1.0
            continue
        previous = asset.name
        s += width * stretch + gap


def _close_far_end(site: Site, rng: Rng, choices: Sequence[Asset], detached: bool) -> None:
    """Buildings across the street's end, so that the view ends in a town and not in a void."""
    street = site.street
    x, y = street.course.at(street.end_m + 9.0, 0.0)
    across = Course(float(x), float(y), float(street.course.heading_at(street.end_m + 9.0)) - np.pi / 2)
    _row(site, rng, across, -60.0, 60.0, 0.0, 1, choices, detached)


def _close_arms(site: Site, choices: Sequence[Asset], detached: bool) -> None:
    """Buildings across the ends of the crossing road's arms, for who looks or drives along one."""
    street, rng = site.street, site.stream("road.buildings.arms")
    if street.junction is None:
        return
    cross = street.cross_course()
    for arm in street.junction.arms:
        end = arm * (CROSS_REACH_M + _BEYOND_ARM_M)
        x, y = (float(value) for value in cross.at(end, 0.0))
        across = Course(x, y, float(cross.heading_at(end)) - arm * np.pi / 2)
        _row(site, rng, across, -_WIDE_M, _WIDE_M, 0.0, 1, choices, detached)

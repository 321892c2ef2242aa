"""The ground of a street as meshes: carriageway, bays, kerbs, pavements, lots and markings, each with its category."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import shapely

from longtail.annotate.labels.lanes import Line
from longtail.scenes.geometry.materials import Asphalt, Grass, Material, Paving, RoadPaint, Stone, srgb
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import polygon, prism
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M, areas
from longtail.scenes.scenarios.street.lanes import painted_lines
from longtail.scenes.scenarios.street.painting import painted
from longtail.scenes.scenarios.street.road import (
    KERB_HEIGHT_M,
    MARKING_HEIGHT_M,
    PARKING_BAY_M,
    Course,
    Road,
)
from longtail.scenes.scenarios.street.tunnel import tunnel_meshes

_HORIZON_M = 900.0
_WIDE_M, _DASH_M = 0.12, 3.0
# From the middle of a double line to the middle of either.
_APART_M = 0.12


def surfaces(street: Road) -> tuple[Surface, ...]:
    """The whole ground of `street`; pieces meet at edges or lie at least 4 mm apart."""
    ground = areas(street)
    asphalt = Asphalt(age=street.asphalt_age)
    lot_material: Material = Grass() if street.verge == "green" else Paving("slab", (0.3, 0.29, 0.27))
    pieces = [
        Surface("road", "road", polygon(ground.carriageway, 0.0, asphalt)),
        Surface("kerb", "curb", prism(ground.kerb, -0.05, KERB_HEIGHT_M, Stone(), floor=False)),
        Surface("pavement", "sidewalk", polygon(ground.pavement, KERB_HEIGHT_M, Paving(street.paving))),
        Surface(
            "lots",
            "terrain" if street.verge == "green" else "sidewalk",
            polygon(ground.lots, KERB_HEIGHT_M, lot_material),
        ),
        Surface("land", "terrain", _land(ground.town)),
    ]
    if street.bays:
        kind = street.bay_paving
        material: Material = (
            Asphalt(age=min(street.asphalt_age + 0.25, 1.0)) if kind == "asphalt" else Paving(kind, (0.24, 0.23, 0.22))
        )
        pieces.append(Surface("bays", "parking", polygon(ground.bays, 0.0, material)))
    paint = RoadPaint(rgb=srgb("#e8e6df"), wear=street.marking_wear)
    near = ground.carriageway.buffer(PARKING_BAY_M + 0.1)
    shapely.prepare(near)
    for name, category, below, shapes in (
        ("lane markings", "lane marking", "road", [*_lane_markings(street), *_stop_lines(street)]),
        ("crosswalks", "crosswalk", "road", list(_zebras(street))),
        ("bay markings", "lane marking", "bays", list(_bay_markings(street))),
    ):
        drawn = np.array(shapes, dtype=object)
        inside = drawn[shapely.contains(near, drawn)]
        if len(inside):
            pieces.append(Surface(name, category, painted(inside, MARKING_HEIGHT_M, paint), painted_on=below))
    pieces += [Surface(f"tunnel {category}", category, mesh) for category, mesh in tunnel_meshes(street).items()]
    return tuple(pieces)


def _land(town: shapely.Geometry) -> Mesh:
    """The country around the town, out to the horizon, a little below the lots."""
    x, y = town.centroid.x, town.centroid.y
    disc = shapely.Point(x, y).buffer(_HORIZON_M, quad_segs=12)
    return polygon(disc.difference(town), KERB_HEIGHT_M - 0.02, Grass())


def _lane_markings(street: Road) -> Iterator[shapely.Polygon]:
    for line in painted_lines(street):
        yield from _strips(line)


def _strips(line: Line) -> Iterator[shapely.Polygon]:
    """The paint of a line; of a solid one in pieces."""
    course, s0, s1 = Course(**asdict(line.course)), line.start_m, line.end_m
    for t in (line.offset_m - _APART_M, line.offset_m + _APART_M) if line.style == "double solid" else (line.offset_m,):
        yield from _dashes(course, s0, s1, t, 6.0 if line.style == "dashed" else 0.0)


def _dashes(course: Course, s0_m: float, s1_m: float, t_m: float, gap_m: float) -> Iterator[shapely.Polygon]:
    """A line of stretches 3 m long and `gap_m` apart; a gap of 0 gives one solid line in 10 m pieces.

    Widths and lengths within towns after RMS 1 (Germany): 0.12 m wide, dashes of 3 m every 9 m.
    """
    length = _DASH_M if gap_m > 0 else 10.0
    s = np.arange(s0_m, s1_m - 0.2, length + gap_m)
    yield from course.strips(s, np.minimum(s + length, s1_m), t_m - _WIDE_M / 2, t_m + _WIDE_M / 2)


def _bay_markings(street: Road) -> Iterator[shapely.Polygon]:
    for bay in street.bays:
        edge = street.edge_m(bay.side)
        s = np.arange(bay.s0_m + 0.2, bay.s1_m, 6.0)
        low, high = sorted((edge + bay.side * 0.05, edge + bay.side * (PARKING_BAY_M - 0.15)))
        yield from street.course.strips(s, s + 0.1, low, high)


def _stop_lines(street: Road) -> Iterator[shapely.Polygon]:
    if street.junction is None:
        return
    half = street.cross_half_width_m + CORNER_RADIUS_M - 0.6
    s = street.junction.s_m
    if street.junction.signals:
        yield street.course.strip(s - half - 0.5, s - half, street.right_edge_m + 0.15, -0.2)
        if street.lanes_oncoming:
            yield street.course.strip(s + half, s + half + 0.5, 0.2, street.left_edge_m - 0.15)
    cross = street.cross_course()
    # Traffic that comes down an arm keeps to the right of the crossing road's own reference line.
    for arm in street.junction.arms:
        edge = street.edge_m(arm) + arm * (CORNER_RADIUS_M - 0.6)
        lane = (0.15, street.cross_half_width_m - 0.15)
        low, high = lane if arm == 1 else (-lane[1], -lane[0])
        yield cross.strip(min(edge, edge + arm * 0.5), max(edge, edge + arm * 0.5), low, high)


def _zebras(street: Road) -> Iterator[shapely.Polygon]:
    """Zebra crossings 4 m long: stripes 0.5 m wide and 0.5 m apart, along the direction of travel."""
    for s in street.crossings_m:
        t = np.arange(street.right_edge_m + 0.25, street.left_edge_m - 0.5, 1.0)
        yield from street.course.strips(s - 2.0, s + 2.0, t, t + 0.5)

"""The ground of a street as meshes: carriageway, bays, kerbs, pavements, lots and markings, each with its category."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from longtail.scenes.geometry.materials import Asphalt, Grass, Material, Paving, RoadPaint, Stone, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import polygon, prism
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M, areas
from longtail.scenes.scenarios.street.road import (
    KERB_HEIGHT_M,
    MARKING_HEIGHT_M,
    PARKING_BAY_M,
    Course,
    Road,
)
from longtail.scenes.scenarios.street.tunnel import tunnel_meshes

_HORIZON_M = 900.0


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
    for name, category, shapes in (
        ("lane markings", "lane marking", list(_lane_markings(street))),
        ("crosswalks", "crosswalk", list(_zebras(street))),
    ):
        inside = [shape for shape in shapes if near.contains(shape)]
        if inside:
            pieces.append(Surface(name, category, join(polygon(s, MARKING_HEIGHT_M, paint) for s in inside)))
    pieces += [Surface(f"tunnel {category}", category, mesh) for category, mesh in tunnel_meshes(street).items()]
    return tuple(pieces)


def _land(town: shapely.Geometry) -> Mesh:
    """The country around the town, out to the horizon, a little below the lots."""
    x, y = town.centroid.x, town.centroid.y
    disc = shapely.Point(x, y).buffer(_HORIZON_M, quad_segs=12)
    return polygon(disc.difference(town), KERB_HEIGHT_M - 0.02, Grass())


def _dashes(
    course: Course, s0_m: float, s1_m: float, t_m: float, width_m: float, dash_m: float, gap_m: float
) -> Iterator[shapely.Polygon]:
    """A line of stretches `dash_m` long and `gap_m` apart; a gap of 0 gives one solid line in 10 m pieces."""
    step = dash_m + gap_m if gap_m > 0 else 10.0
    length = dash_m if gap_m > 0 else step
    for s in np.arange(s0_m, s1_m - 0.2, step):
        yield course.strip(s, min(s + length, s1_m), t_m - width_m / 2, t_m + width_m / 2)


def _spans(street: Road) -> list[tuple[float, float]]:
    """Stretches of the main street between junctions and crossings, where lines are painted."""
    cuts = [(s - 2.6, s + 2.6) for s in street.crossings_m]
    if street.junction is not None:
        half = street.cross_half_width_m + CORNER_RADIUS_M + 0.5
        cuts.append((street.junction.s_m - half, street.junction.s_m + half))
    spans, at = [], street.start_m
    for low, high in sorted(cuts):
        if low > at:
            spans.append((at, low))
        at = max(at, high)
    if street.end_m > at:
        spans.append((at, street.end_m))
    return spans


def _lane_markings(street: Road) -> Iterator[shapely.Polygon]:
    """Line widths and dash lengths within towns after RMS 1 (Germany): 0.12 m wide, dashes of 3 m every 9 m."""
    course, width = street.course, street.lane_width_m
    forward, oncoming = street.lanes_forward, street.lanes_oncoming
    for s0, s1 in _spans(street):
        if forward + oncoming >= 4:
            for t in (-0.12, 0.12):
                yield from _dashes(course, s0, s1, t, 0.12, 0.0, 0.0)
        elif oncoming:
            yield from _dashes(course, s0, s1, 0.0, 0.12, 3.0, 6.0)
        for lane in range(1, forward):
            yield from _dashes(course, s0, s1, -lane * width, 0.12, 3.0, 6.0)
        for lane in range(1, oncoming):
            yield from _dashes(course, s0, s1, lane * width, 0.12, 3.0, 6.0)
        if street.edge_lines:
            yield from _dashes(course, s0, s1, street.right_edge_m + 0.3, 0.12, 0.0, 0.0)
            yield from _dashes(course, s0, s1, street.left_edge_m - 0.3, 0.12, 0.0, 0.0)
    yield from _bay_markings(street)
    yield from _stop_lines(street)


def _bay_markings(street: Road) -> Iterator[shapely.Polygon]:
    for bay in street.bays:
        edge = street.edge_m(bay.side)
        for s in np.arange(bay.s0_m + 0.2, bay.s1_m, 6.0):
            low, high = sorted((edge + bay.side * 0.05, edge + bay.side * (PARKING_BAY_M - 0.15)))
            yield street.course.strip(s, s + 0.1, low, high)


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
        near, far = edge + arm, edge + arm * 40
        yield from _dashes(cross, min(near, far), max(near, far), 0.0, 0.12, 3.0, 6.0)


def _zebras(street: Road) -> Iterator[shapely.Polygon]:
    """Zebra crossings 4 m long: stripes 0.5 m wide and 0.5 m apart, along the direction of travel."""
    for s in street.crossings_m:
        for t in np.arange(street.right_edge_m + 0.25, street.left_edge_m - 0.5, 1.0):
            yield street.course.strip(s - 2.0, s + 2.0, t, t + 0.5)

"""What bicycle lanes and tram tracks add to the ground of a street, as meshes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import shapely

from longtail.scenes.geometry.materials import GALVANISED, Material, Principled, RoadPaint, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import cylinder, polygon, tube
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.areas import areas
from longtail.scenes.scenarios.street.lanes import free_spans
from longtail.scenes.scenarios.street.painting import painted
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, MARKING_HEIGHT_M, Road

if TYPE_CHECKING:
    from longtail.scenes.scenarios.street.shared.street import SharedStreet

# Standard gauge, between the inner faces of the heads, and a grooved rail's head and groove (profile Ri 60: 56 mm and
# 36 mm, from memory).
GAUGE_M, _HEAD_M, _GROOVE_M = 1.435, 0.056, 0.036
# Over the road, and so over what is painted on it.
_HEAD_UP_M, _GROOVE_UP_M = 0.009, 0.0085
WIRE_M, MAST_M, MAST_INSET_M = 5.5, 7.2, 0.5
_STEEL = Principled((0.3, 0.3, 0.3), roughness=0.34, metallic=1.0, mottle=0.3)
_DARK = Principled((0.012, 0.012, 0.012), roughness=0.8)
_RED = srgb("#8f4a3d")
_SYMBOLS_M = 30.0


def bicycle_surfaces(street: SharedStreet) -> Iterator[Surface]:
    """Coloured lanes, lines, and the signs of a bicycle painted on them."""
    if not street.cycle_lane_m:
        return
    white = RoadPaint(rgb=srgb("#e8e6df"), wear=street.marking_wear)
    spans = free_spans(street)
    symbols = [shape for right, left in street.cycle_lanes_m() for shape in _symbols(street, (right + left) / 2)]
    lines = [
        street.course.strip(float(s), min(float(s) + 10.0, line.end_m), line.offset_m - 0.125, line.offset_m + 0.125)
        for line in street.cycle_lines()
        for s in np.arange(line.start_m, line.end_m - 0.2, 10.0)
    ]
    paint = painted([*lines, *symbols], MARKING_HEIGHT_M, white)
    yield Surface("bicycle lane markings", "lane marking", paint, painted_on="road")
    if street.coloured:
        ground = shapely.union_all(
            [street.course.strip(*span, right, left) for span in spans for right, left in street.cycle_lanes_m()]
        )
        # What is painted lies beside it, and is cut out: in a bend its pieces are not bent alike.
        red = ground.intersection(areas(street).carriageway).difference(shapely.union_all([*lines, *symbols]))
        surface = polygon(red, MARKING_HEIGHT_M, RoadPaint(rgb=_RED, wear=0.5 * street.marking_wear))
        yield Surface("bicycle lanes", "bike lane", surface)


def _symbols(street: SharedStreet, t_m: float) -> Iterator[shapely.Geometry]:
    """A bicycle seen from its side, lengthened along the lane, as it is painted for riders."""
    forward = t_m < 0
    for s0, s1 in free_spans(street):
        for s in np.arange(s0 + 6.0, s1 - 3.0, _SYMBOLS_M):
            x, y = (float(v) for v in street.course.at(s, t_m))
            turn = float(street.course.heading_at(s)) + (-np.pi / 2 if forward else np.pi / 2)
            yield shapely.affinity.translate(
                shapely.affinity.rotate(_BICYCLE, turn, origin=(0, 0), use_radians=True), x, y
            )


def _bicycle() -> shapely.Geometry:
    """Wheels, frame, fork, bar and saddle as strokes; across X, up along Y, 1.1 m wide and 1.7 m long."""
    wheels = [
        shapely.Point(x, -0.35).buffer(0.3).difference(shapely.Point(x, -0.35).buffer(0.22)) for x in (-0.36, 0.36)
    ]
    strokes = [
        [(-0.36, -0.35), (-0.14, 0.2), (0.24, 0.2), (0.36, -0.35)],
        [(-0.36, -0.35), (0.02, -0.35), (-0.14, 0.2)],
        [(0.02, -0.35), (0.24, 0.2)],
        [(0.24, 0.2), (0.2, 0.42), (0.38, 0.42)],
        [(-0.14, 0.2), (-0.17, 0.34)],
        [(-0.28, 0.34), (-0.08, 0.34)],
    ]
    drawn = [shapely.LineString(points).buffer(0.04, quad_segs=2) for points in strokes]
    shape = shapely.union_all([*wheels, *drawn])
    return shapely.affinity.scale(shape, 0.9, 1.7, origin=(0, 0))


_BICYCLE = _bicycle().simplify(0.01)


def tram_surfaces(street: SharedStreet) -> Iterator[Surface]:
    """Rails nearly flush with the road, which they are a part of to Cityscapes, masts, and wires over the tracks."""
    if not street.masts_m:
        return
    stations = np.linspace(street.start_m, street.end_m, int((street.end_m - street.start_m) / 4) + 2)
    parts = []
    for middle in street.rail_middles_m():
        for side in (-1, 1):
            inner = middle + side * GAUGE_M / 2
            # The groove is inside of the head.
            parts += list(_band(street, inner, inner + side * _HEAD_M, _HEAD_UP_M, _STEEL))
            parts += list(_band(street, inner - side * _GROOVE_M, inner, _GROOVE_UP_M, _DARK))
    yield Surface("tram rails", "road", join(parts))
    wires: list[Mesh] = [
        tube(
            np.column_stack(
                [street.course.at(stations, np.full(len(stations), middle)), np.full(len(stations), WIRE_M)]
            ),
            0.008,
            _DARK,
            sides=5,
        )
        for middle in street.rail_middles_m()
    ]
    masts = []
    mast = cylinder(0.11, MAST_M, GALVANISED, sides=12, top_radius_m=0.08)
    for s in street.masts_m:
        ends = [[float(v) for v in street.course.at(s, mast_offset_m(street, side))] for side in (-1, 1)]
        masts += [mast.moved(x, y, KERB_HEIGHT_M) for x, y in ends]
        hung = [street.course.at(s, middle) for middle in sorted(street.rail_middles_m())]
        line = [(*ends[0], MAST_M - 0.4), *((*xy, WIRE_M + 0.25) for xy in hung), (*ends[1], MAST_M - 0.4)]
        wires.append(tube(line, 0.006, _DARK, sides=4))
        wires += [tube([(*xy, WIRE_M + 0.25), (*xy, WIRE_M)], 0.01, _DARK, sides=4) for xy in hung]
    yield Surface("tram wires", "wire", join(wires))
    yield Surface("tram masts", "pole", join(masts))


def mast_offset_m(street: Road, side: int) -> float:
    """Where masts stand, on the pavement behind the kerb."""
    kerb = street.kerb_m(1 if side == 1 else -1)
    return kerb + side * (KERB_WIDTH_M + MAST_INSET_M)


def _band(street: SharedStreet, t0_m: float, t1_m: float, height_m: float, material: Material) -> Iterator[Mesh]:
    low, high = sorted((t0_m, t1_m))
    for s in np.arange(street.start_m, street.end_m, 20.0):
        yield polygon(street.course.strip(float(s), min(float(s) + 20.0, street.end_m), low, high), height_m, material)

"""What a parking lot adds to the ground of a street, as meshes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import shapely

from longtail.scenes.geometry.materials import Asphalt, Material, RoadPaint, Stone, srgb
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import convex_hull, polygon, prism
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.painting import painted
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, MARKING_HEIGHT_M

if TYPE_CHECKING:
    from longtail.scenes.scenarios.street.lots.lot import LotStreet

DRIVE_M = 5.5
# Its asphalt lies on that of the pavement.
LOT_HEIGHT_M = KERB_HEIGHT_M + 0.005
_LINE_M = 0.1
# Asphalt that is laid in the gutter, so that cars get over the kerb.
_RAMP_M, _RAMP_FOOT_M = 0.5, 0.006
_EDGING_M, _EDGING_UP_M = 0.12, 0.1


def lot_surfaces(street: LotStreet) -> Iterator[Surface]:
    """Asphalt over slabs, the drive over the pavement with its ramp at the kerb, bays' lines, and the edging.

    Cityscapes calls parking lots and drives "parking".
    """
    asphalt = Asphalt(age=min(street.asphalt_age + 0.2, 1.0))
    ground = shapely.union_all([street.area(), street.drive()])
    yield Surface("lot", "parking", polygon(ground, LOT_HEIGHT_M, asphalt))
    yield Surface("lot ramp", "parking", _ramp(street, asphalt))
    paint = RoadPaint(rgb=srgb("#e8e6df"), wear=street.marking_wear)
    lines = painted(_lines(street), LOT_HEIGHT_M + MARKING_HEIGHT_M, paint)
    yield Surface("lot markings", "lane marking", lines, painted_on="lot")
    edge = street.area().difference(street.area().buffer(-_EDGING_M, join_style="mitre"))
    edging = edge.difference(street.drive().buffer(_EDGING_M + 0.2, join_style="mitre"))
    yield Surface("lot edging", "curb", prism(edging, KERB_HEIGHT_M - 0.02, LOT_HEIGHT_M + _EDGING_UP_M, Stone()))


def _lines(street: LotStreet) -> list[shapely.Polygon]:
    """A line on both sides of each bay, once where two bays meet."""
    drawn: dict[tuple[float, float], shapely.Polygon] = {}
    for stall in street.stalls():
        low, high = sorted((stall.mouth_m, stall.end_m))
        for s in (stall.s0_m, stall.s1_m):
            key = (round(s, 3), stall.mouth_m)
            drawn.setdefault(key, street.course.strip(s - _LINE_M / 2, s + _LINE_M / 2, low, high))
    return list(drawn.values())


def _ramp(street: LotStreet, material: Material) -> Mesh:
    """From the carriageway up to the drive, which begins at the front of the kerb."""
    edge, side = street.edge_m(street.lot_side), street.lot_side
    stations = np.array([street.drive_s_m - DRIVE_M / 2, street.drive_s_m + DRIVE_M / 2])
    foot, top = (street.course.at(stations, np.full(2, t)) for t in (edge - side * _RAMP_M, edge))
    heights = (0.0, _RAMP_FOOT_M), (0.0, LOT_HEIGHT_M)
    corners = [(*xy, z) for row, up in zip((foot, top), heights, strict=True) for xy in row for z in up]
    return convex_hull(corners, material)

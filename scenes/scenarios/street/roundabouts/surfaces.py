"""What a roundabout adds to the ground of a street, as meshes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from longtail.scenes.geometry.materials import Grass, Material, Paving, RoadPaint, Soil, srgb
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import loft, polygon, prism
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.painting import painted
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, MARKING_HEIGHT_M
from longtail.scenes.scenarios.street.roundabouts.ring import (
    CROSSING_FROM_M,
    CROSSING_TO_M,
    Ring,
    islands,
    kerbed,
    lane_of,
    outline,
    refuges,
    splitters,
)

if TYPE_CHECKING:
    from longtail.scenes.scenarios.street.roundabouts.street import RoundaboutStreet

# An apron rises so far over the lane that cars stay off it (FGSV 2006: 4 to 5 cm, from memory).
APRON_UP_M = 0.04
_COBBLES = Paving("cobble", (0.2, 0.19, 0.18))
_SIDES = 48
# The line where one gives way: stretches 0.5 m long and 0.25 m apart, as broad as they are long (StVO sign 341).
_GIVES_WAY_M, _DASH_M, _APART_M = 0.5, 0.5, 0.25
_WIDE_M, _STRIPE_M = 0.12, 0.5
# No paint is nearer to a kerb.
_OFF_KERB_M = 0.15


def ring_surfaces(street: RoundaboutStreet) -> Iterator[Surface]:
    """Apron, island and what grows on it, islands of the arms, lines and crossings.

    Cityscapes calls islands that people wait on "sidewalk", and what grows "terrain".
    """
    ring, paint = street.ring, RoadPaint(rgb=srgb("#e8e6df"), wear=street.marking_wear)
    if ring.apron_m:
        apron = prism(ring.band(ring.island_m, ring.apron_edge_m), -0.05, APRON_UP_M, _COBBLES, floor=False)
        yield Surface("apron", "road", apron)
    yield Surface("island", "terrain", _mound(street))
    paving = Paving(street.paving)
    raised = kerbed(ring)
    tops = raised.buffer(-KERB_WIDTH_M, join_style="mitre")
    yield Surface("arm islands", "sidewalk", polygon(tops, KERB_HEIGHT_M, paving))
    yield Surface("refuges", "sidewalk", polygon(shapely.union_all(refuges(ring)), 0.0, paving))
    lines = painted(list(_lines(street, ring)), MARKING_HEIGHT_M, paint)
    yield Surface("roundabout markings", "lane marking", lines, painted_on="road")
    if street.zebras:
        stripes = painted(list(zebras(ring)), MARKING_HEIGHT_M, paint)
        yield Surface("roundabout crosswalks", "crosswalk", stripes, painted_on="road")


def mound_at_m(street: RoundaboutStreet, away_m: float) -> float:
    """How high the island's ground is, so far from its middle."""
    edge = street.ring.island_m - KERB_WIDTH_M
    return KERB_HEIGHT_M + street.mound_m * max(1 - (away_m / edge) ** 2, 0.0)


def _mound(street: RoundaboutStreet) -> Mesh:
    ring, edge = street.ring, street.ring.island_m - KERB_WIDTH_M
    material: Material = Soil((0.25, 0.22, 0.18)) if street.planting == "gravel" else Grass()
    # Its rim is that of the kerb.
    rim = shapely.get_coordinates(ring.disc(edge).exterior)[:-1][::-1] - (ring.x_m, ring.y_m)
    rings = []
    for share in np.linspace(1.0, 0.0, 9):
        points = rim * max(float(share), 1e-3)
        height = np.full(len(rim), mound_at_m(street, edge * float(share)))
        rings.append(np.column_stack([points + (ring.x_m, ring.y_m), height]))
    mesh = loft(np.array(rings), material, caps=False)
    return replace(mesh, uv=mesh.vertices_m[mesh.triangles][:, :, :2].copy())


def _lines(street: RoundaboutStreet, ring: Ring) -> Iterator[shapely.Geometry]:
    """The lines where one gives way, centre lines of the arms that cross the street, and edges of islands' noses."""
    band = ring.band(ring.outer_m + 0.05, ring.outer_m + 0.05 + _GIVES_WAY_M)
    step = (_DASH_M + _APART_M) / ring.outer_m
    for number, arm in enumerate(ring.arms):
        lane = lane_of(ring, number, entering=True).buffer(-_OFF_KERB_M).intersection(band)
        for place in np.arange(-0.2, 1.3, step):
            first = arm.heading_rad + place
            yield from _parts(lane.intersection(_sector(ring, first, first + _DASH_M / ring.outer_m)))
    for line in street.lanes((0.0, 0.0)).lines:
        if line.kind == "centre line" and any(line.course.heading_rad == arm.heading_rad for arm in ring.arms[2:]):
            arm = next(arm for arm in ring.arms[2:] if arm.heading_rad == line.course.heading_rad)
            for d in np.arange(line.start_m, line.end_m - 0.2, 9.0):
                yield arm.strip(float(d), min(float(d) + 3.0, line.end_m), -_WIDE_M / 2, _WIDE_M / 2)


def _sector(ring: Ring, first_rad: float, last_rad: float) -> shapely.Polygon:
    away = ring.outer_m * 1.5
    rim = [(ring.x_m + away * math.cos(a), ring.y_m + away * math.sin(a)) for a in (first_rad, last_rad)]
    return shapely.Polygon([(ring.x_m, ring.y_m), *rim])


def zebras(ring: Ring) -> Iterator[shapely.Geometry]:
    """Stripes 0.5 m wide and 0.5 m apart over both lanes of each arm, along the way of traffic."""
    road = outline(ring).difference(islands(ring).buffer(_OFF_KERB_M)).buffer(-_OFF_KERB_M)
    for arm, island in zip(ring.arms, splitters(ring), strict=True):
        low, high = ring.outer_m + CROSSING_FROM_M, ring.outer_m + CROSSING_TO_M
        half = ring.half_at_m(low)
        for t in np.arange(-half, half, 2 * _STRIPE_M):
            stripe = arm.strip(low, high, float(t), float(t) + _STRIPE_M)
            if not stripe.intersects(island):
                yield from _parts(stripe.intersection(road))


def _parts(shape: shapely.Geometry) -> Iterator[shapely.Polygon]:
    """The polygons of a shape that are more than slivers."""
    yield from (part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon) and part.area > 0.01)

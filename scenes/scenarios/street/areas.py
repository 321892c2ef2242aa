"""Where on the ground of a street carriageway, bays, kerb, pavement and lots lie, as shapes seen from above."""

from __future__ import annotations

from dataclasses import dataclass, field

import shapely

from longtail.scenes.scenarios.street.road import KERB_WIDTH_M, PARKING_BAY_M, Road
from longtail.scenes.scenarios.street.roundabouts.ring import Ring, islands, kerbs, outline

CORNER_RADIUS_M = 5.0
CROSS_REACH_M = 75.0


@dataclass(frozen=True, eq=False)
class Areas:
    """Shapes in world metres that meet at edges, from the middle of the street outwards; together they are `town`.

    `islands` are what lies in the middle of a roundabout and of its arms, without their kerbs.
    """

    carriageway: shapely.Geometry
    bays: shapely.Geometry
    kerb: shapely.Geometry
    pavement: shapely.Geometry
    lots: shapely.Geometry
    town: shapely.Geometry
    islands: shapely.Geometry = field(default_factory=shapely.Polygon)


def areas(street: Road) -> Areas:
    """The areas of `street`: the kerb runs around carriageway and bays as they are at each station."""
    carriageway, bays, town = _carriageway(street), _bays(street), _town(street)
    if street.ring is not None:
        return _with_ring(street, street.ring, carriageway.union(outline(street.ring)), bays, town)
    paved = shapely.union_all([carriageway, bays])
    inner = paved.buffer(KERB_WIDTH_M, join_style="mitre")
    outer = paved.buffer(KERB_WIDTH_M + street.pavement_m, join_style="mitre")
    return Areas(
        carriageway=_within(carriageway, town),
        bays=_within(bays.difference(carriageway), town),
        kerb=_within(inner.difference(paved), town),
        pavement=_within(outer.difference(inner), town),
        lots=town.difference(outer),
        town=town,
    )


def _with_ring(
    street: Road, ring: Ring, outer: shapely.Geometry, bays: shapely.Geometry, town: shapely.Geometry
) -> Areas:
    """The areas of a street that leads to a roundabout, of what lies between its outer kerbs."""
    reach = ring.outer_m + 28.0
    town = shapely.union_all(
        [town, ring.disc(reach), *(arm.strip(0.0, CROSS_REACH_M, -28.0, 28.0) for arm in ring.arms)]
    )
    paved = shapely.union_all([outer, bays])
    inner = paved.buffer(KERB_WIDTH_M, join_style="mitre")
    outside = paved.buffer(KERB_WIDTH_M + street.pavement_m, join_style="mitre")
    middle, stones = islands(ring), kerbs(ring)
    return Areas(
        carriageway=_within(outer.difference(middle), town),
        bays=_within(bays.difference(outer), town),
        kerb=_within(shapely.union_all([inner.difference(paved), stones]), town),
        pavement=_within(outside.difference(inner), town),
        lots=town.difference(outside),
        town=town,
        islands=middle.difference(stones),
    )


def _within(shape: shapely.Geometry, region: shapely.Geometry) -> shapely.Geometry:
    return shapely.intersection(shape, region)


def _town(street: Road) -> shapely.Geometry:
    """The main street's length plus the arms of the crossing road."""
    width = 55.0
    parts = [street.course.strip(street.start_m, street.end_m, -width, width)]
    if street.junction is not None:
        cross = street.cross_course()
        half = street.cross_half_width_m + 28.0
        low = -CROSS_REACH_M if -1 in street.junction.arms else 0.0
        high = CROSS_REACH_M if 1 in street.junction.arms else 0.0
        parts.append(cross.strip(low, high, -half, half))
    return shapely.union_all(parts)


def _carriageway(street: Road) -> shapely.Geometry:
    main = street.course.strip(street.start_m - 20, street.end_m + 20, street.right_edge_m, street.left_edge_m)
    if street.junction is None:
        return main
    half = street.cross_half_width_m
    reach = CROSS_REACH_M + 20
    low = -reach if -1 in street.junction.arms else -1.0
    high = reach if 1 in street.junction.arms else 1.0
    both = shapely.union(main, street.cross_course().strip(low, high, -half, half))
    # Closing (grow, then shrink) rounds just the concave corners, where vehicles turn.
    return both.buffer(CORNER_RADIUS_M, quad_segs=6).buffer(-CORNER_RADIUS_M, quad_segs=6).union(both)


def _bays(street: Road) -> shapely.Geometry:
    strips = []
    for bay in street.bays:
        edge = street.edge_m(bay.side)
        near, far = edge - bay.side * 0.01, edge + bay.side * PARKING_BAY_M
        strips.append(street.course.strip(bay.s0_m, bay.s1_m, min(near, far), max(near, far)))
    return shapely.union_all(strips) if strips else shapely.Polygon()

"""What stands along a street: lamps, traffic lights, signs, trees, hedges, bins, benches, bollards, road works."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Phase
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M
from longtail.scenes.scenarios.street.limits import kind_of_town, suited
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, Side
from longtail.scenes.scenarios.street.site import Rng, Site

SIDES: tuple[Side, ...] = (-1, 1)
_KERBSIDE_M = 0.55
_YARD_M = 5.0
# Groups of categories that are chosen equally often.
_ODDMENTS: tuple[tuple[str, ...], ...] = (
    ("trash can",),
    ("bench",),
    ("pole",),
    ("hydrant",),
    ("mailbox",),
    ("wall", "junction box", "planter", "billboard", "bus shelter"),
    ("bicycle",),
)


def furnish(site: Site, district: str, density: float) -> None:
    """Everything that does not move. `density` in 0..1 scales what is optional (bins, benches, bollards, ...)."""
    green = district == "suburb"
    traffic_lights(site)
    signs(site)
    lamps(site)
    trees(site, green)
    if green:
        gardens(site)
    if district == "industrial":
        yards(site)
    oddments(site, density)
    _land_trees(site)


def _kerbside(site: Site, side: Side, inset_m: float = _KERBSIDE_M) -> float:
    return site.street.kerb_m(side) + side * (KERB_WIDTH_M + inset_m)


def lamps(site: Site) -> None:
    """Street lights of one kind every 26 to 34 m, opposite or staggered."""
    rng = site.stream("road.lamps")
    choices = site.having("street light")
    if not choices:
        return
    street, asset = site.street, site.pick(rng, choices)
    spacing, stagger = float(rng.uniform(26, 34)), bool(rng.random() < 0.6)
    failures = site.stream("lighting.lamps_failed")
    for side in SIDES:
        start = street.start_m + float(rng.uniform(0, 6)) + (spacing / 2 if stagger and side == 1 else 0.0)
        for s in np.arange(start, street.end_m, spacing):
            if street.clear_of_junction(float(s), CORNER_RADIUS_M + 1.5):
                heading = site.facing_road(street.course, float(s), side)
                lit = site.lamps_on and failures.random() >= site.lamps_failed
                site.place(rng, asset, street.course.at(s, _kerbside(site, side)), heading, lamps_on=lit)


def traffic_lights(site: Site) -> None:
    """Signals at a signalled junction: red or green for the main street, the opposite for the side road."""
    street = site.street
    if street.junction is None or not street.junction.signals:
        return
    rng = site.stream("road.signals")
    phases: tuple[Phase, ...] = ("red", "yellow", "green")
    phase = phases[int(rng.choice(3, p=[0.45, 0.1, 0.45]))]
    reach = street.cross_half_width_m + CORNER_RADIUS_M + 0.4
    course, centre = street.course, street.junction.s_m
    every = site.having("traffic light")
    kinds = [asset for asset in every if asset.phase == phase]
    if not kinds:
        return
    kind = site.pick(rng, kinds)
    opposite = _showing("green" if phase == "red" else "red", kind, every)
    for direction, side in ((1, -1), (-1, 1)):
        s = centre - direction * reach
        heading = float(course.heading_at(s)) + (np.pi if direction == 1 else 0.0)
        t = street.kerb_m(-1 if side == -1 else 1) + side * (KERB_WIDTH_M + 0.45)
        site.place(rng, kind, course.at(s, t), heading)
    cross = street.cross_course()
    for arm in street.junction.arms:
        edge = abs(street.edge_m(arm)) + CORNER_RADIUS_M + 0.4
        heading = cross.heading_rad + (0.0 if arm == 1 else np.pi)
        t = (street.cross_half_width_m + KERB_WIDTH_M + 0.45) * arm
        site.place(rng, opposite, cross.at(arm * edge, t), heading)


def _showing(phase: Phase, kind: Asset, every: Sequence[Asset]) -> Asset:
    """The traffic light of the same kind that shows `phase`; `kind` itself where there is none."""
    return next((asset for asset in every if asset.phase == phase and asset.tags == kind.tags), kind)


def signs(site: Site) -> None:
    """Signs for both directions, on the right-hand pavement of each, facing the driver."""
    rng = site.stream("road.signs")
    choices = site.having("traffic sign", "kerb")
    if not choices:
        return
    street = site.street
    zebra = site.having("traffic sign", "crossing")
    kind = kind_of_town(street.lanes_forward + street.lanes_oncoming)
    for direction, side in ((1, SIDES[0]), (-1, SIDES[1])):
        turn = np.pi if direction == 1 else 0.0
        stations = list(rng.uniform(8.0, 90.0, size=int(rng.integers(2, 5))))
        for s in stations:
            if street.clear_of_junction(float(s), CORNER_RADIUS_M + 3.0):
                heading = float(street.course.heading_at(s)) + turn + float(rng.normal(0, 0.06))
                sign = suited(site, site.pick(rng, choices), kind)
                site.place(rng, sign, street.course.at(s, _kerbside(site, side, 0.45)), heading)
        for crossing in street.crossings_m if zebra else ():
            s = crossing - direction * 2.8
            heading = float(street.course.heading_at(s)) + turn
            site.place(rng, site.pick(rng, zebra), street.course.at(s, _kerbside(site, side, 0.4)), heading)


def trees(site: Site, green: bool) -> None:
    """Rows of street trees of one kind where the pavement leaves room between kerb and facade for their crowns."""
    rng = site.stream("road.trees")
    street = site.street
    bare = bool(rng.random() < 0.12)
    every = site.having("vegetation", "street tree")
    choices = [a for a in every if ("bare" in a.tags) == bare] or list(every)
    if not choices:
        return
    for side in SIDES:
        if rng.random() > (0.8 if green else 0.6):
            continue
        room = abs(street.facade_m(side) - _kerbside(site, side, 0.9)) - 0.3
        fitting = [a for a in choices if a.size_m[1] / 2 <= room]
        if not fitting or street.pavement_m < 2.2:
            continue
        row = _one_kind(rng, fitting)
        spacing = float(rng.uniform(8, 14))
        for s in np.arange(street.start_m + rng.uniform(0, 8), street.end_m, spacing):
            station = float(s + rng.normal(0, 0.5))
            zebra_near = any(abs(station - c) < 5.0 for c in street.crossings_m)
            if zebra_near or rng.random() < 0.12 or not street.clear_of_junction(station, CORNER_RADIUS_M + 5.0):
                continue
            asset = row[int(rng.integers(len(row)))]
            xy = street.course.at(station, _kerbside(site, side, 0.9))
            site.place(rng, asset, xy, float(rng.uniform(-np.pi, np.pi)))


def _one_kind(rng: Rng, choices: Sequence[Asset]) -> list[Asset]:
    """The variants of one species: an avenue is planted with one kind of tree."""
    by_name = sorted(choices, key=lambda asset: asset.name)
    kinds = list(dict.fromkeys(asset.species or asset.name for asset in by_name))
    kind = kinds[int(rng.integers(len(kinds)))]
    return [asset for asset in choices if (asset.species or asset.name) == kind]


def gardens(site: Site) -> None:
    """Hedges, fences or low walls along the front gardens, with trees and shrubs behind them."""
    rng = site.stream("road.gardens")
    street = site.street
    borders = [
        group
        for group in (site.having("vegetation", "hedge"), site.having("fence"), site.having("wall", "garden"))
        if group
    ]
    plants = site.having("vegetation", "garden") + site.having("vegetation", "shrub")
    for side in SIDES:
        border_t = street.kerb_m(side) + side * (KERB_WIDTH_M + street.pavement_m + 0.6)
        s = street.start_m + 2.0
        while s < street.end_m - 4 and borders:
            group = borders[int(rng.integers(len(borders)))]
            asset = group[int(rng.integers(len(group)))]
            length = max(asset.size_m[:2])
            along_x = asset.size_m[0] >= asset.size_m[1]
            stop = s + float(rng.uniform(8, 18))
            while s < stop:
                station = s + length / 2
                if street.clear_of_junction(station, 8.0 + length):
                    # A module's front is its left side (or its X, where it is built across): it looks at the road.
                    along = float(street.course.heading_at(station)) + (np.pi if side == 1 else 0.0)
                    heading = along if along_x else site.facing_road(street.course, station, side)
                    site.place(rng, asset, street.course.at(station, border_t), heading, clearance_m=-0.03)
                s += length
            s += float(rng.uniform(1.5, 4.0))
        for _ in range(30 if plants else 0):
            station = float(rng.uniform(street.start_m, street.end_m))
            asset = plants[int(rng.integers(len(plants)))]
            depth = float(rng.uniform(1.6, max(street.setback_m, 2.0)))
            if asset.size_m[1] / 2 < street.setback_m + 1 and street.clear_of_junction(station, 10.0):
                xy = street.course.at(station, border_t + side * depth)
                site.place(rng, asset, xy, float(rng.uniform(-np.pi, np.pi)))


def yards(site: Site) -> None:
    """A wire fence of one kind across the gaps between halls, where a yard lies open for `_YARD_M`."""
    rng, street, fences = site.stream("road.yards"), site.street, site.having("fence", "yard")
    if not fences:
        return
    fence = site.pick(rng, fences)
    length = fence.size_m[0]
    for side in SIDES:
        border = street.kerb_m(side) + side * (KERB_WIDTH_M + street.pavement_m + 0.3)
        # In a bend modules that meet at the border are farther apart along the reference line, or less far.
        step = length / (1 - street.course.curvature_1_m * border)
        s = street.start_m + length
        while s < street.end_m - length:
            s += step if _fence_in(site, rng, fence, s, side, border) else step / 8


def _fence_in(site: Site, rng: Rng, fence: Asset, s_m: float, side: Side, border_m: float) -> bool:
    """Stand one module before a yard; whether there is one."""
    length, course = fence.size_m[0], site.street.course
    heading = float(course.heading_at(s_m)) + (np.pi if side == 1 else 0.0)
    x, y = (float(v) for v in course.at(s_m, border_m + side * _YARD_M / 2))
    yard = footprint(x, y, heading, length + 0.1, _YARD_M - 0.4)
    if not site.street.clear_of_junction(s_m, 8.0 + length) or not site.occupied.free(yard):
        return False
    return site.place(rng, fence, course.at(s_m, border_m), heading, clearance_m=-0.03)


def oddments(site: Site, density: float) -> None:
    """Bins, benches, bollards, hydrants, racks, cabinets along kerb or wall; sometimes road works."""
    rng = site.stream("road.furniture")
    street = site.street
    kinds = [
        group
        for categories in _ODDMENTS
        if (group := site.among(categories, "parked" if categories == ("bicycle",) else "pavement"))
    ]
    for _ in range(round(26 * density) if kinds else 0):
        group = kinds[int(rng.integers(len(kinds)))]
        asset = site.pick(rng, group)
        side: Side = 1 if rng.random() < 0.5 else -1
        station = float(rng.triangular(-20.0, 12.0, 120.0))
        if not street.clear_of_junction(station, CORNER_RADIUS_M + 3.0) or max(asset.size_m[:2]) > street.pavement_m:
            continue
        at_wall = rng.random() < 0.45
        depth = min(asset.size_m[:2])
        inset = street.pavement_m - depth / 2 - 0.15 if at_wall else 0.35 + depth / 2
        heading = site.facing_road(street.course, station, side) + (0.0 if at_wall else np.pi)
        if asset.category == "bicycle":
            heading += np.pi / 2
        site.place(rng, asset, street.course.at(station, _kerbside(site, side, inset)), heading)
    if rng.random() < 0.25 * density + 0.05:
        _road_works(site, rng)


def _road_works(site: Site, rng: Rng) -> None:
    """A closed stretch at the right-hand edge: cones along it, a barrier at its ends."""
    street = site.street
    cones, barriers = site.having("traffic cone"), site.having("barrier", "roadworks")
    if not cones or street.lanes_forward < 2:
        return
    start, length = float(rng.uniform(18, 60)), float(rng.uniform(8, 20))
    if street.tunnel and street.tunnel.covers(start, length + 6):
        return
    if not street.clear_of_junction(start, length + 6) or any(abs(start - c) < length + 6 for c in street.crossings_m):
        return
    cone = site.pick(rng, cones)
    for s in np.arange(start, start + length, 2.5):
        t = street.right_edge_m + street.lane_width_m * 0.55 + float(rng.normal(0, 0.06))
        site.place(rng, cone, street.course.at(s, t), float(rng.uniform(-np.pi, np.pi)), z_m=0.0)
    for s in (start - 1.2, start + length + 0.8) if barriers else ():
        xy = street.course.at(s, street.right_edge_m + 1.1)
        site.place(rng, site.pick(rng, barriers), xy, float(street.course.heading_at(s)) + np.pi, z_m=0.0)


def _land_trees(site: Site) -> None:
    """Trees behind the houses and beyond the street's end, so that gaps show a town in a landscape."""
    rng = site.stream("road.background")
    choices = [a for a in site.having("vegetation", "street tree") if "bare" not in a.tags]
    if not choices:
        return
    street = site.street
    reserved = np.array([reserve.buffer(5) for reserve in site.road_reserve], dtype=object)
    for _ in range(70):
        side = 1 if rng.random() < 0.5 else -1
        s = float(rng.uniform(street.start_m, street.end_m + 90))
        t = side * float(rng.uniform(32, 54 if s < street.end_m else 90))
        if s > street.end_m:
            t = float(rng.uniform(-90, 90))
            s += 16
        asset = choices[int(rng.integers(len(choices)))]
        xy = street.course.at(s, t)
        if not shapely.intersects_xy(reserved, *xy).any():
            site.place(rng, asset, xy, float(rng.uniform(-np.pi, np.pi)), z_m=KERB_HEIGHT_M - 0.03, clearance_m=2.5)

"""People on foot: along the pavements, on the crossings, now and then where they should not be."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.street.groups import gather, someone
from longtail.scenes.scenarios.street.road import KERB_WIDTH_M, MARKING_HEIGHT_M, Side
from longtail.scenes.scenarios.street.site import Rng, Site

_TRIES = 10
_JAYWALKERS = 0.04
_CROSSERS = 0.3


def walk(site: Site, count: int, grouped: float = 0.0) -> None:
    """Put `count` people, thinned by the weather, on pavements and crossings: the share `grouped` of them in groups."""
    rng = site.stream("objects.pedestrian")
    people = site.having("person")
    upright = [p for p in people if p.tags & {"walking", "standing"}]
    if not upright:
        return
    wanted = int(rng.binomial(count, site.walkers)) if count else 0
    placed = gather(site, round(grouped * wanted))
    while placed < wanted:
        pair = rng.random() < 0.25 and wanted - placed >= 2

        def propose(company: bool = pair) -> bool:
            return _propose(site, rng, upright, company)

        site.attempt("objects.pedestrian", _TRIES, propose)
        placed += 2 if pair else 1


def one_walker(site: Site, rng: Rng) -> bool:
    """Put someone on a pavement or a crossing, unless the weather keeps all inside; whether it did."""
    upright = [person for person in site.having("person") if person.tags & {"walking", "standing"}]
    return bool(upright) and site.walkers > 0 and _propose(site, rng, upright, False)


def _propose(site: Site, rng: Rng, people: list[Asset], company: bool) -> bool:
    street = site.street
    person = someone(site, rng, people)
    walking = "walking" in person.tags
    where = rng.random()
    if walking and street.crossings_m and where < _CROSSERS:
        return _cross(site, rng, person, street.crossings_m[int(rng.integers(len(street.crossings_m)))], 1.6)
    if walking and where > 1 - _JAYWALKERS:
        return _cross(site, rng, person, float(rng.uniform(12, 60)), 0.3)
    side: Side = 1 if rng.random() < 0.5 else -1
    s = float(rng.triangular(2.0, 10.0, 110.0))
    if not street.clear_of_junction(s, 8.0):
        return False
    across = KERB_WIDTH_M + rng.uniform(0.4, max(street.pavement_m - 0.35, 0.6))
    t = street.kerb_m(side) + side * across
    if walking:
        heading = float(street.course.heading_at(s)) + (0.0 if rng.random() < 0.5 else np.pi) + rng.normal(0, 0.15)
    else:
        heading = float(rng.uniform(-np.pi, np.pi))
    state = {"state": "walking" if walking else "standing"}
    if not site.place(rng, person, street.course.at(s, t), heading, attributes=state, clearance_m=0.08):
        return False
    if company:
        friend = someone(site, rng, people)
        beside = t + (0.75 if t < street.kerb_m(side) + side * (KERB_WIDTH_M + street.pavement_m / 2) else -0.75)
        low, high = sorted((street.kerb_m(side) + side * 0.4, street.kerb_m(side) + side * street.pavement_m))
        if low < beside < high:
            site.place(rng, friend, street.course.at(s + 0.1, beside), heading, attributes=state, clearance_m=0.05)
    return True


def _cross(site: Site, rng: Rng, person: Asset, station_m: float, spread_m: float) -> bool:
    """Someone on the carriageway, on the way from one pavement to the other."""
    street = site.street
    if not street.clear_of_junction(station_m, 2.5) or (street.tunnel and street.tunnel.covers(station_m, 3.0)):
        return False
    s = station_m + float(rng.uniform(-spread_m, spread_m))
    t = float(rng.uniform(street.right_edge_m + 0.3, street.left_edge_m - 0.3))
    turn = 1 if rng.random() < 0.5 else -1
    heading = float(street.course.heading_at(s)) + turn * np.pi / 2 + float(rng.normal(0, 0.1))
    return site.place(
        rng, person, street.course.at(s, t), heading, z_m=MARKING_HEIGHT_M, attributes={"state": "crossing"}
    )

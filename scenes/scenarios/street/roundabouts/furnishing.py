"""What stands at a roundabout: signs, lamps, trees on its island and about it, and who waits and crosses there."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.street.groups import someone
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, MARKING_HEIGHT_M
from longtail.scenes.scenarios.street.roundabouts.ring import CROSSING_FROM_M, CROSSING_TO_M, splitters
from longtail.scenes.scenarios.street.roundabouts.street import RoundaboutStreet
from longtail.scenes.scenarios.street.roundabouts.surfaces import mound_at_m
from longtail.scenes.scenarios.street.site import Rng, Site

# Behind the kerb; before the circle; from the nose of an island.
_KERBSIDE_M, _SIGN_BEFORE_M, _NOSE_M = 0.45, 2.2, 1.2
_CROSSING_SIGN_M = 0.5
_TRIES = 30
_PLANTS = {"lawn": (0, 2), "shrubs": (7, 14), "trees": (2, 5), "gravel": (2, 6)}


def furnish_ring(site: Site) -> None:
    """Everything of a roundabout that does not move."""
    street = site.street
    if not isinstance(street, RoundaboutStreet):
        return
    _plant(site, street)
    _signs(site, street)
    _lamps(site, street)


def _plant(site: Site, street: RoundaboutStreet) -> None:
    """What grows on the island, and now and then the chevrons on it that show which way round."""
    ring, rng = street.ring, site.stream("roundabout.planting")
    kinds = {
        "trees": [a for a in site.having("vegetation", "street tree") if "bare" not in a.tags],
        "lawn": [a for a in site.having("vegetation", "street tree") if "bare" not in a.tags],
        "shrubs": [*site.having("vegetation", "shrub"), *site.having("vegetation", "flowers")],
        "gravel": list(site.having("vegetation", "shrub")),
    }[street.planting]
    low, high = _PLANTS[street.planting]
    room = ring.island_m - KERB_WIDTH_M - 0.5
    for number in range(int(rng.integers(low, high + 1)) if kinds else 0):
        asset = kinds[int(rng.integers(len(kinds)))]
        # Crowns may reach over the kerb, trunks stand well inside.
        tall = asset.size_m[2] > 2.5
        away = room * math.sqrt(float(rng.uniform(0.0, 0.25 if tall else 0.9)))
        turned, heading = float(rng.uniform(0, math.tau)), float(rng.uniform(-math.pi, math.pi))
        if number == 0 and tall:
            away = 0.0
        xy = ring.x_m + away * math.cos(turned), ring.y_m + away * math.sin(turned)
        if tall and asset.size_m[1] / 2 > ring.apron_edge_m:
            continue
        overlap = -asset.size_m[1] / 4 if tall else -0.05
        site.place(rng, asset, xy, heading, z_m=mound_at_m(street, away) - 0.03, clearance_m=overlap)
    chevrons = site.having("traffic sign", "bend", "right")
    if chevrons and rng.random() < 0.5:
        for arm in ring.arms:
            away = ring.island_m - 1.0
            # Across from who comes in, a little to its right.
            turned = arm.heading_rad + 0.25
            xy = ring.x_m + away * math.cos(turned), ring.y_m + away * math.sin(turned)
            site.place(rng, chevrons[0], xy, arm.heading_rad, z_m=mound_at_m(street, away), clearance_m=0.0)


def _signs(site: Site, street: RoundaboutStreet) -> None:
    """Give way and roundabout at each entry, keep right on each island, and a sign at each zebra crossing."""
    ring, rng = street.ring, site.stream("roundabout.signs")
    entry, keep = site.having("traffic sign", "roundabout"), site.having("traffic sign", "keep right")
    zebra = site.having("traffic sign", "crossing") if street.zebras else ()
    for arm, island in zip(ring.arms, splitters(ring), strict=True):
        # A sign is read by who drives towards the ring: it looks away from it.
        turn = arm.heading_rad + float(rng.normal(0, 0.04))
        if entry:
            d = ring.outer_m + CROSSING_FROM_M - _SIGN_BEFORE_M
            at = arm.at(d, ring.kerb_m(d) + KERB_WIDTH_M + _KERBSIDE_M)
            site.place(rng, entry[0], at, turn)
        if keep:
            nose = float(arm.beside(np.array(island.exterior.coords))[0].max())
            site.place(rng, keep[0], arm.at(nose - _NOSE_M, 0.0), turn)
        for sign in zebra[:1]:
            for d, side, looks in (
                (ring.outer_m + CROSSING_TO_M + _CROSSING_SIGN_M, 1, turn),
                (ring.outer_m + CROSSING_FROM_M - _CROSSING_SIGN_M, -1, turn + math.pi),
            ):
                t = side * (ring.kerb_m(d) + KERB_WIDTH_M + _KERBSIDE_M)
                site.place(rng, sign, arm.at(d, t), looks)


def _lamps(site: Site, street: RoundaboutStreet) -> None:
    """A street light between every two arms, and one at each crossing."""
    rng = site.stream("roundabout.lamps")
    choices = site.having("street light")
    if not choices:
        return
    asset, failures = site.pick(rng, choices), site.stream("roundabout.lamps.failed")
    for x, y, heading in _lamp_places(street):
        lit = site.lamps_on and failures.random() >= site.lamps_failed
        site.place(rng, asset, (x, y), heading, lamps_on=lit)


def _lamp_places(street: RoundaboutStreet) -> Iterator[tuple[float, float, float]]:
    ring = street.ring
    headings = sorted(heading % math.tau for heading in ring.arms_rad)
    away = ring.outer_m + KERB_WIDTH_M + 0.6
    for here, there in zip(headings, [*headings[1:], headings[0] + math.tau], strict=True):
        count = 1 if there - here < 2.2 else 2
        for number in range(count):
            turned = here + (there - here) * (number + 1) / (count + 1)
            yield ring.x_m + away * math.cos(turned), ring.y_m + away * math.sin(turned), turned + math.pi
    for arm in ring.arms:
        d = ring.outer_m + CROSSING_TO_M + 3.5
        x, y = (float(v) for v in arm.at(d, -(ring.kerb_m(d) + KERB_WIDTH_M + 0.6)))
        yield x, y, arm.heading_rad + math.pi / 2


def cross_arms(site: Site, count: int) -> int:
    """Put up to `count` people on the crossings of the arms, at their kerbs and on the pavement about the ring."""
    street, rng = site.street, site.stream("roundabout.people")
    people = [person for person in site.having("person") if person.tags & {"walking", "standing"}]
    if not isinstance(street, RoundaboutStreet) or not people:
        return 0
    placed = 0
    for _ in range(count):
        placed += site.attempt("objects.pedestrian", 6, lambda: _person(site, rng, street, people))
    return placed


def _person(site: Site, rng: Rng, street: RoundaboutStreet, people: list[Asset]) -> bool:
    ring = street.ring
    person = someone(site, rng, people)
    arm = ring.arms[int(rng.integers(len(ring.arms)))]
    where, d = float(rng.random()), ring.outer_m + float(rng.uniform(CROSSING_FROM_M + 0.5, CROSSING_TO_M - 0.5))
    side, walking = (1 if rng.random() < 0.5 else -1), "walking" in person.tags
    share, wobble, turned = float(rng.random()), float(rng.normal(0, 0.1)), float(rng.uniform(-math.pi, math.pi))
    half = ring.kerb_m(d)
    if walking and where < 0.6:
        t, heading = (2 * share - 1) * (half - 0.3), arm.heading_rad + side * math.pi / 2 + wobble
        return site.place(rng, person, arm.at(d, t), heading, z_m=MARKING_HEIGHT_M, attributes={"state": "crossing"})
    if walking:
        return False
    if where < 0.5:
        # At the kerb, looking over the road.
        t = side * (half + KERB_WIDTH_M + 0.45)
        return site.place(rng, person, arm.at(d, t), arm.heading_rad - side * math.pi / 2 + wobble, z_m=KERB_HEIGHT_M,
                          attributes={"state": "standing"})  # fmt: skip
    away = ring.outer_m + KERB_WIDTH_M + float(rng.uniform(0.5, max(street.pavement_m - 0.4, 0.7)))
    xy = ring.x_m + away * math.cos(turned), ring.y_m + away * math.sin(turned)
    return site.place(
        rng, person, xy, turned + wobble * 8, within=site.areas.pavement, attributes={"state": "standing"}
    )

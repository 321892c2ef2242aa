"""What is seldom seen along a street, added when all else stands: so it moves nothing.

Each rarity has a random stream of its own, and a chance, our estimate of how many streets of a European town show it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, PARKING_BAY_M, Side
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.scenarios.street.surfaces import CORNER_RADIUS_M
from longtail.scenes.scene import Placed

# Chevrons and guard rails stand in bends of less than this radius.
_SHARP_M = 220.0
_SIDES: tuple[Side, ...] = (-1, 1)


@dataclass(frozen=True)
class Rarity:
    """Something seldom: its stream's name, the share of streets that show it, and who places it."""

    name: str
    chance: float
    place: Callable[[Site, Rng], None]


def add_rarities(site: Site, often: float) -> None:
    """Add each rarity with `often` times its chance; 0 adds none."""
    for rarity in RARITIES:
        rng = site.stream(f"rarities.{rarity.name}")
        if rng.random() < often * rarity.chance:
            rarity.place(site, rng)


def _side(rng: Rng) -> Side:
    return _SIDES[int(rng.integers(2))]


def _inset(site: Site, s_m: float, side: Side, inset_m: float) -> float:
    """The offset t of what stands `inset_m` behind the kerb, which runs behind the bays where there are some."""
    street = site.street
    bay_m = PARKING_BAY_M if any(bay.side == side and bay.s0_m <= s_m <= bay.s1_m for bay in street.bays) else 0.0
    return street.edge_m(side) + side * (bay_m + KERB_WIDTH_M + inset_m)


def _at_wall(site: Site, s_m: float, side: Side, depth_m: float) -> float:
    """The offset t of what is `depth_m` deep and stands at the pavement's inner edge."""
    return _inset(site, s_m, side, site.street.pavement_m - depth_m / 2 - 0.1)


def _stations(rng: Rng, count: int) -> list[float]:
    """Where something stands in good view."""
    return [float(s) for s in rng.triangular(5.0, 14.0, 80.0, size=count)]


def _row(site: Site, rng: Rng, asset: Asset, stations: Sequence[float], side: Side, inset_m: float) -> None:
    """Modules that are long in Y, end to end `inset_m` behind the kerb, their X towards the road."""
    for s in stations:
        if site.street.clear_of_junction(s, CORNER_RADIUS_M + 1.5):
            heading = site.facing_road(site.street.course, s, side)
            xy = site.street.course.at(s, _inset(site, s, side, inset_m))
            site.place(rng, asset, xy, heading, clearance_m=-0.03)


def _dogs(site: Site, rng: Rng) -> None:
    """A dog beside someone on the pavement, who walks or stands: it does as they do, if it can."""
    dogs, near = site.having("dog"), _on_pavement(site)
    for index in rng.permutation(len(near))[:4] if dogs else ():
        person = near[int(index)]
        fitting = [dog for dog in dogs if person.attributes["state"] == "standing" or "sitting" not in dog.tags]
        side = 1 if rng.random() < 0.5 else -1
        if not fitting:
            continue
        x, y = _beside(person, 0.15, side * 0.6)
        dog = site.pick(rng, fitting)
        state = {"state": person.attributes["state"] if "standing" in dog.tags else "sitting"}
        if site.place(rng, dog, (x, y), person.heading_rad, clearance_m=0.03, attributes=state):
            return


def _on_pavement(site: Site) -> list[Placed]:
    """The adults who walk or stand there."""
    return [
        item
        for item in site.objects
        if item.attributes.get("state") in ("walking", "standing")
        and (asset := site.assets[item.asset]).category == "person"
        and "child" not in asset.tags
    ]


def _beside(item: Placed, ahead_m: float, left_m: float) -> tuple[float, float]:
    """The world point in the frame of something that stands."""
    cos, sin = math.cos(item.heading_rad), math.sin(item.heading_rad)
    return item.x_m + ahead_m * cos - left_m * sin, item.y_m + ahead_m * sin + left_m * cos


def _on_benches(site: Site, rng: Rng) -> None:
    """People on benches that have a seat of their height, their calves before its edge."""
    people = site.having("person", "sitting", "seat")
    for bench in [item for item in site.objects if "seat" in site.assets[item.asset].tags] if people else ():
        size = site.assets[bench.asset].size_m
        y = float(rng.uniform(-1, 1)) * (size[1] / 2 - 0.35)
        legs = footprint(*_beside(bench, size[0] / 2 + 0.3, y), bench.heading_rad, 0.5, 0.5)
        if site.assets[bench.asset].category == "bench" and rng.random() < 0.6 and site.occupied.take(legs):
            at = _beside(bench, size[0] / 2, y)
            site.stand(
                rng, site.pick(rng, people), at, bench.heading_rad, z_m=bench.z_m, attributes={"state": "sitting"}
            )


def _on_the_ground(site: Site, rng: Rng) -> None:
    """Someone who sits on the pavement with the back to the wall."""
    people = site.having("person", "sitting", "ground")
    for s in _stations(rng, 3) if people else ():
        side, person = _side(rng), site.pick(rng, people)
        heading = site.facing_road(site.street.course, s, side) + float(rng.normal(0, 0.2))
        xy = site.street.course.at(s, _at_wall(site, s, side, person.size_m[0]))
        clear = site.street.clear_of_junction(s, 8.0)
        if clear and site.place(rng, person, xy, heading, attributes={"state": "sitting"}):
            return


def _lying(site: Site, rng: Rng) -> None:
    """Someone who lies on the pavement, or, one time in three, on the carriageway."""
    people, street = site.having("person", "lying"), site.street
    for s in _stations(rng, 6) if people else ():
        if street.tunnel and street.tunnel.covers(s, 3.0):
            continue
        side, on_road = _side(rng), rng.random() < 1 / 3
        t = _inset(site, s, side, float(rng.uniform(0.5, max(street.pavement_m - 0.5, 0.6))))
        if on_road:
            t = float(rng.uniform(street.right_edge_m + 0.8, street.left_edge_m - 0.8))
        along = float(street.course.heading_at(s)) + float(rng.choice([0.0, np.pi])) + float(rng.normal(0, 0.4))
        z = 0.005 if on_road else KERB_HEIGHT_M
        xy, state = street.course.at(s, t), {"state": "lying"}
        if street.clear_of_junction(s, 6.0) and site.place(
            rng, site.pick(rng, people), xy, along, z_m=z, attributes=state
        ):
            return


def _outer_side(site: Site) -> Side | None:
    """The outer side of a sharp bend; None where the street has none."""
    curvature = site.street.course.curvature_1_m
    if abs(curvature) < 1 / _SHARP_M:
        return None
    return -1 if curvature > 0 else 1


def _chevrons(site: Site, rng: Rng) -> None:
    """Three in a row on the outer side of a sharp bend, their arrows into it."""
    side = _outer_side(site)
    signs = site.having("traffic sign", "bend", "left" if side == -1 else "right")
    if side is None or not signs:
        return
    sign, first = site.pick(rng, signs), float(rng.uniform(20, 34))
    for s in (first, first + 12.0, first + 24.0):
        if site.street.clear_of_junction(s, CORNER_RADIUS_M + 1.5):
            heading = float(site.street.course.heading_at(s)) + np.pi
            site.place(rng, sign, site.street.course.at(s, _inset(site, s, side, 0.75)), heading)


def _guard_rail(site: Site, rng: Rng) -> None:
    """A rail along the kerb on the outer side of a sharp bend."""
    side, rails = _outer_side(site), site.having("barrier", "kerb")
    if side is not None and rails:
        rail, first = site.pick(rng, rails), float(rng.uniform(12, 24))
        stations = first + rail.size_m[1] * np.arange(int(rng.integers(4, 9)))
        _row(site, rng, rail, stations.tolist(), side, 0.25)


def _street_names(site: Site, rng: Rng) -> None:
    """A post with both names at the right-hand corner before the junction, and at the left-hand one behind it."""
    signs, junction, street = site.having("traffic sign", "junction"), site.street.junction, site.street
    if junction is None or not signs:
        return
    sign = site.pick(rng, signs)
    for side in _SIDES:
        s = junction.s_m + side * (street.cross_half_width_m + CORNER_RADIUS_M + 1.6)
        # The plates reach to X and Y: away from the junction, and away from the road.
        heading = float(street.course.heading_at(s)) + (np.pi if side == -1 else 0.0)
        site.place(rng, sign, street.course.at(s, _inset(site, s, side, 0.5)), heading)


def _railings(site: Site, rng: Rng) -> None:
    """Railings that lead people along the kerb to the zebra crossing."""
    rails = site.having("barrier", "railing")
    for crossing in site.street.crossings_m if rails else ():
        side, rail = _side(rng), site.pick(rng, rails)
        away = 1 if rng.random() < 0.5 else -1
        stations = crossing + away * (3.2 + rail.size_m[1] * np.arange(int(rng.integers(2, 5))))
        _row(site, rng, rail, stations.tolist(), side, 0.2)


def _crowd_barriers(site: Site, rng: Rng) -> None:
    """A short line of them, left from an event."""
    barriers = site.having("barrier", "pavement", "crowd")
    if barriers:
        side, barrier = _side(rng), site.pick(rng, barriers)
        stations = _stations(rng, 1)[0] + barrier.size_m[1] * np.arange(int(rng.integers(2, 6)))
        _row(site, rng, barrier, stations.tolist(), side, 0.5)


def _concrete_walls(site: Site, rng: Rng) -> None:
    """Concrete walls that close half of the outer oncoming lane, where it has another one."""
    walls, street = site.having("barrier", "road", "concrete"), site.street
    first, count = float(rng.uniform(16, 50)), int(rng.integers(3, 7))
    if not walls or street.lanes_oncoming < 2 or (street.tunnel and street.tunnel.covers(first, 25.0)):
        return
    wall = site.pick(rng, walls)
    stations = [float(s) for s in first + wall.size_m[1] * np.arange(count)]
    clear = all(street.clear_of_junction(s, CORNER_RADIUS_M + 1.5) for s in stations)
    if clear and all(abs(s - crossing) > 5.0 for s in stations for crossing in street.crossings_m):
        for s in stations:
            xy = street.course.at(s, street.left_edge_m - 0.55 * street.lane_width_m)
            site.place(rng, wall, xy, site.facing_road(street.course, s, 1), z_m=0.0, clearance_m=-0.03)


def _mailboxes(site: Site, rng: Rng) -> None:
    """Mailboxes at the front gardens."""
    boxes = site.having("mailbox", "garden")
    if not boxes or site.street.verge != "green":
        return
    box = site.pick(rng, boxes)
    for s in _stations(rng, int(rng.integers(2, 6))):
        side = _side(rng)
        if site.street.clear_of_junction(s, 8.0):
            xy = site.street.course.at(s, _at_wall(site, s, side, box.size_m[0]))
            site.place(rng, box, xy, site.facing_road(site.street.course, s, side))


def _bottle_banks(site: Site, rng: Rng) -> None:
    """Two or three side by side at the wall of a broad pavement."""
    banks = site.having("trash can", "recycling")
    if not banks or site.street.pavement_m < 3.0:
        return
    side, first = _side(rng), _stations(rng, 1)[0]
    for s in first + 1.75 * np.arange(int(rng.integers(2, 4))):
        bank = site.pick(rng, banks)
        if site.street.clear_of_junction(float(s), 8.0):
            xy = site.street.course.at(s, _at_wall(site, s, side, bank.size_m[0]))
            site.place(rng, bank, xy, site.facing_road(site.street.course, float(s), side))


def _flexible_posts(site: Site, rng: Rng) -> None:
    """A line of them along the kerb, against parking."""
    posts = site.having("pole", "bollard", "kerb")
    if posts:
        side, post = _side(rng), site.pick(rng, posts)
        stations = _stations(rng, 1)[0] + 1.3 * np.arange(int(rng.integers(4, 9)))
        _row(site, rng, post, stations.tolist(), side, 0.2)


def _motorcycles(site: Site, rng: Rng) -> None:
    """One or two motorcycles across a bay that no car has taken."""
    kinds = site.having("motorcycle", "parked")
    # In sight: between 2 and 60 m ahead.
    bays = [bay for bay in site.street.bays if kinds and bay.s1_m > 4.0 and bay.s0_m < 58.0]
    wanted = int(rng.integers(1, 3))
    for _ in range(12 if bays else 0):
        bay = bays[int(rng.integers(len(bays)))]
        s = float(
            rng.uniform(max(bay.s0_m + 1.0, 2.0), min(bay.s1_m - 1.0, 60.0)) if bay.s0_m < 58.0 else bay.s0_m + 1.0
        )
        t = site.street.edge_m(bay.side) + bay.side * (PARKING_BAY_M / 2 + 0.02)
        heading = site.facing_road(site.street.course, s, bay.side) + float(rng.normal(0, 0.12))
        bike, state = site.pick(rng, kinds), {"state": "parked"}
        wanted -= site.place(rng, bike, site.street.course.at(s, t), heading, z_m=0.0, attributes=state)
        if wanted == 0:
            return


def _solitary_trees(site: Site, rng: Rng) -> None:
    """Palms or spreading trees in the front gardens."""
    trees, street = site.having("vegetation", "solitary"), site.street
    if not trees or street.verge != "green":
        return
    for s in _stations(rng, 6):
        side, tree = _side(rng), site.pick(rng, trees)
        t = _inset(site, s, side, street.pavement_m + 0.6 + max(street.setback_m, 2.0) / 2)
        if street.clear_of_junction(s, 10.0):
            # Crowns may meet; trunks stand in the middle.
            heading, overlap = float(rng.uniform(-np.pi, np.pi)), -tree.size_m[1] / 4
            site.place(rng, tree, street.course.at(s, t), heading, clearance_m=overlap)


RARITIES: tuple[Rarity, ...] = (
    Rarity("dogs", 0.25, _dogs),
    Rarity("benches", 0.5, _on_benches),
    Rarity("ground", 0.05, _on_the_ground),
    Rarity("lying", 0.02, _lying),
    Rarity("chevrons", 0.7, _chevrons),
    Rarity("guard_rail", 0.35, _guard_rail),
    Rarity("street_names", 0.6, _street_names),
    Rarity("railings", 0.3, _railings),
    Rarity("crowd_barriers", 0.05, _crowd_barriers),
    Rarity("concrete_walls", 0.15, _concrete_walls),
    Rarity("mailboxes", 0.5, _mailboxes),
    Rarity("bottle_banks", 0.1, _bottle_banks),
    Rarity("flexible_posts", 0.08, _flexible_posts),
    Rarity("motorcycles", 0.4, _motorcycles),
    Rarity("solitary_trees", 0.05, _solitary_trees),
)

"""What is seldom seen along a street, added when all else stands: so it moves nothing.

Each rarity has a random stream of its own, and a chance, our estimate of how many streets of a European town show it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, PARKING_BAY_M, Side
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.scene import Placed

# Chevrons and guard rails stand in bends of less than this radius.
_SHARP_M = 220.0
_SIDES: tuple[Side, ...] = (-1, 1)


@dataclass(frozen=True)
class Rarity:
    """Something seldom: its stream's name, the share of streets that show it, and who places it.

    `low` is what a flood would hide: it is left out where water stands on the pavements.
    """

    name: str
    chance: float
    place: Callable[[Site, Rng], object]
    low: bool = False


def add_rarities(site: Site, often: float, water_level_m: float = 0.0, names: Collection[str] | None = None) -> None:
    """Add each rarity with `often` times its chance; 0 adds none. `water_level_m` is a flood's over the road.

    `names` are those that may be added, where not all of them may.
    """
    for rarity in RARITIES:
        if names is not None and rarity.name not in names:
            continue
        rng = site.stream(f"rarities.{rarity.name}")
        if rng.random() < often * rarity.chance and not (rarity.low and water_level_m > KERB_HEIGHT_M):
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


def _end_to_end(site: Site, length_m: float, first_m: float, count: int, t_m: float) -> list[float]:
    """Stations of `count` modules from `first_m` on that meet at the offset `t_m`; against the street's course where
    the length is negative. Outside a bend a module reaches over less of the reference line, inside over more."""
    step = length_m / (1 - site.street.course.curvature_1_m * t_m)
    return [float(first_m + step * number) for number in range(count)]


def _row(
    site: Site, rng: Rng, asset: Asset, stations: Sequence[float], side: Side, inset_m: float, least: int = 1
) -> None:
    """Modules that are long in Y, end to end `inset_m` behind the kerb, their X towards the road.

    With `least` above 1 they are joined: the longest stretch without a gap stands, if it has so many.
    """
    course, pavement = site.street.course, site.areas.pavement
    fitting: list[list[float]] = [[]]
    for s in stations:
        x, y = (float(v) for v in course.at(s, _inset(site, s, side, inset_m)))
        clear = site.street.clear_of_junction(s, CORNER_RADIUS_M + 1.5)
        if clear and site.fits(asset, (x, y), site.facing_road(course, s, side), -0.03, pavement):
            fitting[-1].append(s)
        elif fitting[-1]:
            fitting.append([])
    chosen = max(fitting, key=len) if least > 1 else [s for stretch in fitting for s in stretch]
    for s in chosen if len(chosen) >= least else ():
        xy, heading = course.at(s, _inset(site, s, side, inset_m)), site.facing_road(course, s, side)
        site.place(rng, asset, xy, heading, clearance_m=-0.03)


def one_dog(site: Site, rng: Rng) -> bool:
    """Put a dog beside someone on the pavement; whether it did.

    It walks with who walks, and stands, sits or lies beside who stands.
    """
    dogs, near, pavement = site.having("dog"), _on_pavement(site), site.areas.pavement
    for index in rng.permutation(len(near))[:4] if dogs else ():
        person = near[int(index)]
        standing = person.attributes["state"] == "standing"
        fitting = [dog for dog in dogs if ("walking" in dog.tags) is not standing]
        side = 1 if rng.random() < 0.5 else -1
        if not fitting:
            continue
        x, y = _beside(person, 0.15, side * 0.6)
        dog = site.pick(rng, fitting)
        state = {"state": _doing(dog)}
        if site.place(rng, dog, (x, y), person.heading_rad, clearance_m=0.03, within=pavement, attributes=state):
            return True
    return False


def _doing(animal: Asset) -> str:
    """What its model does."""
    return next(word for word in ("walking", "standing", "sitting", "lying") if word in animal.tags)


def _on_road(site: Site, rng: Rng) -> None:
    """One to three animals of a kind on the carriageway, or a strayed dog; most cross it."""
    kind = ("deer", "wild boar", "horse", "dog")[int(rng.choice(4, p=[0.4, 0.25, 0.15, 0.2]))]
    animals, street, wanted = site.having(kind), site.street, 1 if kind == "dog" else int(rng.integers(1, 4))
    middle = float(rng.triangular(8.0, 18.0, 60.0))
    for _ in range(12 if animals else 0):
        animal = site.pick(rng, animals)
        s = middle + float(rng.normal(0, 2.5))
        t = float(rng.uniform(street.right_edge_m + 1.0, street.left_edge_m - 1.0))
        if "walking" in animal.tags:
            turn = float(rng.choice([-1.0, 1.0])) * np.pi / 2 + float(rng.normal(0, 0.35))
        else:
            turn = float(rng.uniform(-np.pi, np.pi))
        heading, xy = float(street.course.heading_at(s)) + turn, street.course.at(s, t)
        covered = street.tunnel and street.tunnel.covers(s, 3.0)
        if covered or not street.clear_of_junction(s, 4.0):
            continue
        state, ground = {"state": _doing(animal)}, site.areas.carriageway
        wanted -= site.place(rng, animal, xy, heading, z_m=0.005, within=ground, attributes=state)
        if wanted == 0:
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
            at, person = _beside(bench, size[0] / 2, y), site.whom.pick(rng, people)
            body = footprint(*at, bench.heading_rad, *person.size_m[:2])
            if site.areas.pavement.contains(body):  # and not half in the wall behind
                site.stand(rng, person, at, bench.heading_rad, z_m=bench.z_m, attributes={"state": "sitting"})


def _on_the_ground(site: Site, rng: Rng) -> None:
    """Someone who sits on the pavement with the back to the wall."""
    people = site.having("person", "sitting", "ground")
    for s in _stations(rng, 3) if people else ():
        side, person = _side(rng), site.whom.pick(rng, people)
        heading = site.facing_road(site.street.course, s, side) + float(rng.normal(0, 0.2))
        xy = site.street.course.at(s, _at_wall(site, s, side, person.size_m[0]))
        clear, pavement = site.street.clear_of_junction(s, 8.0), site.areas.pavement
        if clear and site.place(rng, person, xy, heading, within=pavement, attributes={"state": "sitting"}):
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
        ground, z = (site.areas.carriageway, 0.005) if on_road else (site.areas.pavement, KERB_HEIGHT_M)
        xy, state = street.course.at(s, t), {"state": "lying"}
        if street.clear_of_junction(s, 6.0) and site.place(
            rng, site.whom.pick(rng, people), xy, along, z_m=z, within=ground, attributes=state
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
            xy = site.street.course.at(s, _inset(site, s, side, 0.75))
            site.place(rng, sign, xy, heading, within=site.areas.pavement)


def _guard_rail(site: Site, rng: Rng) -> None:
    """A rail along the kerb on the outer side of a sharp bend."""
    side, rails = _outer_side(site), site.having("guard rail", "kerb")
    if side is not None and rails:
        rail, first = site.pick(rng, rails), float(rng.uniform(12, 24))
        at = _inset(site, first, side, 0.25)
        stations = _end_to_end(site, rail.size_m[1], first, int(rng.integers(4, 9)), at)
        _row(site, rng, rail, stations, side, 0.25, least=2)


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
        site.place(rng, sign, street.course.at(s, _inset(site, s, side, 0.5)), heading, within=site.areas.pavement)


def _railings(site: Site, rng: Rng) -> None:
    """Railings that lead people along the kerb to the zebra crossing."""
    rails = site.having("barrier", "railing")
    for crossing in site.street.crossings_m if rails else ():
        side, rail = _side(rng), site.pick(rng, rails)
        away = 1 if rng.random() < 0.5 else -1
        first, count = crossing + away * 3.2, int(rng.integers(2, 5))
        stations = _end_to_end(site, away * rail.size_m[1], first, count, _inset(site, first, side, 0.2))
        _row(site, rng, rail, stations, side, 0.2, least=2)


def _crowd_barriers(site: Site, rng: Rng) -> None:
    """A short line of them, left from an event."""
    barriers = site.having("barrier", "pavement", "crowd")
    if barriers:
        side, barrier = _side(rng), site.pick(rng, barriers)
        first, count = _stations(rng, 1)[0], int(rng.integers(2, 6))
        stations = _end_to_end(site, barrier.size_m[1], first, count, _inset(site, first, side, 0.5))
        _row(site, rng, barrier, stations, side, 0.5)


def _concrete_walls(site: Site, rng: Rng) -> None:
    """Concrete walls that close half of the outer oncoming lane, where it has another one."""
    walls, street = site.having("barrier", "road", "concrete"), site.street
    first, count = float(rng.uniform(16, 50)), int(rng.integers(3, 7))
    if not walls or street.lanes_oncoming < 2 or (street.tunnel and street.tunnel.covers(first, 25.0)):
        return
    wall = site.pick(rng, walls)
    t = street.left_edge_m - 0.55 * street.lane_width_m
    stations = _end_to_end(site, wall.size_m[1], first, count, t)
    clear = all(street.clear_of_junction(s, CORNER_RADIUS_M + 1.5) for s in stations)
    if clear and all(abs(s - crossing) > 5.0 for s in stations for crossing in street.crossings_m):
        for s in stations:
            heading, ground = site.facing_road(street.course, s, 1), site.areas.carriageway
            site.place(rng, wall, street.course.at(s, t), heading, z_m=0.0, clearance_m=-0.03, within=ground)


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
            heading = site.facing_road(site.street.course, s, side)
            site.place(rng, box, xy, heading, within=site.areas.pavement)


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
            heading = site.facing_road(site.street.course, float(s), side)
            site.place(rng, bank, xy, heading, within=site.areas.pavement)


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
        bike, state, at = site.pick(rng, kinds), {"state": "parked"}, site.street.course.at(s, t)
        wanted -= site.place(rng, bike, at, heading, z_m=0.0, within=site.areas.bays, attributes=state)
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


# Animals on the road are far rarer in towns than here: a network has to see some to know them.
RARITIES: tuple[Rarity, ...] = (
    Rarity("dogs", 0.25, one_dog, low=True),
    Rarity("benches", 0.5, _on_benches, low=True),
    Rarity("ground", 0.1, _on_the_ground, low=True),
    Rarity("lying", 0.05, _lying, low=True),
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
    Rarity("animals", 0.12, _on_road, low=True),
)

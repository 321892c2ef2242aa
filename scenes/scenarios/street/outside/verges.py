"""What stands beside a road outside towns: delineator posts, signs, trees, hedges and woods, beasts at pasture."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.vegetation.verges import LONG_M
from longtail.scenes.scenarios.street.limits import LIMITS_KM_H, of_limit, suited
from longtail.scenes.scenarios.street.outside.cross_section import RAIL_M, Open
from longtail.scenes.scenarios.street.outside.land import Land
from longtail.scenes.scenarios.street.road import Side
from longtail.scenes.scenarios.street.site import Rng, Site

_SIDES: tuple[Side, ...] = (-1, 1)
# Delineators stand 50 m apart (German HLB practice), half a metre beside the shoulder.
_POSTS_M, _BESIDE_M = 50.0, 0.75
_TREES, _GROVES = 90, 9
# Rows of grass, as metres from the edge and what grows there: mown beside the shoulder, tall at the bottom of the ditch
# and behind it, where the ground is about level.
_ROWS: dict[str, tuple[tuple[float, str], ...]] = {
    "rural": ((1.15, "mown"), (3.2, "tall"), (5.9, "tall")),
    "motorway": ((1.75, "mown"), (4.55, "tall"), (7.5, "tall")),
}
# Farther off one strip is less than a few pixels, and the ground's own colour says grass.
_GRASS_M = (-6.0, 82.0)


def stand_beside(site: Site, road: Open, density: float) -> None:
    """Everything beside `road` that does not move; `density` in 0..1 scales how much grows there."""
    land = Land(road)
    delineators(site, road)
    signs(site, road)
    if road.sort == "rural":
        avenue(site, road, density)
        hedges(site, road, land, density)
    woods(site, road, land, density)
    grazing(site, road, land, density)
    limits(site, road)
    grass(site, road)


def _place(site: Site, rng: Rng, road: Open, asset: Asset, s_m: float, t_m: float, heading_rad: float) -> bool:
    """Stand `asset` on the ground beside the road."""
    z = float(road.heights_m(t_m))
    return site.place(rng, asset, road.course.at(s_m, t_m), heading_rad, z_m=z)


def delineators(site: Site, road: Open) -> None:
    """Posts along both edges, that of the other side a little farther on."""
    rng, posts = site.stream("outside.delineators"), site.having("pole", "delineator")
    if not posts:
        return
    post, first = site.pick(rng, posts), float(rng.uniform(0, _POSTS_M))
    for side in _SIDES:
        beside = RAIL_M + 0.35 if side in road.rails else _BESIDE_M
        for s in np.arange(road.start_m + first, road.end_m, _POSTS_M):
            against = math.pi if side == -1 else 0.0
            heading = float(road.course.heading_at(s)) + against
            _place(site, rng, road, post, float(s), road.edge_m(side) + side * beside, heading)


def signs(site: Site, road: Open) -> None:
    """Signs for both directions; on motorways big ones, on posts beside the road or on arms over it."""
    rng = site.stream("outside.signs")
    motorway = road.sort == "motorway"
    small = site.having("traffic sign", "kerb", "outside") or site.having("traffic sign", "kerb")
    guides = site.having("traffic sign", "guide", road.sort)
    arms = site.having("traffic sign", "gantry")
    for direction, side in ((1, _SIDES[0]), (-1, _SIDES[1])):
        turn = math.pi if direction == 1 else 0.0
        for s in rng.uniform(20.0, 240.0, size=int(rng.integers(1, 4))):
            if small and not motorway:
                heading = float(road.course.heading_at(s)) + turn + float(rng.normal(0, 0.05))
                sign = suited(site, site.pick(rng, small), road.sort)
                _place(site, rng, road, sign, float(s), road.edge_m(side) + side * 1.2, heading)
        chance, station, over = float(rng.random()), float(rng.uniform(40.0, 200.0)), rng.random() < 0.5
        if chance > (0.85 if motorway else 0.35):
            continue
        heading = float(road.course.heading_at(station)) + turn
        chosen = arms if motorway and over and arms else guides
        if chosen:
            sign = site.pick(rng, chosen)
            half = 0.25 if chosen is arms else sign.size_m[1] / 2
            _place(site, rng, road, sign, station, road.edge_m(side) + side * (1.3 + half), heading)


def limits(site: Site, road: Open) -> None:
    """The limit of a motorway, on the right of each carriageway, in some of the scenes."""
    rng = site.stream("outside.limits")
    if road.sort != "motorway":
        return
    for direction, side in ((1, _SIDES[0]), (-1, _SIDES[1])):
        chance, station = float(rng.random()), float(rng.uniform(25.0, 160.0))
        sign = of_limit(site, LIMITS_KM_H[road.sort][int(rng.integers(3))])
        if sign is not None and chance < 0.5:
            heading = float(road.course.heading_at(station)) + (math.pi if direction == 1 else 0.0)
            _place(site, rng, road, sign, station, road.edge_m(side) + side * 1.4, heading)


def grass(site: Site, road: Open) -> None:
    """Grass and flowers in rows beside the road, with gaps, thinner the farther off. Things may stand in it."""
    rng = site.stream("outside.grass")
    for away, kind in _ROWS[road.sort]:
        strips = site.having("vegetation", "verge", kind)
        for side in _SIDES if strips else ():
            for s in np.arange(*_GRASS_M, LONG_M - 0.2):
                gap, strip = float(rng.random()), site.pick(rng, strips)
                station, aside = float(s + rng.normal(0, 0.25)), float(rng.normal(0, 0.06))
                turned = math.pi * int(rng.integers(2))
                if gap < 0.18 + 0.5 * max(station, 0.0) / _GRASS_M[1]:
                    continue
                t = road.edge_m(side) + side * (away + aside)
                heading = float(road.course.heading_at(station)) + turned
                site.stand(rng, strip, road.course.at(station, t), heading, z_m=float(road.heights_m(t)) - 0.02)


def avenue(site: Site, road: Open, density: float) -> None:
    """Trees of one kind in rows along the road, in some of the scenes."""
    rng, trees = site.stream("outside.avenue"), _trees(site)
    rows, gap = rng.random(2) < 0.2 + 0.25 * density, float(rng.uniform(9, 16))
    if not trees:
        return
    kind = trees[int(rng.integers(len(trees)))].species
    fitting = [tree for tree in trees if tree.species == kind]
    for side, wanted in zip(_SIDES, rows, strict=True):
        for s in np.arange(road.start_m, road.end_m, gap) if wanted else ():
            if rng.random() < 0.1 or side in road.rails:
                continue
            tree, t = fitting[int(rng.integers(len(fitting)))], road.edge_m(side) + side * 4.6
            _place(site, rng, road, tree, float(s + rng.normal(0, 0.4)), t, float(rng.uniform(-np.pi, np.pi)))


def hedges(site: Site, road: Open, land: Land, density: float) -> None:
    """Shrubs between the ditch and the fields, here and there."""
    rng = site.stream("outside.hedges")
    shrubs = site.having("vegetation", "shrub")
    for _ in range(int(4 + 10 * density) if shrubs else 0):
        side = _SIDES[int(rng.integers(2))]
        first, length = float(rng.uniform(road.start_m, road.end_m - 40)), float(rng.uniform(6, 45))
        for s in np.arange(first, first + length, 1.3):
            shrub = shrubs[int(rng.integers(len(shrubs)))]
            t = road.edge_m(side) + side * float(rng.uniform(6.3, 8.5))
            if side * t > abs(road.edge_m(side)) + road.profile_m[-1][0]:
                _on_land(site, rng, land, shrub, road.course.at(float(s), t))
            else:
                _place(site, rng, road, shrub, float(s), t, float(rng.uniform(-np.pi, np.pi)))


def woods(site: Site, road: Open, land: Land, density: float) -> None:
    """Groves, single trees, and a wood that closes the view along the road."""
    rng, trees = site.stream("outside.woods"), _trees(site)
    if not trees:
        return
    for _ in range(int(_GROVES * (0.5 + density))):
        middle = _beside(rng, road, 28.0, 330.0)
        for _ in range(int(rng.integers(4, 16))):
            _on_land(site, rng, land, trees[int(rng.integers(len(trees)))], middle + rng.normal(0, 11.0, 2))
    for _ in range(int(_TREES * density)):
        _on_land(site, rng, land, trees[int(rng.integers(len(trees)))], _beside(rng, road, 18.0, 260.0))
    for _ in range(70):
        s = road.end_m + float(rng.uniform(35.0, 90.0))
        _on_land(site, rng, land, trees[int(rng.integers(len(trees)))], road.course.at(s, float(rng.normal(0, 70))))


def grazing(site: Site, road: Open, land: Land, density: float) -> None:
    """Horses at pasture, in some of the scenes."""
    rng, horses = site.stream("outside.grazing"), site.having("horse")
    chance = float(rng.random())
    if not horses or chance > 0.15 + 0.2 * density:
        return
    middle = _beside(rng, road, 20.0, 60.0)
    for _ in range(int(rng.integers(2, 6))):
        horse = site.pick(rng, horses)
        state = {"state": next(word for word in ("walking", "standing", "lying") if word in horse.tags)}
        x, y = middle + rng.normal(0, 6.0, 2)
        z = float(land.heights_m([(x, y)])[0])
        if not land.corridor.buffer(3).contains(shapely.Point((x, y))):
            site.place(rng, horse, (x, y), float(rng.uniform(-np.pi, np.pi)), z_m=z, attributes=state)


def _trees(site: Site) -> Sequence[Asset]:
    return [a for a in site.having("vegetation", "street tree") if "bare" not in a.tags and not a.attached]


def _beside(rng: Rng, road: Open, near_m: float, far_m: float) -> np.ndarray:  # type: ignore[type-arg]
    """A place in the fields, more often near than far."""
    side, s = _SIDES[int(rng.integers(2))], float(rng.uniform(road.start_m, road.end_m))
    away = float(rng.triangular(near_m, near_m, far_m))
    return road.course.at(s, side * (abs(road.edge_m(side)) + away))


def _on_land(site: Site, rng: Rng, land: Land, asset: Asset, xy_m: Sequence[float] | np.ndarray) -> None:  # type: ignore[type-arg]
    """Let something grow in the fields, if it is not the road's own ground."""
    x, y = (float(v) for v in xy_m)
    if not land.corridor.contains(shapely.Point((x, y))):
        z = float(land.heights_m([(x, y)])[0])
        site.place(rng, asset, (x, y), float(rng.uniform(-np.pi, np.pi)), z_m=z - 0.03)

"""What stands, drives and walks on the floor: staged pallets, trucks, people, guards, signs, clutter."""

from __future__ import annotations

import math

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.warehouse.hall import SHEET_FACE_M
from longtail.scenes.scenarios.warehouse.layout import Layout
from longtail.scenes.scenarios.warehouse.loads import Loader
from longtail.scenes.scenarios.warehouse.racks import DEPTH_M
from longtail.scenes.scenarios.warehouse.standing import Rng, Standing, one_of

_TRIES = 14
_MOST_STAGED_M = 1.75
_ON_SHEETS_M = SHEET_FACE_M - 0.012
_SEAT_M = (-0.62, 0.5)
"""Where a forklift's driver has the middle of the box, ahead of the truck's middle, and the floor under the feet."""


def reserve(standing: Standing, layout: Layout, eye_m: tuple[float, float], heading_rad: float) -> None:
    """The racks' floors, the columns, and the first metres before the camera."""
    for rack in layout.racks:
        middle = rack.x_m + rack.length_m / 2
        standing.occupied.add(footprint(middle, rack.y_m, 0.0, rack.length_m, DEPTH_M + 0.1))
    for x, y in layout.hall.columns_m:
        standing.occupied.add(footprint(x, y, 0.0, 0.36, 0.36))
    ahead = 0.9
    x, y = eye_m[0] + ahead * math.cos(heading_rad), eye_m[1] + ahead * math.sin(heading_rad)
    standing.occupied.add(footprint(x, y, heading_rad, 2.8, 0.9))


def fixtures(standing: Standing, layout: Layout, rng: Rng) -> None:
    """Guards and numbers at the racks' ends, extinguishers at columns, signs on the walls: what every hall has."""
    guards, hall = standing.having("barrier", "guard"), layout.hall
    ends = [asset for asset in guards if asset.name.endswith("rack-end")]
    posts = [asset for asset in guards if asset.name.endswith("bollard")]
    guarded = rng.random() < 0.75
    for rack in layout.racks:
        for x, turn in ((rack.x_m - 0.3, math.pi), (rack.x_m + rack.length_m + 0.3, 0.0)):
            if guarded and ends:
                _put_free(standing, rng, ends[0], x, rack.y_m, turn)
    numbers = standing.having("sign", "aisle")
    start = int(rng.integers(max(len(numbers) - len(layout.aisles_m), 1)))
    for place, y in enumerate(layout.aisles_m):
        if numbers:
            sign = numbers[min(start + place, len(numbers) - 1)]
            side = y + (layout.aisle_m + DEPTH_M) / 2
            z = min(layout.racks[0].height_m - 0.8, 2.6)
            standing.put(rng, sign, (layout.run_m + 0.03, side, z), 0.0)
            standing.put(rng, sign, (-0.03, side, z), math.pi)
    for x, y in layout.hall.columns_m:
        if rng.random() < 0.3:
            for thing in standing.having("fire extinguisher")[:1]:
                standing.put(rng, thing, (x + 0.28, y, 0.75), 0.0)
    signs = standing.having("sign", "wall")
    for y in layout.docks_m[:-1]:
        if signs and rng.random() < 0.7:
            middle = y + (layout.docks_m[1] - layout.docks_m[0]) / 2
            standing.put(
                rng, one_of(rng, signs), (hall.high_m[0] + _ON_SHEETS_M, middle, float(rng.uniform(1.5, 2.2))), math.pi
            )
    for sign in standing.having("sign", "exit")[:1]:
        standing.put(rng, sign, (hall.high_m[0] + _ON_SHEETS_M, hall.high_m[1] - 0.95, 2.35), math.pi)
    for y in layout.docks_m if posts and rng.random() < 0.6 else ():
        for side in (-1, 1):
            _put_free(standing, rng, posts[0], hall.high_m[0] - 0.75, y + side * 1.78, 0.0)


def _put_free(
    standing: Standing, rng: Rng, asset: Asset, x: float, y: float, turn: float, lamps_on: bool = False, **said: str
) -> bool:
    if not standing.free(asset, x, y, turn):
        return False
    standing.put(rng, asset, (x, y, 0.0), turn, attributes=said, lamps_on=lamps_on)
    return True


def stage(standing: Standing, loader: Loader, layout: Layout, count: int, eye_m: tuple[float, float], rng: Rng) -> None:
    """Pallets in the lanes before the docks, a few along the way at the racks' ends."""
    x0, x1 = layout.run_m + 3.6, layout.hall.high_m[0] - 2.6
    pallet = loader.pallet(rng)
    for _ in range(count):
        for _ in range(_TRIES):
            heading = float(rng.normal(0, 0.05))
            if x1 > x0 and rng.random() < 0.8:
                y = layout.docks_m[int(rng.integers(len(layout.docks_m)))] + 0.95 * int(rng.integers(-1, 2))
                x = x0 + 1.3 * int(rng.integers(0, max(int((x1 - x0) / 1.3), 1))) + float(rng.normal(0, 0.06))
            else:
                x, y = float(rng.uniform(layout.run_m + 1.2, layout.run_m + 2.2)), _along(rng, layout)
                heading += math.pi / 2
            if standing.free(pallet, x, y, heading):
                near = math.hypot(x - eye_m[0], y - eye_m[1]) < 16.0
                loader.load(rng, (x, y, 0.0), heading, float(rng.uniform(0.5, _MOST_STAGED_M)), near)
                break


def _along(rng: Rng, layout: Layout) -> float:
    return float(rng.uniform(layout.hall.low_m[1] + 1.2, layout.hall.high_m[1] - 1.2))


def _spot(rng: Rng, layout: Layout, edge_m: float) -> tuple[float, float, float]:
    """(x, y, heading along the way) of somewhere that trucks and people may be, in the camera's aisle most often."""
    turned = math.pi * int(rng.integers(2))
    where = float(rng.random())
    if where < 0.55:
        x, y = float(rng.uniform(0.5, layout.run_m)), float(rng.uniform(-1, 1)) * max(layout.aisle_m / 2 - edge_m, 0.0)
        return x, y, turned
    if where < 0.9:
        x = float(rng.uniform(layout.run_m + 1.0, layout.hall.high_m[0] - 1.4))
        return x, _along(rng, layout), turned + (math.pi / 2 if rng.random() < 0.5 else 0.0)
    aisle = layout.aisles_m[int(rng.integers(len(layout.aisles_m)))]
    return float(rng.uniform(0.5, layout.run_m)), aisle + float(rng.uniform(-0.5, 0.5)), turned


def drive(standing: Standing, loader: Loader, layout: Layout, count: int, rng: Rng) -> None:
    """Forklifts, with a driver and a load or parked, hand trucks and robots."""
    kinds = [standing.having(name) for name in ("forklift", "pallet truck", "mobile robot")]
    kinds = [found for found in kinds if found]
    for _ in range(count if kinds else 0):
        truck = one_of(rng, kinds[min(int(rng.choice(3, p=(0.5, 0.3, 0.2))), len(kinds) - 1)])
        for _ in range(_TRIES):
            x, y, heading = _spot(rng, layout, truck.size_m[1] / 2 + 0.35)
            heading += float(rng.normal(0, 0.06))
            if truck.category == "forklift" and rng.random() < 0.25:
                heading += math.pi / 2
            if standing.free(truck, x, y, heading, 0.15):
                _man(standing, loader, truck, x, y, heading, rng)
                break


def _man(standing: Standing, loader: Loader, truck: Asset, x: float, y: float, heading: float, rng: Rng) -> None:
    """The truck with who drives it and what it carries."""
    drivers = standing.having("person", "driver")
    driven = truck.category == "forklift" and bool(drivers) and rng.random() < 0.6
    state = {"state": "driven" if driven else "parked"} if truck.category == "forklift" else {}
    standing.put(
        rng, truck, (x, y, 0.0), heading, attributes=state, lamps_on=driven or truck.category == "mobile robot"
    )
    cos, sin = math.cos(heading), math.sin(heading)
    if driven:
        ahead, up = _SEAT_M
        driver = one_of(rng, drivers)
        standing.put(rng, driver, (x + cos * ahead, y + sin * ahead, up), heading, attributes={"state": "driving"})
    if truck.name == "forklift/raised" or (truck.category == "pallet truck" and rng.random() < 0.4):
        _carry(loader, truck, x, y, heading, rng)


def _carry(loader: Loader, truck: Asset, x: float, y: float, heading: float, rng: Rng) -> None:
    """A pallet on the forks, its long side along them, its deck boards on their blades."""
    fork_m, lift_m = (1.05, 0.552) if truck.category == "forklift" else (0.23, 0.0)
    cos, sin = math.cos(heading), math.sin(heading)
    room = 1.5 if truck.category == "forklift" else 1.3
    loader.load(rng, (x + cos * fork_m, y + sin * fork_m, lift_m), heading, float(rng.uniform(0.6, room)), True)


def people(standing: Standing, layout: Layout, count: int, rng: Rng) -> None:
    """Who is on foot."""
    walkers = [a for a in standing.having("person", "worker") if a.tags & {"walking", "standing"}]
    for _ in range(count if walkers else 0):
        person = one_of(rng, walkers)
        for _ in range(_TRIES):
            x, y, heading = _spot(rng, layout, 0.4)
            walking = "walking" in person.tags
            heading = heading + float(rng.normal(0, 0.2)) if walking else float(rng.uniform(-math.pi, math.pi))
            if _put_free(standing, rng, person, x, y, heading, state="walking" if walking else "standing"):
                break


def litter(standing: Standing, layout: Layout, much: float, rng: Rng) -> None:
    """What stands about along the racks' feet and before the docks, and what lies where it fell."""
    stands = [a for a in standing.assets.values() if "clutter" in a.tags]
    lies = [a for a in standing.assets.values() if "litter" in a.tags]
    singles = standing.having("box", "carton")
    barrels = standing.having("barrel")
    for _ in range(int(rng.poisson(9 * much))):
        thing = one_of(rng, stands + barrels)
        for _ in range(_TRIES):
            x, y, heading = _edge(rng, layout, thing)
            if _put_free(standing, rng, thing, x, y, heading):
                break
    for _ in range(int(rng.poisson(5 * much))):
        thing = one_of(rng, lies + singles)
        x, y, _ = _spot(rng, layout, 0.35)
        _put_free(standing, rng, thing, x, y, float(rng.uniform(-math.pi, math.pi)))


def _edge(rng: Rng, layout: Layout, thing: Asset) -> tuple[float, float, float]:
    """By a rack's foot in the aisle, by its end, or by a wall."""
    heading, where = float(rng.normal(0, 0.15)) + math.pi / 2 * int(rng.integers(4)), float(rng.random())
    if where < 0.45:
        side = 1 if rng.random() < 0.5 else -1
        return float(rng.uniform(2, layout.run_m)), side * (layout.aisle_m / 2 - thing.size_m[1] / 2 - 0.12), heading
    if where < 0.75:
        rack = layout.racks[int(rng.integers(len(layout.racks)))]
        return layout.run_m + 0.55 + thing.size_m[0] / 2, rack.y_m + float(rng.normal(0, 0.3)), heading
    return layout.hall.high_m[0] - 0.5 - thing.size_m[0] / 2, _along(rng, layout), heading

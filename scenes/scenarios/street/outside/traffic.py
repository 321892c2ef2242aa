"""Who is on a road outside towns: fast traffic, few people, and who has broken down."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.street.outside.cross_section import RAIL_M, Open
from longtail.scenes.scenarios.street.road import Side
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.scenarios.street.traffic import Lane, cycle, kept_apart, lanes, on_lane, vehicle_of

# Shares of kinds outside towns (order of magnitude of German counts, BASt: a seventh of motorway traffic is lorries).
MIXES: Mapping[str, Mapping[str, float]] = {
    "rural": {"car": 0.8, "van": 0.09, "truck": 0.07, "bus": 0.01, "motorcycle": 0.03},
    "motorway": {"car": 0.73, "van": 0.1, "truck": 0.15, "bus": 0.01, "motorcycle": 0.01},
}
# Times `objects.vehicle.count`, that of a street: more lanes, and a longer view.
_TIMES = {"rural": 0.5, "motorway": 1.5}
_HEAVY = ("truck", "bus")
_SIGHT_M = {"rural": 260.0, "motorway": 330.0}
_TRIES = 12
# Between two on a lane, at the least.
_APART_M = 9.0
_BROKEN_DOWN = 0.12
_BREAKING_DOWN = ("car", "van", "truck")
# Of those who would walk or ride in a town so many do on a rural road (our estimate).
_WALKERS, _RIDERS = 0.05, 0.35


def drive_outside(site: Site, road: Open, count: int, mix: Mapping[str, float]) -> None:
    """Vehicles on all lanes, heavy ones on the outer lanes."""
    rng, options = site.stream("objects.vehicle"), lanes(site)
    for _ in range(round(count * _TIMES[road.sort])):

        def propose() -> bool:
            asset = vehicle_of(site, rng, mix, "driving")
            lane = options[int(rng.integers(len(options)))]
            s = float(rng.triangular(-40.0, 20.0, _SIGHT_M[road.sort]))
            if asset is None:
                return False
            if asset.category in _HEAVY:
                lane = _outer(options, lane)
            if not kept_apart(site, asset, lane, s, _APART_M):
                return False
            return on_lane(site, rng, asset, lane, s, moving=True, speeds_m_s=_speeds(road, asset, lane))

        site.attempt("objects.vehicle", _TRIES, propose)


def _outer(options: list[Lane], lane: Lane) -> Lane:
    """The outermost lane of the same direction."""
    return max((other for other in options if other.direction == lane.direction), key=lambda other: abs(other.t_m))


def _speeds(road: Open, asset: Asset, lane: Lane) -> tuple[float, float]:
    """Between which it drives: lorries at most 90 km/h, and faster towards the middle of a motorway."""
    low, high = road.speeds_m_s
    if asset.category in _HEAVY:
        return min(low, 20.0), 25.0
    inner = abs(lane.t_m) < abs(road.first_m) + road.lane_width_m
    return (low + 5.0, high) if road.sort == "motorway" and inner else (low, high - 3.0)


def walk_outside(site: Site, road: Open, count: int) -> None:
    """A few people along a rural road, at its left-hand edge; nobody on a motorway."""
    rng = site.stream("objects.pedestrian")
    wanted = int(rng.binomial(count, site.walkers * _WALKERS)) if count and road.sort == "rural" else 0
    for _ in range(wanted):
        site.attempt("objects.pedestrian", _TRIES, lambda: one_walker_outside(site, rng, road))


def cycle_outside(site: Site, road: Open, count: int) -> None:
    """A few riders on a rural road; on a motorway as many as are asked for, which is none."""
    rng = site.stream("outside.cyclists")
    cycle(site, int(rng.binomial(count, _RIDERS)) if road.sort == "rural" else count)


def one_walker_outside(site: Site, rng: Rng, road: Open) -> bool:
    """Somebody on the shoulder of a rural road, or beside a motorway's hard shoulder; whether there was room."""
    side: Side = 1 if rng.random() < 0.5 else -1
    walking = road.sort == "rural"
    people = [p for p in site.having("person", "walking" if walking else "standing") if "child" not in p.tags]
    if not people or site.walkers <= 0:
        return False
    s = float(rng.triangular(5.0, 16.0, 90.0))
    # Facing traffic: whoever walks on the left-hand side looks against it.
    along = float(road.course.heading_at(s)) + (0.0 if side == 1 else math.pi) + float(rng.normal(0, 0.08))
    heading = along if walking else float(rng.uniform(-np.pi, np.pi))
    t = road.edge_m(side) + side * (0.55 if walking else _behind_rail(road, side))
    state = {"state": "walking" if walking else "standing"}
    z = float(road.heights_m(t))
    return site.place(rng, site.whom.pick(rng, people), road.course.at(s, t), heading, z_m=z, attributes=state)


def break_down(site: Site, road: Open, often: float, mix: Mapping[str, float]) -> None:
    """A vehicle that stands on the hard shoulder, sometimes with its driver beside it."""
    rng = site.stream("outside.breakdown")
    chance, s = float(rng.random()), float(rng.triangular(15.0, 30.0, 110.0))
    asset = vehicle_of(
        site, rng, {kind: share for kind, share in mix.items() if kind in ("car", "van", "truck")}, "driving"
    )
    if road.sort != "motorway" or chance > often * _BROKEN_DOWN or asset is None:
        return
    t = road.right_edge_m + 1.25
    heading = float(road.course.heading_at(s)) + float(rng.normal(0, 0.01))
    stood = site.place(
        rng, asset, road.course.at(s, t), heading, z_m=0.0, lamps_on=site.headlights_on, attributes={"state": "parked"}
    )
    people = [p for p in site.having("person", "standing") if "child" not in p.tags]
    if stood and people and site.walkers > 0:
        person, t = site.whom.pick(rng, people), road.right_edge_m - _behind_rail(road, -1)
        xy, turn = road.course.at(s - float(rng.uniform(0.0, 6.0)), t), float(rng.uniform(-np.pi, np.pi))
        z = float(road.heights_m(t))
        site.place(rng, person, xy, turn, z_m=z, attributes={"state": "standing"})


def _behind_rail(road: Open, side: Side) -> float:
    """How far beside the paved edge who waits for help is safe."""
    return RAIL_M + 0.6 if side in road.rails else 0.6


def mix_of(road: Open, values: Mapping[str, Any], section: str) -> dict[str, float]:
    """The shares of kinds on `road`, each times its weight among the drawn values below `section`."""
    return {kind: share * float(values[f"{section}.{kind}"]) for kind, share in MIXES[road.sort].items()}

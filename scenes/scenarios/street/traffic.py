"""Vehicles: driving in their lanes, waiting on the side roads, parked in bays; and cyclists."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.road import PARKING_BAY_M, Course
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.space.parameters import Parameter

# Shares of vehicle kinds in town traffic, two-wheelers apart (order of magnitude of German urban counts, BASt).
DRIVING_MIX: Mapping[str, float] = {"car": 0.76, "van": 0.11, "truck": 0.08, "bus": 0.03, "motorcycle": 0.02}
PARKED_MIX: Mapping[str, float] = {"car": 0.88, "van": 0.12}
DRIVING_WEIGHTS, PARKED_WEIGHTS = "objects.vehicle.weight", "objects.parked.weight"
PARAMETERS: tuple[Parameter, ...] = tuple(
    Parameter(f"{section}.{kind}", 1.0, "", 0, 1000, f"times the share of a {kind} among those that {what}")
    for section, mix, what in ((DRIVING_WEIGHTS, DRIVING_MIX, "drive"), (PARKED_WEIGHTS, PARKED_MIX, "are parked"))
    for kind in mix
)
_TRIES = 12
# Where on the main street vehicles are proposed: the first, the most frequent and the last station.
_STATIONS_M = (-25.0, 20.0, 185.0)
# Between two that drive on one lane, at the least; those that wait in a queue stand closer.
_APART_M = 3.0
# The vehicle that carries the camera: its bumper stands 2 m before the windscreen, its tail 2.5 m behind.
EGO_AHEAD_M, EGO_BEHIND_M, EGO_WIDTH_M = 3.5, 3.0, 2.0


@dataclass(frozen=True)
class Lane:
    """A lane of some course: offset t, and whether its traffic follows the course (+1) or comes against it (-1)."""

    course: Course
    t_m: float
    direction: int


def reserve_ego(site: Site, ego_t_m: float) -> None:
    """Keep everything out of the vehicle that carries the camera."""
    course = site.street.course
    middle = (EGO_AHEAD_M - EGO_BEHIND_M) / 2
    x, y = course.at(middle, ego_t_m)
    heading = float(course.heading_at(middle))
    if site.street.ring is not None:
        x, y, heading = site.street.pose_m(ego_t_m)
        x, y = x + middle * math.cos(heading), y + middle * math.sin(heading)
    length = EGO_AHEAD_M + EGO_BEHIND_M
    site.occupied.add(footprint(x, y, heading, length, EGO_WIDTH_M))


def lanes(site: Site) -> list[Lane]:
    """The main street's lanes."""
    forward, oncoming = site.street.lane_centres_m()
    course = site.street.course
    return [Lane(course, t, 1) for t in forward] + [Lane(course, t, -1) for t in oncoming]


def mixed(mix: Mapping[str, float], weights: Mapping[str, Any], section: str) -> dict[str, float]:
    """The shares of `mix`, each times its weight among the drawn values below `section`."""
    return {kind: share * float(weights[f"{section}.{kind}"]) for kind, share in mix.items()}


def drive(site: Site, count: int, mix: Mapping[str, float] = DRIVING_MIX) -> None:
    """Put `count` vehicles on the main street's lanes, never on a crossing, and a few on the side roads."""
    rng = site.stream("objects.vehicle")
    options = lanes(site)
    for _ in range(count):

        def propose() -> bool:
            lane = options[int(rng.integers(len(options)))]
            asset = vehicle_of(site, rng, mix, "driving")
            # More near than far: near vehicles are what a label is for.
            s = float(rng.triangular(*_STATIONS_M))
            if asset is None or not (_clear(site, asset, s) and kept_apart(site, asset, lane, s, _APART_M)):
                return False
            return on_lane(site, rng, asset, lane, s, moving=True)

        site.attempt("objects.vehicle", _TRIES, propose)
    _side_roads(site, rng, mix)


def _clear(site: Site, asset: Asset, s_m: float) -> bool:
    """Whether a vehicle at that station is off crossings and junction."""
    half = asset.size_m[0] / 2
    on_crossing = any(abs(s_m - crossing) < half + 3.0 for crossing in site.street.crossings_m)
    return not on_crossing and site.street.clear_of_junction(s_m, half + 4.0)


def kept_apart(site: Site, asset: Asset, lane: Lane, s_m: float, apart_m: float) -> bool:
    """Whether nobody is less than `apart_m` before or behind a vehicle at a place of a lane."""
    x, y = (float(v) for v in lane.course.at(s_m, lane.t_m))
    heading = float(lane.course.heading_at(s_m))
    return site.occupied.free(footprint(x, y, heading, asset.size_m[0] + 2 * apart_m, 1.2))


def one_ahead(site: Site, rng: Rng, kind: str) -> bool:
    """Put a vehicle of a kind on a lane ahead of the camera, if there is room; whether it did."""
    options = lanes(site)
    lane = options[int(rng.integers(len(options)))]
    asset = vehicle_of(site, rng, {kind: 1.0}, "driving")
    s = float(rng.triangular(8.0, 20.0, 90.0))
    return asset is not None and _clear(site, asset, s) and on_lane(site, rng, asset, lane, s, moving=True)


def _side_roads(site: Site, rng: Rng, mix: Mapping[str, float]) -> None:
    street = site.street
    if street.junction is None:
        return
    cross, quarter = street.cross_course(), street.cross_half_width_m / 2
    for arm in street.junction.arms:
        edge = abs(street.edge_m(arm)) + 9.0
        for incoming in (True, False):
            if rng.random() < 0.55:
                asset = vehicle_of(site, rng, mix, "driving")
                if asset is None:
                    continue
                distance = edge + asset.size_m[0] / 2 + (0.0 if incoming else float(rng.uniform(0, 30)))
                direction = -arm if incoming else arm
                lane = Lane(cross, quarter * arm * (1 if incoming else -1), direction)
                on_lane(site, rng, asset, lane, arm * distance, moving=not incoming)


def on_lane(
    site: Site,
    rng: Rng,
    asset: Asset,
    lane: Lane,
    s_m: float,
    *,
    moving: bool,
    speeds_m_s: tuple[float, float] | None = None,
) -> bool:
    """Put a vehicle on a lane, driving at one of the road's speeds or `speeds_m_s`, or waiting; whether it fitted."""
    drift = float(rng.normal(0.0, 0.12))
    heading = float(lane.course.heading_at(s_m)) + (0.0 if lane.direction == 1 else np.pi)
    wobble = float(rng.normal(0.0, 0.008))
    width = asset.size_m[1]
    clearance = 0.2 if width < 2.2 else 0.08
    speed = float(rng.uniform(*(speeds_m_s or site.street.speeds_m_s))) if moving else 0.0
    return site.place(
        rng,
        asset,
        lane.course.at(s_m, lane.t_m + drift),
        heading + wobble,
        z_m=0.0,
        clearance_m=clearance,
        lamps_on=site.headlights_on,
        attributes={"state": "driving" if moving else "waiting", "speed_m_s": round(speed, 3)},
    )


def vehicle_of(site: Site, rng: Rng, mix: Mapping[str, float], tag: str) -> Asset | None:
    """A vehicle of a kind drawn from `mix`, among the kinds that the catalogue has."""
    choices: dict[str, Sequence[Asset]] = {kind: site.having(kind, tag) for kind in mix}
    kinds = [kind for kind in mix if choices[kind] and mix[kind] > 0]
    if not kinds:
        return None
    weights = np.array([mix[kind] for kind in kinds])
    return site.pick(rng, choices[kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]])


def park(site: Site, share: float, mix: Mapping[str, float] = PARKED_MIX) -> None:
    """Fill parking bays: each 6 m slot holds a vehicle with probability `share`."""
    rng = site.stream("objects.parked")
    street = site.street
    for bay in street.bays:
        for s in np.arange(bay.s0_m + 3.25, bay.s1_m - 2.8, 6.0):
            asset = vehicle_of(site, rng, mix, "parked")
            taken, shift, offset, turn = rng.random(), rng.normal(0, 0.2), rng.normal(0, 0.08), rng.normal(0, 0.012)
            if asset is None or taken > share or asset.size_m[0] > 5.7 or asset.size_m[1] > PARKING_BAY_M + 0.05:
                continue
            t = street.edge_m(bay.side) + bay.side * (PARKING_BAY_M / 2 + 0.02 + min(abs(offset), 0.12))
            station = float(s + np.clip(shift, -0.3, 0.3))
            backwards = bay.side == 1
            heading = float(street.course.heading_at(station)) + (np.pi if backwards else 0.0) + turn
            site.place(rng, asset, street.course.at(station, t), heading, z_m=0.0, attributes={"state": "parked"})


def cycle(site: Site, count: int) -> None:
    """Cyclists and motorcyclists near the right-hand edge of their carriageway."""
    rng = site.stream("objects.cyclist")
    riders = _riders(site)
    for _ in range(count if riders else 0):
        site.attempt("objects.cyclist", _TRIES, lambda: _ride(site, rng, riders, -5.0))


def one_rider(site: Site, rng: Rng, *kinds: str) -> bool:
    """Put someone on a bicycle or a motorcycle ahead of the camera, if there is room; whether it did."""
    riders = [(rider, bike) for rider, bike in _riders(site) if bike.category in kinds]
    return bool(riders) and _ride(site, rng, riders, 6.0)


def _riders(site: Site) -> list[tuple[Asset, Asset]]:
    """Riders, each with what it sits on."""
    return [(rider, site.assets[rider.rides]) for rider in site.having("rider") if rider.rides in site.assets]


def _ride(site: Site, rng: Rng, riders: Sequence[tuple[Asset, Asset]], first_m: float) -> bool:
    """Propose one of `riders` at the edge of the carriageway, from the station `first_m` on; whether it fitted."""
    street = site.street
    rider, bike = riders[int(rng.integers(len(riders)))]
    s, forward = float(rng.triangular(first_m, 14.0, 90.0)), bool(rng.random() < 0.65)
    if not (forward or street.lanes_oncoming) or not street.clear_of_junction(s, 3.0):
        return False
    edge = street.right_edge_m + 0.75 if forward else street.left_edge_m - 0.75
    xy = street.course.at(s, edge + rng.normal(0, 0.1))
    heading = float(street.course.heading_at(s)) + (0.0 if forward else np.pi)
    speed = round(float(rng.uniform(3.0, 7.0)), 3)
    shape = footprint(float(xy[0]), float(xy[1]), heading, 2.1, 0.75, 0.1)
    if not site.occupied.free(shape):
        return False
    ridden: Mapping[str, Scalar] = {"state": "ridden", "speed_m_s": speed}
    site.place(rng, bike, xy, heading, z_m=0.0, lamps_on=site.headlights_on, attributes=ridden)
    # The rider sits inside the footprint that the bike has just taken.
    site.stand(rng, rider, xy, heading, z_m=0.0, attributes={"state": "riding", "speed_m_s": speed})
    return True

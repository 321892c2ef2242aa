"""Who drives round, waits at the lines and is on the arms of a roundabout, in a street that stands still."""

from __future__ import annotations

import math
from collections.abc import Mapping

from longtail.scenes.assets.asset import Asset
from longtail.scenes.moving.path import Path
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.roundabouts.ring import REACH_M
from longtail.scenes.scenarios.street.roundabouts.street import RoundaboutStreet
from longtail.scenes.scenarios.street.roundabouts.ways import around, line_m, radius_for, way
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.scenarios.street.traffic import vehicle_of

AXLE = 0.3
"""The rear axle, which follows a way, is so far behind the middle, as a share of a vehicle's length."""
LONGEST_M = 7.5
"""What is longer waits at the line: on the ring it would need both the lane and the apron."""

# Of the vehicles of a street so many are at its roundabout, and of these so many on the ring and at the lines; the
# others come or leave (our estimate).
_SHARE, _ROUND, _WAITING = (0.3, 0.6), 0.4, 0.35
_TRIES = 12
_TO_LINE_M, _APART_M, _LONG_BACK_M = (0.0, 0.9), 2.5, 1.0
_SPEEDS_M_S, _ON_ARMS_M_S = (4.0, 7.0), (5.0, 10.0)


def circulate(site: Site, count: int, mix: Mapping[str, float]) -> int:
    """Put some of `count` vehicles on the ring, at its lines and on its arms; how many are there."""
    street, rng = site.street, site.stream("roundabout.traffic")
    if not isinstance(street, RoundaboutStreet):
        return 0
    wanted, placed = round(float(rng.uniform(*_SHARE)) * count), 0
    for _ in range(wanted):
        placed += site.attempt("objects.vehicle", _TRIES, lambda: _propose(site, rng, street, mix))
    return placed


def _propose(site: Site, rng: Rng, street: RoundaboutStreet, mix: Mapping[str, float]) -> bool:
    ring, asset = street.ring, vehicle_of(site, rng, mix, "driving")
    where, share = float(rng.random()), float(rng.random())
    come, go = (int(rng.integers(len(ring.arms))) for _ in range(2))
    behind, speed, slow = float(rng.uniform(*_TO_LINE_M)), rng.uniform(*_SPEEDS_M_S), rng.uniform(*_ON_ARMS_M_S)
    if asset is None:
        return False
    length, width = asset.size_m[:2]
    front, half = length * (0.5 + AXLE), ring.half_m / 2
    path = way(ring, come, go, radius_for(ring, front, width), half, half)
    line, (begins, ends) = line_m(ring, path), around(path)
    long = length > LONGEST_M
    if where < _ROUND:
        at, says, v = begins + share * (ends - begins), "driving", float(speed)
    elif where < _ROUND + _WAITING or long:
        # Long ones stand farther back, where the lane is still straight.
        at, says, v = line - front - behind - (_LONG_BACK_M if long else 0.0), "waiting", 0.0
    else:
        arriving = where < (1 + _ROUND + _WAITING) / 2
        # Who leaves has the bend behind it.
        bent = sum(stretch.length_m for stretch in path.stretches[:-3])
        low = line - front - REACH_M - 8.0 if arriving else bent
        at, says, v = low + share * REACH_M, "driving", float(slow)
    if long and says != "waiting":
        return False
    return _on(site, rng, asset, path, at, says, v)


def _on(site: Site, rng: Rng, asset: Asset, path: Path, way_m: float, says: str, speed: float) -> bool:
    """Put a vehicle with its rear axle on a path; whether nobody is there or close before and behind."""
    x, y, heading, _ = path.at(way_m)
    ahead = AXLE * asset.size_m[0]
    if asset.size_m[0] > LONGEST_M:
        # Both its ends are in the lane, which bends a little.
        fx, fy, _, _ = path.at(way_m + ahead + asset.size_m[0] / 2)
        heading = math.atan2(fy - y, fx - x)
    at = x + ahead * math.cos(heading), y + ahead * math.sin(heading)
    apart = footprint(*at, heading, asset.size_m[0] + 2 * _APART_M, 1.2)
    if not site.occupied.free(apart):
        return False
    return site.place(
        rng,
        asset,
        at,
        heading,
        z_m=0.0,
        clearance_m=0.15,
        lamps_on=site.headlights_on,
        attributes={"state": says, "speed_m_s": round(speed, 3)},
    )

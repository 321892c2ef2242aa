"""Who drives to a roundabout, round it and away from it: along which way, and where each gives way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.moving.path import Path, Stretch
from longtail.scenes.scenarios.street.areas import CROSS_REACH_M
from longtail.scenes.scenarios.street.moving.mover import EGO, Mover
from longtail.scenes.scenarios.street.roundabouts.ring import Arm
from longtail.scenes.scenarios.street.roundabouts.street import RoundaboutStreet
from longtail.scenes.scenarios.street.roundabouts.traffic import AXLE, LONGEST_M
from longtail.scenes.scenarios.street.roundabouts.ways import around, line_m, radius_for, rest_of, way, widest_m
from longtail.scenes.scenarios.street.traffic import EGO_AHEAD_M, EGO_BEHIND_M, EGO_WIDTH_M
from longtail.scenes.scene import Carrier, Placed

_END_M = 2.0
# On a way is who is no farther beside it, and no more turned off it: who is placed on one is there to the last digits.
_BESIDE_M, _TURNED_RAD = 0.05, math.radians(3)
# Off the direction of an arm nobody is more who drives along it.
_ALONG_RAD = math.radians(20)
_ONWARDS_M_S = 7.0
# Who has come so far onto the ring has joined it.
_JOINED_M = 3.0
_NEVER_M = 1e6


def carrier_round(carrier: Carrier, street: RoundaboutStreet, chance: float) -> Mover:
    """The carrier on its way through the roundabout, to an arm that `chance` (0..1) decides."""
    matrix = carrier.world_from_carrier.matrix
    pose = float(matrix[0, 3]), float(matrix[1, 3]), math.atan2(float(matrix[1, 0]), float(matrix[0, 0]))
    speed = float(np.hypot(*carrier.velocity_m_s[:2]))
    ring = street.ring
    radius = ring.middle_m
    if street.seat == "ring":
        radius = math.hypot(pose[0] - ring.x_m, pose[1] - ring.y_m)
    path = _way_of(street, pose, radius, chance)
    made = Mover((EGO,), path or _ahead(pose), speed, EGO_AHEAD_M, EGO_BEHIND_M, EGO_WIDTH_M, bends=True)
    if path is None:
        return _ending(made, street, 0.0)
    # Who stands at the line is about to drive on.
    waits = street.seat == "line"
    return _led(made, street, _ONWARDS_M_S if waits else max(speed, 1.0), from_rest=waits)


def driver_round(
    number: int, item: Placed, asset: Asset, street: RoundaboutStreet, riders: tuple[int, ...], chance: float
) -> Mover | None:
    """Somebody on a ring or on an arm, on the way through or away; None of who is on neither."""
    length, width = asset.size_m[:2]
    ahead = AXLE * length
    front = ahead + length / 2
    heading = item.heading_rad
    pose = (item.x_m - ahead * math.cos(heading), item.y_m - ahead * math.sin(heading), heading)
    path = _way_of(street, pose, radius_for(street.ring, front, width), chance)
    waits = item.attributes.get("state") == "waiting"
    speed = float(item.attributes.get("speed_m_s", 0.0))
    if path is None:
        path = _leaving(street, pose)
    if path is None:
        return None
    turned = math.remainder(heading - path.at(0.0)[2], math.tau)
    made = Mover((number, *riders), path, speed, front, length / 2 - ahead, width, ahead, turned, bends=True)
    if len(path.stretches) == 1:
        return _ending(made, street, speed)
    made = _led(made, street, _ONWARDS_M_S if waits else speed, from_rest=waits)
    if length > LONGEST_M and made.enters_m is not None:
        # It stands at the line: on the ring it would need both the lane and the apron.
        return replace(made, stop_m=made.enters_m[0])
    return made


def _way_of(street: RoundaboutStreet, pose: tuple[float, float, float], radius_m: float, chance: float) -> Path | None:
    """What is left of a way through the roundabout from a pose on; None where none leads through it."""
    found = list(_ways(street, pose, radius_m))
    return found[int(chance * len(found)) % len(found)] if found else None


def _ways(street: RoundaboutStreet, pose: tuple[float, float, float], radius_m: float) -> Iterator[Path]:
    ring, half = street.ring, street.ring.half_m / 2
    x, y, heading = pose
    for come, arm in enumerate(ring.arms):
        d, t = (float(value) for value in arm.beside((x, y)))
        off = math.remainder(heading - arm.heading_rad - math.pi, math.tau)
        if d > ring.reach_m and 0 < t < 2 * ring.half_m and abs(off) < _ALONG_RAD:
            # On the lane of an arm, wherever in it.
            if t < widest_m(ring):
                for go in range(len(ring.arms)):
                    if go != come:
                        yield _from(way(ring, come, go, radius_m, t, half), pose)
            return
    # On the ring one may have come by any arm: by that of the exit, which leads all the way round.
    for go in range(len(ring.arms)):
        for come in range(len(ring.arms)):
            path = way(ring, come, go, radius_m, half, half)
            s, t = (float(value[0]) for value in path.beside(np.array([[x, y]])))
            begins, ends = around(path)
            entering = s < begins
            if abs(t) < _BESIDE_M and abs(math.remainder(heading - path.at(s)[2], math.tau)) < _TURNED_RAD and s < ends:
                if entering and come == go:
                    continue
                yield rest_of(path, s)
                if not entering:
                    break


def _from(path: Path, pose: tuple[float, float, float]) -> Path:
    return rest_of(path, float(path.beside(np.array([pose[:2]]))[0][0]))


def _leaving(street: RoundaboutStreet, pose: tuple[float, float, float]) -> Path | None:
    """Straight on of somebody who drives away along an arm, or the rest of the way out; None of others."""
    ring, half = street.ring, street.ring.half_m / 2
    x, y, heading = pose
    for arm in ring.arms:
        d, t = (float(value) for value in arm.beside((x, y)))
        away = math.remainder(heading - arm.heading_rad, math.tau)
        in_lane = abs(t) < 2 * ring.half_m and d > ring.reach_m
        if in_lane and abs(away) < _ALONG_RAD:
            return Path((Stretch(x, y, arm.heading_rad, 0.0, _NEVER_M),))
        if in_lane and abs(away) > math.pi - _ALONG_RAD:
            # Too far to a side to get round: it comes as far as the arm is straight.
            return Path((Stretch(x, y, arm.heading_rad + math.pi, 0.0, _NEVER_M),))
    for go in range(len(ring.arms)):
        path = way(ring, (go + 1) % len(ring.arms), go, ring.middle_m, half, half)
        s, t = (float(value[0]) for value in path.beside(np.array([[x, y]])))
        if abs(t) < 2.0 and abs(math.remainder(heading - path.at(s)[2], math.tau)) < _ALONG_RAD and s > around(path)[1]:
            return rest_of(path, s)
    return None


def _ahead(pose: tuple[float, float, float]) -> Path:
    return Path((Stretch(*pose, 0.0, _NEVER_M),))


def _led(made: Mover, street: RoundaboutStreet, likes_m_s: float, *, from_rest: bool) -> Mover:
    """Somebody with the line where they give way, and the end of their arm."""
    ring, path = street.ring, made.path
    enters = None
    joins = joined_m(path)
    if joins is not None:
        line = line_m(ring, path)
        if line > made.front_m - 0.3:
            enters = (max(line, made.front_m + 0.05), joins + _JOINED_M)
    return _ending(replace(made, speed_m_s=likes_m_s, from_rest=from_rest, enters_m=enters), street, likes_m_s)


def joined_m(path: Path) -> float | None:
    """The way after which a path is on the circle; None of one that is on it or has left it."""
    start = 0.0
    for number, stretch in enumerate(path.stretches):
        if stretch.curvature_1_m > 0:
            return start if number else None
        start += stretch.length_m
    return None


def _ending(made: Mover, street: RoundaboutStreet, likes_m_s: float) -> Mover:
    """Somebody who stands at the end of the arm that the way leads along."""
    last = made.path.stretches[-1]
    before = sum(stretch.length_m for stretch in made.path.stretches[:-1])
    ring = street.ring
    for number, arm in enumerate(ring.arms):
        off = math.remainder(last.heading_rad - arm.heading_rad, math.tau)
        if abs(off) < _ALONG_RAD:
            d = float(arm.beside((last.x_m, last.y_m))[0])
            return replace(made, speed_m_s=likes_m_s, stop_m=max(before + _length_m(street, number) - d, made.front_m))
        if abs(off) > math.pi - _ALONG_RAD and len(made.path.stretches) == 1 and _is_on(arm, last):
            d = float(arm.beside((last.x_m, last.y_m))[0])
            return replace(made, speed_m_s=likes_m_s, stop_m=max(d - ring.reach_m, made.front_m))
    return replace(made, speed_m_s=likes_m_s)


def _is_on(arm: Arm, lane: Stretch) -> bool:
    d, t = (float(value) for value in arm.beside((lane.x_m, lane.y_m)))
    return d > 0 and abs(t) < 12.0


def _length_m(street: RoundaboutStreet, number: int) -> float:
    """How far along an arm anybody drives."""
    ends = (street.ring_s_m - street.start_m, street.end_m - street.ring_s_m)
    return (ends[number] if number < 2 else CROSS_REACH_M) - _END_M

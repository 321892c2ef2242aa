"""Who drives and rides in a street, along which path, and how fast each likes to go."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from longtail.annotate.labels.arc import Arc
from longtail.scenes.assets.asset import Asset
from longtail.scenes.moving.path import Array, Path, Stretch
from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M, CROSS_REACH_M
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.moving.mover import EGO, Mover, rectangle
from longtail.scenes.scenarios.street.moving.turning import RADIUS_M, off_the_street, onto_the_street
from longtail.scenes.scenarios.street.outside.cross_section import Open
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scenarios.street.traffic import EGO_AHEAD_M, EGO_BEHIND_M, EGO_WIDTH_M
from longtail.scenes.scene import Carrier, Placed, Scene

# The rear axle is so far behind the middle, as a share of a vehicle's length; it follows the path.
_AXLE = 0.3
_ALONG_RAD = math.radians(20)
# Before the stop line, and before the town's end.
_LINE_M, _END_M = 1.0, 2.0
_GOING = ("driving", "ridden")
_HELD_BY_LIGHTS = ("red", "yellow")
# Of those who could, so many turn off the main street, and onto it (our estimate); longer vehicles need more room.
_TURN_OFF, _TURN_ON = 0.4, 0.6
# No bicycle or motorcycle is so wide.
_NARROW_M = 1.0
_LONGEST_M, _BEFORE_TURN_M, _ONWARDS_M_S = 6.5, 4.0, 9.0


def movers(scene: Scene, street: Street, assets: Mapping[str, Asset], rng: Rng) -> list[Mover]:
    """The carrier first, then everybody who drives or rides, in the order of the scene's objects."""
    lights = _main_lights(scene, street, assets)
    found = []
    if scene.carrier is not None:
        found.append(_ego(scene.carrier, street, lights))
    riders = _riders(scene)
    for number, item in enumerate(scene.objects):
        turns = float(rng.random())
        if item.attributes.get("state") in _GOING:
            made = _mover(number, item, assets[item.asset], street, lights, riders.get(number, ()))
            if made and turns < _TURN_OFF and not lights:
                made = _turning_off(made, street)
            found += [made] if made else []
        elif item.attributes.get("state") == "waiting" and turns < _TURN_ON and _may_go(street, lights):
            made = _turning_on(number, item, assets[item.asset], street)
            found += [made] if made else []
    # Outside towns nobody on a bicycle is as fast as the others.
    return _as_fast_as_behind(found, _NARROW_M if isinstance(street, Open) else 0.0)


def standing(scene: Scene, assets: Mapping[str, Asset], apart: frozenset[int]) -> list[Array]:
    """The footprints (4, 2) of all objects but those of the numbers `apart`."""
    return [_stood(item, assets) for number, item in enumerate(scene.objects) if number not in apart]


def held_by(mover: Mover, stood: Sequence[Array]) -> float:
    """The way after which the mover's front meets what stands, whatever that is; infinite where nothing is in the way.

    `stood` are the corners (4, 2) of each thing.
    """
    if not stood:
        return math.inf
    corners = np.array(stood)
    s, t = mover.path.beside(corners.reshape(-1, 2))
    s, t = s.reshape(-1, 4), t.reshape(-1, 4)
    half = mover.width_m / 2 + 0.1
    blocking = (t.min(axis=1) < half) & (t.max(axis=1) > -half) & (s.min(axis=1) >= mover.front_m)
    return float(s.min(axis=1)[blocking].min()) if blocking.any() else math.inf


def _stood(item: Placed, assets: Mapping[str, Asset]) -> Array:
    asset = assets[item.asset]
    length, width = asset.footprint_m or asset.size_m[:2]
    return rectangle(item.x_m, item.y_m, item.heading_rad, -length / 2, length / 2, width / 2)


def _ego(carrier: Carrier, street: Street, lights: bool) -> Mover:
    matrix = carrier.world_from_carrier.matrix
    s, t = (float(v) for v in street.course.beside(matrix[:2, 3]))
    path = Path((Stretch.beside_line(street.course, s, t),))
    speed = float(np.hypot(*carrier.velocity_m_s[:2]))
    stop = _stop_m(street, path, 1, EGO_AHEAD_M, lights)
    return Mover((EGO,), path, speed, EGO_AHEAD_M, EGO_BEHIND_M, EGO_WIDTH_M, stop_m=stop)


def _mover(
    number: int, item: Placed, asset: Asset, street: Street, lights: bool, riders: tuple[int, ...]
) -> Mover | None:
    """Somebody along the lane that the drawn place is in; None where it is in none."""
    line = _line_of(item, street)
    if line is None:
        return None
    course, direction = line
    length, width = asset.size_m[:2]
    # What runs on rails is on them at both ends.
    ahead = 0.0 if "rails" in asset.tags else _AXLE * length
    axle = (item.x_m - ahead * math.cos(item.heading_rad), item.y_m - ahead * math.sin(item.heading_rad))
    s, t = (float(v) for v in course.beside(axle))
    path = Path((Stretch.beside_line(course, s, t, direction),))
    turned = math.remainder(item.heading_rad - path.at(0.0)[2], math.tau)
    speed = float(item.attributes.get("speed_m_s", 0.0))
    if course is street.course:
        stop = _stop_m(street, path, direction, ahead + length / 2, lights)
    else:
        stop = CROSS_REACH_M - abs(s) - _END_M
    return Mover((number, *riders), path, speed, ahead + length / 2, length / 2 - ahead, width, ahead, turned, stop)


def _turning_off(mover: Mover, street: Street) -> Mover:
    """The mover on a way that leaves the main street to the right, where it is on the outer lane before one."""
    (lane,) = mover.path.stretches
    s, t = (float(v) for v in street.course.beside((lane.x_m, lane.y_m)))
    direction = 1 if math.cos(lane.heading_rad - float(street.course.heading_at(s))) > 0 else -1
    outer = street.right_edge_m if direction == 1 else street.left_edge_m
    if abs(outer - t) > street.lane_width_m or mover.front_m + mover.back_m > _LONGEST_M:
        return mover
    path = off_the_street(street, lane, direction)
    if path is None or path.stretches[0].length_m < mover.front_m + _BEFORE_TURN_M:
        return mover
    ends = path.stretches[0].length_m + path.stretches[1].length_m + CROSS_REACH_M - abs(outer) - RADIUS_M - _END_M
    return replace(mover, path=path, stop_m=ends)


def _may_go(street: Street, lights: bool) -> bool:
    """Whether who waits on the crossing road may drive: where no lights are, or they hold the main street."""
    return street.junction is not None and (lights or not street.junction.signals)


def _turning_on(number: int, item: Placed, asset: Asset, street: Street) -> Mover | None:
    """Somebody who waits on the crossing road, on a way to the right along the main street."""
    made = _mover(number, item, asset, street, False, ())
    line = _line_of(item, street)
    if made is None or line is None or line[0] is street.course or made.front_m + made.back_m > _LONGEST_M:
        return None
    path = onto_the_street(street, made.path.stretches[0], -line[1])
    if path is None or len(path.stretches) != 3:
        return None
    goal = path.stretches[2]
    s, _ = (float(v) for v in street.course.beside((goal.x_m, goal.y_m)))
    rest = street.end_m - s if -line[1] == -1 else s - street.start_m
    ends = path.stretches[0].length_m + path.stretches[1].length_m + rest - _END_M
    return replace(made, path=path, speed_m_s=_ONWARDS_M_S, stop_m=ends, from_rest=True)


def _line_of(item: Placed, street: Street) -> tuple[Arc, int] | None:
    """The course that somebody drives along, and whether with (1) or against it (-1)."""
    for course in (street.course, *((street.cross_course(),) if street.junction else ())):
        s, t = (float(v) for v in course.beside((item.x_m, item.y_m)))
        apart = math.remainder(item.heading_rad - float(course.heading_at(s)), math.tau)
        half = max(-street.right_edge_m, street.left_edge_m) if course is street.course else street.cross_half_width_m
        if abs(t) <= half and abs(apart) < _ALONG_RAD:
            return course, 1
        if abs(t) <= half and abs(apart) > math.pi - _ALONG_RAD:
            return course, -1
    return None


def _riders(scene: Scene) -> dict[int, tuple[int, ...]]:
    """Who sits on each thing that is ridden: those who share its place."""
    places = {
        (item.x_m, item.y_m): n for n, item in enumerate(scene.objects) if item.attributes.get("state") == "ridden"
    }
    found: dict[int, tuple[int, ...]] = {}
    for number, item in enumerate(scene.objects):
        ridden = places.get((item.x_m, item.y_m))
        if ridden is not None and ridden != number:
            found[ridden] = (*found.get(ridden, ()), number)
    return found


def _main_lights(scene: Scene, street: Street, assets: Mapping[str, Asset]) -> bool:
    """Whether traffic lights hold the main street. None do without current."""
    if street.junction is None or scene.circuits.get("mains", 1.0) == 0.0:
        return False
    along = float(street.course.heading_at(street.junction.s_m))
    return any(
        assets[item.asset].phase in _HELD_BY_LIGHTS and abs(math.sin(item.heading_rad - along)) < 0.5
        for item in scene.objects
        if assets[item.asset].phase is not None
    )


def _stop_m(street: Street, path: Path, direction: int, front_m: float, lights: bool) -> float:
    """The way after which the front of who drives along the main street must stand: at red lights, at its end."""
    ends = [street.end_m - _END_M if direction == 1 else street.start_m + _END_M]
    if lights and street.junction is not None:
        half = street.cross_half_width_m + CORNER_RADIUS_M + _LINE_M
        lines = [
            crossing for crossing in street.crossings_m if 0 < direction * (street.junction.s_m - crossing) < 2 * half
        ]
        # Before the zebra crossing where there is one before the junction.
        ends.append(min((direction * street.junction.s_m - half, *(direction * c - 3.0 for c in lines))) * direction)
    ways = [float(path.beside(np.asarray(street.course.at(end, _offset(street, path)))[None])[0][0]) for end in ends]
    return min((way for way in ways if way > front_m), default=front_m)


def _offset(street: Street, path: Path) -> float:
    x, y, _, _ = path.at(0.0)
    return float(street.course.beside((x, y))[1])


def _as_fast_as_behind(found: Sequence[Mover], wider_m: float) -> list[Mover]:
    """Whoever is before the carrier on its lane and `wider_m` is no slower: it drives as fast as it is said to."""
    ego = next((mover for mover in found if EGO in mover.things), None)
    if ego is None:
        return list(found)
    result = []
    for mover in found:
        x, y, heading, _ = mover.path.at(0.0)
        s, t = ego.path.beside(np.array([[x, y]]))
        same = mover is not ego and abs(float(t[0])) < ego.width_m and float(s[0]) > 0
        along = abs(math.remainder(heading - ego.path.at(0.0)[2], math.tau)) < math.pi / 3
        faster = max(mover.speed_m_s, ego.speed_m_s)
        result.append(replace(mover, speed_m_s=faster) if same and along and mover.width_m > wider_m else mover)
    return result


def sharing(found: Sequence[Mover]) -> Iterator[int]:
    """The numbers of all objects that move."""
    for mover in found:
        yield from (thing for thing in mover.things if thing != EGO)

"""Who drives and rides in a street, along which path, and how fast each likes to go."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from longtail.annotate.labels.arc import Arc
from longtail.scenes.assets.asset import Asset
from longtail.scenes.moving.path import Array, Path, Stretch
from longtail.scenes.moving.traffic_light import Phase
from longtail.scenes.moving.traffic_light import Road as SignalRoad
from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M, CROSS_REACH_M
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.moving.changing import changing
from longtail.scenes.scenarios.street.moving.circulating import carrier_round, driver_round
from longtail.scenes.scenarios.street.moving.mover import EGO, Mover, Shown, firsts_m, rectangle
from longtail.scenes.scenarios.street.moving.turning import LEFT_RADIUS_M, RADIUS_M, off_the_street, onto_the_street
from longtail.scenes.scenarios.street.outside.cross_section import Open
from longtail.scenes.scenarios.street.road import Road
from longtail.scenes.scenarios.street.roundabouts.street import RoundaboutStreet
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scenarios.street.traffic import EGO_AHEAD_M, EGO_BEHIND_M, EGO_WIDTH_M
from longtail.scenes.scene import Carrier, Placed, Scene

# The rear axle is so far behind the middle, as a share of a vehicle's length; it follows the path.
_AXLE = 0.3
_ALONG_RAD = math.radians(20)
# Before the stop line, and before the town's end.
_LINE_M, _END_M = 1.0, 2.0
# How far before whoever waits on the crossing road its line may be.
_AT_LINE_M = 0.3
_GOING = ("driving", "ridden")
# Of those who could, so many turn off the main street, and onto it (our estimate); longer vehicles need more room.
_TURN_OFF, _TURN_LEFT, _TURN_ON, _JOIN = 0.4, 0.35, 0.6, 0.6
# No bicycle or motorcycle is so wide.
_NARROW_M = 1.0
_LONGEST_M, _BEFORE_TURN_M, _ONWARDS_M_S = 6.5, 4.0, 9.0


Lights = Mapping[SignalRoad, Shown]
"""What the lights of each road of a junction show to vehicles."""


@dataclass(frozen=True)
class Chances:
    """The streams by which it is decided who turns (to the right off the street and onto it, to the left off it, the
    carrier, to the left onto it) and who changes lanes."""

    drivers: Rng
    left: Rng
    carrier: Rng
    joining: Rng
    lanes: Rng


def movers(scene: Scene, street: Street, assets: Mapping[str, Asset], rngs: Chances) -> list[Mover]:
    """The carrier first, then everybody who drives or rides, in the order of the scene's objects."""
    rng = rngs.drivers
    if isinstance(street, RoundaboutStreet):
        return _round(scene, street, assets, rngs)
    lights = shown_by_lights(scene, street, assets)
    held = "main" in lights and lights["main"](0.0) != "green"
    found = []
    left = rngs.left
    if scene.carrier is not None:
        ego, turns = _ego(scene.carrier, street, lights), float(rngs.carrier.random())
        found.append(ego if held else _turning(ego, street, turns, turns - _TURN_OFF))
    riders = _riders(scene)
    occupied = _occupied(scene, street)
    for number, item in enumerate(scene.objects):
        turns, turns_left, joins = float(rng.random()), float(left.random()), float(rngs.joining.random())
        changes = rngs.lanes.random(3)
        if item.attributes.get("state") in _GOING:
            made = _mover(number, item, assets[item.asset], street, lights, riders.get(number, ()))
            if made and not held:
                made = _turning(made, street, turns, turns_left)
            if made and made.steers and made.width_m > _NARROW_M:
                made = changing(made, street, occupied, changes)
            found += [made] if made else []
        elif item.attributes.get("state") == "waiting" and _may_go(street, lights):
            made = _queueing(number, item, assets[item.asset], street, lights)
            if made is None and turns < _TURN_ON:
                made = _turning_on(number, item, assets[item.asset], street, lights)
            if made is None and joins < _JOIN:
                made = _turning_on(number, item, assets[item.asset], street, lights, left=True)
            if made is None and lights:
                made = _straight_on(number, item, assets[item.asset], street, lights)
            found += [made] if made else []
    # Nobody who pedals is as fast as a car, and outside towns no two-wheeler is driven as fast as others.
    pedalled = {n for n, item in enumerate(scene.objects) if assets[item.asset].category == "bicycle"}
    narrow = {mover for mover in found if mover.width_m <= _NARROW_M} if isinstance(street, Open) else set()
    own_pace = {mover for mover in found if pedalled.intersection(mover.things)} | narrow
    return _as_fast_as_behind(found, own_pace)


def _round(scene: Scene, street: RoundaboutStreet, assets: Mapping[str, Asset], rngs: Chances) -> list[Mover]:
    """As `movers`, where a roundabout is in the street."""
    found, riders = [], _riders(scene)
    if scene.carrier is not None:
        found.append(carrier_round(scene.carrier, street, float(rngs.carrier.random())))
    for number, item in enumerate(scene.objects):
        chance = float(rngs.drivers.random())
        if item.attributes.get("state") in (*_GOING, "waiting"):
            made = driver_round(number, item, assets[item.asset], street, riders.get(number, ()), chance)
            found += [made] if made else []
    return found


def _occupied(scene: Scene, street: Street) -> list[tuple[float, float]]:
    """The stations and offsets of all that drives or waits, and of the carrier."""
    at = [(item.x_m, item.y_m) for item in scene.objects if item.attributes.get("state") in (*_GOING, "waiting")]
    if scene.carrier is not None:
        x, y = scene.carrier.world_from_carrier.matrix[:2, 3].tolist()
        at.append((x, y))
    s, t = street.course.beside(np.array(at).reshape(-1, 2))
    return list(zip(s.tolist(), t.tolist(), strict=True))


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
    if mover.bends:
        return float(firsts_m(mover.path, corners, mover.width_m / 2 + 0.1, mover.front_m).min())
    s, t = mover.path.beside(corners.reshape(-1, 2))
    s, t = s.reshape(-1, 4), t.reshape(-1, 4)
    half = mover.width_m / 2 + 0.1
    blocking = (t.min(axis=1) < half) & (t.max(axis=1) > -half) & (s.min(axis=1) >= mover.front_m)
    return float(s.min(axis=1)[blocking].min()) if blocking.any() else math.inf


def _stood(item: Placed, assets: Mapping[str, Asset]) -> Array:
    asset = assets[item.asset]
    length, width = asset.footprint_m or asset.size_m[:2]
    return rectangle(item.x_m, item.y_m, item.heading_rad, -length / 2, length / 2, width / 2)


def _ego(carrier: Carrier, street: Street, lights: Lights) -> Mover:
    matrix = carrier.world_from_carrier.matrix
    s, t = (float(v) for v in street.course.beside(matrix[:2, 3]))
    path = Path((Stretch.beside_line(street.course, s, t),))
    speed = float(np.hypot(*carrier.velocity_m_s[:2]))
    stop, line = _stop_m(street, path, 1, EGO_AHEAD_M), _line_m(street, path, 1, EGO_AHEAD_M)
    made = Mover((EGO,), path, speed, EGO_AHEAD_M, EGO_BEHIND_M, EGO_WIDTH_M, stop_m=stop)
    return replace(made, line_m=line, signal=lights.get("main"))


def _mover(
    number: int, item: Placed, asset: Asset, street: Street, lights: Lights, riders: tuple[int, ...]
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
    front = ahead + length / 2
    made = Mover((number, *riders), path, speed, front, length / 2 - ahead, width, ahead, turned)
    made = replace(made, steers="rails" not in asset.tags)
    if course is not street.course:
        return replace(made, stop_m=CROSS_REACH_M - abs(s) - _END_M)
    stop, before = _stop_m(street, path, direction, front), _line_m(street, path, direction, front)
    return replace(made, stop_m=stop, line_m=before, signal=lights.get("main"))


def _turning(mover: Mover, street: Street, right: float, left: float) -> Mover:
    """The mover on a way that leaves the main street, where chance (0..1 each) and its lane have it turn."""
    made = mover
    if right < _TURN_OFF:
        made = _turning_off(mover, street)
    if made is mover and 0 <= left < _TURN_LEFT and mover.width_m > _NARROW_M:
        made = _turning_left(mover, street)
    return made if made is mover else replace(made, instead=mover)


def _turning_left(mover: Mover, street: Street) -> Mover:
    """The mover on a way that leaves the main street to the left, where it is on the lane beside the oncoming ones."""
    (lane,) = mover.path.stretches
    s, t = (float(v) for v in street.course.beside((lane.x_m, lane.y_m)))
    direction = 1 if math.cos(lane.heading_rad - float(street.course.heading_at(s))) > 0 else -1
    if abs(t) > street.lane_width_m or mover.front_m + mover.back_m > _LONGEST_M or not mover.steers:
        return mover
    path = off_the_street(street, lane, direction, left=True)
    if path is None or path.stretches[0].length_m < mover.front_m + _BEFORE_TURN_M:
        return mover
    way = path.stretches[0].length_m + path.stretches[1].length_m
    return replace(mover, path=path, stop_m=way + CROSS_REACH_M - abs(t) - LEFT_RADIUS_M - _END_M, gives_way=True)


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


def _may_go(street: Street, lights: Lights) -> bool:
    """Whether who waits on the crossing road may ever drive: where no lights are, or they work."""
    return street.junction is not None and (bool(lights) or not street.junction.signals)


def _queueing(number: int, item: Placed, asset: Asset, street: Street, lights: Lights) -> Mover | None:
    """Somebody who waits on the main street, and drives on once its light lets it; None of who waits elsewhere."""
    line = _line_of(item, street)
    made = _mover(number, item, asset, street, lights, ())
    if made is None or line is None or line[0] is not street.course:
        return None
    return replace(made, speed_m_s=_ONWARDS_M_S, from_rest=True)


def _straight_on(number: int, item: Placed, asset: Asset, street: Street, lights: Lights) -> Mover | None:
    """Somebody who waits on the crossing road, on the way to its other arm; None where it has none."""
    made, line = _mover(number, item, asset, street, {}, ()), _line_of(item, street)
    if made is None or line is None or line[0] is street.course or street.junction is None:
        return None
    if len(street.junction.arms) < 2:
        return None
    s, _ = (float(v) for v in line[0].beside((item.x_m, item.y_m)))
    if s * line[1] > 0:
        return None
    stop = CROSS_REACH_M + abs(s) - made.ahead_m - _END_M
    return replace(_waiting(made, lights), stop_m=stop)


def _waiting(made: Mover, lights: Lights) -> Mover:
    """Somebody who stands at the line of the crossing road, and drives on once that has green."""
    return replace(
        made,
        speed_m_s=_ONWARDS_M_S,
        from_rest=True,
        line_m=made.front_m + _AT_LINE_M,
        signal=lights.get("cross"),
    )


def _turning_on(
    number: int, item: Placed, asset: Asset, street: Street, lights: Lights, *, left: bool = False
) -> Mover | None:
    """Somebody who waits on the crossing road, on a way to the right or to the left along the main street."""
    made = _mover(number, item, asset, street, {}, ())
    line = _line_of(item, street)
    if made is None or line is None or line[0] is street.course or made.front_m + made.back_m > _LONGEST_M:
        return None
    arm = -line[1]
    if left and (made.width_m < _NARROW_M or not _comes_from(arm, item, line[0])):
        return None
    path = onto_the_street(street, made.path.stretches[0], arm, left=left)
    if path is None or len(path.stretches) != 3:
        return None
    goal = path.stretches[2]
    s, _ = (float(v) for v in street.course.beside((goal.x_m, goal.y_m)))
    direction = arm if left else -arm
    rest = street.end_m - s if direction == 1 else s - street.start_m
    ends = path.stretches[0].length_m + path.stretches[1].length_m + rest - _END_M
    return replace(_waiting(made, lights), path=path, stop_m=ends, gives_way=left, joins=left)


def _comes_from(arm: int, item: Placed, cross: Arc) -> bool:
    """Whether somebody on the crossing road is still on the arm that it comes from."""
    return float(cross.beside((item.x_m, item.y_m))[0]) * arm > 0


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


def shown_by_lights(scene: Scene, street: Street, assets: Mapping[str, Asset]) -> Lights:
    """What the lights of each road show to vehicles at a time. Nothing where there are none, or have no current."""
    found: dict[SignalRoad, Shown] = {}
    if street.junction is None or scene.circuits.get("mains", 1.0) == 0.0:
        return found
    for item in scene.objects:
        phase = assets[item.asset].phase
        if phase is not None:
            found.setdefault(road_of(item, street), _shown(item, phase))
    return found


def road_of(item: Placed, street: Road) -> SignalRoad:
    """Which road a traffic light at the junction is for."""
    assert street.junction is not None
    along = float(street.course.heading_at(street.junction.s_m))
    return "main" if abs(math.sin(item.heading_rad - along)) < 0.5 else "cross"


def _shown(item: Placed, phase: Phase) -> Shown:
    signal = item.signal
    return (lambda _: phase) if signal is None else (lambda time_s: signal.at(time_s).vehicles)


def _stop_m(street: Street, path: Path, direction: int, front_m: float) -> float:
    """The way after which the front of who drives along the main street must stand at its end."""
    way = _way_to(street, path, street.end_m - _END_M if direction == 1 else street.start_m + _END_M)
    return max(way, front_m)


def _line_m(street: Street, path: Path, direction: int, front_m: float) -> float:
    """The way to the line before the junction, for who is not beyond it."""
    if street.junction is None:
        return math.inf
    way = _way_to(street, path, line_station_m(street, direction))
    return way if way > front_m else math.inf


def line_station_m(street: Road, direction: int) -> float:
    """The station of the line before the junction, for who drives in a direction: where a vehicle's front must stand.

    ValueError where the street has no junction.
    """
    if street.junction is None:
        raise ValueError("line_station_m: this street has no junction")
    half = street.cross_half_width_m + CORNER_RADIUS_M + _LINE_M
    lines = [c for c in street.crossings_m if 0 < direction * (street.junction.s_m - c) < 2 * half]
    # Before the zebra crossing where there is one before the junction.
    return min((direction * street.junction.s_m - half, *(direction * c - 3.0 for c in lines))) * direction


def _way_to(street: Street, path: Path, s_m: float) -> float:
    """How far along a path the station of the main street is."""
    return float(path.beside(np.asarray(street.course.at(s_m, _offset(street, path)))[None])[0][0])


def _offset(street: Street, path: Path) -> float:
    x, y, _, _ = path.at(0.0)
    return float(street.course.beside((x, y))[1])


def _as_fast_as_behind(found: Sequence[Mover], own_pace: Set[Mover]) -> list[Mover]:
    """Whoever is before the carrier on its lane, but for those of `own_pace`, is no slower: it drives as fast as it is
    said to."""
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
        result.append(replace(mover, speed_m_s=faster) if same and along and mover not in own_pace else mover)
    return result


def sharing(found: Sequence[Mover]) -> Iterator[int]:
    """The numbers of all objects that move."""
    for mover in found:
        yield from (thing for thing in mover.things if thing != EGO)

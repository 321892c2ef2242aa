"""Who but the camera's carrier goes through a hall in a clip: trucks that are driven, robots, and people on foot.

Trucks and robots go straight on, some of them round the corner of a rack, up to a stand before whatever is on their
way, people as long as nothing is, else the other way. Who would meet somebody else who moves goes straight on if it
would turn, else stays, people before trucks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from longtail.annotate.rounding import cos_sin, product
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.moving.motion import Motion, Stride
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Array, Path, joined
from longtail.scenes.scenarios.warehouse.racks import Rack
from longtail.scenes.scenarios.warehouse.standing import Rng
from longtail.scenes.scenarios.warehouse.turning import Corner, corner_of
from longtail.scenes.scene import Placed, Scene

BRAKE_M_S2 = 1.1
"""How hard trucks and robots brake (our estimate)."""
# How fast they like to go, in m/s (our estimate: halls allow 6 to 10 km/h, and robots are slower).
_SPEEDS_M_S = {"forklift": (0.9, 2.2), "mobile robot": (0.6, 1.3)}
# What is kept free beside trucks and about people, and before trucks; who has less than the last does not set off.
_BESIDE_M, _WALKING_M, _BEFORE_M, _LEAST_M = 0.12, 0.05, 0.4, 0.3
# What hangs higher is passed under, and what is lower driven over.
_HIGH_M, _LOW_M = 2.2, 0.03
_FAR_M, _ALIGN_M, _EVERY_S = 500.0, 0.8, 0.2
# How far who turns looks on behind the bend, in which steps, and over how much way the wheels are steered.
_BEHIND_BEND_M, _EVERY_M, _STEERS_OVER_M = 20.0, 0.1, 0.4
# Who stands says so, as where nobody is on a road.
_NO_ROAD = (1.0, 1.0)


@dataclass(frozen=True, eq=False)
class Goer:
    """Somebody or something that may go: the numbers of its objects, the first of which goes along the path.

    It reaches from `back_m` behind that one's origin to `front_m` before it, and is `width_m` wide. `stride` is that of
    who walks, None of what rolls. `corner` is how it would turn, None where it goes straight on.
    """

    things: tuple[int, ...]
    item: Placed
    speed_m_s: float
    front_m: float
    back_m: float
    width_m: float
    stride: Stride | None = None
    corner: Corner | None = None

    def standing(self, asset: Asset) -> Motion | None:
        """The motion of who stays, on both feet; None of what rolls."""
        phase = asset.stand_phase if isinstance(asset, Procedural) else None
        if self.stride is None or phase is None:
            return None
        stride = Stride(self.stride.length_m, phase, 0.0)
        path = _from(self.item, self.item.heading_rad)
        return Motion(path, Pace.steady(0.0), heights_m=((0.0, self.item.z_m),), stride=stride, on_road_m=_NO_ROAD)

    def ways(self) -> Iterator[Path]:
        """Where it may go: straight on; of who walks also along the hall's axes, ahead first."""
        item = self.item
        if self.stride is None:
            yield joined([(_FAR_M, 0.0)], item.x_m, item.y_m, item.heading_rad)
            return
        quarter = round(item.heading_rad / (math.pi / 2)) * math.pi / 2
        for turn in (0.0, math.pi):
            off = math.remainder(quarter + turn - item.heading_rad, math.tau)
            if abs(off) < math.pi / 2:
                yield joined([(_ALIGN_M, off / _ALIGN_M), (_FAR_M, 0.0)], item.x_m, item.y_m, item.heading_rad)
        yield joined([(_FAR_M, 0.0)], item.x_m, item.y_m, item.heading_rad)

    def corners_m(self, path: Path, way_m: float, more_m: float = 0.0, axle_m: float = 0.0) -> Array:
        """The corners (4, 2) of the floor that it takes after so much way, and `more_m` about it, where what is
        `axle_m` before its origin follows the path."""
        x, y, heading, _ = path.at(way_m)
        low, high, half = -self.back_m - more_m, self.front_m + more_m, self.width_m / 2 + more_m
        low, high = low - axle_m, high - axle_m
        cos, sin = (float(value) for value in cos_sin(heading))
        own = np.array([(low, -half), (high, -half), (high, half), (low, half)])
        return np.asarray(product(own, [[cos, sin], [-sin, cos]]) + (x, y))


@dataclass(frozen=True, eq=False)
class Going:
    """A goer on its way, at its pace; round a corner where `turns`."""

    goer: Goer
    path: Path
    pace: Pace
    turns: bool = False

    def corners_m(self, time_s: float) -> Array:
        """The corners (4, 2) of the floor that it takes at a time, with a little room."""
        room = _BESIDE_M if self.goer.stride is None else _WALKING_M
        return self.goer.corners_m(self.path, self.pace.travelled_m(time_s), room, self.axle_m)

    @property
    def axle_m(self) -> float:
        """How far before its origin is what follows the path."""
        return self.goer.corner.axle_m if self.turns and self.goer.corner is not None else 0.0

    def motions(self, scene: Scene) -> dict[int, Motion]:
        """The motion of each of its objects, by number."""
        goer, first = self.goer, self.goer.item
        found = {}
        for number in goer.things:
            item = scene.objects[number]
            if self.turns:
                found[number] = self._turned(item)
                continue
            # What is carried goes along a way of its own beside: these are straight.
            path = self.path if number == goer.things[0] else _from(item, first.heading_rad)
            turned = math.remainder(item.heading_rad - first.heading_rad, math.tau)
            found[number] = Motion(path, self.pace, 0.0, turned, ((0.0, item.z_m),), goer.stride)
        return found

    def _turned(self, item: Placed) -> Motion:
        """The motion of a truck that turns, or of what is on it."""
        first = self.goer.item
        cos, sin = math.cos(first.heading_rad), math.sin(first.heading_rad)
        dx, dy = item.x_m - first.x_m, item.y_m - first.y_m
        return Motion(
            self.path,
            self.pace,
            cos * dx + sin * dy - self.axle_m,
            math.remainder(item.heading_rad - first.heading_rad, math.tau),
            ((0.0, item.z_m),),
            beside_m=cos * dy - sin * dx,
            steers_over_m=_STEERS_OVER_M,
        )


def cornering(
    found: Sequence[Goer], assets: Mapping[str, Asset], racks: Sequence[Rack], rng: Rng, seconds: float
) -> list[Goer]:
    """Those of `goers`, with how each would turn a corner within so many seconds, if it would."""
    return [
        replace(one, corner=corner_of(one.item, assets[one.item.asset].category, racks, rng, seconds)) for one in found
    ]


def goers(scene: Scene, assets: Mapping[str, Asset], rng: Rng) -> list[Goer]:
    """Trucks that somebody drives, robots, and who is on foot and can walk, in the order of the scene's objects."""
    found = []
    for number, item in enumerate(scene.objects):
        share, phase = float(rng.random()), float(rng.random())
        asset, state = assets[item.asset], item.attributes.get("state")
        if state == "driven" or asset.category == "mobile robot":
            low, high = _SPEEDS_M_S[asset.category]
            things = (number, *_aboard(scene, assets, number))
            front, back, half = _reach_m(scene, assets, things)
            found.append(Goer(things, item, low + share * (high - low), front, back, 2 * half))
        elif state == "walking" and isinstance(asset, Procedural) and asset.gait is not None:
            reach = max(asset.size_m[0] / 2, 0.36 * asset.stride_m)
            speed = (0.88 + 0.24 * share) * asset.stride_m * asset.strides_s
            found.append(Goer((number,), item, speed, reach, reach, asset.size_m[1], Stride(asset.stride_m, phase)))
    return found


def going(found: Sequence[Goer], stood: Sequence[Array], inside: shapely.Polygon, seconds: float) -> list[Going]:
    """Those who find a way between the footprints `stood` (4, 2) and `inside` the walls, each as if alone."""
    tree = shapely.STRtree(shapely.polygons(np.array(stood)) if len(stood) else [])
    return [one for goer in found if (one := _on_the_way(goer, tree, stood, inside, seconds)) is not None]


def _on_the_way(
    goer: Goer, tree: shapely.STRtree, stood: Sequence[Array], inside: shapely.Polygon, seconds: float
) -> Going | None:
    made = _round_a_corner(goer, tree, inside)
    if made is not None:
        return made
    for path in goer.ways():
        if goer.stride is None:
            free = room_m(path.at(0.0)[:3], goer.front_m, goer.width_m / 2 + _BESIDE_M, stood, inside) - _BEFORE_M
            speed = min(goer.speed_m_s, math.sqrt(2 * BRAKE_M_S2 * max(free, 0.0)))
            return Going(goer, path, braking(speed, free)) if free >= _LEAST_M else None
        made = Going(goer, path, Pace.steady(goer.speed_m_s))
        times = np.arange(0.0, seconds + _EVERY_S, _EVERY_S)
        shapes = shapely.polygons(np.array([made.corners_m(float(time)) for time in times]))
        if not len(tree.query(shapes, predicate="intersects")[0]) and inside.contains(shapes).all():
            return made
    return None


def _round_a_corner(goer: Goer, tree: shapely.STRtree, inside: shapely.Polygon) -> Going | None:
    """Somebody on the first way round a corner that is free until the bend is behind; None where none is."""
    corner = goer.corner
    for path in corner.ways if corner is not None else ():
        assert corner is not None
        bend = sum(stretch.length_m for stretch in path.stretches[:2])
        ways = np.arange(0.0, bend + _BEHIND_BEND_M, _EVERY_M)
        taken = [goer.corners_m(path, float(way), _BESIDE_M, corner.axle_m) for way in ways]
        shapes = shapely.polygons(np.array(taken))
        met = ~inside.contains(shapes)
        met[tree.query(shapes, predicate="intersects")[0]] = True
        free = float(ways[int(np.argmax(met))] if met.any() else ways[-1]) - _EVERY_M - _BEFORE_M
        if free > bend:
            return Going(goer, path, braking(corner.speed_m_s, round(free, 6)), turns=True)
    return None


def braking(speed_m_s: float, free_m: float) -> Pace:
    """At a speed as long as it can, then to a stand at the end of what is free.

    Examples:
        At 1.1 m/s a stop takes 0.55 m, so that of 2.75 m the first 2.2 are made at full speed:

        >>> braking(1.1, 2.75).times_s, round(braking(1.1, 2.75).travelled_m(60.0), 9)
        ((0.0, 2.0, 3.0), 2.75)
    """
    if speed_m_s <= 0:
        return Pace.steady(0.0)
    stop_m = speed_m_s**2 / (2 * BRAKE_M_S2)
    until, stopping = round((free_m - stop_m) / speed_m_s, 9), speed_m_s / BRAKE_M_S2
    if until <= 0:
        return Pace((0.0, stopping), (speed_m_s, 0.0))
    return Pace((0.0, until, until + stopping), (speed_m_s, speed_m_s, 0.0))


def room_m(
    pose: tuple[float, float, float], front_m: float, half_m: float, stood: Sequence[Array], inside: shapely.Polygon
) -> float:
    """How far who looks from a pose (x, y, heading) and is 2 `half_m` wide has room before its front, up to what is
    `stood` (4, 2) there or the border of what it is `inside`."""
    x, y, heading = pose
    cos, sin = (float(value) for value in cos_sin(heading))
    way = shapely.box(front_m, -half_m, _FAR_M, half_m)
    # Corners in the frame of who goes: X ahead.
    turn = [[cos, -sin], [sin, cos]]
    own = [np.asarray(product(np.asarray(corners) - (x, y), turn)) for corners in stood]
    border = shapely.LinearRing(product(np.asarray(inside.exterior.coords) - (x, y), turn))
    met = [shape.intersection(way) for shape in (*shapely.polygons(np.array(own)), border)] if own else [border & way]
    return min((float(shape.bounds[0]) for shape in met if not shape.is_empty), default=_FAR_M) - front_m


def stands(item: Placed, asset: Asset) -> bool:
    """Whether something is in the way of who goes: not what lies flat or hangs."""
    return item.z_m < _HIGH_M and item.z_m + asset.size_m[2] > _LOW_M


def _from(item: Placed, heading_rad: float) -> Path:
    return joined([(_FAR_M, 0.0)], item.x_m, item.y_m, heading_rad)


def _aboard(scene: Scene, assets: Mapping[str, Asset], number: int) -> Iterator[int]:
    """Who drives a truck and what it carries: they are placed after it, over its own floor."""
    item = scene.objects[number]
    length, width = assets[item.asset].size_m[:2]
    cos, sin = math.cos(item.heading_rad), math.sin(item.heading_rad)
    for other in range(number + 1, len(scene.objects)):
        thing = scene.objects[other]
        dx, dy = thing.x_m - item.x_m, thing.y_m - item.y_m
        if abs(cos * dx + sin * dy) > length / 2 + 0.1 or abs(cos * dy - sin * dx) > width / 2 + 0.1:
            return
        yield other


def _reach_m(scene: Scene, assets: Mapping[str, Asset], things: Sequence[int]) -> tuple[float, float, float]:
    """How far things reach before and behind the first one's origin, and to either side."""
    first = scene.objects[things[0]]
    cos, sin = math.cos(first.heading_rad), math.sin(first.heading_rad)
    own = []
    for number in things:
        item = scene.objects[number]
        corners = footprint_m(item, assets[item.asset]) - (first.x_m, first.y_m)
        own.append(np.asarray(product(corners, [[cos, -sin], [sin, cos]])))
    low, high = np.concatenate(own).min(axis=0), np.concatenate(own).max(axis=0)
    return float(high[0]), -float(low[0]), float(max(high[1], -low[1]))


def footprint_m(item: Placed, asset: Asset) -> Array:
    """The corners (4, 2) of the floor under something."""
    length, width = asset.size_m[:2]
    cos, sin = math.cos(item.heading_rad), math.sin(item.heading_rad)
    own = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (length / 2, width / 2)
    return np.asarray(product(own, [[cos, sin], [-sin, cos]]) + (item.x_m, item.y_m))

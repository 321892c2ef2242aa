"""A hall seen on the way: what carries the camera drives on, and stops before whatever stands there.

So do trucks that are driven and robots, and people walk; all else stands still.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.moment import moving
from longtail.scenes.moving.motion import Motion
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Array, joined
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.warehouse.goers import (
    BRAKE_M_S2,
    Going,
    braking,
    cornering,
    footprint_m,
    goers,
    going,
    room_m,
    stands,
)
from longtail.scenes.scenarios.warehouse.ground import Warehouse
from longtail.scenes.scenarios.warehouse.racks import DEPTH_M
from longtail.scenes.scene import Carrier, Scene

SLOWER = "camera.speed_m_s"
"""Under which misfits count a carrier that could not begin as fast as drawn: what is before it is too near."""

_HALF_M = 0.45
"""Half the width of what is kept free: a mobile robot's, and a little (our estimate)."""
_FRONT_M = 0.8
"""How far its front is before the camera's place, and the gap that it keeps, together (our estimate)."""
_REAR_M = 0.5
"""How far it reaches behind the camera's place (our estimate)."""
_HIGH_M = 2.2
"""Cameras that are higher hang under the roof."""
_COLUMN_M = 0.36
EVERY_S = 0.1
"""How far apart the moments are at which it is seen whether anybody meets."""
Corners = Callable[[float], Array]


def set_in_motion(scene: Scene, draw: Draw, assets: Mapping[str, Asset], seconds: float) -> Scene:
    """`scene`, a warehouse, whose carrier, trucks and people go on until something is before them."""
    hall, carrier = scene.ground, scene.carrier
    assert isinstance(hall, Warehouse)
    assert carrier is not None
    speed, seconds = math.hypot(*carrier.velocity_m_s), max(seconds, EVERY_S)
    x, y = carrier.world_from_carrier.matrix[:2, 3].tolist()
    every = goers(scene, assets, draw.stream("clip.hall"))
    every = cornering(every, assets, hall.racks, draw.stream("clip.corners"), seconds)
    afoot = [goer for goer in every if goer.stride is not None]
    fixed, walls = _fixed(hall), shapely.box(*hall.hall.low_m, *hall.hall.high_m)
    own = _ground_of(carrier, 0.0)
    # Each round somebody more stays, or turns no corner, for good.
    while True:
        gone = frozenset(number for goer in every for number in goer.things)
        stood = [*fixed, *(footprint_m(item, assets[item.asset]) for number, item in enumerate(scene.objects)
                           if number not in gone and stands(item, assets[item.asset]))]  # fmt: skip
        found = going(every, [*stood, own] if speed == 0 and _on_the_floor(scene) else stood, walls, seconds)
        free_m = max(room_m((x, y, heading_of(carrier)), 0.0, _HALF_M, stood, walls) - _FRONT_M, 0.0)
        # It stands within what is free, and where it is too fast for that already, it begins slower.
        begins = min(speed, math.sqrt(2 * BRAKE_M_S2 * free_m))
        pace = braking(begins, free_m)
        stays = {goer.things[0] for goer in every} - {one.goer.things[0] for one in found}
        stays |= _who_meets(found, partial(_moved, carrier, pace) if _on_the_floor(scene) else None, seconds)
        if not stays:
            break
        # Who turns may still go straight on.
        turning = {one.goer.things[0] for one in found if one.turns}
        every = [
            replace(goer, corner=None) if goer.things[0] in turning else goer
            for goer in every
            if goer.things[0] not in stays - turning
        ]
    path = joined([(max(free_m, 0.1), 0.0)], x, y, heading_of(carrier))
    if begins < speed - 1e-9:
        misfits = {**scene.departures.misfits, SLOWER: 1}
        scene = replace(scene, departures=replace(scene.departures, misfits=misfits))
    motions: list[Motion | None] = [None] * len(scene.objects)
    for goer in afoot:
        motions[goer.things[0]] = goer.standing(assets[goer.item.asset])
    for one in found:
        for number, motion in one.motions(scene).items():
            motions[number] = motion
    return moving(scene, motions, Motion(path, pace))


def _who_meets(found: Sequence[Going], carrier: Corners | None, seconds: float) -> set[int]:
    """Who has to stay because of whom they meet, by their first numbers: people, else who comes later."""
    moved = [one.corners_m for one in found] + ([carrier] if carrier else [])
    guilty = set()
    for time_s in np.arange(0.0, seconds + EVERY_S, EVERY_S) if len(moved) > 1 else ():
        shapes = shapely.polygons(np.array([corners(float(time_s)) for corners in moved]))
        for pair in shapely.STRtree(shapes).query(shapes, predicate="intersects").T.tolist():
            if pair[0] < pair[1]:
                both = [found[place].goer for place in pair if place < len(found)]
                guilty.add(min(both, key=lambda goer: (goer.stride is None, -goer.things[0])).things[0])
    return guilty


def _moved(carrier: Carrier, pace: Pace, time_s: float) -> Array:
    return _ground_of(carrier, pace.travelled_m(time_s))


def _ground_of(carrier: Carrier, way_m: float) -> Array:
    """The corners (4, 2) of the floor that the carrier takes after so much way, and a little before it."""
    x, y = carrier.world_from_carrier.matrix[:2, 3].tolist()
    heading = heading_of(carrier)
    middle, length = way_m + (_FRONT_M - _REAR_M) / 2, _FRONT_M + _REAR_M
    shape = footprint(x + middle * math.cos(heading), y + middle * math.sin(heading), heading, length, 2 * _HALF_M)
    return np.asarray(shape.exterior.coords)[:4]


def _on_the_floor(scene: Scene) -> bool:
    """Whether what carries the cameras is there at all: those under the roof hang."""
    return min(float(camera.world_from_camera.matrix[2, 3]) for camera in scene.cameras.values()) < _HIGH_M


def _fixed(hall: Warehouse) -> list[Array]:
    """The corners (4, 2) of racks, columns, and of what the walls have on them no higher than a truck."""
    shapes = [footprint(rack.x_m + rack.length_m / 2, rack.y_m, 0.0, rack.length_m, DEPTH_M) for rack in hall.racks]
    shapes += [footprint(*column, 0.0, _COLUMN_M, _COLUMN_M) for column in hall.hall.columns_m]
    low = (one.box_m[:, :2] for one in hall.hall.fitments if one.place_m[2] < _HIGH_M)
    shapes += [shapely.box(*ends.ravel()) for ends in low]
    return [np.asarray(shape.exterior.coords)[:4] for shape in shapes]


def heading_of(carrier: Carrier) -> float:
    """The way that it drives, in radians from X."""
    ahead = carrier.world_from_carrier.matrix[:2, 0]
    return math.atan2(float(ahead[1]), float(ahead[0]))

"""A robot's wrist swings its camera about the table's middle, and stops before what it would touch.

All else stays: things lie where they came to rest, and a camera on a tripod or overhead stands.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.scenes.assets.asset import Asset, Vector
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.assets.household import stuff_of
from longtail.scenes.assets.household.gripper import GRIPPER
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.moment import moving
from longtail.scenes.moving.motion import Motion
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import joined
from longtail.scenes.scenarios.tabletop.cameras import clear_of
from longtail.scenes.scenarios.tabletop.gripping import clear_of_boxes, furniture_boxes, walls_of
from longtail.scenes.scenarios.tabletop.ground import Interior
from longtail.scenes.scenarios.tabletop.things import shape
from longtail.scenes.scene import Carrier, Placed, Scene

Array = NDArray[np.float64]

# What robots may do at reduced speed: 250 mm/s (ISO 10218-1, from memory). Nobody films slower than a fifth of that.
_SPEEDS_M_S = (0.05, 0.25)
_MOST_RAD_S = 0.6
"""About the table's own middle a camera would spin (our estimate)."""
_STOP_S = 0.4
"""How long it takes to come to a stand (our estimate)."""
_MOST_RAD, _MOST_BEFORE_SHELF_RAD = 2.0, 0.5
"""How far an arm reaches round; before a shelf it keeps to the open side (our estimates)."""
_STEP_RAD = 0.01
_CLEAR_M, _CLEAR_OF_SIDES_M, _FROM_WALL_M = 0.08, 0.03, 0.1
"""How far a camera keeps from things, from what stands about them, and from the room's walls."""
_LEAST_M = 1e-6


class _Wrist(NamedTuple):
    """What swings: the cameras, the hands with their models."""

    cameras: tuple[Camera, ...]
    hands: tuple[tuple[Placed, Asset], ...]


def set_in_motion(scene: Scene, draw: Draw, assets: Mapping[str, Asset], _seconds: float) -> Scene:
    """`scene`, a tabletop, whose camera is carried on an arc about the table's middle if a wrist has it."""
    if draw.placing["camera.mount"] != "wrist":
        return moving(scene, [None] * len(scene.objects), None)
    rng = draw.stream("clip.wrist")
    speed, side = float(rng.uniform(*_SPEEDS_M_S)), 1.0 if rng.random() < 0.5 else -1.0
    hands = {number: item for number, item in enumerate(scene.objects) if _is_hand(assets[item.asset])}
    wrist = _Wrist(tuple(scene.cameras.values()), tuple((item, assets[item.asset]) for item in hands.values()))
    # The way that was drawn, unless there is more room the other way.
    free, side = max(((free_rad(scene, assets, wrist, way), way) for way in (side, -side)), key=lambda found: found[0])
    eye = scene.camera.world_from_camera.matrix[:3, 3].tolist()
    far_m = max(math.hypot(*place[:2]) for place in (eye, *((item.x_m, item.y_m) for item in hands.values())))
    pace = swinging(min(speed / max(far_m, _LEAST_M), _MOST_RAD_S), free)
    inwards = math.atan2(-eye[1], -eye[0])
    carrier = Carrier(Transform.upright("world", "carrier", eye, inwards))
    motions = [
        _about_middle((item.x_m, item.y_m, item.z_m), item.heading_rad, side, pace, item.tilt_towards_rad)
        if number in hands
        else None
        for number, item in enumerate(scene.objects)
    ]
    return moving(replace(scene, carrier=carrier), motions, _about_middle(eye, inwards, side, pace, inwards))


def swinging(rate_rad_s: float, free_rad: float) -> Pace:
    """So many radians a second as long as it can, then to a stand at the end of what is free; radians for metres.

    Examples:
        A stop from 0.5 rad/s takes 0.1 rad, so that of 1.1 rad the first 1 is made at full speed:

        >>> swinging(0.5, 1.1).times_s, round(swinging(0.5, 1.1).travelled_m(60.0), 9)
        ((0.0, 2.0, 2.4), 1.1)
    """
    until = round(free_rad / rate_rad_s - _STOP_S / 2, 9)
    if until <= 0:
        return Pace.steady(0.0)
    return Pace((0.0, until, until + _STOP_S), (rate_rad_s, rate_rad_s, 0.0))


def free_rad(scene: Scene, assets: Mapping[str, Asset], wrist: _Wrist, side: float) -> float:
    """How far all of a wrist can swing, counter-clockwise (1) or clockwise (-1), before it would touch something."""
    ground = scene.ground
    assert isinstance(ground, Interior)
    furniture, room = ground.furniture, ground.room
    things = np.concatenate([_boxes_m(scene.objects, assets), furniture_boxes(furniture)])
    sides = walls_of(furniture)
    low, high = (np.array(corner) for corner in ((*room.low_m, 0.0), (*room.high_m, room.height_m)))
    most = _MOST_BEFORE_SHELF_RAD if furniture.kind == "shelf" else _MOST_RAD
    for step in itertools.count():
        turn = Transform.upright("world", "world", (0.0, 0.0, 0.0), side * step * _STEP_RAD)
        for camera in wrist.cameras:
            then = replace(camera, world_from_camera=turn @ camera.world_from_camera)
            eye = then.world_from_camera.matrix[:3, 3]
            if not (
                clear_of(then, things, _CLEAR_M)
                and clear_of(then, sides, _CLEAR_OF_SIDES_M)
                and bool((eye > low + _FROM_WALL_M).all() and (eye < high - _FROM_WALL_M).all())
            ):
                return max(step - 1, 0) * _STEP_RAD
        for item, hand in wrist.hands:
            placed = Placed.posed(item.asset, turn @ item.world_from_object)
            if not clear_of_boxes(placed, hand, np.concatenate([things, sides])):
                return max(step - 1, 0) * _STEP_RAD
        if (step + 1) * _STEP_RAD > most:
            return step * _STEP_RAD
    raise AssertionError


def _is_hand(asset: Asset) -> bool:
    return GRIPPER in (asset.category, asset.serves)


def _boxes_m(objects: Sequence[Placed], assets: Mapping[str, Asset]) -> Array:
    """Upright boxes (N, 2, 3) of what is no hand."""
    corners = [
        item.world_from_object.points(_vertices_m(assets[item.asset]))
        for item in objects
        if not _is_hand(assets[item.asset])
    ]
    return np.array([(points.min(axis=0), points.max(axis=0)) for points in corners]).reshape(-1, 2, 3)


def _vertices_m(asset: Asset) -> Array:
    """Those of things on the table are at hand since they were let go."""
    if stuff_of(asset) is None:
        return mesh_of(asset).vertices_m.astype(np.float64)
    return shape(asset).vertices_m


def _about_middle(place_m: Vector, heading_rad: float, side: float, pace: Pace, leans_rad: float) -> Motion:
    """How something goes on that turns about the table's middle as if it were nailed to it; `pace` is in radians."""
    x, y, z = place_m
    radius = max(math.hypot(x, y), _LEAST_M)
    bearing = math.atan2(y, x)
    tangent = bearing + side * math.pi / 2
    start = radius * math.cos(bearing), radius * math.sin(bearing)
    path = joined([(_MOST_RAD * radius, side / radius)], *start, tangent)
    return Motion(
        path,
        Pace(pace.times_s, tuple(rate * radius for rate in pace.speeds_m_s)),
        turned_rad=heading_rad - tangent,
        heights_m=((0.0, z),),
        steers=False,
        leans_rad=leans_rad - heading_rad,
    )

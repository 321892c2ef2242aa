"""Where robots have their cameras: on the wrist, on a tripod beside the table, over the bin."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from longtail.annotate.camera import Camera, Lens
from longtail.scenes.assets.asset import Vector
from longtail.scenes.camera.looking import looking
from longtail.scenes.geometry.boxes import crosses
from longtail.scenes.scenarios.tabletop.room import Room

Mount = Literal["wrist", "tripod", "overhead"]

_FROM_WALL_M = 0.12
_TRIES = 24


def aimed(
    lens: Lens, room: Room, at_m: Vector, azimuth_deg: float, elevation_deg: float, distance_m: float, roll_deg: float
) -> Camera:
    """A camera that looks at `at_m` from `azimuth_deg` (about the table, 0 in front of it at -Y), within the room."""
    heading = math.radians(azimuth_deg + 90)
    elevation = math.radians(elevation_deg)
    flat, up = math.cos(elevation), math.sin(elevation)
    towards = (math.cos(heading) * flat, math.sin(heading) * flat, -up)
    reach = distance_m
    low = (*room.low_m, 0.0)
    high = (*room.high_m, room.height_m)
    for axis in range(3):
        step = -towards[axis]
        if abs(step) < 1e-9:
            continue
        end = (high[axis] - _FROM_WALL_M) if step > 0 else (low[axis] + _FROM_WALL_M)
        reach = min(reach, (end - at_m[axis]) / step)
    x, y, z = (at_m[k] - towards[k] * reach for k in range(3))
    return looking(lens, (x, y, z), heading, -elevation_deg, roll_deg)


def half_view_m(lens: Lens, distance_m: float) -> float:
    """How far the picture reaches above and below its middle, of something at a distance; at most 4 times that."""
    width, height = lens.width_px, lens.height_px
    if not lens.central:
        return height / 2 / lens.fy_px
    steep = [abs(float(ray[1])) / max(float(ray[2]), 1e-9) for ray in lens.rays([[width / 2, 0], [width / 2, height]])]
    return distance_m * min([4.0, *(slope for slope in steep if math.isfinite(slope))])


def clear_of(camera: Camera, boxes_m: np.ndarray, margin_m: float) -> bool:  # type: ignore[type-arg]
    """Whether the camera is outside of upright boxes (N, 2, 3), grown by a margin."""
    if not len(boxes_m):
        return True
    eye = camera.world_from_camera.matrix[:3, 3]
    inside = (eye > boxes_m[:, 0] - margin_m) & (eye < boxes_m[:, 1] + margin_m)
    return not bool(inside.all(axis=1).any())


def sees(camera: Camera, at_m: Vector, boxes_m: np.ndarray) -> bool:  # type: ignore[type-arg]
    """Whether no upright box (N, 2, 3) is between the camera and a place, but for those that the place is in."""
    eye = camera.world_from_camera.matrix[:3, 3]
    place = np.array(at_m)
    others = boxes_m[~((place >= boxes_m[:, 0]) & (place <= boxes_m[:, 1])).all(axis=1)]
    return not crosses(eye, place, others)

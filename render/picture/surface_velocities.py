"""How fast what each pixel of a clip shows moves against the camera."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.labels.frame import SceneObject
from longtail.render.view.exposing import Exposed
from longtail.render.view.seeing import pixel_rays
from longtail.scenes.scene import Carrier, Scene

Array = NDArray[np.float32]
Points = NDArray[np.float64]


def surface_velocities(exposed: Exposed, scene: Scene) -> Array | None:
    """The camera's velocity (H, W, 3) float32 in m/s in the frame of each pixel's surface, in the camera's axes.

    Things move and turn as rigid bodies: of who walks the limbs go with the trunk. None where nothing but the camera
    moves, and that without turning.
    """
    if not scene.moves:
        return None
    moving = [item for item in exposed.objects if item.velocity_m_s and any(item.velocity_m_s)]
    turns = scene.carrier is not None and bool(scene.carrier.yaw_rate_rad_s)
    if not turns and not np.isin(exposed.object_ids, [item.id for item in moving]).any():
        return None
    shape = exposed.object_ids.shape
    camera_from_world = scene.camera.world_from_camera.matrix[:3, :3].T
    result = np.zeros((*shape, 3), dtype=np.float32)
    result += (camera_from_world @ np.array(scene.velocity_m_s)).astype(np.float32)
    places_m = _places_m(scene.camera, exposed.depth_m)
    if turns and scene.carrier is not None:
        result += _by_turning(scene.camera, scene.carrier, places_m)
    _without_their_own(result, moving, exposed.object_ids, scene.camera, places_m)
    return result


def _places_m(camera: Camera, depth_m: Array) -> Array:
    """What each pixel shows (H, W, 3) in the camera's axes; the camera's own place for the sky."""
    rays = pixel_rays(camera.lens)
    seen = np.isfinite(depth_m) & (np.abs(rays[..., 2]) > 1e-6)
    away = np.divide(depth_m, rays[..., 2], out=np.zeros_like(depth_m), where=seen)
    return np.asarray(rays * away[..., None], dtype=np.float32)


def _by_turning(camera: Camera, carrier: Carrier, places_m: Array) -> Array:
    """What the turn of the carrier adds: the camera swings about the carrier, and all that it shows about the camera,
    as if the camera went sideways, the faster the farther away it is."""
    world_from_camera, rate = camera.world_from_camera.matrix, carrier.yaw_rate_rad_s
    seat = world_from_camera[:3, 3] - carrier.world_from_carrier.matrix[:3, 3]
    around = _turned(rate, places_m @ world_from_camera[:3, :3].T) + _turned(rate, seat)
    return np.asarray(around @ world_from_camera[:3, :3], dtype=np.float32)


def _without_their_own(
    result: Array, moving: Sequence[SceneObject], ids: NDArray[np.int32], camera: Camera, places_m: Array
) -> None:
    """Take from the velocities against what stands those of what moves."""
    world_from_camera = camera.world_from_camera.matrix[:3, :3]
    for item in moving:
        mask = ids == item.id
        if item.velocity_m_s is None or not mask.any():
            continue
        velocity = np.array(item.velocity_m_s)[None]
        if item.yaw_rate_rad_s:
            arms = camera.world_from_camera.points(places_m[mask]) - item.world_from_object.matrix[:3, 3]
            velocity = velocity + _turned(item.yaw_rate_rad_s, arms)
        result[mask] -= (velocity @ world_from_camera).astype(np.float32)


def _turned(rate_rad_s: float, arms_m: Points) -> Points:
    """The velocities of points at `arms_m` (..., 3) from an axis along the world's Z that they turn about."""
    x, y = arms_m[..., 0], arms_m[..., 1]
    return np.stack([-rate_rad_s * y, rate_rad_s * x, np.zeros_like(x)], axis=-1)

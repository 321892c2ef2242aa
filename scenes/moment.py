"""A scene at another moment: the same things in the same order, where they are then.

Everything that moves is a function of the time since the scene's own moment, so that any moment can be made alone, and
any can be made of any other: `scene_at(scene_at(scene, a), b)` equals `scene_at(scene, b)`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.relief import Relief
from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Vector
from longtail.scenes.lidar.lidar import Lidar
from longtail.scenes.moving.forks import tilted_too
from longtail.scenes.moving.motion import Motion, Moved
from longtail.scenes.moving.resting import ground_under
from longtail.scenes.scene import Carrier, Placed, Scene

_DRIVING, _WAITING = "driving", "waiting"
_CROSSING, _WALKING, _STANDING = "crossing", "walking", "standing"
# Slower than this somebody who drives is said to wait.
_STILL_M_S = 0.05
# Where ground rises, it does so over as much before and behind as a vehicle stands on.
_FELT_M = 1.3


def moving(scene: Scene, motions: Sequence[Motion | None], carrier: Motion | None) -> Scene:
    """`scene` with a motion for each of its objects, None where it stays, and one of what carries its cameras.

    All cameras and LiDARs go with the carrier. The result shows the scene's own moment.
    """
    objects = tuple(replace(item, motion=motion) for item, motion in zip(scene.objects, motions, strict=True))
    carried = scene.carrier
    if carried is not None and carrier is not None:
        back = carried.world_from_carrier.inverse()
        seats = {name: back @ camera.world_from_camera for name, camera in scene.cameras.items()}
        lidars = {name: back @ lidar.world_from_lidar for name, lidar in scene.lidars.items()}
        carried = replace(carried, motion=carrier, carrier_from_camera=seats, carrier_from_lidar=lidars)
    return scene_at(replace(scene, objects=objects, carrier=carried, moves=True), 0.0)


def scene_at(scene: Scene, time_s: float) -> Scene:
    """`scene` `time_s` after its own moment: the same objects in the same order, and so with the same instance ids.

    What moves has another pose and velocity, walkers another `phase`; cameras and LiDARs go with their carrier. A scene
    that does not move is returned as it is.
    """
    if not scene.moves:
        return scene
    relief = scene.ground.rises()
    carrier = None if scene.carrier is None else _carrier_at(scene.carrier, time_s, relief)
    return replace(
        scene,
        objects=tuple(_placed_at(item, time_s, relief) for item in scene.objects),
        carrier=carrier,
        cameras=_cameras(scene.cameras, carrier),
        lidars=_lidars(scene.lidars, carrier),
        time_s=float(time_s),
    )


def _placed_at(item: Placed, time_s: float, relief: Relief) -> Placed:
    if item.signal is not None:
        return replace(item, aspect=item.signal.at(time_s))
    if item.blinks is not None:
        return replace(item, lit=item.blinks.lit(time_s))
    if item.motion is None:
        return item
    now = item.motion.at(time_s)
    moved = replace(
        item,
        x_m=now.x_m,
        y_m=now.y_m,
        z_m=now.z_m,
        heading_rad=now.heading_rad,
        tilt_towards_rad=_leaning(item, item.motion, now),
        velocity_m_s=now.velocity_m_s,
        yaw_rate_rad_s=now.yaw_rate_rad_s,
        phase=item.motion.stride.at(now.travelled_m) if item.motion.stride else item.phase,
        settled=item.motion.stride.settled(now.travelled_m) if item.motion.stride else item.settled,
        rolled_m=None if item.motion.stride else now.travelled_m,
        steers_1_m=0.0 if item.motion.stride and not item.motion.banks else now.steers_1_m,
        banks_rad=now.banks_rad,
        signals=item.motion.signals_at(time_s) or item.signals,
        attributes=_said_of(item, item.motion, now),
    )
    if relief.is_level:
        if not item.motion.banks:
            return moved
        tilt, towards = tilted_too(0.0, 0.0, now.banks_rad, now.heading_rad)
        return replace(moved, tilt_rad=tilt, tilt_towards_rad=towards)
    rest = ground_under(relief, now.x_m, now.heading_rad, item.motion.rests_m)
    tilt, towards = tilted_too(rest.tilt_rad, rest.towards_rad, now.banks_rad, now.heading_rad)
    return replace(
        moved,
        z_m=now.z_m + rest.height_m,
        tilt_rad=tilt,
        tilt_towards_rad=towards,
        velocity_m_s=_climbing(now.velocity_m_s, relief, now.x_m),
    )


def _climbing(velocity_m_s: Vector, relief: Relief, x_m: float) -> Vector:
    """The velocity of what goes along the ground where it rises."""
    x, y, z = velocity_m_s
    return x, y, z + x * relief.grade(x_m, _FELT_M)


def _leaning(item: Placed, motion: Motion, now: Moved) -> float:
    """The world heading that its top is tilted to."""
    if motion.leans_rad is None:
        return item.tilt_towards_rad
    return math.remainder(now.heading_rad + motion.leans_rad, math.tau)


def _said_of(item: Placed, motion: Motion, now: Moved) -> Mapping[str, Scalar]:
    """Its attributes with the speed that it has now, whether who drives waits, and whether who walks is on the road."""
    said = dict(item.attributes)
    if "speed_m_s" in said:
        said["speed_m_s"] = round(now.speed_m_s, 3)
    if said.get("state") in (_DRIVING, _WAITING):
        said["state"] = _DRIVING if now.speed_m_s > _STILL_M_S else _WAITING
    if motion.on_road_m is not None:
        first, last = motion.on_road_m
        walks = _WALKING if now.speed_m_s > _STILL_M_S else _STANDING
        said["state"] = _CROSSING if first <= now.travelled_m < last else walks
    return said


def _carrier_at(carrier: Carrier, time_s: float, relief: Relief) -> Carrier:
    if carrier.motion is None:
        return carrier
    now = carrier.motion.at(time_s)
    pose = Transform.upright("world", "carrier", (now.x_m, now.y_m, now.z_m), now.heading_rad)
    velocity = now.velocity_m_s
    if not relief.is_level:
        pose = ground_under(relief, now.x_m, now.heading_rad, carrier.motion.rests_m).tilted(pose)
        velocity = _climbing(velocity, relief, now.x_m)
    return replace(carrier, world_from_carrier=pose, velocity_m_s=velocity, yaw_rate_rad_s=now.yaw_rate_rad_s)


def _cameras(cameras: Mapping[str, Camera], carrier: Carrier | None) -> Mapping[str, Camera]:
    """Those that go with the carrier where it is now, the others where they were."""
    if carrier is None:
        return cameras
    seats = carrier.carrier_from_camera
    return {
        name: Camera(camera.lens, carrier.world_from_carrier @ seats[name]) if name in seats else camera
        for name, camera in cameras.items()
    }


def _lidars(lidars: Mapping[str, Lidar], carrier: Carrier | None) -> Mapping[str, Lidar]:
    if carrier is None:
        return lidars
    seats = carrier.carrier_from_lidar
    return {
        name: replace(lidar, world_from_lidar=carrier.world_from_carrier @ seats[name]) if name in seats else lidar
        for name, lidar in lidars.items()
    }

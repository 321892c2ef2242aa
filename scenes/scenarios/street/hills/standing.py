"""How what a street is furnished with sits on its relief."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.relief import Relief
from longtail.scenes.assets.asset import Asset
from longtail.scenes.moving.resting import Rest, ground_under
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, Plinth
from longtail.scenes.scene import Carrier, Placed

CARRIER_HALF_M = 1.35
"""Half of the wheelbase of the vehicle with the cameras."""

_UPRIGHT = frozenset({"building", "person", "pole", "traffic light", "traffic sign", "street light", "billboard"})
"""What is built or stands upright wherever the ground leans; beside it all that grows higher than a hedge."""
_ON_THE_GROUND = frozenset({"lying", "sitting"})
# Axles and legs are so far apart, times half a thing's length (our estimate of cars).
_AXLES = 0.62
_HIGH_M = 2.5
# How far a plinth is within the walls of a house, and how deep it goes into the ground.
_WITHIN_M, _DEEP_M = 0.02, 0.3
# How far it ends below the floor. In a passage through a house level ground is seen there, too, and would lie in it.
_BELOW_M = 0.003


def half_base_m(item: Placed, asset: Asset) -> float | None:
    """Half the length on which a thing rests on the ground; None of what stands upright.

    Who pushes a pram leans with its wheels: they are one thing.
    """
    if "pram" in asset.tags:
        return _AXLES * asset.size_m[0] / 2
    upright = asset.category in _UPRIGHT or (asset.category == "vegetation" and asset.size_m[2] > _HIGH_M)
    if upright and item.attributes.get("state") not in _ON_THE_GROUND:
        return None
    return _AXLES * asset.size_m[0] / 2


def under(item: Placed, asset: Asset, relief: Relief) -> Rest:
    """The ground under a thing of a street; of a house that before the middle of its front."""
    if asset.category == "building":
        ahead = asset.size_m[0] / 2
        return Rest(float(relief.height_m(item.x_m + ahead * math.cos(item.heading_rad))), 0.0)
    # Cars have it beside what they did before; wreckage does nothing else.
    if item.attributes.get("floating") or item.attributes.get("state") == "floating":
        return Rest(float(relief.height_m(item.x_m)), 0.0)
    return ground_under(relief, item.x_m, item.heading_rad, half_base_m(item, asset))


def on_slope(objects: Sequence[Placed], assets: Mapping[str, Asset], relief: Relief) -> list[Placed]:
    """`objects`, which were placed on level ground, where they are on `relief`; their order and number stay."""
    if relief.is_level:
        return list(objects)
    return [sat(item, under(item, assets[item.asset], relief)) for item in objects]


def sat(item: Placed, rest: Rest) -> Placed:
    """`item`, which was placed on level ground, on the ground that is under it."""
    if not rest.grade:
        return replace(item, z_m=item.z_m + rest.height_m)
    if not item.tilt_rad:
        return replace(item, z_m=item.z_m + rest.height_m, tilt_rad=rest.tilt_rad, tilt_towards_rad=rest.towards_rad)
    turned = Placed.posed(item.asset, rest.tilted(item.world_from_object))
    return replace(
        item,
        z_m=turned.z_m,
        heading_rad=turned.heading_rad,
        tilt_rad=turned.tilt_rad,
        tilt_towards_rad=turned.tilt_towards_rad,
    )


def carried_on(carrier: Carrier, cameras: Mapping[str, Camera], relief: Relief) -> tuple[Carrier, dict[str, Camera]]:
    """A vehicle that was placed on level ground with its cameras, on `relief`: it leans with the road, and they do."""
    pose = carrier.world_from_carrier
    heading = math.atan2(float(pose.matrix[1, 0]), float(pose.matrix[0, 0]))
    rest = ground_under(relief, float(pose.matrix[0, 3]), heading, CARRIER_HALF_M)
    leaning, back = rest.tilted(pose), pose.inverse()
    vx, vy, vz = carrier.velocity_m_s
    climbing = replace(carrier, world_from_carrier=leaning, velocity_m_s=(vx, vy, vz + rest.grade * vx))
    turned = {
        name: Camera(camera.lens, Transform("world", "camera", (leaning @ back @ camera.world_from_camera).matrix))
        for name, camera in cameras.items()
    }
    return climbing, turned


def plinths(objects: Sequence[Placed], assets: Mapping[str, Asset], relief: Relief) -> tuple[Plinth, ...]:
    """What houses that stand on `relief` need under their level floors: from below the lowest ground to the floor."""
    if relief.is_level:
        return ()
    found = []
    for item in objects:
        asset = assets[item.asset]
        if asset.category != "building" or "gable" in asset.tags:
            continue
        depth, width = (side - 2 * _WITHIN_M for side in asset.size_m[:2])
        cos, sin = abs(math.cos(item.heading_rad)), abs(math.sin(item.heading_rad))
        reach = (depth * cos + width * sin) / 2
        along = np.linspace(item.x_m - reach, item.x_m + reach, 9)
        bottom = float(relief.height_m(along).min()) + KERB_HEIGHT_M - _DEEP_M
        if bottom < item.z_m - _WITHIN_M:
            numbers = (item.x_m, item.y_m, item.heading_rad, depth, width, bottom, item.z_m - _BELOW_M)
            found.append(Plinth(*(round(number, 6) for number in numbers)))
    return tuple(found)

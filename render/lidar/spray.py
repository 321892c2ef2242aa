"""Returns of the spray that vehicles lift from a wet road.

Who lifts how much is as in pictures (`render.particles.spray`): the square of the speed, the water on the road, and
what drives. A plume hangs behind the wheels and thins out along the way; drops in it are met by chance, as often as its
extinction says, and return as drops of rain do. The extinction is our estimate, of the plumes' opacity in pictures;
what is behind a plume it does not dim.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.frame import SceneObject
from longtail.render.lidar.falling import OF_DROPS
from longtail.render.lidar.receiver import Array, Returns, nobody, together
from longtail.render.particles.spray import HANGS_S, MORE, strength, throws, wet_of
from longtail.scenes.lidar.lidar import Lidar
from longtail.scenes.scene import Scene

_EXTINCTION_1_M = 0.25
"""Where a plume begins at 14 m/s in a downpour: a metre of it hides a fifth."""
_HIGH_M = 1.2
"""A plume rises to about there."""
_STEP_M = 0.4


def spray(
    lidar: Lidar, scene: Scene, objects: Iterable[SceneObject], rays: Array, before_m: Array, rng: np.random.Generator
) -> Returns:
    """The returns of all plumes before what is met at distances (N,) along unit vectors (N, 3) in the world."""
    wet = wet_of(scene)
    plumes = [_plume(lidar, item, wet, rays, before_m, rng) for item in objects if wet and throws(item)]
    return together([nobody(), *plumes])


def _plume(
    lidar: Lidar, item: SceneObject, wet: float, rays: Array, before_m: Array, rng: np.random.Generator
) -> Returns:
    """Along each beam that may pass through the plume drops are looked for in steps."""
    speed = float(item.attributes["speed_m_s"])
    power = strength(speed, wet) * MORE.get(item.category, 1.0)
    long_m, length, width = HANGS_S * speed, item.box_size_m[0], item.box_size_m[1]
    item_from_world = item.world_from_object.inverse()
    eye = item_from_world.points(lidar.world_from_lidar.matrix[:3, 3])
    middle = np.array([-length / 2 - long_m, 0.0, _HIGH_M / 2])
    towards, reach = middle - eye, long_m + width + _HIGH_M
    away = float(np.linalg.norm(towards))
    own = item_from_world.directions(rays)
    # Beams within the cone around the ball that holds the plume; all of them from inside it.
    least = math.sqrt(1 - (reach / away) ** 2) if away > reach else -1.0
    beam = np.flatnonzero(own @ (towards / max(away, 1e-6)) > least)
    found = [nobody()]
    for begin_m in np.arange(max(away - reach, lidar.near_m), away + reach, _STEP_M).tolist():
        distance_m = (begin_m + _STEP_M * rng.random(len(beam))).astype(np.float32)
        thick = _EXTINCTION_1_M * power * _density(eye + own[beam] * distance_m[:, None], length, width, long_m)
        met = (rng.random(len(beam)) < 1 - np.exp(-thick * _STEP_M)) & (distance_m < before_m[beam])
        share = rng.random(int(met.sum()), dtype=np.float32)
        found.append(Returns(beam[met], distance_m[met], np.float32(OF_DROPS) * share, np.full(int(met.sum()), -1)))
    return together(found)


def _density(places_m: NDArray[np.float64], length: float, width: float, long_m: float) -> NDArray[np.float64]:
    """0..1 (N,) of how thick a plume is at places (N, 3) in its vehicle's frame."""
    behind = -length / 2 - places_m[:, 0]
    wide = width / 2 + 0.1 * np.maximum(behind, 0)
    high = 0.4 + (_HIGH_M - 0.4) * np.clip(behind / long_m, 0, 1)
    inside = (behind > 0) & (np.abs(places_m[:, 1]) < wide) & (places_m[:, 2] > 0) & (places_m[:, 2] < high)
    return np.where(inside, np.exp(-np.maximum(behind, 0) / long_m), 0.0)

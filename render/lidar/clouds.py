"""From what a LiDAR's rays meet to its points: returns of surfaces and of the air, noise, and the loss of some."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.points import POINT, Points
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.render.lidar.air import Air
from longtail.render.lidar.falling import FALLING, falling
from longtail.render.lidar.hits import hits
from longtail.render.lidar.receiver import Returns, found, together, told
from longtail.render.lidar.spray import spray
from longtail.render.view.exposing import Scanned
from longtail.render.view.seeing import pixel_rays
from longtail.scenes.drawing.chance import Chance
from longtail.scenes.lidar.lidar import Lidar
from longtail.scenes.scene import Scene

BRIGHTEST = 2.55
"""What a receiver tells of an intensity at most: eight bits in steps of a hundredth of white."""


def cloud(name: str, scanned: Scanned, scene: Scene, taxonomy: Taxonomy, chance: Chance) -> Points:
    """The points of the LiDAR of that name. Its noise is that of the scene and the moment, whichever camera looks."""
    lidar = scene.lidars[name]
    air = Air.of(scene.weather.air, float(lidar.world_from_lidar.matrix[2, 3]))
    world = lidar.camera.world_from_camera.matrix[:3, :3].astype(np.float32)
    surfaces = hits(lidar, scanned, pixel_rays(lidar.lens) @ world.T, air)
    rays = (pixel_rays(lidar.beams) @ world.T).reshape(-1, 3)
    before_m = np.full(len(rays), np.float32(np.inf))
    np.minimum.at(before_m, surfaces.beam, surfaces.distance_m)
    several = [surfaces, air.returns(lidar, rays, before_m, chance.of_moment(f"lidar {name}, air"))]
    for kind in scene.weather.parts:
        if kind.name in FALLING:
            stream = chance.of_moment(f"lidar {name}, {kind.name}")
            several.append(falling(lidar, kind, rays, before_m, air, stream))
    several.append(spray(lidar, scene, scanned.objects, rays, before_m, chance.of_moment(f"lidar {name}, spray")))
    noise = chance.of_moment(f"lidar {name}, noise")
    kept = told(lidar, found(lidar, together(several), noise))
    kept = kept.at(noise.random(len(kept)) >= lidar.drop_out)
    return Points(_points(lidar, kept, scanned, taxonomy, noise), lidar.world_from_lidar)


def _points(
    lidar: Lidar, kept: Returns, scanned: Scanned, taxonomy: Taxonomy, rng: np.random.Generator
) -> NDArray[np.void]:
    distance_m = kept.distance_m + np.float32(lidar.range_noise_m) * rng.standard_normal(len(kept), dtype=np.float32)
    if lidar.range_step_m:
        distance_m = np.rint(distance_m / np.float32(lidar.range_step_m)) * np.float32(lidar.range_step_m)
    rung = 1 + np.float32(lidar.intensity_noise) * rng.standard_normal(len(kept), dtype=np.float32)
    made = np.zeros(len(kept), POINT)
    for axis, along in zip("xyz", _directions(lidar)[kept.beam].T, strict=True):
        made[axis] = along * distance_m
    made["intensity"] = np.clip(kept.strength * rung, 0, BRIGHTEST)
    made["ring"] = kept.beam // lidar.columns
    made["instance"], made["category"] = _labels(kept, scanned, taxonomy)
    return made[distance_m > 0]


def _directions(lidar: Lidar) -> NDArray[np.float64]:
    """Unit vectors (beams, 3) in the LiDAR's frame."""
    x, y, z = np.moveaxis(lidar.beams.rays(_centres(lidar)), -1, 0)
    along: NDArray[np.float64] = np.stack([z, -x, -y], axis=-1)
    return along.reshape(-1, 3)


def _centres(lidar: Lidar) -> NDArray[np.float64]:
    rows, columns = np.indices((len(lidar.elevations_deg), lidar.columns))
    centres: NDArray[np.float64] = np.stack([columns, rows], axis=-1) + 0.5
    return centres


def _labels(kept: Returns, scanned: Scanned, taxonomy: Taxonomy) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """The ids of things and of categories (N,) of what returns are on; 0 in the air."""
    most = max((item.id for item in scanned.objects), default=0)
    instance, category = np.zeros(most + 1, np.uint16), np.zeros(most + 1, np.uint16)
    for item in scanned.objects:
        category[item.id] = taxonomy.ids[item.category]
        instance[item.id] = item.id if item.kind.is_thing else 0
    owner = np.where(kept.ray >= 0, scanned.object_ids.ravel()[kept.ray], 0)
    return instance[owner], category[owner]

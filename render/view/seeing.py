"""How much of each pixel's surface reaches the camera through the air."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, Lens
from longtail.scenes.atmosphere.air import AirLayer, transmission

# The sky has no distance; what air lies before it is reckoned over this path.
_SKY_M = 10_000.0


def transmission_raster(
    camera: Camera, depth_m: NDArray[np.float32], layers: tuple[AirLayer, ...], reach_m: float = math.inf
) -> NDArray[np.float32]:
    """The share 0..1 (H, W) float32 of light that crosses `layers` from each pixel's surface; depth (H, W) is z.

    The air ends `reach_m` from the camera.
    """
    if not layers:
        return np.ones(depth_m.shape, dtype=np.float32)
    rays = pixel_rays(camera.lens)
    matrix = camera.world_from_camera.matrix
    # Through a wide lens both are negative behind the camera's plane, and next to it both vanish.
    along = np.copysign(np.maximum(np.abs(rays[..., 2]), np.float32(1e-6)), rays[..., 2])
    distance = np.where(np.isfinite(depth_m), depth_m / along, _SKY_M)
    distance = np.minimum(distance, reach_m)
    eye = matrix[2, 3]
    if not camera.lens.central:
        eye = eye + camera.lens.origins(camera.pixel_centres()) @ matrix[2, :3]
    height = eye + distance * (rays @ matrix[2, :3])
    return transmission(layers, eye, height, distance).astype(np.float32)


@lru_cache(maxsize=4)
def pixel_rays(lens: Lens) -> NDArray[np.float32]:
    """Unit directions (H, W, 3) float32 of all pixel centres in the camera frame; zeros where a pixel looks nowhere."""
    u, v = np.meshgrid(np.arange(lens.width_px) + 0.5, np.arange(lens.height_px) + 0.5)
    return np.nan_to_num(lens.rays(np.stack([u, v], axis=-1))).astype(np.float32)

"""From depth along the optical axis to the length of each pixel's ray, and to the places that the rays reach."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.camera import Camera
from longtail.annotate.camera.lens import Lens


@lru_cache(maxsize=2)
def centre_rays(lens: Lens) -> NDArray[np.float64]:
    """Unit vectors (H, W, 3), read-only, through the centres of all pixels, in the camera frame; NaN without a ray."""
    u, v = np.meshgrid(np.arange(lens.width_px) + 0.5, np.arange(lens.height_px) + 0.5)
    rays = lens.rays(np.stack([u, v], axis=-1))
    rays.setflags(write=False)
    return rays


def ray_lengths_m(lens: Lens, depth_m: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far (H, W) from the camera each pixel's surface is; depth (H, W) is z, negative behind the camera's plane.

    inf where there is no surface, and where the lens has no ray. A depth along a ray that runs in the camera's very
    plane says nothing; no pixel's does, to the last digit.
    """
    along = centre_rays(lens)[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        lengths = np.where(np.isfinite(depth_m), depth_m / along, np.inf)
    return np.where(lengths > 0, lengths, np.inf).astype(np.float32)


def world_points_m(camera: Camera, depth_m: NDArray[np.float32]) -> NDArray[np.float32]:
    """The places (H, W, 3) in the world of what each pixel's centre shows, NaN where there is no surface."""
    rays = centre_rays(camera.lens)
    with np.errstate(divide="ignore", invalid="ignore"):
        lengths = np.where(np.isfinite(depth_m), depth_m / rays[..., 2], np.nan)
        places = rays * lengths[..., None]
        if not camera.lens.central:
            places = places + camera.lens.origins(camera.pixel_centres())
        points = camera.world_from_camera.points(places)
    return np.where(lengths[..., None] > 0, points, np.nan).astype(np.float32)

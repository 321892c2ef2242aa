"""The sun's disc in the picture: a lamp lights the scene, and the camera sees the disc that such a lamp stands for."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.render.view.seeing import pixel_rays
from longtail.scenes.atmosphere.direction import towards
from longtail.scenes.atmosphere.light import Light

Array = NDArray[np.float32]

# Mean angular radius of the sun, 16 arc minutes (Allen, "Astrophysical Quantities"); refraction is left out.
RADIUS_RAD = math.radians(16 / 60)
_SOLID_ANGLE_SR = 2 * math.pi * (1 - math.cos(RADIUS_RAD))


def with_sun(radiance: Array, camera: Camera, light: Light, sky: NDArray[np.bool_]) -> Array:
    """`radiance` (H, W, 3) in kcd/m2 plus the sun where it stands before the `sky` (H, W); the same array without one.

    The disc's luminance is its illuminance over its solid angle. Its edge is spread over one pixel, so that a sun
    smaller than that keeps its light. A parallel projection has no place for what is without end.
    """
    if light.sun_klx <= 0 or not camera.lens.central:
        return radiance
    sun = np.array(towards(light.sun_elevation_deg, light.sun_azimuth_deg))
    seen = camera.world_from_camera.inverse().directions(sun)
    pixel = camera.lens.project(seen)
    width, height = camera.size_px
    if not np.isfinite(pixel).all() or not (-2 <= pixel[0] <= width + 2 and -2 <= pixel[1] <= height + 2):
        return radiance
    # The chord between unit vectors is the angle between them, but for a part in a million this close to the sun.
    away = np.linalg.norm(pixel_rays(camera.lens) - seen.astype(np.float32), axis=-1)
    pixel_rad = 1.0 / camera.lens.fx_px
    cover = np.clip((RADIUS_RAD - away) / pixel_rad + 0.5, 0.0, 1.0) * sky
    if not cover.any():
        return radiance
    level = light.sun_klx / _SOLID_ANGLE_SR
    disc = cover[..., None] * np.asarray(light.sun_rgb) * level
    return np.asarray(radiance + disc, dtype=np.float32)

"""Falling rain in front of the lens, added to the linear picture; labels never see it.

Drops between 0.5 and 12 m are drawn one by one, each a streak as long as the drop falls while the shutter is open.
Farther ones merge into the haze that `Rain.visibility_m` already puts into the air. After Garg & Nayar, "Vision and
Rain", IJCV 75 (2007): a drop refracts a wide cone of the world, so a streak has about the mean radiance of the sky.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from scenes.scene import Scene
from scenes.weather import Rain

Array = NDArray[np.float32]

_NEAR_M, _FAR_M = 0.5, 12.0
_SHUTTER_S = 1 / 60
_MIN_DIAMETER_MM, _MAX_DIAMETER_MM = 0.9, 5.0
_SUBPIXEL_BITS = 4
_MAX_DROPS = 4000


def streaks(radiance: Array, scene: Scene, rng: np.random.Generator) -> Array:
    """`radiance` (H, W, 3) in kcd/m2 with the streaks of the scene's rain; unchanged without rain."""
    rain = scene.weather.get(Rain)
    if rain is None:
        return radiance
    height, width = radiance.shape[:2]
    focal_px = scene.camera.lens.fx_px
    drops = _drops(rain.rate_mm_h, width / focal_px, height / focal_px, rng)
    if not len(drops):
        return radiance
    x_m, y_m, z_m, diameter_mm = drops.T
    u = width / 2 + focal_px * x_m / z_m
    v = height / 2 + focal_px * y_m / z_m
    length_px = terminal_speed_m_s(diameter_mm) * _SHUTTER_S * focal_px / z_m
    width_px = diameter_mm / 1000 * focal_px / z_m
    slant = rng.normal(0.0, 0.04) + rng.normal(0.0, 0.025, len(drops))
    cover = np.zeros((height, width), dtype=np.float32)
    # A drop passes a pixel for only part of the exposure: width / (speed * shutter) of it.
    opacity = np.clip(width_px, 0.0, 1.0) * np.clip(diameter_mm / 1000 / (length_px * z_m / focal_px) * 9.0, 0.02, 0.5)
    scale = 1 << _SUBPIXEL_BITS
    for i in np.argsort(-z_m):
        layer_width = max(1, round(float(width_px[i])))
        start = (round(float(u[i]) * scale), round(float(v[i]) * scale))
        end = (
            round(float(u[i] + slant[i] * length_px[i]) * scale),
            round(float(v[i] + length_px[i]) * scale),
        )
        value = float(max(opacity[i], 0.0))
        cv2.line(cover, start, end, (value,), layer_width, cv2.LINE_AA, _SUBPIXEL_BITS)
    cover[:] = cv2.GaussianBlur(cover, (0, 0), max(0.5, width / 1600))
    # What a drop shows: mostly the bright upper part of the scene around it.
    world = cv2.resize(cv2.resize(radiance, (8, 8), interpolation=cv2.INTER_AREA), (width, height))
    bright = np.maximum(world, world[: max(height // 3, 1)].mean(axis=(0, 1)))
    share = cover[..., None]
    return np.asarray(radiance * (1 - share) + bright * np.float32(1.15) * share, dtype=np.float32)


def terminal_speed_m_s(diameter_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fall speed in still air, 9.65 - 10.3 exp(-0.6 D) m/s (Atlas, Srivastava & Sekhon, Rev. Geophys. 11, 1973)."""
    return np.asarray(np.maximum(9.65 - 10.3 * np.exp(-0.6 * diameter_mm), 0.5))


def _drops(
    rate_mm_h: float, half_tangent_x: float, half_tangent_y: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Drops (N, 4) in view: x, y, z in metres in the camera frame, diameter in mm.

    Sizes follow Marshall & Palmer (J. Meteorology 5, 1948): N(D) = 8000 exp(-4.1 R^-0.21 D) per m3 and mm. The view is
    widened upwards, since a streak that starts above the picture may end in it.
    """
    slope = 4.1 * rate_mm_h**-0.21
    density_1_m3 = 8000 / slope * (math.exp(-slope * _MIN_DIAMETER_MM) - math.exp(-slope * _MAX_DIAMETER_MM))
    volume_m3 = half_tangent_x * half_tangent_y * 1.5 * (_FAR_M**3 - _NEAR_M**3) / 3
    count = min(int(rng.poisson(density_1_m3 * volume_m3)), _MAX_DROPS)
    z = np.cbrt(rng.uniform(_NEAR_M**3, _FAR_M**3, count))
    x = rng.uniform(-0.5, 0.5, count) * half_tangent_x * z
    y = rng.uniform(-1.0, 0.5, count) * half_tangent_y * z
    low, high = math.exp(-slope * _MIN_DIAMETER_MM), math.exp(-slope * _MAX_DIAMETER_MM)
    diameter = -np.log(rng.uniform(high, low, count)) / slope
    return np.column_stack([x, y, z, diameter])

"""Defocus: the lens's own blur, and that of what lies out of focus."""

from __future__ import annotations

import cv2
import numpy as np

from longtail.render.sensor.shot import Array, Shot

# Less blur than this leaves a picture as it is: the tail of the Gaussian brings a neighbour less than a tenth of a
# percent of a pixel's light.
_LEAST_PX = 0.15
_LEVELS = 3


def defocus(linear: Array, shot: Shot) -> Array:
    """`linear` (H, W, 3) blurred by the lens (`sensor.blur_px`) and by its circle of confusion (`sensor.focus_m`)."""
    sensor = shot.sensor
    if not sensor.focus_m:
        return _blurred(linear, sensor.blur_px)
    sigma = np.hypot(np.float32(sensor.blur_px), confusion_px(shot) / 4)
    low, high = float(sigma.min()), float(sigma.max())
    if high - low < _LEAST_PX:
        return _blurred(linear, (low + high) / 2)
    levels = np.linspace(low, high, _LEVELS)
    result = np.zeros_like(linear)
    for level in levels:
        near = np.clip(1 - np.abs(sigma - level) / (levels[1] - levels[0]), 0, 1)
        result += near[..., None].astype(np.float32) * _blurred(linear, float(level))
    return result


def confusion_px(shot: Shot) -> Array:
    """The diameter (H, W) of the circle of confusion: f^2 |z - s| / (N z (s - f)) on the chip, for a thin lens of focal
    length f and f-number N focused at s (S. F. Ray, "Applied Photographic Optics", 3rd ed. 2002). A disc of diameter c
    has a standard deviation of c / 4 along each axis."""
    lens, sensor = shot.view.camera.lens, shot.sensor
    if not lens.central:
        # A telecentric lens is stopped down until all it works at is in focus.
        return np.zeros(shot.view.depth_m.shape, dtype=np.float32)
    pitch_m = sensor.width_mm / 1000 / lens.width_px
    focal_m = sensor.focal_m(lens)
    focus_m = max(sensor.focus_m, 2 * focal_m)
    depth_m = np.maximum(shot.view.depth_m, np.float32(focal_m))
    away = np.where(np.isinf(depth_m), 1.0, np.abs(1 - focus_m / depth_m))
    return np.asarray(sensor.pupil_m(lens) * focal_m / (focus_m - focal_m) / pitch_m * away, dtype=np.float32)


def _blurred(linear: Array, sigma_px: float) -> Array:
    if sigma_px < _LEAST_PX:
        return linear
    return np.asarray(cv2.GaussianBlur(linear, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT), dtype=np.float32)

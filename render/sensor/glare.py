"""Glare: the small share of light that polish, dust and glass of a lens scatter all over the picture."""

from __future__ import annotations

import math

import cv2
import numpy as np

from longtail.render.sensor.angles import px_per_rad
from longtail.render.sensor.shot import Array, Shot

# Polish scatters as a power of the angle (the Harvey-Shack model: J. E. Harvey, "Understanding Surface Scatter
# Phenomena", SPIE 2019), with exponents of -0.5 to -2 beyond a knee under 0.01 rad (manual of the stray-light program
# FRED, "Harvey-Shack"); -2 is a good lens. Gaussians of equal shares at evenly spaced logarithms of their widths sum to
# just that: the integral of g(r; s) ds / s over all widths s is 1 / (2 pi r^2). The widest are the even veil that
# ISO 9358 measures as veiling glare.
_SIGMA_DEG = (0.15, 0.4, 1.0, 2.6, 6.5, 16.0)
# The width at which the scattered light is worked out; it has nothing finer.
_COARSE_PX = 160
_WIDE_PX = 5.0


def glare(linear: Array, shot: Shot) -> Array:
    """`linear` (H, W, 3) with the share `sensor.glare` of every pixel's light scattered over its surroundings.

    No light is lost: what leaves the picture at its border comes back from what is taken to lie mirrored beyond it.
    """
    share = shot.sensor.glare
    if not share:
        return linear
    height, width = linear.shape[:2]
    shrink = max(1, round(width / _COARSE_PX))
    small = cv2.resize(linear, (-(-width // shrink), -(-height // shrink)), interpolation=cv2.INTER_AREA)
    per_deg = math.radians(1) * px_per_rad(shot.view.camera.lens) / shrink
    spread = np.asarray(cv2.resize(_scattered(np.asarray(small, np.float32), per_deg), (width, height)), np.float32)
    return np.asarray(cv2.addWeighted(linear, 1 - share, spread, share, 0.0), dtype=np.float32)


def _scattered(small: Array, px_per_deg: float) -> Array:
    """`small` (h, w, 3) spread by the scattered light's own distribution, which sums to 1."""
    height, width = small.shape[:2]
    size = max(width // 4, 1), max(height // 4, 1)
    coarser = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    near, far = np.zeros_like(small), np.zeros_like(coarser)
    for sigma_deg in _SIGMA_DEG:
        sigma = sigma_deg * px_per_deg
        wide = sigma > _WIDE_PX
        source = coarser if wide else small
        sigma = max(sigma / 4 if wide else sigma, 0.3)
        blurred = np.asarray(cv2.GaussianBlur(source, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), dtype=np.float32)
        if wide:
            far += blurred
        else:
            near += blurred
    return np.asarray((near + cv2.resize(far, (width, height))) / len(_SIGMA_DEG), dtype=np.float32)

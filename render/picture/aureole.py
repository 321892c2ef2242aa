"""The glow that lamps have in fog, dust and smoke.

What the haze scatters out of a lamp's light mostly goes on nearly straight ahead, so that lamps wear an aureole a few
degrees wide (Narasimhan & Nayar, "Shedding Light on the Weather", CVPR 2003). The path-traced air absorbs and glows
evenly but does not scatter single lamps; this adds what it would.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Lens, in_image_circle
from longtail.render.sensor.angles import px_per_rad

Array = NDArray[np.float32]

# Droplets scatter nearly without absorbing. Three Gaussians stand for the forward peak of their phase function and what
# it becomes after several scatterings: standard deviations in degrees and shares.
_ALBEDO = 0.95
_KERNEL = ((0.6, 0.4), (2.2, 0.35), (7.0, 0.25))
# Only lamps and what they light strongly show an aureole: a multiple of the picture's median.
_BRIGHT = 12.0
_SHRINK = 4
# A lamp seen through so little that nothing certain is left of it gets no glow of its own.
_LEAST_TRANSMISSION = 0.02


def with_aureoles(radiance: Array, transmission: Array, lens: Lens) -> Array:
    """`radiance` (H, W, 3) in kcd/m2 plus the light that the air scatters around lamps; the same array in clear air.

    `transmission` (H, W) is the share of each pixel's light that crosses the air unscattered.
    """
    if float(transmission.min()) > 0.99:
        return radiance
    luminance = radiance.max(axis=-1)
    least = _BRIGHT * float(np.median(luminance[in_image_circle(lens)]))
    bright = luminance > least
    if not bright.any():
        return radiance
    crossing = np.maximum(transmission, _LEAST_TRANSMISSION)
    share = np.where(bright, _ALBEDO * (1 - crossing) / crossing, 0.0).astype(np.float32)
    height, width = luminance.shape
    small = cv2.resize(
        radiance * share[..., None], (-(-width // _SHRINK), -(-height // _SHRINK)), interpolation=cv2.INTER_AREA
    )
    glow = np.zeros_like(small)
    for sigma_deg, weight in _KERNEL:
        sigma_px = math.radians(sigma_deg) * px_per_rad(lens) / _SHRINK
        glow = glow + weight * cv2.GaussianBlur(small, (0, 0), max(sigma_px, 0.5), borderType=cv2.BORDER_CONSTANT)
    spread = cv2.resize(glow, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(radiance + spread, dtype=np.float32)

"""The glow that lamps have in fog, dust and smoke.

What the haze scatters out of a lamp's light mostly goes on nearly straight ahead, so that lamps wear an aureole a few
degrees wide (Narasimhan & Nayar, "Shedding Light on the Weather", CVPR 2003). The path-traced air absorbs and glows
evenly but does not scatter single lamps; this adds what it would.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Lens, in_image_circle
from longtail.render.sensor.angles import px_per_rad
from longtail.scenes.geometry.materials import Rgb

Array = NDArray[np.float32]

# Droplets scatter nearly without absorbing. Three Gaussians stand for their phase function as the eye has it, a peak
# straight ahead and what is wider: standard deviations in degrees and shares of a scattering.
_ALBEDO = 0.95
_SIGMAS_DEG, _WEIGHTS = (0.6, 2.2, 7.0), (0.4, 0.35, 0.25)
# Only lamps and what they light strongly show an aureole: a multiple of the picture's median.
_BRIGHT = 12.0
_SHRINK = 4
# What is seen through so little that nothing certain is left of it has no glow of its own.
_LEAST_TRANSMISSION = 0.02


def with_aureoles(
    radiance: Array, transmission: Array, sky: NDArray[np.bool_], lens: Lens, air_rgb: Rgb = (0.0, 0.0, 0.0)
) -> Array:
    """`radiance` (H, W, 3) in kcd/m2 plus the light that the air scatters around lamps; the same array in clear air.

    `transmission` (H, W) is the share of each pixel's light that crosses the air unscattered; `sky` (H, W) is where
    nothing is, so no lamp either; `air_rgb` is what an endless depth of that air sends, in kcd/m2, which no lamp has
    sent.
    """
    if float(transmission.min()) > 0.99:
        return radiance
    crossing = np.maximum(transmission, _LEAST_TRANSMISSION)[..., None]
    lamps = np.maximum(radiance - np.asarray(air_rgb, dtype=np.float32) * (1 - crossing), 0)
    least = _BRIGHT * float(np.median(radiance.max(axis=-1)[in_image_circle(lens)]))
    bright = (lamps.max(axis=-1) > least) & (transmission >= _LEAST_TRANSMISSION) & ~sky
    if not bright.any():
        return radiance
    sent = np.where(bright[..., None], _ALBEDO * lamps / crossing, 0.0)
    height, width = transmission.shape
    glow = np.zeros((-(-height // _SHRINK), -(-width // _SHRINK), 3), dtype=np.float32)
    for sigma_deg, share in zip(_SIGMAS_DEG, _shares(crossing), strict=True):
        scattered = cv2.resize((sent * share).astype(np.float32), glow.shape[1::-1], interpolation=cv2.INTER_AREA)
        sigma_px = math.radians(sigma_deg) * px_per_rad(lens) / _SHRINK
        glow += cv2.GaussianBlur(scattered, (0, 0), max(sigma_px, 0.5), borderType=cv2.BORDER_CONSTANT)
    spread = cv2.resize(glow, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(radiance + spread, dtype=np.float32)


def _shares(crossing: Array) -> Iterator[Array]:
    """Of a lamp's light, what ends in each Gaussian when the share `crossing` of it is not scattered at all.

    How often light is scattered on its way is Poisson's, and it is as wide as the widest of its scatterings: where a
    share w of them is no wider than some angle, crossing^(1 - w) of the light is not, unscattered light among it.
    """
    within, narrower = 0.0, crossing
    for weight in _WEIGHTS:
        within += weight
        reached = crossing ** max(1.0 - within, 0.0)
        yield reached - narrower
        narrower = reached

"""From radiance to the 8-bit picture: metering, glow of the lens, vignetting, noise, tone curve."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

# Rec. 709 luminance weights.
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
# The reflected-light meter constant (ISO 2720): mid grey at L = 2^EV100 * K / 100 cd/m2 with K = 12.5.
_METER_K = 12.5
_MID_GREY = 0.18
# A lens of f/1.8 at no more than 1/60 s and ISO 3200 cannot brighten less light than this.
_EV_RANGE = (1.6, 17.0)
# A rational fit of the filmic ACES curve (K. Narkowicz, "ACES Filmic Tone Mapping Curve", 2016).
_TONE = (2.51, 0.03, 2.43, 0.59, 0.14)
# With this gain the fit maps mid grey to sRGB 128, a little over mid grey, as cameras like it.
_TONE_GAIN = 0.84
_FULL_WELL_E = 9_000.0
_READ_NOISE_E = 3.0


@dataclass(frozen=True)
class Exposure:
    """What the camera chose: EV at ISO 100, its sensitivity, and the scale from kcd/m2 to linear 0..1."""

    ev100: float
    iso: float
    scale: float


def meter(radiance: Array, offset_ev: float) -> Exposure:
    """Auto-exposure over the log-average luminance of radiance (H, W, 3) in kcd/m2, wrong by `offset_ev`.

    The lower two thirds of the picture weigh full and the sky a quarter, as in driving cameras that meter the road.
    """
    luminance = np.maximum(radiance @ LUMINANCE, 1e-7) * 1000
    rows = luminance.shape[0]
    weight = np.where(np.arange(rows) < rows / 3, 0.25, 1.0)[:, None]
    # Lamps in the dark must not close the iris: nothing counts for more than 30 times the median.
    capped = np.minimum(luminance, 30 * float(np.median(luminance)))
    average = float(np.exp((np.log(capped) * weight).sum() / (weight.sum() * luminance.shape[1])))
    ev100 = float(np.clip(np.log2(average * 100 / _METER_K), *_EV_RANGE))
    # Night pictures are meant to look like night: up to 1.5 EV under mid grey as the light goes.
    ev100 += 1.5 * float(np.clip((7.0 - ev100) / 7.0, 0.0, 1.0)) - offset_ev
    scale = _MID_GREY / (2**ev100 * _METER_K / 100) * 1000
    # From bright to dark a camera first opens its shutter (to EV 8 at ISO 100), then raises its gain.
    iso = 100 * 2 ** max(0.0, 8.0 - ev100)
    return Exposure(ev100, iso, scale)


def develop(radiance: Array, exposure: Exposure, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The picture (H, W, 3) uint8 sRGB of radiance (H, W, 3) float32 in kcd/m2."""
    linear = radiance * np.float32(exposure.scale)
    linear = _vignette(_glow(linear))
    linear = _noise(linear, exposure.iso, rng)
    return _encode(_tone(linear))


def _glow(linear: Array) -> Array:
    """Light that the lens scatters: a few percent of what is brighter than white, spread over two radii.

    Measured lens PSFs fall off with a long tail; two Gaussians of 0.8 % and 4 % of the width stand for it.
    """
    width = linear.shape[1]
    bright = np.minimum(np.maximum(linear - 1.0, 0.0), 60.0)
    if not bright.any():
        return linear
    small = cv2.resize(bright, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    halo = 0.10 * cv2.GaussianBlur(small, (0, 0), max(width * 0.008 / 4, 0.6))
    halo += 0.035 * cv2.GaussianBlur(small, (0, 0), max(width * 0.04 / 4, 1.5))
    spread = cv2.resize(halo, (width, linear.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(linear + spread, dtype=np.float32)


def _vignette(linear: Array) -> Array:
    """Natural vignetting, half of cos^4 as retrofocus lenses leave it: corners lose about a fifth."""
    height, width = linear.shape[:2]
    y, x = np.ogrid[:height, :width]
    radius2 = ((x + 0.5 - width / 2) ** 2 + (y + 0.5 - height / 2) ** 2) / (width / 2) ** 2
    fall = 1.0 / (1.0 + 0.22 * radius2)
    return np.asarray(linear * fall[..., None], dtype=np.float32)


def _noise(linear: Array, iso: float, rng: np.random.Generator) -> Array:
    """Shot and read noise (EMVA 1288): variance in electrons is signal + read noise squared."""
    per_unit = _FULL_WELL_E / (iso / 100)
    variance = np.maximum(linear, 0) / per_unit + (_READ_NOISE_E / per_unit) ** 2
    grain = rng.standard_normal(linear.shape, dtype=np.float32)
    # The camera's own denoiser removes about two thirds of it.
    return np.asarray(linear + 0.35 * np.sqrt(variance) * grain, dtype=np.float32)


def _tone(linear: Array) -> Array:
    a, b, c, d, e = _TONE
    x = np.maximum(linear, 0) * np.float32(_TONE_GAIN)
    return np.asarray(x * (a * x + b) / (x * (c * x + d) + e), dtype=np.float32)


# Encoding through a table of 16-bit steps is as exact as 8 bits can show, and far faster than a power per pixel.
_STEPS = 1 << 16
_RAMP = np.arange(_STEPS) / (_STEPS - 1)
_SRGB = np.round(
    255 * np.where(_RAMP <= 0.0031308, 12.92 * _RAMP, 1.055 * np.maximum(_RAMP, 1e-9) ** (1 / 2.4) - 0.055)
).astype(np.uint8)


def _encode(linear: Array) -> NDArray[np.uint8]:
    scaled = np.clip(linear, 0.0, 1.0) * (_STEPS - 1)
    return np.asarray(_SRGB[scaled.astype(np.uint16)])

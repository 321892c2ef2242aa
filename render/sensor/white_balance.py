"""White balance: gains of the channels that make the light's own colour white."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.render.sensor.shot import LUMINANCE, Array, Shot

# The temperature whose point on the Planckian locus stands for the working white, D65.
WHITE_K = 6504.0
_XYZ_TO_RGB = np.array(
    [[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560], [0.0556434, -0.2040259, 1.0572252]]
)  # linear sRGB, IEC 61966-2-1
# What cameras take for the colour of a light, and how much of its distance from white they correct: dusk stays blue and
# lamplight stays warm.
_RANGE_MIRED = (1e6 / 9000, 1e6 / 2800)
_CORRECTED = 0.35
# The exponent of "shades of grey": between the mean and the brightest pixel (G. D. Finlayson and E. Trezzi, "Shades of
# Gray and Colour Constancy", Color Imaging Conference 2004, who find 6 best).
_MINKOWSKI = 6
_COARSE_PX = (64, 36)


def white_balance(linear: Array, shot: Shot) -> Array:
    """`linear` (H, W, 3) times the gains of `sensor.white_balance`."""
    sensor = shot.sensor
    if sensor.white_balance == "off":
        return linear
    if sensor.white_balance == "manual":
        mired = 1e6 / sensor.white_balance_k
    else:
        neutral = 1e6 / WHITE_K
        mired = neutral + _CORRECTED * (light_mired(linear) - neutral) - sensor.white_balance_error_mired
    gains = 1 / planckian_rgb(1e6 / min(max(mired, 1e6 / 15_000), 1e6 / 1500))
    return np.asarray(linear * gains.astype(np.float32))


def light_mired(linear: Array) -> float:
    """The colour of the light in a picture (H, W, 3), in 1e6/K: where its shades of grey lie between red and blue."""
    size = min(_COARSE_PX[0], linear.shape[1]), min(_COARSE_PX[1], linear.shape[0])
    small = np.asarray(cv2.resize(linear, size, interpolation=cv2.INTER_AREA), dtype=np.float64).reshape(-1, 3)
    # What is brighter than white has lost its colour, and lamps say nothing about what they light.
    told = np.maximum(small[small.max(axis=1) < 1.0], 1e-9)
    if not len(told):
        return 1e6 / WHITE_K
    red, _, blue = (told**_MINKOWSKI).mean(axis=0) ** (1 / _MINKOWSKI)
    mireds, ratios = _red_over_blue()
    return float(np.interp(np.log(red / blue), ratios, mireds))


@lru_cache(maxsize=1)
def _red_over_blue() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    mireds = np.linspace(*_RANGE_MIRED, 64)
    rgb = np.array([planckian_rgb(1e6 / mired) for mired in mireds])
    return mireds, np.log(rgb[:, 0] / rgb[:, 2])


def planckian_rgb(kelvin: float) -> NDArray[np.float64]:
    """Linear sRGB (3,) of a black body's light, of luminance 1, where one of 6504 K is taken for white."""
    raw = _planckian_raw(kelvin) / _planckian_raw(WHITE_K)
    return np.asarray(raw / (raw @ LUMINANCE))


def _planckian_raw(kelvin: float) -> NDArray[np.float64]:
    x, y = planckian_xy(kelvin)
    return np.asarray(np.maximum(_XYZ_TO_RGB @ np.array([x / y, 1.0, (1 - x - y) / y]), 0.02))


def planckian_xy(kelvin: float) -> tuple[float, float]:
    """CIE 1931 chromaticity of a black body, 1000..15000 K (M. Krystek, Color Research and Application 10, 1985)."""
    t = kelvin
    u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t * t) / (1 + 8.42420235e-4 * t + 7.08145163e-7 * t * t)
    v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t * t) / (1 - 2.89741816e-5 * t + 1.61456053e-7 * t * t)
    return 3 * u / (2 * u - 8 * v + 4), 2 * v / (2 * u - 8 * v + 4)

"""White balance: gains of the channels that make the light's own colour white."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.render.sensor.shot import Array, Shot
from longtail.scenes.lamps.black_body import WHITE_K, planckian_rgb

# What cameras take for the colour of a light.
_RANGE_MIRED = (1e6 / 9000, 1e6 / 2800)
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
        mired = (
            neutral + sensor.white_balance_share * (light_mired(linear) - neutral) - sensor.white_balance_error_mired
        )
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

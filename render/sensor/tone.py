"""Tone curve and encoding: from the linear signal to code values."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.render.sensor.quantisation import HEADROOM
from longtail.render.sensor.shot import Array, Shot

Floats = NDArray[np.float64]

# A rational fit of the filmic ACES curve (K. Narkowicz, "ACES Filmic Tone Mapping Curve", 2016).
_ACES = (2.51, 0.03, 2.43, 0.59, 0.14)
# With this gain the fit maps mid grey to sRGB 128, a little over mid grey, as cameras like it.
_ACES_GAIN = 0.84


def filmic(linear: Floats) -> Floats:
    """Display-linear 0..1: a soft toe, and a shoulder over three stops above white."""
    a, b, c, d, e = _ACES
    x = linear * _ACES_GAIN
    return np.asarray(x * (a * x + b) / (x * (c * x + d) + e))


def srgb_encoded(linear: Floats) -> Floats:
    """The encoding of IEC 61966-2-1, of 0..1."""
    x = np.clip(linear, 0.0, 1.0)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * np.maximum(x, 1e-9) ** (1 / 2.4) - 0.055)


CURVES: dict[str, Callable[[Floats], Floats]] = {
    "filmic": lambda linear: srgb_encoded(filmic(linear)),
    "srgb": srgb_encoded,
    "linear": lambda linear: np.clip(linear, 0.0, 1.0),
}
"""From the linear signal (white is 1) to the encoded one, 0..1, by the names that `sensor.tone` takes."""

# A table over the square root of the signal is finer than 8 bits everywhere, and far faster than a power per pixel.
_STEPS = 1 << 16


def tone(linear: Array, shot: Shot) -> NDArray[np.uint8]:
    """The code values (H, W, 3) uint8 of `linear` (H, W, 3)."""
    scaled = np.sqrt(np.clip(linear, 0.0, HEADROOM))
    scaled *= np.float32((_STEPS - 1) / HEADROOM**0.5)
    scaled += np.float32(0.5)
    codes: NDArray[np.uint8] = np.take(_table(shot.sensor.tone), scaled.astype(np.uint16))
    return codes


@lru_cache(maxsize=len(CURVES))
def _table(name: str) -> NDArray[np.uint8]:
    ramp = (np.arange(_STEPS) / (_STEPS - 1)) ** 2 * HEADROOM
    return np.asarray(np.round(255 * CURVES[name](ramp)), dtype=np.uint8)

"""The air that one looks through: layers of haze, and how much light crosses them.

Extinction follows Koschmieder (1924): light falls by exp(-b d) over d metres of air with the extinction coefficient b,
and a black object's contrast falls to 5 % at the meteorological optical range ln(20) / b (WMO No. 8, chapter 9).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.scenes.geometry.materials import Rgb

CONTRAST_THRESHOLD = 0.05
# Where drivers' eyes and cameras are, for stating one visibility of layered air.
EYE_HEIGHT_M = 1.4
# Clean air at sea level (Rayleigh scattering and a little aerosol): what is seen when nothing hides it.
CLEAR_RANGE_M = 30_000.0

Array = NDArray[np.float64]


@dataclass(frozen=True)
class AirLayer:
    """Even air from far below the ground up to `top_m`.

    `extinction_1_m` is for green light; `albedo_rgb` is the colour that endless depths of it have under white light.
    `fine` particles of a few wavelengths (droplets, dust, smoke) scatter light into aureoles some degrees wide; rain
    and snow, a thousand times larger, bend it by fractions of a degree.

    To a LiDAR, fine particles take less of longer waves by their `angstrom` exponent, droplets of water where it is
    None, and send 1 / `lidar_ratio_sr` of what they take straight back: 18.8 sr are droplets at 905 nm (O'Connor,
    Illingworth & Hogan, J. Atmospheric and Oceanic Technology 21, 2004).
    """

    extinction_1_m: float
    top_m: float
    albedo_rgb: Rgb = (1.0, 1.0, 1.0)
    fine: bool = True
    angstrom: float | None = None
    lidar_ratio_sr: float = 18.8


def extinction(range_m: float) -> float:
    """The extinction coefficient (1/m) of a meteorological optical range."""
    return -math.log(CONTRAST_THRESHOLD) / range_m


def optical_range_m(layers: Iterable[AirLayer], height_m: float = EYE_HEIGHT_M) -> float:
    """The meteorological optical range along a level line of sight at `height_m`."""
    total = sum(layer.extinction_1_m for layer in layers if layer.top_m > height_m)
    return -math.log(CONTRAST_THRESHOLD) / max(total, extinction(CLEAR_RANGE_M))


def transmission(
    layers: Iterable[AirLayer], eye_height_m: ArrayLike, heights_m: ArrayLike, distances_m: ArrayLike
) -> Array:
    """The share 0..1 (...) of a surface's light that reaches an eye, or each its own.

    The surface points have heights (...) and distances from the eye (...) along straight lines of sight, in metres; an
    infinite distance gives 0, but where the line leaves a layer through its top.
    """
    heights, distances = np.broadcast_arrays(np.asarray(heights_m, np.float64), np.asarray(distances_m, np.float64))
    depth, eye_m = np.zeros(heights.shape), np.asarray(eye_height_m, np.float64)
    rise = heights - eye_m
    for layer in layers:
        # The share of the line that lies under the layer's top: height runs linearly from the eye to the surface.
        low, high = np.minimum(heights, eye_m), np.maximum(heights, eye_m)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(np.abs(rise) < 1e-9, eye_m < layer.top_m, (layer.top_m - low) / (high - low))
        depth += layer.extinction_1_m * distances * np.clip(share, 0.0, 1.0)
    return np.asarray(np.exp(-depth))

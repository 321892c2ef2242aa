"""The lights in a picture: small spots far brighter than white."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.render.sensor.shot import LUMINANCE, Array

# Times white, above which a spot is a light; and how much of the picture it may fill to be one, and not a bright sky.
_BRIGHT = 12.0
_LARGEST = 0.01
_MOST = 10


@dataclass(frozen=True, eq=False)
class LightSource:
    """A light in the picture: where its middle is, the sum (3,) over its pixels of the linear signal, and the radius of
    the even disc that spreads its light as far."""

    x_px: float
    y_px: float
    flux: NDArray[np.float64]
    radius_px: float = 0.0


def light_sources(linear: Array) -> tuple[LightSource, ...]:
    """The brightest lights of a picture (H, W, 3), at most ten, brightest first."""
    luminance = cv2.transform(linear, LUMINANCE[None, :])
    mask = (luminance > _BRIGHT).astype(np.uint8)
    if not mask.any():
        return ()
    # Spots a pixel apart are one light: a lamp's window, a sun behind twigs.
    reach = max(3, round(linear.shape[1] / 200)) | 1
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(mask, np.ones((reach, reach), np.uint8)))
    found = []
    for spot in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[spot])
        if area > _LARGEST * mask.size:
            continue
        window = np.s_[top : top + height, left : left + width]
        inside = (labels[window] == spot) & (mask[window] > 0)
        rows, columns = np.nonzero(inside)
        light = linear[window][inside].astype(np.float64)
        weight = light @ LUMINANCE
        x, y = (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()
        # An even disc's points are its radius over the root of two from its middle, in quadratic mean.
        spread2 = (((columns - x) ** 2 + (rows - y) ** 2) * weight).sum() / weight.sum()
        flux, radius = light.sum(axis=0), math.sqrt(2 * float(spread2))
        found.append(LightSource(left + float(x) + 0.5, top + float(y) + 0.5, flux, radius))
    return tuple(sorted(found, key=lambda light: -float(light.flux @ LUMINANCE))[:_MOST])

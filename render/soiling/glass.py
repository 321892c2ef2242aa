"""The glass in front of the lens as the camera sees it: scale, defocus, and light that is scattered on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.scenes.camera.soiling import Soiling

Array = NDArray[np.float32]
Rng = np.random.Generator
Spreads = tuple[tuple[float, float], ...]

# Patterns on the glass are out of focus: a raster of this width holds what can be seen of them.
RASTER_PX = 512
# A blurred disc of this many pixels still looks round.
_DISC_PX = 6.5
# A Gaussian of this standard deviation can be taken from a picture of half the size.
_SMOOTH_PX = 4.0


@dataclass(frozen=True, eq=False)
class Layer:
    """A picture behind soiled glass.

    Attributes:
        radiance: (H, W, 3) float32, kcd/m2
        kept: (H, W) float32 in 0..1, the share of each pixel's light that still comes from where it came from before:
            neither blocked, nor scattered, nor refracted by more than 2 % of the picture's width
    """

    radiance: Array
    kept: Array


@dataclass(frozen=True)
class Glass:
    """Glass at `glass_m` before a lens with `fx_px` pixels per unit of slope, that makes pictures of `size_px`.

    The lens's entrance pupil is `pupil_m` wide. What runs on the glass has run for `time_s`.
    """

    size_px: tuple[int, int]
    fx_px: float
    glass_m: float
    pupil_m: float
    time_s: float = 0.0

    @classmethod
    def before(cls, radiance: Array, soiling: Soiling, fx_px: float, pupil_m: float, time_s: float = 0.0) -> Glass:
        """The glass in front of the camera that took `radiance` (H, W, 3)."""
        height, width = radiance.shape[:2]
        return cls((width, height), fx_px, soiling.glass_m, pupil_m, time_s)

    @property
    def px_per_mm(self) -> float:
        """Pixels that a millimetre on the glass takes in the picture."""
        return self.fx_px / (1000 * self.glass_m)

    @property
    def aspect(self) -> float:
        """Height over width."""
        return self.size_px[1] / self.size_px[0]

    @cached_property
    def raster_px(self) -> tuple[int, int]:
        """(width, height) of rasters for patterns, the same for all sizes of a picture of the same shape."""
        return RASTER_PX, max(1, round(RASTER_PX * self.aspect))

    def shown(self, pattern: Array) -> Array:
        """A pattern (h, w) on the raster as the camera sees it: out of focus, (H, W)."""
        scale = RASTER_PX / self.size_px[0]
        return fitted(defocused(pattern, 1000 * self.pupil_m * self.px_per_mm * scale), self.size_px)

    def focused(self, layer: Array) -> Array:
        """A layer (H, W, ...) on the glass, averaged over the entrance pupil.

        Light that is focused at infinity and leaves the lens towards one pixel fills on the glass a disc as wide as the
        pupil, whatever the distance of the glass.
        """
        return defocused(layer, 1000 * self.pupil_m * self.px_per_mm)


def fitted(picture: Array, size_px: tuple[int, int]) -> Array:
    """`picture` (h, w, ...) resized to (width, height), averaged where it shrinks."""
    if (picture.shape[1], picture.shape[0]) == size_px:
        return picture
    shrinks = picture.shape[1] > size_px[0]
    return np.asarray(cv2.resize(picture, size_px, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))


def times(picture: Array, share: Array) -> Array:
    """`picture` (H, W, 3) times `share` (H, W)."""
    return np.asarray(cv2.multiply(picture, cv2.merge([share, share, share])))


def blended(picture: Array, over: Array, share: Array) -> Array:
    """`picture` (H, W, 3) with `over` (H, W, 3) in its place by `share` (H, W)."""
    result = np.subtract(over, picture)
    result *= cv2.merge([share, share, share])
    result += picture
    return np.asarray(np.maximum(result, 0.0, out=result), dtype=np.float32)


def defocused(layer: Array, diameter_px: float) -> Array:
    """`layer` (H, W, ...) averaged over discs; large discs are averaged on a smaller picture."""
    if diameter_px < 1.2:
        return layer
    height, width = layer.shape[:2]
    shrink = max(1.0, diameter_px / _DISC_PX)
    small = (max(2, round(width / shrink)), max(2, round(height / shrink)))
    blurred = cv2.filter2D(fitted(layer, small), -1, _disc(diameter_px / shrink), borderType=cv2.BORDER_REFLECT)
    return fitted(np.asarray(blurred), (width, height))


def _disc(diameter_px: float) -> Array:
    """A disc with soft edges that sums to 1."""
    reach = math.ceil(diameter_px / 2)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(diameter_px / 2 + 0.5 - np.hypot(x, y), 0.0, 1.0)
    return np.asarray(disc / disc.sum(), dtype=np.float32)


def scattered(radiance: Array, spreads_deg: Spreads, fx_px: float, veil: Array | None = None) -> Array:
    """`radiance` (H, W, 3) spread over Gaussians: (standard deviation in degrees, weight) each, narrow to wide.

    `veil` (3,) is light from everywhere, added to all of it.
    """
    picture = radiance
    blurred: list[Array] = []
    for sigma_deg, weight in spreads_deg:
        sigma_px = math.radians(sigma_deg) * fx_px * picture.shape[1] / radiance.shape[1]
        # Wide Gaussians are taken from a smaller picture, where they are just as smooth.
        while sigma_px > _SMOOTH_PX and min(picture.shape[:2]) >= 8:
            picture, sigma_px = fitted(picture, (picture.shape[1] // 2, picture.shape[0] // 2)), sigma_px / 2
        spread = cv2.GaussianBlur(picture, (0, 0), max(sigma_px, 0.3), borderType=cv2.BORDER_REFLECT)
        blurred.append(np.asarray(spread * np.float32(weight)))
    total = blurred.pop() + (0 if veil is None else veil)
    for spread in reversed(blurred):
        total = fitted(total, (spread.shape[1], spread.shape[0])) + spread
    return fitted(np.asarray(total, dtype=np.float32), (radiance.shape[1], radiance.shape[0]))


def ambient(radiance: Array, fx_px: float) -> Array:
    """Mean radiance (3,) of the half space before the glass, which lights what is on it.

    The picture's own part of it is known (its cosine-weighted solid angle over pi, small fields assumed); the rest is
    as bright as the picture typically is, lamps left out: its geometric mean. What is wholly black, as all is outside a
    fisheye's image circle, tells nothing of it.
    """
    small = fitted(radiance, (radiance.shape[1] // 4, radiance.shape[0] // 4)).reshape(-1, 3)
    told = small[small.any(axis=-1)] if small.any() else small
    told = np.maximum(told, 1e-9)
    share = min(1.0, radiance.shape[0] * radiance.shape[1] / (math.pi * fx_px**2))
    typical = np.exp(np.log(told).mean(axis=0))
    return np.asarray(share * told.mean(axis=0) + (1 - share) * typical, dtype=np.float32)

"""What would be measured of a picture under another blur of its lens and another grain, without taking it again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from longtail.annotate.pixels.texture import Floats, noise_levels, sharpness, slope_edges, spectrum_slope

Array = NDArray[np.float64]

NAMES = ("sharpness", "noise", "spectrum_slope")
"""What `Spectra.under` tells, in this order, as `annotate.pixels.measure.PROPERTIES` have it."""

# Frequencies along either axis, in cycles per pixel: a cell is a pair of ranges, as a blur passes products of both.
_EDGES = np.linspace(0.0, 0.5, 17)
_MIDDLES = (_EDGES[1:] + _EDGES[:-1]) / 2
_CELLS = len(_MIDDLES) ** 2
_RADII = np.hypot(_MIDDLES[:, None], _MIDDLES).ravel()
# What a blur has left less of than this drowns in noise.
_LEAST_KEPT = 0.1
_FIT_FROM = 0.1
# Rounding to whole code values: evenly spread over a step.
_ROUNDING = 1 / 12 / 255**2


@dataclass(frozen=True)
class Spectra:
    """The luma of n pictures by 256 cells of spatial frequency.

    Attributes:
        measured: (n, 3), `NAMES` as they are
        power: (n, 256), under a Hann window, without the mean
        curved, masked: (n, 256), the same weighed by the squared response of the Laplacian and of Immerkaer's mask
        white: (n, 256), what white noise of variance 1 has there
        slopes: (n, 256), what the slope grows by with the logarithm of each cell's power
        blur_px: (n,), the deviation of the lens's blur in each, in pixels as it was taken
        scales: (n,), how large its pictures are here against what they were then, up to 1
        noise: (n,), the variance of the sensor's noise in each, of luma from 0 to 1
    """

    measured: Array
    power: Array
    curved: Array
    masked: Array
    white: Array
    slopes: Array
    blur_px: Array
    scales: Array
    noise: Array

    @classmethod
    def of(
        cls,
        lumas: Sequence[Floats],
        blur_px: Sequence[float] | Array,
        noise: Sequence[float] | Array,
        scales: Sequence[float] | None = None,
    ) -> Spectra:
        """Those of pictures (H, W), 0 to 1, of any sizes; `scales` are 1 where they are not given."""
        rows = [_cells(luma) for luma in lumas]
        columns = [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]
        known = (blur_px, [1.0] * len(rows) if scales is None else scales, noise)
        return cls(*columns, *(np.asarray(values, dtype=np.float64) for values in known))

    def under(self, blur_px: Array, noise: Array) -> Array:
        """`NAMES` (n, 3) as they would be with that blur (n,) and that variance of noise (n,).

        Blur multiplies the spectrum of what the picture shows by that of its Gaussian; noise is white and comes after
        it. So the power of each cell, less that of the noise, is multiplied by the ratio of both, and gets the new
        noise. Gaussians act on light and the spectrum is that of code values, which differ at high contrasts alone.
        """
        more = self._shown * (self._kept(blur_px) - self._kept(self.blur_px))
        more += (noise - self.noise)[:, None] * self.white
        gain = 1 + np.where(self.power > 0, more / np.where(self.power > 0, self.power, 1.0), 0.0)
        spread, curved, masked = (
            _ratio((weights * gain).sum(axis=1), weights.sum(axis=1))
            for weights in (self.power, self.curved, self.masked)
        )
        sharp, grain, slope = self.measured.T
        tilted = slope + (self.slopes * np.log(np.maximum(gain, 0.01))).sum(axis=1)
        return np.stack([sharp * np.sqrt(_ratio(curved, spread)), grain * np.sqrt(masked), tilted], axis=1)

    def _kept(self, blur_px: Array) -> Array:
        """(n, 256), the share of each cell's power that a blur (n,) leaves."""
        pairs = zip(blur_px.tolist(), self.scales.tolist(), strict=True)
        return np.array([_passed(round(blur, 3), scale) for blur, scale in pairs])

    @cached_property
    def _shown(self) -> Array:
        """(n, 256), the power that there would be without blur and noise.

        Where the blur left too little to tell it from noise, a power law goes on that fits the rest: what nature's
        spectra do (Field 1987).
        """
        kept = self._kept(self.blur_px)
        made = (self.power - (self.noise + _ROUNDING)[:, None] * self.white) / np.maximum(kept, _LEAST_KEPT)
        for row, share, white in zip(made, kept, self.white, strict=True):
            clear = (share >= _LEAST_KEPT) & (white > 0) & (row > 0) & (_RADII > _FIT_FROM)
            if np.count_nonzero(clear) > 2 and np.any(lost := share < _LEAST_KEPT):
                slope, level = np.polyfit(np.log(_RADII[clear]), np.log(row[clear] / white[clear]), 1)
                row[lost] = np.exp(level) * _RADII[lost] ** slope * white[lost]
        return np.asarray(made)


@lru_cache(maxsize=1 << 14)
def _passed(blur_px: float, scale: float) -> Array:
    """The share of power (256,) that each cell of a picture keeps, shrunk by `scale` after a blur of so many pixels.

    A Gaussian of less than a pixel, which is sampled at their middles, passes more than one that is not.
    """
    if blur_px < 0.1:
        return np.ones(_CELLS)
    reach = max(1, math.ceil(4 * blur_px))
    places = np.arange(-reach, reach + 1)
    weights = np.exp(-(places**2) / (2 * blur_px**2))
    kept = np.cos(2 * math.pi * scale * _MIDDLES[:, None] * places) @ (weights / weights.sum())
    return np.asarray(np.outer(kept, kept).ravel() ** 2)


def _ratio(one: Array, other: Array) -> Array:
    """1 where a picture has nothing of both."""
    return np.where(other > 0, np.maximum(one, 0) / np.where(other > 0, other, 1.0), 1.0)


def _cells(luma: Floats) -> tuple[Array, ...]:
    """The row of a picture in each attribute of `Spectra` but what is known of it."""
    height, width = luma.shape
    window = np.outer(np.hanning(height), np.hanning(width))
    along, across = fft.rfftfreq(width)[None, :], fft.fftfreq(height)[:, None]
    # Columns between the first and the last stand for two: the other half of the plane is the mirror image.
    stands = np.ones((height, along.size))
    stands[:, 1 : (width + 1) // 2] = 2
    power = stands * np.abs(fft.rfft2((luma - luma.mean(dtype=np.float64)) * window)) ** 2
    places = [np.minimum(np.digitize(np.abs(f), _EDGES) - 1, len(_MIDDLES) - 1) for f in (across, along)]
    cell = (places[0] * len(_MIDDLES) + places[1]).ravel()
    bends = [2 * np.cos(2 * math.pi * frequency) - 2 for frequency in (along, across)]

    def summed(values: Array) -> Array:
        return np.bincount(cell, weights=values.ravel(), minlength=_CELLS).astype(np.float64)

    return (
        np.array([sharpness(luma), noise_levels(luma), spectrum_slope(luma)]),
        summed(power),
        summed(power * (bends[0] + bends[1]) ** 2),
        summed(power * (bends[0] * bends[1]) ** 2),
        summed(stands) * float((window**2).sum()),
        summed(_slopes(power, np.hypot(along, across))),
    )


def _slopes(power: Array, radius: Array) -> Array:
    """By how much a line through the logarithms of the rings' powers tilts with that of each frequency (H, W)."""
    edges = slope_edges(power.shape[0], 2 * power.shape[1] - 2)
    x = np.log(np.sqrt(edges[1:] * edges[:-1]))
    part = np.append((x - x.mean()) / ((x - x.mean()) ** 2).sum(), 0.0)
    ring = np.digitize(radius, edges) - 1
    ring = np.where((ring >= 0) & (ring < len(x)), ring, len(x))
    whole = np.bincount(ring.ravel(), weights=power.ravel(), minlength=len(part))
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)[ring] * power)

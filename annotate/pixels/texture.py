"""What neighbouring pixels tell: sharpness, noise, the power spectrum; and the entropy of a picture's tones."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_NOISE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
"""Immerkaer's mask: the difference of two Laplacians, which structure hardly answers to."""

_FROM, _TO = 0.03, 0.35
"""Frequencies of the slope's fit, cycles per pixel: below are few waves, above lens and Bayer pattern decide."""


def sharpness(luma: Floats) -> float:
    """The deviation of the Laplacian of `luma` (H, W) over that of luma itself; NaN where all pixels are alike.

    The Laplacian's variance as a measure of focus is Pech-Pacheco's ("Diatom autofocusing in brightfield microscopy",
    ICPR 2000); divided by the picture's own, it does not answer to contrast.
    """
    spread = float(luma.std(dtype=np.float64))
    if spread < 1e-6:
        return math.nan
    laplacian = cv2.Laplacian(luma, cv2.CV_32F)[1:-1, 1:-1]
    return float(laplacian.std(dtype=np.float64)) / spread


def noise_levels(luma: Floats) -> float:
    """The deviation of noise in `luma` (H, W; 0..1), in steps of 8 bits.

    J. Immerkaer, "Fast noise variance estimation", Computer Vision and Image Understanding 64, 1996: the mean absolute
    answer to his mask, times sqrt(pi / 2) / 6. Fine texture counts as noise.
    """
    answer = cv2.filter2D(luma, cv2.CV_32F, _NOISE)[1:-1, 1:-1]
    return float(np.abs(answer).mean(dtype=np.float64)) * math.sqrt(math.pi / 2) / 6 * 255


def spectrum_slope(luma: Floats) -> float:
    """The slope of log power over log frequency of `luma` (H, W), about -2 in nature; NaN where all pixels are alike.

    Power is averaged around rings (D. J. Field, "Relations between the statistics of natural images and the response
    properties of cortical cells", J. Opt. Soc. Am. A 4, 1987), of the picture without its mean under a Hann window.
    """
    height, width = luma.shape
    window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    plain = (luma - luma.mean(dtype=np.float64)).astype(np.float32)
    from scipy import fft  # as long to import as many a picture takes to measure

    power = np.abs(fft.rfft2(plain * window)) ** 2
    radius = np.hypot(fft.fftfreq(height)[:, None], fft.rfftfreq(width)[None, :])
    edges = slope_edges(height, width)
    ring = np.digitize(radius.ravel(), edges) - 1
    chosen = (ring >= 0) & (ring < 12)
    counts = np.bincount(ring[chosen], minlength=12)
    sums = np.bincount(ring[chosen], weights=power.ravel()[chosen].astype(np.float64), minlength=12)
    middles = np.sqrt(edges[1:] * edges[:-1])
    usable = (counts > 0) & (sums > 1e-12)
    if np.count_nonzero(usable) < 4:
        return math.nan
    return float(np.polyfit(np.log(middles[usable]), np.log(sums[usable] / counts[usable]), 1)[0])


def slope_edges(height: int, width: int) -> NDArray[np.float64]:
    """The edges (13,) of the rings that `spectrum_slope` goes through in a picture of that size, cycles per pixel."""
    return np.geomspace(max(_FROM, 2.0 / min(height, width)), _TO, 13)


def entropy_bits(luma: Floats) -> float:
    """Shannon's entropy of the histogram of `luma` (0..1) in 256 bins, 0 to 8 bits."""
    counts = np.bincount(np.clip(np.rint(luma.ravel() * 255), 0, 255).astype(np.intp), minlength=256)
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum()) + 0.0

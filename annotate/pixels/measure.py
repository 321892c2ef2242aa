"""A picture in ten numbers that photographers and vision scientists know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.pixels.inside import inscribed
from longtail.annotate.pixels.texture import entropy_bits, noise_levels, sharpness, spectrum_slope
from longtail.colour import REC_709

Floats = NDArray[np.float32]

PROPERTIES: Mapping[str, str] = {
    "luminance": "mean relative luminance of linear light, 0 black to 1 white",
    "contrast": "standard deviation of luma, 0 to 0.5",
    "saturation": "mean CIELAB chroma",
    "colour_temperature_k": "correlated colour temperature of the mean colour, kelvin",
    "sharpness": "deviation of the Laplacian of luma over the deviation of luma",
    "noise": "estimated deviation of noise, in steps of 8 bits",
    "spectrum_slope": "slope of the power spectrum over frequency, both logarithmic",
    "entropy": "of the histogram of luma, bits",
}
"""What `measured` returns, in words."""

LEAST_PX = 16
"""The least side of a picture that is measured."""

_XYZ_FROM_RGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
"""From linear sRGB to CIE XYZ under D65: IEC 61966-2-1, annex F."""

_RANGE_K = (1_000.0, 40_000.0)
_FARTHEST = 0.05
"""CIE 15: farther from the Planckian locus than this, in CIE 1960 u and v, a colour has no correlated temperature."""


def measured(rgb: NDArray[np.uint8], circle: NDArray[np.bool_] | None = None) -> dict[str, float]:
    """The `PROPERTIES` of an sRGB picture (H, W, 3) of at least 16 by 16 pixels; NaN for what it has not.

    Means are of the pixels in the lens's image `circle` (H, W); what needs neighbours, of the largest rectangle of the
    picture's shape around its middle that lies in the circle. ValueError for a smaller picture.

    Luminance is ITU-R BT.709-6's of light linearised by IEC 61966-2-1. Contrast is Peli's RMS contrast ("Contrast in
    complex images", J. Opt. Soc. Am. A 7, 1990) of luma, Rec. 709's weights on code values. Chroma is CIE 15's C*ab.
    """
    if min(rgb.shape[:2]) < LEAST_PX:
        raise ValueError(
            f"expected a picture of {LEAST_PX}x{LEAST_PX} pixels or more, got {rgb.shape[1]}x{rgb.shape[0]}"
        )
    whole = circle is None or bool(circle.all())
    flat = rgb.reshape(1, -1, 3) if whole or circle is None else rgb[circle].reshape(1, -1, 3)
    light = LINEAR[flat].reshape(-1, 3).mean(axis=0, dtype=np.float64)
    luma = luma_of(rgb)
    within = luma if whole or circle is None else luma[circle]
    part = luma if whole or circle is None else luma[inscribed(circle)]
    lab = cv2.cvtColor(flat.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    return {
        "luminance": float(light @ REC_709),
        "contrast": float(within.std(dtype=np.float64)),
        "saturation": float(np.hypot(lab[..., 1], lab[..., 2]).mean(dtype=np.float64)),
        "colour_temperature_k": colour_temperature_k(light),
        "sharpness": sharpness(part),
        "noise": noise_levels(part),
        "spectrum_slope": spectrum_slope(part),
        "entropy": entropy_bits(within),
    }


def luma_of(rgb: NDArray[np.uint8]) -> Floats:
    """Luma (H, W), 0..1, of code values (H, W, 3): Rec. 709's weights."""
    return np.asarray(cv2.transform(rgb.astype(np.float32), _LUMA), dtype=np.float32)


def colour_temperature_k(light: Any) -> float:
    """The correlated colour temperature of linear sRGB `light` (3,), in kelvin; NaN for black and for no near-white.

    C. S. McCamy, "Correlated color temperature as an explicit function of chromaticity coordinates", Color Research &
    Application 17, 1992: n = (x - 0.3320) / (0.1858 - y), CCT = 449 n^3 + 3525 n^2 + 6823.3 n + 5520.33.
    """
    xyz = _XYZ_FROM_RGB @ np.asarray(light, dtype=np.float64)
    total = float(xyz.sum())
    if total <= 0:
        return float("nan")
    x, y = xyz[0] / total, xyz[1] / total
    if abs(0.1858 - y) < 1e-9:
        return float("nan")
    n = (x - 0.3320) / (0.1858 - y)
    found = float(449 * n**3 + 3525 * n**2 + 6823.3 * n + 5520.33)
    near = _RANGE_K[0] <= found <= _RANGE_K[1] and _from_planck(x, y, found) <= _FARTHEST
    return found if near else float("nan")


def _from_planck(x: float, y: float, kelvin: float) -> float:
    """How far a chromaticity is from the black body's of that temperature, in CIE 1960 u and v.

    M. Krystek, "An algorithm to calculate correlated colour temperature", Color Research & Application 10, 1985.
    """
    t, s = kelvin, kelvin**2
    u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * s) / (1 + 8.42420235e-4 * t + 7.08145163e-7 * s)
    v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * s) / (1 - 2.89741816e-5 * t + 1.61456053e-7 * s)
    below = -2 * x + 12 * y + 3
    return float(np.hypot(4 * x / below - u, 6 * y / below - v))


def _linearised() -> Floats:
    codes = np.arange(256) / 255
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4).astype(np.float32)


LINEAR = _linearised()
"""Linear light of each code value: IEC 61966-2-1."""

_LUMA = np.array([REC_709], dtype=np.float32) / 255

"""The colours of black bodies: lamps and daylight are described by the temperature of the one that they look like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# The temperature whose point on the Planckian locus stands for the working white, D65.
WHITE_K = 6504.0
_XYZ_TO_RGB = np.array(
    [[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560], [0.0556434, -0.2040259, 1.0572252]]
)  # linear sRGB, IEC 61966-2-1
# Rec. 709 luminance weights.
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


def planckian_rgb(kelvin: float) -> NDArray[np.float64]:
    """Linear sRGB (3,) of a black body's light, of luminance 1, where one of 6504 K is taken for white."""
    raw = _planckian_raw(kelvin) / _planckian_raw(WHITE_K)
    return np.asarray(raw / (raw @ _LUMINANCE))


def _planckian_raw(kelvin: float) -> NDArray[np.float64]:
    x, y = planckian_xy(kelvin)
    return np.asarray(np.maximum(_XYZ_TO_RGB @ np.array([x / y, 1.0, (1 - x - y) / y]), 0.02))


def planckian_xy(kelvin: float) -> tuple[float, float]:
    """CIE 1931 chromaticity of a black body, 1000..15000 K (M. Krystek, Color Research and Application 10, 1985)."""
    t = kelvin
    u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t * t) / (1 + 8.42420235e-4 * t + 7.08145163e-7 * t * t)
    v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t * t) / (1 - 2.89741816e-5 * t + 1.61456053e-7 * t * t)
    return 3 * u / (2 * u - 8 * v + 4), 2 * v / (2 * u - 8 * v + 4)

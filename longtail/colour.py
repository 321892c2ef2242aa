"""How bright a colour looks: the one set of weights that all rooms take."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

REC_709 = (0.2126, 0.7152, 0.0722)
"""Shares of red, green and blue in the luminance of linear RGB: ITU-R BT.709-6, item 3.2, whose primaries sRGB has."""

Rgb = tuple[float, float, float]


def luminance(rgb: Rgb) -> float:
    """Luminance of linear RGB, in the unit of its channels."""
    red, green, blue = REC_709
    return red * rgb[0] + green * rgb[1] + blue * rgb[2]


def unit_luminance(rgb: ArrayLike) -> Rgb:
    """Linear `rgb` (3,) scaled to luminance 1."""
    values = np.asarray(rgb, dtype=np.float64)
    red, green, blue = (float(v) for v in values / float(values @ REC_709))
    return red, green, blue

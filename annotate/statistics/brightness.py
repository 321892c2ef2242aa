"""How bright pictures are, from a bounded sample of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.colour import REC_709

MOST_PICTURES = 256
"""Decoding a picture takes some 10 ms; this many say enough about a distribution."""

LUMA = np.array(REC_709)
"""Rec. 709 weights of red, green and blue."""


def evenly(indices: list[int], most: int = MOST_PICTURES) -> list[int]:
    """At most `most` of the indices, evenly spread from the first to the last."""
    if len(indices) <= most:
        return indices
    return [indices[place] for place in np.linspace(0, len(indices) - 1, most).astype(int)]


def brightness(rgb: NDArray[np.uint8], circle: NDArray[np.bool_] | None = None) -> float:
    """Mean luma of an sRGB picture (H, W, 3), 0 black to 1 white. Not linear light: it is what a network is fed.

    Outside the lens's image `circle` (H, W) there is no picture, and no darkness either.
    """
    seen = rgb.reshape(-1, 3) if circle is None or circle.all() else rgb[circle]
    return float(seen.mean(axis=0) @ LUMA / 255)

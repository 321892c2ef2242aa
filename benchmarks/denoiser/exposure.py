"""How bright the denoiser's network is shown a picture (training/color.py of https://github.com/RenderKit/oidn)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# The library makes a picture's mean, by the logarithms of tiles of this many pixels, this grey.
_GREY, _TILE_PX = 0.18, 16
_LUMINANCE = np.array([0.212671, 0.715160, 0.072169], np.float32)


def exposure(radiance: NDArray[np.float32]) -> float:
    """What `radiance` (H, W, 3) is to be multiplied by so that its mean is the network's grey."""
    luminance = radiance @ _LUMINANCE
    height, width = luminance.shape
    rows, columns = (height + _TILE_PX // 2) // _TILE_PX, (width + _TILE_PX // 2) // _TILE_PX
    means = [
        luminance[row * height // rows : (row + 1) * height // rows,
                  column * width // columns : (column + 1) * width // columns].mean()
        for row in range(rows) for column in range(columns)
    ]  # fmt: skip
    lit = np.array([mean for mean in means if mean > 1e-8])
    return _GREY / float(np.exp2(np.log2(lit).mean())) if lit.size else 1.0

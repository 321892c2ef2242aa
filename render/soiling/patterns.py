"""Patterns on the glass: noise, and what covers a given share of it."""

from __future__ import annotations

import numpy as np

from longtail.curves import smoothstep
from longtail.render.particles.turbulence import turbulence
from longtail.render.soiling.glass import RASTER_PX, Array, Glass, Rng, fitted

# Noise with coarser cells is made on a smaller raster.
_COARSE_PX = 32


def noise(glass: Glass, cell: float, rng: Rng, stretch: float = 1.0) -> Array:
    """Turbulence (h, w) of 0..1 on the raster, its coarsest cells `cell` of the width wide."""
    width, height = glass.raster_px
    shrink = max(1, int(cell * RASTER_PX / _COARSE_PX))
    coarse = turbulence(-(-width // shrink), -(-height // shrink), cell * RASTER_PX / shrink, rng, stretch)
    return fitted(coarse, (width, height))


def covered(field: Array, share: float, softness: float) -> Array:
    """(h, w) of 0..1, over one half on the `share` of all pixels where `field` is greatest.

    The edge goes from 0 to 1 over `softness`, in units of `field`.
    """
    level = float(np.quantile(field[::2, ::2], 1 - min(max(share, 0.0), 1.0)))
    if share >= 1:
        level -= softness
    return smooth((field - level) / softness + 0.5)


def smooth(value: Array) -> Array:
    """0 below 0, 1 above 1, and a cubic without kinks between them."""
    return np.asarray(smoothstep(np.clip(value, 0.0, 1.0)), dtype=np.float32)


def from_border(glass: Glass) -> Array:
    """(h, w) distance to the nearest border, as a share of the width."""
    width, height = glass.raster_px
    x = (np.arange(width) + 0.5) / RASTER_PX
    y = (np.arange(height) + 0.5) / RASTER_PX
    across, down = np.minimum(x, width / RASTER_PX - x), np.minimum(y, height / RASTER_PX - y)
    return np.asarray(np.minimum(across[None], down[:, None]), dtype=np.float32)

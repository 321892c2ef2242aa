"""A film of dust on the glass: a veil where light falls on it, and a glow around what is bright."""

from __future__ import annotations

import numpy as np

from longtail.render.soiling.glass import Array, Glass, Layer, Rng, ambient, blended, scattered
from longtail.render.soiling.patterns import noise
from longtail.scenes.camera.soiling import Soiling

# Grains far larger than the wavelength scatter mostly forwards (half of it is diffraction, within a degree or two).
_SPREADS_DEG = ((0.6, 0.42), (3.0, 0.18), (12.0, 0.10))
# The rest is lit from everywhere, and some of it is absorbed: soil dust is redder than grey.
_AMBIENT = np.array([0.27, 0.245, 0.205], dtype=np.float32)


def dust(radiance: Array, soiling: Soiling, glass: Glass, rng: Rng) -> Layer:
    """`radiance` behind the dust of `soiling`."""
    share = glass.shown(film(soiling.dust, glass, rng))
    veil = scattered(radiance, _SPREADS_DEG, glass.fx_px, _AMBIENT * ambient(radiance, glass.fx_px))
    return Layer(blended(radiance, veil, share), 1 - share)


def film(cover: float, glass: Glass, rng: Rng) -> Array:
    """(h, w) share of scattered light on the raster, `cover` on average: clouds, streaks of runs, and grains."""
    clouds = noise(glass, 0.35, rng)
    runs = noise(glass, 0.03, rng, 0.5)
    width, height = glass.raster_px
    grain = rng.gamma(2.0, 0.5, (height, width)).astype(np.float32)
    field = (0.35 + clouds) * (0.85 + 0.3 * runs) * (0.7 + 0.3 * grain)
    return np.asarray(1 - (1 - cover) ** (field / field.mean()) if cover < 1 else np.ones_like(field), dtype=np.float32)

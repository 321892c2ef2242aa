"""Fogged glass: droplets too fine to tell apart, that blur what is behind them into a milky haze."""

from __future__ import annotations

import math

import cv2
import numpy as np

from longtail.render.soiling.glass import RASTER_PX, Array, Glass, Layer, Rng, ambient, blended, scattered
from longtail.render.soiling.patterns import covered, from_border, noise
from longtail.scenes.camera.soiling import Soiling

# Each droplet is a lens that sees tens of degrees of the scene: almost nothing passes straight on.
_SPREADS_DEG = ((0.9, 0.20), (3.5, 0.38), (12.0, 0.24))
_VEIL = 0.18
_DENSEST = 0.9
# Windows fog up from their borders, or whole and somebody wipes a patch free.
_WIPED_FROM, _WIPED_SHARE = 0.35, 0.6
_SWIPES = 7


def condensation(radiance: Array, soiling: Soiling, glass: Glass, rng: Rng) -> Layer:
    """`radiance` behind the condensation of `soiling`."""
    mist = glass.shown(fogged(soiling.condensation, glass, rng))
    haze = scattered(radiance, _SPREADS_DEG, glass.fx_px, np.float32(_VEIL) * ambient(radiance, glass.fx_px))
    return Layer(blended(radiance, haze, mist), 1 - mist)


def fogged(share: float, glass: Glass, rng: Rng) -> Array:
    """(h, w) share of scattered light on the raster, over one half on `share` of it."""
    wiped = rng.random() < _WIPED_SHARE and share > _WIPED_FROM
    shape = _swipes(glass, rng) if wiped else _breath(glass, rng)
    softness = 0.08 if wiped else 0.18
    patchy = 1.0 + 0.14 * (noise(glass, 0.02, rng) - 0.5) + 0.1 * (noise(glass, 0.3, rng) - 0.5)
    # Raised so that the line of the share, one half of `covered`, is where half of the light is scattered.
    edged = covered(shape, share, softness) ** (math.log(0.5 / _DENSEST) / math.log(0.5))
    return np.asarray(_DENSEST * edged * np.clip(patchy, 0.0, 1.1), dtype=np.float32)


def _breath(glass: Glass, rng: Rng) -> Array:
    """Densest at the borders and below, where the glass is coldest and the moist air rises from."""
    height = glass.raster_px[1]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    low = float(rng.uniform(0.0, 0.12))
    return np.asarray(low * down - from_border(glass) + 0.14 * (noise(glass, 0.4, rng) - 0.5), dtype=np.float32)


def _swipes(glass: Glass, rng: Rng) -> Array:
    """Fog in which a hand has wiped arcs: greatest far from them."""
    width, height = glass.raster_px
    free = np.full((height, width), 255, dtype=np.uint8)
    middle = np.array([rng.uniform(0.35, 0.65), glass.aspect * rng.uniform(0.35, 0.65)])
    reach = rng.uniform(0.12, 0.22)
    arc = np.linspace(-1, 1, 16)
    for row in np.linspace(-1, 1, _SWIPES):
        bow = 0.25 * reach * (arc**2 - 0.4) + rng.normal(0, 0.006)
        line = middle + np.stack([reach * arc * rng.uniform(0.8, 1.15), row * 0.5 * reach + bow], axis=-1)
        thick = int(rng.uniform(0.10, 0.16) * reach * 2 * RASTER_PX * 0.5) + 1
        cv2.polylines(free, [np.round(line * RASTER_PX).astype(np.int32)], False, (0.0,), thick, cv2.LINE_AA)
    apart = cv2.distanceTransform((free > 127).astype(np.uint8), cv2.DIST_L2, 3) / RASTER_PX
    streaks = noise(glass, 0.012, rng, 8.0)
    return np.asarray(apart + 0.03 * (streaks - 0.5) + 0.04 * (noise(glass, 0.1, rng) - 0.5), dtype=np.float32)

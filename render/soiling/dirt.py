"""Dirt on the glass: splashes of mud and specks, out of focus, that let a little brown light through."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.render.soiling.glass import RASTER_PX, Array, Glass, Layer, Rng, ambient, scattered, times
from longtail.render.soiling.patterns import noise, smooth
from longtail.scenes.camera.soiling import Soiling

Points = NDArray[np.float64]

# Dried mud, seen against the light from within: what it passes of the light that falls on it, by channel.
_TINT = np.array([0.155, 0.128, 0.096], dtype=np.float32)
# A thin film of it passes more, some of it from close to where it came from.
_THIN_TINT = np.array([0.30, 0.26, 0.21], dtype=np.float32)
_THIN_SPREAD_DEG = ((4.0, 0.4),)
# Radii of splats in mm: a power law, as splashes break up, between specks and blots.
_LEAST_MM, _MOST_MM, _EXPONENT = 0.15, 6.0, 2.3
_FINEST_PX = 0.7
_MOST_SPLATS = 900
_SHOWERS = 6
_CORNERS = 28
_SUBPIXEL_BITS = 4


def dirt(radiance: Array, soiling: Soiling, glass: Glass, rng: Rng) -> Layer:
    """`radiance` behind the dirt of `soiling`."""
    body, film = splats(soiling.dirt, glass, rng)
    # What blocks the light is averaged over the pupil, and so is what glows.
    covers = glass.shown(np.asarray(1 - (1 - body) * (1 - film), dtype=np.float32))
    thin = glass.shown(np.asarray((film + body / 4) * (1 - body), dtype=np.float32))
    light = ambient(radiance, glass.fx_px)
    spread = scattered(radiance, _THIN_SPREAD_DEG, glass.fx_px, _THIN_TINT * light)
    result = times(radiance, 1 - covers)
    result += times(spread, thin)
    thick = np.maximum(covers - thin, 0.0)
    result += cv2.merge([thick * tint for tint in _TINT * light])
    return Layer(result, 1 - covers)


def splats(share: float, glass: Glass, rng: Rng) -> tuple[Array, Array]:
    """Opacities (h, w) on the raster: of splats, over one half on about `share` of it, and of the film around them."""
    width, height = glass.raster_px
    radii = _radii(share, glass, rng)
    count = len(radii)
    places, middles = _places(count, glass, rng)
    points = np.round(_outlines(places, radii, rng) * RASTER_PX * 2**_SUBPIXEL_BITS).astype(np.int32)
    # Each pixel holds the number of the first splat that covers it, so that a number tells how many cover the share.
    order = np.full((height, width), np.float32(count))
    for i in range(count - 1, -1, -1):
        cv2.fillPoly(order, [points[i]], (float(i),), shift=_SUBPIXEL_BITS)
    last = float(np.quantile(order, min(share, 1.0)))
    number = order.astype(np.intp)
    there = (order <= last) & (number < count)
    thick = 0.72 + 0.5 * rng.random(count + 1, dtype=np.float32)
    grain = noise(glass, 0.03, rng)
    solid = cv2.GaussianBlur(np.where(there, thick[number], 0.0).astype(np.float32), (0, 0), 0.9)
    body = np.asarray(solid) * (0.72 + 0.56 * grain)
    film = _film(share, middles, glass, grain, rng)
    return np.asarray(np.clip(body, 0.0, 0.98), dtype=np.float32), film


def _radii(share: float, glass: Glass, rng: Rng) -> Points:
    """(N,) radii in widths, enough to cover more than `share`, in the order in which they fell."""
    scale = glass.px_per_mm / glass.size_px[0]
    least, most = max(_LEAST_MM * scale, _FINEST_PX / RASTER_PX), _MOST_MM * scale
    most = max(most, 4 * least)
    # Boolean model: n splats of mean area a leave the share exp(-n a) of a unit area free.
    a, b = 3 - _EXPONENT, 1 - _EXPONENT
    mean_square = (most**a - least**a) / a * b / (most**b - least**b)
    needed = -math.log1p(-min(share, 0.97)) * glass.aspect / (math.pi * mean_square)
    count = min(math.ceil(1.6 * needed), _MOST_SPLATS) + 12
    radii = (least**b + rng.random(count) * (most**b - least**b)) ** (1 / b)
    return np.asarray(radii * max(1.0, math.sqrt(1.6 * needed / _MOST_SPLATS)))


def _places(count: int, glass: Glass, rng: Rng) -> tuple[Points, Points]:
    """Places (N, 2) and the showers (M, 3: middle, spread) that most lie in, as wheels throw them; in widths."""
    middles = rng.random((_SHOWERS, 2)) * (1.0, glass.aspect)
    spread = rng.uniform(0.04, 0.2, _SHOWERS)
    which = rng.integers(0, _SHOWERS, count)
    thrown = middles[which] + rng.normal(size=(count, 2)) * spread[which, None]
    lone = rng.random((count, 2)) * (1.0, glass.aspect)
    places = np.where(rng.random(count)[:, None] < 0.45, lone, thrown)
    return places, np.concatenate([middles, spread[:, None]], axis=1)


def _film(share: float, showers: Points, glass: Glass, grain: Array, rng: Rng) -> Array:
    """(h, w) thin opacity that dirty water has left to dry around the showers."""
    width, height = glass.raster_px
    y, x = np.mgrid[:height, :width].astype(np.float32) / RASTER_PX
    near = np.zeros((height, width), dtype=np.float32)
    for at_x, at_y, spread in showers:
        near += np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / (2 * (1.3 * spread) ** 2), dtype=np.float32)
    patches = smooth((noise(glass, 0.16, rng) - 0.42) * 4)
    strength = min(0.4, 2.0 * share)
    return np.asarray(strength * np.minimum(near, 1.0) * patches * (0.4 + 1.2 * grain), dtype=np.float32).clip(0, 0.45)


def _outlines(places: Points, radii: Points, rng: Rng) -> Points:
    """(N, corners, 2) ragged outlines; some are drawn out, as what hits the glass at an angle is."""
    count = len(radii)
    angle = np.linspace(0, 2 * math.pi, _CORNERS, endpoint=False)
    ragged = 0.35 * (rng.random((count, _CORNERS)) - 0.5)
    for order in (2, 3, 5):
        wave = np.cos(order * angle + rng.uniform(0, 2 * math.pi, (count, 1)))
        ragged += 0.34 / math.sqrt(order) * rng.random((count, 1)) * wave
    # Small splats are round: surface tension holds them together.
    ragged = np.maximum(1 + ragged * np.clip(radii / (0.3 * radii.max()), 0.3, 1.0)[:, None], 0.25)
    ring = np.stack([np.cos(angle) * ragged, np.sin(angle) * ragged], axis=-1) * radii[:, None, None]
    long = 1 + np.maximum(0.0, rng.normal(0, 0.6, count))
    turn = rng.normal(math.pi / 2, 0.6, count)
    along = np.stack([np.cos(turn), np.sin(turn)], axis=-1)[:, None]
    ring = ring + ((long - 1)[:, None] * (ring * along).sum(axis=-1))[..., None] * along
    return np.asarray(places[:, None] + ring)

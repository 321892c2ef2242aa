"""Frost on the glass: fern-like ice that grows from the borders inwards, scatters light and turns white."""

from __future__ import annotations

import math

import cv2
import numpy as np

from longtail.render.soiling.glass import (
    RASTER_PX,
    Array,
    Glass,
    Layer,
    Rng,
    ambient,
    blended,
    fitted,
    scattered,
    times,
)
from longtail.render.soiling.patterns import covered, from_border, noise
from longtail.scenes.camera.soiling import Soiling

_STEMS = 70
_STEPS = 26
_BRANCHES = 22
# Ice grows along the axes of its hexagonal crystals.
_BRANCH_RAD = math.radians(60)
_SPREADS_DEG = ((0.9, 0.22), (4.0, 0.16), (14.0, 0.07))
# What it throws on of the light from everywhere; ice swallows a little of the red.
_WHITE = np.array([0.40, 0.42, 0.445], dtype=np.float32)
_BENT = 0.008
# Crystals are told apart within this standard deviation on the raster.
_CRYSTAL_PX = 6.0
_SUBPIXEL_BITS = 4


def frost(radiance: Array, soiling: Soiling, glass: Glass, rng: Rng) -> Layer:
    """`radiance` behind the frost of `soiling`."""
    ferns, grains = feathers(glass, rng), noise(glass, 0.02, rng)
    fine = ferns - cv2.GaussianBlur(ferns, (0, 0), _CRYSTAL_PX)
    ice = glass.shown(grown(soiling.frost, ferns, glass, rng) * np.clip(0.78 + 0.2 * grains + 0.5 * fine, 0.3, 1.0))
    relief = glass.shown(np.asarray(1.6 * fine + 0.8 * grains))
    width, height = glass.size_px
    # Facets bend light by far more than the smooth relief tilts: only the pattern is the relief's.
    tilt_x = cv2.Sobel(relief, cv2.CV_32F, 1, 0, ksize=3)
    tilt_y = cv2.Sobel(relief, cv2.CV_32F, 0, 1, ksize=3)
    norm = _BENT * width / max(float(np.std(tilt_x)), 1e-6)
    soft = cv2.GaussianBlur(fitted(radiance, (width // 2, height // 2)), (0, 0), 1.0)
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)
    bent = cv2.remap(
        soft, (x + norm * tilt_x) / 2, (y + norm * tilt_y) / 2, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    glow = scattered(radiance, _SPREADS_DEG, glass.fx_px, _WHITE * ambient(radiance, glass.fx_px).mean())
    bright = np.clip(0.6 + 0.9 * relief, 0.3, 1.7)
    icy = np.float32(0.15) * np.asarray(bent) + times(glow, bright)
    return Layer(blended(radiance, icy, ice), np.clip(1 - ice, 0.0, 1.0))


def grown(share: float, ferns: Array, glass: Glass, rng: Rng) -> Array:
    """(h, w) opacity on the raster, over one half on `share` of it: near the borders, farther in along the ferns."""
    field = -from_border(glass) + 0.10 * (noise(glass, 0.25, rng) - 0.5) + 0.09 * ferns
    return covered(field, share, 0.05)


def feathers(glass: Glass, rng: Rng) -> Array:
    """(h, w) of 0..1 on the raster: stems from the borders inwards, with branches and twigs at 60 degrees."""
    width, height = glass.raster_px
    area = np.zeros((height, width), dtype=np.uint8)
    starts, headings = _roots(glass, rng)
    length = rng.uniform(0.12, 0.42, _STEMS)
    curl = rng.normal(0, 1.3, _STEMS)
    s = np.linspace(0, 1, _STEPS)
    angle = headings[:, None] + curl[:, None] * s * length[:, None] * 4
    step = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * (length / _STEPS)[:, None, None]
    stems = starts[:, None] + np.cumsum(step, axis=1)
    at = np.linspace(2, _STEPS - 2, _BRANCHES).astype(np.intp)
    lines = [(stems, 255)]
    for side in (-1, 1):
        turn = angle[:, at] + side * (_BRANCH_RAD + rng.normal(0, 0.08, (_STEMS, _BRANCHES)))
        reach = length[:, None] * 0.26 * (1 - 0.85 * s[at]) * rng.uniform(0.5, 1.0, (_STEMS, _BRANCHES))
        along = np.linspace(0, 1, 5)[:, None]
        branches = stems[:, at, None] + (reach[..., None, None] * along) * _unit(turn)[:, :, None]
        lines.append((branches.reshape(-1, 5, 2), 200))
        for twig in (-1, 1):
            begin = branches[:, :, 1:4]
            direction = _unit(turn + twig * _BRANCH_RAD)[:, :, None]
            end = begin + 0.3 * reach[..., None, None] * (1 - along[1:4]) * direction * 1.4
            lines.append((np.stack([begin, end], axis=-2).reshape(-1, 2, 2), 140))
    for points, value in reversed(lines):
        fixed = np.round(points * RASTER_PX * 2**_SUBPIXEL_BITS).astype(np.int32)
        cv2.polylines(area, list(fixed), False, value, 1, cv2.LINE_8, _SUBPIXEL_BITS)
    soft = cv2.GaussianBlur(area, (0, 0), 1.0).astype(np.float32) / 255
    wide = cv2.GaussianBlur(area, (0, 0), 5.0).astype(np.float32) / 255
    return np.clip(1.2 * soft + 0.8 * wide, 0.0, 1.0)


def _roots(glass: Glass, rng: Rng) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Points (N, 2) on the border, in widths, and headings (N,) that lead inwards."""
    tall = glass.aspect
    along = (np.arange(_STEMS) + rng.random(_STEMS)) / _STEMS * 2 * (1 + tall)
    sides = np.array([1.0, 1 + tall, 2 + tall, 2 + 2 * tall])
    side = np.searchsorted(sides, along, side="right").clip(0, 3)
    t = along - np.concatenate([[0.0], sides[:3]])[side]
    x = np.choose(side, [t, np.ones_like(t), 1 - t, np.zeros_like(t)])
    y = np.choose(side, [np.zeros_like(t), t, np.full_like(t, tall), tall - t])
    inwards = np.choose(side, [np.pi / 2, np.pi, -np.pi / 2, 0.0])
    return np.stack([x, y], axis=-1), inwards + rng.normal(0, 0.5, _STEMS)


def _unit(angle: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)

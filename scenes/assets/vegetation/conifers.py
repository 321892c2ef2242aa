"""Spruces of gardens: whorls of hanging boughs about one straight stem."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vegetation.leaves import fitted, kites, shades
from longtail.scenes.geometry.materials import Bark
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import tube

_WHORLS, _BOUGHS, _SPRAYS = 20, 8, 36


def _spruce(seed: int, height_m: float, width_m: float, rgb: tuple[float, float, float]) -> Mesh:
    """Every bough bows down and lifts at its tip; sprays of needles stand out from both sides and hang beneath."""
    rng = np.random.default_rng(seed)
    stem = tube(
        np.array([[0, 0, 0], [0, 0, 0.15], [0.02, 0, height_m * 0.5], [0, 0, height_m * 0.98]]),
        [0.21, 0.15, 0.085, 0.012],
        Bark((0.11, 0.075, 0.055)),
        sides=8,
    )
    count = _WHORLS * _BOUGHS
    # Whorls are a year's growth apart; a few boughs stand between them.
    share = (np.repeat(np.arange(_WHORLS), _BOUGHS) + rng.normal(0.3, 0.16, count)) / _WHORLS
    share = np.clip(share, 0.0, 0.985)
    rise = 0.4 + (height_m - 0.55) * share**0.92
    turn = np.arange(count) * 2.399963 + rng.normal(0, 0.25, count)
    reach = 0.5 * width_m * np.clip((1 - share) ** 0.85, 0.04, 1) * rng.uniform(0.68, 1.08, count) + 0.05
    way = np.column_stack([np.cos(turn), np.sin(turn), np.zeros(len(turn))])
    across = np.column_stack([-np.sin(turn), np.cos(turn), np.zeros(len(turn))])
    place = (np.arange(_SPRAYS)[None] + rng.uniform(0.1, 0.9, (len(turn), _SPRAYS))) / _SPRAYS
    place = 0.12 + 0.88 * place
    sag = reach[:, None] * (0.62 * place**1.2 - 0.22 * place**3) * (1 - 0.9 * share[:, None])
    points = way[:, None] * (place * reach[:, None])[..., None]
    points[..., 2] += np.maximum(rise[:, None] - sag, 0.12) + rng.normal(0, 0.03, place.shape)
    side = np.where(np.arange(_SPRAYS) % 2, 1.0, -1.0)[None] * rng.uniform(0.5, 1.2, place.shape)
    ahead = way[:, None] * 0.85 + across[:, None] * side[..., None] + np.array([0, 0, -0.35])
    ahead = ahead + rng.normal(0, 0.2, points.shape)
    facing = rng.normal(0, 0.35, points.shape) + np.array([0, 0, 1.0])
    # Sprays are longest in the middle of the bough, so that it tapers like a feather.
    lengths = (0.14 + 0.3 * np.sin(np.pi * np.clip(place * 0.9, 0, 1)) * np.sqrt(reach)[:, None]) * rng.uniform(
        0.7, 1.15, place.shape
    )
    slots = np.where(place > 0.86, 2, np.where(place < 0.5, 0, rng.integers(0, 2, place.shape)))
    flat = (-1, 3)
    needles = kites(
        points.reshape(flat), ahead.reshape(flat), facing.reshape(flat), lengths.ravel(), 0.24, shades(rgb),
        slots.ravel(), fold=-0.35, curl=0.5,
    )  # fmt: skip
    low = needles.bounds_m[0][2]
    return fitted(join([stem, needles.moved(z_m=max(0.05 - low, 0.0))]), (width_m, width_m, height_m))


ASSETS: tuple[Asset, ...] = tuple(
    Procedural(
        f"tree/spruce-{variant}",
        "vegetation",
        (width, width, height),
        tags=frozenset(("garden",)),
        species="spruce",
        footprint_m=(0.5, 0.5),
        recipe=partial(_spruce, 40 + variant, height, width, rgb),
    )
    for variant, height, width, rgb in (
        (1, 8.4, 3.6, (0.026, 0.075, 0.028)),
        (2, 6.2, 2.9, (0.035, 0.09, 0.03)),
        (3, 4.3, 2.3, (0.045, 0.095, 0.062)),
    )
)

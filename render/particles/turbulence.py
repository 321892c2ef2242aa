"""Ragged fields, as eddies of many sizes draw them in spray and dust."""

from __future__ import annotations

import cv2
import numpy as np

from longtail.render.particles.view import Array

_OCTAVES = 4


def turbulence(
    width_px: int, height_px: int, coarsest_px: float, rng: np.random.Generator, stretch: float = 1.0
) -> Array:
    """A field (H, W) of 0..1 around 0.5: octaves of smooth noise, the coarsest with cells of `coarsest_px`.

    `stretch` lengthens the cells along the rows. That amplitudes halve from octave to octave is chosen for its looks:
    in Kolmogorov's inertial range, with E(k) ~ k^-5/3, an octave's amplitude goes as k^-1/3, 0.79 of the one before.
    """
    field = np.zeros((height_px, width_px), dtype=np.float32)
    total = 0.0
    for octave in range(_OCTAVES):
        cell = coarsest_px / 2**octave
        columns, rows = int(width_px / (cell * stretch)) + 3, int(height_px / cell) + 3
        if cell < 1 or columns * rows > 4 * width_px * height_px:
            break
        grid = rng.random((rows, columns), dtype=np.float32)
        fine = cv2.resize(grid, None, fx=cell * stretch, fy=cell, interpolation=cv2.INTER_CUBIC)[:height_px, :width_px]
        field += fine / 2**octave
        total += 1 / 2**octave
    return np.clip(field / max(total, 1.0), 0.0, 1.0)

"""Noise as Blender's shaders have it, for those who need to know without a renderer what a shader draws somewhere.

Gradient noise (Perlin, SIGGRAPH 2002) on a lattice whose gradients come of Jenkins' hash (lookup3), and octaves of it,
with the numbers of Cycles (src/kernel/svm/noise.h and fractal_noise.h, src/util/hash.h; Blender 5.0).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_Bits = NDArray[np.uint32]

# Brings the values of flat noise to -1..1.
_SPREAD = 0.6616
# Beyond this the lattice is repeated.
_PERIOD = 100_000.0


def flat_noise(x: Array, y: Array, detail: int, roughness: float) -> Array:
    """The sum of `detail` + 1 octaves (...) at x and y (...), in cells of the coarsest, brought to about 0..1."""
    found, weight, weights, scale = np.zeros(np.shape(x)), 1.0, 0.0, 1.0
    for _ in range(detail + 1):
        found += weight * _octave(scale * x, scale * y)
        weights += weight
        weight *= roughness
        scale *= 2.0
    return np.asarray(0.5 * found / weights + 0.5)


def _octave(x: Array, y: Array) -> Array:
    x, y = np.fmod(x, _PERIOD), np.fmod(y, _PERIOD)
    column, row = np.floor(x), np.floor(y)
    x, y = x - column, y - row
    corner = [column.astype(np.int64).astype(np.uint32), row.astype(np.int64).astype(np.uint32)]
    one = np.uint32(1)
    low = _between(x, _slope(corner[0], corner[1], x, y), _slope(corner[0] + one, corner[1], x - 1, y))
    high = _between(
        x, _slope(corner[0], corner[1] + one, x, y - 1), _slope(corner[0] + one, corner[1] + one, x - 1, y - 1)
    )
    return np.asarray(_SPREAD * _between(y, low, high))


def _between(at: Array, low: Array, high: Array) -> Array:
    share = at * at * at * (at * (at * 6 - 15) + 10)
    return np.asarray(low * (1 - share) + high * share)


def _slope(column: _Bits, row: _Bits, x: Array, y: Array) -> Array:
    """How far a corner's gradient rises to a place beside it: along one of eight directions."""
    bits = _hash(column, row) & np.uint32(7)
    steep, shallow = np.where(bits < 4, x, y), 2 * np.where(bits < 4, y, x)
    return np.asarray(np.where(bits & np.uint32(1), -steep, steep) + np.where(bits & np.uint32(2), -shallow, shallow))


def _hash(column: _Bits, row: _Bits) -> _Bits:
    start = np.uint32(0xDEADBEEF + (2 << 2) + 13)
    a, b, c = column + start, row + start, np.full(np.shape(column), start)
    c = (c ^ b) - _turned(b, 14)
    a = (a ^ c) - _turned(c, 11)
    b = (b ^ a) - _turned(a, 25)
    c = (c ^ b) - _turned(b, 16)
    a = (a ^ c) - _turned(c, 4)
    b = (b ^ a) - _turned(a, 14)
    return np.asarray((c ^ b) - _turned(b, 24))


def _turned(bits: _Bits, places: int) -> _Bits:
    return np.asarray((bits << np.uint32(places)) | (bits >> np.uint32(32 - places)))

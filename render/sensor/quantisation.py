"""Saturation and quantisation by the analogue-digital converter."""

from __future__ import annotations

import numpy as np

from longtail.render.sensor.shot import Array, Shot

HEADROOM = 8.0
"""The brightest signal that is told apart, in units of white: three stops, for the tone curve to roll off."""


def quantisation(linear: Array, shot: Shot) -> Array:
    """`linear` (H, W, 3) in 2^bit_depth even steps of 0..`HEADROOM`; what is outside is clipped."""
    depth = shot.sensor.bit_depth
    if not depth:
        return linear
    step = np.float32(HEADROOM / (2**depth - 1))
    counts = np.clip(linear, 0.0, HEADROOM)
    counts *= 1 / step
    np.rint(counts, out=counts)
    counts *= step
    return counts

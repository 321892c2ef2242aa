"""Texture coordinates of files from elsewhere, which may be any number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FARTHEST = 4096.0
"""In 32-bit floats, textures of 1024 pixels that repeat so often are looked up to half a pixel. Much farther off Cycles
makes up colours: at 3.4e9, as a vase of a pack has it, pixels had an albedo of 1e8."""


def within_reach(uv: NDArray[np.float32]) -> NDArray[np.float32]:
    """Coordinates (F, 3, 2) of triangles' corners, in widths of the texture, with none that is no place in it.

    A corner that is farther off than `FARTHEST`, or not a number, takes the mean of the others of its triangle, or 0.
    """
    there = (np.abs(uv) <= FARTHEST).all(axis=-1)
    if there.all():
        return uv
    known = np.where(there[..., None], uv, 0)
    mean = known.sum(axis=1) / np.maximum(there.sum(axis=1), 1)[:, None]
    return np.where(there[..., None], known, mean[:, None]).astype(np.float32)

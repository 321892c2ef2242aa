"""A picture as it is seen through soiled glass, and where that glass hides it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.render.sensor.finite import finite
from longtail.render.soiling.glass import Array, Glass, Rng
from longtail.render.soiling.table import KINDS
from longtail.scenes.camera.soiling import UNSEEN, Soiling

_BLOCKED_UNDER = 0.5


@dataclass(frozen=True, eq=False)
class Soiled:
    """A picture behind soiled glass.

    Attributes:
        radiance: (H, W, 3) float32, kcd/m2
        blocked: (H, W) bool, where less than half of a pixel's light still comes from where it came from behind clean
            glass: the rest is blocked, scattered, or refracted by more than 2 % of the picture's width
    """

    radiance: Array
    blocked: NDArray[np.bool_]


def soil(radiance: Array, soiling: Soiling, fx_px: float, pupil_m: float, rng: Rng, time_s: float = 0.0) -> Soiled:
    """`radiance` (H, W, 3) float32 in kcd/m2 behind `soiling`; the same array where the glass is clean.

    `fx_px` is the lens's pixels per unit of slope, `pupil_m` the diameter of its entrance pupil. What is drawn depends
    on the seed of `rng` and on the shape of the picture, not on its size; and each kind draws from a stream of its own,
    so that one does not move another. In a clip `time_s` is how long drops have run down since its scene's own moment.
    """
    kept = np.ones(radiance.shape[:2], dtype=np.float32)
    if not soiling.clean:
        glass = Glass.before(radiance, soiling, fx_px, pupil_m, time_s)
        for (name, kind), own in zip(KINDS.items(), rng.spawn(len(KINDS)), strict=True):
            if kind.amount(soiling) >= UNSEEN:
                layer = kind.put(radiance, soiling, glass, own)
                radiance, kept = finite(layer.radiance, f"{name} on the lens"), kept * layer.kept
    return Soiled(radiance, kept < _BLOCKED_UNDER)

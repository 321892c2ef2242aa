"""Where drops sit on the glass, how large they are, and which shapes they have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.render.soiling.glass import Glass, Rng
from longtail.scenes.camera.soiling import Soiling

Points = NDArray[np.floating[Any]]

# Contact angles of water on glass that rain, wax and traffic film have treated (our estimate).
_CONTACT_DEG, _CONTACT_SD_DEG, _CONTACT_RANGE_DEG = 46.0, 9.0, (24.0, 66.0)
_HARMONICS = 4
# Drops hold to the glass up to some 5 mm, then they run.
_RUNS_MM = 4.5
_RUNNING_SHARE = 0.5
RUNNING_STRETCH = 1.25
_SIZES_MM = (0.3, 14.0)
# Places tried for each drop before it is taken to have joined another.
_TRIES = 10
_APART = 1.08


@dataclass(frozen=True, eq=False)
class Shapes:
    """Drops: `centres` (N, 2) and radii (N,) in widths of the picture; contact angles in rad.

    Attributes:
        contours: (N, K, 2) cosine and sine parts, in radii, of waves 2, 3, ... around their outlines
        stretch: (N,) lengthens them downwards
    """

    centres: Points
    radii: Points
    contours: Points
    contact_rad: Points
    stretch: Points


def draw_shapes(soiling: Soiling, glass: Glass, rng: Rng) -> Shapes:
    """Drops that do not touch, largest first; fewer than asked for where there is no more room."""
    wanted = soiling.drops
    sizes = np.exp(rng.normal(math.log(wanted.diameter_mm), math.log(wanted.spread) + 1e-9, wanted.count))
    sizes = np.sort(np.clip(sizes, *_SIZES_MM))[::-1]
    mm = glass.px_per_mm / glass.size_px[0]
    radii = sizes * mm / 2
    x, y = rng.random((_TRIES, wanted.count)), glass.aspect * rng.random((_TRIES, wanted.count))
    # Drops that found no room lie far outside.
    centres = np.full((wanted.count, 2), -9.0)
    for i in range(wanted.count):
        least = (_APART * (radii[:i] + radii[i])) ** 2
        for place in zip(x[:, i], y[:, i], strict=True):
            if (((centres[:i] - place) ** 2).sum(axis=1) > least).all():
                centres[i] = place
                break
    keep = centres[:, 0] >= 0
    order = np.arange(1, _HARMONICS + 1) + 1
    # The larger a drop, the farther its outline is from a circle.
    uneven = 0.05 + 0.035 * np.minimum(sizes, 5.0)
    turns = rng.uniform(0, 2 * math.pi, (wanted.count, _HARMONICS))
    waves = uneven[:, None] * rng.random((wanted.count, _HARMONICS)) / order**1.2
    contours = np.stack([waves * np.cos(turns), waves * np.sin(turns)], axis=-1)
    contact = np.clip(rng.normal(_CONTACT_DEG, _CONTACT_SD_DEG, wanted.count), *_CONTACT_RANGE_DEG)
    running = (sizes > _RUNS_MM) & (rng.random(wanted.count) < _RUNNING_SHARE)
    stretch = np.where(running, rng.uniform(1.3, 1.7, wanted.count), rng.uniform(0.95, 1.2, wanted.count))
    return Shapes(
        centres[keep],
        radii[keep],
        contours[keep],
        np.radians(contact[keep]),
        stretch[keep],
    )

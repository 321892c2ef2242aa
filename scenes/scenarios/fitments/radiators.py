"""A panel radiator, as it hangs below windows."""

from __future__ import annotations

import numpy as np

from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, tube

_ENAMEL = Principled((0.78, 0.78, 0.76), roughness=0.3, coat=0.3)
_PITCH_M = 0.04


def radiator(size_m: tuple[float, float, float], _rng: np.random.Generator) -> Mesh:
    """Two panels with upright channels, a grille on top, a valve, and pipes to the floor."""
    width, depth, height = size_m
    foot = 0.12
    middle, tall = (foot + height) / 2, height - foot
    count = max(2, int(width / _PITCH_M))
    parts = [box((width, 0.012, tall), _ENAMEL, (0, y, middle), bevel_m=0.004) for y in (-depth + 0.012, -0.04)]
    for x in (np.arange(count) + 0.5) / count * (width - 0.04) - (width - 0.04) / 2:
        parts.append(
            box((_PITCH_M * 0.55, 0.01, tall - 0.05), _ENAMEL, (float(x), -depth + 0.006, middle), bevel_m=0.004)
        )
    for side in (-1, 1):
        parts.append(
            box((0.004, depth - 0.046, tall - 0.01), _ENAMEL, (side * (width / 2 - 0.002), -depth / 2 - 0.014, middle))
        )
    for y in np.linspace(-depth + 0.026, -0.054, 4):
        parts.append(box((width, 0.006, 0.004), _ENAMEL, (0, float(y), height - 0.004)))
    valve = width / 2 + 0.03
    for x in (valve, valve - 0.05):
        parts.append(tube([(x, -depth / 2, 0.0), (x, -depth / 2, foot + 0.03)], 0.0075, _ENAMEL, sides=8))
    parts.append(box((0.05, 0.04, 0.04), _ENAMEL, (valve, -depth / 2, foot + 0.05), bevel_m=0.012))
    return join(parts)

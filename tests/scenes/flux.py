"""The light of a lamp, summed over all directions."""

from __future__ import annotations

import numpy as np
from scipy.integrate import trapezoid

from longtail.scenes.lamps.headlamps import AZIMUTHS_DEG, ELEVATIONS_DEG, Array


def flux_lm(intensity_cd: Array) -> float:
    """Luminous flux of intensities (elevations, azimuths) on the grid of the tables."""
    up, right = np.radians(ELEVATIONS_DEG), np.radians(AZIMUTHS_DEG)
    return float(trapezoid(trapezoid(intensity_cd, right, axis=1) * np.cos(up), up))

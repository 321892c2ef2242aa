"""What headlamps send where: luminous intensities of a dipped and a main beam by angle, for traffic on the right.

The dipped (low) beam keeps the limits of UN Regulation No. 112 (class B): a cut-off 0.57 degrees (1 %) below the
horizontal on the side of oncoming traffic, rising by 15 degrees from the vertical axis on the other, a bright
zone close below it, and a few hundred candelas at most above it. The main (high) beam keeps those of its class, too.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.curves import smoothstep

Array = NDArray[np.float64]

CUT_OFF_DEG = -math.degrees(math.atan(0.01))
KINK_DEG = 15.0
# The rising side levels off: lamps light the kerb and the signs on it, not the trees.
_KINK_TOP_DEG = 0.9
# Half the width over which the cut-off goes from dark to bright.
_SOFTNESS_DEG = 0.16
# Above the cut-off: enough for signs (65 to 625 cd are allowed there), below what dazzles.
_ABOVE_CD = 230.0

# Directions of the intensity tables: dense around the cut-off and straight ahead.
ELEVATIONS_DEG: Array = np.unique(
    np.round(
        np.concatenate(
            [
                [-90.0, -60.0, -45.0, -35.0],
                np.arange(-28.0, -8.0, 2.0),
                np.arange(-8.0, -3.0, 0.75),
                np.arange(-3.0, -1.6, 0.2),
                np.arange(-1.6, 1.6, 0.08),
                np.arange(1.6, 6.0, 0.5),
                [6.0, 8.0, 10.0, 14.0, 20.0, 30.0, 45.0, 60.0, 90.0],
            ]
        ),
        3,
    )
)
AZIMUTHS_DEG: Array = np.unique(
    np.round(
        np.concatenate(
            [
                [-180.0, -90.0, -70.0, -60.0],
                np.arange(-50.0, -15.0, 5.0),
                np.arange(-15.0, -6.0, 1.5),
                np.arange(-6.0, 6.0, 0.5),
                np.arange(6.0, 15.0, 1.5),
                np.arange(15.0, 51.0, 5.0),
                [60.0, 70.0, 90.0, 180.0],
            ]
        ),
        3,
    )
)


def cut_off_deg(right_deg: ArrayLike) -> Array:
    """Elevation (...) of the dipped beam's cut-off at azimuths (...) in degrees, positive to the right."""
    right = np.asarray(right_deg, dtype=np.float64)
    rise = np.tan(np.radians(KINK_DEG)) * np.maximum(right, 0.0)
    return np.asarray(CUT_OFF_DEG + np.minimum(rise, _KINK_TOP_DEG - CUT_OFF_DEG))


def dipped_cd(right_deg: ArrayLike, up_deg: ArrayLike) -> Array:
    """Intensity (...) in candelas of one dipped beam towards azimuths (positive right) and elevations in degrees."""
    right, up = np.broadcast_arrays(np.asarray(right_deg, np.float64), np.asarray(up_deg, np.float64))
    below = cut_off_deg(right) - up
    lit = _smooth(below / (2 * _SOFTNESS_DEG) + 0.5)
    # The hot spot lies right of the axis, the wide part of the beam lights kerbs and bends.
    deep = np.maximum(below, 0.0)
    hot = 27_000 * np.exp(-(((right - 1.3) / np.where(right < 1.3, 3.0, 4.6)) ** 2) - (deep / 1.9) ** 1.3)
    broad = 8_500 * np.exp(-((np.abs(right) / 14.0) ** 1.7) - deep / 2.6)
    apron = 800 * np.exp(-((np.abs(right) / 30.0) ** 3.0) - deep / 9.0)
    over = _ABOVE_CD * np.exp(-((right / 28.0) ** 2) - np.maximum(up, 0.0) / 7.0)
    return np.asarray((lit * (hot + broad + apron) + (1 - lit) * over) * _front(right, up))


def main_cd(right_deg: ArrayLike, up_deg: ArrayLike) -> Array:
    """Intensity (...) in candelas of one main beam, the dipped one included: 40,500 to 215,000 straight ahead."""
    right, up = np.broadcast_arrays(np.asarray(right_deg, np.float64), np.asarray(up_deg, np.float64))
    spot = 92_000 * np.exp(-((right / 3.4) ** 2) - (up / 1.9) ** 2)
    wide = 8_000 * np.exp(-((right / 11.0) ** 2) - ((up + 0.5) / 4.0) ** 2)
    return np.asarray(dipped_cd(right, up) + (spot + wide) * _front(right, up))


def bicycle_cd(right_deg: ArrayLike, up_deg: ArrayLike) -> Array:
    """Intensity (...) in candelas of a bicycle's lamp: a dipped beam with a tenth of a car's light."""
    return np.asarray(0.1 * dipped_cd(right_deg, up_deg))


def ies_text(intensity_cd: Array) -> str:
    """Intensities (elevations, azimuths) on the grid of the tables as an IES file (ANSI/IES LM-63-02, type C).

    The polar axis is the vehicle's vertical: vertical angle 90 is the horizon and horizontal angle 180 straight ahead,
    larger to the right.
    """
    up, right = ELEVATIONS_DEG + 90.0, AZIMUTHS_DEG + 180.0
    numbers = [up, right, *intensity_cd.T]
    head = f"1 -1 1 {len(up)} {len(right)} 1 2 0 0 0\n1 1 10\n"
    return (
        "IESNA:LM-63-2002\nTILT=NONE\n"
        + head
        + "\n".join(" ".join(f"{value:.6g}" for value in row) for row in numbers)
        + "\n"
    )


def grid() -> tuple[Array, Array]:
    """(azimuths to the right, elevations) in degrees of the tables' directions, each (elevations, azimuths)."""
    right, up = np.meshgrid(AZIMUTHS_DEG, ELEVATIONS_DEG)
    return right, up


def _front(right: Array, up: Array) -> Array:
    """1 ahead, falling to 0 where the lamp's glass is seen edge-on."""
    cosine = np.cos(np.radians(right)) * np.cos(np.radians(up))
    return np.asarray(np.clip(cosine * 1.6, 0.0, 1.0))


def _smooth(value: Array) -> Array:
    return np.asarray(smoothstep(np.clip(value, 0.0, 1.0)))

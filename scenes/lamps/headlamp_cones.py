"""Headlamp beams as a few elliptic cones of light, for renderers whose lamps know no tables of intensities.

Fitted by least squares (on square roots of intensities, and twice as strictly above the cut-off) to
`scenes.lamps.headlamps`: the hot spot, what rises to the kerb, the wide part, the apron, what lies over the cut-off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.curves import smoothstep

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cone:
    """An elliptic cone around (`right_deg`, `up_deg`): `kcd` on its axis, smoothly 0 at its half angles.

    `blend` is the share of it over which it fades, as for Blender's spot lights.
    """

    kcd: float
    right_deg: float
    up_deg: float
    half_width_deg: float
    half_height_deg: float
    blend: float = 1.0

    def intensity_kcd(self, right_deg: ArrayLike, up_deg: ArrayLike) -> Array:
        """Intensity (...) towards azimuths (positive to the right) and elevations in degrees."""
        right, up = np.radians(np.asarray(right_deg, float)), np.radians(np.asarray(up_deg, float))
        towards = np.stack([np.cos(up) * np.cos(right), np.cos(up) * np.sin(right), np.sin(up) + 0 * right], axis=-1)
        yaw, pitch = math.radians(self.right_deg), math.radians(self.up_deg)
        axis = (math.cos(pitch) * math.cos(yaw), math.cos(pitch) * math.sin(yaw), math.sin(pitch))
        aside = (-math.sin(yaw), math.cos(yaw), 0.0)
        above = (-math.sin(pitch) * math.cos(yaw), -math.sin(pitch) * math.sin(yaw), math.cos(pitch))
        ahead = towards @ np.array(axis)
        safe = np.maximum(ahead, 1e-9)
        x = towards @ np.array(aside) / safe
        y = towards @ np.array(above) / safe / self.flatness
        outer = math.cos(math.radians(self.half_width_deg))
        inside = np.clip((1 / np.sqrt(1 + x * x + y * y) - outer) / ((1 - outer) * self.blend), 0.0, 1.0)
        return np.asarray(self.kcd * smoothstep(inside) * (ahead > 0))

    @property
    def flatness(self) -> float:
        """Height over width of the cone, as tangents."""
        return math.tan(math.radians(self.half_height_deg)) / math.tan(math.radians(self.half_width_deg))


_DIPPED = (
    Cone(16.3, 1.2, -1.5, 5.7, 1.45),
    Cone(3.1, -3.0, -2.8, 22.8, 3.0),
    Cone(6.4, 8.9, -0.15, 7.8, 1.2, 0.45),
    Cone(0.51, 1.6, -6.9, 45.0, 11.9),
    Cone(0.066, -0.5, 1.9, 53.0, 17.5, 0.84),
)
_MAIN = (Cone(59.5, 0.0, 0.0, 5.9, 3.3), Cone(4.7, 0.0, -0.4, 20.0, 7.3))

CONES: dict[str, tuple[Cone, ...]] = {
    "dipped": _DIPPED,
    "main": _DIPPED + _MAIN,
    "bicycle": tuple(
        Cone(c.kcd / 10, c.right_deg, c.up_deg, c.half_width_deg, c.half_height_deg, c.blend) for c in _DIPPED
    ),
}
"""The cones of each beam of `scenes.blender.lamps`, those that matter most first."""

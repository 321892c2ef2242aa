"""The wheels of what rolls, and where points on them are after some way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from longtail.annotate.camera.transform import Matrix

_BESIDE = 0.03
"""How far beyond its radius a wheel may reach, as a share of that: no tyre is quite round."""


@dataclass(frozen=True)
class Wheels:
    """`axles` are the (x, z, radius) in metres of each axle in the frame of what rolls along its X, from the front;
    `rolled_m` is the way that they have made since the scene's own moment."""

    axles: tuple[tuple[float, float, float], ...]
    rolled_m: float

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """What `to_json` wrote."""
        axles = ((float(x), float(z), float(radius)) for x, z, radius in data["axles"])
        return cls(tuple(axles), float(data["rolled_m"]))

    def to_json(self, digits: int) -> dict[str, Any]:
        """As records have it."""
        axles = [[round(value, digits) + 0.0 for value in axle] for axle in self.axles]
        return {"axles": axles, "rolled_m": round(self.rolled_m, digits) + 0.0}

    def turned(self, points_m: Matrix, rolled_m: float) -> Matrix:
        """Where points (N, 3) in the frame of what rolls are when its wheels have made the way `rolled_m`.

        So of points on a wheel; NaN beside all wheels.
        """
        found = np.full(points_m.shape, np.nan)
        for x, z, radius in self.axles:
            along, up = points_m[:, 0] - x, points_m[:, 2] - z
            on = np.hypot(along, up) <= radius * (1 + _BESIDE)
            angle = (rolled_m - self.rolled_m) / radius
            cos, sin = np.cos(angle), np.sin(angle)
            found[on, 0] = (x + along * cos + up * sin)[on]
            found[on, 1] = points_m[on, 1]
            found[on, 2] = (z - along * sin + up * cos)[on]
        return found

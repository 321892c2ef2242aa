"""The wheels of what rolls, and where points on them are after some way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.rounding import cos_sin

_BESIDE = 0.03
"""How far beyond its radius a wheel may reach, as a share of that: no tyre is quite round."""
_WIDE_M = 0.35
"""How far from its middle a steered wheel reaches to either side: those of trucks are twins."""


@dataclass(frozen=True)
class Wheels:
    """`axles` are the (x, z, radius) in metres of each axle in the frame of what rolls along its X, from the front;
    `rolled_m` is the way that they have made since the scene's own moment; `steered` has the (y, angle) in metres and
    radians, positive to the left, of each wheel of the first axle that can be steered; `cranks` is the (x, z, reach) in
    metres within which cranks and pedals turn, None of what has none."""

    axles: tuple[tuple[float, float, float], ...]
    rolled_m: float
    steered: tuple[tuple[float, float], ...] = ()
    cranks: tuple[float, float, float] | None = None

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """What `to_json` wrote."""
        axles = ((float(x), float(z), float(radius)) for x, z, radius in data["axles"])
        steered = ((float(y), float(angle)) for y, angle in data.get("steered", ()))
        cranks = tuple(map(float, data["cranks"])) if "cranks" in data else None
        about = None if cranks is None else (cranks[0], cranks[1], cranks[2])
        return cls(tuple(axles), float(data["rolled_m"]), tuple(steered), about)

    def to_json(self, digits: int) -> dict[str, Any]:
        """As records have it."""
        axles = [[round(value, digits) + 0.0 for value in axle] for axle in self.axles]
        steered = [[round(value, digits) + 0.0 for value in wheel] for wheel in self.steered]
        said = {"axles": axles, "rolled_m": round(self.rolled_m, digits) + 0.0}
        cranks = [round(value, digits) + 0.0 for value in self.cranks or ()]
        return {**said, **({"steered": steered} if steered else {}), **({"cranks": cranks} if cranks else {})}

    def at_cranks(self, points_m: Matrix) -> NDArray[np.bool_]:
        """Which of points (N, 3) in the frame of what rolls may turn with its cranks."""
        if self.cranks is None:
            return np.zeros(len(points_m), dtype=np.bool_)
        x, z, reach = self.cranks
        return np.asarray(np.hypot(points_m[:, 0] - x, points_m[:, 2] - z) <= reach)

    def turned(self, points_m: Matrix, then: Wheels) -> Matrix:
        """Where points (N, 3) in the frame of what rolls are when its wheels are as `then`, which are the same ones.

        So of points on a wheel; NaN beside all wheels.
        """
        found = np.full(points_m.shape, np.nan)
        for number, (x, z, radius) in enumerate(self.axles):
            for points, to_then, own in self._upright(points_m, then, number):
                along, up = points[:, 0] - x, points[:, 2] - z
                on = own & (np.hypot(along, up) <= radius * (1 + _BESIDE))
                angle = (then.rolled_m - self.rolled_m) / radius
                cos, sin = cos_sin(angle)
                rolled = np.stack([x + along * cos + up * sin, points[:, 1], z - along * sin + up * cos], axis=-1)
                found[on] = _about(rolled, x, *to_then)[on]
        return found

    def _upright(
        self, points_m: Matrix, then: Wheels, number: int
    ) -> Iterator[tuple[Matrix, tuple[float, float], NDArray[np.bool_]]]:
        """The points as they are where wheels of an axle are not steered, how those are steered then, by (y, angle),
        and which points may be of those wheels."""
        steered = self.steered if number == 0 else ()
        if not steered:
            yield points_m, (0.0, 0.0), np.ones(len(points_m), dtype=np.bool_)
        for (y, angle), after in zip(steered, then.steered, strict=False):
            straight = _about(points_m, self.axles[number][0], y, -angle)
            yield straight, after, np.abs(straight[:, 1] - y) < _WIDE_M


def _about(points_m: Matrix, x_m: float, y_m: float, angle_rad: float) -> Matrix:
    """Points (N, 3) turned to the left about the vertical through a place."""
    cos, sin = cos_sin(angle_rad)
    x, y = points_m[:, 0] - x_m, points_m[:, 1] - y_m
    return np.stack([x_m + x * cos - y * sin, y_m + x * sin + y * cos, points_m[:, 2]], axis=-1)

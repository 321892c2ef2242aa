"""The wheels of what rolls, and where points on them are after some way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.rounding import cos_sin

_BESIDE = 0.03
"""How far beyond its radius a wheel may reach, as a share of that: no tyre is quite round."""
_WIDE_M = 0.35
"""How far from its middle a steered wheel reaches to either side: those of trucks are twins."""
_BEHIND_M = 0.45
"""How far behind the axis of a fork its wheel and its handlebar may reach."""


@dataclass(frozen=True)
class Wheels:
    """What is told of wheels at a moment.

    Attributes:
        axles: the (x, z, radius) in metres of each axle in the frame of what rolls along its X, from the front; from
            behind where those there are steered
        rolled_m: the way that they have made since the scene's own moment
        steered: the (y, angle) in metres and radians, positive to the left, of each wheel of the first axle that can be
            steered
        cranks: the (x, z, reach) in metres within which cranks and pedals turn; None of what has none
        fork: the (x, z, rake, angle) of that of a two-wheeler: a place on its axis in metres, how far this is raked
            back from the vertical, and how far it is turned to the left, in radians; None of what has none
    """

    axles: tuple[tuple[float, float, float], ...]
    rolled_m: float
    steered: tuple[tuple[float, float], ...] = ()
    cranks: tuple[float, float, float] | None = None
    fork: tuple[float, float, float, float] | None = None

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """What `to_json` wrote."""
        axles = ((float(x), float(z), float(radius)) for x, z, radius in data["axles"])
        steered = ((float(y), float(angle)) for y, angle in data.get("steered", ()))
        cranks = tuple(map(float, data["cranks"])) if "cranks" in data else None
        about = None if cranks is None else (cranks[0], cranks[1], cranks[2])
        fork = tuple(map(float, data["fork"])) if "fork" in data else None
        bar = None if fork is None else (fork[0], fork[1], fork[2], fork[3])
        return cls(tuple(axles), float(data["rolled_m"]), tuple(steered), about, bar)

    def to_json(self, digits: int) -> dict[str, Any]:
        """As records have it."""
        axles = [[round(value, digits) + 0.0 for value in axle] for axle in self.axles]
        steered = [[round(value, digits) + 0.0 for value in wheel] for wheel in self.steered]
        said = {"axles": axles, "rolled_m": round(self.rolled_m, digits) + 0.0}
        cranks = [round(value, digits) + 0.0 for value in self.cranks or ()]
        fork = [round(value, digits) + 0.0 for value in self.fork or ()]
        beside = {"steered": steered, "cranks": cranks, "fork": fork}
        return {**said, **{name: values for name, values in beside.items() if values}}

    def at_cranks(self, points_m: Matrix) -> NDArray[np.bool_]:
        """Which of points (N, 3) in the frame of what rolls may turn with its cranks."""
        if self.cranks is None:
            return np.zeros(len(points_m), dtype=np.bool_)
        x, z, reach = self.cranks
        return np.asarray(np.hypot(points_m[:, 0] - x, points_m[:, 2] - z) <= reach)

    def at_fork(self, points_m: Matrix, then: Wheels) -> NDArray[np.bool_]:
        """Which of points (N, 3) in the frame of what rolls may turn with its fork until its wheels are as `then`."""
        if self.fork is None or then.fork is None or self.fork[3] == then.fork[3]:
            return np.zeros(len(points_m), dtype=np.bool_)
        x, z, rake, _ = self.fork
        return np.asarray(points_m[:, 0] - x + math.tan(rake) * (points_m[:, 2] - z) > -_BEHIND_M)

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
                found[on] = to_then(rolled)[on]
        return found

    def _upright(
        self, points_m: Matrix, then: Wheels, number: int
    ) -> Iterator[tuple[Matrix, Callable[[Matrix], Matrix], NDArray[np.bool_]]]:
        """The points as they are where wheels of an axle are not steered, where points of these are as they are
        steered then, and which points may be of those wheels."""
        everywhere = np.ones(len(points_m), dtype=np.bool_)
        if number == 0 and self.fork is not None and then.fork is not None:
            x, z, rake, angle = self.fork
            straight = about_raked(points_m, x, z, rake, -angle)
            yield straight, partial(about_raked, x_m=x, z_m=z, rake_rad=rake, angle_rad=then.fork[3]), everywhere
            return
        steered = self.steered if number == 0 else ()
        if not steered:
            yield points_m, lambda points: points, everywhere
        x = self.axles[number][0]
        for (y, angle), (y_then, angle_then) in zip(steered, then.steered, strict=False):
            straight = _about(points_m, x, y, -angle)
            near = np.abs(straight[:, 1] - y) < _WIDE_M
            yield straight, partial(_about, x_m=x, y_m=y_then, angle_rad=angle_then), near


def _about(points_m: Matrix, x_m: float, y_m: float, angle_rad: float) -> Matrix:
    """Points (N, 3) turned to the left about the vertical through a place."""
    cos, sin = cos_sin(angle_rad)
    x, y = points_m[:, 0] - x_m, points_m[:, 1] - y_m
    return np.stack([x_m + x * cos - y * sin, y_m + x * sin + y * cos, points_m[:, 2]], axis=-1)


def about_raked(points_m: Matrix, x_m: float, z_m: float, rake_rad: float, angle_rad: float) -> Matrix:
    """Points (N, 3) turned to the left about an axis through (x, z) that is raked back from the vertical."""
    cos, sin = cos_sin(rake_rad)
    ahead, up = points_m[:, 0] - x_m, points_m[:, 2] - z_m
    upright = np.stack([ahead * cos + up * sin, points_m[:, 1], up * cos - ahead * sin], axis=-1)
    across, left, along = _about(upright, 0.0, 0.0, angle_rad).T
    return np.stack([x_m + across * cos - along * sin, left, z_m + across * sin + along * cos], axis=-1)

"""Forks of two-wheelers: what of a mesh turns with the handlebar, by how much in a curve, and how far all of it leans.

Who rides along a curve leans until gravity and the pull outwards point along the frame, and turns the bar so that both
axles point at one place: the bicycle model, of which the ground sees the angle of the front wheel's track. The bar
turns about an axis that is raked back, so that this angle is not the bar's (Cossalter, "Motorcycle Dynamics", 2006,
chapter 1, for small angles; from memory): tan(track) = tan(bar) cos(rake) / cos(lean).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.wheels import about_raked
from longtail.scenes.moving.pieces import pieces_of

_GRAVITY_M_S2 = 9.81
# A piece whose middle is no further behind the axis is of the fork: tubes of a frame begin there and lead far back.
_BEHIND_M = 0.08


@dataclass(frozen=True)
class Fork:
    """Of a two-wheeler that rolls along its X, by its head tube: an (x, z) in metres on the axis of that in its frame,
    by how much that axis is raked back from the vertical, and the wheelbase.

    `body_m` are the heights between which what is before the axis belongs to the body, as the shield of a scooter does.
    """

    x_m: float
    z_m: float
    rake_rad: float
    wheelbase_m: float
    body_m: tuple[float, float] | None = None

    def bar_rad(self, curvature_1_m: float, leans_rad: float = 0.0) -> float:
        """How far the bar is turned where the rear wheel goes along such a curve, both positive to the left.

        Examples:
            Upright, with an upright axis, and 1 m between the axles, about a place 1 m beside the rear one:

            >>> round(math.degrees(Fork(0.5, 0.8, 0.0, 1.0).bar_rad(1.0)), 9)
            45.0
        """
        track = self.wheelbase_m * curvature_1_m
        return math.atan(track * math.cos(leans_rad) / math.cos(self.rake_rad))

    def before_m(self, points_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far (N,) points (N, 3) are before the axis, along X."""
        return np.asarray(points_m[:, 0] - self.x_m + math.tan(self.rake_rad) * (points_m[:, 2] - self.z_m))

    def turned(self, points_m: NDArray[np.float64], bar_rad: float) -> NDArray[np.float64]:
        """Points (N, 3) of the fork where the bar is turned to the left by so much."""
        return about_raked(points_m, self.x_m, self.z_m, self.rake_rad, bar_rad)


def banks_rad(speed_m_s: float, curvature_1_m: float) -> float:
    """How far who rides at a speed along a curve leans to its inside, positive to the left.

    Examples:
        At 9.81 m/s about a place 9.81 m away as much pulls outwards as down:

        >>> round(math.degrees(banks_rad(9.81, 1 / 9.81)), 9)
        45.0
    """
    return math.atan(speed_m_s * speed_m_s * curvature_1_m / _GRAVITY_M_S2)


def tilted_too(tilt_rad: float, towards_rad: float, banks_rad: float, heading_rad: float) -> tuple[float, float]:
    """The tilt and the heading that it is towards of what is tilted by the ground and leans beside its heading, where
    the two are small enough to be added."""
    if banks_rad == 0:
        return tilt_rad, towards_rad
    x = tilt_rad * math.cos(towards_rad) - banks_rad * math.sin(heading_rad)
    y = tilt_rad * math.sin(towards_rad) + banks_rad * math.cos(heading_rad)
    return math.hypot(x, y), math.atan2(y, x)


def turning_with(
    vertices_m: NDArray[np.float32],
    triangles: NDArray[np.int32],
    of_bar: NDArray[np.bool_],
    fork: Fork,
    wheel: Sequence[NDArray[np.intp]],
) -> NDArray[np.intp]:
    """The vertices (N,) that turn with a fork: of a mesh of `vertices_m` (V, 3) in the vehicle's frame and `triangles`
    (F, 3), of which `of_bar` (F,) says which are named as parts of the handlebar; and those of the front `wheel`."""
    # A stem's end and that of the head tube are one point, on the axis.
    found = [*wheel, np.unique(triangles[of_bar])]
    others = np.flatnonzero(~np.isin(np.arange(len(vertices_m)), found[-1]))
    place = np.full(len(vertices_m), -1)
    place[others] = np.arange(len(others))
    left = place[triangles[~of_bar]]
    for group in pieces_of(vertices_m[others], left[(left >= 0).all(axis=1)]):
        points = vertices_m[others[group]].astype(np.float64)
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        body = fork.body_m is not None and fork.body_m[0] < middle[2] < fork.body_m[1]
        if fork.before_m(middle[None])[0] > -_BEHIND_M and not body:
            found.append(others[group])
    return np.asarray(np.unique(np.concatenate(found)), dtype=np.intp)


def with_fork(
    vertices_m: NDArray[np.float32], turning: NDArray[np.intp], fork: Fork, bar_rad: float
) -> NDArray[np.float32]:
    """A copy of `vertices_m` (V, 3) whose vertices `turning` (N,) are those of a fork that is turned to the left."""
    made = vertices_m.copy()
    made[turning] = fork.turned(vertices_m[turning].astype(np.float64), bar_rad)
    return made

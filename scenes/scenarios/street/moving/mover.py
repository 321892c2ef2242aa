"""Whoever drives, rides or walks along a path, before it is known how fast."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from longtail.annotate.rounding import cos_sin, product
from longtail.scenes.moving.path import Array, Path
from longtail.scenes.moving.traffic_light import Phase

Shown = Callable[[float], Phase]
"""What a traffic light shows at a time."""

EGO = -1
"""In the place of an object's number: what carries the camera."""


@dataclass(frozen=True, eq=False)
class Mover:
    """One or more things that move as one: a bicycle and who rides it.

    Attributes:
        things: the numbers of its objects, from 0 on; `EGO` is the carrier
        path: of the point that follows it
        speed_m_s: how fast it likes to go
        front_m, back_m: how far it reaches before and behind that point
        width_m: how wide it is
        ahead_m, turned_rad: as of `Motion`
        stop_m: the way after which its front must stand
        from_rest: whether it stands at first
        line_m: the way after which its front must stand while `signal` does not show green
        signal: what the lights that hold it show at a time; None where none do
        steers: as of `Motion`
        gives_way: whether it lets others pass before it turns
        joins: whether it gives way to all whose lanes it crosses or takes at once, before the first of them
        enters_m: of who comes to a roundabout, the way after which its front must stand while somebody comes round, and
            that after which it has joined the ring; None of others
        bends: whether its way bends so much that others go its way or not by its direction where they are beside it
        instead: who goes another way in its place, where it would meet somebody on this one
    """

    things: tuple[int, ...]
    path: Path
    speed_m_s: float
    front_m: float
    back_m: float
    width_m: float
    ahead_m: float = 0.0
    turned_rad: float = 0.0
    stop_m: float = math.inf
    from_rest: bool = False
    line_m: float = math.inf
    signal: Shown | None = None
    steers: bool = True
    gives_way: bool = False
    joins: bool = False
    enters_m: tuple[float, float] | None = None
    bends: bool = False
    instead: Mover | None = None

    def corners_m(self, travelled_m: float, reach_m: float = 0.0, margin_m: float = 0.0) -> Array:
        """The corners (4, 2) of its footprint after so much way, `reach_m` longer to the front."""
        x, y, heading, _ = self.path.at(travelled_m)
        return rectangle(
            x, y, heading, -self.back_m - margin_m, self.front_m + reach_m + margin_m, self.width_m / 2 + margin_m
        )


# So many points are looked at along each long side of a rectangle.
_EDGE = 9


def firsts_m(path: Path, corners_m: Array, half_m: float, from_m: float) -> Array:
    """The first way (N,) beyond `from_m` at which a path comes within `half_m` of each of the rectangles (N, 4, 2);
    infinite where it does not.

    Of a path that bends, corners alone do not tell: they may lie on both sides of different stretches.
    """
    shares = np.linspace(0.0, 1.0, _EDGE)[:, None]
    back_right, front_right, front_left, back_left = (corners_m[:, place, None] for place in range(4))
    edges = [back_right + shares * (front_right - back_right), back_left + shares * (front_left - back_left)]
    points = np.concatenate(edges, axis=1)
    s, t = path.beside(points.reshape(-1, 2))
    s, t = s.reshape(points.shape[:2]), t.reshape(points.shape[:2])
    return np.asarray(np.where((np.abs(t) < half_m) & (s > from_m), s, math.inf).min(axis=1))


def rectangle(x_m: float, y_m: float, heading_rad: float, low_m: float, high_m: float, half_m: float) -> Array:
    """The corners (4, 2) of what reaches from `low_m` to `high_m` along its heading, and `half_m` to each side."""
    cos, sin = (float(v) for v in cos_sin(heading_rad))
    own = np.array([(low_m, -half_m), (high_m, -half_m), (high_m, half_m), (low_m, half_m)])
    return np.asarray(product(own, [[cos, sin], [-sin, cos]]) + (x_m, y_m))

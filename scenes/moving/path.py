"""Ways on the ground: arcs that follow on each other without a kink."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.arc import Arc

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch(Arc):
    """An arc, or a straight line where its curvature is 0, that ends after `length_m`."""

    length_m: float = math.inf

    @classmethod
    def beside_line(cls, line: Arc, s_m: float, t_m: float, direction: int = 1, length_m: float = 1e6) -> Self:
        """The parallel to `line` at the offset `t_m` from the station `s_m` on, along it or (-1) against it."""
        x, y = (float(value) for value in line.at(s_m, t_m))
        heading = float(line.heading_at(s_m)) + (0.0 if direction == 1 else math.pi)
        return cls(x, y, heading, direction * line.curvature_1_m / (1 - line.curvature_1_m * t_m), length_m)

    @property
    def end(self) -> tuple[float, float, float]:
        """World x, y and heading at its end."""
        x, y = (float(value) for value in self.at(self.length_m, 0.0))
        return x, y, float(self.heading_at(self.length_m))


@dataclass(frozen=True)
class LaneChange:
    """From where to where along a path who drives it changes lanes, in metres, and to which side."""

    begins_m: float
    ends_m: float
    side: Literal["left", "right"]


@dataclass(frozen=True)
class Path:
    """Stretches one after the other. Before it begins and after it ends it goes on as its outer stretches do.

    `changes` says where it leads to another lane.
    """

    stretches: tuple[Stretch, ...]
    changes: tuple[LaneChange, ...] = ()

    def at(self, s_m: float) -> tuple[float, float, float, float]:
        """World x and y, heading in radians and curvature in 1/m at `s_m` along the path."""
        rest, last = s_m, len(self.stretches) - 1
        for number, stretch in enumerate(self.stretches):
            if rest <= stretch.length_m or number == last:
                x, y = stretch.at(rest, 0.0)
                return float(x), float(y), float(stretch.heading_at(rest)), stretch.curvature_1_m
            rest -= stretch.length_m
        raise ValueError("expected a path of at least one stretch")

    def mean_curvature_1_m(self, s_m: float, reach_m: float) -> float:
        """The mean of the curvature, in 1/m, from `reach_m` before `s_m` to as far behind it: without its jumps."""
        low, high = s_m - reach_m, s_m + reach_m
        turned, start, last = 0.0, 0.0, len(self.stretches) - 1
        for number, stretch in enumerate(self.stretches):
            end = start + stretch.length_m
            begins = low if number == 0 else max(low, start)
            ends = high if number == last else min(high, end)
            turned += stretch.curvature_1_m * max(ends - begins, 0.0)
            start = end
        return turned / (2 * reach_m)

    def beside(self, points_m: Array) -> tuple[Array, Array]:
        """How far along the path, and how far to its left, points (N, 2) are; of several places beside the path the
        nearest."""
        best_s, best_t = np.full(len(points_m), np.inf), np.full(len(points_m), np.inf)
        start, last = 0.0, len(self.stretches) - 1
        for number, stretch in enumerate(self.stretches):
            s, t = stretch.beside(points_m)
            inside = ((s >= 0) | (number == 0)) & ((s <= stretch.length_m) | (number == last))
            nearer = inside & (np.abs(t) < np.abs(best_t))
            best_s[nearer], best_t[nearer] = start + s[nearer], t[nearer]
            start += stretch.length_m
        return best_s, best_t


def joined(pieces: Sequence[tuple[float, float]], x_m: float, y_m: float, heading_rad: float) -> Path:
    """A path from a place on, of (length, curvature) after (length, curvature).

    Examples:
        A quarter of a circle to the left:

        >>> x, y, heading, _ = joined([(10 * math.pi / 2, 0.1)], 0, 0, 0).at(10 * math.pi / 2)
        >>> round(x, 9), round(y, 9), round(math.degrees(heading), 9)
        (10.0, 10.0, 90.0)
    """
    stretches: list[Stretch] = []
    for length, curvature in pieces:
        stretches.append(Stretch(x_m, y_m, heading_rad, curvature, length))
        x_m, y_m, heading_rad = stretches[-1].end
    return Path(tuple(stretches))


def gaps_m(path: Path) -> float:
    """The widest gap between a stretch's end and the next one's start, turns counted as a metre a radian."""
    widest = 0.0
    for one, other in pairwise(path.stretches):
        x, y, heading = one.end
        turn = math.remainder(other.heading_rad - heading, math.tau)
        widest = max(widest, math.hypot(other.x_m - x, other.y_m - y), abs(turn))
    return widest

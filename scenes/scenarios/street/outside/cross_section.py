"""A road outside towns as numbers.

Its cross-section is another than a street's: no kerbs and pavements, but shoulders, verges and a ditch, and on a
motorway a median between two carriageways. These lie at z = 0, and the land beside them about there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from longtail.annotate.labels.lanes import Kind, Lane, Line, Style
from longtail.scenes.scenarios.street.areas import Areas
from longtail.scenes.scenarios.street.lanes import BEYOND_M
from longtail.scenes.scenarios.street.road import MARKING_HEIGHT_M, Road, Side

Sort = Literal["rural", "motorway"]

# (metres from the edge of the carriageway, height): a shoulder of gravel, a ditch, the fields (our estimate after
# drawings of RAL 2012 and RAA 2008).
PROFILE_M = ((0.0, -0.02), (0.55, -0.05), (1.4, -0.09), (2.9, -0.5), (3.5, -0.5), (5.2, -0.05), (7.0, 0.0))
# Motorways have a broad verge before the ditch, for guard rails and signs.
BROAD_PROFILE_M = ((0.0, -0.02), (0.95, -0.05), (2.2, -0.1), (4.2, -0.55), (4.9, -0.55), (7.0, 0.0), (8.0, 0.05))
# An edge line lies so far inside of the carriageway's paved edge on a rural road; a line's width.
EDGE_M, WIDE_M = 0.3, 0.12
# On a motorway: the paved strip beside the median with its edge line, the hard shoulder, and the width of edge lines
# (RAA 2008: 0.75 m and 2.5 m; RMS: 0.30 m).
INNER_M, SHOULDER_M, BROAD_M = 0.75, 2.5, 0.3
# How far outside of the paved edge guard rails and noise barriers stand, and how far inside of a median its rails.
RAIL_M, WALL_M, MEDIAN_RAIL_M = 0.7, 1.7, 0.6


@dataclass(frozen=True)
class Open(Road):
    """A road outside towns. A rural one has one carriageway; a motorway two, `median_m` apart.

    Attributes:
        sort: which of the two it is
        median_m: between the inner edges of both carriageways; 0 where there is one
        inner_m, shoulder_m: what is paved inside and outside of the lanes of one direction
        no_passing: whether the centre line is solid
        rails: sides with a guard rail
        noise_walls: sides with a noise barrier
        fields: seed of the fields' shapes and colours, and of the land's at the horizon
    """

    sort: Sort = "rural"
    median_m: float = 0.0
    inner_m: float = 0.0
    shoulder_m: float = 0.5
    no_passing: bool = False
    rails: tuple[Side, ...] = ()
    noise_walls: tuple[Side, ...] = ()
    fields: int = 0

    @property
    def first_m(self) -> float:
        """From the reference line to the inner edge of the first lane of either direction."""
        return self.median_m / 2 + self.inner_m

    @property
    def right_edge_m(self) -> float:
        return -(self.first_m + self.lanes_forward * self.lane_width_m + self.shoulder_m)

    @property
    def left_edge_m(self) -> float:
        return self.first_m + self.lanes_oncoming * self.lane_width_m + self.shoulder_m

    @property
    def speeds_m_s(self) -> tuple[float, float]:
        """Town traffic has others (our estimate after speed limits: 100 km/h, and 130 km/h for cars)."""
        return (17.0, 28.0) if self.sort == "rural" else (22.0, 37.0)

    def lane_centres_m(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        forward, oncoming = super().lane_centres_m()
        return tuple(t - self.first_m for t in forward), tuple(t + self.first_m for t in oncoming)

    def carriageways(self) -> tuple[tuple[float, float], ...]:
        """(right, left) offsets of the paved strips, from right to left."""
        if self.sort == "rural":
            return ((self.right_edge_m, self.left_edge_m),)
        half = self.median_m / 2
        return ((self.right_edge_m, -half), (half, self.left_edge_m))

    @property
    def profile_m(self) -> tuple[tuple[float, float], ...]:
        """(metres from the outer edge, height) of the land beside it, as far as the fields."""
        return PROFILE_M if self.sort == "rural" else BROAD_PROFILE_M

    def heights_m(self, t_m: ArrayLike) -> NDArray[np.float64]:
        """Height of the ground (...) at offsets t; what is paved is at 0."""
        t = np.asarray(t_m, dtype=np.float64)
        away = np.maximum(self.right_edge_m - t, t - self.left_edge_m)
        distance, height = np.array(self.profile_m).T
        return np.asarray(np.where(away > 0, np.interp(away, distance, height), 0.0))

    def ground_m(self, s_m: float, t_m: float) -> float:  # noqa: ARG002
        return float(self.heights_m(t_m))

    def areas(self) -> Areas:
        """Its carriageways as the only paved ones; kerbs, bays and pavements are empty, all else is `lots`."""
        ends = self.start_m - BEYOND_M, self.end_m + BEYOND_M
        paved = shapely.union_all([self.course.strip(*ends, *edges) for edges in self.carriageways()])
        town = self.course.strip(*ends, self.right_edge_m - 25.0, self.left_edge_m + 25.0)
        nothing = shapely.Polygon()
        return Areas(paved, nothing, nothing, nothing, town.difference(paved), town)

    def paint(self) -> Iterator[Line]:
        """Its lines of paint."""
        width, first = self.lane_width_m, self.first_m
        if self.sort == "rural":
            yield self._painted("centre line", 0.0, "solid" if self.no_passing else "dashed")
        for side, count in ((-1, self.lanes_forward), (1, self.lanes_oncoming)):
            for lane in range(1, count):
                yield self._painted("lane line", side * (first + lane * width), "dashed")
            outer = first + count * width
            yield self._painted("edge line", side * (outer + (BROAD_M / 2 if self.inner_m else EDGE_M / 2)), "solid")
            if self.inner_m:
                yield self._painted("edge line", side * (first - BROAD_M / 2), "solid")

    def _painted(self, kind: Kind, t_m: float, style: Style) -> Line:
        return Line(kind, self.course, self.start_m, self.end_m, t_m, style, "white", height_m=MARKING_HEIGHT_M)

    def borders(self) -> Iterator[Line]:
        """Where what is paved ends."""
        for right, left in self.carriageways():
            yield Line("border", self.course, self.start_m, self.end_m, right, side="right")
            yield Line("border", self.course, self.start_m, self.end_m, left, side="left")

    def middles(self) -> Iterator[Line]:
        for offsets in self.lane_centres_m():
            for t in offsets:
                yield Line("lane centre", self.course, self.start_m, self.end_m, t)

    def all_lanes(self, carrier_m: float) -> Iterator[Lane]:
        """The lanes, and what is paved beside them, where nobody may drive."""
        half, (forward, oncoming) = self.lane_width_m / 2, self.lane_centres_m()
        ends = self.start_m - BEYOND_M, self.end_m + BEYOND_M
        for right, left in self._strips():
            yield Lane("shoulder", self.course, *ends, right, left)
        own = min(forward, key=lambda t: abs(t - carrier_m))
        for t in forward:
            yield Lane("own" if t == own else "same", self.course, *ends, t - half, t + half)
        for t in oncoming:
            yield Lane("oncoming", self.course, *ends, t - half, t + half)

    def _strips(self) -> Iterator[tuple[float, float]]:
        """(right, left) of what is paved and no lane."""
        low = -self.first_m - self.lanes_forward * self.lane_width_m
        high = self.first_m + self.lanes_oncoming * self.lane_width_m
        yield self.right_edge_m, low
        yield high, self.left_edge_m
        if self.inner_m:
            yield -self.first_m, -self.median_m / 2
            yield self.median_m / 2, self.first_m

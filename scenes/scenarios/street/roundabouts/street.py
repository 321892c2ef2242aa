"""A street that leads to a roundabout, as what its scenes stand on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from longtail.annotate.labels.arc import Arc
from longtail.annotate.labels.lanes import Lane, Line, RoadLanes, Way
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.areas import CROSS_REACH_M
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.lanes import BEYOND_M
from longtail.scenes.scenarios.street.road import MARKING_HEIGHT_M, Side
from longtail.scenes.scenarios.street.roundabouts.ring import (
    ENTRY_M,
    ISLAND_FROM_M,
    ISLAND_TO_M,
    NARROWS,
    REACH_M,
    SPLIT_M,
    Arm,
    Ring,
)
from longtail.scenes.scenarios.street.roundabouts.surfaces import ring_surfaces
from longtail.scenes.scenarios.street.roundabouts.ways import way

Planting = Literal["lawn", "shrubs", "trees", "gravel"]

# Names of the places where the camera may be.
AHEAD, LINE, ROUND = "ahead", "line", "ring"
# Lines along arms end so far before the islands that split them.
_NOSE_M = 1.0
# So far from the circle they are painted along arms that are not the street.
_PAINTED_M = 40.0


@dataclass(frozen=True)
class RoundaboutStreet(Street):
    """A straight street of a town that leads to a roundabout, and on beyond it.

    Attributes:
        ring_s_m: station of the ring's middle
        ring_outer_m, ring_lane_m, ring_apron_m: as of `Ring`
        arms_rad: headings of the arms as they lead away; the first is that which the camera comes along, the second
            the street as it goes on
        zebras: whether there are zebra crossings on the arms
        mound_m: how high the middle of its island is over its kerb
        planting: what grows there
        seat: whether the camera is on its way there, stands at the line, or drives on the ring
        seat_rad: of one on the ring, where it is: counter-clockwise from where the street comes in
    """

    ring_s_m: float = 50.0
    ring_outer_m: float = 15.0
    ring_lane_m: float = 6.0
    ring_apron_m: float = 2.0
    arms_rad: tuple[float, ...] = (math.pi, 0.0, math.pi / 2, -math.pi / 2)
    zebras: bool = True
    mound_m: float = 0.6
    planting: Planting = "lawn"
    seat: Literal["ahead", "line", "ring"] = "ahead"
    seat_rad: float = 0.6

    kind: ClassVar[str] = "roundabout street"

    @cached_property
    def ring(self) -> Ring:
        x, y = (float(value) for value in self.course.at(self.ring_s_m, 0.0))
        return Ring(
            x,
            y,
            self.ring_outer_m,
            self.ring_lane_m,
            self.ring_apron_m,
            self.arms_rad,
            self.lane_width_m,
            CROSS_REACH_M + BEYOND_M,
        )

    def pose_m(self, t_m: float) -> tuple[float, float, float]:
        """Where the camera is on its way, at its line or on the ring: `t_m` is its lane's offset before."""
        if self.seat == "ahead":
            return super().pose_m(t_m)
        ring, half = self.ring, self.lane_width_m / 2
        if self.seat == "line":
            path = way(ring, 0, 1, ring.middle_m, -t_m, half)
            x, y, heading, _ = path.at(float(path.beside(np.array([[0.0, t_m]]))[0][0]))
            return x, y, heading
        # As far left in the lane around as before it in its own.
        circle = self.circle(ring.middle_m - (t_m + half))
        s = self.seat_rad / circle.curvature_1_m
        x, y = (float(value) for value in circle.at(s, 0.0))
        return x, y, math.remainder(float(circle.heading_at(s)), math.tau)

    def clear_of_junction(self, s_m: float, margin_m: float) -> bool:
        """Whether station `s_m` keeps `margin_m` from where the street begins to widen before the ring."""
        return abs(s_m - self.ring_s_m) > self.ring.reach_m + margin_m

    def kerb_at_m(self, side: Side, s_m: float) -> float:
        away = abs(s_m - self.ring_s_m)
        if away > self.ring.reach_m:
            return super().kerb_at_m(side, s_m)
        return side * self.ring.half_at_m(max(away, self.ring_outer_m))

    def level_pieces(self) -> tuple[Surface, ...]:
        return (*super().level_pieces(), *ring_surfaces(self))

    def lanes(self, at_m: tuple[float, float]) -> RoadLanes:
        town = super().lanes(at_m)
        on_ring = math.hypot(at_m[0] - self.ring.x_m, at_m[1] - self.ring.y_m) < self.ring_outer_m
        # What is behind the ring one gets to by the ring, and the street before it is not that of who is on it.
        lanes = [
            replace(lane, way="same") if lane.way == "own" and (on_ring or lane.start_m > self.ring_s_m) else lane
            for lane in town.lanes
        ]
        return RoadLanes((*town.lines, *self._lines()), (*lanes, *self._lanes(on_ring)), self.relief)

    def shading(self) -> Mapping[str, float]:
        """Cars leave tracks in snow on the ring, too."""
        ring = self.ring
        about = {"ring_x_m": ring.x_m, "ring_outer_m": ring.outer_m, "ring_middle_m": ring.middle_m}
        return {**super().shading(), **about}

    def circle(self, radius_m: float) -> Arc:
        """A circle about the ring's middle, along which traffic goes; it begins where the camera's street comes in."""
        ring = self.ring
        return Arc(ring.x_m - radius_m, ring.y_m, -math.pi / 2, 1 / radius_m)

    def _beside_island(self, arm: Arm, way: Way, *, entering: bool) -> Iterator[Lane]:
        """The lane of who enters by an arm, or leaves, beside the island, and where the kerb comes in behind it."""
        ring, side, slant = self.ring, 1 if entering else -1, math.atan(NARROWS)
        x, y = (float(value) for value in arm.at(ring.outer_m, side * ring.split_half_m(ring.outer_m)))
        course = Arc(x, y, math.remainder(arm.heading_rad - side * slant, math.tau))
        # As far as the road is: what is beyond the kerb is none.
        inner, outer, wide = 0.0, ENTRY_M - 1.0, ENTRY_M + 1.0
        parted, widened = SPLIT_M / math.cos(slant), REACH_M / math.cos(slant)
        for start, end, near in ((0.0, parted, inner), (parted, widened, outer)):
            low, high = sorted((side * near * math.cos(slant), side * wide * math.cos(slant)))
            yield Lane(way, course, start, end, low, high)

    def _lines(self) -> Iterator[Line]:
        """Borders and the middle of the lane around; paint and middles of the arms that the street has not."""
        ring = self.ring
        outer, inner, middle = (self.circle(radius) for radius in (ring.outer_m, ring.apron_edge_m, ring.middle_m))
        for low, high in self._outer_spans():
            yield Line("border", outer, low, high, 0.0, side="right")
        half = math.pi * ring.apron_edge_m
        yield Line("border", inner, -half, half, 0.0, side="left")
        half = math.pi * ring.middle_m
        yield Line("lane centre", middle, -half, half, 0.0)
        for arm in ring.arms[2:]:
            course = Arc(arm.x_m, arm.y_m, arm.heading_rad)
            low, high = ring.outer_m + ISLAND_TO_M + _NOSE_M, ring.outer_m + _PAINTED_M
            yield Line("centre line", course, low, high, 0.0, "dashed", "white", height_m=MARKING_HEIGHT_M)
            for t in (-ring.half_m / 2, ring.half_m / 2):
                yield Line("lane centre", course, ring.reach_m, CROSS_REACH_M, t)

    def _outer_spans(self) -> Iterator[tuple[float, float]]:
        """From where to where along the outer circle there is a kerb: between the bends of two arms."""
        ring = self.ring
        # The bend's middle is so far round from the arm.
        d, t = ring.bend_m
        half = math.atan2(t, d)
        headings = sorted(math.remainder(arm - math.pi, math.tau) for arm in ring.arms_rad)
        for here, there in zip(headings, [*headings[1:], headings[0] + math.tau], strict=True):
            if there - here > 2 * half:
                yield (here + half) * ring.outer_m, (there - half) * ring.outer_m

    def _lanes(self, on_ring: bool) -> Iterator[Lane]:
        """The lane around, and the carriageways of the arms that the street has not."""
        ring = self.ring
        half = math.pi * ring.middle_m
        wide = ring.lane_m / 2
        for arm in ring.arms[2:]:
            course = Arc(arm.x_m, arm.y_m, arm.heading_rad)
            yield Lane("crossing", course, ring.outer_m, ring.length_m, -ring.half_m, ring.half_m)
        here, there = ring.arms[:2]
        # Paved, and no car drives there: the apron, and what is left before an island's nose.
        if ring.apron_m:
            around = math.pi * ring.apron_edge_m
            yield Lane("shoulder", self.circle(ring.apron_edge_m), -around, around, 0.0, ring.apron_m)
        for arm in (here, there):
            course = Arc(arm.x_m, arm.y_m, arm.heading_rad)
            aside = ring.split_half_m(ring.outer_m)
            yield Lane("shoulder", course, ring.outer_m + ISLAND_FROM_M, ring.outer_m + SPLIT_M, -aside, aside)
        yield from self._beside_island(here, "same" if on_ring else "own", entering=True)
        yield from self._beside_island(here, "oncoming", entering=False)
        yield from self._beside_island(there, "oncoming", entering=True)
        yield from self._beside_island(there, "same", entering=False)
        yield Lane("own" if on_ring else "same", self.circle(ring.middle_m), -half, half, -wide, wide)

"""A street that is shared with bicycles, on lanes beside the others, or with trams, on rails in the middle lanes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.annotate.labels.lanes import Lane, Line, RoadLanes
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.lanes import free_spans
from longtail.scenes.scenarios.street.road import MARKING_HEIGHT_M, Side
from longtail.scenes.scenarios.street.shared.surfaces import bicycle_surfaces, tram_surfaces

# Two metres with the line that parts it from the lane of cars (German ERA 2010: 1.85 m and a line of 0.25 m).
CYCLE_LANE_M, CYCLE_LINE_M = 2.1, 0.25
SIDES: tuple[Side, ...] = (-1, 1)


@dataclass(frozen=True)
class SharedStreet(Street):
    """A street with more than cars on it.

    Attributes:
        cycle_lane_m: width of the bicycle lane along each edge of the carriageway, its line included; 0 for none
        coloured: whether the bicycle lanes are red
        masts_m: stations of the pairs of masts that carry the wire of a tram; none where no tram runs
    """

    cycle_lane_m: float = 0.0
    coloured: bool = False
    masts_m: tuple[float, ...] = ()

    kind: ClassVar[str] = "shared street"

    @property
    def right_edge_m(self) -> float:
        return super().right_edge_m - self.cycle_lane_m

    @property
    def left_edge_m(self) -> float:
        return super().left_edge_m + (self.cycle_lane_m if self.lanes_oncoming else 0.0)

    def cycle_lanes_m(self) -> tuple[tuple[float, float], ...]:
        """(right, left) offsets of the bicycle lanes, their lines left out."""
        if not self.cycle_lane_m:
            return ()
        wide = self.cycle_lane_m - CYCLE_LINE_M
        right = (self.right_edge_m, self.right_edge_m + wide)
        return (right, (self.left_edge_m - wide, self.left_edge_m)) if self.lanes_oncoming else (right,)

    def rail_middles_m(self) -> tuple[float, ...]:
        """Offsets of the middles of the tram's tracks: those of the lanes beside the reference line."""
        forward, oncoming = self.lane_centres_m()
        return (*forward[:1], *oncoming[:1]) if self.masts_m else ()

    def cycle_lines(self) -> Iterator[Line]:
        """The solid lines that part bicycle lanes from the others."""
        for right, left in self.cycle_lanes_m():
            middle = left + CYCLE_LINE_M / 2 if right == self.right_edge_m else right - CYCLE_LINE_M / 2
            for s0, s1 in free_spans(self):
                yield Line("lane line", self.course, s0, s1, middle, "solid", "white", height_m=MARKING_HEIGHT_M)

    def level_pieces(self) -> tuple[Surface, ...]:
        return (*super().level_pieces(), *bicycle_surfaces(self), *tram_surfaces(self))

    def lanes(self, at_m: tuple[float, float]) -> RoadLanes:
        town = super().lanes(at_m)
        ends = self.start_m, self.end_m
        own = tuple(Lane("bicycle", self.course, *ends, right, left) for right, left in self.cycle_lanes_m())
        return RoadLanes((*town.lines, *self.cycle_lines()), (*town.lanes, *own), self.relief)

    def shading(self) -> Mapping[str, float]:
        """Cars leave tracks in snow on their own lanes."""
        given = dict(super().shading())
        given["road_left_m"] -= self.cycle_lane_m if self.lanes_oncoming else 0.0
        given["road_right_m"] += self.cycle_lane_m
        return given

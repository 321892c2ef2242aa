"""A street as numbers: its course, its cross-section, and what interrupts it.

Positions along a street are (s, t): s metres along the reference line, t metres to its left. The reference line divides
oncoming from forward traffic; traffic keeps right, so forward lanes have t < 0. The line passes the world's origin at
s = 0, heading along X. On level ground the carriageway is at z = 0 and the pavements lie `KERB_HEIGHT_M` above it; a
relief lifts all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike

from longtail.annotate.labels.arc import Arc
from longtail.annotate.labels.relief import LEVEL, Relief

if TYPE_CHECKING:
    from longtail.scenes.scenarios.street.roundabouts.ring import Ring

KERB_HEIGHT_M = 0.12
KERB_WIDTH_M = 0.15
PARKING_BAY_M = 2.2
MARKING_HEIGHT_M = 0.004

Side = Literal[-1, 1]


@dataclass(frozen=True)
class Course(Arc):
    """A street's reference line."""

    def strip(self, s0_m: float, s1_m: float, t0_m: float, t1_m: float) -> shapely.Polygon:
        """The band s0..s1, t0..t1 as a polygon, sampled every 3 m where the street bends."""
        steps = 2 if self.curvature_1_m == 0 else max(2, int(abs(s1_m - s0_m) / 3) + 2)
        s = np.linspace(s0_m, s1_m, steps)
        right, left = self.at(s, np.full(steps, t0_m)), self.at(s, np.full(steps, t1_m))
        return shapely.Polygon(np.concatenate([right, left[::-1]]))

    def strips(self, s0_m: ArrayLike, s1_m: ArrayLike, t0_m: ArrayLike, t1_m: ArrayLike) -> list[shapely.Polygon]:
        """Many bands at once, (N,) numbers each or one for all: to the last bit what `strip` says of each."""
        s0, s1, t0, t1 = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (s0_m, s1_m, t0_m, t1_m)))
        if self.curvature_1_m == 0:
            steps = np.full(s0.shape, 2)
        else:
            steps = np.maximum((np.abs(s1 - s0) / 3).astype(np.intp) + 2, 2)
        bands = np.empty(s0.shape, dtype=object)
        for count in np.unique(steps).tolist():
            which = steps == count
            s = np.linspace(s0[which], s1[which], count, axis=-1)
            right, left = (self.at(s, np.broadcast_to(t[which, None], s.shape)) for t in (t0, t1))
            bands[which] = shapely.polygons(np.concatenate([right, left[:, ::-1]], axis=1))
        return list(bands)


@dataclass(frozen=True)
class Bay:
    """A run of parking bays beside the carriageway: stations s0..s1 on one side."""

    side: Side
    s0_m: float
    s1_m: float


@dataclass(frozen=True)
class Junction:
    """A road that crosses at right angles, centred on station `s_m`; `arms` are the sides that it leaves on."""

    s_m: float
    lanes: int
    arms: tuple[Side, ...]
    signals: bool


@dataclass(frozen=True)
class Tunnel:
    """A stretch of the street that runs through a hill, between the portals at stations `s0_m` and `s1_m`."""

    s0_m: float
    s1_m: float

    def covers(self, s_m: float, margin_m: float = 0.0) -> bool:
        """Whether station `s_m` lies inside, or less than `margin_m` from a portal."""
        return self.s0_m - margin_m < s_m < self.s1_m + margin_m


@dataclass(frozen=True)
class Plinth:
    """What a house with level floors stands on where the ground slopes: a block from `bottom_m` to `top_m` (world Z),
    `depth_m` long along the house's heading and `width_m` wide."""

    x_m: float
    y_m: float
    heading_rad: float
    depth_m: float
    width_m: float
    bottom_m: float
    top_m: float


@dataclass(frozen=True)
class Road:
    """Everything that decides the ground. Widths are metres; `lanes_forward` and `lanes_oncoming` count lanes."""

    course: Course
    start_m: float
    end_m: float
    lanes_forward: int
    lanes_oncoming: int
    lane_width_m: float
    pavement_m: float
    setback_m: float
    verge: Literal["paved", "green"]
    paving: Literal["slab", "brick", "cobble"]
    bay_paving: Literal["asphalt", "brick", "cobble"]
    asphalt_age: float
    marking_wear: float
    edge_lines: bool
    bays: tuple[Bay, ...] = ()
    junction: Junction | None = None
    crossings_m: tuple[float, ...] = ()
    tunnel: Tunnel | None = None
    relief: Relief = LEVEL
    plinths: tuple[Plinth, ...] = ()

    @property
    def right_edge_m(self) -> float:
        """The carriageway's right edge, as t (negative)."""
        return -self.lanes_forward * self.lane_width_m

    @property
    def left_edge_m(self) -> float:
        """The carriageway's left edge, as t (positive)."""
        return self.lanes_oncoming * self.lane_width_m

    def edge_m(self, side: Side) -> float:
        """The carriageway's edge on one side, as t."""
        return self.left_edge_m if side == 1 else self.right_edge_m

    def kerb_m(self, side: Side) -> float:
        """Where the kerb runs, as t: beyond the parking bays where the side has any."""
        bays = any(bay.side == side for bay in self.bays)
        return self.edge_m(side) + side * (PARKING_BAY_M if bays else 0.0)

    def kerb_at_m(self, side: Side, s_m: float) -> float:
        """Where the kerb runs at a station, as t: bays end before junctions and crossings, and it comes inwards."""
        bay = any(bay.side == side and bay.s0_m <= s_m <= bay.s1_m for bay in self.bays)
        return self.edge_m(side) + side * (PARKING_BAY_M if bay else 0.0)

    def facade_m(self, side: Side) -> float:
        """The building line, as t."""
        return self.kerb_m(side) + side * (KERB_WIDTH_M + self.pavement_m + self.setback_m)

    def lane_centres_m(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Offsets t of the (forward, oncoming) lanes, each from the reference line outwards."""
        width = self.lane_width_m
        forward = tuple(-(lane + 0.5) * width for lane in range(self.lanes_forward))
        oncoming = tuple((lane + 0.5) * width for lane in range(self.lanes_oncoming))
        return forward, oncoming

    @property
    def speeds_m_s(self) -> tuple[float, float]:
        """Between which its traffic drives, where nothing is in the way."""
        return 4.0, 14.0

    def ground_m(self, s_m: float, t_m: float) -> float:  # noqa: ARG002
        """Height of the ground over the relief at the station `s_m` and the offset `t_m`: of the carriageway, or behind
        the kerb."""
        return 0.0 if self.kerb_m(-1) < t_m < self.kerb_m(1) else KERB_HEIGHT_M

    def pose_m(self, t_m: float) -> tuple[float, float, float]:
        """World x, y and heading of the camera, `t_m` to the left of the reference line where this is at station 0."""
        x, y = (float(value) for value in self.course.at(0.0, t_m))
        return x, y, float(self.course.heading_at(0.0))

    @property
    def ring(self) -> Ring | None:
        """The roundabout that it leads to; None where it does not."""
        return None

    @property
    def cross_half_width_m(self) -> float:
        """Half the width of the crossing road's carriageway."""
        return 0.0 if self.junction is None else self.junction.lanes * self.lane_width_m / 2

    def cross_course(self) -> Course:
        """The crossing road's reference line: s runs to the left of the main street, from its reference line."""
        if self.junction is None:
            raise ValueError("cross_course: this street has no junction")
        x, y = self.course.at(self.junction.s_m, 0.0)
        heading = float(self.course.heading_at(self.junction.s_m)) + np.pi / 2
        return Course(float(x), float(y), heading)

    def clear_of_junction(self, s_m: float, margin_m: float) -> bool:
        """Whether station `s_m` keeps `margin_m` from the crossing road's carriageway."""
        if self.junction is None:
            return True
        return abs(s_m - self.junction.s_m) > self.cross_half_width_m + margin_m

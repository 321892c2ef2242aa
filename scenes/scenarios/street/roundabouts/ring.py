"""A roundabout as numbers and shapes: one circulating lane about an island, and arms with islands that split them.

Traffic keeps right, and so goes round counter-clockwise. What it is like follows the German rules for small roundabouts
(FGSV, "Merkblatt für die Anlage von Kreisverkehren", 2006: inscribed circles of 26 m and more in towns, arms that come
in at right angles, islands that split them) and the American ones (FHWA-RD-00-067, "Roundabouts: An Informational
Guide", 2000: a crossing a car's length behind the line, refuges, aprons), both from memory but for the circles' sizes.
Numbers without a word beside them are our choice in their ranges.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from longtail.scenes.scenarios.street.road import KERB_WIDTH_M

# Entries and exits of one lane between kerbs (FGSV 2006: 3.25 to 3.75 m, from memory).
ENTRY_M = 3.5
# Half of a splitter island's width at the circle, were it not flared there, and how much it narrows with each metre.
_SPLIT_HALF_M, NARROWS = 2.0, 1 / 8
# So far from the circle the lanes of an arm come together.
SPLIT_M = _SPLIT_HALF_M / NARROWS
# From the circle: where a splitter island begins and ends, and where the crossing through it does: a car's length
# behind the line, as wide as a zebra crossing.
ISLAND_FROM_M, ISLAND_TO_M = 1.3, 15.0
CROSSING_FROM_M, CROSSING_TO_M = 6.0, 10.0
# From the circle to where an arm is as wide as its road again.
REACH_M = 22.0
# Corners of islands are rounded by so much.
_ROUNDED_M = 0.35
# As fine as a circle's polygon is: within 5 mm of 20 m.
_SEGMENTS = 32
# Entries and exits bend with such radii (FGSV 2006: 10 to 16 m, from memory), that of a circle of 30 m being 12 m.
_CORNER_M, _CORNER_SHARE = (10.0, 13.0), 0.8
_WIDE_M = 12.0

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Arm:
    """A road that ends at a circle about (`x_m`, `y_m`), as it leads away to `heading_rad`.

    Places beside it are (d, t): d metres from the middle of the circle, t metres to the left of who leaves. Who enters
    has t > 0.
    """

    x_m: float
    y_m: float
    heading_rad: float

    def at(self, d_m: ArrayLike, t_m: ArrayLike) -> Array:
        """World points (..., 2) of distances d and offsets t."""
        d, t = np.broadcast_arrays(np.asarray(d_m, dtype=np.float64), np.asarray(t_m, dtype=np.float64))
        # So that arms along the street's own edges lie on these to the last bit.
        cos, sin = round(math.cos(self.heading_rad), 12), round(math.sin(self.heading_rad), 12)
        return np.stack([self.x_m + cos * d - sin * t, self.y_m + sin * d + cos * t], axis=-1)

    def beside(self, points_m: ArrayLike) -> tuple[Array, Array]:
        """The distances d and offsets t (...) of world points (..., 2): what `at` undoes."""
        away = np.asarray(points_m, dtype=np.float64) - (self.x_m, self.y_m)
        cos, sin = math.cos(self.heading_rad), math.sin(self.heading_rad)
        return cos * away[..., 0] + sin * away[..., 1], cos * away[..., 1] - sin * away[..., 0]

    def strip(self, d0_m: float, d1_m: float, t0_m: float, t1_m: float) -> shapely.Polygon:
        """The band d0..d1, t0..t1."""
        return shapely.Polygon(self.at([d0_m, d1_m, d1_m, d0_m], [t0_m, t0_m, t1_m, t1_m]))


@dataclass(frozen=True)
class Ring:
    """Everything that decides a roundabout's ground.

    Attributes:
        x_m, y_m: its middle in the world
        outer_m: radius of the inscribed circle, to the outer kerb
        lane_m: width of the lane around, from the outer kerb to the apron or the island
        apron_m: width of the paved strip around the island that lorries drive over; 0 for none
        arms_rad: the headings of its arms as they lead away; the camera's comes first
        half_m: half the width of each arm's carriageway away from it
        length_m: how far from its middle arms are its own to pave
    """

    x_m: float
    y_m: float
    outer_m: float
    lane_m: float
    apron_m: float
    arms_rad: tuple[float, ...]
    half_m: float
    length_m: float

    @property
    def apron_edge_m(self) -> float:
        """Radius of the lane's inner edge, where the apron or the island begins."""
        return self.outer_m - self.lane_m

    @property
    def island_m(self) -> float:
        """Radius of the island, its kerb included."""
        return self.outer_m - self.lane_m - self.apron_m

    @property
    def middle_m(self) -> float:
        """Radius of the middle of the lane."""
        return self.outer_m - self.lane_m / 2

    @property
    def corner_m(self) -> float:
        """The radius of the kerb at entries and exits."""
        low, high = _CORNER_M
        return min(max(_CORNER_SHARE * self.outer_m, low), high)

    @property
    def reach_m(self) -> float:
        """From its middle to where its arms are as wide as their road."""
        return self.outer_m + REACH_M

    @property
    def arms(self) -> tuple[Arm, ...]:
        """Its arms, as `arms_rad` has them."""
        return tuple(Arm(self.x_m, self.y_m, heading) for heading in self.arms_rad)

    def arm_at(self, x_m: float, y_m: float) -> Arm | None:
        """The arm that a place outside of the circle is on or beside, where it is wider than its road; None of one that
        is elsewhere."""
        if not self.outer_m < math.hypot(x_m - self.x_m, y_m - self.y_m) < self.reach_m:
            return None
        bearing = math.atan2(y_m - self.y_m, x_m - self.x_m)
        return min(self.arms, key=lambda arm: abs(math.remainder(arm.heading_rad - bearing, math.tau)))

    def split_half_m(self, d_m: float) -> float:
        """From an arm's middle to the inner edge of either lane, so far from the circle's middle; below 0 the lanes
        would overlap."""
        return _SPLIT_HALF_M - NARROWS * (d_m - self.outer_m)

    def half_at_m(self, d_m: float) -> float:
        """Half the width of an arm's carriageway, so far from the circle's middle."""
        return max(self.half_m, ENTRY_M + self.split_half_m(d_m))

    @property
    def bend_m(self) -> tuple[float, float]:
        """The middle of the kerb's bend between an arm and the circle, (d, t) of the arm to its left: it touches the
        arm's kerb and the circle."""
        slant = math.atan(NARROWS)
        along, out = np.array([math.cos(slant), -math.sin(slant)]), np.array([math.sin(slant), math.cos(slant)])
        base = np.array([self.outer_m, self.half_at_m(self.outer_m)]) + out * self.corner_m
        toward = float(base @ along)
        away = math.sqrt(toward**2 - float(base @ base) + (self.outer_m + self.corner_m) ** 2) - toward
        d, t = (base + along * away).tolist()
        return d, t

    def kerb_m(self, d_m: float) -> float:
        """From an arm's middle to its kerb, so far from the ring's middle: also where that bends into the circle."""
        d, t = self.bend_m
        if d_m >= d - self.corner_m * math.sin(math.atan(NARROWS)):
            return self.half_at_m(d_m)
        return t - math.sqrt(max(self.corner_m**2 - (d - d_m) ** 2, 0.0))

    def disc(self, radius_m: float) -> shapely.Polygon:
        """The circle of a radius about its middle."""
        return shapely.Point(self.x_m, self.y_m).buffer(radius_m, quad_segs=_SEGMENTS)

    def band(self, inner_m: float, outer_m: float) -> shapely.Geometry:
        """Between two circles about its middle."""
        return self.disc(outer_m).difference(self.disc(inner_m))


@lru_cache(maxsize=64)
def outline(ring: Ring) -> shapely.Geometry:
    """All that lies between the outer kerbs of the circle and its arms, islands included."""
    both = shapely.union_all([ring.disc(ring.outer_m), *(_flared(ring, arm) for arm in ring.arms)])
    radius = ring.corner_m
    # Closing (grow, then shrink) rounds just the concave corners: entries and exits.
    closed = both.buffer(radius, quad_segs=_SEGMENTS).buffer(-radius, quad_segs=_SEGMENTS)
    long = [arm.strip(ring.reach_m, ring.length_m, -ring.half_m, ring.half_m) for arm in ring.arms]
    return shapely.union_all([both, closed.intersection(ring.disc(ring.reach_m)), *long])


def _flared(ring: Ring, arm: Arm) -> shapely.Polygon:
    """An arm's carriageway, wide beside its island."""
    # Where it is as wide as its road the two lines meet.
    meets = ring.outer_m + (ENTRY_M + _SPLIT_HALF_M - ring.half_m) / NARROWS
    d = np.array([0.0, min(meets, ring.reach_m), ring.length_m])
    half = np.array([ring.half_at_m(float(value)) for value in d])
    return shapely.Polygon(np.concatenate([arm.at(d, half), arm.at(d, -half)[::-1]]))


@lru_cache(maxsize=64)
def splitters(ring: Ring) -> tuple[shapely.Geometry, ...]:
    """The islands that split the arms, one for each, as though no crossing went through them."""
    within = outline(ring).buffer(-ENTRY_M, quad_segs=_SEGMENTS)
    found = []
    for arm in ring.arms:
        zone = arm.strip(0.0, ring.outer_m + ISLAND_TO_M, -_WIDE_M, _WIDE_M)
        sharp = within.intersection(zone).difference(ring.disc(ring.outer_m + ISLAND_FROM_M))
        rounded = sharp.buffer(-_ROUNDED_M, quad_segs=8).buffer(_ROUNDED_M, quad_segs=8)
        found.append(max(shapely.get_parts(rounded), key=lambda part: float(part.area)))
    return tuple(found)


def crossing(ring: Ring, arm: Arm) -> shapely.Polygon:
    """The band over an arm that people cross it on."""
    low, high = ring.outer_m + CROSSING_FROM_M, ring.outer_m + CROSSING_TO_M
    return arm.strip(low, high, -_WIDE_M, _WIDE_M)


@lru_cache(maxsize=64)
def refuges(ring: Ring) -> tuple[shapely.Geometry, ...]:
    """Where crossings go through the islands of the arms, level with the road; one for each."""
    return tuple(
        island.intersection(crossing(ring, arm)) for island, arm in zip(splitters(ring), ring.arms, strict=True)
    )


@lru_cache(maxsize=64)
def kerbed(ring: Ring) -> shapely.Geometry:
    """What of the islands of the arms is raised, kerbs included."""
    return shapely.union_all(
        [island.difference(crossing(ring, arm)) for island, arm in zip(splitters(ring), ring.arms, strict=True)]
    )


def islands(ring: Ring) -> shapely.Geometry:
    """All that nobody drives over within `outline`: the middle with its apron, and the islands of the arms with their
    refuges."""
    return shapely.union_all([ring.disc(ring.apron_edge_m), *splitters(ring)])


def kerbs(ring: Ring) -> shapely.Geometry:
    """The kerbstones of all islands."""
    raised = kerbed(ring)
    return shapely.union_all(
        [
            raised.difference(raised.buffer(-KERB_WIDTH_M, join_style="mitre")),
            ring.band(ring.island_m - KERB_WIDTH_M, ring.island_m),
        ]
    )


def lane_of(ring: Ring, number: int, *, entering: bool) -> shapely.Geometry:
    """Where who enters by an arm, or leaves by it, drives outside of the circle."""
    arm = ring.arms[number]
    side = (
        arm.strip(0.0, ring.reach_m, 0.0, 4 * _WIDE_M) if entering else arm.strip(0.0, ring.reach_m, -4 * _WIDE_M, 0.0)
    )
    # Nearer to this arm than to the next one.
    apart = min(
        abs(math.remainder(other - arm.heading_rad, math.tau)) for other in ring.arms_rad if other != arm.heading_rad
    )
    wedge = _wedge(ring, arm.heading_rad, apart / 2)
    return (
        outline(ring)
        .difference(islands(ring))
        .difference(ring.disc(ring.outer_m))
        .intersection(side)
        .intersection(wedge)
    )


def _wedge(ring: Ring, heading_rad: float, half_rad: float) -> shapely.Polygon:
    away = ring.reach_m * 2
    angles = heading_rad + np.linspace(-half_rad, half_rad, 9)
    rim = np.stack([ring.x_m + away * np.cos(angles), ring.y_m + away * np.sin(angles)], axis=-1)
    return shapely.Polygon(np.concatenate([[[ring.x_m, ring.y_m]], rim]))

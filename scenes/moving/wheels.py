"""Wheels that turn: which vertices of a vehicle's mesh are those of a wheel, and where they are after some way.

A vehicle rolls along its X, so that every wheel turns about an axle along Y, by the way made over its radius: where it
touches the road it stands still. Those of the first axle are steered (of a forklift those of the last), each about
the vertical through its middle, so that all axles point at one place, about which the vehicle turns (Ackermann's
condition).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.moving.pieces import pieces_of

# A tyre seen from the side is as long as it is high, to this share of that, and stands on the road to this depth.
_ROUND, _ON_ROAD_M, _LEAST_M = 0.03, 0.08, 0.3
# How far from its axle what turns with it may have its middle.
_OFF_M = 0.02
# Wheels on either side are all beyond that from the middle.
_BESIDE_M = 0.15
_SIDES = ((min, "low_m"), (max, "high_m"))
# So many vertices of a tyre lie about its circumference, none further apart than that; it is no wider than this.
_AROUND, _GAP_RAD, _WIDEST_M = 10, math.radians(50), 0.5


@dataclass(frozen=True, eq=False)
class Wheel:
    """A wheel, or all on one axle: the axle's (x, z) in the vehicle's frame, the tyre's radius, and vertices (N,).

    `steered` are those of its wheels that can be steered: a vehicle's first axle has one on either side.
    """

    x_m: float
    z_m: float
    radius_m: float
    vertices: NDArray[np.intp]
    steered: tuple[Steered, ...] = ()


@dataclass(frozen=True, eq=False)
class Steered:
    """One wheel: its middle's y in the vehicle's frame, its vertices (N,), and how far before the axles that are not
    steered it is, in metres."""

    y_m: float
    vertices: NDArray[np.intp]
    before_m: float

    def angle_rad(self, curvature_1_m: float) -> float:
        """How far it is turned to the left where its vehicle goes along such a curve, positive to the left.

        Its axis then points at the middle of that curve, which lies beside the axles that are not steered.
        """
        return math.atan2(self.before_m * curvature_1_m, 1 - self.y_m * curvature_1_m)


@dataclass(frozen=True, eq=False)
class _Piece:
    """Connected triangles: their vertices (N,) and the lowest and the highest corner (3,) of the box around them."""

    vertices: NDArray[np.intp]
    low_m: NDArray[np.float64]
    high_m: NDArray[np.float64]
    of_wheel: bool

    @property
    def centre_m(self) -> tuple[float, float]:
        return float(self.low_m[0] + self.high_m[0]) / 2, float(self.low_m[2] + self.high_m[2]) / 2

    @property
    def is_round(self) -> bool:
        long, high = float(self.high_m[0] - self.low_m[0]), float(self.high_m[2] - self.low_m[2])
        return abs(long - high) <= _ROUND * max(long, high)


def wheels_of(
    vertices_m: NDArray[np.float32], triangles: NDArray[np.int32], of_wheel: NDArray[np.bool_], *, behind: bool = False
) -> tuple[Wheel, ...]:
    """The wheels of a vehicle's mesh, by axle from the front; from `behind` where those there are steered.

    `vertices_m` (V, 3) are in its frame, X ahead and Z up from the road, `triangles` (F, 3), and `of_wheel` (F,) says
    which of these are named as parts of wheels. What is connected with the body stays with it. Of what nobody has
    named only what is round about an axle turns with that: a rim, a brake disc, a sprocket, in some models all of it.
    """
    pieces = list(_pieces(vertices_m, triangles, of_wheel))
    found = []
    for x, z, radius in sorted(_axles(pieces, vertices_m), reverse=not behind):
        reach = radius * (1 + _ROUND)
        turning = [piece for piece in pieces if _turns(piece, vertices_m, x, z, reach)]
        if turning:
            found.append((Wheel(x, z, radius, np.sort(np.concatenate([piece.vertices for piece in turning]))), turning))
    wheels = [wheel for wheel, _ in found]
    if len(found) < 2:
        return tuple(wheels)
    before = wheels[0].x_m - sum(wheel.x_m for wheel in wheels[1:]) / len(wheels[1:])
    return replace(wheels[0], steered=tuple(_steered(found[0][1], before))), *wheels[1:]


def _steered(turning: Sequence[_Piece], before_m: float) -> Iterator[Steered]:
    """The wheels of an axle that has one on either side, the left one first; none of one with a single wheel."""
    for side in (1, -1):
        own = [piece for piece in turning if side * piece.low_m[1] > _BESIDE_M and side * piece.high_m[1] > _BESIDE_M]
        if own:
            low, high = (float(pick([getattr(piece, name)[1] for piece in own])) for pick, name in _SIDES)
            yield Steered((low + high) / 2, np.sort(np.concatenate([piece.vertices for piece in own])), before_m)


def rolled(
    vertices_m: NDArray[np.float32], wheels: Sequence[Wheel], way_m: float, curvature_1_m: float = 0.0
) -> NDArray[np.float32]:
    """A copy of `vertices_m` (V, 3) with the wheels turned as after `way_m` metres ahead, and those that can be
    steered as along a curve of `curvature_1_m`, positive to the left."""
    turned = vertices_m.copy()
    for wheel in wheels:
        # Whole turns are left out, so that a long way costs no digits.
        angle = math.fmod(way_m, math.tau * wheel.radius_m) / wheel.radius_m
        cos, sin = math.cos(angle), math.sin(angle)
        x = vertices_m[wheel.vertices, 0].astype(np.float64) - wheel.x_m
        z = vertices_m[wheel.vertices, 2].astype(np.float64) - wheel.z_m
        turned[wheel.vertices, 0] = wheel.x_m + x * cos + z * sin
        turned[wheel.vertices, 2] = wheel.z_m - x * sin + z * cos
        for one in wheel.steered if curvature_1_m else ():
            angle = one.angle_rad(curvature_1_m)
            cos, sin = math.cos(angle), math.sin(angle)
            x = turned[one.vertices, 0].astype(np.float64) - wheel.x_m
            y = turned[one.vertices, 1].astype(np.float64) - one.y_m
            turned[one.vertices, 0] = wheel.x_m + x * cos - y * sin
            turned[one.vertices, 1] = one.y_m + x * sin + y * cos
    return turned


def _pieces(
    vertices_m: NDArray[np.float32], triangles: NDArray[np.int32], of_wheel: NDArray[np.bool_]
) -> Iterator[_Piece]:
    named = np.zeros(len(vertices_m), dtype=np.bool_)
    named[triangles[of_wheel]] = True
    for group in pieces_of(vertices_m, triangles):
        points = vertices_m[group].astype(np.float64)
        yield _Piece(group, points.min(axis=0), points.max(axis=0), bool(named[group].any()))


def _axles(pieces: Sequence[_Piece], vertices_m: NDArray[np.float32]) -> list[tuple[float, float, float]]:
    """(x, z, radius) of each axle: where a tyre stands on the road."""
    found: list[tuple[float, float, float]] = []
    for piece in pieces:
        x, z = piece.centre_m
        if _is_tyre(piece, vertices_m) and all(math.hypot(x - at[0], z - at[1]) > _OFF_M for at in found):
            found.append((x, z, float(piece.high_m[2] - piece.low_m[2]) / 2))
    return found


def _is_tyre(piece: _Piece, vertices_m: NDArray[np.float32]) -> bool:
    size = piece.high_m - piece.low_m
    if not piece.is_round or size[2] < _LEAST_M or size[1] > _WIDEST_M or abs(piece.low_m[2]) > _ON_ROAD_M:
        return False
    x, z = piece.centre_m
    points = vertices_m[piece.vertices]
    away = np.hypot(points[:, 0] - x, points[:, 2] - z)
    outer = points[away > (1 - _ROUND) * size[2] / 2]
    angles = np.sort(np.arctan2(outer[:, 2] - z, outer[:, 0] - x))
    gaps = np.diff(np.append(angles, angles[:1] + math.tau))
    return len(outer) >= _AROUND and bool(gaps.max() < _GAP_RAD)


def _turns(piece: _Piece, vertices_m: NDArray[np.float32], x_m: float, z_m: float, reach_m: float) -> bool:
    """Whether a piece turns about an axle: it lies within the tyre, and is named as a wheel or round about the axle."""
    x, z = piece.centre_m
    about = piece.is_round and math.hypot(x - x_m, z - z_m) < _OFF_M
    if not (piece.of_wheel or about) or math.hypot(x - x_m, z - z_m) > reach_m:
        return False
    points = vertices_m[piece.vertices]
    return bool(np.hypot(points[:, 0] - x_m, points[:, 2] - z_m).max() <= reach_m)

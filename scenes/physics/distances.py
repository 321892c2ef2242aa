"""Exact distances between meshes: gaps and depths of interpenetration, for any meshes, closed or not.

FCL (https://github.com/flexible-collision-library/fcl) tells whether triangles of two meshes meet, and the distance
where none do. How deep two meshes lie in each other is asked by moving one of them: the least shift that parts them is
their penetration depth (Cameron and Culley, "Determining the minimum translational distance between two convex
polyhedra", 1986). We try a number of directions, so what we say is never less than the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import fcl
import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.annotate.camera.transform import Transform
from longtail.annotate.rounding import product
from longtail.scenes.physics.body import Points, Shape

# To what depths are told apart.
STEP_M = 1e-5
# Shares of the limit at which ways out are looked for: in a heap there is something else a little further on.
_LADDER = (1 / 64, 1 / 16, 1 / 4, 1.0)
# The corners, edges and faces of a cube: 26 ways out.
DIRECTIONS: Points = np.array(
    [
        np.array([x, y, z]) / np.sqrt(x * x + y * y + z * z)
        for x in (-1, 0, 1)
        for y in (-1, 0, 1)
        for z in (-1, 0, 1)
        if x or y or z
    ]
)


# Of boxes that are nearer than rounding FCL decides.
_ROUNDED_M = 1e-9
_ANY = fcl.CollisionRequest()


class Placed:
    """A shape's exact mesh at a pose that can be moved."""

    def __init__(self, shape: Shape, pose: Transform | None = None) -> None:
        self.shape = shape
        self._object = fcl.CollisionObject(_tree(shape), fcl.Transform())
        self._turn = np.eye(3)
        self.position_m: Points = np.zeros(3)
        self.put(pose or Transform("world", "object", np.eye(4)))

    def put(self, pose: Transform) -> None:
        """At another `world_from_object`."""
        self._turn = pose.matrix[:3, :3]
        self._low_m, self._high_m = _reach_m(self.shape, self._turn.tobytes())
        self.move_to(pose.matrix[:3, 3])

    def move_to(self, position_m: ArrayLike) -> None:
        """To another place, turned as it is."""
        self.position_m = np.array(position_m, dtype=np.float64)
        self._object.setTransform(fcl.Transform(self._turn, self.position_m))
        low, high = self.bounds_m
        # As numbers of Python's, which are compared in a tenth of the time of small arrays.
        self._box_m: tuple[float, ...] = (*low.tolist(), *high.tolist())

    @property
    def corners_m(self) -> Points:
        """The mesh's vertices (V, 3) in the world."""
        return product(self.shape.vertices_m, self._turn.T) + self.position_m

    @property
    def bounds_m(self) -> tuple[Points, Points]:
        """(lowest corner, highest corner) of the upright box in the world."""
        return self._low_m + self.position_m, self._high_m + self.position_m

    def meets(self, other: Placed) -> bool:
        """Whether a triangle of one touches or cuts one of the other."""
        return self._beside(other, 0.0, 0.0, 0.0) and self._cuts(other)

    def _cuts(self, other: Placed) -> bool:
        return bool(fcl.collide(self._object, other._object, _ANY, fcl.CollisionResult()))

    def _beside(self, other: Placed, x_m: float, y_m: float, z_m: float) -> bool:
        """Whether the upright boxes would meet, were this one shifted; if not, the meshes cannot."""
        a, b, c, d, e, f = self._box_m
        i, j, k, u, v, w = other._box_m
        return (
            a + x_m <= u + _ROUNDED_M
            and i <= d + x_m + _ROUNDED_M
            and b + y_m <= v + _ROUNDED_M
            and j <= e + y_m + _ROUNDED_M
            and c + z_m <= w + _ROUNDED_M
            and k <= f + z_m + _ROUNDED_M
        )

    def distance_m(self, other: Placed) -> float:
        """Between the nearest points of both; 0 where they meet."""
        if self.meets(other):
            return 0.0
        return float(fcl.distance(self._object, other._object, fcl.DistanceRequest(), fcl.DistanceResult()))

    def near(self, other: Placed, margin_m: float) -> bool:
        """Whether the upright boxes come closer than `margin_m` along every axis."""
        (low, high), (other_low, other_high) = self.bounds_m, other.bounds_m
        return bool(((low <= other_high + margin_m) & (other_low <= high + margin_m)).all())

    def free_at(self, shift_m: Points, others: Iterable[Placed]) -> bool:
        """Whether it would meet none of the others, were it moved by `shift_m`."""
        x_m, y_m, z_m = shift_m.tolist()
        close = [other for other in others if self._beside(other, x_m, y_m, z_m)]
        if not close:
            return True
        here = self.position_m
        self.move_to(here + shift_m)
        free = not any(self._cuts(other) for other in close)
        self.move_to(here)
        return free


@lru_cache(maxsize=512)
def _reach_m(shape: Shape, turn: bytes) -> tuple[Points, Points]:
    """Lowest and highest corner (3,) of a shape turned by a matrix, of which these are the bytes."""
    corners = product(shape.vertices_m, np.frombuffer(turn).reshape(3, 3).T)
    return corners.min(axis=0), corners.max(axis=0)


@lru_cache(maxsize=256)
def _tree(shape: Shape) -> fcl.BVHModel:
    """A shape's triangles, sorted for FCL: what is placed often is sorted once."""
    model = fcl.BVHModel()
    model.beginModel(len(shape.vertices_m), len(shape.triangles))
    model.addSubModel(shape.vertices_m, shape.triangles)
    model.endModel()
    return model


def parting_m(one: Placed, other: Placed, limit_m: float, directions: ArrayLike = DIRECTIONS) -> Points | None:
    """The shortest found shift (3,) of `one` after which the two do not meet: see `freeing_m`."""
    return freeing_m(one, (other,), limit_m, directions)


def freeing_m(
    one: Placed, others: Sequence[Placed], limit_m: float, directions: ArrayLike = DIRECTIONS
) -> Points | None:
    """The shortest found shift (3,) of `one` after which it meets none of the others: zero where it meets none now.

    It is sought along `directions` (N, 3), unit vectors, first nearby and then up to `limit_m`; None where no way is
    that short. Its length is at least the penetration depth and, for the best of the directions, no more than STEP_M
    above, where what is free at a length is free from there on to the next of the lengths that are tried.
    """
    if one.free_at(np.zeros(3), others):
        return np.zeros(3)
    ways = np.atleast_2d(np.asarray(directions, dtype=np.float64))
    reached = 0.0
    for share in _LADDER:
        best: Points | None = None
        length = share * limit_m
        for direction in ways:
            if one.free_at(direction * length, others):
                length = _bisect(lambda way, to=direction: one.free_at(to * way, others), reached, length)
                best = direction * length
        if best is not None:
            return best
        reached = share * limit_m
    return None


def clearance_m(one: Placed, others: Iterable[Placed], limit_m: float, steps: int = 16) -> float:
    """How far `one` can sink along gravity until it meets another: what it floats by.

    It looks `limit_m` deep, and returns that where nothing is met; a sheet thinner than limit_m / steps may be missed.
    """
    below = list(others)
    reached = 0.0
    for way in np.linspace(0, limit_m, steps + 1)[1:]:
        if not one.free_at(np.array([0, 0, -way]), below):
            return -_bisect(lambda depth: one.free_at(np.array([0, 0, depth]), below), -way, -reached)
        reached = way
    return limit_m


def sinks(one: Placed, others: Iterable[Placed], depth_m: float, steps: int) -> bool:
    """Whether `one` can sink by `depth_m` along gravity, in so many steps, and meet no other: see `clearance_m`."""
    below = list(others)
    return all(one.free_at(np.array([0, 0, -way]), below) for way in np.linspace(0, depth_m, steps + 1)[1:])


def _bisect(good: object, bad_at: float, good_at: float) -> float:
    """Where `good` begins to hold between a place where it does not and one where it does, to STEP_M."""
    assert callable(good)
    while abs(good_at - bad_at) > STEP_M:
        middle = (good_at + bad_at) / 2
        if good(middle):
            good_at = middle
        else:
            bad_at = middle
    return good_at


def holds(one: Placed, point_m: ArrayLike) -> bool:
    """Whether a point (3,) lies within the mesh: its winding number is above one half.

    Jacobson, Kavan and Sorkine-Hornung, "Robust inside-outside segmentation using generalized winding numbers", 2013;
    solid angles after van Oosterom and Strackee, "The solid angle of a plane triangle", 1983.
    """
    a, b, c = ((one.corners_m - np.asarray(point_m))[one.shape.triangles[:, k]] for k in range(3))
    la, lb, lc = (np.sqrt((v * v).sum(axis=1)) for v in (a, b, c))
    volume = (a * np.cross(b, c)).sum(axis=1)
    below = la * lb * lc + (a * b).sum(axis=1) * lc + (b * c).sum(axis=1) * la + (c * a).sum(axis=1) * lb
    angles: NDArray[np.float64] = np.arctan2(volume, below)
    return bool(abs(angles.sum()) / (2 * np.pi) > 0.5)

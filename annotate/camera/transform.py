"""Rigid transforms that know which frames they join."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.annotate.rounding import product

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Transform:
    """`target_from_source`: maps points of frame `source` to frame `target`.

    `matrix` is a (4, 4) float64 homogeneous matrix in metres. Frames are names: "world" (right-handed, Z up),
    "camera" (OpenCV axes: X right, Y down, Z forward), "object" (X forward, Y left, Z up).
    """

    target: str
    source: str
    matrix: Matrix

    def __post_init__(self) -> None:
        matrix = np.asarray(self.matrix, dtype=np.float64)
        if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
            raise ValueError(f"{self.target}_from_{self.source}: expected a finite (4, 4) matrix, got {self.matrix!r}")
        object.__setattr__(self, "matrix", matrix)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Transform):
            return NotImplemented
        frames = (self.target, self.source) == (other.target, other.source)
        return frames and np.array_equal(self.matrix, other.matrix)

    def __hash__(self) -> int:
        # Adding 0 makes one of the two zeros of floating point, which are equal.
        return hash((self.target, self.source, (self.matrix + 0.0).tobytes()))

    def __matmul__(self, other: Transform) -> Transform:
        """`a_from_b @ b_from_c` is `a_from_c`; transforms that do not meet raise ValueError.

        Examples:
            >>> world_from_car = Transform.upright("world", "car", (10, 0, 0), 0)
            >>> car_from_lamp = Transform.upright("car", "lamp", (2, 0, 0.6), 0)
            >>> (world_from_car @ car_from_lamp).points([0, 0, 0]).tolist()
            [12.0, 0.0, 0.6]
            >>> car_from_lamp @ world_from_car
            Traceback (most recent call last):
            ValueError: car_from_lamp @ world_from_car: 'lamp' and 'world' do not meet
        """
        if self.source != other.target:
            raise ValueError(
                f"{self.target}_from_{self.source} @ {other.target}_from_{other.source}: "
                f"'{self.source}' and '{other.target}' do not meet"
            )
        return Transform(self.target, other.source, product(self.matrix, other.matrix))

    def inverse(self) -> Transform:
        """`source_from_target`.

        Examples:
            >>> car_from_world = Transform.upright("world", "car", (10, 0, 0), 0).inverse()
            >>> car_from_world.points([10, 0, 2]).tolist()
            [0.0, 0.0, 2.0]
        """
        return Transform(self.source, self.target, inverses(self.matrix[None])[0])

    def points(self, points: ArrayLike) -> Matrix:
        """Map points (..., 3) of the source frame to the target frame."""
        return product(points, self.matrix[:3, :3].T) + self.matrix[:3, 3]

    def directions(self, directions: ArrayLike) -> Matrix:
        """Map directions (..., 3): rotated, not moved."""
        return product(directions, self.matrix[:3, :3].T)

    @classmethod
    def upright(cls, target: str, source: str, position_m: ArrayLike, heading_rad: float) -> Transform:
        """A pose that stands upright: `heading_rad` turns counter-clockwise about Z, 0 looks along X.

        Examples:
            A metre ahead of a car at (10, 0, 0) that looks along the world's Y:

            >>> world_from_car = Transform.upright("world", "car", (10, 0, 0), math.pi / 2)
            >>> world_from_car.points([1, 0, 0]).round(9).tolist()
            [10.0, 1.0, 0.0]
        """
        cos, sin = math.cos(heading_rad), math.sin(heading_rad)
        x, y, z = np.asarray(position_m, dtype=np.float64)
        return cls(target, source, np.array([[cos, -sin, 0, x], [sin, cos, 0, y], [0, 0, 1, z], [0, 0, 0, 1]]))

    def moved(self, by_m: ArrayLike) -> Transform:
        """Moved by metres (3,) along the axes of the target."""
        matrix = self.matrix.copy()
        matrix[:3, 3] += np.asarray(by_m, dtype=np.float64)
        return Transform(self.target, self.source, matrix)

    def tilted(self, angle_rad: float, towards_rad: float) -> Transform:
        """Turned about its own origin so that what pointed up leans by `angle_rad` towards the target's `towards_rad`.

        `towards_rad` is a heading in the target frame, counter-clockwise about Z from X.

        Examples:
            A pole that has fallen along the world's X:

            >>> fallen = Transform.upright("world", "pole", (0, 0, 0), 0).tilted(math.pi / 2, towards_rad=0)
            >>> fallen.points([0, 0, 5]).round(9).tolist()
            [5.0, 0.0, 0.0]
        """
        axis = (-math.sin(towards_rad), math.cos(towards_rad))
        across = np.array([[0, 0, axis[1]], [0, 0, -axis[0]], [-axis[1], axis[0], 0]])
        # Rodrigues' formula.
        turn = np.eye(3) + math.sin(angle_rad) * across + (1 - math.cos(angle_rad)) * product(across, across)
        matrix = self.matrix.copy()
        matrix[:3, :3] = product(turn, matrix[:3, :3])
        return Transform(self.target, self.source, matrix)


def placed(matrices: Matrix, points: Matrix) -> Matrix:
    """Points (N, P, 3), each row mapped by its own of the matrices (N, 4, 4): bit by bit what `Transform.points` makes.

    Examples:
        >>> lifted = np.eye(4)
        >>> lifted[2, 3] = 5
        >>> placed(np.stack([np.eye(4), lifted]), np.ones((2, 1, 3))).tolist()
        [[[1.0, 1.0, 1.0]], [[1.0, 1.0, 6.0]]]
    """
    return product(points, turns_of(matrices)) + matrices[:, None, :3, 3]


def turns_of(matrices: Matrix) -> Matrix:
    """What directions (N, P, 3) are multiplied with (N, 3, 3), so that each row is turned by its own matrix (4, 4)."""
    return matrices[:, :3, :3].swapaxes(1, 2)


def inverses(matrices: Matrix) -> Matrix:
    """The inverses (N, 4, 4) of affine matrices (N, 4, 4)."""
    a, b, c = (matrices[:, row, :3] for row in range(3))
    turned = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=-1)
    found = np.zeros_like(matrices)
    found[:, :3, :3] = turned / product(a[:, None], turned[:, :, :1])
    found[:, :3, 3:] = -product(found[:, :3, :3], matrices[:, :3, 3:])
    found[:, 3, 3] = 1.0
    return found

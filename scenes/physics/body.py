"""What is dropped, and what it falls on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.annotate.camera.transform import Transform

if TYPE_CHECKING:
    from scipy.spatial import ConvexHull

Points = NDArray[np.float64]
Triangles = NDArray[np.int32]

# Of a box: which corner is on which side of its middle, and its triangles, as `convex` has them of boxes of all sizes.
_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
_FACES = (
    (0, 2, 6), (6, 4, 0), (0, 4, 5), (5, 1, 0), (4, 6, 5), (5, 6, 7),
    (3, 2, 0), (0, 1, 3), (3, 6, 2), (7, 6, 3), (1, 5, 3), (3, 5, 7),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Shape:
    """A thing's surface, and the convex parts that stand for it while it falls.

    Attributes:
        vertices_m: (V, 3) float64, metres, in the thing's frame
        triangles: (F, 3) int32
        parts_m: the corners (N, 3) float64 of each convex part; none of them flat
    """

    vertices_m: Points
    triangles: Triangles
    parts_m: tuple[Points, ...]

    def __post_init__(self) -> None:
        if not len(self.triangles) or not self.parts_m:
            raise ValueError(
                f"a shape: expected faces and convex parts, got {len(self.triangles)} faces, {len(self.parts_m)} parts"
            )
        if not all(np.isfinite(points).all() for points in (self.vertices_m, *self.parts_m)):
            raise ValueError("a shape: expected finite corners, got some that are not")

    @classmethod
    def measured(
        cls,
        vertices_m: Points,
        triangles: Triangles,
        parts_m: tuple[Points, ...],
        volumes_m3: Sequence[float],
        outline_m: Points,
    ) -> Shape:
        """A shape whose `volumes_m3` and `outline_m` are known: they take most of the time that a shape takes."""
        made = cls(vertices_m, triangles, parts_m)
        vars(made).update(volumes_m3=tuple(volumes_m3), outline_m=outline_m)
        return made

    @cached_property
    def volume_m3(self) -> float:
        """Of its parts, each counted in full."""
        return sum(self.volumes_m3)

    @cached_property
    def volumes_m3(self) -> tuple[float, ...]:
        return tuple(float(hull_of(part).volume) for part in self.parts_m)

    @cached_property
    def corners_m(self) -> Points:
        """The corners of all parts (N, 3)."""
        return np.concatenate(self.parts_m)

    @cached_property
    def outline_m(self) -> Points:
        """The corners (N, 3) of the hull of all parts."""
        return np.asarray(self.corners_m[hull_of(self.corners_m).vertices])

    @cached_property
    def boxes_m(self) -> tuple[Points | None, ...]:
        """Of each part that is a box along the axes its middle (3,); None of others."""
        return tuple(_upright_box(part) for part in self.parts_m)

    @cached_property
    def size_m(self) -> float:
        """The longest side of its upright box."""
        return float((self.vertices_m.max(axis=0) - self.vertices_m.min(axis=0)).max())


def _upright_box(part: Points) -> Points | None:
    low, high = part.min(axis=0), part.max(axis=0)
    at_corners = ((part == low) | (part == high)).all()
    return (low + high) / 2 if at_corners and len(np.unique(part, axis=0)) == 8 else None


@dataclass(frozen=True, eq=False)
class Body:
    """A thing that falls.

    Attributes:
        friction: coefficient of sliding friction; where two things touch, the higher one counts, as MuJoCo has it
        start: `world_from_object` when it is let go
    """

    shape: Shape
    mass_kg: float
    friction: float
    start: Transform

    def __post_init__(self) -> None:
        if not 0 < self.mass_kg < np.inf or not 0 <= self.friction < np.inf:
            raise ValueError(
                f"a body: expected a mass above 0 kg and a friction of 0 or more, got {self.mass_kg}, {self.friction}"
            )
        if self.start.target != "world":
            raise ValueError(f"a body: expected a start in the world, got {self.start.target}_from_{self.start.source}")


@dataclass(frozen=True, eq=False)
class Support:
    """A thing that stays where it is, in world metres: a table top, a bin, a shelf. A floor is a wide box."""

    shape: Shape
    friction: float = 0.6


def hull_of(points: Points) -> ConvexHull:
    """The convex hull of points (N, 3). QhullError where they are a sheet, a rod or a speck."""
    from scipy.spatial import ConvexHull  # slow to import, and needed where things are shaped only

    return ConvexHull(points)


def convex(points_m: ArrayLike) -> Shape:
    """The convex hull of points (N, 3) as a shape of one part."""
    points = np.asarray(points_m, dtype=np.float64)
    hull = hull_of(points)
    faces = hull.simplices.astype(np.int32)
    a, b, c = (points[faces[:, k]] for k in range(3))
    inward = (np.cross(b - a, c - a) * hull.equations[:, :3]).sum(axis=1) < 0
    faces[inward] = faces[inward][:, ::-1]
    used, numbers = np.unique(faces, return_inverse=True)
    corners = points[used]
    return Shape(corners, numbers.reshape(-1, 3).astype(np.int32), (corners,))


def box(size_m: Sequence[float], centre_m: Sequence[float] = (0.0, 0.0, 0.0)) -> Shape:
    """A box (length X, width Y, height Z) about `centre_m`. ValueError where it has no length, width or height."""
    if not all(side > 0 for side in size_m):
        raise ValueError(f"a box: expected a length, width and height above 0 m, got {tuple(size_m)}")
    corners = _CORNERS * np.asarray(size_m) + np.asarray(centre_m)
    # Its hull is known: to import what finds hulls takes longer than most scenes take to be drawn.
    return Shape(corners, np.array(_FACES, dtype=np.int32), (corners,))


def joined(shapes: Sequence[Shape]) -> Shape:
    """One shape of several: a bin of a floor and four walls."""
    offsets = np.cumsum([0, *(len(shape.vertices_m) for shape in shapes)])
    return Shape(
        np.concatenate([shape.vertices_m for shape in shapes]),
        np.concatenate([s.triangles + offset for s, offset in zip(shapes, offsets, strict=False)]).astype(np.int32),
        tuple(part for shape in shapes for part in shape.parts_m),
    )

"""What is in the way: the faces of all that stays, and the footprints of what has been put between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.annotate.rounding import product
from longtail.scenes.scenarios.own_place.place import Place

# What stands on a floor may sink so far into it, or hang so far over it.
_SKIN_M = 0.03
_CHUNK = 256


@dataclass(frozen=True, eq=False)
class Obstacles:
    """Faces in the world.

    Attributes:
        triangles_m: (T, 3, 3) float32, corners in world metres
        low_m, high_m: (T, 3), the corners of the box around each
        things: (T,), the number of the thing that it is of; -1 for faces of stuff, such as walls, in which one may be
    """

    triangles_m: NDArray[np.float32]
    low_m: NDArray[np.float32]
    high_m: NDArray[np.float32]
    things: NDArray[np.int64]

    @classmethod
    def of(cls, place: Place) -> Obstacles:
        """Those of all that stays in a place."""
        parts, things = [np.empty((0, 3, 3), dtype=np.float32)], [np.empty(0, dtype=np.int64)]
        for number, item in enumerate(place.fixed):
            mesh, pose = place.meshes[item.mesh].mesh, np.array(item.world_from_object).reshape(4, 4)
            points = product(mesh.vertices_m, pose[:3, :3].T) + pose[:3, 3]
            parts.append(points.astype(np.float32)[mesh.triangles])
            is_thing = item.category not in BY_NAME or BY_NAME[item.category].is_thing
            things.append(np.full(len(mesh.triangles), number if is_thing else -1))
        every = np.concatenate(parts)
        return cls(every, every.min(axis=1), every.max(axis=1), np.concatenate(things))

    def meet(self, shape: shapely.Polygon, low_m: float, high_m: float) -> bool:
        """Whether a face is within the prism over `shape` from `low_m` to `high_m`, but for what it stands on.

        A face that only in part lies at these heights counts with all of its shadow on the ground.
        """
        west, south, east, north = shape.bounds
        near = np.flatnonzero(
            (self.low_m[:, 2] < high_m) & (self.high_m[:, 2] > low_m + _SKIN_M)
            & (self.low_m[:, 0] < east) & (self.high_m[:, 0] > west)
            & (self.low_m[:, 1] < north) & (self.high_m[:, 1] > south)
        )  # fmt: skip
        for start in range(0, len(near), _CHUNK):
            corners = self.triangles_m[near[start : start + _CHUNK], :, :2]
            if shapely.intersects(shapely.convex_hull(shapely.multipoints(corners)), shape).any():
                return True
        return False

    def enclose(self, x_m: float, y_m: float, z_m: float) -> bool:
        """Whether a point is inside a closed thing: straight up from there an odd number of its faces lie."""
        above = np.flatnonzero(
            (self.things >= 0) & (self.high_m[:, 2] > z_m)
            & (self.low_m[:, 0] <= x_m) & (self.high_m[:, 0] >= x_m)
            & (self.low_m[:, 1] <= y_m) & (self.high_m[:, 1] >= y_m)
        )  # fmt: skip
        corners = self.triangles_m[above].astype(np.float64) - (x_m, y_m, z_m)
        following = np.roll(corners, -1, axis=1)
        # The weights of the corners in the point under the face: all of one sign where it is under it.
        weights = following[:, :, 0] * corners[:, :, 1] - following[:, :, 1] * corners[:, :, 0]
        weights = np.roll(weights, -1, axis=1)
        total = weights.sum(axis=1)
        within = ((weights > 0).all(axis=1) | (weights < 0).all(axis=1)) & (np.abs(total) > 1e-12)
        height = (weights * corners[:, :, 2]).sum(axis=1)[within] / total[within]
        hit = self.things[above][within][height > 0]
        return bool((np.unique(hit, return_counts=True)[1] % 2 == 1).any())


@dataclass(frozen=True, eq=False)
class Standing:
    """What has been put into a place: footprints with the heights that they reach over."""

    shapes: list[shapely.Polygon]
    heights_m: list[tuple[float, float]]

    def meet(self, shape: shapely.Polygon, low_m: float, high_m: float) -> bool:
        """Whether any is in the prism over `shape` from `low_m` to `high_m`."""
        return any(
            low < high_m and high > low_m + _SKIN_M and other.intersects(shape)
            for other, (low, high) in zip(self.shapes, self.heights_m, strict=True)
        )

    def without(self, number: int) -> Standing:
        """The same but for one of them."""
        shapes = [*self.shapes[:number], *self.shapes[number + 1 :]]
        return Standing(shapes, [*self.heights_m[:number], *self.heights_m[number + 1 :]])

    def add(self, shape: shapely.Polygon, low_m: float, high_m: float) -> None:
        self.shapes.append(shape)
        self.heights_m.append((low_m, high_m))


def union_of(triangles_m: Iterable[NDArray[np.float64]]) -> shapely.Geometry:
    """The shadow on the ground of triangles (T, 3, 3): where footprints may be that are to stay on them."""
    corners = np.concatenate([part[:, :, :2] for part in triangles_m])
    # Edges that two triangles share may miss each other in the last digits.
    return shapely.union_all(shapely.convex_hull(shapely.multipoints(corners))).buffer(1e-4)

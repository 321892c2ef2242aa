"""Who stands where: footprints on the ground that must not meet."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray


# Whoever stands where it fits is asked for twice in a row.
@lru_cache(maxsize=4)
def footprint(
    x_m: float, y_m: float, heading_rad: float, length_m: float, width_m: float, clearance_m: float = 0.0
) -> shapely.Polygon:
    """The rectangle that an object covers, grown by `clearance_m` on every side."""
    half_length, half_width = length_m / 2 + clearance_m, width_m / 2 + clearance_m
    cos, sin = math.cos(heading_rad), math.sin(heading_rad)
    corners = (
        (-half_length, -half_width),
        (half_length, -half_width),
        (half_length, half_width),
        (-half_length, half_width),
    )
    # Number by number: for four of them arrays take five times as long.
    ring = [(x * cos + y * -sin + x_m, x * sin + y * cos + y_m) for x, y in corners]
    found: shapely.Polygon = shapely.polygons(ring)
    return found


class Occupancy:
    """A growing set of footprints; boxes are compared first, since nearly all pairs are far apart."""

    def __init__(self) -> None:
        self._shapes: list[shapely.Polygon] = []
        # As many rows as there are shapes, and room for more: to copy all of them for each that comes takes longer.
        self._room = np.empty((64, 4))

    @property
    def _bounds(self) -> NDArray[np.float64]:
        return self._room[: len(self._shapes)]

    def free(self, shape: shapely.Polygon) -> bool:
        """Whether `shape` meets nothing that stands already."""
        west, south, east, north = shape.bounds
        bounds = self._bounds
        near = np.flatnonzero(
            (bounds[:, 0] < east) & (bounds[:, 2] > west) & (bounds[:, 1] < north) & (bounds[:, 3] > south)
        )
        return not any(self._shapes[i].intersects(shape) for i in near)

    def add(self, shape: shapely.Polygon) -> None:
        """Let `shape` stand."""
        if len(self._shapes) == len(self._room):
            self._room = np.concatenate([self._room, np.empty_like(self._room)])
        self._room[len(self._shapes)] = shape.bounds
        self._shapes.append(shape)

    def clear(self, shape: shapely.Polygon) -> None:
        """Let others stand where `shape`, which was added before, kept a place. ValueError where it was not."""
        number = self._shapes.index(shape)
        self._room[number : len(self._shapes) - 1] = self._room[number + 1 : len(self._shapes)].copy()
        del self._shapes[number]

    def take(self, shape: shapely.Polygon) -> bool:
        """Add `shape` if it is free; whether it was."""
        if not self.free(shape):
            return False
        self.add(shape)
        return True

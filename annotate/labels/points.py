"""Point clouds: what a LiDAR says of one revolution, each point with what it is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.errors import DatasetError

POINT = np.dtype(
    [("x", "<f4"), ("y", "<f4"), ("z", "<f4"), ("intensity", "<f4"), ("ring", "<u2"), ("instance", "<u2"),
     ("category", "<u2")]
)  # fmt: skip
"""A point as files have it.

`x`, `y`, `z` are metres in the LiDAR's frame: X ahead, Y left, Z up. `intensity` is what a matt surface hit face on
would have to reflect for the same return without air in between: 0 black, 1 white, more for what throws light back
where it came from. `ring` counts beams from the lowest. `instance` is the object's id where the point is on a thing, 0
elsewhere; `category` an id of the dataset's taxonomy, 0 where the point is on nothing but rain, snow, fog or dust.
"""

LIDAR = "lidar"
"""The folder of point clouds, the output that asks for them, and what records keep of their sensors."""


def pose_of(extra: Mapping[str, Any], name: str) -> Transform:
    """Where a record's `extra` says that a LiDAR was, `world_from_lidar`; DatasetError where it does not."""
    try:
        matrix = np.array(extra[LIDAR][name]["world_from_lidar"], dtype=np.float64)
        return Transform("world", "lidar", matrix)
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"{LIDAR}.{name}: expected a record that says where the sensor was, got none") from error


@dataclass(frozen=True, eq=False)
class Points:
    """The points of one LiDAR in one frame: `array` (N,) of `POINT`, by the beams' rings and from left to right."""

    array: NDArray[Any]
    world_from_lidar: Transform

    def __len__(self) -> int:
        return len(self.array)

    @property
    def xyz_m(self) -> NDArray[np.float32]:
        """(N, 3) float32 metres in the LiDAR's frame."""
        return np.stack([self.array[axis] for axis in "xyz"], axis=-1)

    @property
    def intensity(self) -> NDArray[np.float32]:
        """(N,) float32, as `POINT` has it."""
        return np.asarray(self.array["intensity"])

    @property
    def ring(self) -> NDArray[np.uint16]:
        """(N,) uint16, 0 for the lowest beam."""
        return np.asarray(self.array["ring"])

    @property
    def instance(self) -> NDArray[np.uint16]:
        """(N,) uint16 ids of objects, 0 where a point is on no thing."""
        return np.asarray(self.array["instance"])

    @property
    def category(self) -> NDArray[np.uint16]:
        """(N,) uint16 ids of categories, 0 for what is in the air."""
        return np.asarray(self.array["category"])

    @property
    def world_m(self) -> Matrix:
        """(N, 3) float64 metres in the world."""
        return self.world_from_lidar.points(self.xyz_m)

    def seen_by(self, camera: Camera) -> tuple[Matrix, Matrix]:
        """Pixels (N, 2) of the points in a camera's picture and their z (N,) there; NaN where it cannot see them.

        That something may be in front of them is not asked.
        """
        there = camera.world_from_camera.inverse().points(self.world_m)
        pixels = camera.lens.project(there)
        width, height = camera.size_px
        inside = ((pixels >= 0) & (pixels < (width, height))).all(axis=-1)
        return np.where(inside[:, None], pixels, np.nan), np.where(inside, there[:, 2], np.nan)

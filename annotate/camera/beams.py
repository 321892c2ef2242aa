"""The lens of a LiDAR: a row for each ray of a beam, a column for each step in azimuth.

What is seen through it is a range image; it is no camera that a config may ask for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.rounding import arctan2, cos_sin

LIDAR_FROM_CAMERA = np.array([[0.0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
"""From OpenCV's axes (X right, Y down, Z ahead) to a LiDAR's (X ahead, Y left, Z up), both at the same place."""


@dataclass(frozen=True)
class Beams:
    """Every pixel is one ray, and all of the pixel is that ray: nothing is between two beams.

    With the elevation e of a row, and the azimuth a of its column turned by the row's own `turns_rad`, both in radians,
    up and to the left, the ray is (cos e cos a, cos e sin a, sin e) in the LiDAR's frame: X ahead, Y left, Z up. The
    first column looks along `first_rad`, and each next one `step_rad` farther to the right, as sensors turn clockwise.
    """

    elevations_rad: tuple[float, ...]
    turns_rad: tuple[float, ...]
    first_rad: float
    step_rad: float
    width_px: int
    name: ClassVar[str] = "beams"
    straight: ClassVar[bool] = False
    central: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not self.elevations_rad or len(self.elevations_rad) != len(self.turns_rad):
            raise ValueError(
                f"expected a turn for each of one elevation or more, got {len(self.turns_rad)} for "
                f"{len(self.elevations_rad)}"
            )

    @property
    def kind(self) -> str:
        return self.name

    def origins(self, pixels: ArrayLike) -> Matrix:
        """Its own for all pixels (..., 2): (..., 3)."""
        return np.zeros((*np.shape(pixels)[:-1], 3))

    @property
    def height_px(self) -> int:
        return len(self.elevations_rad)

    @property
    def fx_px(self) -> float:
        return 1 / self.step_rad

    @property
    def fy_px(self) -> float:
        """Rows per radian, on average."""
        spread = max(self.elevations_rad) - min(self.elevations_rad)
        return (self.height_px - 1) / spread if spread else 1.0

    @property
    def cx_px(self) -> float:
        return self.first_rad / self.step_rad + 0.5

    @property
    def cy_px(self) -> float:
        """Between the rows that are nearest to level."""
        return float(np.abs(self.elevations_rad).argmin()) + 0.5

    @property
    def horizontal_fov_deg(self) -> float:
        return math.degrees(min(self.width_px * self.step_rad, 2 * math.pi))

    @property
    def limit_rad(self) -> float:
        """Half a turn: beams go all around."""
        return math.pi

    def project(self, points_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of the rays nearest to points (..., 3) in the camera frame; NaN at the LiDAR itself.

        Columns go on beyond the picture's borders; rows do not.
        """
        x, y, z = np.moveaxis(np.asarray(points_m, dtype=np.float64), -1, 0)
        across = np.hypot(x, z)
        elevation = np.where((across > 0) | (y != 0), arctan2(-y, across), np.nan)
        apart = np.abs(elevation[..., None] - np.array(self.elevations_rad))
        row = np.where(np.isnan(elevation), 0, apart.argmin(axis=-1))
        azimuth = arctan2(-x, z) - np.array(self.turns_rad)[row]
        behind = (self.first_rad - azimuth + self.step_rad / 2) % (2 * math.pi) - self.step_rad / 2
        return np.stack([np.where(np.isnan(elevation), np.nan, behind / self.step_rad + 0.5),
                         np.where(np.isnan(elevation), np.nan, row + 0.5)], axis=-1)  # fmt: skip

    def rays(self, pixels: ArrayLike) -> Matrix:
        """Unit directions (..., 3) in the camera frame of the pixels that places (..., 2) lie in; NaN outside."""
        places = np.floor(np.asarray(pixels, dtype=np.float64))
        column, row = places[..., 0], places[..., 1]
        inside = (column >= 0) & (column < self.width_px) & (row >= 0) & (row < self.height_px)
        row = np.where(inside, row, 0).astype(np.int64)
        elevation = np.array(self.elevations_rad)[row]
        azimuth = self.first_rad - column * self.step_rad + np.array(self.turns_rad)[row]
        (ahead, aside), (flat, up) = cos_sin(azimuth), cos_sin(elevation)
        level = np.where(inside, flat, np.nan)
        return np.stack([-level * aside, -up + 0 * level, level * ahead], axis=-1)

    def to_json(self) -> dict[str, Any]:
        return {
            "model": self.name,
            "elevations_rad": list(self.elevations_rad),
            "turns_rad": list(self.turns_rad),
            "first_rad": self.first_rad,
            "step_rad": self.step_rad,
            "width_px": self.width_px,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What `to_json` wrote; other keys are left alone."""
        rows = tuple(data["elevations_rad"]), tuple(data["turns_rad"])
        return cls(*rows, data["first_rad"], data["step_rad"], data["width_px"])


def world_from_camera(world_from_lidar: Transform) -> Transform:
    """The pose of the camera that looks out of a LiDAR."""
    return Transform("world", "camera", (world_from_lidar @ Transform("lidar", "camera", LIDAR_FROM_CAMERA)).matrix)

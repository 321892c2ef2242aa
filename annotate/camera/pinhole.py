"""The pinhole: straight lines stay straight."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.intrinsics import Intrinsics
from longtail.annotate.camera.transform import Matrix


@dataclass(frozen=True)
class Pinhole(Intrinsics):
    """`u = fx * x / z + cx`, `v = fy * y / z + cy`, all in pixels."""

    name: ClassVar[str] = "pinhole"
    straight: ClassVar[bool] = True

    @classmethod
    def from_fov(cls, width_px: int, height_px: int, horizontal_fov_deg: float) -> Pinhole:
        """Square pixels, principal point in the middle of the picture.

        Examples:
            >>> Pinhole.from_fov(640, 480, 90).fx_px
            320.0
        """
        focal_px = width_px / 2 / math.tan(math.radians(horizontal_fov_deg) / 2)
        return cls.centred(width_px, height_px, focal_px)

    @property
    def horizontal_fov_deg(self) -> float:
        """The field of a picture of this width with a centred principal point."""
        return math.degrees(2 * math.atan(self.width_px / 2 / self.fx_px))

    @property
    def limit_rad(self) -> float:
        """A quarter turn: what is not in front of the camera's plane has no picture."""
        return math.pi / 2

    def project(self, points_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of points (..., 3) in the camera frame; NaN behind the camera's plane.

        Examples:
            A point 2 m before the camera and 1 m to the right, and one behind it:

            >>> Pinhole.from_fov(640, 480, 90).project([[1, 0, 2], [1, 0, -2]]).tolist()
            [[480.0, 240.0], [nan, nan]]
        """
        points = np.asarray(points_m, dtype=np.float64)
        depth_m = np.where(points[..., 2] > 0, points[..., 2], np.nan)
        return self.to_pixels(points[..., 0] / depth_m, points[..., 1] / depth_m)

    def rays(self, pixels: ArrayLike) -> Matrix:
        """Unit directions (..., 3) in the camera frame of pixels (..., 2)."""
        x, y = self.in_plane(pixels)
        directions = np.stack([x, y, np.ones_like(x)], axis=-1)
        unit: Matrix = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
        return unit

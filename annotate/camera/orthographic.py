"""The parallel projection: what is far is as large as what is near, as on a map and through a telecentric lens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.intrinsics import Intrinsics
from longtail.annotate.camera.transform import Matrix


@dataclass(frozen=True)
class Orthographic(Intrinsics):
    """`u = fx * x + cx`, `v = fy * y + cy`, for points before the camera's plane; `fx`, `fy` are pixels per metre.

    All rays run along the optical axis, each from its own place in the camera's plane (`origins`).
    """

    name: ClassVar[str] = "orthographic"
    straight: ClassVar[bool] = True
    central: ClassVar[bool] = False

    @classmethod
    def from_width(cls, width_px: int, height_px: int, width_m: float) -> Orthographic:
        """A picture of what is `width_m` wide: square pixels, the optical axis in the middle.

        Examples:
            >>> Orthographic.from_width(640, 480, 4).project([[1, 0, 2], [1, 0, 50]]).tolist()
            [[480.0, 240.0], [480.0, 240.0]]
        """
        return cls.centred(width_px, height_px, width_px / width_m)

    @property
    def horizontal_fov_deg(self) -> float:
        """0: the rays at the left and the right border are parallel."""
        return 0.0

    @property
    def limit_rad(self) -> float:
        """A quarter turn: what is not in front of the camera's plane has no picture."""
        return np.pi / 2

    def project(self, points_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of points (..., 3) in the camera frame; NaN behind the camera's plane."""
        points = np.asarray(points_m, dtype=np.float64)
        before = points[..., 2] > 0
        return self.to_pixels(np.where(before, points[..., 0], np.nan), np.where(before, points[..., 1], np.nan))

    def rays(self, pixels: ArrayLike) -> Matrix:
        """Unit directions (..., 3) in the camera frame of pixels (..., 2): the optical axis, of all."""
        x, _ = self.in_plane(pixels)
        return np.stack([np.zeros_like(x), np.zeros_like(x), np.ones_like(x)], axis=-1)

    def origins(self, pixels: ArrayLike) -> Matrix:
        """Where the rays of pixels (..., 2) begin: places (..., 3) in the camera's plane, in metres."""
        x, y = self.in_plane(pixels)
        return np.stack([x, y, np.zeros_like(x)], axis=-1)

"""The panorama: longitude to the right and latitude down, each in its own even steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.intrinsics import Intrinsics
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.rounding import arctan2, cos_sin

# A picture that is exactly a turn wide has both borders behind the camera, as far as rounding goes.
_ROUNDED = 1e-9


@dataclass(frozen=True)
class Equirectangular(Intrinsics):
    """The equidistant cylindrical projection, the panorama of 360 cameras.

    With longitude and latitude in radians, 0 along the optical axis, positive to the right and down (J. P. Snyder, "Map
    Projections: A Working Manual", US Geological Survey Professional Paper 1395, 1987, chapter 12):

        u = fx * atan2(x, z) + cx
        v = fy * atan2(y, sqrt(x^2 + z^2)) + cy

    A whole turn is 2 pi fx pixels wide and its half pi fy high. Longitudes are -pi..pi: what is straight behind is at
    the left and the right border of such a picture, and a thing there is in two parts. Pixels farther out have no ray.
    """

    name: ClassVar[str] = "equirectangular"
    straight: ClassVar[bool] = False

    @classmethod
    def from_fov(cls, width_px: int, height_px: int, horizontal_fov_deg: float) -> Equirectangular:
        """Square pixels, the optical axis in the middle of the picture.

        ValueError: the picture reaches over a pole.

        Examples:
            >>> Equirectangular.from_fov(400, 200, 360).project([[1, 0, 0], [0, 1, 1]]).round(6).tolist()
            [[300.0, 100.0], [200.0, 150.0]]
        """
        lens = cls.centred(width_px, height_px, width_px / math.radians(horizontal_fov_deg))
        if height_px / lens.fy_px > math.pi * (1 + _ROUNDED):
            raise ValueError(
                f"expected a picture up to 180 deg high, got {math.degrees(height_px / lens.fy_px):.1f} deg, for "
                f"{height_px} of {width_px} pixels of {horizontal_fov_deg:g} deg"
            )
        return lens

    @property
    def horizontal_fov_deg(self) -> float:
        """The angle between the left and the right border, which a turn limits."""
        return math.degrees(min(self.width_px / self.fx_px, 2 * math.pi))

    @property
    def limit_rad(self) -> float:
        """Half a turn: every direction has a place."""
        return math.pi

    def project(self, points_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of points (..., 3); NaN at the camera itself."""
        points = np.asarray(points_m, dtype=np.float64)
        across = np.hypot(points[..., 0], points[..., 2])
        there = (across > 0) | (points[..., 1] != 0)
        longitude = np.where(there, arctan2(points[..., 0], points[..., 2]), np.nan)
        return self.to_pixels(longitude, np.where(there, arctan2(points[..., 1], across), np.nan))

    def rays(self, pixels: ArrayLike) -> Matrix:
        """Unit directions (..., 3) of pixels (..., 2); NaN beyond a half turn, and beyond the poles."""
        longitude, latitude = self.in_plane(pixels)
        inside = (np.abs(longitude) <= math.pi * (1 + _ROUNDED)) & (np.abs(latitude) <= math.pi / 2 * (1 + _ROUNDED))
        (ahead, aside), (flat, down) = cos_sin(longitude), cos_sin(latitude)
        level = np.where(inside, flat, np.nan)
        return np.stack([level * aside, down + 0 * level, level * ahead], axis=-1)

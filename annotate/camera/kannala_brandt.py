"""The fisheye: the distance from the principal point grows with the angle, and the field may exceed half a turn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.field import half_field_rad
from longtail.annotate.camera.intrinsics import Intrinsics
from longtail.annotate.camera.odd_polynomial import OddPolynomial
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.rounding import arctan2, cos_sin


@dataclass(frozen=True)
class KannalaBrandt(Intrinsics):
    """A fisheye by a polynomial from the ray to the pixel: k1..k4 of OpenCV's `fisheye.projectPoints`.

    Equidistant where they are 0. Pixels of points are exact, and rays are solved for; `f_theta` is the other way round.

    With theta the angle of a point from the optical axis and phi its direction around it (J. Kannala and S. S. Brandt,
    "A generic camera model and calibration method for conventional, wide-angle, and fish-eye lenses", IEEE TPAMI
    28(8), 2006, with the first coefficient 1 as OpenCV has it):

        r = theta (1 + k1 theta^2 + k2 theta^4 + k3 theta^6 + k4 theta^8)
        u = fx * r * cos(phi) + cx,  v = fy * r * sin(phi) + cy

    Points behind the camera's plane (theta > pi/2) have pixels too. Where r no longer grows with theta the formula
    folds back; a real lens does not: points from there on have no pixel, and pixels beyond have no ray.
    """

    k1: float = 0.0
    k2: float = 0.0
    k3: float = 0.0
    k4: float = 0.0
    name: ClassVar[str] = "kannala_brandt"
    straight: ClassVar[bool] = False
    DISTORTION: ClassVar[tuple[str, ...]] = ("k1", "k2", "k3", "k4")

    @classmethod
    def from_fov(cls, width_px: int, height_px: int, horizontal_fov_deg: float, **distortion: float) -> KannalaBrandt:
        """Square pixels, principal point in the middle of the picture.

        ValueError: the distortion folds back within the field.

        Examples:
            Half a turn across 400 pixels, at so many pixels for each radian:

            >>> round(KannalaBrandt.from_fov(400, 400, 180).fx_px * math.pi, 6)
            400.0
        """
        lens = cls.centred(width_px, height_px, 1.0, **distortion)
        half_rad = half_field_rad(horizontal_fov_deg, lens.limit_rad)
        focal_px = width_px / 2 / float(lens.radial.value(half_rad))
        return cls.centred(width_px, height_px, focal_px, **distortion)

    @cached_property
    def radial(self) -> OddPolynomial:
        """The distance from the principal point, for a focal length of 1, over the angle in radians."""
        return OddPolynomial((self.k1, self.k2, self.k3, self.k4), top=math.pi)

    @property
    def limit_rad(self) -> float:
        """Where the distortion folds back, at most half a turn."""
        return self.radial.limit

    @property
    def horizontal_fov_deg(self) -> float:
        """The angle between the rays at the left and the right border, in the row of the principal point."""
        borders = np.abs([self.cx_px, self.width_px - self.cx_px]) / self.fx_px
        return math.degrees(float(self.radial.inverse(borders).sum()))

    def project(self, points_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of points (..., 3) in the camera frame; NaN where the distortion folds back.

        Examples:
            A quarter turn to the right of an equidistant lens of 200 pixels per radian is 100 pi from the middle:

            >>> round(float(KannalaBrandt.centred(800, 800, 200.0).project([1, 0, 0])[0]) - 400, 6)
            314.159265
        """
        points = np.asarray(points_m, dtype=np.float64)
        across = np.hypot(points[..., 0], points[..., 1])
        angle_rad = arctan2(across, points[..., 2])
        seen = (angle_rad <= self.limit_rad) & ((across > 0) | (points[..., 2] > 0))
        scale = np.where(seen, self.radial.value(angle_rad) / np.where(across > 0, across, 1.0), np.nan)
        return self.to_pixels(scale * points[..., 0], scale * points[..., 1])

    def rays(self, pixels: ArrayLike) -> Matrix:
        """Unit directions (..., 3) of pixels (..., 2); NaN outside the image circle, where the distortion ends."""
        x, y = self.in_plane(pixels)
        radius = np.hypot(x, y)
        angle_rad = self.radial.inverse(radius)
        cos, sin = cos_sin(angle_rad)
        scale = np.where(radius > 0, sin / np.where(radius > 0, radius, 1.0), 1.0)
        return np.stack([x * scale, y * scale, cos], axis=-1)

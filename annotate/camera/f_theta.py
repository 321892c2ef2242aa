"""The fisheye whose angle is a polynomial of the distance from the principal point, as NVIDIA's f-theta has it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.field import half_field_rad
from longtail.annotate.camera.intrinsics import Intrinsics
from longtail.annotate.camera.rising_polynomial import RisingPolynomial
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.rounding import arctan2, cos_sin


@dataclass(frozen=True)
class FTheta(Intrinsics):
    """A fisheye by a polynomial from the pixel to the ray, which `kannala_brandt` has the other way round.

    Equidistant where its coefficients are 0. Rays are exact, and pixels of points are solved for.

    With x = (u - cx) / fx, y = (v - cy) / fy and r = sqrt(x^2 + y^2), a pixel looks at the angle

        theta = r + k2 r^2 + k3 r^3 + k4 r^4 + k5 r^5

    from the optical axis. NVIDIA DriveWorks (`dwFThetaCameraConfig`, the polynomial "pixeldistance to angle") has it in
    pixels d: theta = c1 d + c2 d^2 + ..., so that fx = 1 / c1 and k_n = c_n fx^n.

    Where the angle no longer grows with the distance, or is half a turn, the picture ends: pixels beyond have no ray.
    """

    k2: float = 0.0
    k3: float = 0.0
    k4: float = 0.0
    k5: float = 0.0
    name: ClassVar[str] = "f_theta"
    straight: ClassVar[bool] = False
    DISTORTION: ClassVar[tuple[str, ...]] = ("k2", "k3", "k4", "k5")

    @classmethod
    def from_fov(cls, width_px: int, height_px: int, horizontal_fov_deg: float, **distortion: float) -> FTheta:
        """Square pixels, principal point in the middle of the picture.

        ValueError: the polynomial turns back within the field.

        Examples:
            At half the width the angle is half the field, here 1 rad = 0.8 + k2 0.8^2:

            >>> round(200 / FTheta.from_fov(400, 400, math.degrees(2), k2=0.3125).fx_px, 9)
            0.8
        """
        lens = cls.centred(width_px, height_px, 1.0, **distortion)
        half_rad = half_field_rad(horizontal_fov_deg, lens.limit_rad)
        return cls.centred(width_px, height_px, width_px / 2 / float(lens.radial.inverse(half_rad)), **distortion)

    @cached_property
    def radial(self) -> RisingPolynomial:
        """The angle in radians over the distance from the principal point, for a focal length of 1."""
        return RisingPolynomial((self.k2, self.k3, self.k4, self.k5), most=math.pi)

    @cached_property
    def limit_rad(self) -> float:
        """Where the polynomial turns back, at most half a turn."""
        return min(float(self.radial.value(self.radial.limit)), math.pi)

    @property
    def horizontal_fov_deg(self) -> float:
        """The angle between the rays at the left and the right border, in the row of the principal point."""
        borders = np.abs([self.cx_px, self.width_px - self.cx_px]) / self.fx_px
        inside = borders <= self.radial.limit
        return math.degrees(float(np.where(inside, self.radial.value(borders), np.nan).sum()))

    def project(self, points_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of points (..., 3) in the camera frame; NaN beyond the angle where the picture ends.

        Examples:
            Through 160 pixels to the right of the middle, 0.8 of the focal length, goes what is 1 rad aside:

            >>> lens = FTheta.centred(800, 800, 200.0, k2=0.3125)
            >>> lens.project([math.sin(1), 0, math.cos(1)]).round(6).tolist()
            [560.0, 400.0]
        """
        points = np.asarray(points_m, dtype=np.float64)
        across = np.hypot(points[..., 0], points[..., 1])
        angle_rad = arctan2(across, points[..., 2])
        seen = (angle_rad <= self.limit_rad) & ((across > 0) | (points[..., 2] > 0))
        distance = self.radial.inverse(np.where(seen, angle_rad, 0.0))
        scale = np.where(seen, distance / np.where(across > 0, across, 1.0), np.nan)
        return self.to_pixels(scale * points[..., 0], scale * points[..., 1])

    def rays(self, pixels: ArrayLike) -> Matrix:
        """Unit directions (..., 3) of pixels (..., 2); NaN beyond the picture's end."""
        x, y = self.in_plane(pixels)
        radius = np.hypot(x, y)
        angle_rad = np.where(radius <= self.radial.limit, self.radial.value(radius), np.nan)
        cos, sin = cos_sin(angle_rad)
        scale = np.where(radius > 0, sin / np.where(radius > 0, radius, 1.0), 1.0)
        return np.stack([x * scale, y * scale, cos], axis=-1)

"""The pinhole with radial and tangential distortion, as nearly every calibration of an ordinary lens gives it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.annotate.camera.intrinsics import Intrinsics
from longtail.annotate.camera.odd_rational import OddRational
from longtail.annotate.camera.transform import Matrix

_STEPS = 8


@dataclass(frozen=True)
class BrownConrady(Intrinsics):
    """A pinhole with barrel or pincushion distortion: k1, k2, p1, p2, k3, k4, k5, k6 of OpenCV's `projectPoints`.

    With x = X/Z, y = Y/Z, s = x^2 + y^2 (D. C. Brown, "Decentering distortion of lenses", Photogrammetric Engineering
    32(3), 1966, in the form and the order of coefficients that OpenCV's calib3d documents, with the rational terms of
    D. Claus and A. W. Fitzgibbon, "A rational function lens distortion model for general cameras", CVPR 2005):

        r = (1 + k1 s + k2 s^2 + k3 s^3) / (1 + k4 s + k5 s^2 + k6 s^3)
        u = fx * (x r + 2 p1 x y + p2 (s + 2 x^2)) + cx
        v = fy * (y r + p1 (s + 2 y^2) + 2 p2 x y) + cy

    The formula folds back where the distorted radius no longer grows with the true one. A real lens does not: points
    from there on have no pixel, and pixels that only they would reach have no ray.
    """

    k1: float = 0.0
    k2: float = 0.0
    p1: float = 0.0
    p2: float = 0.0
    k3: float = 0.0
    k4: float = 0.0
    k5: float = 0.0
    k6: float = 0.0
    name: ClassVar[str] = "brown_conrady"
    straight: ClassVar[bool] = False
    DISTORTION: ClassVar[tuple[str, ...]] = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6")
    SELDOM: ClassVar[tuple[str, ...]] = ("k4", "k5", "k6")

    @classmethod
    def from_fov(cls, width_px: int, height_px: int, horizontal_fov_deg: float, **distortion: float) -> BrownConrady:
        """Square pixels, principal point in the middle; the field is that of the radial part alone.

        ValueError: the distortion folds back within the field.

        Examples:
            t - t^3 / 4 rises up to t = 2 / sqrt(3), the tangent of 49.1 degrees:

            >>> BrownConrady.from_fov(640, 480, 120, k1=-0.25)
            Traceback (most recent call last):
            ValueError: expected a horizontal field under 98.2 deg, where this distortion folds back, got 120 deg
        """
        lens = cls.centred(width_px, height_px, 1.0, **distortion)
        half_rad = math.radians(horizontal_fov_deg) / 2
        if not half_rad < lens.limit_rad:
            limit = math.degrees(2 * lens.limit_rad)
            raise ValueError(
                f"expected a horizontal field under {limit:.1f} deg, where this distortion folds back, "
                f"got {horizontal_fov_deg:g} deg"
            )
        focal_px = width_px / 2 / float(lens.radial.value(math.tan(half_rad)))
        return cls.centred(width_px, height_px, focal_px, **distortion)

    @cached_property
    def radial(self) -> OddRational:
        """Distorted over true radius, both at depth 1."""
        return OddRational((self.k1, self.k2, self.k3), (self.k4, self.k5, self.k6))

    @property
    def limit_rad(self) -> float:
        """Where the radial distortion folds back, at most a quarter turn."""
        return math.atan(self.radial.limit)

    @property
    def horizontal_fov_deg(self) -> float:
        """The angle between the rays at the left and the right border, in the row of the principal point."""
        left, right = self.rays([[0.0, self.cy_px], [float(self.width_px), self.cy_px]])
        return math.degrees(math.atan2(-left[0], left[2]) + math.atan2(right[0], right[2]))

    def project(self, points_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of points (..., 3); NaN behind the camera's plane and where the distortion folds back.

        Examples:
            At 45 degrees the tangent is 1, and k1 = -0.25 leaves three quarters of it:

            >>> BrownConrady.centred(800, 600, 400.0, k1=-0.25).project([1, 0, 1]).tolist()
            [700.0, 300.0]
        """
        points = np.asarray(points_m, dtype=np.float64)
        depth_m = np.where(points[..., 2] > 0, points[..., 2], np.nan)
        x, y = points[..., 0] / depth_m, points[..., 1] / depth_m
        across, down = self._distorted(x, y)
        seen = self._rising(x, y)
        return self.to_pixels(np.where(seen, across, np.nan), np.where(seen, down, np.nan))

    def rays(self, pixels: ArrayLike) -> Matrix:
        """Unit directions (..., 3) of pixels (..., 2); NaN where the distorted picture does not reach.

        Newton's method in two dimensions from the inverse of the radial part.
        """
        across, down = self.in_plane(pixels)
        distorted = np.hypot(across, down)
        # Tangential terms reach a little beyond the radial part's end.
        radius = self.radial.inverse(np.minimum(distorted, self.radial.value(min(self.radial.limit, 1e6))))
        shrink = np.where(distorted > 0, radius / np.where(distorted > 0, distorted, 1.0), 1.0)
        x, y = across * shrink, down * shrink
        for _ in range(_STEPS):
            off_x, off_y = (found - asked for found, asked in zip(self._distorted(x, y), (across, down), strict=True))
            xx, xy, yy = self._jacobian(x, y)
            determinant = xx * yy - xy * xy
            determinant = np.where(np.abs(determinant) > 1e-12, determinant, np.nan)
            x = x - (yy * off_x - xy * off_y) / determinant
            y = y - (xx * off_y - xy * off_x) / determinant
        off_x, off_y = (found - asked for found, asked in zip(self._distorted(x, y), (across, down), strict=True))
        exact = np.hypot(off_x, off_y) <= 1e-9 * (1.0 + distorted)
        z = np.where(exact & self._rising(x, y), 1.0, np.nan)
        directions = np.stack([x * z, y * z, z], axis=-1)
        unit: Matrix = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
        return unit

    def _distorted(self, x: Matrix, y: Matrix) -> tuple[Matrix, Matrix]:
        squared = x * x + y * y
        radial = self.radial.stretch(np.sqrt(squared))
        return (
            x * radial + 2 * self.p1 * x * y + self.p2 * (squared + 2 * x * x),
            y * radial + self.p1 * (squared + 2 * y * y) + 2 * self.p2 * x * y,
        )

    def _jacobian(self, x: Matrix, y: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        """The derivatives of `_distorted`, which are symmetric: (du/dx, du/dy = dv/dx, dv/dy)."""
        radius = np.sqrt(x * x + y * y)
        radial, growth = self.radial.stretch(radius), 2 * self.radial.growth(radius)
        return (
            radial + growth * x * x + 2 * self.p1 * y + 6 * self.p2 * x,
            growth * x * y + 2 * self.p1 * x + 2 * self.p2 * y,
            radial + growth * y * y + 6 * self.p1 * y + 2 * self.p2 * x,
        )

    def _rising(self, x: Matrix, y: Matrix) -> NDArray[np.bool_]:
        """Whether (x, y) lie where the distortion has not folded back; False for NaN."""
        xx, xy, yy = self._jacobian(x, y)
        before: NDArray[np.bool_] = (np.hypot(x, y) <= self.radial.limit) & (xx * yy - xy * xy > 0) & (xx + yy > 0)
        return before

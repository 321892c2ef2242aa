"""Camera models: where a point of the world lands in the picture, and which ray a pixel looks along.

Pixels: (0, 0) is the top-left corner of the first pixel and (0.5, 0.5) its centre. Camera frame: OpenCV axes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike

from annotate.transform import Matrix, Transform


class Lens(Protocol):
    """A projection from the camera frame to pixels."""

    name: ClassVar[str]
    width_px: int
    height_px: int

    def project(self, points_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of points (..., 3) in the camera frame; NaN where a point cannot be seen."""
        ...

    def rays(self, pixels: ArrayLike) -> Matrix:
        """Unit directions (..., 3) in the camera frame of pixels (..., 2)."""
        ...

    def to_json(self) -> dict[str, Any]:
        """The model's name and parameters."""
        ...


@dataclass(frozen=True)
class Pinhole:
    """`u = fx * x / z + cx`, `v = fy * y / z + cy`, all in pixels."""

    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    name: ClassVar[str] = "pinhole"

    @classmethod
    def from_fov(cls, width_px: int, height_px: int, horizontal_fov_deg: float) -> Pinhole:
        """Square pixels, principal point in the middle of the picture."""
        focal_px = width_px / 2 / math.tan(math.radians(horizontal_fov_deg) / 2)
        return cls(width_px, height_px, focal_px, focal_px, width_px / 2, height_px / 2)

    @property
    def horizontal_fov_deg(self) -> float:
        return math.degrees(2 * math.atan(self.width_px / 2 / self.fx_px))

    def project(self, points_m: ArrayLike) -> Matrix:
        points = np.asarray(points_m, dtype=np.float64)
        depth_m = np.where(points[..., 2] > 0, points[..., 2], np.nan)
        return np.stack(
            [
                self.fx_px * points[..., 0] / depth_m + self.cx_px,
                self.fy_px * points[..., 1] / depth_m + self.cy_px,
            ],
            axis=-1,
        )

    def rays(self, pixels: ArrayLike) -> Matrix:
        pixels = np.asarray(pixels, dtype=np.float64)
        x = (pixels[..., 0] - self.cx_px) / self.fx_px
        y = (pixels[..., 1] - self.cy_px) / self.fy_px
        directions = np.stack([x, y, np.ones_like(x)], axis=-1)
        unit: Matrix = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
        return unit

    def to_json(self) -> dict[str, Any]:
        return {
            "model": self.name,
            "size_px": [self.width_px, self.height_px],
            "focal_px": [self.fx_px, self.fy_px],
            "principal_point_px": [self.cx_px, self.cy_px],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Pinhole:
        return cls(*data["size_px"], *data["focal_px"], *data["principal_point_px"])


LENSES: dict[str, type[Pinhole]] = {lens.name: lens for lens in (Pinhole,)}


@dataclass(frozen=True, eq=False)
class Camera:
    """A lens at a place: `world_from_camera` has source "camera" (OpenCV axes) and target "world"."""

    lens: Pinhole
    world_from_camera: Transform

    @property
    def size_px(self) -> tuple[int, int]:
        """(width, height)."""
        return self.lens.width_px, self.lens.height_px

    def project(self, points_world_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of world points (..., 3); NaN behind the camera."""
        return self.lens.project(self.world_from_camera.inverse().points(points_world_m))

    def to_json(self) -> dict[str, Any]:
        return {**self.lens.to_json(), "world_from_camera": self.world_from_camera.matrix.tolist()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Camera:
        lens = LENSES[data["model"]].from_json(data)
        return cls(lens, Transform("world", "camera", np.array(data["world_from_camera"])))

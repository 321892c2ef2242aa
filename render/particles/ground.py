"""The level surfaces near the camera: where things land, splash and lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.render.particles.view import Points, View

# How level a surface is on which a body splashes or comes to rest, as the cosine of its slope.
_LEVEL = 0.96


@dataclass(frozen=True, eq=False)
class Ground:
    """Visible level surface, cut into pixels (N,).

    rays (N, 3) through the pixels' centres with z = 1; normals (N, 3); depth_m (N,); area_m2 (N,) that each shows;
    pixel is a pixel's width in slope.
    """

    rays: Points
    normals: Points
    depth_m: Points
    area_m2: Points
    pixel: float

    @property
    def whole_m2(self) -> float:
        """The area of all of it."""
        return float(self.area_m2.sum())

    def draw(self, count: int, rng: np.random.Generator) -> Points:
        """Places (count, 3) in the camera frame, uniform over the surface, anywhere in its pixels."""
        summed = np.cumsum(self.area_m2)
        which = np.searchsorted(summed, rng.random(count) * summed[-1], side="right")
        ray, normal = self.rays[which], self.normals[which]
        aside = ray.copy()
        aside[:, :2] += (rng.random((count, 2)) - 0.5) * self.pixel
        # Along the surface that the pixel's centre lies on; where it is nearly edge-on, not far from there.
        along = np.einsum("ij,ij->i", normal, ray) / np.minimum(np.einsum("ij,ij->i", normal, aside), -1e-4)
        return np.asarray(aside * (self.depth_m[which] * np.clip(along, 0.9, 1.1))[:, None])


def up(view: View) -> Points:
    """The world's upward direction (3,) in the camera frame."""
    return view.camera_from_world[:, 2]


def ground_within(view: View, far_m: float) -> Ground:
    """The level surfaces up to the depth `far_m`, by the pixels that see them."""
    level = (view.normals @ up(view).astype(np.float32) > _LEVEL) & (view.depth_m < far_m)
    row, column = np.nonzero(level)
    depth = view.depth_m[row, column].astype(np.float64)
    rays = view.camera.lens.rays(np.column_stack([column + 0.5, row + 0.5]))
    rays = rays / np.maximum(rays[:, 2:], 1e-6)
    normals = view.normals[row, column].astype(np.float64)
    facing = np.abs(np.einsum("ij,ij->i", normals, rays))
    area = depth**2 / view.focal_px**2 / np.maximum(facing, 0.02)
    return Ground(rays, normals, depth, area, 1 / view.focal_px)

"""What particles need to know of a rendered view: camera, surfaces, objects, and how long the shutter is open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.labels.frame import SceneObject

Array = NDArray[np.float32]
Points = NDArray[np.float64]

# The angles that particles may have from the optical axis: beyond this slope a fisheye's rim has nothing to show.
_STEEPEST = 4.0


@dataclass(frozen=True, eq=False)
class View:
    """A rendered view. `depth_m` (H, W) float32 is z, inf at the sky; `normals` (H, W, 3) float32
    of the triangles in view, in the camera frame.

    `objects` are those in it; `shutter_s` is how long it was exposed, through an entrance pupil `pupil_m` wide.
    """

    camera: Camera
    depth_m: Array
    normals: Array
    objects: tuple[SceneObject, ...] = ()
    shutter_s: float = 1 / 60
    pupil_m: float = 0.0022

    @cached_property
    def focal_px(self) -> float:
        """Pixels per unit of slope in the middle of the picture, for any lens."""
        ends = self.camera.lens.project(np.array([[-0.005, 0.0, 1.0], [0.005, 0.0, 1.0]]))
        return float(np.linalg.norm(ends[1] - ends[0]) / 0.01)

    @cached_property
    def slopes(self) -> tuple[float, float, float, float]:
        """(least x/z, greatest x/z, least y/z, greatest y/z) of what the lens can see."""
        width, height = self.camera.size_px
        across, down = np.linspace(0, width, 17), np.linspace(0, height, 17)
        border = np.concatenate(
            [
                np.stack(np.broadcast_arrays(across[:, None], np.array([0.0, height / 2, height])), -1).reshape(-1, 2),
                np.stack(np.broadcast_arrays(np.array([0.0, width / 2, width]), down[:, None]), -1).reshape(-1, 2),
            ]
        )
        rays = self.camera.lens.rays(border)
        rays = rays[np.isfinite(rays).all(axis=-1)]
        slopes = rays[:, :2] / np.maximum(rays[:, 2:], 1e-3)
        low, high = np.clip(slopes.min(axis=0), -_STEEPEST, 0.0), np.clip(slopes.max(axis=0), 0.0, _STEEPEST)
        return float(low[0]), float(high[0]), float(low[1]), float(high[1])

    @cached_property
    def camera_from_world(self) -> Points:
        """Rotation (3, 3) of world directions into the camera frame."""
        return np.ascontiguousarray(self.camera.world_from_camera.matrix[:3, :3].T)

    @property
    def position_m(self) -> Points:
        """The camera's place (3,) in the world."""
        return self.camera.world_from_camera.matrix[:3, 3]

    def to_world(self, points_m: Points) -> Points:
        """World points (N, 3) of points in the camera frame."""
        return self.camera.world_from_camera.points(points_m)

    def to_camera(self, points_m: Points) -> Points:
        """Points (N, 3) in the camera frame of world points."""
        return np.asarray((np.asarray(points_m) - self.position_m) @ self.camera_from_world.T)

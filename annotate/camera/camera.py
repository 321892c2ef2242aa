"""A lens at a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.brown_conrady import BrownConrady
from longtail.annotate.camera.equirectangular import Equirectangular
from longtail.annotate.camera.f_theta import FTheta
from longtail.annotate.camera.kannala_brandt import KannalaBrandt
from longtail.annotate.camera.lens import Lens
from longtail.annotate.camera.orthographic import Orthographic
from longtail.annotate.camera.pinhole import Pinhole
from longtail.annotate.camera.transform import Matrix, Transform

_LENSES: tuple[type[Lens], ...] = (Pinhole, BrownConrady, KannalaBrandt, FTheta, Orthographic, Equirectangular)

LENSES: dict[str, type[Lens]] = {lens.name: lens for lens in _LENSES}
"""The camera models by the names that configs and frame records give them."""


@dataclass(frozen=True)
class Camera:
    """A lens at a place: `world_from_camera` has source "camera" (OpenCV axes) and target "world"."""

    lens: Lens
    world_from_camera: Transform

    @property
    def size_px(self) -> tuple[int, int]:
        """(width, height)."""
        return self.lens.width_px, self.lens.height_px

    def project(self, points_world_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of world points (..., 3); NaN where a point cannot be seen.

        Examples:
            A camera 1.5 m above the origin that looks along the world's X; to its right is minus Y:

            >>> ahead = np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 1.5], [0, 0, 0, 1]])
            >>> camera = Camera(Pinhole.from_fov(640, 480, 90), Transform("world", "camera", ahead))
            >>> camera.project([[10, 0, 1.5], [10, -5, 1.5]]).tolist()
            [[320.0, 240.0], [480.0, 240.0]]
        """
        return self.lens.project(self.world_from_camera.inverse().points(points_world_m))

    def unproject(self, pixels: ArrayLike, depth_m: ArrayLike) -> Matrix:
        """World points (..., 3) of pixels (..., 2) at depths (...) along the optical axis: what `project` undoes.

        NaN where the depth is no positive finite number, and where the lens has no ray before the camera's plane.

        Examples:
            >>> ahead = np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 1.5], [0, 0, 0, 1]])
            >>> camera = Camera(Pinhole.from_fov(640, 480, 90), Transform("world", "camera", ahead))
            >>> camera.unproject([[320, 240], [480, 240]], [10, 10]).round(9).tolist()
            [[10.0, 0.0, 1.5], [10.0, -5.0, 1.5]]
        """
        rays = self.lens.rays(pixels)
        depth = np.asarray(depth_m, dtype=np.float64)
        met = (depth > 0) & np.isfinite(depth) & (rays[..., 2] > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            lengths = np.where(met, depth / rays[..., 2], np.nan)
        places = rays * lengths[..., None]
        return self.world_from_camera.points(places if self.lens.central else places + self.lens.origins(pixels))

    def pixel_centres(self) -> Matrix:
        """Where the centre of each pixel (H, W, 2) lies: 0.5, 0.5 for the first one."""
        width, height = self.size_px
        return np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1)

    def to_json(self) -> dict[str, Any]:
        return {**self.lens.to_json(), "world_from_camera": self.world_from_camera.matrix.tolist()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Camera:
        lens = LENSES[data["model"]].from_json(data)
        return cls(lens, Transform("world", "camera", np.array(data["world_from_camera"])))

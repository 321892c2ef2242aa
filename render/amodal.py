"""How much of an object the picture would show with nothing in front of it, by an independent ray cast (Embree)."""

from __future__ import annotations

from typing import Any

import numpy as np
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh
from numpy.typing import NDArray

from annotate.camera import Camera
from annotate.frame import SceneObject


class Silhouettes:
    """Ray-cast scenes of single meshes, kept by name, since most assets appear again and again."""

    def __init__(self) -> None:
        self._scenes: dict[str, Any] = {}

    def add(self, name: str, vertices_m: NDArray[np.float32], triangles: NDArray[np.int32]) -> None:
        """Keep the mesh (V, 3), (F, 3) of an asset, in the object frame."""
        scene = rtcore_scene.EmbreeScene()
        TriangleMesh(scene, np.ascontiguousarray(vertices_m, np.float32), np.ascontiguousarray(triangles, np.int32))
        self._scenes[name] = scene

    def __contains__(self, name: str) -> bool:
        return name in self._scenes

    def amodal_px(self, item: SceneObject, camera: Camera, object_ids: NDArray[np.int32]) -> int:
        """Pixel centres inside the picture whose ray meets the object; at least those that `object_ids` gives it.

        The union with the visible pixels absorbs the odd edge pixel where two ray casters round differently.
        """
        rect = _rectangle(item, camera)
        if rect is None:
            return 0
        left, top, right, bottom = rect
        u, v = np.meshgrid(np.arange(left, right) + 0.5, np.arange(top, bottom) + 0.5)
        world = camera.world_from_camera.directions(camera.lens.rays(np.stack([u, v], axis=-1).reshape(-1, 2)))
        object_from_world = item.world_from_object.inverse()
        directions = object_from_world.directions(world)
        eye = object_from_world.points(camera.world_from_camera.matrix[:3, 3])
        origins = np.broadcast_to(eye, directions.shape)
        hits = self._scenes[item.asset].run(
            np.ascontiguousarray(origins, np.float32), np.ascontiguousarray(directions, np.float32), query="OCCLUDED"
        )
        seen = object_ids[top:bottom, left:right].ravel() == item.id
        return int(((np.asarray(hits) == 0) | seen).sum())


def _rectangle(item: SceneObject, camera: Camera) -> tuple[int, int, int, int] | None:
    """Pixel columns and rows (left, top, right, bottom) that can show the object, None where it is out of view."""
    width, height = camera.size_px
    corners = camera.world_from_camera.inverse().points(item.box_corners_m())
    if (corners[:, 2] <= 0.05).all():
        return None
    if (corners[:, 2] <= 0.05).any():
        return 0, 0, width, height
    pixels = camera.lens.project(corners)
    left, top = np.floor(pixels.min(axis=0)).astype(int) - 1
    right, bottom = np.ceil(pixels.max(axis=0)).astype(int) + 1
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    return (int(left), int(top), int(right), int(bottom)) if left < right and top < bottom else None

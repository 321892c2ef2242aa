"""How much of an object the picture would show with nothing in front of it, by an independent ray cast (Embree)."""

from __future__ import annotations

from typing import Any

import numpy as np
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.labels.boxes import projected_boxes, projected_edges
from longtail.annotate.labels.frame import SceneObject

# Embree gives a ray that meets nothing the largest single float.
_FAR_M = 1e30


class Silhouettes:
    """Ray-cast scenes of single meshes, kept by name, since most assets appear again and again."""

    def __init__(self) -> None:
        self._scenes: dict[str, Any] = {}

    def add(self, name: str, vertices_m: NDArray[np.float32], triangles: NDArray[np.int32]) -> None:
        """Keep the mesh (V, 3), (F, 3) of an asset, in the object frame."""
        scene = rtcore_scene.EmbreeScene()
        TriangleMesh(scene, np.ascontiguousarray(vertices_m, np.float32), np.ascontiguousarray(triangles, np.int32))
        self._scenes[name] = scene

    def forget(self, name: str) -> None:
        """Let go of a mesh that will not come again."""
        self._scenes.pop(name, None)

    def __contains__(self, name: str) -> bool:
        return name in self._scenes

    def covered(
        self, item: SceneObject, camera: Camera, object_ids: NDArray[np.int32], water_level_m: float | None = None
    ) -> tuple[int, int | None]:
        """(amodal, submerged) pixel centres inside the picture; submerged is None without a `water_level_m` (world Z).

        Amodal are those whose ray meets the object, and at least those that `object_ids` gives it: the union absorbs
        the odd edge pixel where two ray casters round differently. Submerged are those that meet it under water.
        """
        rect = _rectangle(item, camera)
        if rect is None:
            return 0, None if water_level_m is None else 0
        left, top, right, bottom = rect
        u, v = np.meshgrid(np.arange(left, right) + 0.5, np.arange(top, bottom) + 0.5)
        rays = camera.lens.rays(np.stack([u, v], axis=-1).reshape(-1, 2))
        there = np.isfinite(rays[:, 2])
        world = camera.world_from_camera.directions(np.where(there[:, None], rays, (0.0, 0.0, 1.0)))
        object_from_world = item.world_from_object.inverse()
        directions = object_from_world.directions(world)
        eye_world = camera.world_from_camera.matrix[:3, 3]
        origins = np.broadcast_to(object_from_world.points(eye_world), directions.shape)
        distance = self._scenes[item.asset].run(
            np.ascontiguousarray(origins, np.float32), np.ascontiguousarray(directions, np.float32), query="DISTANCE"
        )
        hit = there & (np.asarray(distance) < _FAR_M)
        seen = object_ids[top:bottom, left:right].ravel() == item.id
        amodal = int((hit | seen).sum())
        if water_level_m is None:
            return amodal, None
        height = eye_world[2] + np.where(hit, distance, 0.0) * world[:, 2]
        return amodal, int((hit & ~seen & (height < water_level_m)).sum())


def _rectangle(item: SceneObject, camera: Camera) -> tuple[int, int, int, int] | None:
    """Pixel columns and rows (left, top, right, bottom) that can show the object, None where it is out of view."""
    width, height = camera.size_px
    (box,) = projected_boxes(camera, [item])
    if np.isnan(box).any():
        return None
    margin = 1.0
    if not camera.lens.straight:
        edges = projected_edges(camera, [item])[0]
        gaps = np.linalg.norm(np.diff(edges, axis=1), axis=-1)
        if np.isnan(gaps).any():
            return 0, 0, width, height
        # Between two points a curve that turns by less than a quarter bulges by less than a quarter of their distance.
        margin += float(gaps.max()) / 4
    left, top = np.floor(box[:2] - margin).clip(0).astype(int)
    right, bottom = np.ceil(box[:2] + box[2:] + margin).clip(0, (width, height)).astype(int)
    return (int(left), int(top), int(right), int(bottom)) if left < right and top < bottom else None

"""Figures of our own before a pinhole camera, drawn without Blender: every triangle of their meshes, nearest first.

Camera and world share their origin; the camera looks along the world's X, 1.2 m over the ground.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.scenes.assets import ASSETS
from longtail.scenes.assets.asset import Procedural
from tests.annotate.pictures import FORWARD

TAXONOMY = Taxonomy.of(("person", "rider", "car", "road", "sky", "wall"), "sky")
WALL, HEIGHT_M = 900, 1.2


@dataclass(frozen=True)
class Stand:
    """A figure at x ahead and y to the left, turned by so much: 180 faces the camera, 0 shows its back."""

    asset: str
    x_m: float = 4.0
    y_m: float = 0.0
    turn_deg: float = 180.0
    joints: bool = True


def camera(width: int = 120, height: int = 160, focal_px: float = 220.0) -> Camera:
    return Camera(Pinhole(width, height, focal_px, focal_px, width / 2, height / 2), FORWARD)


def described(number: int, stand: Stand) -> SceneObject:
    asset = ASSETS[stand.asset]
    assert isinstance(asset, Procedural)
    low, high = (np.asarray(corner, dtype=np.float64) for corner in asset.mesh().bounds_m)
    pose = Transform.upright("world", "object", (stand.x_m, stand.y_m, -HEIGHT_M), math.radians(stand.turn_deg))
    middle, size = ((low + high) / 2).tolist(), (high - low).tolist()
    joints = asset.joints() if stand.joints else ()
    return SceneObject(
        number, asset.category, asset.name, pose, (*middle,), (*size,), joints_m=joints, attributes=asset.attributes
    )


@cache
def drawn(stands: tuple[Stand, ...], wall: tuple[float, float, float] | None = None, index: int = 0) -> Frame:
    """Figures with ids 1, 2, ... in order, and a wall (from y to y, at x) that is higher than the picture."""
    view = camera()
    width, height = view.size_px
    depth, ids = np.full((height, width), np.inf), np.zeros((height, width), dtype=np.int32)
    counted: list[SceneObject] = []
    for number, stand in enumerate(stands, start=1):
        item = described(number, stand)
        asset = ASSETS[item.asset]
        assert isinstance(asset, Procedural)
        mesh = asset.mesh()
        world = item.world_from_object.points(mesh.vertices_m)
        alone, own = np.full_like(depth, np.inf), np.zeros_like(ids)
        _draw(view, view.world_from_camera.inverse().points(world), mesh.triangles, item.id, alone, own)
        nearer = alone < depth
        depth[nearer], ids[nearer] = alone[nearer], item.id
        counted.append(dataclasses.replace(item, amodal_px=int(np.count_nonzero(own))))
    if wall is not None:
        left, right, ahead = wall
        corners = np.array([(ahead, y, z) for y in (left, right) for z in (-9.0, 9.0)])
        _draw(
            view, view.world_from_camera.inverse().points(corners), np.array([[0, 1, 2], [1, 3, 2]]), WALL, depth, ids
        )
        pose = Transform.upright("world", "object", (ahead, (left + right) / 2, 0.0), 0.0)
        counted.append(SceneObject(WALL, "wall", "wall", pose, (0.0, 0.0, 0.0), (0.0, abs(left - right), 18.0)))
    normals = np.zeros((height, width, 3), dtype=np.float32)
    normals[ids > 0] = (0, 0, -1)
    shade = (np.stack([ids * 37 % 200, ids * 91 % 200, ids * 53 % 200], axis=-1) + 30).astype(np.uint8)
    return Frame(index, view, shade, ids, depth.astype(np.float32), normals, tuple(counted), taxonomy=TAXONOMY)


def _draw(
    view: Camera,
    points: NDArray[np.float64],
    triangles: NDArray[np.integer[Any]],
    number: int,
    depth: NDArray[np.float64],
    ids: NDArray[np.int32],
) -> None:
    """A z-buffer: of every pixel centre inside a triangle's picture, the depth of its plane."""
    pixels = view.lens.project(points)
    for corners in triangles:
        (ax, ay), (bx, by), (cx, cy) = pixels[corners]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if not abs(area) > 1e-12:
            continue
        x0, x1 = max(math.ceil(min(ax, bx, cx) - 0.5), 0), min(math.floor(max(ax, bx, cx) - 0.5), depth.shape[1] - 1)
        y0, y1 = max(math.ceil(min(ay, by, cy) - 0.5), 0), min(math.floor(max(ay, by, cy) - 0.5), depth.shape[0] - 1)
        if x0 > x1 or y0 > y1:
            continue
        x, y = np.meshgrid(np.arange(x0, x1 + 1) + 0.5, np.arange(y0, y1 + 1) + 0.5)
        u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
        v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
        # One over the depth is linear in the picture.
        inverse = u / points[corners[0], 2] + v / points[corners[1], 2] + (1 - u - v) / points[corners[2], 2]
        inside = (u >= 0) & (v >= 0) & (u + v <= 1)
        z = np.where(inside, 1 / np.where(inside, inverse, 1.0), np.inf)
        part = np.s_[y0 : y1 + 1, x0 : x1 + 1]
        nearer = z < depth[part]
        depth[part][nearer], ids[part][nearer] = z[nearer], number

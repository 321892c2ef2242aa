"""The flow from what stands in Blender to the same scene at another moment."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

import bpy
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.labels.flow import Moment, among
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.motion import Flow
from longtail.render.blender.trees import Trees
from longtail.render.view.amodal import Shown
from longtail.render.view.casting import Meshes
from longtail.render.view.hidden import in_view
from longtail.render.view.moving import Cast, Deformed, Elsewhen, flow_to, poses_then
from longtail.scenes.assets.asset import Asset, Procedural, cranks_of, fork_of, posture_of
from longtail.scenes.blender.cut_outs import cut_outs_of
from longtail.scenes.blender.meshes import triangles_of
from longtail.scenes.blender.moment import bar_rad, turned_of
from longtail.scenes.blender.rolling import model_of, rolled_vertices_m, turning_triangles, wheels_on
from longtail.scenes.blender.scene import Built, vector
from longtail.scenes.blender.stretch import seat_of
from longtail.scenes.scene import Placed, Scene

# By how much longer, wider and higher whoever walks may be at another moment.
_LIMBS_M = 1.0


def flow(
    trees: Trees,
    built: Built,
    scene: Scene,
    assets: Mapping[str, Asset],
    camera: Camera,
    seen: Shown,
    then: Elsewhen,
) -> Flow:
    """As `render.view.exposing.Renderer` says, by rays at `trees`."""
    poses = poses_then(built.objects, built.of_weather, scene, then.scene, built.attached_to)
    matters = _that_matter(built, then, poses, seen)
    meshes, now = Meshes(), {item.id: f"{item.id} of now" for item in matters}
    for item in matters:
        shape = built.shapes[item.id]
        meshes.show(now[item.id], trees.of(shape), _object_from_mesh(shape, item, scene))
    # What the weather brings hides other things where it stands, even where nobody knows how it moves.
    cast_at = {number: name for number, name in now.items() if number in poses or number in built.of_weather}
    deformed = _deformed(meshes, built, scene, assets, then.scene, now)
    cast_at |= {number: _then_named(number) for number in deformed}
    return flow_to(camera, seen, built.objects, Moment(then.camera, poses), Cast(meshes, now, cast_at, deformed))


def _deformed(
    meshes: Meshes, built: Built, scene: Scene, assets: Mapping[str, Asset], then: Scene, wanted: Container[int]
) -> dict[int, Deformed]:
    """Who walks and what rolls, in the shape of then, which is added to `meshes`."""
    found = {}
    for number, (before, after) in enumerate(zip(scene.objects, then.objects, strict=True), start=1):
        asset = assets[after.asset]
        strides = _posture(asset, before) != _posture(asset, after)
        if number not in wanted or not (strides or before.rolled_m != after.rolled_m):
            continue
        shape = built.shapes[number]
        if not strides:
            changed, corners = _rolled(shape, asset, after)
        else:
            changed, corners = None, _in_stride(asset, after)
        if corners is None or len(corners) != len(shape.data.polygons):
            continue
        found[number] = Deformed(after.world_from_object, corners, changed)
        holes = None if changed is None else cut_outs_of(shape.data)
        meshes.add(_then_named(number), corners.reshape(-1, 3), _row_by_row(len(corners)), holes)
    return found


def _object_from_mesh(shape: bpy.types.Object, item: SceneObject, scene: Scene) -> Matrix:
    if item.id <= len(scene.objects):
        return np.array(seat_of(shape))
    # Pieces are in world metres but for what Blender has moved them by.
    return np.asarray(item.world_from_object.inverse().matrix @ np.array(shape.matrix_basis))


def _that_matter(built: Built, then: Elsewhen, poses: Mapping[int, Transform], seen: Shown) -> list[SceneObject]:
    """What is seen now, and what may be before it then."""
    standing = []
    for item in built.objects:
        pose, size = poses.get(item.id), item.box_size_m
        if pose is None and item.id <= len(then.scene.objects):
            # Who walks: limbs reach out of the box of now.
            pose = then.scene.objects[item.id - 1].world_from_object
            size = vector(np.add(size, _LIMBS_M))
        standing.append(replace(item, world_from_object=pose or item.world_from_object, box_size_m=size))
    numbers = {item.id for item in (*in_view(then.camera, standing), *among(built.objects, seen.ids))}
    return [item for item in built.objects if item.id in numbers]


def _then_named(number: int) -> str:
    return f"{number} of then"


def _posture(asset: Asset, placed: Placed) -> tuple[float | None, ...]:
    """What the posture follows from of who walks or rides; the same of all that has none."""
    holds = isinstance(asset, Procedural) and (asset.gait or asset.holds) is not None
    return placed.phase, placed.settled, bar_rad(asset, placed) if holds else 0.0


def _in_stride(asset: Asset, placed: Placed) -> NDArray[np.float32] | None:
    """The corners (F, 3, 3) of the triangles of who walks or rides, None of what has no posture."""
    shape = posture_of(asset, placed.phase, placed.settled, bar_rad(asset, placed))
    if shape is None:
        return None
    mesh, _ = shape
    return np.asarray(mesh.vertices_m[mesh.triangles], dtype=np.float32)


def _rolled(
    shape: bpy.types.Object, asset: Asset, placed: Placed
) -> tuple[NDArray[np.bool_] | None, NDArray[np.float32] | None]:
    """Which triangles (F,) of a vehicle turn, and the corners (F, 3, 3) of all then; None of what has no wheels."""
    model = model_of(shape)
    if placed.rolled_m is None or not wheels_on(model):
        return None, None
    _, triangles = triangles_of(model)
    then = rolled_vertices_m(model, turned_of(asset, placed))
    return turning_triangles(model, cranks_of(asset), fork_of(asset)), then[triangles]


def _row_by_row(count: int) -> NDArray[np.int32]:
    """Triangles (F, 3) of corners that are listed one after another."""
    return np.arange(3 * count, dtype=np.int32).reshape(-1, 3)

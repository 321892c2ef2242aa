"""A street scene in Blender: ground, objects, lamps, light, weather and camera.

Every frame gets a scene of its own; meshes and materials of assets stay for the next one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import ArrayLike

from annotate.camera import Camera, Pinhole
from annotate.frame import Scalar, SceneObject
from annotate.transform import Transform
from scenes.assets.asset import Asset, Vector
from scenes.blender import packs  # noqa: F401  (registers the builder of pack assets)
from scenes.blender.assets import asset_object
from scenes.blender.conditions import Conditions, set_conditions
from scenes.blender.haze import build_haze
from scenes.blender.lamps import RETRO_KCD, build_ego_headlights, build_lamps
from scenes.blender.light import build_light
from scenes.blender.meshes import to_blender
from scenes.scene import Placed, Scene
from scenes.street.surfaces import surfaces

# Lamps beyond this distance from the camera glow, but light nothing that one could see.
_LAMP_REACH_M = 75.0
# A headlight gives less than 200 lx at 5 m: by day its glass still glares, but what it lights cannot be told.
_LAMPS_DROWN_LUX = 4_000.0
CV_FROM_BLENDER_CAMERA = np.diag([1.0, -1.0, -1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Built:
    """A scene in Blender: `objects` says what each id in the id raster is, `shapes` which Blender object shows it."""

    scene: bpy.types.Scene
    objects: tuple[SceneObject, ...]
    shapes: Mapping[int, bpy.types.Object]


def build_street(scene: Scene, assets: Mapping[str, Asset]) -> Built:
    """Realise `scene` in a new Blender scene. Placed objects get the ids 1, 2, ... in order; ground pieces follow."""
    target = bpy.data.scenes.new(f"frame {scene.index}")
    set_conditions(_conditions(scene))
    known: list[SceneObject] = []
    shapes: dict[int, bpy.types.Object] = {}
    eye = scene.camera.world_from_camera.matrix[:2, 3]
    dark = scene.light.horizontal_lux < _LAMPS_DROWN_LUX
    for number, placed in enumerate(scene.objects, start=1):
        asset = assets[placed.asset]
        item = asset_object(asset, f"{number:05d} {asset.name}")
        matrix = Matrix(placed.world_from_object.matrix)
        item.matrix_world = matrix
        item.color = (*placed.tint, 1.0 if placed.lamps_on else 0.0)
        item.pass_index = number
        target.collection.objects.link(item)
        shapes[number] = item
        known.append(_described(number, placed, asset, item))
        near = math.hypot(placed.x_m - eye[0], placed.y_m - eye[1]) < _LAMP_REACH_M
        if placed.lamps_on and near and dark:
            build_lamps(target, asset.lamps, matrix, item.name)
    for number, surface in enumerate(surfaces(scene.street), start=len(scene.objects) + 1):
        item = bpy.data.objects.new(f"{number:05d} {surface.name}", to_blender(surface.mesh, surface.name))
        item.pass_index = number
        target.collection.objects.link(item)
        low, high = surface.mesh.bounds_m
        pose = Transform("world", "object", np.eye(4))
        box = vector((low + high) / 2), vector(high - low)
        known.append(SceneObject(number, surface.category, surface.name, pose, *box))
    if scene.headlights_on and dark:
        build_ego_headlights(target, scene.camera, float(scene.street.course.heading_at(0.0)))
    build_light(target, scene.light)
    build_haze(target, scene.light, scene.weather.air, (float(eye[0]), float(eye[1])))
    target.camera = camera_object(scene.camera)
    target.collection.objects.link(target.camera)
    return Built(target, tuple(known), shapes)


def clear_scene(built: Built) -> None:
    """Remove a built scene and everything that only it used; shared meshes and materials stay.

    Blender's own search for orphans looks at every block it has, which took a third of a second a frame.
    """
    world = built.scene.world
    items = list(built.scene.collection.objects)
    owned = {item.data for item in items if item.data is not None and not item.data.use_fake_user}
    images = {node.image for node in world.node_tree.nodes if node.type == "TEX_ENVIRONMENT"} if world else set()
    haze = {m for data in owned if isinstance(data, bpy.types.Mesh) for m in data.materials if not m.use_fake_user}
    bpy.data.scenes.remove(built.scene)
    bpy.data.batch_remove([*items, *owned, *haze, *images, *([world] if world else [])])


def _described(number: int, placed: Placed, asset: Asset, item: bpy.types.Object) -> SceneObject:
    """The object with the tight box of its mesh: a rider's is not centred on the frame it shares with its bike."""
    corners = np.array([tuple(corner) for corner in item.bound_box])
    low, high = corners.min(axis=0), corners.max(axis=0)
    return SceneObject(
        number,
        asset.category,
        asset.name,
        placed.world_from_object,
        vector((low + high) / 2),
        vector(high - low),
        attributes={**placed.attributes, **_appearance(placed, asset)},
    )


def _appearance(placed: Placed, asset: Asset) -> dict[str, Scalar]:
    """What was drawn of an object's looks: its tint (linear RGB, comma-separated) and whether its lamps are on."""
    looks: dict[str, Scalar] = {}
    if asset.tints:
        looks["tint_rgb"] = ",".join(f"{channel:.4f}" for channel in placed.tint)
    if asset.lamps:
        looks["lamps_on"] = placed.lamps_on
    return looks


def vector(values: ArrayLike) -> Vector:
    """Three plain floats of an array (3,)."""
    x, y, z = (float(v) for v in np.asarray(values))
    return x, y, z


def _conditions(scene: Scene) -> Conditions:
    """In kcd/m2: a headlamp's glass 300, a tail lamp 0.9, a street luminaire 12, a traffic light 3, a window 0.06."""
    sun = scene.light.sun_elevation_deg
    windows = float(np.interp(sun, [-10, 6], [0.42, 0.05])) + 0.15 * scene.light.cloud_cover * (sun > 0)
    return Conditions(
        wetness=scene.weather.wetness,
        puddles=scene.weather.puddles,
        head=300.0,
        tail=0.9,
        brake=2.5,
        indicator=2.0,
        street=12.0 if scene.light.street_lamps_on else 0.0,
        sign=0.35 if scene.light.street_lamps_on else 0.0,
        signal=3.0,
        retro=RETRO_KCD if scene.headlights_on else 0.0,
        windows_lit=windows,
        window=0.06,
    )


def camera_object(camera: Camera) -> bpy.types.Object:
    """An unlinked Blender camera with the lens and the pose of `camera`."""
    lens = camera.lens
    if not isinstance(lens, Pinhole):
        raise TypeError(f"expected a pinhole lens, got {type(lens).__name__}")
    data = bpy.data.cameras.new("camera")
    data.sensor_fit = "HORIZONTAL"
    data.angle = math.radians(lens.horizontal_fov_deg)
    data.shift_x = -(lens.cx_px - lens.width_px / 2) / lens.width_px
    data.shift_y = (lens.cy_px - lens.height_px / 2) / lens.width_px
    data.clip_start, data.clip_end = 0.05, 5000.0
    item = bpy.data.objects.new("camera", data)
    item.matrix_world = Matrix(camera.world_from_camera.matrix @ CV_FROM_BLENDER_CAMERA)
    return item

"""A street scene in Blender: ground, objects, lamps, light, weather and camera.

Every frame gets a scene of its own; meshes and materials of assets stay for the next one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import ArrayLike

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Asset, Vector
from longtail.scenes.blender import packs  # noqa: F401  (registers the builder of pack assets)
from longtail.scenes.blender.assets import asset_object
from longtail.scenes.blender.conditions import Conditions, set_conditions
from longtail.scenes.blender.flood import build_flood
from longtail.scenes.blender.haze import build_haze
from longtail.scenes.blender.lamps import (
    RETRO_KCD,
    TUNNEL_GLASS_KCD_M2,
    TUNNEL_NIGHT,
    build_ego_headlights,
    build_lamps,
    build_tunnel_lamps,
)
from longtail.scenes.blender.light import build_light
from longtail.scenes.blender.materials.snow import SHELTERED
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.tornado import build_tornado, storm_clouds
from longtail.scenes.scenarios.street.surfaces import surfaces
from longtail.scenes.scenarios.street.tunnel import tunnel_lamps
from longtail.scenes.scene import Placed, Scene
from longtail.scenes.weather import Flood, SnowCover

# Lamps beyond this distance from the camera glow, but light nothing that one could see.
_LAMP_REACH_M = 60.0
# A headlight gives less than 200 lx at 5 m: by day its glass still glares, but what it lights cannot be told.
_LAMPS_DROWN_LUX = 4_000.0
# A gentler bend counts as straight: single floats could not tell its circle's points apart.
_STRAIGHT_1_M = 2e-5


@dataclass(frozen=True, eq=False)
class Built:
    """A scene in Blender: `objects` says what each id in the id raster is, `shapes` which Blender object shows it.

    `water_level_m` is the world Z of a flood's surface, None where there is none; `conditions` is what its weather and
    light ask of materials.
    """

    scene: bpy.types.Scene
    objects: tuple[SceneObject, ...]
    shapes: Mapping[int, bpy.types.Object]
    water_level_m: float | None = None
    conditions: Conditions = field(default_factory=Conditions)


def build_street(scene: Scene, assets: Mapping[str, Asset]) -> Built:
    """Realise `scene` in a new Blender scene. Placed objects get the ids 1, 2, ... in order; ground pieces follow."""
    target = bpy.data.scenes.new("longtail")
    conditions = _conditions(scene)
    set_conditions(conditions)
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
        item[SHELTERED] = _sheltered(asset, placed)
        target.collection.objects.link(item)
        shapes[number] = item
        known.append(_described(number, placed, asset, item))
        near = math.hypot(placed.x_m - eye[0], placed.y_m - eye[1]) < _LAMP_REACH_M
        if placed.lamps_on and near and dark:
            beam = "bicycle" if asset.category == "bicycle" else "dipped"
            build_lamps(target, asset.lamps, matrix, item.name, beam=beam)
    for number, surface in enumerate(surfaces(scene.street), start=len(scene.objects) + 1):
        item = bpy.data.objects.new(f"{number:05d} {surface.name}", to_blender(surface.mesh, surface.name))
        target.collection.objects.link(item)
        known.append(piece(item, number, surface.category, surface.name))
    here = (float(eye[0]), float(eye[1]))
    water = build_flood(target, scene.weather, here)
    if water is not None:
        known.append(piece(water, len(known) + 1, "water", "flood"))
    build_tunnel_lamps(target, tunnel_lamps(scene.street), _tunnel_share(scene))
    if scene.headlights_on and (dark or scene.street.tunnel):
        heading = float(scene.street.course.heading_at(0.0))
        build_ego_headlights(target, scene.camera, heading, high_beam=scene.high_beam)
    street_heading = float(scene.street.course.heading_at(0.0))
    tornado = build_tornado(target, scene.weather, scene.light, here, street_heading)
    if tornado is not None:
        shapes[len(known) + 1] = tornado
        known.append(piece(tornado, len(known) + 1, "tornado", tornado.name))
    build_light(target, scene.light, storm_clouds(scene.weather, here, street_heading))
    build_haze(target, scene.light, scene.weather.air, here)
    return Built(target, tuple(known), shapes, None if water is None else float(water.location.z), conditions)


def clear_scene(built: Built) -> None:
    """Remove a built scene and everything that only it used; shared meshes and materials stay.

    Blender's own search for orphans looks at every block it has, which took a third of a second a frame.
    """
    world = built.scene.world
    items = list(built.scene.collection.objects)
    owned = {item.data for item in items if item.data is not None and not item.data.use_fake_user}
    images = {node.image for node in world.node_tree.nodes if node.type == "TEX_ENVIRONMENT"} if world else set()
    haze = {m for data in owned if isinstance(data, bpy.types.Mesh) for m in data.materials if not m.use_fake_user}
    # The renderer keeps its dependency graph with persistent data, beyond the life of its scene, and Blender may touch
    # it when the next object is made: workers died of that every few hundred frames.
    built.scene.render.use_persistent_data = False
    bpy.data.scenes.remove(built.scene)
    bpy.data.batch_remove([*items, *owned, *haze, *images, *([world] if world else [])])


def piece(item: bpy.types.Object, number: int, category: str, name: str) -> SceneObject:
    """A piece of the scene that is no asset: its mesh is in world metres but for its height."""
    item.pass_index = number
    corners = np.array([tuple(corner) for corner in item.bound_box]) + np.array(item.location)
    low, high = corners.min(axis=0), corners.max(axis=0)
    pose = Transform("world", "object", np.eye(4))
    return SceneObject(number, category, name, pose, vector((low + high) / 2), vector(high - low))


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


def _sheltered(asset: Asset, placed: Placed) -> float:
    """How much of the lying snow an object is free of, 0..1."""
    if BY_NAME[asset.category].supercategory in ("human", "animal"):
        return 0.9
    return 0.45 if placed.attributes.get("state") in ("driving", "waiting", "ridden") else 0.0


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
    """In kcd/m2: a tail lamp 0.9, a street luminaire 12, a traffic light 3, a window 0.06; headlamps by their beam."""
    sun = scene.light.sun_elevation_deg
    windows = float(np.interp(sun, [-10, 6], [0.42, 0.05])) + 0.15 * scene.light.cloud_cover * (sun > 0)
    return Conditions(
        wetness=scene.weather.wetness,
        puddles=scene.weather.puddles,
        head=1.0,
        tail=0.9,
        brake=2.5,
        indicator=2.0,
        street=12.0 if scene.light.street_lamps_on else 0.0,
        sign=0.35 if scene.light.street_lamps_on else 0.0,
        signal=0.0 if scene.light.blackout else 3.0,
        retro=RETRO_KCD["main" if scene.high_beam else "dipped"] if scene.headlights_on else 0.0,
        tunnel=TUNNEL_GLASS_KCD_M2 * _tunnel_share(scene),
        windows_lit=0.0 if scene.light.blackout else windows,
        window=0.06,
        **_ground(scene),
    )


def _tunnel_share(scene: Scene) -> float:
    """How bright a tunnel is lit: in full by day, dimmed in the dark, a tenth by the emergency supply."""
    if scene.light.blackout:
        return 0.1 * TUNNEL_NIGHT
    return TUNNEL_NIGHT if scene.light.street_lamps_on else 1.0


def _ground(scene: Scene) -> dict[str, float]:
    """What lies or stands on the ground, and where the street runs."""
    street, fields = scene.street, dict[str, float]()
    if snow := scene.weather.get(SnowCover):
        # Four centimetres hide what is below; less leaves gaps.
        fields |= {"snow_lies": 1.0, "snow": min(1.0, 0.26 + snow.depth_cm / 10), "snow_tracks": snow.tracks}
    if flood := scene.weather.get(Flood):
        silt = 1 - math.exp(-flood.turbidity_ntu / 300)
        fields |= {"flooded": 1.0, "water_level_m": flood.depth_m, "silt": silt}
    bend = street.course.curvature_1_m
    radius = 1 / bend if abs(bend) > _STRAIGHT_1_M else 1 / _STRAIGHT_1_M
    return fields | {
        "street_radius_m": radius,
        "lane_width_m": street.lane_width_m,
        "road_left_m": street.left_edge_m,
        "road_right_m": street.right_edge_m,
    }

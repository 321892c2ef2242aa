"""A scene in Blender: what it stands on, objects, lamps, weather, light and camera.

Every frame gets a scene of its own; meshes and materials of assets stay for the next one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import ArrayLike

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.antenna import ANTENNA
from longtail.annotate.labels.frame import SceneObject
from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Asset, Vector
from longtail.scenes.assets.library.model import LibraryAsset, category_of, own_category
from longtail.scenes.assets.library.surface import Paved
from longtail.scenes.blender import flood, library, packs, tornado  # noqa: F401  (register their builders)
from longtail.scenes.blender.assets import asset_object, joints_on
from longtail.scenes.blender.effects import Effect, build_effect
from longtail.scenes.blender.haze import build_haze
from longtail.scenes.blender.images import decode_small_images
from longtail.scenes.blender.lamps import EGO, Lamplight
from longtail.scenes.blender.library import load_texture
from longtail.scenes.blender.light import Clouds, build_light
from longtail.scenes.blender.materials.snow import SHELTERED
from longtail.scenes.blender.meshes import to_blender, triangles_of
from longtail.scenes.blender.shader_inputs import ShaderInputs, set_shader_inputs
from longtail.scenes.blender.signalling import show_signals
from longtail.scenes.blender.sources import tell_glass, tell_glass_around
from longtail.scenes.blender.stretch import corners_shown, seat_of
from longtail.scenes.geometry.antenna import antenna_m
from longtail.scenes.geometry.complexion import HAIR, SKIN
from longtail.scenes.geometry.laid import laid
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.lamps.kinds import Circuit
from longtail.scenes.lamps.retroreflection import RETRO_KCD
from longtail.scenes.scene import Placed, Scene, ground_pieces

Circuits = Mapping[Circuit, float]

SUPPORTS, MOUNTED_WITH = "supports", "mounted_with"
"""The attributes of what is attached to an object, with that one's id: of a post, and of all else that hangs there."""

CARRIER = 0
"""In the place of a placed object's id: what carries the cameras."""

# Lamps beyond this distance from the camera have no sources: what they light, they light by their glass.
_LAMP_REACH_M = 60.0
# A headlight gives less than 200 lx at 5 m: by day its glass still glares, but what it lights cannot be told.
_LAMPS_DROWN_LUX = 4_000.0
# From here on the sky, which rays find by chance, outshines lamps, as long as the sun gives less than this share of it.
_SKY_RULES_LUX, _SUN_SHARE = 40.0, 0.25


@dataclass(eq=False)
class Built:
    """A scene in Blender: `objects` says what each id in the id raster is, `shapes` which Blender object shows it.

    `water_level_m` is the world Z of a flood's surface, None where there is none; `inputs` is what its weather and
    light ask of materials; `weighs_lamps` whether path tracing is to choose lamps by what they give where it is;
    `beneath` which surface lies under each that is paint, by ids; `goes_with` what of Blender moves with each placed
    object, by its id (0: with the carrier), and where in its frame it is; `attached_to` the ids of placed objects, by
    those of what is attached to them; `of_weather` the ids of what the weather brings.
    """

    scene: bpy.types.Scene
    objects: list[SceneObject] = field(default_factory=list)
    shapes: dict[int, bpy.types.Object] = field(default_factory=dict)
    water_level_m: float | None = None
    inputs: ShaderInputs = field(default_factory=ShaderInputs)
    weighs_lamps: bool = False
    beneath: dict[int, int] = field(default_factory=dict)
    goes_with: dict[int, list[tuple[bpy.types.Object, Matrix]]] = field(default_factory=dict)
    attached_to: dict[int, int] = field(default_factory=dict)
    of_weather: set[int] = field(default_factory=set)

    @property
    def next_id(self) -> int:
        """The id of what is added next."""
        return len(self.objects) + 1

    def add(self, item: bpy.types.Object, known: SceneObject) -> None:
        """Link `item`, which shows the object `known`."""
        item.pass_index = known.id
        self.scene.collection.objects.link(item)
        self.objects.append(known)
        self.shapes[known.id] = item

    def add_effect(self, effect: Effect) -> None:
        """Link what a kind of weather has built."""
        self.of_weather.add(self.next_id)
        self.add(effect.item, piece(effect.item, self.next_id, effect.category, effect.name))
        if effect.water_level_m is not None:
            self.water_level_m = effect.water_level_m


def build_scene(scene: Scene, assets: Mapping[str, Asset]) -> Built:
    """Realise `scene` in a new Blender scene.

    Placed objects get the ids 1, 2, ... in order; pieces of the ground follow, then what is attached to placed objects,
    in their order, and last what the weather brings: all but that has the same ids in every weather.
    """
    built = Built(bpy.data.scenes.new("longtail"), inputs=_shader_inputs(scene))
    set_shader_inputs(built.inputs)
    light = Lamplight(built.scene, scene.circuits)
    dim, centre_m = _is_dim(scene), scene.centre_m
    for placed in scene.objects:
        number = built.next_id
        item = _add_object(built, placed, assets[placed.asset], scene.circuits)
        built.goes_with[number] = [(item, seat_of(item))]
        if dim and placed.lamps_on and _is_near(placed, centre_m):
            lamps = assets[placed.asset].lamps
            built.goes_with[number] += light.add(lamps, placed.world_from_object.matrix, item.name)
            tell_glass(item, light.burning(lamps))
    numbers: dict[str, int] = {}
    for surface in ground_pieces(scene.ground):
        mesh = _worn(surface, assets.get(scene.surfaces.get(surface.category, "")))
        item = bpy.data.objects.new(f"{built.next_id:05d} {surface.name}", to_blender(mesh, surface.name))
        item.color = (*surface.tint, 1.0)
        numbers[surface.name] = built.next_id
        built.add(item, piece(item, built.next_id, surface.category, surface.name))
        if surface.painted_on:
            built.beneath[numbers[surface.name]] = numbers[surface.painted_on]
    built.goes_with[CARRIER] = _add_fixed_lamps(light, scene)
    tell_glass_around(built.shapes.values(), light.burning(scene.ground.lamps()))
    _add_attached(built, scene, assets)
    clouds = _add_effects(built, scene)
    sky = assets.get(scene.light.panorama)
    build_light(built.scene, scene.light, clouds, sky if isinstance(sky, LibraryAsset) else None)
    build_haze(built.scene, scene.light, scene.weather.air, scene.centre_m)
    built.weighs_lamps = _weighs_lamps(built.scene, scene)
    decode_small_images()
    return built


def _worn(surface: Surface, texture: Asset | None) -> Mesh:
    """The mesh of a piece of ground, with the texture laid on it that there may be."""
    if not isinstance(texture, LibraryAsset) or texture.surface is None:
        return surface.mesh
    length, width, _ = texture.size_m
    material = load_texture(texture)
    if surface.category == "road":
        material = Paved(**{item.name: getattr(material, item.name) for item in fields(material)})
    return laid(surface.mesh, surface.category, material, (length, width))


def _is_dim(scene: Scene) -> bool:
    """Whether what lamps light can be told at all."""
    return scene.light_level_lux < _LAMPS_DROWN_LUX


def _is_near(placed: Placed, centre_m: tuple[float, float]) -> bool:
    """Whether it is so near that one can see what its lamps light."""
    x, y = centre_m
    return math.hypot(placed.x_m - x, placed.y_m - y) < _LAMP_REACH_M


def _weighs_lamps(target: bpy.types.Scene, scene: Scene) -> bool:
    """Whether Cycles is to use its light tree: from three lights on, unless nearly all light comes from the sky.

    There the tree takes a third of the time and brings 0.1 dB. Without it all lights are chosen alike, the sun too.
    """
    lights = sum(item.type == "LIGHT" for item in target.collection.objects)
    level, sun = scene.light_level_lux, 1000 * scene.light.sun_klx
    sky_rules = scene.light.sky and level > _SKY_RULES_LUX and sun < _SUN_SHARE * level
    return lights > 2 and (not sky_rules or bool(scene.ground.lamps()))


def _add_object(
    built: Built, placed: Placed, asset: Asset, circuits: Circuits, relation: Mapping[str, Scalar] | None = None
) -> bpy.types.Object:
    """Stand an object; `relation` says what it has to do with another one."""
    number = built.next_id
    item = asset_object(asset, f"{number:05d} {asset.name}")
    pose = placed.world_from_object
    item.matrix_world = Matrix(pose.matrix) @ seat_of(item)
    item.color = (*placed.tint, 1.0 if placed.lamps_on else 0.0)
    item[SHELTERED] = _sheltered(asset, placed)
    item["skin"], item["hair"] = placed.skin or SKIN.rgb, placed.hair or HAIR.rgb
    own = placed.attributes if relation is None else relation
    known = _described(number, placed, pose, asset, item)
    said = show_signals(item, asset.category, placed.signals) if placed.signals else {}
    built.add(item, replace(known, attributes={**stated(asset, circuits), **own, **known.attributes, **said}))
    return item


def _add_attached(built: Built, scene: Scene, assets: Mapping[str, Asset]) -> None:
    """What is attached to placed objects: in their frames, under their snow and in their colours."""
    for number, placed in enumerate(scene.objects, start=1):
        for asset in assets[placed.asset].attached:
            relation = {SUPPORTS if asset.carries else MOUNTED_WITH: number}
            built.attached_to[built.next_id] = number
            item = _add_object(built, placed, asset, scene.circuits, relation)
            built.goes_with[number].append((item, seat_of(item)))


def stated(asset: Asset, circuits: Circuits) -> dict[str, Scalar]:
    """What labels say of the asset in this scene: lamps without current show nothing."""
    dark = "state" in asset.attributes and circuits.get(asset.circuit, 1.0) == 0.0
    return {**asset.attributes, **({"state": "off"} if dark else {})}


def _add_fixed_lamps(light: Lamplight, scene: Scene) -> list[tuple[bpy.types.Object, Matrix]]:
    """The lamps of the ground and of the carrier; returns those of the latter, with their poses in its frame."""
    lamps, carrier = scene.ground.lamps(), scene.carrier
    light.add(lamps, np.eye(4), "ground")
    # By day lamps show what they light in the dark places that have lamps of their own.
    if carrier and carrier.beam and (_is_dim(scene) or lamps):
        return light.add(carrier.lamps, carrier.world_from_carrier.matrix, EGO, carrier.beam)
    return []


def _add_effects(built: Built, scene: Scene) -> Clouds | None:
    """What the kinds of weather build; the sky that one of them puts in the place of ordinary clouds."""
    clouds = None
    for part in scene.weather.parts:
        effect = build_effect(part, scene.weather, scene.light, scene.centre_m, scene.ground.rises())
        if effect is not None:
            built.add_effect(effect)
            clouds = effect.clouds or clouds
    return clouds


def clear_scene(built: Built) -> None:
    """Remove a built scene and everything that only it used; shared meshes and materials stay.

    Blender's own search for orphans looks at every block it has, which took a third of a second a frame.
    """
    world = built.scene.world
    items = list(built.scene.collection.objects)
    owned = {item.data for item in items if item.data is not None and not item.data.use_fake_user}
    skies = [node.image for node in world.node_tree.nodes if node.type == "TEX_ENVIRONMENT"] if world else []
    images = {image for image in skies if not image.use_fake_user}
    haze = {m for data in owned if isinstance(data, bpy.types.Mesh) for m in data.materials if not m.use_fake_user}
    # The renderer keeps its dependency graph with persistent data, beyond the life of its scene, and Blender may touch
    # it when the next object is made: workers died of that every few hundred frames.
    built.scene.render.use_persistent_data = False
    bpy.data.scenes.remove(built.scene)
    bpy.data.batch_remove([*items, *owned, *haze, *images, *([world] if world else [])])


def piece(item: bpy.types.Object, number: int, category: str, name: str) -> SceneObject:
    """A piece of the scene that is no asset: its mesh is in world metres but for its height."""
    corners = np.array([tuple(corner) for corner in item.bound_box]) + np.array(item.location)
    low, high = corners.min(axis=0), corners.max(axis=0)
    pose = Transform("world", "object", np.eye(4))
    return SceneObject(number, category, name, pose, vector((low + high) / 2), vector(high - low))


def _described(number: int, placed: Placed, pose: Transform, asset: Asset, item: bpy.types.Object) -> SceneObject:
    """The object at its pose, with the tight box of its mesh, antenna and all: a rider's is not centred on the frame
    that it shares with its bike."""
    corners = corners_shown(item)
    low, high = corners.min(axis=0), corners.max(axis=0)
    return SceneObject(
        number,
        asset.category,
        asset.name,
        pose,
        vector((low + high) / 2),
        vector(high - low),
        attributes={**_appearance(placed, asset), **_antenna(asset, item.data)},
        joints_m=joints_on(asset, item.data),
        links=asset.links(),
        new_category=own_category(asset),
    )


def _sheltered(asset: Asset, placed: Placed) -> float:
    """How much of the lying snow an object is free of, 0..1."""
    if category_of(asset).supercategory in ("human", "animal"):
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


def _antenna(asset: Asset, data: bpy.types.Mesh) -> dict[str, Scalar]:
    """How far the mesh of a vehicle reaches above its body: looked for once, as the mesh stays."""
    if category_of(asset).supercategory != "vehicle":
        return {}
    if ANTENNA not in data:
        data[ANTENNA] = round(antenna_m(*triangles_of(data)), 6)
    found = float(data[ANTENNA])
    return {ANTENNA: found} if found else {}


def vector(values: ArrayLike) -> Vector:
    """Three plain floats of an array (3,)."""
    x, y, z = (float(v) for v in np.asarray(values))
    return x, y, z


def _shader_inputs(scene: Scene) -> ShaderInputs:
    """What weather, ground and lamps ask of every material; a window that is lit has 0.06 kcd/m2."""
    sun = scene.light.sun_elevation_deg
    windows = float(np.interp(sun, [-10, 6], [0.42, 0.05])) + 0.15 * scene.light.cloud_cover * (sun > 0)
    return ShaderInputs(
        **{str(name): share for name, share in scene.circuits.items()},
        retro=RETRO_KCD[scene.carrier.beam] if scene.carrier and scene.carrier.beam else 0.0,
        windows_lit=0.0 if scene.light.blackout else windows,
        window=0.06,
        **_ground(scene),
    )


def _ground(scene: Scene) -> dict[str, float]:
    """What lies or stands on the ground, and what its own shaders read."""
    return {**scene.ground.shading(), **scene.weather.shading}

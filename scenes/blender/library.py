"""Models of the user's library as Blender meshes, and their textured surfaces."""

from __future__ import annotations

import bpy

from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.assets.library.surface import Map, Paved, Textured
from longtail.scenes.blender.assets import build, ready_to_blender
from longtail.scenes.blender.images import image_of, is_loaded, load_images
from longtail.scenes.blender.marks import CLEAR_ALPHA
from longtail.scenes.blender.materials.flat import Flat, flat_of
from longtail.scenes.blender.materials.shading import N, cut_out, shade, surface, surface_numbers, tinted
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.geometry.materials import Glass
from longtail.scenes.geometry.pattern_materials import Panorama

# What the texture itself dims.
_CLEAR_PANE = Glass((0.95, 0.95, 0.95))


@build.register
def _library(asset: LibraryAsset) -> bpy.types.Mesh:
    return ready_to_blender(asset.read(), asset.name)


@shade.register
def _textured(value: Textured, graph: Graph) -> Socket:
    rgb: Value = value.factor_rgb
    alpha: Value = value.opacity
    glazed: Value | None = None
    if value.image:
        node = _texture(graph, value.image)
        rgb = graph.vector("MULTIPLY", node.outputs["Color"], value.factor_rgb)
        if value.panes:
            glazed = graph.math("SUBTRACT", graph.math("MULTIPLY", node.outputs["Alpha"], 2.0), 1.0, clamp=True)
        if value.cutout:
            # A hard edge: the id pass then takes each sample for the leaf or for what is behind it.
            alpha = graph.math("GREATER_THAN", node.outputs["Alpha"], 0.5)
    if value.tinted:
        rgb = tinted(graph, rgb)
    normal = None
    if value.normal_image:
        bumps = _texture(graph, value.normal_image).outputs["Color"]
        normal = graph.node("ShaderNodeNormalMap", Color=bumps, Strength=value.normal_strength).outputs[0]
    roughness = _scaled(graph, value.roughness_map, value.roughness)
    metallic = _scaled(graph, value.metallic_map, value.metallic)
    # What glows has holes where its surface has them.
    shader = _glowing(value, graph, surface(graph, rgb, normal, _numbers(value, roughness, metallic)))
    if glazed is not None:
        shader = graph.blend(glazed, shade(_CLEAR_PANE, graph), shader)
    if not isinstance(alpha, float) or alpha < 1.0:
        shader = graph.blend(alpha, graph.node("ShaderNodeBsdfTransparent").outputs[0], shader)
    return shader


@flat_of.register
def _flat(value: Textured) -> Flat | None:
    maps = (value.image, value.roughness_map, value.metallic_map, value.normal_image, value.emission_kcd_m2)
    if any(maps) or value.opacity < 1.0 or isinstance(value, Paved):
        return None
    return Flat(value.factor_rgb, value.rgb, _numbers(value, value.roughness, value.metallic), value.tinted)


def _numbers(value: Textured, roughness: N, metallic: N) -> dict[str, N | float]:
    return surface_numbers(roughness, metallic=metallic, porosity=0.3 if value.metallic == 0 else 0.0)


@shade.register
def _panorama(value: Panorama, graph: Graph) -> Socket:
    along = graph.vector("SUBTRACT", graph.object_position(), (0.0, 0.0, value.radius_m))
    node = graph.node("ShaderNodeTexEnvironment", {"image": image_of(value.image)}, Vector=along)
    rgb = graph.vector("MULTIPLY", node.outputs["Color"], graph.tint())
    return graph.node("ShaderNodeEmission", Color=rgb, Strength=1.0).outputs[0]


def load_panorama(asset: LibraryAsset) -> tuple[bpy.types.Image, bpy.types.Image]:
    """A panorama's picture, and the small one for what it only lights, in this session."""
    names = _PANORAMAS.get(asset.digest, ())
    if not names or not all(map(is_loaded, names)):
        found = asset.read()
        load_images(found.images)
        names = _PANORAMAS[asset.digest] = tuple(
            name for m in found.mesh.materials if isinstance(m, Panorama) for name in (m.image, m.light or m.image)
        )
    seen, lighting = names
    return image_of(seen), image_of(lighting)


def load_texture(asset: LibraryAsset) -> Textured:
    """The material of a texture, whose images are in this session."""
    known = _TEXTURES.get(asset.digest)
    if known is None or not is_loaded(known.image):
        found = asset.read()
        load_images(found.images)
        (known,) = (material for material in found.mesh.materials if isinstance(material, Textured))
        _TEXTURES[asset.digest] = known
    return known


_TEXTURES: dict[str, Textured] = {}
"""What each texture that has been read is made of, by its digest."""
_PANORAMAS: dict[str, tuple[str, ...]] = {}
"""The names of the images of each panorama that has been read, by its digest."""


@cut_out.register
def _cut_out(value: Textured) -> str | None:
    if value.image and value.cutout:
        return str(image_of(value.image).name)
    return "" if value.opacity < CLEAR_ALPHA else None


def _glowing(value: Textured, graph: Graph, shader: Socket) -> Socket:
    if value.emission_kcd_m2 == 0:
        return shader
    rgb: Value = value.emission_rgb
    if value.emission_image:
        glow = _texture(graph, value.emission_image).outputs["Color"]
        rgb = graph.vector("MULTIPLY", glow, value.emission_rgb)
    shine = graph.node("ShaderNodeEmission", Color=rgb, Strength=value.emission_kcd_m2).outputs[0]
    node = graph.node("ShaderNodeAddShader")
    graph.feed(node.inputs[0], shader)
    graph.feed(node.inputs[1], shine)
    return node.outputs[0]


def _texture(graph: Graph, name: str) -> bpy.types.Node:
    return graph.node("ShaderNodeTexImage", {"image": image_of(name)})


def _scaled(graph: Graph, given: Map | None, factor: float) -> Value:
    """A number that a channel of a texture holds, times `factor`; the number itself without one."""
    if given is None:
        return factor
    name, channel = given
    return graph.math("MULTIPLY", graph.split(_texture(graph, name).outputs["Color"])[channel], factor)

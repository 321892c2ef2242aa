"""Models of packs as Blender meshes: imported, brought into the asset frame, and dressed in our materials."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import AssetError
from longtail.annotate.wording import counted
from longtail.scenes.assets.packs.asset import PackAsset
from longtail.scenes.assets.packs.fitting import fit
from longtail.scenes.assets.packs.wavefront import Glow, Imported, Model, read_model
from longtail.scenes.blender.assets import as_kept, build, ready_to_blender
from longtail.scenes.blender.images import image_of
from longtail.scenes.blender.kept_models import ready
from longtail.scenes.blender.marks import CLEAR_ALPHA
from longtail.scenes.blender.materials.flat import Flat, flat_of
from longtail.scenes.blender.materials.lamp_glow import switched_level
from longtail.scenes.blender.materials.shading import cut_out, shade, surface, surface_numbers
from longtail.scenes.blender.meshes import triangles_of
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.ready import Ready
from longtail.scenes.geometry.texture_coordinates import within_reach


@build.register
def _pack(asset: PackAsset) -> bpy.types.Mesh:
    return ready_to_blender(ready(asset, asset.pack.digest, lambda: _imported_model(asset)), asset.name)


def _imported_model(asset: PackAsset) -> Ready:
    model = read_model(asset.pack, asset.entry)
    with tempfile.TemporaryDirectory(prefix="longtail-") as folder:
        raw = _import(model, Path(folder), asset)
    return as_kept(asset, Ready(fit(raw, asset), model.images))


def _import(model: Model, folder: Path, asset: PackAsset) -> Mesh:
    """The model as it lies in its file (Y up), with the materials that it is to wear."""
    path = folder / "model.obj"
    path.write_bytes(model.obj)
    known = {kind: set(kind) for kind in (bpy.data.objects, bpy.data.meshes, bpy.data.materials)}
    try:
        bpy.ops.wm.obj_import(
            filepath=str(path), forward_axis="Y", up_axis="Z", use_split_objects=False, use_split_groups=False
        )
        fresh = [item for item in bpy.data.objects if item not in known[bpy.data.objects]]
        if len(fresh) != 1 or fresh[0].type != "MESH":
            raise AssetError(
                f"{asset.name}: expected one mesh in {asset.entry.model!r}, got {counted(len(fresh), 'object')}; "
                "try another copy of the pack"
            )
        return _mesh(fresh[0].data, model, asset)
    finally:
        for kind, before in known.items():
            for item in set(kind) - before:
                kind.remove(item)


def _mesh(data: bpy.types.Mesh, model: Model, asset: PackAsset) -> Mesh:
    vertices, triangles = triangles_of(data)
    data.calc_loop_triangles()
    count = len(triangles)
    polygons = np.empty(count, dtype=np.int32)
    data.loop_triangles.foreach_get("polygon_index", polygons)
    slots = np.empty(len(data.polygons), dtype=np.int32)
    data.polygons.foreach_get("material_index", slots)
    materials: list[Material] = []
    for slot in data.materials:
        name = model.names[int(slot.name.partition(".")[0])] if slot is not None else ""
        materials.append(asset.material(name, model.materials.get(name, Imported())))
    return Mesh(
        vertices,
        triangles,
        slots[polygons],
        tuple(materials) or (Imported(),),
        np.full(count, True),
        _uv(data, count),
    )


def _uv(data: bpy.types.Mesh, count: int) -> NDArray[np.float32] | None:
    if not data.uv_layers:
        return None
    every = np.empty(len(data.loops) * 2, dtype=np.float32)
    data.uv_layers[0].uv.foreach_get("vector", every)
    corners = np.empty(count * 3, dtype=np.int32)
    data.loop_triangles.foreach_get("loops", corners)
    return within_reach(every.reshape(-1, 2)[corners].reshape(-1, 3, 2))


@shade.register
def _imported(value: Imported, graph: Graph) -> Socket:
    rgb: Value = value.rgb
    alpha: Value = value.opacity
    if value.image:
        node = graph.node("ShaderNodeTexImage", {"image": image_of(value.image)})
        rgb = graph.vector("MULTIPLY", node.outputs["Color"], value.rgb)
        if value.cutout:
            # A hard edge: the id pass then takes each sample for the leaf or for what is behind it.
            alpha = graph.math("GREATER_THAN", node.outputs["Alpha"], 0.5)
    shader = surface(graph, rgb, None, _numbers(value))
    if value.leaf:
        through = graph.node("ShaderNodeBsdfTranslucent", Color=graph.vector("MULTIPLY", rgb, (1.1, 1.25, 0.75)))
        shader = graph.blend(0.35, shader, through.outputs[0])
    if not isinstance(alpha, float) or alpha < 1.0:
        clear = graph.node("ShaderNodeBsdfTransparent").outputs[0]
        shader = graph.blend(alpha, clear, shader)
    for glow in value.glows:
        shader = _glowing(graph, shader, rgb, glow)
    return shader


@flat_of.register
def _flat(value: Imported) -> Flat | None:
    if value.image or value.opacity < 1.0 or value.leaf or value.glows:
        return None
    return Flat(value.rgb, value.rgb, _numbers(value))


def _numbers(value: Imported) -> dict[str, float]:
    """MTL has Phong highlights, which mean little: cloth and bark hardly shine, painted metal does."""
    shine = min(value.shine, 1.0)
    return surface_numbers(0.85 - 0.5 * shine, specular=0.2 + 0.3 * shine, porosity=0.3)


@cut_out.register
def _cut_out(value: Imported) -> str | None:
    if value.image and value.cutout:
        return str(image_of(value.image).name)
    return "" if value.opacity < CLEAR_ALPHA else None


def _glowing(graph: Graph, surface: Socket, rgb: Value, glow: Glow) -> Socket:
    """The surface with a lamp that is drawn on it: bright parts of the texture shine in front, red ones behind."""
    kind, y_m, z_m, radius_m = glow
    _, y, z = graph.split(graph.object_position())
    normal = graph.given("ShaderNodeTexCoord").outputs["Normal"]
    ahead = graph.split(normal)[0]
    across = graph.combine(graph.math("SUBTRACT", graph.math("ABSOLUTE", y), y_m), graph.math("SUBTRACT", z, z_m), 0.0)
    near = graph.step(graph.vector("LENGTH", across), 0.75 * radius_m, radius_m, 1.0, 0.0)
    red, green, blue = graph.split(rgb)
    if kind.beam:
        facing = graph.step(ahead, 0.1, 0.4)
        share = graph.step(green, 0.15, 0.6)
        colour = (1.0, 0.93, 0.82)
    else:
        facing = graph.step(ahead, -0.4, -0.1, 1.0, 0.0)
        share = graph.step(graph.math("SUBTRACT", red, graph.math("ADD", green, blue)), 0.03, 0.25)
        colour = (1.0, 0.03, 0.015)
    level = switched_level(graph, kind)
    strength = graph.math("MULTIPLY", graph.math("MULTIPLY", level, share), graph.math("MULTIPLY", near, facing))
    shine = graph.node("ShaderNodeEmission", Color=colour, Strength=strength).outputs[0]
    node = graph.node("ShaderNodeAddShader")
    graph.feed(node.inputs[0], surface)
    graph.feed(node.inputs[1], shine)
    return node.outputs[0]

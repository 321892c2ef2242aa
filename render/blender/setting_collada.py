"""What a COLLADA file shows, as Blender's objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from longtail.render.blender.collada import Document, Paint, Sheet


def set_collada(document: Document) -> None:
    """Put what a document shows into the current scene, in metres, with axes as the file has them."""
    worn: dict[Paint, bpy.types.Material] = {}
    meshes: dict[int, bpy.types.Mesh] = {}
    for sheet, paint, matrix in document.shown:
        data = meshes.get(id(sheet))
        if data is None:
            data = meshes[id(sheet)] = _mesh(sheet)
        item = bpy.data.objects.new("sheet", data)
        if paint is not None:
            # By the object: another instance of the mesh may wear another material.
            item.material_slots[0].link = "OBJECT"
            item.material_slots[0].material = worn.get(paint) or worn.setdefault(paint, _material(paint))
        item.matrix_basis = Matrix(matrix.tolist())
        bpy.context.scene.collection.objects.link(item)


def _mesh(sheet: Sheet) -> bpy.types.Mesh:
    data = bpy.data.meshes.new("sheet")
    data.vertices.add(len(sheet.points))
    data.loops.add(len(sheet.corners))
    data.polygons.add(len(sheet.starts))
    data.vertices.foreach_set("co", sheet.points.astype(np.float32).ravel())
    data.loops.foreach_set("vertex_index", sheet.corners.astype(np.int32))
    data.polygons.foreach_set("loop_start", sheet.starts.astype(np.int32))
    if sheet.uv is not None:
        data.uv_layers.new(name="uv").uv.foreach_set("vector", sheet.uv.astype(np.float32).ravel())
    data.materials.append(None)
    data.update(calc_edges=True)
    data.validate()
    return data


def _material(paint: Paint) -> bpy.types.Material:
    made = bpy.data.materials.new(paint.name)
    tree = made.node_tree
    node: Any = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    node.inputs["Base Color"].default_value = (*map(_linear, paint.rgb), 1.0)
    node.inputs["Alpha"].default_value = paint.opacity
    if max(paint.glow_rgb) > 0:
        node.inputs["Emission Color"].default_value = (*map(_linear, paint.glow_rgb), 1.0)
        node.inputs["Emission Strength"].default_value = 1.0
    if paint.image:
        picture = tree.nodes.new("ShaderNodeTexImage")
        picture.image = _image(paint.image)
        tree.links.new(picture.outputs["Color"], node.inputs["Base Color"])
        if paint.cut_out:
            tree.links.new(picture.outputs["Alpha"], node.inputs["Alpha"])
    return made


def _image(path: str) -> bpy.types.Image:
    """An image that is nothing but its path: whether that may be read is decided where it is."""
    for known in bpy.data.images:
        if known.filepath == path:
            return known
    made = bpy.data.images.new(Path(path).name, 1, 1)
    made.source, made.filepath = "FILE", path
    return made


def _linear(value: float) -> float:
    """COLLADA does not say what its colours are; viewers show them as sRGB (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

"""What the materials of a Blender mesh cut out of it, for whoever casts rays at the mesh outside of Blender."""

from __future__ import annotations

from functools import lru_cache

import bpy
import numpy as np
from numpy.typing import NDArray

from longtail.scenes.blender.marks import CUT_OUT, HOLES_KNOWN
from longtail.scenes.geometry.cut_outs import HOLE, SOLID, CutOuts

_CLEAR_NODES = {"BSDF_TRANSPARENT", "HOLDOUT", "BSDF_RAY_PORTAL", "SCRIPT"}


def holes_known(made: bpy.types.Material) -> bool:
    """Whether `cut_outs_of` knows all that is cut out of a material. Where it is a surface and nothing in it is clear,
    that is nothing."""
    return HOLES_KNOWN in made or not may_have_holes(made.node_tree)


def may_have_holes(tree: bpy.types.NodeTree | None) -> bool:
    """Whether the nodes of a material may make holes in it, or leave it without a surface."""
    if tree is None:
        return False
    output = tree.get_output_node("CYCLES")
    return output is None or not output.inputs["Surface"].is_linked or _lets_through(tree)


def _lets_through(tree: bpy.types.NodeTree | None) -> bool:
    return any(_is_clear(node) for node in (tree.nodes if tree else ()))


def _is_clear(node: bpy.types.Node) -> bool:
    if node.type == "BSDF_PRINCIPLED":
        alpha = node.inputs["Alpha"]
        return bool(alpha.is_linked or alpha.default_value < 1)
    return node.type in _CLEAR_NODES or (node.type == "GROUP" and _lets_through(node.node_tree))


def cut_outs_of(data: bpy.types.Mesh) -> CutOuts | None:
    """Of the triangles that `triangles_of` gives, in their order; None where nothing is cut out.

    Only what `materials.shading.cut_out` tells of a material is known.
    """
    cuts = [None if slot is None else slot.get(CUT_OUT) for slot in data.materials]
    if all(cut is None for cut in cuts):
        return None
    names = sorted({cut for cut in cuts if cut})
    places = {None: SOLID, "": HOLE} | {name: place for place, name in enumerate(names)}
    data.calc_loop_triangles()
    count = len(data.loop_triangles)
    polygons, loops = np.empty(count, dtype=np.int32), np.empty(count * 3, dtype=np.int32)
    data.loop_triangles.foreach_get("polygon_index", polygons)
    data.loop_triangles.foreach_get("loops", loops)
    slots = np.empty(len(data.polygons), dtype=np.int32)
    data.polygons.foreach_get("material_index", slots)
    uv = np.zeros(len(data.loops) * 2, dtype=np.float32)
    if data.uv_layers:
        data.uv_layers[0].uv.foreach_get("vector", uv)
    textures = np.array([places[cut] for cut in cuts], dtype=np.int32)[slots[polygons]]
    return CutOuts(textures, uv.reshape(-1, 2)[loops].reshape(-1, 3, 2), tuple(_alpha(name) for name in names))


@lru_cache(maxsize=16)
def _alpha(name: str) -> NDArray[np.uint8]:
    """The alpha (h, w) of an image that is loaded, its first row the lowest."""
    image = bpy.data.images[name]
    width, height = image.size
    pixels = np.empty(width * height * 4, dtype=np.float32)
    image.pixels.foreach_get(pixels)
    return np.asarray(np.rint(pixels[3::4].reshape(height, width) * 255), dtype=np.uint8)

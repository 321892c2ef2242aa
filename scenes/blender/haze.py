"""Air that one cannot see through, as an absorbing and glowing volume.

In fog that fills the view evenly, radiance along a ray is L = L0 exp(-b d) + La (1 - exp(-b d)) with the extinction
b = ln(20) / visibility (Koschmieder 1924; WMO No. 8). A homogeneous volume that absorbs b and emits b La gives just
that, without noise, in the picture as in every mirror, and it lights what stands in it from all sides.
"""

from __future__ import annotations

from collections.abc import Iterable

import bpy

from longtail.scenes.atmosphere.air import AirLayer
from longtail.scenes.atmosphere.airlight import REACH_M, airlight, dense
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.marks import HAZE
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.nodes import Graph
from longtail.scenes.geometry.materials import Principled, Rgb
from longtail.scenes.geometry.solids import box


def build_haze(scene: bpy.types.Scene, light: Light, layers: Iterable[AirLayer], centre_m: tuple[float, float]) -> None:
    """Fill the air around `centre_m` with the dense `layers`, a box each: where boxes overlap, volumes add up."""
    for number, layer in enumerate(dense(layers)):
        # A little off from layer to layer, so that no two walls of the boxes coincide.
        half = REACH_M - number
        depth = 20.0 + number
        data = to_blender(box((2 * half, 2 * half, layer.top_m + depth), Principled()), f"haze {number}")
        data.materials.clear()
        data.materials.append(_volume(layer.extinction_1_m, airlight(light, layer.albedo_rgb)))
        item = bpy.data.objects.new(data.name, data)
        item[HAZE] = True
        item.location = (*centre_m, (layer.top_m - depth) / 2)
        scene.collection.objects.link(item)


def show_haze(scene: bpy.types.Scene, *, shown: bool) -> None:
    """Have the next render go through dense air, or not: a ray that enters it may meet the edge of a leaf otherwise."""
    for item in scene.objects:
        if item.get(HAZE) and item.hide_render == shown:
            item.hide_render = not shown


def _volume(extinction_1_m: float, airlight_kcd_m2: Rgb) -> bpy.types.Material:
    made = bpy.data.materials.new("haze")
    made.node_tree.nodes.clear()
    graph = Graph(made.node_tree)
    absorption = graph.node("ShaderNodeVolumeAbsorption", Color=(0.0, 0.0, 0.0), Density=extinction_1_m)
    emission = graph.node("ShaderNodeEmission", Color=airlight_kcd_m2, Strength=extinction_1_m)
    total = graph.node("ShaderNodeAddShader")
    graph.feed(total.inputs[0], absorption.outputs[0])
    graph.feed(total.inputs[1], emission.outputs[0])
    graph.node("ShaderNodeOutputMaterial", Volume=total.outputs[0])
    return made

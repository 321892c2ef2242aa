"""Air that one cannot see through, as an absorbing and glowing volume.

In fog that fills the view evenly, radiance along a ray is L = L0 exp(-b d) + La (1 - exp(-b d)) with the extinction
b = ln(20) / visibility (Koschmieder 1924; WMO No. 8). A homogeneous volume that absorbs b and emits b La gives just
that, without noise, in the picture as in every mirror, and it lights what stands in it from all sides.
"""

from __future__ import annotations

import math

import bpy

from scenes.blender.meshes import to_blender
from scenes.blender.nodes import Graph
from scenes.light import Light
from scenes.materials import Principled, Rgb
from scenes.solids import box
from scenes.weather import Weather

_HALF_SIZE_M = 800.0


def build_haze(scene: bpy.types.Scene, light: Light, weather: Weather, centre_m: tuple[float, float]) -> None:
    """Fill the air around `centre_m` so that a black object fades to 5 % contrast at the weather's visibility."""
    visibility = weather.visibility_m
    if visibility > 20_000:
        return
    extinction = math.log(20) / visibility
    # The layer is as high as makes it close to opaque upwards in dense fog, and a deep veil in rain.
    top = 90.0 if visibility < 2_000 else 300.0
    data = to_blender(box((2 * _HALF_SIZE_M, 2 * _HALF_SIZE_M, top + 20.0), Principled()), "haze")
    data.materials.clear()
    data.materials.append(_volume(extinction, airlight(light)))
    item = bpy.data.objects.new("haze", data)
    item.location = (*centre_m, (top - 20.0) / 2)
    scene.collection.objects.link(item)


def airlight(light: Light) -> Rgb:
    """Radiance in kcd/m2 that an endless depth of the air sends: that of a white sky of the same illuminance."""
    level = light.horizontal_lux / 1000 / math.pi
    blue = 1.04 if light.sun_elevation_deg > -4 else 0.85
    return level * 0.99, level, level * blue


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

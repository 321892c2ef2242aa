"""The moon's disc in the sky: its lit part, as bright as the light that comes from it asks for."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Matrix, Vector

from longtail.scenes.atmosphere.direction import towards
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.atmosphere.moon import DIAMETER_DEG, lit_outline
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.nodes import Graph
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh

# Beyond everything that stands in a scene, and within the camera's reach.
_DISTANCE_M = 4000.0


def build_moon_disc(scene: bpy.types.Scene, light: Light) -> None:
    """Show the moon where it is up and clouds let it through. It has no label and lights nothing: its lamp does."""
    moon, radius_rad = light.moon, math.radians(DIAMETER_DEG / 2)
    if light.moon_klx <= 0 or moon.phase < 0.01:
        return
    outline = lit_outline(moon.phase)
    count = len(outline) // 2
    limb = np.arange(count - 1)
    terminator = 2 * count - 1 - limb
    faces = np.concatenate(
        [np.stack([limb, limb + 1, terminator], axis=1), np.stack([limb + 1, terminator - 1, terminator], axis=1)]
    )
    points = np.column_stack([outline, np.zeros(len(outline))]) * _DISTANCE_M * math.tan(radius_rad)
    data = to_blender(Mesh.of(points, faces, Principled()), "moon")
    data.materials.clear()
    data.materials.append(_shine(light, light.moon_klx / (math.pi * radius_rad**2 * moon.phase)))
    item = bpy.data.objects.new("moon disc", data)
    line = Vector(towards(moon.elevation_deg, moon.azimuth_deg))
    sun = Vector(towards(light.sun_elevation_deg, light.sun_azimuth_deg))
    lit = sun - line * sun.dot(line)
    lit = lit.normalized() if lit.length > 1e-6 else line.orthogonal().normalized()
    turn = Matrix((lit, line.cross(lit), line)).transposed().to_4x4()
    item.matrix_world = Matrix.Translation(line * _DISTANCE_M) @ turn
    item.visible_diffuse = item.visible_shadow = item.visible_transmission = False
    scene.collection.objects.link(item)


def _shine(light: Light, level_kcd_m2: float) -> bpy.types.Material:
    made = bpy.data.materials.new("moon")
    made.cycles.emission_sampling = "NONE"
    made.node_tree.nodes.clear()
    graph = Graph(made.node_tree)
    # By day the air in front of the moon shines as the sky beside it does.
    clear = graph.node("ShaderNodeBsdfTransparent")
    emission = graph.node("ShaderNodeEmission", Color=light.moon_rgb, Strength=level_kcd_m2)
    total = graph.node("ShaderNodeAddShader")
    graph.feed(total.inputs[0], clear.outputs[0])
    graph.feed(total.inputs[1], emission.outputs[0])
    graph.node("ShaderNodeOutputMaterial", Surface=total.outputs[0])
    return made

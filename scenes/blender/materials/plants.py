"""Leaves and bark."""

from __future__ import annotations

from longtail.scenes.blender.materials.shading import principled, shade, tinted
from longtail.scenes.blender.nodes import Graph, Socket
from longtail.scenes.geometry.materials import Bark, Foliage


@shade.register
def _foliage(value: Foliage, graph: Graph) -> Socket:
    position = graph.object_position()
    clump = graph.noise(position, 0.9, detail=3.0)
    leaf = graph.noise(position, 14.0, detail=1.0)
    rgb: Socket = tinted(graph, value.rgb) if value.tinted else value.rgb
    shift = graph.math("ADD", graph.math("MULTIPLY", clump, 0.7), graph.math("MULTIPLY", leaf, 0.5))
    bright = graph.vector("SCALE", rgb, graph.step(shift, 0.3, 0.9, 0.65, 1.5))
    _, green, blue = value.rgb
    warm = graph.mix(graph.math("MULTIPLY", graph.object_random(), 0.35), bright, (green * 0.95, green, blue * 0.9))
    front = principled(graph, warm, 0.5, porosity=0.15, specular=0.35, holds_film=0.4)
    through = graph.node("ShaderNodeBsdfTranslucent", Color=graph.vector("MULTIPLY", warm, (1.2, 1.5, 0.6))).outputs[0]
    return graph.blend(0.35, front, through)


@shade.register
def _bark(value: Bark, graph: Graph) -> Socket:
    position = graph.object_position()
    stretched = graph.vector("MULTIPLY", position, (1.0, 1.0, 0.18))
    furrow = graph.noise(stretched, 22.0, detail=6.0, roughness=0.7)
    rgb = graph.mix(graph.step(furrow, 0.3, 0.7), graph.vector("SCALE", value.rgb, 0.45), value.rgb)
    return principled(graph, rgb, 0.9, normal=graph.bump(furrow, 0.8, 0.02), porosity=1.0)

"""How bright the glass of a lamp is: tail lamps and signals to all sides, headlamps by where one looks from."""

from __future__ import annotations

from longtail.scenes.blender.conditions import condition
from longtail.scenes.blender.lamps import beam_kcd
from longtail.scenes.blender.nodes import Graph, Socket

# The lit area of a headlamp: its luminance is the intensity of its beam over this.
HEAD_AREA_M2 = 0.015


def lamp_level(graph: Graph, role: str) -> Socket:
    """Luminance in kcd/m2 of the glass of a lamp that is on.

    A headlamp's dazzles in its beam and is a plain bright spot above the cut-off and from the side. Its light on the
    scene comes from a light source of its own, so matt surfaces do not see it glow.
    """
    level = condition(graph, role)
    if role != "head":
        return level
    # `Incoming` points to where the glass is seen from.
    towards = graph.node(
        "ShaderNodeVectorTransform",
        {"vector_type": "VECTOR", "convert_from": "WORLD", "convert_to": "OBJECT"},
        Vector=graph.given("ShaderNodeNewGeometry").outputs["Incoming"],
    )
    seen = graph.math("SUBTRACT", 1.0, graph.given("ShaderNodeLightPath").outputs["Is Diffuse Ray"])
    intensity = graph.math("DIVIDE", beam_kcd(graph, "dipped", *graph.split(towards.outputs[0])), HEAD_AREA_M2)
    return graph.math("MULTIPLY", graph.math("MULTIPLY", level, seen), intensity)

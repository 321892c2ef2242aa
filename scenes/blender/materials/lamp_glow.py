"""How bright the glass of a lamp is: tail lamps and signals to all sides, headlamps by where one looks from."""

from __future__ import annotations

from longtail.scenes.blender.lamps import beam_kcd
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.blender.shader_inputs import shader_input
from longtail.scenes.lamps import kinds
from longtail.scenes.lamps.kinds import LampKind

# The lit area of a headlamp: its luminance is the intensity of its beam over this.
HEAD_AREA_M2 = 0.015


BRAKING, INDICATING = "braking", {"left": "indicating left", "right": "indicating right"}
"""Properties of objects: by what the luminance of glass is multiplied that says that a vehicle brakes, or turns."""
TAIL_BRAKING = "tail braking"
"""Likewise by how much, in kcd/m2, tail lamps shine brighter, of vehicles that have no other brake lights."""
DARK = "dark"
"""Likewise 1 where warning lamps that blink are dark just now."""


SOURCE = "source"
"""Likewise 1 where light sources do the work of an object's glass, which matt surfaces then do not see."""
MIRRORED = "mirrored source"
"""Likewise 1 where glossy surfaces show such a source itself, so that the glass is for the camera alone."""


def seen_beside_source(graph: Graph) -> Socket:
    """1 for the camera; for surfaces what is left to the glass by the sources that its object has, see `SOURCE`.

    Glass that surfaces mirror is met by chance, also by rays that look for the gloss of one which is mostly matt:
    fireflies, and light that its matt part has had from the source already.
    """
    is_diffuse = graph.given("ShaderNodeLightPath").outputs["Is Diffuse Ray"]
    done = graph.math("MULTIPLY", is_diffuse, graph.own_value(SOURCE))
    return graph.math("MULTIPLY", graph.math("SUBTRACT", 1.0, done), _seen_by_gloss(graph))


def seen_by_gloss(graph: Graph) -> Socket:
    """As `seen_beside_source`, of glass that never lights matt surfaces."""
    return graph.math("MULTIPLY", seen_by_mirrors(graph), _seen_by_gloss(graph))


def seen_by_mirrors(graph: Graph) -> Socket:
    """1 for the camera and for glossy surfaces, 0 for matt ones."""
    return graph.math("SUBTRACT", 1.0, graph.given("ShaderNodeLightPath").outputs["Is Diffuse Ray"])


def _seen_by_gloss(graph: Graph) -> Socket:
    """1 for the camera, and for others where the object has no mirrored source."""
    is_camera = graph.given("ShaderNodeLightPath").outputs["Is Camera Ray"]
    return graph.math("MAXIMUM", is_camera, graph.math("SUBTRACT", 1.0, graph.own_value(MIRRORED)))


def switched_level(graph: Graph, kind: LampKind) -> Value:
    """As `lamp_level`, of a lamp that is on or off with the lamps of its object, or says something by itself."""
    level = lamp_level(graph, kind)
    if kind == kinds.WARNING:
        return graph.math("MULTIPLY", level, graph.math("SUBTRACT", 1.0, graph.own_value(DARK)))
    if not kind.switched:
        return level
    if kind == kinds.BRAKE:
        return graph.math("MULTIPLY", level, graph.own_value(BRAKING))
    if kind == kinds.INDICATOR:
        is_left = graph.math("GREATER_THAN", graph.split(graph.object_position())[1], 0.0)
        left, right = (graph.own_value(INDICATING[side]) for side in ("left", "right"))
        return graph.math("MULTIPLY", level, graph.lerp(is_left, right, left))
    level = graph.math("MULTIPLY", level, graph.lamps_on())
    return graph.math("ADD", level, graph.own_value(TAIL_BRAKING)) if kind == kinds.TAIL else level


def lamp_level(graph: Graph, kind: LampKind) -> Value:
    """Luminance in kcd/m2 of the glass of a lamp that is on.

    A headlamp's dazzles in its beam and is a plain bright spot above the cut-off and from the side. Matt surfaces never
    see that, as its beam is far too narrow to be met by chance; they see other lamps where these have no sources.
    """
    level: Value = kind.glass_kcd_m2
    if kind.circuit != "always":
        level = graph.math("MULTIPLY", shader_input(graph, kind.circuit), level)
    if not kind.lights:
        return level
    if kind.beam is None:
        return graph.math("MULTIPLY", level, seen_beside_source(graph))
    # `Incoming` points to where the glass is seen from.
    towards = graph.node(
        "ShaderNodeVectorTransform",
        {"vector_type": "VECTOR", "convert_from": "WORLD", "convert_to": "OBJECT"},
        Vector=graph.given("ShaderNodeNewGeometry").outputs["Incoming"],
    )
    intensity = graph.math("DIVIDE", beam_kcd(graph, "dipped", *graph.split(towards.outputs[0])), HEAD_AREA_M2)
    return graph.math("MULTIPLY", graph.math("MULTIPLY", level, seen_by_mirrors(graph)), intensity)

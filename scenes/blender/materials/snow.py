"""Lying snow over whatever faces up, with the tracks that wheels leave in it. Without snow its nodes fold away."""

from __future__ import annotations

from functools import partial

from longtail.scenes.assets.library.surface import Paved
from longtail.scenes.blender.alternatives import group_of_two
from longtail.scenes.blender.materials.road_snow import road_snow, snow_amount
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.blender.shader_inputs import shader_input
from longtail.scenes.geometry.interior_materials import Glow, Outlook
from longtail.scenes.geometry.materials import Asphalt, Glass, LampGlass, Material, RoadPaint, SignFace, WindowPane

# Fresh snow reflects about nine tenths of visible light, a little less of red (Warren, Reviews of Geophysics 20, 1982).
_FRESH = (0.84, 0.86, 0.89)
# What wheels and road salt leave of it.
_SLUSH = (0.34, 0.33, 0.32)
SHELTERED = "sheltered"
"""The object property, 0..1, that keeps snow off: people shake it off, and driven cars lose most of it."""


def snowed(value: Material, graph: Graph, bare: Socket) -> Socket:
    """The shader `bare` under the scene's snow."""
    if isinstance(value, Glass | LampGlass | SignFace | WindowPane | Glow | Outlook):
        return bare
    if not is_road(value):
        return on_things(graph, bare)
    snow = group_of_two("longtail snow on roads", ("snow", "snow_lies"), _on_road, _bare, {"Bare": "Shader"})
    return graph.node("ShaderNodeGroup", {"node_tree": snow}, Bare=bare).outputs["Shader"]


def is_road(value: Material) -> bool:
    """Whether snow lies on this as on roads, where wheels wear it."""
    return isinstance(value, Asphalt | RoadPaint | Paved)


def on_things(graph: Graph, bare: Socket) -> Socket:
    """The shader `bare` of what is no road under the scene's snow."""
    snow = group_of_two("longtail snow on things", ("snow_lies",), _on_things, _bare, {"Bare": "Shader"})
    return graph.node("ShaderNodeGroup", {"node_tree": snow}, Bare=bare).outputs["Shader"]


def _on_road(graph: Graph, bare: Socket) -> dict[str, Socket]:
    snow = road_snow(graph, partial(shader_input, graph))
    ridge = graph.math("ADD", graph.math("MULTIPLY", snow.relief, 0.6), graph.math("MULTIPLY", snow.slush, -0.7))
    lying, bump = _lying(graph, snow.amount), graph.bump(ridge, 0.7, 0.12)
    return {"Shader": _under_snow(graph, bare, snow.relief, lying, snow.slush, bump)}


def _on_things(graph: Graph, bare: Socket) -> dict[str, Socket]:
    relief = graph.noise(graph.world_position(), 1.3, detail=3.0, roughness=0.6)
    kept = graph.node("ShaderNodeAttribute", {"attribute_type": "OBJECT", "attribute_name": SHELTERED})
    held = graph.math("SUBTRACT", 1.0, kept.outputs["Fac"], clamp=True)
    amount = snow_amount(graph, partial(shader_input, graph), relief, held)
    # It is never more than `held`, whose attribute is asked for by this where the rest is folded away: a mesh is handed
    # to Cycles anew when its materials ask for other attributes than they did.
    lying = graph.math("MINIMUM", _lying(graph, amount), held)
    return {"Shader": _under_snow(graph, bare, relief, lying, 0.0, graph.bump(relief, 0.6, 0.1))}


def _bare(_graph: Graph, bare: Socket) -> dict[str, Socket]:
    return {"Shader": bare}


def _lying(graph: Graph, amount: Socket) -> Socket:
    """`amount` where snow lies, which Cycles folds away with all that it is made of where none does."""
    return graph.math("MULTIPLY", shader_input(graph, "snow_lies"), amount)


def _under_snow(graph: Graph, bare: Socket, relief: Socket, lying: Socket, slush: Value, normal: Socket) -> Socket:
    tone = graph.step(relief, 0.25, 0.75, 0.93, 1.0)
    rgb = graph.vector("SCALE", graph.mix(slush, _FRESH, _SLUSH), tone)
    shader = graph.node("ShaderNodeBsdfDiffuse", Color=rgb, Normal=normal)
    return graph.blend(lying, bare, shader.outputs[0])

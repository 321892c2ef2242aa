"""Lying snow over whatever faces up, with the tracks that wheels leave in it. Without snow its nodes fold away."""

from __future__ import annotations

from longtail.scenes.assets.library.surface import Paved
from longtail.scenes.blender.alternatives import group_of_two
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.blender.shader_inputs import shader_input
from longtail.scenes.geometry.interior_materials import Glow, Outlook
from longtail.scenes.geometry.materials import Asphalt, Glass, LampGlass, Material, RoadPaint, SignFace, WindowPane

# Fresh snow reflects about nine tenths of visible light, a little less of red (Warren, Reviews of Geophysics 20, 1982).
_FRESH = (0.84, 0.86, 0.89)
# What wheels and road salt leave of it.
_SLUSH = (0.34, 0.33, 0.32)
# Half the distance between a car's wheels, and half the width of the track that they wear.
_HALF_TRACK_M, _HALF_WIDTH_M = 0.74, 0.3
COVER = "cover"
"""The pass, for whom it is asked for, that says how much of a road's surface or paint snow covers, 0..1."""
SHELTERED = "sheltered"
"""The object property, 0..1, that keeps snow off: people shake it off, and driven cars lose most of it."""


def snowed(value: Material, graph: Graph, bare: Socket) -> Socket:
    """The shader `bare` under the scene's snow."""
    if isinstance(value, Glass | LampGlass | SignFace | WindowPane | Glow | Outlook):
        return bare
    if not isinstance(value, Asphalt | RoadPaint | Paved):
        return on_things(graph, bare)
    snow = group_of_two("longtail snow on roads", ("snow", "snow_lies"), _on_road, _bare_road, {"Bare": "Shader"})
    laid = graph.node("ShaderNodeGroup", {"node_tree": snow}, Bare=bare)
    # Cycles drops it where no such pass is asked for.
    graph.node("ShaderNodeOutputAOV", {"aov_name": COVER}, Value=laid.outputs["Cover"])
    return laid.outputs["Shader"]


def on_things(graph: Graph, bare: Socket) -> Socket:
    """The shader `bare` of what is no road under the scene's snow."""
    snow = group_of_two("longtail snow on things", ("snow_lies",), _on_things, _bare, {"Bare": "Shader"})
    return graph.node("ShaderNodeGroup", {"node_tree": snow}, Bare=bare).outputs["Shader"]


def _on_road(graph: Graph, bare: Socket) -> dict[str, Socket]:
    position = graph.world_position()
    relief = graph.noise(position, 0.9, detail=4.0, roughness=0.6, flat=True)
    trodden, slush = _tracks(graph, position)
    ridge = graph.math("ADD", graph.math("MULTIPLY", relief, 0.6), graph.math("MULTIPLY", slush, -0.7))
    held = graph.math("SUBTRACT", 1.0, trodden)
    amount = _amount(graph, relief, held)
    shader = _under_snow(graph, bare, relief, _lying(graph, amount), slush, graph.bump(ridge, 0.7, 0.12))
    return {"Shader": shader, "Cover": amount}


def _on_things(graph: Graph, bare: Socket) -> dict[str, Socket]:
    relief = graph.noise(graph.world_position(), 1.3, detail=3.0, roughness=0.6)
    kept = graph.node("ShaderNodeAttribute", {"attribute_type": "OBJECT", "attribute_name": SHELTERED})
    held = graph.math("SUBTRACT", 1.0, kept.outputs["Fac"], clamp=True)
    amount = _amount(graph, relief, held)
    # It is never more than `held`, whose attribute is asked for by this where the rest is folded away: a mesh is handed
    # to Cycles anew when its materials ask for other attributes than they did.
    lying = graph.math("MINIMUM", _lying(graph, amount), held)
    return {"Shader": _under_snow(graph, bare, relief, lying, 0.0, graph.bump(relief, 0.6, 0.1))}


def _bare_road(graph: Graph, bare: Socket) -> dict[str, Socket]:
    return {"Shader": bare, "Cover": graph.number(0.0)}


def _bare(_graph: Graph, bare: Socket) -> dict[str, Socket]:
    return {"Shader": bare}


def _amount(graph: Graph, relief: Socket, held: Socket) -> Socket:
    """How much of the surface snow covers here, 0..1, if it lies at all."""
    coverage = shader_input(graph, "snow")
    up = graph.split(graph.given("ShaderNodeNewGeometry").outputs["Normal"])[2]
    lies = graph.math("MULTIPLY", graph.step(up, 0.42, 0.72), held)
    patchy = graph.step(graph.math("ADD", relief, graph.math("MULTIPLY", coverage, lies)), 0.72, 0.9)
    return graph.math("MULTIPLY", graph.math("MULTIPLY", patchy, lies), graph.math("GREATER_THAN", coverage, 0.0))


def _lying(graph: Graph, amount: Socket) -> Socket:
    """`amount` where snow lies, which Cycles folds away with all that it is made of where none does."""
    return graph.math("MULTIPLY", shader_input(graph, "snow_lies"), amount)


def _under_snow(graph: Graph, bare: Socket, relief: Socket, lying: Socket, slush: Value, normal: Socket) -> Socket:
    tone = graph.step(relief, 0.25, 0.75, 0.93, 1.0)
    rgb = graph.vector("SCALE", graph.mix(slush, _FRESH, _SLUSH), tone)
    shader = graph.node("ShaderNodeBsdfDiffuse", Color=rgb, Normal=normal)
    return graph.blend(lying, bare, shader.outputs[0])


def street_offset(graph: Graph, position: Socket) -> Socket:
    """How far left of the street's reference line a point lies, in metres (compare `Course`)."""
    x, y, _ = graph.split(position)
    radius = shader_input(graph, "street_radius_m")
    # The line is a circle of this (signed) radius through the origin, with its centre on the Y axis.
    aside = graph.math("SUBTRACT", radius, y)
    distance = graph.math("SQRT", graph.math("ADD", graph.math("MULTIPLY", x, x), graph.math("MULTIPLY", aside, aside)))
    return graph.math("SUBTRACT", radius, graph.math("MULTIPLY", graph.math("SIGN", radius), distance))


def _from_ring(graph: Graph, position: Socket) -> Socket:
    """How far a point is from the middle of the street's roundabout, in metres."""
    x, y, _ = graph.split(position)
    ahead = graph.math("SUBTRACT", x, shader_input(graph, "ring_x_m"))
    return graph.math("SQRT", graph.math("ADD", graph.math("MULTIPLY", ahead, ahead), graph.math("MULTIPLY", y, y)))


def _tracks(graph: Graph, position: Socket) -> tuple[Socket, Socket]:
    """(how far wheels have cleared the snow 0..1, how far what is left is slush 0..1) at a point of the carriageway."""
    width = shader_input(graph, "lane_width_m")
    along, away = street_offset(graph, position), _from_ring(graph, position)
    on_ring = graph.math("LESS_THAN", away, shader_input(graph, "ring_outer_m"))
    # Round the ring as in the middle of a lane; without one it is as along the street to the last bit.
    beside = graph.math("SUBTRACT", away, shader_input(graph, "ring_middle_m"))
    round_it = graph.math("ADD", beside, graph.math("MULTIPLY", width, 0.5))
    offset = graph.math("ADD", along, graph.math("MULTIPLY", on_ring, graph.math("SUBTRACT", round_it, along)))
    # Drivers follow each other with a sway of a few decimetres; the track's edge crumbles.
    sway = graph.noise(graph.vector("MULTIPLY", position, (0.05, 0.05, 0.0)), 1.0, detail=1.0, flat=True)
    swayed = graph.math("ADD", offset, graph.math("MULTIPLY", graph.math("SUBTRACT", sway, 0.5), 1.1))
    lane = graph.math("FRACT", graph.math("DIVIDE", swayed, width))
    from_middle = graph.math("MULTIPLY", graph.math("ABSOLUTE", graph.math("SUBTRACT", lane, 0.5)), width)
    from_track = graph.math("ABSOLUTE", graph.math("SUBTRACT", from_middle, _HALF_TRACK_M))
    crumbs = graph.noise(position, 3.0, detail=4.0, roughness=0.65, flat=True)
    ragged = graph.math("ADD", from_track, graph.math("MULTIPLY", graph.math("SUBTRACT", crumbs, 0.5), 0.35))
    near = graph.step(ragged, 0.08, _HALF_WIDTH_M, 1.0, 0.0)
    inside = graph.math(
        "MULTIPLY",
        graph.math("LESS_THAN", offset, shader_input(graph, "road_left_m")),
        graph.math("GREATER_THAN", offset, shader_input(graph, "road_right_m")),
    )
    # One lane leads round, and the street has two.
    lane_round = graph.math("LESS_THAN", graph.math("ABSOLUTE", beside), graph.math("MULTIPLY", width, 0.5))
    elsewhere = graph.math("SUBTRACT", 1.0, on_ring)
    inside = graph.math("MULTIPLY", inside, graph.math("MAXIMUM", elsewhere, lane_round))
    wear = shader_input(graph, "snow_tracks")
    worn = graph.math("MULTIPLY", graph.math("MULTIPLY", near, inside), wear)
    between = graph.math("MULTIPLY", graph.math("MULTIPLY", inside, wear), 0.45)
    return worn, graph.math("MAXIMUM", graph.math("MULTIPLY", worn, 1.3, clamp=True), between)

"""What lies on the ground: asphalt, markings, paving, grass, soil. Patterns run in world metres: joints meet."""

from __future__ import annotations

from longtail.scenes.blender.materials.shading import principled, shade
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.blender.shader_inputs import shader_input
from longtail.scenes.geometry.materials import Asphalt, Grass, Paving, RoadPaint, Soil

# Roads seen along the beams of one's own headlamps are ten times and more as bright as a matt plane (K. Sorensen,
# "Reflection properties of road surfaces in headlight illumination", Morkertrafik report 4, 1982): at 30 m dry asphalt
# returns some 10 to 30 mcd/m2 for each lux across the beam, paint with beads 100 to 300 (EN 1436; values from memory).
_GRAIN = 1.0


def _puddle(graph: Graph, position: Socket) -> Socket:
    """1 inside a puddle, 0 outside: the low parts of a gentle relief, more of it as the puddles grow."""
    relief = graph.noise(position, 0.32, detail=2.0, roughness=0.45, flat=True)
    level = graph.lerp(shader_input(graph, "puddles"), -0.1, 0.56)
    depth = graph.math("SUBTRACT", level, relief)
    return graph.step(depth, 0.0, 0.025)


def _wet_ground(graph: Graph, dry: Socket, position: Socket, rgb: Value) -> Socket:
    """`dry` ground with water standing in its puddles: a smooth mirror by Fresnel over a dark bed."""
    bed = graph.node("ShaderNodeBsdfPrincipled", Base_Color=graph.vector("SCALE", rgb, 0.35), Roughness=0.03, IOR=1.33)
    # Times a switch of its own, so that Cycles folds all of this away where there are no puddles.
    standing = graph.math("GREATER_THAN", shader_input(graph, "puddles"), 0.0)
    return graph.blend(graph.math("MULTIPLY", _puddle(graph, position), standing), dry, bed.outputs["BSDF"])


@shade.register
def _asphalt(value: Asphalt, graph: Graph) -> Socket:
    position = graph.world_position()
    grain = graph.specks(position, 120.0)
    blotch = graph.noise(position, 0.35, detail=5.0, roughness=0.6, flat=True)
    base = 0.035 + 0.06 * value.age
    tone = graph.math(
        "ADD",
        graph.math("MULTIPLY", graph.step(blotch, 0.3, 0.7, 0.78, 1.2), base),
        graph.math("MULTIPLY", graph.math("SUBTRACT", grain, 0.5), 0.055),
    )
    # Repairs: a few large cells of newer, darker asphalt.
    cells = graph.node(
        "ShaderNodeTexVoronoi",
        {"distance": "CHEBYCHEV", "voronoi_dimensions": "2D"},
        Vector=position,
        Scale=0.16,
        Randomness=0.9,
    )
    patch = graph.math("GREATER_THAN", graph.split(cells.outputs["Color"])[0], 0.86)
    tone = graph.math("MULTIPLY", tone, graph.lerp(patch, 1.0, 0.62))
    # Cracks: the borders of wobbling cells, where a coarse noise says that the road is tired.
    wobble = graph.node("ShaderNodeTexNoise", {"noise_dimensions": "2D"}, Vector=position, Scale=2.2, Detail=3.0)
    bent = graph.vector("ADD", position, graph.vector("SCALE", wobble.outputs["Color"], 0.7))
    edges = graph.node(
        "ShaderNodeTexVoronoi",
        {"feature": "DISTANCE_TO_EDGE", "voronoi_dimensions": "2D"},
        Vector=bent,
        Scale=0.42,
    )
    tired = graph.step(
        graph.noise(position, 0.13, detail=1.0, flat=True), 0.62 - 0.16 * value.age, 0.72 - 0.16 * value.age
    )
    crack = graph.math("MULTIPLY", graph.step(edges.outputs["Distance"], 0.003, 0.012, 1.0, 0.0), tired)
    # A bump evaluates its height three times, so that it takes the cheapest that serves.
    normal = graph.bump(graph.noise(position, 110.0, detail=0.0, flat=True), 0.35, 0.006)
    # Most of a road is sound. As a shader of its own it is spared the cells and their wobble, half of all that is
    # worked out here: Cycles skips what only the shader of a mix takes that has no weight, and no colours.
    whole, cracked = (
        _asphalt_of_tone(graph, position, normal, graph.math("MULTIPLY", tone, share, clamp=True))
        for share in (1.0, graph.lerp(crack, 1.0, 0.3))
    )
    return graph.blend(graph.math("GREATER_THAN", tired, 0.0), whole, cracked)


def _asphalt_of_tone(graph: Graph, position: Socket, normal: Socket, tone: Socket) -> Socket:
    rgb = graph.combine(tone, graph.math("MULTIPLY", tone, 0.985), graph.math("MULTIPLY", tone, 0.955))
    dry = principled(graph, rgb, 0.86, normal=normal, porosity=1.0, wet_roughness=0.28, specular=0.4, grain=_GRAIN)
    return _wet_ground(graph, dry, position, rgb)


@shade.register
def _road_paint(value: RoadPaint, graph: Graph) -> Socket:
    position = graph.world_position()
    scuff = graph.noise(position, 5.0, detail=5.0, roughness=0.72, flat=True)
    flake = graph.noise(position, 42.0, detail=2.0, flat=True)
    worn = graph.step(
        graph.math("ADD", scuff, graph.math("MULTIPLY", flake, 0.35)), 0.9 - 0.42 * value.wear, 1.0 - 0.42 * value.wear
    )
    rgb = graph.mix(
        worn,
        graph.mix(graph.step(scuff, 0.2, 0.8), graph.vector("SCALE", value.rgb, 0.8), value.rgb),
        (0.07, 0.069, 0.066),
    )
    dry = principled(graph, rgb, 0.6, porosity=0.35, wet_roughness=0.2, grain=_GRAIN)
    return _wet_ground(graph, dry, position, rgb)


@shade.register
def _paving(value: Paving, graph: Graph) -> Socket:
    position = graph.world_position()
    settings = {"slab": (0.5, 0.5, 0.5), "brick": (0.21, 0.105, 0.5), "cobble": (0.12, 0.11, 0.5)}
    width, height, offset = settings[value.kind]
    tiles = graph.node(
        "ShaderNodeTexBrick",
        {"offset": offset},
        Vector=position,
        Color1=(1.0, 1.0, 1.0),
        Color2=(0.72, 0.72, 0.72),
        Mortar=(0.32, 0.3, 0.27),
        Scale=1.0,
        Mortar_Size=0.006 if value.kind != "cobble" else 0.012,
        Mortar_Smooth=0.3,
        Bias=-0.2,
        Brick_Width=width,
        Row_Height=height,
    )
    stain = graph.noise(position, 0.8, detail=4.0, roughness=0.65, flat=True)
    gum = graph.node("ShaderNodeTexVoronoi", {"voronoi_dimensions": "2D"}, Vector=position, Scale=1.7)
    shade_factor = graph.math(
        "MULTIPLY", graph.step(stain, 0.3, 0.75, 0.72, 1.12), graph.step(gum.outputs["Distance"], 0.03, 0.045, 0.6, 1.0)
    )
    rgb = graph.vector("SCALE", graph.mix(1.0, value.rgb, tiles.outputs["Color"], blend="MULTIPLY"), shade_factor)
    grit = graph.noise(position, 90.0, detail=0.0, flat=True)
    relief = graph.math("SUBTRACT", graph.math("MULTIPLY", grit, 0.3), tiles.outputs["Fac"])
    dry = principled(
        graph, rgb, 0.85, normal=graph.bump(relief, 0.5, 0.006), porosity=0.9, wet_roughness=0.3, grain=_GRAIN
    )
    return _wet_ground(graph, dry, position, rgb)


@shade.register
def _grass(value: Grass, graph: Graph) -> Socket:
    position = graph.world_position()
    patchy = graph.noise(position, 0.5, detail=4.0, flat=True)
    blades = graph.noise(position, 60.0, detail=2.0, roughness=0.7, flat=True)
    dry_rgb = (value.rgb[1] * 1.15, value.rgb[1] * 1.05, value.rgb[2] * 1.3)
    rgb = graph.vector(
        "SCALE",
        graph.mix(graph.step(patchy, 0.35, 0.75), value.rgb, dry_rgb),
        graph.step(blades, 0.25, 0.75, 0.4, 1.35),
    )
    return principled(
        graph, rgb, 0.9, normal=graph.bump(blades, 1.0, 0.03), porosity=0.3, specular=0.2, holds_film=0.1, grain=_GRAIN
    )


@shade.register
def _soil(value: Soil, graph: Graph) -> Socket:
    position = graph.world_position()
    clods = graph.noise(position, 9.0, detail=4.0, roughness=0.7, flat=True)
    rgb = graph.vector("SCALE", value.rgb, graph.step(clods, 0.3, 0.7, 0.6, 1.25))
    dry = principled(graph, rgb, 0.95, normal=graph.bump(clods, 1.0, 0.04), porosity=1.0, grain=_GRAIN)
    return _wet_ground(graph, dry, position, rgb)

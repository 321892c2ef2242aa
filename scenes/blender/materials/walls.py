"""What buildings are made of: plaster, brick, stone, tiles, timber, and windows."""

from __future__ import annotations

from longtail.scenes.blender.materials.rooms import Hashes, inside
from longtail.scenes.blender.materials.shading import principled, shade, tinted
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.blender.shader_inputs import shader_input
from longtail.scenes.geometry.materials import Brick, Plaster, RoofTiles, Stone, WindowPane, Wood


def _streaks(graph: Graph, position: Socket) -> Socket:
    """Dirt that ran down a wall, 0..1."""
    return graph.step(
        graph.noise(graph.vector("MULTIPLY", position, (1.0, 1.0, 0.12)), 1.6, detail=3.0, roughness=0.6), 0.45, 0.8
    )


@shade.register
def _plaster(value: Plaster, graph: Graph) -> Socket:
    position = graph.object_position()
    rgb: Socket = tinted(graph, value.rgb) if value.tinted else value.rgb
    splash = graph.step(graph.split(position)[2], 0.1, 1.4, 0.55, 0.0)
    dirt = graph.math("MAXIMUM", graph.math("MULTIPLY", _streaks(graph, position), 0.3), splash)
    dirt = graph.math("MULTIPLY", dirt, graph.step(graph.noise(position, 1.1, detail=3.0), 0.25, 0.7))
    faded = graph.vector("SCALE", rgb, graph.step(graph.noise(position, 0.35, detail=1.0), 0.3, 0.7, 0.88, 1.05))
    grain = graph.noise(position, 120.0, detail=0.0)
    return principled(
        graph, graph.mix(dirt, faded, (0.09, 0.085, 0.075)), 0.9, normal=graph.bump(grain, 0.3, 0.004), porosity=0.8
    )


@shade.register
def _brick(value: Brick, graph: Graph) -> Socket:
    rgb: Socket = tinted(graph, value.rgb) if value.tinted else value.rgb
    # Course 75 mm, stretcher 225 mm with 10 mm joints: the British standard brick (BS 4729).
    bricks = graph.node(
        "ShaderNodeTexBrick",
        Vector=graph.uv(),
        Color1=(1.25, 1.2, 1.15),
        Color2=(0.6, 0.62, 0.65),
        Mortar=(1.4, 1.4, 1.4),
        Scale=1.0,
        Mortar_Size=0.006,
        Mortar_Smooth=0.2,
        Bias=0.0,
        Brick_Width=0.225,
        Row_Height=0.075,
    )
    position = graph.object_position()
    face = graph.mix(1.0, rgb, bricks.outputs["Color"], blend="MULTIPLY")
    mortar = (0.3, 0.28, 0.25)
    colour = graph.mix(graph.math("MULTIPLY", bricks.outputs["Fac"], 0.85), face, mortar)
    soot = graph.math("MULTIPLY", _streaks(graph, position), 0.35)
    grit = graph.noise(position, 60.0, detail=0.0)
    relief = graph.math("SUBTRACT", graph.math("MULTIPLY", grit, 0.3), bricks.outputs["Fac"])
    return principled(
        graph, graph.mix(soot, colour, (0.05, 0.045, 0.04)), 0.85, normal=graph.bump(relief, 0.6, 0.008), porosity=0.9
    )


@shade.register
def _stone(value: Stone, graph: Graph) -> Socket:
    position = graph.world_position()
    rgb: Socket = tinted(graph, value.rgb) if value.tinted else value.rgb
    stain = graph.noise(position, 1.3, detail=3.0, roughness=0.65)
    grit = graph.noise(position, 70.0, detail=0.0)
    toned = graph.vector("SCALE", rgb, graph.step(stain, 0.25, 0.75, 0.62, 1.1))
    speckled = graph.vector("SCALE", toned, graph.step(grit, 0.3, 0.7, 0.85, 1.1))
    return principled(graph, speckled, 0.8, normal=graph.bump(grit, 0.3, 0.004), porosity=0.8, wet_roughness=0.25)


@shade.register
def _roof_tiles(value: RoofTiles, graph: Graph) -> Socket:
    tiles = graph.node(
        "ShaderNodeTexBrick",
        Vector=graph.uv(),
        Color1=(1.2, 1.15, 1.1),
        Color2=(0.65, 0.7, 0.75),
        Mortar=(0.25, 0.25, 0.25),
        Scale=1.0,
        Mortar_Size=0.012,
        Mortar_Smooth=0.6,
        Bias=0.0,
        Brick_Width=0.24,
        Row_Height=0.34,
    )
    position = graph.object_position()
    moss = graph.step(graph.noise(position, 0.9, detail=3.0), 0.55, 0.85)
    rgb = graph.mix(1.0, value.rgb, tiles.outputs["Color"], blend="MULTIPLY")
    relief = graph.math("SUBTRACT", 1.0, tiles.outputs["Fac"])
    return principled(
        graph,
        graph.mix(graph.math("MULTIPLY", moss, 0.5), rgb, (0.05, 0.055, 0.03)),
        0.75,
        normal=graph.bump(relief, 0.8, 0.02),
        porosity=0.7,
    )


@shade.register
def _wood(value: Wood, graph: Graph) -> Socket:
    position = graph.object_position()
    grain = graph.noise(graph.vector("MULTIPLY", position, (1.0, 1.0, 0.06)), 45.0, detail=5.0)
    rgb = graph.vector("SCALE", value.rgb, graph.step(grain, 0.25, 0.75, 0.6, 1.2))
    return principled(graph, rgb, 0.7, normal=graph.bump(grain, 0.3, 0.004), porosity=0.8)


@shade.register
def _window_pane(value: WindowPane, graph: Graph) -> Socket:
    u, v, _ = graph.split(graph.uv())
    # A shop has many panes, one light and one stock.
    number: Value = 0.0 if value.shop else graph.math("FLOOR", u)
    cell = graph.combine(number, graph.math("FLOOR", v), graph.object_random())
    chance = graph.node("ShaderNodeTexWhiteNoise", {"noise_dimensions": "3D"}, Vector=graph.vector("SCALE", cell, 13.7))
    pick = chance.outputs["Value"]
    other = graph.node("ShaderNodeTexWhiteNoise", {"noise_dimensions": "1D"}, W=graph.math("MULTIPLY", pick, 977.0))
    hashes = Hashes(*graph.split(chance.outputs["Color"]), *graph.split(other.outputs["Color"]))
    lit_share = shader_input(graph, "windows_lit")
    lit = graph.math("LESS_THAN", pick, graph.math("MULTIPLY", lit_share, 1.7) if value.shop else lit_share)
    level = graph.math("MULTIPLY", lit, shader_input(graph, "window"))
    kind = "shop" if value.shop else "home" if value.curtains else "office"
    strength = _LIT[kind]
    level = graph.math("MULTIPLY", level, graph.lerp(hashes.blind, *strength))
    lamp = _lamp_rgb(graph, hashes.light, at_home=value.curtains and not value.shop)
    across, up = u if value.shop else graph.math("FRACT", u), graph.math("FRACT", v)
    seen = inside(value, graph, across, up, hashes)
    pane = _glazed(graph, seen.rgb, graph.mix(1.0, seen.glow, lamp, blend="MULTIPLY"), level)
    # What lies in a room is nothing to a wall that the window lights.
    plain = graph.vector("SCALE", lamp, _MEAN_GLOW[kind])
    return graph.blend(
        graph.given("ShaderNodeLightPath").outputs["Is Diffuse Ray"],
        pane,
        _glazed(graph, (0.04, 0.04, 0.04), plain, level),
    )


# By what factors a lit room is brighter than the scene's window: shops have some 500 lx, homes a fifth of that.
_LIT = {"home": (0.5, 1.4), "office": (0.6, 1.3), "shop": (0.8, 1.9)}
# Of what is seen of lit rooms from before them, over 576 panes of each kind, as measured in renders.
_MEAN_GLOW = {"home": 0.14, "office": 0.54, "shop": 0.12}


def _lamp_rgb(graph: Graph, pick: Value, *, at_home: bool) -> Socket:
    """The colour of a room's lamps: 2,500 to 3,000 K in most homes, 3,000 to 5,000 K elsewhere, a few colder."""
    warm, white = (1.0, 0.6, 0.3), (1.0, 0.8, 0.58)
    if not at_home:
        warm, white = (1.0, 0.78, 0.54), (1.0, 0.97, 0.9)
    rgb = graph.mix(graph.step(pick, 0.0, 0.85), warm, white)
    return graph.mix(graph.math("GREATER_THAN", pick, 0.88), rgb, (0.82, 0.92, 1.0))


def _glazed(graph: Graph, rgb: Value, glow: Value, level: Socket) -> Socket:
    """Matt `rgb` that glows, behind a pane of two sheets."""
    shader = graph.node(
        "ShaderNodeBsdfPrincipled",
        Base_Color=rgb,
        Roughness=0.9,
        Specular_IOR_Level=0.0,
        Coat_Weight=1.0,
        Coat_Roughness=0.015,
        Coat_IOR=1.8,
        Emission_Color=glow,
        Emission_Strength=level,
    )
    return shader.outputs["BSDF"]

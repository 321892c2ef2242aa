"""What rooms, furniture and lamps indoors are made of."""

from __future__ import annotations

import math

from longtail.scenes.blender.materials.lamp_glow import seen_by_gloss, seen_by_mirrors
from longtail.scenes.blender.materials.shading import principled, shade, tinted
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.geometry.interior_materials import (
    Carpet,
    Finish,
    Glow,
    Granite,
    Marble,
    Outlook,
    Tiles,
    Timber,
    WallPaint,
    Woven,
)

_ROUGHNESS: dict[Finish, float] = {"oiled": 0.55, "satin": 0.3, "polished": 0.16}
_COAT: dict[Finish, float] = {"oiled": 0.0, "satin": 0.25, "polished": 1.0}


def finish_roughness(finish: Finish) -> tuple[float, float]:
    """The least and the greatest roughness of a surface of that finish, both on one side of `SPECULAR_BELOW`."""
    return _ROUGHNESS[finish] - 0.02, _ROUGHNESS[finish] + 0.08


def _finished(graph: Graph, rgb: Value, finish: Finish, normal: Value | None = None) -> Socket:
    """A hard surface with its finish, touched here and there: a hand's grease leaves cloudy gloss."""
    touched = graph.noise(graph.world_position(), 7.0, detail=3.0, roughness=0.6)
    roughness = graph.step(touched, 0.35, 0.7, *finish_roughness(finish))
    return principled(graph, rgb, roughness, normal=normal, coat=_COAT[finish], porosity=0.2)


def _chance(graph: Graph, cell: Socket) -> Socket:
    """A number in 0..1 for a cell of whole numbers."""
    return graph.node("ShaderNodeTexWhiteNoise", {"noise_dimensions": "3D"}, Vector=cell).outputs["Value"]


@shade.register
def _timber(value: Timber, graph: Graph) -> Socket:
    x, y, z = graph.split(graph.world_position())
    if value.upright:
        x, z = z, x
    if value.board_m:
        row = graph.math("FLOOR", graph.math("DIVIDE", y, value.board_m))
        shift = _chance(graph, graph.combine(row, 3.0, 5.0))
        along: Value = 0.0
        if value.length_m:
            along = graph.math("FLOOR", graph.math("ADD", graph.math("DIVIDE", x, value.length_m), shift))
        board = _chance(graph, graph.combine(row, along, 1.0))
    else:
        row, shift, board = 0.0, 0.0, graph.math("ADD", 0.5, 0.0)
    # Each board is cut from elsewhere. Rings are surfaces of equal value of a slow field, long along the trunk.
    there = graph.combine(
        graph.math("ADD", graph.math("MULTIPLY", x, 0.14), graph.math("MULTIPLY", board, 91.0)),
        graph.math("ADD", y, graph.math("MULTIPLY", board, 17.0)),
        graph.math("ADD", z, graph.math("MULTIPLY", board, 29.0)),
    )
    field = graph.noise(there, 2.6, detail=1.5, roughness=0.45)
    ring = graph.math("FRACT", graph.math("MULTIPLY", field, 46.0))
    # Early wood darkens slowly into late wood, which ends sharply.
    late = graph.math("MULTIPLY", graph.math("POWER", ring, 2.2), graph.step(ring, 0.93, 1.0, 1.0, 0.0))
    fibre = graph.noise(graph.vector("MULTIPLY", there, (26.0, 420.0, 420.0)), 1.0, detail=2.0, roughness=0.6)
    pore = graph.step(fibre, 0.56, 0.72)
    shareful = graph.math("ADD", graph.math("MULTIPLY", late, 0.62), graph.math("MULTIPLY", pore, 0.33))
    rgb = graph.mix(shareful, value.rgb, value.dark_rgb)
    rgb = graph.vector("SCALE", rgb, graph.lerp(board, 0.84, 1.12))
    relief = graph.math("MULTIPLY", pore, -0.35)
    if value.length_m:
        joint = _joint(graph, y, value.board_m, 0.0007)
        turned = graph.math("ADD", graph.math("DIVIDE", x, value.length_m), shift)
        joint = graph.math("MAXIMUM", joint, _joint(graph, turned, 1.0, 0.0007 / value.length_m))
        rgb = graph.mix(graph.math("MULTIPLY", joint, 0.75), rgb, (0.02, 0.013, 0.008))
        relief = graph.math("SUBTRACT", relief, joint)
    depth = {"oiled": 0.0006, "satin": 0.0004, "polished": 0.00015}[value.finish]
    return _finished(graph, rgb, value.finish, graph.bump(relief, 0.6, depth))


def _joint(graph: Graph, at: Socket, pitch: float, half: float) -> Socket:
    """1 within `half` of a multiple of `pitch`, else 0."""
    part = graph.math("FRACT", graph.math("DIVIDE", at, pitch))
    edge = graph.math("MULTIPLY", graph.math("MINIMUM", part, graph.math("SUBTRACT", 1.0, part)), pitch)
    return graph.step(edge, 0.5 * half, 1.5 * half, 1.0, 0.0)


@shade.register
def _marble(value: Marble, graph: Graph) -> Socket:
    position = graph.world_position()
    bent = graph.node("ShaderNodeTexNoise", Vector=position, Scale=1.7, Detail=3.0, Roughness=0.6).outputs["Color"]
    warped = graph.vector("ADD", position, graph.vector("SCALE", bent, 0.55))
    broad, fine = (_vein(graph, warped, scale, width) for scale, width in ((1.6, 0.035), (4.3, 0.02)))
    clouds = graph.step(graph.noise(warped, 2.2, detail=4.0, roughness=0.6), 0.3, 0.75)
    amount = graph.math(
        "ADD",
        graph.math("MULTIPLY", graph.math("ADD", broad, graph.math("MULTIPLY", fine, 0.45)), 0.6),
        graph.math("MULTIPLY", clouds, 0.16),
        clamp=True,
    )
    return _finished(graph, graph.mix(amount, value.rgb, value.vein_rgb), value.finish)


def _vein(graph: Graph, position: Socket, scale: float, width: float) -> Socket:
    """Thin lines where a field crosses its mean, now stronger, now weaker."""
    off = graph.math("ABSOLUTE", graph.math("SUBTRACT", graph.noise(position, scale, detail=5.0, roughness=0.55), 0.5))
    strength = graph.step(graph.noise(position, scale * 0.7, detail=1.0), 0.35, 0.65, 0.1, 1.0)
    return graph.math("MULTIPLY", graph.step(off, 0.0, width, 1.0, 0.0), strength)


@shade.register
def _granite(value: Granite, graph: Graph) -> Socket:
    position = graph.world_position()
    grains = graph.node("ShaderNodeTexVoronoi", Vector=position, Scale=230.0).outputs["Color"]
    pick, other, _ = graph.split(grains)
    patch = graph.noise(position, 16.0, detail=2.0)
    shifted = graph.math("ADD", pick, graph.math("MULTIPLY", graph.math("SUBTRACT", patch, 0.5), 0.5))
    rgb = graph.mix(graph.step(shifted, 0.62, 0.7), value.rgb, value.light_rgb)
    rgb = graph.mix(graph.step(other, 0.78, 0.82), rgb, value.dark_rgb)
    return _finished(graph, rgb, value.finish)


@shade.register
def _woven(value: Woven, graph: Graph) -> Socket:
    u, v, _ = graph.split(graph.uv())
    rgb = tinted(graph, value.rgb)
    across = graph.step(graph.math("FRACT", graph.math("DIVIDE", u, 0.055)), 0.48, 0.5)
    down = graph.step(graph.math("FRACT", graph.math("DIVIDE", v, 0.055)), 0.48, 0.5)
    if value.pattern == "stripes":
        rgb = graph.mix(across, rgb, value.stripe_rgb)
    elif value.pattern == "check":
        share = graph.math("MULTIPLY", graph.math("ADD", across, down), 0.5)
        rgb = graph.mix(share, rgb, value.stripe_rgb)
    threads = 2 * math.pi / 0.0013
    warp, weft = (graph.math("SINE", graph.math("MULTIPLY", at, threads)) for at in (u, v))
    knit = graph.math("MULTIPLY", warp, weft)
    slub = graph.noise(graph.vector("MULTIPLY", graph.uv(), (40.0, 500.0, 1.0)), 1.0, detail=2.0)
    toned = graph.vector(
        "SCALE", rgb, graph.math("ADD", graph.step(slub, 0.25, 0.75, 0.88, 1.06), graph.math("MULTIPLY", knit, 0.06))
    )
    return principled(graph, toned, 0.92, normal=graph.bump(knit, 0.35, 0.0004), porosity=0.8, specular=0.25)


@shade.register
def _tiles(value: Tiles, graph: Graph) -> Socket:
    u, v, _ = graph.split(graph.uv() if value.upright else graph.world_position())
    joint = graph.math("MAXIMUM", _joint(graph, u, value.side_m, 0.0016), _joint(graph, v, value.side_m, 0.0016))
    column, row = (graph.math("FLOOR", graph.math("DIVIDE", at, value.side_m)) for at in (u, v))
    cell = graph.combine(column, row, 2.0)
    tone = graph.lerp(_chance(graph, cell), 0.93, 1.04)
    cloud = graph.step(graph.noise(graph.world_position(), 6.0, detail=4.0), 0.3, 0.7, 0.94, 1.04)
    face = graph.vector("SCALE", tinted(graph, value.rgb), graph.math("MULTIPLY", tone, cloud))
    rgb = graph.mix(joint, face, (0.34, 0.33, 0.31))
    roughness = graph.lerp(joint, 0.22, 0.9)
    relief = graph.math("SUBTRACT", 1.0, joint)
    return principled(graph, rgb, roughness, normal=graph.bump(relief, 0.7, 0.0015), porosity=0.2)


@shade.register
def _carpet(value: Carpet, graph: Graph) -> Socket:
    position = graph.world_position()
    tuft = graph.noise(position, 420.0, detail=2.0, roughness=0.7)
    trodden = graph.noise(position, 3.5, detail=3.0)
    shade_of = graph.math("MULTIPLY", graph.step(tuft, 0.25, 0.75, 0.6, 1.25), graph.step(trodden, 0.3, 0.7, 0.9, 1.06))
    rgb = graph.vector("SCALE", tinted(graph, value.rgb), shade_of)
    return principled(graph, rgb, 1.0, normal=graph.bump(tuft, 0.8, 0.006), porosity=0.9, specular=0.1)


@shade.register
def _wall_paint(value: WallPaint, graph: Graph) -> Socket:
    position = graph.world_position()
    tone = graph.step(graph.noise(position, 1.1, detail=3.0), 0.3, 0.7, 0.975, 1.02)
    stipple = graph.noise(position, 260.0, detail=1.0)
    rgb = graph.vector("SCALE", tinted(graph, value.rgb), tone)
    return principled(graph, rgb, 0.88, normal=graph.bump(stipple, 0.35, 0.0012), porosity=0.6, specular=0.3)


@shade.register
def _glow(_value: Glow, graph: Graph) -> Socket:
    return graph.node("ShaderNodeEmission", Color=graph.tint(), Strength=seen_by_gloss(graph)).outputs[0]


@shade.register
def _outlook(value: Outlook, graph: Graph) -> Socket:
    u, v, _ = graph.split(graph.uv())
    hedge = graph.noise(graph.combine(graph.math("MULTIPLY", u, 5.0), 0.0, 0.0), 1.0, detail=4.0, roughness=0.6)
    horizon = graph.math("ADD", value.greenery, graph.math("MULTIPLY", graph.math("SUBTRACT", hedge, 0.5), 0.5))
    # Out of focus: what is far away has no edges.
    above = graph.math("SUBTRACT", v, horizon)
    leaves = graph.noise(graph.combine(graph.math("MULTIPLY", u, 14.0), graph.math("MULTIPLY", v, 14.0), 0.0), 1.0)
    green = graph.mix(graph.step(leaves, 0.2, 0.8), (0.13, 0.15, 0.105), (0.2, 0.225, 0.165))
    sky = graph.mix(graph.step(above, 0.0, 0.8), (1.05, 1.03, 1.0), (0.78, 0.9, 1.08))
    rgb = graph.mix(1.0, graph.mix(graph.step(above, -0.06, 0.06), green, sky), graph.tint(), blend="MULTIPLY")
    shine = graph.node("ShaderNodeEmission", Color=rgb, Strength=seen_by_mirrors(graph)).outputs[0]
    clear = graph.node("ShaderNodeBsdfTransparent").outputs[0]
    return graph.blend(graph.given("ShaderNodeLightPath").outputs["Is Shadow Ray"], shine, clear)

"""What halls and the loads in them are made of: concrete floors and their lines, cardboard, rough boards, film."""

from __future__ import annotations

from longtail.scenes.blender.materials.shading import SPECULAR_BELOW, principled, shade, tinted
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.geometry.interior_materials import Cardboard, FloorPaint, FloorSlab, SawnTimber, StretchFilm

_RUBBER = (0.035, 0.034, 0.033)
_BARE = (0.3, 0.295, 0.285)


def slab_roughness(shine: float) -> tuple[float, float]:
    """The least and the greatest roughness of a slab between its joints, both on one side of `SPECULAR_BELOW`."""
    return max(0.55 - 0.34 * shine, SPECULAR_BELOW + 0.005), 0.72 - 0.34 * shine


@shade.register
def _floor_slab(value: FloorSlab, graph: Graph) -> Socket:
    position = graph.world_position()
    x, y, _ = graph.split(position)
    cloud = graph.noise(position, 0.35, detail=6.0, roughness=0.62, flat=True)
    finer = graph.noise(position, 3.5, detail=4.0, roughness=0.6, flat=True)
    tone = graph.math("MULTIPLY", graph.step(cloud, 0.3, 0.7, 0.78, 1.14), graph.step(finer, 0.3, 0.7, 0.92, 1.07))
    rgb: Value = graph.vector("SCALE", tinted(graph, value.rgb), tone)
    marks = _tyre_marks(graph, position, value.wear)
    stain = graph.step(
        graph.noise(position, 0.9, detail=3.0, roughness=0.7, flat=True), 0.66 - 0.06 * value.wear, 0.74, 0.0, 0.55
    )
    rgb = graph.mix(graph.math("MULTIPLY", stain, value.wear), rgb, (0.11, 0.1, 0.085))
    rgb = graph.mix(marks, rgb, _RUBBER)
    line, edge = _sawn(graph, x, y, value.joint_m)
    rgb = graph.mix(graph.math("MULTIPLY", edge, 0.3), rgb, (0.12, 0.115, 0.11))
    rgb = graph.mix(line, rgb, (0.05, 0.048, 0.045))
    sealed = graph.noise(position, 0.8, detail=4.0, roughness=0.65, flat=True)
    face = graph.step(sealed, 0.3, 0.7, *slab_roughness(value.shine))
    roughness = graph.math("ADD", face, graph.lerp(line, 0.0, 0.3))
    relief = graph.math("SUBTRACT", graph.noise(position, 1.7, detail=2.0, flat=True), line)
    return principled(
        graph, rgb, roughness, normal=graph.bump(relief, 0.25, 0.004), coat=0.25 * value.shine, porosity=0.6
    )


def _tyre_marks(graph: Graph, position: Socket, wear: float) -> Socket:
    """0..1: lanes along X and Y where trucks drive, and the arcs in which they turn, broken as rubber comes off."""
    lanes = [
        graph.step(
            graph.noise(graph.vector("MULTIPLY", position, along), 1.0, detail=4.0, roughness=0.62, flat=True),
            0.55,
            0.75,
        )
        for along in ((0.07, 5.5, 1.0), (5.5, 0.07, 1.0))
    ]
    part = graph.noise(position, 0.11, detail=2.0, flat=True)
    driven = graph.math(
        "MAXIMUM",
        graph.math("MULTIPLY", lanes[0], graph.step(part, 0.35, 0.6, 1.0, 0.3)),
        graph.math("MULTIPLY", lanes[1], graph.step(part, 0.45, 0.62, 0.0, 0.8)),
    )
    arcs: Value = 0.0
    for scale, radius, width in ((0.16, 0.3, 0.012), (0.11, 0.22, 0.008), (0.2, 0.4, 0.01)):
        cell = graph.node("ShaderNodeTexVoronoi", {"voronoi_dimensions": "2D"}, Vector=position, Scale=scale)
        away = graph.math("ABSOLUTE", graph.math("SUBTRACT", cell.outputs["Distance"], radius))
        arcs = graph.math("MAXIMUM", arcs, graph.step(away, 0.3 * width, width, 1.0, 0.0))
    arcs = graph.math("MULTIPLY", arcs, graph.step(graph.noise(position, 0.45, detail=2.0, flat=True), 0.5, 0.62))
    broken = graph.step(graph.noise(position, 14.0, detail=4.0, roughness=0.7, flat=True), 0.25, 0.65, 0.35, 1.0)
    both = graph.math("MAXIMUM", graph.math("MULTIPLY", driven, 0.5), graph.math("MULTIPLY", arcs, 0.75))
    return graph.math("MULTIPLY", graph.math("MULTIPLY", both, broken), 0.35 + 0.65 * wear)


def _sawn(graph: Graph, x: Socket, y: Socket, pitch_m: float) -> tuple[Socket, Socket]:
    """The sawn joints of a grid, and the dirt along them, each 0..1."""
    found = []
    for at in (x, y):
        part = graph.math("FRACT", graph.math("DIVIDE", at, pitch_m))
        found.append(graph.math("MULTIPLY", graph.math("MINIMUM", part, graph.math("SUBTRACT", 1.0, part)), pitch_m))
    edge = graph.math("MINIMUM", *found)
    return graph.step(edge, 0.002, 0.005, 1.0, 0.0), graph.step(edge, 0.0, 0.05, 1.0, 0.0)


@shade.register
def _floor_paint(value: FloorPaint, graph: Graph) -> Socket:
    position = graph.world_position()
    scuff = graph.noise(position, 2.6, detail=6.0, roughness=0.74, flat=True)
    flake = graph.noise(position, 55.0, detail=2.0, flat=True)
    worn = graph.step(
        graph.math("ADD", scuff, graph.math("MULTIPLY", flake, 0.25)), 0.8 - 0.3 * value.wear, 0.9 - 0.3 * value.wear
    )
    dirty = graph.vector("SCALE", value.rgb, graph.step(scuff, 0.2, 0.6, 1.0, 0.72))
    rgb = graph.mix(_tyre_marks(graph, position, value.wear), graph.mix(worn, dirty, _BARE), _RUBBER)
    return principled(graph, rgb, graph.lerp(worn, 0.38, 0.55), porosity=0.3)


@shade.register
def _cardboard(value: Cardboard, graph: Graph) -> Socket:
    position = graph.object_position()
    own = graph.lerp(graph.object_random(), 0.8, 1.16)
    # Another part of the noise for every object, so that equal boxes differ.
    there = graph.vector("ADD", position, graph.combine(graph.math("MULTIPLY", graph.object_random(), 57.0), 3.0, 7.0))
    fibre = graph.noise(graph.vector("MULTIPLY", there, (1.0, 1.0, 5.0)), 22.0, detail=4.0, roughness=0.65)
    rubbed = graph.noise(there, 4.5, detail=4.0, roughness=0.6)
    tone = graph.math(
        "MULTIPLY", graph.math("MULTIPLY", own, graph.step(fibre, 0.3, 0.7, 0.93, 1.06)),
        graph.step(rubbed, 0.3, 0.72, 0.9, 1.08),
    )  # fmt: skip
    rgb = graph.vector("SCALE", value.rgb, tone)
    return principled(graph, rgb, 0.82, normal=graph.bump(rubbed, 0.25, 0.006), porosity=0.7, specular=0.3)


@shade.register
def _sawn_timber(value: SawnTimber, graph: Graph) -> Socket:
    position = graph.object_position()
    x, y, z = graph.split(position)
    along, across = (x, y) if value.along == "x" else (y, x)
    cell = graph.combine(
        graph.math("FLOOR", graph.math("DIVIDE", across, 0.17)),
        graph.math("FLOOR", graph.math("DIVIDE", z, 0.04)),
        graph.math("MULTIPLY", graph.object_random(), 97.0),
    )
    board = graph.node("ShaderNodeTexWhiteNoise", {"noise_dimensions": "3D"}, Vector=cell).outputs["Value"]
    there = graph.combine(
        graph.math("ADD", graph.math("MULTIPLY", along, 1.6), graph.math("MULTIPLY", board, 31.0)),
        graph.math("MULTIPLY", across, 42.0),
        graph.math("ADD", graph.math("MULTIPLY", z, 42.0), graph.math("MULTIPLY", board, 17.0)),
    )
    grain = graph.noise(there, 1.6, detail=5.0, roughness=0.65)
    dirt = graph.step(graph.noise(position, 5.0, detail=3.0), 0.45, 0.75)
    rgb = graph.mix(value.aged, value.rgb, (0.2, 0.185, 0.165))
    rgb = graph.vector(
        "SCALE", rgb, graph.math("MULTIPLY", graph.lerp(board, 0.7, 1.15), graph.step(grain, 0.25, 0.75, 0.7, 1.15))
    )
    rgb = graph.mix(graph.math("MULTIPLY", dirt, 0.2 + 0.4 * value.aged), rgb, (0.07, 0.06, 0.05))
    return principled(graph, rgb, 0.82, normal=graph.bump(grain, 0.4, 0.004), porosity=0.8, specular=0.3)


@shade.register
def _stretch_film(value: StretchFilm, graph: Graph) -> Socket:
    position = graph.object_position()
    # Wound on the slant, it creases along the turns.
    turns = graph.noise(graph.vector("MULTIPLY", position, (1.0, 1.0, 7.0)), 3.0, detail=5.0, roughness=0.65)
    crumple = graph.noise(position, 11.0, detail=4.0, roughness=0.6)
    relief = graph.math("ADD", graph.math("MULTIPLY", turns, 0.7), graph.math("MULTIPLY", crumple, 0.3))
    normal = graph.bump(relief, 0.9, 0.03)
    clear = graph.node("ShaderNodeBsdfTransparent", Color=(0.93, 0.94, 0.95)).outputs[0]
    mirror = graph.node("ShaderNodeBsdfGlossy", Color=(0.95, 0.95, 0.95), Roughness=0.16, Normal=normal).outputs[0]
    veil = graph.node("ShaderNodeBsdfDiffuse", Color=(0.75, 0.76, 0.78), Normal=normal).outputs[0]
    inside = graph.given("ShaderNodeNewGeometry").outputs["Backfacing"]
    fresnel = graph.node("ShaderNodeFresnel", IOR=graph.lerp(inside, 1.5, 1 / 1.5), Normal=normal).outputs[0]
    milky = graph.step(turns, 0.42, 0.7, 0.5 * value.milky, 2.2 * value.milky)
    seen = graph.blend(milky, clear, veil)
    return graph.blend(graph.math("MULTIPLY", fresnel, 1.5, clamp=True), seen, mirror)

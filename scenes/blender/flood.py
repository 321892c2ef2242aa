"""Water over the street: one level sheet that mirrors by Fresnel and hides what lies below as its turbidity says."""

from __future__ import annotations

import math

import bpy
import numpy as np

from longtail.annotate.labels.relief import LEVEL, Relief
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.effects import Effect, build_effect
from longtail.scenes.blender.marks import HOLES_KNOWN, MIRROR
from longtail.scenes.blender.meshes import fill, to_blender
from longtail.scenes.blender.nodes import Graph, Socket
from longtail.scenes.blender.shader_inputs import shader_input
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.weather import Flood, Weather

_HALF_SIZE_M = 700.0
_FOAM = (0.42, 0.38, 0.31)

# Rings of drops go outwards at about the 0.2 m/s of ripples a centimetre long: a cell of drops, 0.2 m, in a second.
_RINGS_1_S = 1.0
# Where the weather is not about wind.
_BREEZE_M_S = 1.5


# How high the ground is under a corner of the sheet, in metres: what its vertices tell its material on slopes.
_BED = "bed_m"
# Waves are as high as they get from this depth on: before they reach a shore the bed takes their strength (a wave that
# breaks is about 0.8 times as high as the water is deep, from memory; ours have some centimetres).
_FULL_WAVES_M = 0.1


@build_effect.register
def build_flood(
    flood: Flood, weather: Weather, _light: Light, centre_m: tuple[float, float], relief: Relief = LEVEL
) -> Effect:
    """The water's surface around the camera."""
    (x, y), half = centre_m, _HALF_SIZE_M
    # Between two of its knots the ground is even, and so is the depth.
    within = [float(knot) for knot in ([] if relief.is_level else relief.knots_m) if abs(knot - x) < half]
    cuts = np.array([x - half, *within, x + half])
    corners = np.concatenate(
        [np.column_stack([cuts, np.full(len(cuts), y + side), 0 * cuts]) for side in (-half, half)]
    )
    near = np.arange(len(cuts) - 1)
    far = near + len(cuts)
    faces = np.concatenate([np.column_stack([near, near + 1, far + 1]), np.column_stack([near, far + 1, far])])
    data = to_blender(Mesh.of(corners, faces, Principled()), "water")
    if not relief.is_level:
        fill(data, _BED, "FLOAT", "POINT", relief.height_m(corners[:, 0]), np.float32)
    data.materials.clear()
    data.materials.append(_water(flood, weather, level=relief.is_level))
    item = bpy.data.objects.new("water", data)
    item.location.z = flood.depth_m
    # As Blender holds it: in single precision.
    return Effect(item, "water", "flood", water_level_m=float(item.location.z))


def seen_through(flood: Flood, depth_m: float) -> float:
    """The share of light that crosses `depth_m` of the water down to the bed and up again to the eye.

    Up it is an image, attenuated by the beam coefficient; down it is diffuse light, which loses about a quarter of that
    a metre because most scattering in water goes forward (Kirk, 1994). The refracted path up is a quarter longer.
    """
    return math.exp(-flood.attenuation_1_m * depth_m * (1.25 + 0.25))


def _water(flood: Flood, weather: Weather, *, level: bool) -> bpy.types.Material:
    """On `level` ground it is as deep everywhere; else each place asks how high its bed is."""
    made = bpy.data.materials.new("water")
    made[MIRROR] = made[HOLES_KNOWN] = True
    made.node_tree.nodes.clear()
    graph = Graph(made.node_tree)
    position = _carried(graph, flood, graph.world_position())
    depth = None if level else _depth(graph, flood)
    normal, slope = _ripples(graph, flood, weather, position, depth)
    scum = _scum(graph, flood, position)
    body_rgb = graph.mix(scum, flood.colour_rgb, _FOAM)
    body: Socket = graph.node("ShaderNodeBsdfDiffuse", Color=body_rgb).outputs[0]
    clear = seen_through(flood, flood.depth_m) if depth is None else _seen_through(graph, flood, depth)
    if not isinstance(clear, float) or clear > 0.02:
        bed = graph.node("ShaderNodeBsdfTransparent", Color=(1.0, 1.0, 1.0)).outputs[0]
        body = graph.blend(graph.math("MULTIPLY", graph.math("SUBTRACT", 1.0, scum), clear), body, bed)
    mirror = graph.node(
        "ShaderNodeBsdfGlossy", Color=(1.0, 1.0, 1.0), Roughness=min(0.03 + slope, 0.3), Normal=normal
    ).outputs[0]
    fresnel = graph.node("ShaderNodeFresnel", IOR=1.33, Normal=normal).outputs[0]
    share = graph.math("MULTIPLY", fresnel, graph.math("SUBTRACT", 1.0, graph.math("MULTIPLY", scum, 0.8)))
    graph.node("ShaderNodeOutputMaterial", Surface=graph.blend(share, body, mirror))
    return made


def _depth(graph: Graph, flood: Flood) -> Socket:
    """How deep the water is at each place, in metres."""
    bed = graph.node("ShaderNodeAttribute", {"attribute_type": "GEOMETRY", "attribute_name": _BED}).outputs["Fac"]
    return graph.math("MAXIMUM", graph.math("SUBTRACT", flood.depth_m, bed), 0.0)


def _seen_through(graph: Graph, flood: Flood, depth: Socket) -> Socket:
    """As `seen_through`, where the depth is another at each place."""
    return graph.math("POWER", seen_through(flood, 1.0), depth)


def _carried(graph: Graph, flood: Flood, position: Socket) -> Socket:
    """Where at the scene's own moment the water was that is at `position` now: the current goes along the world's X."""
    way = graph.math("MULTIPLY", shader_input(graph, "moment_s"), flood.flow_m_s)
    return graph.vector("SUBTRACT", position, graph.combine(way, 0.0, 0.0))


def _ripples(
    graph: Graph, flood: Flood, weather: Weather, position: Socket, depth: Socket | None
) -> tuple[Socket, float]:
    """The perturbed normal, and the root-mean-square slope that ripples too small to be seen add as roughness.

    `depth` is None where it is the same everywhere.

    Open water has a mean square slope of 0.003 + 0.00512 U in a wind of U m/s (Cox & Munk, J. Optical Society of
    America 44, 1954); between houses and over a short fetch a tenth of it is left (our estimate).
    """
    gale_m_s, rain_mm_h = weather.gale_m_s, weather.rates_mm_h.get("rain", 0.0)
    speed = _BREEZE_M_S if gale_m_s is None else gale_m_s
    slope = math.sqrt(0.1 * (0.003 + 0.00512 * speed)) + 0.02 * min(rain_mm_h / 20, 2.0)
    # The current draws its eddies out along the street.
    stretch = 1.0 / (1.0 + 2.0 * flood.flow_m_s)
    drawn_out = graph.vector("MULTIPLY", position, (stretch, 1.0, 0.0))
    swell = graph.noise(drawn_out, 1.1, detail=3.0, roughness=0.55, flat=True)
    if depth is not None:
        swell = graph.math("MULTIPLY", graph.math("SUBTRACT", swell, 0.5), graph.step(depth, 0.0, _FULL_WAVES_M))
    normal = graph.bump(swell, min(0.25 + 0.45 * flood.flow_m_s + 4 * slope, 1.0), 0.05)
    if rain_mm_h:
        pocks = graph.node("ShaderNodeTexVoronoi", {"voronoi_dimensions": "2D"}, Vector=position, Scale=5.0)
        waves = graph.math("MULTIPLY", pocks.outputs["Distance"], 60.0)
        outwards = graph.math("MULTIPLY", shader_input(graph, "moment_s"), 60.0 * _RINGS_1_S)
        rings = graph.math("SINE", graph.math("SUBTRACT", waves, outwards))
        fading = graph.math("MULTIPLY", rings, graph.step(pocks.outputs["Distance"], 0.0, 0.55, 1.0, 0.0))
        normal = graph.bump(fading, min(0.15 + rain_mm_h / 60, 0.8), 0.004, normal)
    return normal, slope * 0.5


def _scum(graph: Graph, flood: Flood, position: Socket) -> Socket:
    """Foam and drifting dirt, 0..1: thin threads along the current, more of it the faster and dirtier the water."""
    stretch = 1.0 / (1.0 + 3.0 * flood.flow_m_s)
    drawn_out = graph.vector("MULTIPLY", position, (stretch, 1.0, 0.0))
    bent = graph.noise(drawn_out, 0.5, detail=3.0, roughness=0.6, flat=True)
    threads = graph.math("ABSOLUTE", graph.math("SUBTRACT", bent, 0.5))
    thread = graph.step(threads, 0.004, 0.02, 1.0, 0.0)
    grains = graph.step(graph.noise(position, 9.0, detail=3.0, roughness=0.7, flat=True), 0.52, 0.66)
    amount = min(0.15 + 0.35 * flood.flow_m_s, 0.8) * min(flood.turbidity_ntu / 200, 1.0)
    return graph.math("MULTIPLY", graph.math("MULTIPLY", thread, grains), amount)

"""A tornado in Blender: shells of cloud and dust whose alpha and light come from their optics, and the storm's sky.

Radiances are worked out in shares of the sky's mean 1 / pi per unit of illuminance, as in `scenes/blender/light.py`.
Shells emit what cloud lit from the horizon would send back: they cost no light paths and carry no noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import bpy
import numpy as np

from longtail.annotate.labels.relief import LEVEL, Relief
from longtail.colour import unit_luminance
from longtail.scenes.atmosphere.air import extinction
from longtail.scenes.atmosphere.airlight import REACH_M
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.effects import Effect, build_effect
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.weather import Weather
from longtail.scenes.weather.tornado import Tornado
from longtail.scenes.weather.tornado_shape import Axis, dust_size_m, tip_height_m, tornado_mesh

# What the camera faces is the storm; most of the light on the street comes from the brighter sky behind and beside it.
# So the storm has this share of the sky's mean radiance (our estimate, by photographs of storms over lit land).
_SHADE = 0.15
# The strip of sky below the storm's edge: away from the sun, and how much more towards it, falling off as a power.
_STRIP: Rgb = (0.46, 0.475, 0.48)
_GLOW, _GLOW_POWER = 1.5, 2.5
_CLOUD: Rgb = (0.93, 1.0, 0.985)


@dataclass(frozen=True)
class _Storm:
    """What the shaders know: world X and Y of the eye and of the tornado's top, the sun's direction, light levels."""

    tornado: Tornado
    light: Light
    eye_m: tuple[float, float]
    foot_m: tuple[float, float]

    @property
    def sun_xy(self) -> tuple[float, float]:
        angle = math.radians(self.light.sun_azimuth_deg)
        return math.cos(angle), math.sin(angle)

    @property
    def side(self) -> float:
        """How much brighter the sky is towards the sun: light comes in below the storm's edge, most at a low sun."""
        return float(np.interp(self.light.sun_elevation_deg, [-4, 0, 12, 30, 50], [0.5, 1.0, 1.0, 0.7, 0.45]))

    @property
    def warm(self) -> Rgb:
        """The tone of the light from the sun's side."""
        if self.light.sun_elevation_deg <= 0:
            return 1.05, 1.0, 0.95
        red, green, blue = (1 + 0.45 * (channel - 1) for channel in self.light.sun_rgb)
        return red, green, blue

    def strip_rgb(self, heading_rad: float) -> Rgb:
        """Radiance of the strip below the storm's edge in the direction `heading_rad`."""
        x, y = self.sun_xy
        glow = self.side * (0.5 + 0.5 * (x * math.cos(heading_rad) + y * math.sin(heading_rad))) ** _GLOW_POWER
        red, green, blue = (a + _GLOW * glow * b for a, b in zip(_STRIP, self.warm, strict=True))
        return red, green, blue


@build_effect.register
def build_tornado(
    tornado: Tornado, _weather: Weather, light: Light, centre_m: tuple[float, float], _relief: Relief = LEVEL
) -> Effect:
    """The tornado as one object, under the storm's sky."""
    storm = _Storm(tornado, light, centre_m, tornado.foot_m(centre_m))
    (x, y), seam = storm.foot_m, math.atan2(storm.foot_m[1] - storm.eye_m[1], storm.foot_m[0] - storm.eye_m[0])
    rng = np.random.default_rng(tornado.seed)
    mesh = tornado_mesh(tornado, rng, seam_rad=seam).moved(x, y)
    data = to_blender(mesh, tornado_name(tornado))
    if sharp := data.attributes.get("sharp_edge"):
        data.attributes.remove(sharp)
    for slot, made in enumerate((_funnel_material(storm), _dust_material(storm), _debris_material(storm))):
        data.materials[slot] = made
    item = bpy.data.objects.new(data.name, data)
    item.visible_diffuse = item.visible_shadow = False
    return Effect(item, "tornado", item.name, clouds=partial(_storm_sky, storm))


def tornado_name(tornado: Tornado) -> str:
    """A name that tells its shape from that of every other tornado; without a slash, as it is no asset of a catalogue,
    which would need a credit."""
    return f"tornado-{tornado.seed:08x}"


def _material(name: str) -> tuple[bpy.types.Material, Graph]:
    made = bpy.data.materials.new(name)
    made.node_tree.nodes.clear()
    made.cycles.emission_sampling = "NONE"
    return made, Graph(made.node_tree)


def _finish(graph: Graph, storm: _Storm, rgb: Value, alpha: Value) -> None:
    """Out with `rgb` (shares of the sky's mean) through the air beyond the haze volume; back faces are not there."""
    light, tornado = storm.light, storm.tornado
    away = np.subtract(storm.foot_m, storm.eye_m)
    reach = REACH_M / max(float(np.abs(away).max() / np.hypot(*away)), 0.7)
    kept = math.exp(-extinction(tornado.visibility_m) * max(tornado.distance_m - reach, 0.0))
    scale = _SHADE * light.sky_klx / math.pi
    tone = unit_luminance(light.sky_filter)
    veil = tuple(
        (1 - kept) * 0.85 * scale * a * b for a, b in zip(storm.strip_rgb(math.atan2(*away[::-1])), tone, strict=True)
    )
    own = graph.vector("MULTIPLY", rgb, tuple(kept * scale * channel for channel in tone))
    emission = graph.node("ShaderNodeEmission", Color=graph.vector("ADD", own, veil), Strength=1.0).outputs[0]
    clear = graph.node("ShaderNodeBsdfTransparent", Color=(1.0, 1.0, 1.0)).outputs[0]
    back = graph.given("ShaderNodeNewGeometry").outputs["Backfacing"]
    shown = graph.math("MULTIPLY", alpha, graph.math("SUBTRACT", 1.0, back))
    graph.node("ShaderNodeOutputMaterial", Surface=graph.blend(shown, clear, emission))


def _depth(graph: Graph) -> Socket:
    """How deep below the silhouette of a round body the ray runs: 0 at its edge, 1 through its axis."""
    geometry = graph.given("ShaderNodeNewGeometry")
    facing = graph.math(
        "ABSOLUTE", graph.vector("DOT_PRODUCT", geometry.outputs["Normal"], geometry.outputs["Incoming"])
    )
    across = graph.math("SQRT", graph.math("SUBTRACT", 1.0, graph.math("MULTIPLY", facing, facing), clamp=True))
    return graph.math("SUBTRACT", 1.0, across)


def _wound(graph: Graph, twist_1_m: float, along_m: float) -> tuple[Socket, Socket]:
    """(coordinates that wind about the axis, height in metres): noise over them runs in helical streaks.

    `twist_1_m` is the winding in radians per metre of height, `along_m` the height that counts as one radius.
    """
    angle, height, _ = graph.split(graph.uv())
    turned = graph.math("SUBTRACT", angle, graph.math("MULTIPLY", height, twist_1_m))
    wound = graph.combine(
        graph.math("COSINE", turned), graph.math("SINE", turned), graph.math("DIVIDE", height, along_m)
    )
    return wound, height


def _lit(graph: Graph, storm: _Storm, normal: Value, ambient: float, side: float) -> Socket:
    """Light on cloud with this normal: from all around, and from the horizon at the sun's side (wrapped, as in fog)."""
    x, y = storm.sun_xy
    towards = graph.vector("DOT_PRODUCT", normal, (x, y, 0.12))
    wrapped = graph.math("ADD", graph.math("MULTIPLY", towards, 0.5), 0.5, clamp=True)
    level = graph.math("POWER", wrapped, 1.6)
    lit = graph.vector("SCALE", storm.warm, graph.math("MULTIPLY", level, side * storm.side))
    return graph.vector("ADD", lit, (ambient, ambient, ambient))


def _funnel_material(storm: _Storm) -> bpy.types.Material:
    tornado = storm.tornado
    made, graph = _material("tornado funnel")
    radius = tornado.width_m / 2 + 0.03 * tornado.cloud_base_m
    wound, height = _wound(graph, 0.6 / radius, 1.25 * radius)
    rough = min(tornado.swirl, 1.2)
    warp = graph.noise(graph.vector("SCALE", wound, 1.3), 1.0, detail=2.0)
    bent = graph.vector("ADD", wound, graph.vector("SCALE", graph.combine(warp, warp, warp), 0.5 * rough))
    broad = graph.noise(bent, 1.8, detail=6.0, roughness=0.52 + 0.1 * rough)
    fine = graph.noise(graph.vector("MULTIPLY", bent, (1.0, 1.0, 0.6)), 5.0, detail=3.0, roughness=0.5)
    relief = graph.math("ADD", graph.math("MULTIPLY", broad, 0.7), graph.math("MULTIPLY", fine, 0.3))
    normal = graph.bump(graph.noise(bent, 1.7, detail=1.5), 0.15 + 0.3 * rough, 0.5 * radius)
    depth = _depth(graph)
    ragged = graph.math("MULTIPLY", graph.math("SUBTRACT", fine, 0.35), 0.10 + 0.12 * rough)
    solid = graph.step(graph.math("SUBTRACT", depth, ragged), 0.0, 0.16)
    # The top melts into the cloud, a tip that hangs free frays out.
    share = graph.math("ADD", graph.math("DIVIDE", height, tornado.cloud_base_m), graph.math("MULTIPLY", broad, 0.12))
    alpha = graph.math("MULTIPLY", solid, graph.step(share, 0.78, 1.04, 1.0, 0.0))
    tip = tip_height_m(tornado)
    if tip > 0:
        frayed = graph.math("SUBTRACT", height, graph.math("MULTIPLY", fine, 0.16 * tornado.cloud_base_m))
        alpha = graph.math(
            "MULTIPLY", alpha, graph.step(frayed, tip - 0.06 * tornado.cloud_base_m, tip + 0.1 * tornado.cloud_base_m)
        )
    light = _lit(graph, storm, normal, 0.13, 0.75)
    tone = graph.math("MULTIPLY", graph.step(relief, 0.28, 0.74, 0.8, 1.1), graph.step(share, 0.25, 0.95, 1.0, 0.4))
    cloud = graph.vector("SCALE", graph.vector("MULTIPLY", light, _CLOUD), tone)
    # Dust climbs up the lower funnel.
    _, dust_top = dust_size_m(tornado)
    soil = graph.vector("SCALE", graph.vector("MULTIPLY", light, tornado.dust_rgb), 1.9)
    climbing = graph.math("ADD", height, graph.math("MULTIPLY", graph.math("SUBTRACT", broad, 0.5), 1.2 * dust_top))
    dirty = graph.step(climbing, 0.2 * dust_top, 2.0 * dust_top + 20.0, 0.85 * tornado.dust, 0.0)
    _finish(graph, storm, graph.mix(dirty, cloud, soil), alpha)
    return made


def _dust_material(storm: _Storm) -> bpy.types.Material:
    tornado = storm.tornado
    made, graph = _material("tornado dust")
    radius, top = dust_size_m(tornado)
    from_foot = graph.vector("SUBTRACT", graph.world_position(), (*storm.foot_m, 0.0))
    height = graph.split(from_foot)[2]
    turn = graph.math("MULTIPLY", height, -0.8 / radius)
    wound = graph.node("ShaderNodeVectorRotate", {"rotation_type": "Z_AXIS"}, Vector=from_foot, Angle=turn).outputs[0]
    broad = graph.noise(wound, 1.6 / radius, detail=4.0, roughness=0.58)
    fine = graph.noise(wound, 7.0 / radius, detail=2.5, roughness=0.55)
    relief = graph.math("ADD", graph.math("MULTIPLY", broad, 0.62), graph.math("MULTIPLY", fine, 0.38))
    # Light follows the great billows alone: finer ones are blurred by their own motion.
    normal = graph.bump(graph.noise(wound, 2.0 / radius, detail=1.5), 0.8, 0.8 * radius)
    depth = _depth_of_dust(graph, storm)
    # Thin out upwards and towards the edge, in clumps.
    lifted = graph.math(
        "ADD", graph.math("DIVIDE", height, top), graph.math("MULTIPLY", graph.math("SUBTRACT", relief, 0.5), -1.6)
    )
    ragged = graph.step(relief, 0.3, 0.62, 0.42, 0.0)
    edge = graph.step(graph.math("SUBTRACT", depth, ragged), 0.0, 0.25)
    alpha = graph.math("MULTIPLY", edge, graph.step(lifted, 0.3, 0.95, 0.6 + 0.39 * tornado.dust, 0.0))
    light = _lit(graph, storm, normal, 0.16, 0.8)
    tone = graph.step(relief, 0.3, 0.7, 1.35, 2.1)
    _finish(graph, storm, graph.vector("SCALE", graph.vector("MULTIPLY", light, tornado.dust_rgb), tone), alpha)
    return made


def _depth_of_dust(graph: Graph, storm: _Storm) -> Socket:
    """How deep below the silhouette the ray runs, 0 at the mean outline: by its distance from the axis.

    Lumps of the mesh would open gaps if its own normals were asked, as they are for the funnel.
    """
    _, top = dust_size_m(storm.tornado)
    slope = (Axis.of(storm.tornado).at([top])[0] / top).tolist()
    outline, height, _ = graph.split(graph.uv())
    bend = graph.vector("SCALE", (*slope, 0.0), height)
    from_axis = graph.vector("SUBTRACT", graph.world_position(), graph.vector("ADD", bend, (*storm.foot_m, 0.0)))
    x, y, _ = graph.split(graph.given("ShaderNodeNewGeometry").outputs["Incoming"])
    across = graph.vector("NORMALIZE", graph.combine(graph.math("MULTIPLY", y, -1.0), x, 0.0))
    off = graph.math("ABSOLUTE", graph.vector("DOT_PRODUCT", from_axis, across))
    return graph.math("SUBTRACT", 1.0, graph.math("DIVIDE", off, outline))


def _debris_material(storm: _Storm) -> bpy.types.Material:
    made, graph = _material("tornado debris")
    _finish(graph, storm, (0.07, 0.068, 0.065), 1.0)
    return made


def _storm_sky(storm: _Storm, graph: Graph, direction: Socket, _clear: Socket, _light: Light) -> Socket:
    """The sky around the tornado as radiance per unit of the sky's illuminance, to stand for `_with_clouds`.

    A dark base at its true height, wound up by the rotation and lowered to a wall cloud over the tornado; beyond its
    edge the brighter strip along the horizon, brightest towards the sun, with rain falling at one side.
    """
    tornado, eye_m = storm.tornado, storm.eye_m
    rng = np.random.default_rng(tornado.seed + 1)
    base, lean = tornado.cloud_base_m, tornado.cloud_base_m * math.tan(math.radians(tornado.lean_deg))
    towards = math.radians(tornado.lean_towards_deg)
    centre = (
        storm.foot_m[0] - eye_m[0] + lean * math.cos(towards),
        storm.foot_m[1] - eye_m[1] + lean * math.sin(towards),
        0.0,
    )
    x, y, z = graph.split(direction)
    rise = graph.math("MAXIMUM", z, 0.012)
    level = graph.combine(graph.math("DIVIDE", x, rise), graph.math("DIVIDE", y, rise), 0.0)
    # The wall cloud is a bell below the base: from its lowest level up, the ray is followed to where they meet.
    drop, reach = 0.2 * base, 1.3 * tornado.width_m + 0.5 * base
    ground_rough = graph.noise(graph.vector("SCALE", level, base), 1.6 / base, detail=3.0)
    at = base - drop
    point = graph.vector("SCALE", level, at)
    bell: Socket = 0.0
    for _ in range(3):
        gap = graph.math("DIVIDE", graph.vector("DISTANCE", point, centre), reach)
        bell = graph.step(graph.math("ADD", gap, graph.math("MULTIPLY", ground_rough, 0.5)), 0.75, 1.35, 1.0, 0.0)
        point = graph.vector("SCALE", level, graph.math("SUBTRACT", base, graph.math("MULTIPLY", bell, drop)))
    away = graph.vector("SUBTRACT", point, centre)
    radius = graph.vector("LENGTH", away)
    swirl = graph.math("DIVIDE", 2.6 * reach, graph.math("ADD", radius, reach))
    turned = graph.node("ShaderNodeVectorRotate", {"rotation_type": "Z_AXIS"}, Vector=away, Angle=swirl).outputs[0]
    bands = graph.noise(turned, 1 / (0.9 * base), detail=7.0, roughness=0.55)
    shreds = graph.noise(turned, 4 / base, detail=4.0, roughness=0.6)
    texture = graph.math("ADD", graph.math("MULTIPLY", bands, 0.7), graph.math("MULTIPLY", shreds, 0.3))
    cosine = _towards_sun(graph, x, y, storm)
    glow = graph.math("MULTIPLY", graph.math("POWER", cosine, _GLOW_POWER), storm.side)
    # The strip below the storm's edge.
    edge = math.hypot(centre[0], centre[1]) + float(rng.uniform(2.0, 3.2)) * base
    strip = graph.vector("ADD", _STRIP, graph.vector("SCALE", storm.warm, graph.math("MULTIPLY", glow, _GLOW)))
    strip = graph.vector("SCALE", strip, graph.step(z, 0.0, 0.3, 1.0, 0.8))
    strip = _rained(graph, strip, x, y, z, storm, rng)
    far = graph.math("DIVIDE", graph.vector("LENGTH", point), edge)
    open_sky = graph.step(
        graph.math("ADD", far, graph.math("MULTIPLY", graph.math("SUBTRACT", texture, 0.5), 1.5)), 0.7, 1.5
    )
    tone = graph.step(texture, 0.32, 0.68, 0.11, 0.42)
    tone = graph.math("MULTIPLY", tone, graph.math("SUBTRACT", 1.0, graph.math("MULTIPLY", bell, 0.5)))
    tone = graph.math("MULTIPLY", tone, graph.math("ADD", 0.85, graph.math("MULTIPLY", glow, 0.5)))
    under = graph.vector("SCALE", (0.95, 1.0, 1.0), tone)
    # Air between the eye and the base takes on the light of the strip.
    hazed = graph.math(
        "SUBTRACT", 1.0, graph.math("EXPONENT", graph.math("MULTIPLY", graph.vector("LENGTH", point), -0.00007))
    )
    under = graph.mix(hazed, under, graph.vector("SCALE", strip, 0.8))
    return graph.vector("SCALE", graph.mix(open_sky, under, strip), _SHADE / math.pi)


def _towards_sun(graph: Graph, x: Socket, y: Socket, storm: _Storm) -> Socket:
    """0..1: 1 in the sun's azimuth, 0 opposite."""
    flat = graph.vector("NORMALIZE", graph.combine(x, y, 0.0))
    cosine = graph.vector("DOT_PRODUCT", flat, (*storm.sun_xy, 0.0))
    return graph.math("ADD", graph.math("MULTIPLY", cosine, 0.5), 0.5, clamp=True)


def _rained(
    graph: Graph, strip: Socket, x: Socket, y: Socket, z: Socket, storm: _Storm, rng: np.random.Generator
) -> Socket:
    """`strip` with a curtain of rain at one side of the tornado."""
    offset = float(rng.choice([-1, 1])) * math.radians(float(rng.uniform(28, 60)))
    angle = math.radians(storm.tornado.azimuth_deg) + offset
    flat = graph.vector("NORMALIZE", graph.combine(x, y, 0.0))
    cosine = graph.vector("DOT_PRODUCT", flat, (math.cos(angle), math.sin(angle), 0.0))
    slanted = graph.vector(
        "ADD", graph.vector("SCALE", flat, 14.0), graph.combine(0.0, 0.0, graph.math("MULTIPLY", z, 2.0))
    )
    streaks = graph.noise(slanted, 1.0, detail=3.0)
    wobbling = graph.math("ADD", cosine, graph.math("MULTIPLY", graph.math("SUBTRACT", streaks, 0.5), 0.15))
    rain = graph.step(wobbling, math.cos(math.radians(34)), math.cos(math.radians(12)), 0.0, 0.85)
    return graph.mix(rain, strip, graph.vector("SCALE", (0.3, 0.315, 0.325), graph.step(streaks, 0.2, 0.8, 0.85, 1.1)))

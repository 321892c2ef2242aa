"""The sun, the sky with its clouds, and what lamps add. A radiance of 1 is 1 kcd/m2 (see `scenes.atmosphere.light`)."""

from __future__ import annotations

import math
from collections.abc import Callable

import bpy
import numpy as np

from longtail.colour import unit_luminance
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.atmosphere.sky import sky_map
from longtail.scenes.blender.library import load_panorama
from longtail.scenes.blender.marks import BODY
from longtail.scenes.blender.moon import build_moon_disc
from longtail.scenes.blender.nodes import Graph, Socket
from longtail.scenes.geometry.materials import Rgb

Clouds = Callable[[Graph, Socket, Socket, Light], Socket]

_SUN_ANGLE_RAD = math.radians(0.53)
# A moon with less than this share of the sky's light casts no shadow that one could see.
_LEAST_SHARE = 0.002
# How far what asks for ambient occlusion looks. Only the label pass does, which wants nothing of it.
_OCCLUDED_M = 1e-6
# Where a panorama's sky begins: what is at its very horizon is ground as often as not.
_LEAST_RAD = math.radians(0.25)


def build_light(
    scene: bpy.types.Scene, light: Light, clouds: Clouds | None = None, panorama: LibraryAsset | None = None
) -> None:
    """Give `scene` the sun, the moon and the sky of `light`, which is the `panorama` where there is one; nothing where
    it has no sky."""
    if not light.sky:
        return
    _build_beam(scene, "sun", light.sun_klx, light.sun_rgb, light.sun_elevation_deg, light.sun_azimuth_deg, light)
    moon = light.moon
    if light.moon_klx > _LEAST_SHARE * light.sky_klx:
        _build_beam(scene, "moon", light.moon_klx, light.moon_rgb, moon.elevation_deg, moon.azimuth_deg, light)
    build_moon_disc(scene, light)
    world = _world(scene)
    if panorama is not None and clouds is None:
        _show_panorama(Graph(world.node_tree), light, panorama)
    else:
        _build_sky(Graph(world.node_tree), light, clouds or _with_clouds)


def _build_beam(
    scene: bpy.types.Scene, name: str, klx: float, rgb: Rgb, elevation_deg: float, azimuth_deg: float, light: Light
) -> None:
    """Parallel light from the sun or the moon, which look equally large; none without any."""
    if klx <= 0:
        return
    data = bpy.data.lights.new(name, "SUN")
    data[BODY] = name
    data.energy = klx
    data.color = rgb
    # Thin cloud and haze widen the source, so that shadows soften before they go.
    data.angle = _SUN_ANGLE_RAD * (1 + 5 * light.cloud_cover**2)
    item = bpy.data.objects.new(name, data)
    elevation, azimuth = math.radians(elevation_deg), math.radians(azimuth_deg)
    item.rotation_euler = (math.pi / 2 - elevation, 0.0, azimuth + math.pi / 2)
    scene.collection.objects.link(item)


def _world(scene: bpy.types.Scene) -> bpy.types.World:
    world = bpy.data.worlds.new("sky")
    scene.world = world
    # The sun is a lamp of its own and the rest of the sky is smooth, so importance sampling would gain little; building
    # its map from this shader took 5 s a frame.
    world.cycles.sampling_method = "NONE"
    world.light_settings.distance = _OCCLUDED_M
    world.node_tree.nodes.clear()
    return world


def _build_sky(graph: Graph, light: Light, clouds: Clouds) -> None:
    direction = graph.given("ShaderNodeTexCoord").outputs["Generated"]
    strength = light.sky_klx
    clear = _clear(graph, direction, light)
    tone = unit_luminance(light.sky_filter)
    seen_rgb = graph.vector("MULTIPLY", clouds(graph, direction, clear, light), tone)
    # What only lights the scene needs no cloud edges: their mean is enough, and saves a fifth of the path tracing.
    share = light.cloud_cover**2
    mean = graph.vector("MULTIPLY", graph.mix(share, clear, (1 / math.pi,) * 3), tone)
    _show(graph, seen_rgb, mean, strength)


def _show(graph: Graph, seen: Socket, lighting: Socket, strength: float) -> None:
    """What the sky shows, and what of it reaches a camera by way of matt surfaces alone."""
    shown = graph.node("ShaderNodeBackground", Color=seen, Strength=strength)
    spread = graph.node("ShaderNodeBackground", Color=lighting, Strength=strength)
    diffuse = graph.given("ShaderNodeLightPath").outputs["Is Diffuse Ray"]
    graph.node("ShaderNodeOutputWorld", Surface=graph.blend(diffuse, shown.outputs[0], spread.outputs[0]))


def _show_panorama(graph: Graph, light: Light, panorama: LibraryAsset) -> None:
    """The panorama's upper half, as bright as the sky of `light`; its lowest row goes on below the horizon."""
    sky, images = panorama.sky, load_panorama(panorama)
    assert sky is not None
    direction = graph.given("ShaderNodeTexCoord").outputs["Generated"]
    turned = graph.node(
        "ShaderNodeVectorRotate",
        {"rotation_type": "Z_AXIS"},
        Vector=direction,
        Angle=math.radians(sky.sun_azimuth_deg - light.sun_azimuth_deg),
    ).outputs[0]
    x, y, z = graph.split(turned)
    across = graph.math("SQRT", graph.math("ADD", graph.math("MULTIPLY", x, x), graph.math("MULTIPLY", y, y)))
    elevation = graph.math("ARCTAN2", graph.math("MAXIMUM", z, 0.0), across)
    if sky.sun_elevation_deg is not None:
        elevation = _stretched(graph, elevation, sky.sun_elevation_deg, light.sun_elevation_deg)
    elevation = graph.math("MINIMUM", graph.math("MAXIMUM", elevation, _LEAST_RAD), math.pi / 2 - 1e-4)
    towards = graph.combine(x, y, graph.math("MULTIPLY", across, graph.math("TANGENT", elevation)))
    seen, lighting = (
        graph.node("ShaderNodeTexEnvironment", {"image": image}, Vector=towards).outputs["Color"] for image in images
    )
    _show(graph, seen, lighting, light.sky_klx / sky.level)


def _stretched(graph: Graph, elevation: Socket, shown_deg: float, drawn_deg: float) -> Socket:
    """As `scenes.atmosphere.panorama.stretched`: of the two lines that meet at the sun the one that bends the right
    way."""
    shown, drawn, top = math.radians(shown_deg), math.radians(drawn_deg), math.pi / 2
    below = graph.math("MULTIPLY", elevation, shown / drawn)
    slope = (top - shown) / (top - drawn)
    above = graph.math("ADD", graph.math("MULTIPLY", elevation, slope), shown - slope * drawn)
    return graph.math("MINIMUM" if shown > drawn else "MAXIMUM", below, above)


def _clear(graph: Graph, direction: Socket, light: Light) -> Socket:
    """The clear sky's map as an environment texture, turned towards the sun."""
    pixels = sky_map(light)
    rows, columns = pixels.shape[:2]
    image = bpy.data.images.new("clear sky", columns, rows, float_buffer=True)
    image.colorspace_settings.name = "Linear Rec.709"
    rgba = np.ones((rows, columns, 4), dtype=np.float32)
    rgba[..., :3] = pixels[::-1]
    image.pixels.foreach_set(rgba.ravel())
    # The map's middle column looks along +X where the environment is not turned.
    turn = graph.node(
        "ShaderNodeVectorRotate",
        {"rotation_type": "Z_AXIS"},
        Vector=direction,
        Angle=-math.radians(light.sun_azimuth_deg),
    )
    texture = graph.node("ShaderNodeTexEnvironment", {"image": image, "interpolation": "Cubic"}, Vector=turn.outputs[0])
    return texture.outputs["Color"]


def _with_clouds(graph: Graph, direction: Socket, clear: Socket, light: Light) -> Socket:
    """Clouds on a flat layer overhead: noise above a threshold set by the cover, merging into grey at the horizon."""
    cover = light.cloud_cover
    if cover <= 0.02:
        return clear
    x, y, z = graph.split(direction)
    height = graph.math("MAXIMUM", z, 0.03)
    plane = graph.combine(graph.math("DIVIDE", x, height), graph.math("DIVIDE", y, height), light.haze * 31.0)
    billow = graph.noise(plane, 0.75, detail=9.0, roughness=0.56)
    finer = graph.noise(plane, 3.1, detail=5.0, roughness=0.6)
    density = graph.math("ADD", billow, graph.math("MULTIPLY", graph.math("SUBTRACT", finer, 0.5), 0.12))
    threshold = 0.72 - 0.47 * cover
    # Towards the horizon clouds would shrink below a pixel: there they merge into a veil.
    alpha = graph.math("MULTIPLY", graph.step(density, threshold, threshold + 0.13), graph.step(z, 0.03, 0.17))
    thick = graph.step(density, threshold + 0.05, threshold + 0.4, 1.0, 0.62)
    closed = max(0.0, min((cover - 0.55) / 0.3, 1.0))
    # Under a closed layer the CIE overcast gradation; sunlit clouds are white in full daylight, albedo about 0.7.
    gradation = graph.math("MULTIPLY", graph.math("ADD", graph.math("MULTIPLY", height, 2.0), 1.0), 3 / (7 * math.pi))
    sunlit = 0.7 / math.pi * min(light.horizontal_lux / 1000 / light.sky_klx, 6.0)
    level = graph.math("MULTIPLY", graph.lerp(closed, sunlit, gradation), thick)
    warm = light.sun_rgb if light.sun_elevation_deg > 0 else (0.9, 0.95, 1.1)
    weight = 0.35 - 0.25 * closed
    red, green, blue = (1 + weight * (channel - 1) for channel in warm)
    cloud = graph.vector("SCALE", (red * 0.97, green, blue * 1.03), level)
    mixed = graph.mix(alpha, clear, cloud)
    veil = graph.step(z, 0.0, 0.22, 0.9 * cover, 0.0)
    far = graph.vector("SCALE", (0.98, 1.0, 1.03), graph.lerp(closed, 0.55, graph.math("MULTIPLY", gradation, 1.1)))
    return graph.mix(veil, mixed, far)

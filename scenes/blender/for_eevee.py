"""What EEVEE renders unlike Cycles, put right in a scene that was built for Cycles.

EEVEE knows no IES profiles, no shader nodes in lights, no clear shader added to a glowing one, and no thick air: its
volumes end where its grid does. Lamps that surfaces mirror it mirrors twice, as lights and as what is in view. None of
what changes here is seen by the pass that labels are read from.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import bpy
import numpy as np
from mathutils import Matrix, Vector

from longtail.scenes.atmosphere.air import EYE_HEIGHT_M, AirLayer, transmission
from longtail.scenes.atmosphere.airlight import REACH_M
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.lamps import BEAMS, EGO
from longtail.scenes.blender.marks import BEAM, BODY, HAZE, MIRROR, OWNER, TEMPLATE
from longtail.scenes.blender.nodes import Graph
from longtail.scenes.lamps.headlamp_cones import CONES, Cone

_SUITED = "longtail eevee"
# Other vehicles' lamps do without the apron and what lies over the cut-off: less light than one could tell.
_OTHERS_CONES = 3
# A shadow costs EEVEE a picture of the whole street from the lamp: the lamps that give most light where the camera is
# have one, beside the sun and the moon.
_LAMPS_WITH_SHADOW = 8
# A headlamp's beam as an image: degrees to each side, up and down, and pixels a degree.
_BEAM_REACH_DEG, _BEAM_PX_DEG = 60.0, 4


@contextmanager
def suited(scene: bpy.types.Scene) -> Iterator[None]:
    """`scene` without what EEVEE would show wrongly; afterwards it is as it was."""
    for made in bpy.data.materials:
        if made.node_tree is not None and _SUITED not in made and TEMPLATE not in made:
            _suit_material(made)
            made[_SUITED] = True
    beams = [item for item in scene.collection.objects if BEAM in item]
    hidden = [*beams, *(item for item in scene.collection.objects if HAZE in item)]
    cones = [cone for beam in beams for cone in _add_cones(scene, beam)]
    for item in hidden:
        item.hide_render = True
    shining = _drop_shadows(scene)
    twice = _mirrored_in_view(scene)
    for item in twice:
        item.visible_glossy = False
    if scene.world is not None:
        # Our sky has its sun taken out already.
        scene.world.sun_threshold = 0.0
        scene.world.probe_resolution = "512"
    try:
        yield
    finally:
        for item in hidden:
            item.hide_render = False
        for item in twice:
            item.visible_glossy = True
        without = {item.data for item in shining}
        for item, data in shining.items():
            item.data = data
        bpy.data.batch_remove([*cones, *without])


def dim_beams(scene: bpy.types.Scene, light: Light, layers: Iterable[AirLayer]) -> None:
    """Take from the sun and the moon what `layers` of thick air do, which Cycles would trace."""
    layers = tuple(layers)
    elevations = {"sun": light.sun_elevation_deg, "moon": light.moon.elevation_deg}
    for item in scene.collection.objects if layers else ():
        if item.type == "LIGHT" and item.data.type == "SUN":
            rise = math.sin(math.radians(max(elevations[item.data[BODY]], 1.0)))
            far = min(max(layer.top_m for layer in layers) / rise, REACH_M)
            item.data.energy *= float(transmission(layers, EYE_HEIGHT_M, EYE_HEIGHT_M + far * rise, far))


def _suit_material(made: bpy.types.Material) -> None:
    tree = made.node_tree
    for node in [node for node in tree.nodes if node.type == "TEX_IES"]:
        _replace_profile(Graph(tree), node)
    if _is_blended(made):
        made.surface_render_method = "BLENDED"


def _is_blended(made: bpy.types.Material) -> bool:
    """Whether light comes through and from a material at a time, as with glass and glowing cloud.

    A cut-out is clear or not, and what has windows by its texture's alpha is solid beside them: its back would be drawn
    over its front. Water is left to EEVEE's usual way, which mirrors what is in view.
    """
    nodes = made.node_tree.nodes
    cut_out = any(
        (node.type == "MATH" and node.operation == "GREATER_THAN")
        or (node.type == "TEX_IMAGE" and node.outputs["Alpha"].is_linked)
        for node in nodes
    )
    return not cut_out and MIRROR not in made and any(node.type == "BSDF_TRANSPARENT" for node in nodes)


def _replace_profile(graph: Graph, profile: bpy.types.Node) -> None:
    """Let an image of the beam give what the IES node `profile` does: kcd by the direction in the lamp's frame."""
    beam = profile.ies[BEAM]
    right, ahead, up = graph.split(profile.inputs["Vector"].links[0].from_socket)
    level = graph.vector("LENGTH", graph.combine(right, ahead, 0.0))
    across = 1 / math.radians(2 * _BEAM_REACH_DEG)
    place = graph.combine(
        graph.math("ADD", graph.math("MULTIPLY", graph.math("ARCTAN2", right, ahead), across), 0.5),
        graph.math("ADD", graph.math("MULTIPLY", graph.math("ARCTAN2", up, level), across), 0.5),
        0.0,
    )
    image = graph.node("ShaderNodeTexImage", {"image": _beam_image(beam), "extension": "CLIP"}, Vector=place)
    for link in list(profile.outputs[0].links):
        graph.tree.links.new(image.outputs["Color"], link.to_socket)
    graph.tree.nodes.remove(profile)


def _beam_image(beam: str) -> bpy.types.Image:
    name = f"longtail {beam} beam"
    found = bpy.data.images.get(name)
    if found is not None:
        return found
    side = round(2 * _BEAM_REACH_DEG * _BEAM_PX_DEG)
    degrees = (np.arange(side) + 0.5) / _BEAM_PX_DEG - _BEAM_REACH_DEG
    kcd = BEAMS[beam](degrees[None, :], degrees[:, None]) / 1000
    image = bpy.data.images.new(name, side, side, float_buffer=True, is_data=True)
    image.use_fake_user = True
    rgba = np.ones((side, side, 4), dtype=np.float32)
    rgba[..., :3] = kcd[..., None]
    image.pixels.foreach_set(rgba.ravel())
    image.update()
    return image


def _add_cones(scene: bpy.types.Scene, lamp: bpy.types.Object) -> list[bpy.types.Object]:
    """Spot lights in the place of a headlamp whose beam comes from a table."""
    made = []
    beam = lamp[BEAM]
    cones = CONES[beam] if lamp[OWNER] == EGO else CONES[beam][:_OTHERS_CONES]
    for number, cone in enumerate(cones):
        item = bpy.data.objects.new(f"{lamp.name} cone {number}", _cone_light(lamp.data, beam, number, cone))
        turn = Matrix.Rotation(math.radians(-cone.right_deg), 4, "Y") @ Matrix.Rotation(
            math.radians(cone.up_deg), 4, "X"
        )
        # EEVEE flattens the cone of a lamp that is scaled.
        item.matrix_world = lamp.matrix_world @ turn @ Matrix.Diagonal((1.0, cone.flatness, 1.0, 1.0))
        item.visible_camera = item.visible_glossy = False
        scene.collection.objects.link(item)
        made.append(item)
    return made


def _drop_shadows(scene: bpy.types.Scene) -> dict[bpy.types.Object, bpy.types.SpotLight]:
    """Let all but the lamps that matter most shine through what is in their way; which light each had before."""
    eye = scene.camera.matrix_world.translation
    lamps = [item for item in scene.collection.objects if item.type == "LIGHT" and item.data.type == "SPOT"]
    shown = [item for item in lamps if not item.hide_render]

    def matters(item: bpy.types.Object) -> float:
        return float(item.data.energy / max((item.matrix_world.translation - eye).length_squared, 1.0))

    before: dict[bpy.types.Object, bpy.types.SpotLight] = {}
    without: dict[str, bpy.types.SpotLight] = {}
    for item in sorted(shown, key=matters, reverse=True)[_LAMPS_WITH_SHADOW:]:
        name = item.data.name
        if name not in without:
            without[name] = item.data.copy()
            without[name].use_fake_user = without[name].use_shadow = False
        before[item] = item.data
        item.data = without[name]
    return before


def _mirrored_in_view(scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """The sources that surfaces mirror and whose glass is in view: EEVEE mirrors what is in view as well."""
    camera = scene.camera
    camera_from_world = camera.matrix_world.inverted()
    is_flat = camera.data.type == "ORTHO"

    def at(point: Vector) -> tuple[float, float]:
        depth = 1.0 if is_flat else -point.z
        return point.x / depth, point.y / depth

    frame = [at(corner) for corner in camera.data.view_frame(scene=scene)]
    low, high = (tuple(pick(axis) for axis in zip(*frame, strict=True)) for pick in (min, max))

    def is_seen(point: Vector) -> bool:
        seen = camera_from_world @ point
        return bool(seen.z < 0 and all(a <= b <= c for a, b, c in zip(low, at(seen), high, strict=True)))

    lamps = [item for item in scene.collection.objects if item.type == "LIGHT" and item.data.type != "SUN"]
    return [item for item in lamps if item.visible_glossy and any(is_seen(point) for point in _spread(item))]


def _spread(item: bpy.types.Object) -> list[Vector]:
    """The middle and the corners of a source, in the world."""
    data = item.data
    width, height = (data.size, data.size_y) if data.type == "AREA" else (0.0, 0.0)
    corners = [(x * width / 2, y * height / 2) for x in (-1, 1) for y in (-1, 1)]
    return [item.matrix_world @ Vector((x, y, 0.0)) for x, y in [(0.0, 0.0), *corners]]


def _cone_light(head: bpy.types.SpotLight, beam: str, number: int, cone: Cone) -> bpy.types.SpotLight:
    name = f"longtail {beam} cone {number}"
    found = bpy.data.lights.get(name)
    if found is not None:
        return found
    data = bpy.data.lights.new(name, "SPOT")
    data.use_fake_user = True
    data.energy = 4 * math.pi * cone.kcd
    data.color = head.color
    data.spot_size = math.radians(2 * cone.half_width_deg)
    data.spot_blend = cone.blend
    data.shadow_soft_size = head.shadow_soft_size
    return data

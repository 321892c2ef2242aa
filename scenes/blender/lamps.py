"""Lamps that light the scene: street lights and headlights, with the intensities of real luminaires.

Blender's point and spot lights take a power of 4 pi times the intensity; an intensity of 1 is 1 kcd here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import bpy
from mathutils import Matrix, Vector

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.lamps import headlamps
from longtail.scenes.scene import Carrier

# A 7,000 lm LED luminaire that spreads over about 2.5 sr.
STREET_KCD = 2.8
TAIL_KCD = 0.004
# Two rows of these give a road some 200 lx, as tunnels have by day; at night they burn with `TUNNEL_NIGHT` of it.
TUNNEL_KCD = 1.6
TUNNEL_NIGHT = 0.25
TUNNEL_GLASS_KCD_M2 = 6.0
_RGB: dict[str, Rgb] = {
    "street": (1.0, 0.78, 0.52),
    "head": (1.0, 0.94, 0.86),
    "tail": (1.0, 0.03, 0.02),
    "tunnel": (1.0, 0.88, 0.7),
}
_KCD = {"street": STREET_KCD, "head": 1.0, "tail": TAIL_KCD, "tunnel": TUNNEL_KCD}
_CONE_DEG = {"street": 140.0, "head": 150.0, "tail": 110.0, "tunnel": 150.0}
_RADIUS_M = {"street": 0.12, "head": 0.05, "tail": 0.05, "tunnel": 0.25}

# Beams by name, as functions of (azimuth to the right, elevation) in degrees to candelas.
BEAMS: dict[str, Callable[..., headlamps.Array]] = {
    "dipped": headlamps.dipped_cd,
    "main": headlamps.main_cd,
    "bicycle": headlamps.bicycle_cd,
}
# Cycles reads candelas as watts of D65 light: 4 pi / 177.83 (intern/cycles/util/ies.cpp).
_WATTS_PER_CD = 0.0706650768394

# A used white sheet of class RA1 returns about 50 cd/m2 per lux (EN 12899-1); a dipped beam sends some 350 cd above its
# cut-off, a main one some ten thousand off its axis.
RETRO_KCD = {"dipped": 50 * 350 / 1000, "main": 50 * 10_000 / 1000}


def build_headlights(scene: bpy.types.Scene, carrier: Carrier) -> None:
    """The headlights of what carries the cameras, where they are on."""
    if carrier.beam is not None:
        build_lamps(scene, carrier.lamps, Matrix(carrier.world_from_carrier.matrix), "ego", beam=carrier.beam)


def build_lamps(
    scene: bpy.types.Scene, lamps: Iterable[Lamp], world_from_object: Matrix, name: str, *, beam: str = "dipped"
) -> None:
    """Add the light of `lamps` (those of roles that light their surroundings) of one object to `scene`."""
    for number, lamp in enumerate(lamps):
        if lamp.role not in _KCD:
            continue
        item = bpy.data.objects.new(f"{name} {lamp.role} {number}", _light(lamp.role, beam))
        aim = Vector(lamp.aim)
        if lamp.role == "head":
            # The beam's own cut-off dips it, not the lamp's aim.
            aim.z = 0.0
        aim.normalize()
        # Clear of the lamp's own housing, which would swallow the light.
        start = Vector(lamp.position_m) + aim * 0.12
        item.matrix_world = world_from_object @ (
            Matrix.Translation(start) @ aim.to_track_quat("-Z", "Y").to_matrix().to_4x4()
        )
        # The glowing glass is what one sees of a lamp; its light source must not show a second time.
        item.visible_camera = False
        item.visible_glossy = False
        scene.collection.objects.link(item)


def build_tunnel_lamps(scene: bpy.types.Scene, lamps: Iterable[Lamp], share: float) -> None:
    """The luminaires of a tunnel, in world metres, burning with `share` of their full light."""
    lamps = tuple(lamps)
    if lamps and share > 0:
        _light("tunnel", "").energy = 4 * math.pi * TUNNEL_KCD * share
        build_lamps(scene, lamps, Matrix.Identity(4), "tunnel")


def beam_kcd(graph: Graph, beam: str, ahead: Value, left: Value, up: Value) -> Socket:
    """The intensity in kcd of the beam `beam` towards a direction in the vehicle's frame."""
    right = graph.math("MULTIPLY", left, -1.0)
    vector = graph.combine(right, ahead, up)
    node = graph.node("ShaderNodeTexIES", {"ies": _profile(beam)}, Vector=vector, Strength=1 / (1000 * _WATTS_PER_CD))
    return node.outputs[0]


def beam_name(beam: str) -> str:
    """What Blender calls the light and the intensity table of a beam."""
    return f"longtail {beam} beam"


def _light(role: str, beam: str) -> bpy.types.SpotLight:
    """The light that all lamps of a role share; made at first use, kept for the session."""
    name = beam_name(beam) if role == "head" else f"longtail {role} lamp"
    found = bpy.data.lights.get(name)
    if found is not None:
        return found
    data = bpy.data.lights.new(name, "SPOT")
    data.use_fake_user = True
    data.energy = 4 * math.pi * _KCD[role]
    data.color = _RGB[role]
    data.spot_size = math.radians(_CONE_DEG[role])
    data.spot_blend = 0.0 if role == "head" else 1.0
    data.shadow_soft_size = _RADIUS_M[role]
    if role == "head":
        data.use_nodes = True
        data.node_tree.nodes.clear()
        graph = Graph(data.node_tree)
        # The light looks along its -Z with Y up, so X points to the right.
        x, y, z = graph.split(graph.given("ShaderNodeTexCoord").outputs["Normal"])
        ahead, left = graph.math("MULTIPLY", z, -1.0), graph.math("MULTIPLY", x, -1.0)
        emission = graph.node("ShaderNodeEmission", Strength=beam_kcd(graph, beam, ahead, left, y))
        graph.node("ShaderNodeOutputLight", Surface=emission.outputs[0])
    return data


def _profile(beam: str) -> bpy.types.Text:
    name = beam_name(beam)
    found = bpy.data.texts.get(name)
    if found is None:
        found = bpy.data.texts.new(name)
        found.use_fake_user = True
        found.write(headlamps.ies_text(BEAMS[beam](*headlamps.grid())))
    return found

"""Lamps that light the scene: street lights and headlights, with the intensities of real luminaires.

Blender's spot lights take a power of 4 pi times the intensity, and its areas one of pi times that along their normal;
an intensity of 1 is 1 kcd here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.blender.marks import BEAM, OWNER
from longtail.scenes.blender.nodes import Graph, Socket, Value
from longtail.scenes.lamps import headlamps
from longtail.scenes.lamps.kinds import Beam, Circuit, LampKind

# Beams by name, as functions of (azimuth to the right, elevation) in degrees to candelas.
BEAMS: dict[str, Callable[..., headlamps.Array]] = {
    "dipped": headlamps.dipped_cd,
    "main": headlamps.main_cd,
    "bicycle": headlamps.bicycle_cd,
}
# Cycles reads candelas as watts of D65 light: 4 pi / 177.83 (intern/cycles/util/ies.cpp).
_WATTS_PER_CD = 0.0706650768394

EGO = "ego"
"""The name of what carries the camera."""


class Lamplight:
    """The light of the lamps of one scene. Lamps of one kind share their light, which goes with the scene.

    `circuits` says how far the lamps of each circuit burn, 0..1; in full where it says nothing.
    """

    def __init__(self, scene: bpy.types.Scene, circuits: Mapping[Circuit, float]) -> None:
        self._scene, self._circuits = scene, circuits
        self._lights: dict[LampKind, bpy.types.Light] = {}

    def add(
        self, lamps: Iterable[Lamp], world_from_object: NDArray[np.float64], name: str, beam: Beam | None = None
    ) -> list[tuple[bpy.types.Object, Matrix]]:
        """The light of `lamps` of one object; those that only glow give none. `beam` is that of its headlamps.

        Returns the lights with their poses in the object's frame.
        """
        place, made = Matrix(world_from_object), []
        for number, lamp in enumerate(lamps):
            if not self._burns(lamp):
                continue
            item = bpy.data.objects.new(f"{name} {lamp.kind.name} {number}", self._light(lamp.kind, beam))
            item[OWNER] = name
            if lamp.kind.beam:
                item[BEAM] = beam or lamp.kind.beam
            item.matrix_world = place @ (seat := _aimed(lamp))
            made.append((item, seat))
            # The glowing glass is what one sees of a lamp; its light source must not show a second time.
            item.visible_camera = False
            item.visible_glossy = lamp.kind.mirrored
            self._scene.collection.objects.link(item)
        return made

    def burning(self, lamps: Iterable[Lamp]) -> list[Lamp]:
        """Those of `lamps` for which `add` makes a light source."""
        return [lamp for lamp in lamps if self._burns(lamp)]

    def _burns(self, lamp: Lamp) -> bool:
        return lamp.kind.lights and self._share(lamp.kind) > 0

    def _share(self, kind: LampKind) -> float:
        return self._circuits.get(kind.circuit, 1.0)

    def _light(self, kind: LampKind, beam: Beam | None) -> bpy.types.Light:
        if kind.beam:
            return _headlight(kind, beam or kind.beam)
        if kind not in self._lights:
            self._lights[kind] = _plain_light(kind, self._share(kind))
        return self._lights[kind]


def _aimed(lamp: Lamp) -> Matrix:
    """The pose of the lamp's light, which shines along its -Z, in the frame of what the lamp is on."""
    aim = Vector(lamp.aim)
    if lamp.kind.beam:
        # The beam's own cut-off dips it, not the lamp's aim.
        aim.z = 0.0
    aim.normalize()
    # Clear of the lamp's own housing, which would swallow the light.
    start = Vector(lamp.position_m) + aim * lamp.kind.clear_m
    return Matrix.Translation(start) @ aim.to_track_quat("-Z", "Y").to_matrix().to_4x4()


def beam_kcd(graph: Graph, beam: str, ahead: Value, left: Value, up: Value) -> Socket:
    """The intensity in kcd of the beam `beam` towards a direction in the vehicle's frame."""
    right = graph.math("MULTIPLY", left, -1.0)
    vector = graph.combine(right, ahead, up)
    node = graph.node("ShaderNodeTexIES", {"ies": _profile(beam)}, Vector=vector, Strength=1 / (1000 * _WATTS_PER_CD))
    return node.outputs[0]


def beam_name(beam: str) -> str:
    """What Blender calls the light and the intensity table of a beam."""
    return f"longtail {beam} beam"


def _plain_light(kind: LampKind, share: float) -> bpy.types.Light:
    """Light that falls off towards the border of a cone, a glowing rectangle's or ellipse's, or a bare bulb's."""
    data = bpy.data.lights.new(
        f"longtail {kind.name} lamp", "AREA" if kind.panel_m else "POINT" if kind.bare else "SPOT"
    )
    data.color = kind.rgb
    if kind.panel_m:
        data.shape = "ELLIPSE" if kind.round else "RECTANGLE"
        data.size, data.size_y = kind.panel_m
        data.energy = math.pi * kind.kcd * share
    elif kind.bare:
        data.energy = 4 * math.pi * kind.kcd * share
        _make_small(data, kind)
    else:
        data.energy = 4 * math.pi * kind.kcd * share
        data.spot_size, data.spot_blend = math.radians(kind.cone_deg), 1.0
        _make_small(data, kind)
    return data


def _headlight(kind: LampKind, beam: Beam) -> bpy.types.SpotLight:
    """The light of all headlamps of a beam; made at first use, kept for the session."""
    found = bpy.data.lights.get(beam_name(beam))
    if found is not None:
        return found
    data = bpy.data.lights.new(beam_name(beam), "SPOT")
    data.use_fake_user = True
    data.energy = 4 * math.pi * kind.kcd
    data.color = kind.rgb
    data.spot_size, data.spot_blend = math.radians(kind.cone_deg), 0.0
    _make_small(data, kind)
    data.use_nodes = True
    data.node_tree.nodes.clear()
    graph = Graph(data.node_tree)
    # The light looks along its -Z with Y up, so X points to the right.
    x, y, z = graph.split(graph.given("ShaderNodeTexCoord").outputs["Normal"])
    ahead, left = graph.math("MULTIPLY", z, -1.0), graph.math("MULTIPLY", x, -1.0)
    emission = graph.node("ShaderNodeEmission", Strength=beam_kcd(graph, beam, ahead, left, y))
    graph.node("ShaderNodeOutputLight", Surface=emission.outputs[0])
    return data


def _make_small(data: bpy.types.SpotLight | bpy.types.PointLight, kind: LampKind) -> None:
    """A lamp of its radius. Cycles tries each ray on every lamp it could meet by chance: those that are mirrored."""
    data.shadow_soft_size = kind.radius_m
    data.cycles.use_multiple_importance_sampling = kind.mirrored


def _profile(beam: str) -> bpy.types.Text:
    name = beam_name(beam)
    found = bpy.data.texts.get(name)
    if found is None:
        found = bpy.data.texts.new(name)
        found.use_fake_user = True
        found[BEAM] = beam
        found.write(headlamps.ies_text(BEAMS[beam](*headlamps.grid())))
    return found

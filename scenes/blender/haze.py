"""Air that one cannot see through, as an absorbing and glowing volume.

In fog that fills the view evenly, radiance along a ray is L = L0 exp(-b d) + La (1 - exp(-b d)) with the extinction
b = ln(20) / visibility (Koschmieder 1924; WMO No. 8). A homogeneous volume that absorbs b and emits b La gives just
that, without noise, in the picture as in every mirror, and it lights what stands in it from all sides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from longtail.scenes.atmosphere.air import AirLayer
from longtail.scenes.atmosphere.airlight import REACH_M, airlight, dense
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.marks import CUT_OUT, HAZE
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.nodes import Graph
from longtail.scenes.geometry.materials import Principled, Rgb
from longtail.scenes.geometry.solids import box

_TAKES, _GIVES = "takes", "gives"
_HOLDS_HOLES = "longtail holds holes"
"""On a box of air: its lowest and highest corner in the world, where all that has holes is between them."""
_TWIN_BELOW_M, _TWIN_SIZE = 5_000.0, 1e-3


def build_haze(scene: bpy.types.Scene, light: Light, layers: Iterable[AirLayer], centre_m: tuple[float, float]) -> None:
    """Fill the air around `centre_m` with the dense `layers`, a box each: where boxes overlap, volumes add up.

    All that is to stand in the air must be in `scene` by now.
    """
    thick = dense(layers)
    holed = _holed(scene) if thick else []
    for number, layer in enumerate(thick):
        # A little off from layer to layer, so that no two walls of the boxes coincide.
        half = REACH_M - number
        depth = 20.0 + number
        middle_m = (*centre_m, (layer.top_m - depth) / 2)
        size_m = (2 * half, 2 * half, layer.top_m + depth)
        room = _Room(*(np.array(middle_m) + np.multiply.outer((-0.5, 0.5), size_m)))
        data = to_blender(box(size_m, Principled()), f"haze {number}")
        data.materials.clear()
        data.materials.append(_volume(layer.extinction_1_m, airlight(light, layer.albedo_rgb)))
        item = bpy.data.objects.new(data.name, data)
        item[HAZE] = layer.extinction_1_m
        if all(room.holds(corners) for corners in holed):
            item[_HOLDS_HOLES] = [*room.low_m, *room.high_m]
            data.transform(Matrix.Translation(middle_m))
            _add_twin(scene, item)
        else:
            item.location = middle_m
        scene.collection.objects.link(item)


def show_haze(scene: bpy.types.Scene, eye_m: NDArray[np.float64], *, shown: bool) -> None:
    """Have the next render from `eye_m` (3,) go through dense air, or not.

    A ray that crosses the wall of a box may meet the edge of a leaf otherwise, so that boxes are taken out. That has
    Cycles build its tree of the whole scene anew: a box that holds the eye and all that has holes is emptied instead.
    """
    for item in scene.objects:
        if HAZE in item:
            bounds = item.get(_HOLDS_HOLES)
            emptied = not shown and bounds is not None and _Room(*np.reshape(bounds, (2, 3))).holds(eye_m[None])
            _fill(item.data.materials[0], 0.0 if emptied else item[HAZE])
            hidden = not shown and not emptied
            if item.hide_render != hidden:
                item.hide_render = hidden


@dataclass(frozen=True, eq=False)
class _Room:
    """What is between two corners `low_m` and `high_m` (3,) in the world."""

    low_m: NDArray[np.float64]
    high_m: NDArray[np.float64]

    def holds(self, points_m: NDArray[np.float64]) -> bool:
        """Whether all points (N, 3) are inside."""
        return bool(np.all((self.low_m < points_m) & (points_m < self.high_m)))


def _holed(scene: bpy.types.Scene) -> list[NDArray[np.float64]]:
    """The corners (8, 3) in the world of all labelled objects that a ray may pass through holes of.

    These are cut-outs, and what weather brings, whose materials are of this scene alone.
    """
    found, known = [], {}
    for item in scene.collection.objects:
        if item.type != "MESH" or not item.pass_index:
            continue
        if item.data.name not in known:
            known[item.data.name] = any(
                made is not None and (CUT_OUT in made or not made.use_fake_user) for made in item.data.materials
            )
        if known[item.data.name]:
            # Blender has not yet worked out where in the world those are that have a location alone.
            found.append(np.array([item.matrix_basis @ Vector(corner) for corner in item.bound_box]))
    return found


def _add_twin(scene: bpy.types.Scene, item: bpy.types.Object) -> None:
    """A second object with the mesh of `item`, far below the ground, that no ray meets.

    Cycles melts a mesh that one object alone shows into its tree of the whole scene, and builds that anew whenever the
    object's material changes.
    """
    twin = bpy.data.objects.new(f"{item.name} twin", item.data)
    twin[HAZE], twin[_HOLDS_HOLES] = item[HAZE], item[_HOLDS_HOLES]
    twin.location.z, twin.scale = -_TWIN_BELOW_M, (_TWIN_SIZE,) * 3
    for sight in ("camera", "diffuse", "glossy", "transmission", "shadow"):
        setattr(twin, f"visible_{sight}", False)
    scene.collection.objects.link(twin)


def _fill(air: bpy.types.Material, extinction_1_m: float) -> None:
    nodes = air.node_tree.nodes
    for socket in (nodes[_TAKES].inputs["Density"], nodes[_GIVES].inputs["Strength"]):
        if np.float32(socket.default_value) != np.float32(extinction_1_m):
            socket.default_value = extinction_1_m


def _volume(extinction_1_m: float, airlight_kcd_m2: Rgb) -> bpy.types.Material:
    made = bpy.data.materials.new("haze")
    made.node_tree.nodes.clear()
    graph = Graph(made.node_tree)
    absorption = graph.node(
        "ShaderNodeVolumeAbsorption", {"name": _TAKES}, Color=(0.0, 0.0, 0.0), Density=extinction_1_m
    )
    emission = graph.node("ShaderNodeEmission", {"name": _GIVES}, Color=airlight_kcd_m2, Strength=extinction_1_m)
    total = graph.node("ShaderNodeAddShader")
    graph.feed(total.inputs[0], absorption.outputs[0])
    graph.feed(total.inputs[1], emission.outputs[0])
    graph.node("ShaderNodeOutputMaterial", Volume=total.outputs[0])
    _fill(made, extinction_1_m)
    return made

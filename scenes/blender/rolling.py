"""Vehicles whose wheels have turned: meshes of their own, of the same triangles as their model's."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.parts import PARTS
from longtail.scenes.blender.materials import value_of
from longtail.scenes.blender.meshes import triangles_of
from longtail.scenes.moving.cranks import Cranks, Pedalled, pedalled, pedalled_of
from longtail.scenes.moving.wheels import Wheel, rolled, wheels_of

MODEL = "longtail model"
"""On a mesh of one moment: the name of the model's mesh that it is made of."""

# Found once for each mesh of a model, which stays for the session; by the number that Blender gives to no other.
_wheels: dict[int, tuple[Wheel, ...]] = {}
_pedalled: dict[int, Pedalled] = {}


def model_of(item: bpy.types.Object) -> bpy.types.Mesh:
    """The mesh of the model that an object shows, whatever its wheels have made of that."""
    return bpy.data.meshes[item.data[MODEL]] if MODEL in item.data else item.data


def wheels_on(model: bpy.types.Mesh) -> tuple[Wheel, ...]:
    """The wheels of a model."""
    found = _wheels.get(model.session_uid)
    if found is None:
        found = _wheels[model.session_uid] = wheels_of(*triangles_of(model), _of_wheel(model))
    return found


def rolled_vertices_m(
    model: bpy.types.Mesh, cranks: Cranks | None, way_m: float, curvature_1_m: float
) -> NDArray[np.float32]:
    """The vertices (V, 3) of a model in its frame, whose wheels have made so much way and are steered so."""
    vertices, triangles = triangles_of(model)
    turned = rolled(vertices, wheels_on(model), way_m, curvature_1_m)
    if cranks is None:
        return turned
    parts = _pedalled.get(model.session_uid)
    if parts is None:
        parts = _pedalled[model.session_uid] = pedalled_of(vertices, triangles, cranks)
    return pedalled(turned, parts, cranks, way_m)


def turning_triangles(model: bpy.types.Mesh, cranks: Cranks | None) -> NDArray[np.bool_]:
    """Which triangles (F,) of a model turn, with its wheels or its cranks."""
    vertices, triangles = triangles_of(model)
    turns = np.zeros(len(vertices), dtype=np.bool_)
    for wheel in wheels_on(model):
        turns[wheel.vertices] = True
    if cranks is not None:
        parts = pedalled_of(vertices, triangles, cranks)
        for own in (parts.turning, *parts.pedals):
            turns[own] = True
    return np.asarray(turns[triangles[:, 0]])


def show_rolled(
    item: bpy.types.Object, name: str, cranks: Cranks | None, way_m: float, curvature_1_m: float
) -> tuple[Wheel, ...]:
    """Have an object show its model with wheels that have made so much way, and are steered to a curve (1/m, positive
    to the left); returns them, none of what has none."""
    model = model_of(item)
    if not (wheels := wheels_on(model)):
        return ()
    if item.data is model:
        own = model.copy()
        own.use_fake_user = False
        own.name, own[MODEL] = name, model.name
        item.data = own
    vertices = np.ascontiguousarray(rolled_vertices_m(model, cranks, way_m, curvature_1_m))
    item.data.attributes["position"].data.foreach_set("vector", vertices.ravel())
    item.data.update()
    return wheels


def _of_wheel(model: bpy.types.Mesh) -> NDArray[np.bool_]:
    """Which triangles (F,) wear what names them as part of a wheel."""
    worn = [value_of(made) if made is not None else None for made in model.materials]
    named = np.array([getattr(value, "part", "") == PARTS["wheel"].name for value in worn] or [False])
    slots = np.empty(len(model.polygons), dtype=np.int32)
    model.polygons.foreach_get("material_index", slots)
    return np.asarray(named[slots])

"""Vehicles whose wheels have turned: meshes of their own, of the same triangles as their model's."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.parts import PARTS
from longtail.scenes.blender.materials import value_of
from longtail.scenes.blender.meshes import triangles_of
from longtail.scenes.moving.cranks import Cranks, Pedalled, pedalled, pedalled_of
from longtail.scenes.moving.forks import Fork, turning_with, with_fork
from longtail.scenes.moving.wheels import Wheel, rolled, wheels_of

MODEL = "longtail model"
"""On a mesh of one moment: the name of the model's mesh that it is made of."""

# Found once for each mesh of a model, which stays for the session; by the number that Blender gives to no other.
_wheels: dict[tuple[int, bool], tuple[Wheel, ...]] = {}
_pedalled: dict[int, Pedalled] = {}
_forks: dict[int, NDArray[np.intp]] = {}


def model_of(item: bpy.types.Object) -> bpy.types.Mesh:
    """The mesh of the model that an object shows, whatever its wheels have made of that."""
    return bpy.data.meshes[item.data[MODEL]] if MODEL in item.data else item.data


def wheels_on(model: bpy.types.Mesh, *, behind: bool = False) -> tuple[Wheel, ...]:
    """The wheels of a model, as `wheels_of` has them."""
    key = model.session_uid, behind
    found = _wheels.get(key)
    if found is None:
        found = _wheels[key] = wheels_of(*triangles_of(model), _named(model, "wheel"), behind=behind)
    return found


@dataclass(frozen=True)
class Turned:
    """How far what can turn of a vehicle has: its wheels by the way made, steered to a curve (1/m, positive to the
    left; `behind` says that its last axle is the steered one), with its cranks if it has some; a fork to the left by
    the angle of its bar."""

    way_m: float
    curvature_1_m: float = 0.0
    cranks: Cranks | None = None
    fork: Fork | None = None
    bar_rad: float = 0.0
    behind: bool = False


def rolled_vertices_m(model: bpy.types.Mesh, turned: Turned) -> NDArray[np.float32]:
    """The vertices (V, 3) of a model in its frame, whose wheels, cranks and fork have turned so."""
    vertices, triangles = triangles_of(model)
    made = rolled(vertices, wheels_on(model, behind=turned.behind), turned.way_m, turned.curvature_1_m)
    if turned.cranks is not None:
        parts = _pedalled.get(model.session_uid)
        if parts is None:
            parts = _pedalled[model.session_uid] = pedalled_of(vertices, triangles, turned.cranks)
        made = pedalled(made, parts, turned.cranks, turned.way_m)
    if turned.fork is None or turned.bar_rad == 0:
        return made
    return with_fork(made, _with_fork(model, turned.fork), turned.fork, turned.bar_rad)


def _with_fork(model: bpy.types.Mesh, fork: Fork) -> NDArray[np.intp]:
    """The vertices (N,) of a model that turn with its fork."""
    found = _forks.get(model.session_uid)
    if found is None:
        front = [wheel.vertices for wheel in wheels_on(model)[:1]]
        found = turning_with(*triangles_of(model), _named(model, "handlebar"), fork, front)
        _forks[model.session_uid] = found
    return found


def turning_triangles(model: bpy.types.Mesh, cranks: Cranks | None, fork: Fork | None) -> NDArray[np.bool_]:
    """Which triangles (F,) of a model turn, with its wheels, its cranks or its fork."""
    vertices, triangles = triangles_of(model)
    turns = np.zeros(len(vertices), dtype=np.bool_)
    for wheel in wheels_on(model):
        turns[wheel.vertices] = True
    if cranks is not None:
        parts = pedalled_of(vertices, triangles, cranks)
        for own in (parts.turning, *parts.pedals):
            turns[own] = True
    if fork is not None:
        turns[_with_fork(model, fork)] = True
    return np.asarray(turns[triangles[:, 0]])


def show_rolled(item: bpy.types.Object, name: str, turned: Turned) -> tuple[Wheel, ...]:
    """Have an object show its model with wheels, cranks and fork that have turned so; returns its wheels, none of what
    has none."""
    model = model_of(item)
    if not (wheels := wheels_on(model, behind=turned.behind)):
        return ()
    if item.data is model:
        own = model.copy()
        own.use_fake_user = False
        own.name, own[MODEL] = name, model.name
        item.data = own
    vertices = np.ascontiguousarray(rolled_vertices_m(model, turned))
    item.data.attributes["position"].data.foreach_set("vector", vertices.ravel())
    item.data.update()
    return wheels


def _named(model: bpy.types.Mesh, part: str) -> NDArray[np.bool_]:
    """Which triangles (F,) wear what names them as part of that."""
    worn = [value_of(made) if made is not None else None for made in model.materials]
    named = np.array([getattr(value, "part", "") == PARTS[part].name for value in worn] or [False])
    slots = np.empty(len(model.polygons), dtype=np.int32)
    model.polygons.foreach_get("material_index", slots)
    return np.asarray(named[slots])

"""What moves in a built scene, put where it is at a moment: poses, and the shapes of who walks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import bpy
from mathutils import Matrix

from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.wheels import Wheels
from longtail.scenes.assets.asset import Asset, Procedural, cranks_of, fork_of, posture_of
from longtail.scenes.assets.logistics.trucks import STEERED_BEHIND
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.rolling import Turned, show_rolled
from longtail.scenes.blender.scene import CARRIER, Built, vector
from longtail.scenes.blender.signalling import show_blinking, show_signals
from longtail.scenes.blender.traffic_light import show_aspect
from longtail.scenes.scene import Placed, Scene

_OWN = "longtail own shape"
_STILL = (0.0, 0.0, 0.0)


def show_moment(built: Built, scene: Scene, assets: Mapping[str, Asset]) -> None:
    """Have `built`, made of the same scene at its own moment, show `scene`; whatever moment it showed before."""
    # Water alone asks what time it is; Cycles reads all materials again where one of their inputs changes.
    if built.inputs.flooded:
        built.inputs = replace(built.inputs, moment_s=scene.time_s)
    for number, placed in enumerate(scene.objects, start=1):
        known = replace(built.objects[number - 1], velocity_m_s=_STILL, yaw_rate_rad_s=0.0)
        if placed.motion is not None:
            _put(built.goes_with[number], placed.world_from_object.matrix)
            known = _moved(known, placed)
        if placed.rolled_m is not None:
            known = _rolled(built.shapes[number], known, assets[placed.asset], placed)
        if placed.signals is not None:
            said = show_signals(built.shapes[number], known.category, placed.signals)
            known = replace(known, attributes={**known.attributes, **said})
        if placed.lit is not None:
            said = show_blinking(built.shapes[number], lit=placed.lit)
            known = replace(known, attributes={**known.attributes, **said})
        if placed.aspect is not None:
            known = show_aspect(built, known, placed, assets, scene.circuits)
        if placed.phase is not None or holds_bar(assets[placed.asset], placed):
            known = _in_stride(built.shapes[number], known, assets[placed.asset], placed)
        built.objects[number - 1] = known
    for place in range(len(scene.objects), len(built.objects)):
        known = built.objects[place]
        carrying = built.attached_to.get(known.id)
        if carrying is None:
            built.objects[place] = replace(known, velocity_m_s=_STILL, yaw_rate_rad_s=0.0)
        else:
            with_it = built.objects[carrying - 1]
            built.objects[place] = replace(
                known,
                world_from_object=with_it.world_from_object,
                velocity_m_s=with_it.velocity_m_s,
                yaw_rate_rad_s=with_it.yaw_rate_rad_s,
            )
    if scene.carrier is not None:
        _put(built.goes_with.get(CARRIER, []), scene.carrier.world_from_carrier.matrix)


def turned_of(asset: Asset, placed: Placed) -> Turned:
    """How far what can turn of what rolls has."""
    way, curvature = placed.rolled_m or 0.0, placed.steers_1_m
    behind = asset.category in STEERED_BEHIND
    return Turned(way, curvature, cranks_of(asset), fork_of(asset), bar_rad(asset, placed), behind)


def bar_rad(asset: Asset, placed: Placed) -> float:
    """How far the bar is turned to the left of what has one, or of what somebody rides."""
    fork = fork_of(asset)
    return 0.0 if fork is None else fork.bar_rad(placed.steers_1_m, placed.banks_rad)


def holds_bar(asset: Asset, placed: Placed) -> bool:
    """Whether somebody who has no gait moves with a bar."""
    return placed.motion is not None and isinstance(asset, Procedural) and asset.holds is not None


def own_shape(item: bpy.types.Object) -> bool:
    """Whether its mesh is that of a moment, and no other object's."""
    return item.data is not None and _OWN in item.data


def _put(parts: list[tuple[bpy.types.Object, Matrix]], world_from_object: object) -> None:
    place = Matrix(world_from_object)
    for item, seat in parts:
        item.matrix_world = place @ seat


def _moved(known: SceneObject, placed: Placed) -> SceneObject:
    return replace(
        known,
        world_from_object=placed.world_from_object,
        attributes={**known.attributes, **placed.attributes},
        velocity_m_s=placed.velocity_m_s,
        yaw_rate_rad_s=placed.yaw_rate_rad_s,
    )


def _rolled(item: bpy.types.Object, known: SceneObject, asset: Asset, placed: Placed) -> SceneObject:
    """Turn the wheels of what has some."""
    turned = turned_of(asset, placed)
    wheels = show_rolled(item, f"{known.id:05d} rolled", turned)
    if not wheels:
        return known
    item.data[_OWN] = True
    axles = tuple((wheel.x_m, wheel.z_m, wheel.radius_m) for wheel in wheels)
    steered = tuple((one.y_m, one.angle_rad(turned.curvature_1_m)) for one in wheels[0].steered)
    cranks, fork = turned.cranks, turned.fork
    about = None if cranks is None else (cranks.x_m, cranks.z_m, cranks.reach_m)
    bar = None if fork is None else (fork.x_m, fork.z_m, fork.rake_rad, turned.bar_rad)
    return replace(known, wheels=Wheels(axles, turned.way_m, steered, about, bar))


def _in_stride(item: bpy.types.Object, known: SceneObject, asset: Asset, placed: Placed) -> SceneObject:
    """Give who walks or rides the shape of the phase and of the bar."""
    shape = posture_of(asset, placed.phase, placed.settled, bar_rad(asset, placed))
    if shape is None:
        return known
    mesh, joints = shape
    before, data = item.data, to_blender(mesh, "in stride")
    data[_OWN] = True
    item.data = data
    if _OWN in before:
        bpy.data.meshes.remove(before)
    # Once the one before is gone: what is named after another of the same name would tell which came first.
    data.name = f"{known.id:05d} in stride"
    low, high = mesh.bounds_m
    centre, size = vector((low + high) / 2), vector(high - low)
    return replace(known, box_centre_m=centre, box_size_m=size, joints_m=joints, phase=placed.phase)

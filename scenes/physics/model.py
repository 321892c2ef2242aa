"""Bodies and supports as a MuJoCo model (https://mujoco.readthedocs.io/en/stable/computation/)."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import lru_cache

import mujoco

from longtail.scenes.physics.body import Body, Shape, Support
from longtail.scenes.physics.unheard import unheard

GRAVITY_M_S2 = 9.81
STEP_S = 0.002
# Of a crowd: what its contacts sink in more deeply for it is parted with all else that the convex parts leave.
CROWD_STEP_S = 0.004
# A contact's spring brings two things apart within this many steps. MuJoCo asks for two at least; its own 20 ms lets a
# book sink in by a millimetre.
_CONTACT_STEPS = 2
# Friction against turning on the spot and against rolling is a length: about the radius of the spot that touches.
# MuJoCo takes 0 for rolling unless told otherwise, and balls would roll for ever.
_TORSION_M = 2e-3
_ROLLING_M = 4e-4
_MARGIN_M = 1.5e-4
_WAITING_M, _APART_M = 1000.0, 10.0
_Thing = tuple[Shape, float, float]
"""What MuJoCo knows of a body: its shape, its mass in kg, its friction."""
# Of the weight of a speck of dust: MuJoCo refuses bodies of no inertia.
_LEAST_INERTIA = 1e-9


def model_of(bodies: Sequence[Body], supports: Sequence[Support], moving: Sequence[int]) -> mujoco.MjModel:
    """The model: body moving[k] of `bodies` is MuJoCo's body k + 1, and its state is `qpos[7 k : 7 k + 7]`.

    Every body n has a twin, body len(moving) + n + 1 and mocap body n, with the same geoms, which does not move by
    itself: it stands for a body that has come to rest, meets what moves and costs next to nothing.
    """
    things = tuple((body.shape, body.mass_kg, body.friction) for body in bodies)
    return _compiled(things, tuple(supports), tuple(moving), asleep=False)


def crowd_of(bodies: Sequence[Body], supports: Sequence[Support]) -> mujoco.MjModel:
    """The model of many bodies, all of which can move, and sleep to begin with: what is away costs next to nothing.

    The last one is kept, as what was lost of a heap falls on it again.
    """
    things = tuple((body.shape, body.mass_kg, body.friction) for body in bodies)
    return copy(_kept_crowd(things, tuple(supports)))


@lru_cache(maxsize=1)
def _kept_crowd(things: tuple[_Thing, ...], supports: tuple[Support, ...]) -> mujoco.MjModel:
    return _compiled(things, supports, range(len(things)), asleep=True)


def _compiled(
    things: Sequence[_Thing], supports: Sequence[Support], moving: Sequence[int], *, asleep: bool
) -> mujoco.MjModel:
    spec = mujoco.MjSpec()
    step_s = CROWD_STEP_S if asleep else STEP_S
    spec.compiler.boundinertia = _LEAST_INERTIA
    spec.compiler.balanceinertia = True
    _options(spec, step_s)
    if asleep:
        # Only what is away sleeps, and what is not never does so of itself.
        spec.option.enableflags |= mujoco.mjtEnableBit.mjENBL_SLEEP
        spec.option.sleep_tolerance = 0.0
    meshes: dict[tuple[int, int], str] = {}
    for support in supports:
        share = [0.0] * len(support.shape.parts_m)
        _add_parts(spec, spec.worldbody, meshes, support.shape, support.friction, share)
    for number in moving:
        shape, mass_kg, friction = things[number]
        item = spec.worldbody.add_body(name=f"body {number}", pos=waiting_m(number))
        item.add_freejoint()
        share = [mass_kg * volume / shape.volume_m3 for volume in shape.volumes_m3]
        _add_parts(spec, item, meshes, shape, friction, share)
    for number, (shape, _, friction) in enumerate(things):
        twin = spec.worldbody.add_body(name=f"twin {number}", pos=_aside(waiting_m(number)), mocap=True)
        _add_parts(spec, twin, meshes, shape, friction, [0.0] * len(shape.parts_m))
    with unheard():
        model = spec.compile()
    if asleep:
        model.tree_sleep_policy[:] = mujoco.mjtSleepPolicy.mjSLEEP_INIT
    return model


def waiting_m(number: int) -> tuple[float, float, float]:
    """Where a body waits that is not in the scene, far from all else and from the others."""
    return -_WAITING_M, _APART_M * number, -_WAITING_M


def _aside(place_m: tuple[float, float, float]) -> tuple[float, float, float]:
    """As far from the bodies, which meet whatever is there until somebody says that they do not."""
    x, y, z = place_m
    return 2 * x, y, z


def _options(spec: mujoco.MjSpec, step_s: float) -> None:
    option = spec.option
    option.timestep = step_s
    option.gravity = [0.0, 0.0, -GRAVITY_M_S2]
    option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    # Elliptic cones and a stiff friction, or leaning things creep down.
    option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    option.impratio = 10.0
    # What cannot be computed is to stay where it is until somebody looks, and not to begin anew at the origin with all
    # that lies there.
    option.disableflags |= mujoco.mjtDisableBit.mjDSBL_AUTORESET


def _add_parts(
    spec: mujoco.MjSpec,
    item: mujoco.MjsBody,
    meshes: dict[tuple[int, int], str],
    shape: Shape,
    friction: float,
    masses_kg: Sequence[float],
) -> None:
    """Geoms of all parts. `meshes` has the names of those that the model has already, by shape and part."""
    for number, (part, middle, mass_kg) in enumerate(zip(shape.parts_m, shape.boxes_m, masses_kg, strict=True)):
        geom = item.add_geom(
            mass=mass_kg,
            friction=[friction, _TORSION_M, _ROLLING_M],
            condim=6,
            margin=_MARGIN_M,
            solref=[_CONTACT_STEPS * spec.option.timestep, 1.0],
            solimp=[0.95, 0.99, 0.0005, 0.5, 2.0],
        )
        if middle is not None:
            geom.type = mujoco.mjtGeom.mjGEOM_BOX
            geom.size = (part.max(axis=0) - part.min(axis=0)) / 2
            geom.pos = middle
            continue
        geom.type = mujoco.mjtGeom.mjGEOM_MESH
        key = (id(shape), number)
        if key not in meshes:
            mesh = spec.add_mesh(name=f"part {len(meshes)}", uservert=part.ravel().tolist())
            mesh.inertia = mujoco.mjtMeshInertia.mjMESH_INERTIA_CONVEX
            meshes[key] = mesh.name
        geom.meshname = meshes[key]

"""Bodies dropped on supports until they rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import mujoco
import numpy as np

from longtail.annotate.camera.transform import Transform
from longtail.annotate.rounding import product
from longtail.scenes.physics.body import Body, Points, Support
from longtail.scenes.physics.model import STEP_S, model_of
from longtail.scenes.physics.seating import Contact, seat

Order = Literal["in turn", "together"]
Fate = Literal["rests", "fell", "moves", "overlaps"]

# A thing rests when no point of it has moved faster than this for so long.
REST_M_S = 2e-3
_REST_S = 0.1
# In turn, each gets so long to calm down before the next one comes, and all get so long at the end.
_TURN_S = 1.5
_END_S = 6.0
# How far above what lies there a thing is let go.
_DROP_M = 0.004
# What is this far below the lowest support has fallen off.
_FELL_M = 0.02
_CHECK_STEPS = 10
# Poses are rounded to where the arithmetic of processors agrees, were a scene not chaotic: a micrometre, and a turn
# that moves the end of a 30 cm thing by less than one.
_POSITION_DIGITS = 6
_TURN_DIGITS = 7
# Where those wait that have not been dropped yet, far from all else and from each other.
_WAITING_M = 1000.0


@dataclass(frozen=True, eq=False)
class Settled:
    """Where bodies came to rest.

    Attributes:
        poses: `world_from_object` of each body, at the end whatever its fate
        fates: "rests"; "fell": off the supports; "moves": was still moving when time was up; "overlaps": could not be
            freed from its neighbours by small shifts. Only the first may be shown.
    """

    poses: tuple[Transform, ...]
    fates: tuple[Fate, ...]

    @property
    def rest(self) -> bool:
        """Whether every body rests."""
        return all(fate == "rests" for fate in self.fates)


def settle(bodies: Sequence[Body], supports: Sequence[Support], order: Order = "in turn") -> Settled:
    """Drop the bodies and let them come to rest; a pure function of its arguments, without chance.

    "in turn": each body keeps the place and turn of its start, is let go 4 mm above whatever lies beneath it by then,
    and comes to rest before the next one. "together": all are let go at their starts at once, those that would overlap
    lifted above the others first. Then small shifts (see `seat`) make up for what the convex parts and the contacts'
    springs leave between the exact meshes.

    ValueError where nothing supports.
    """
    if not supports:
        raise ValueError("settle: expected a support, got none: everything would fall for ever")
    if not bodies:
        return Settled((), ())
    drop = _Drop(bodies, supports)
    if order == "in turn":
        for number in range(len(bodies)):
            drop.let_go(number)
            drop.run(_TURN_S)
    else:
        for number in range(len(bodies)):
            drop.let_go(number, bodies[number].start.matrix[2, 3])
    moving = drop.run(_END_S)
    poses = [drop.pose(number) for number in range(len(bodies))]
    resting = [k for k in range(len(bodies)) if k not in drop.fallen and k not in moving]
    seated = seat([bodies[k].shape for k in resting], [poses[k] for k in resting], supports, drop.contacts(resting))
    fates: list[Fate] = ["fell" if k in drop.fallen else "moves" for k in range(len(bodies))]
    for number, (pose, free) in zip(resting, seated, strict=True):
        poses[number] = pose
        fates[number] = "rests" if free else "overlaps"
    return Settled(tuple(poses), tuple(fates))


class _Drop:
    """A simulation of bodies, some of which wait to be let go."""

    def __init__(self, bodies: Sequence[Body], supports: Sequence[Support]) -> None:
        self._bodies = bodies
        self._model = model_of(bodies, supports)
        self._data = mujoco.MjData(self._model)
        self._released: list[int] = []
        self.fallen: set[int] = set()
        self._lying = [(part.min(axis=0), part.max(axis=0)) for support in supports for part in support.shape.parts_m]
        self._floor_m = min(float(low[2]) for low, _ in self._lying) - _FELL_M
        self._reach_m = np.array([np.sqrt((b.shape.corners_m**2).sum(axis=1)).max() for b in bodies])
        for number in range(len(bodies)):
            self._park(number)

    def let_go(self, number: int, least_z_m: float = -math.inf) -> None:
        """Put a body at its start, but above what lies there now, and no lower than `least_z_m`."""
        start = self._bodies[number].start.matrix
        corners = product(self._bodies[number].shape.corners_m, start[:3, :3].T)
        low, high = corners.min(axis=0), corners.max(axis=0)
        top = -math.inf
        for below, above in (*self._lying, *map(self._box_of, self._active())):
            if ((low + start[:3, 3] < above) & (high + start[:3, 3] > below))[:2].all():
                top = max(top, above[2])
        # Beside all supports it falls from where it was to start.
        z = max(top + _DROP_M - low[2], least_z_m) if top > -math.inf else start[2, 3]
        self._set(number, np.array([*start[:2, 3], z]), _quaternion(start[:3, :3]))
        self._released.append(number)

    def run(self, limit_s: float) -> set[int]:
        """Step until all that was let go rests, or for `limit_s`; which still move then."""
        still_s = 0.0
        moving: set[int] = set()
        for _ in range(round(limit_s / STEP_S / _CHECK_STEPS)):
            mujoco.mj_step(self._model, self._data, _CHECK_STEPS)
            self._drop_out()
            moving = {k for k in self._active() if self._speed_m_s(k) > REST_M_S}
            still_s = 0.0 if moving else still_s + _CHECK_STEPS * STEP_S
            if still_s >= _REST_S:
                break
        return moving

    def pose(self, number: int) -> Transform:
        """`world_from_object`, rounded."""
        state = self._data.qpos[7 * number : 7 * number + 7].tolist()
        matrix = np.eye(4)
        matrix[:3, :3] = _rotation([round(value, _TURN_DIGITS) for value in state[3:]])
        matrix[:3, 3] = [round(value, _POSITION_DIGITS) for value in state[:3]]
        return Transform("world", self._bodies[number].start.source, matrix)

    def contacts(self, numbers: Sequence[int]) -> list[Contact]:
        """Who touches whom now, with the direction out of it, by places in `numbers`; a support is None."""
        places = {number + 1: place for place, number in enumerate(numbers)}
        found = []
        for contact in self._data.contact:
            first, second = (int(self._model.geom_bodyid[geom]) for geom in contact.geom)
            if all(body == 0 or body in places for body in (first, second)):
                found.append(Contact(places.get(first), places.get(second), np.array(contact.frame[:3])))
        return found

    def _active(self) -> list[int]:
        return [number for number in self._released if number not in self.fallen]

    def _speed_m_s(self, number: int) -> float:
        """Of the fastest point at most."""
        linear, angular = self._data.qvel[6 * number : 6 * number + 6].reshape(2, 3)
        return math.sqrt((linear**2).sum()) + math.sqrt((angular**2).sum()) * float(self._reach_m[number])

    def _drop_out(self) -> None:
        for number in self._active():
            if self._data.qpos[7 * number + 2] + self._reach_m[number] < self._floor_m:
                self.fallen.add(number)

    def _box_of(self, number: int) -> tuple[Points, Points]:
        state = self._data.qpos[7 * number : 7 * number + 7]
        corners = product(self._bodies[number].shape.corners_m, _rotation(state[3:].tolist()).T) + state[:3]
        return corners.min(axis=0), corners.max(axis=0)

    def _park(self, number: int) -> None:
        self._set(number, np.array([_WAITING_M, 10.0 * number, _WAITING_M]), [1.0, 0.0, 0.0, 0.0])

    def _set(self, number: int, position_m: Points, quaternion: Sequence[float]) -> None:
        self._data.qpos[7 * number : 7 * number + 7] = [*position_m, *quaternion]
        self._data.qvel[6 * number : 6 * number + 6] = 0.0


def _quaternion(rotation: Points) -> list[float]:
    """(w, x, y, z) of a rotation matrix."""
    found = np.empty(4)
    mujoco.mju_mat2Quat(found, np.ascontiguousarray(rotation).ravel())
    w, x, y, z = found.tolist()
    return [w, x, y, z]


def _rotation(quaternion: Sequence[float]) -> Points:
    """The matrix (3, 3) of a quaternion (w, x, y, z) of any length but 0."""
    w, x, y, z = quaternion
    s = 2 / (w * w + x * x + y * y + z * z)
    return np.array(
        [
            [1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y)],
            [s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x)],
            [s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y)],
        ]
    )

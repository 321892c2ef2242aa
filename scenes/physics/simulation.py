"""Bodies that fall under MuJoCo, wait to be let go, or stand still: who is where, how fast, and who touches whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Transform
from longtail.annotate.rounding import product
from longtail.scenes.physics.body import Body, Points, Support
from longtail.scenes.physics.model import CROWD_STEP_S, STEP_S, crowd_of, model_of, waiting_m
from longtail.scenes.physics.seating import Contact
from longtail.scenes.physics.unheard import unheard

# Poses are rounded to where the arithmetic of processors agrees, were a scene not chaotic: a micrometre, and a turn
# that moves the end of a 30 cm thing by less than one.
_POSITION_DIGITS = 6
_TURN_DIGITS = 7
_FACING = (1.0, 0.0, 0.0, 0.0)
# Of more bodies than these those that are away sleep. Those of a few fall for themselves, as they did before any could.
_CROWD = 30
# Of a body that moves freely, three of place and three of turn.
_DEGREES = 6
_STATE = mujoco.mjtState.mjSTATE_INTEGRATION
_UNSTABLE = (mujoco.mjtWarning.mjWARN_BADQPOS, mujoco.mjtWarning.mjWARN_BADQVEL, mujoco.mjtWarning.mjWARN_BADQACC)


class Simulation:
    """Bodies by number on supports. Each is away, moves freely, or is held where it is; those of `lying` always are."""

    def __init__(self, bodies: Sequence[Body], supports: Sequence[Support], lying: Collection[int] = ()) -> None:
        self._bodies = bodies
        self._crowded = len(bodies) > _CROWD
        self.step_s = CROWD_STEP_S if self._crowded else STEP_S
        self._lying = frozenset(lying)
        self._moving = [number for number in range(len(bodies)) if self._crowded or number not in lying]
        # Of each body that can move its place among those, which MuJoCo knows it by.
        self._places = {number: place for place, number in enumerate(self._moving)}
        self._model = crowd_of(bodies, supports) if self._crowded else model_of(bodies, supports, self._moving)
        self._data = mujoco.MjData(self._model)
        self._outlines = [body.shape.outline_m for body in bodies]
        self._reaches_m = np.array([np.sqrt((outline**2).sum(axis=1)).max() for outline in self._outlines])
        # Of each of MuJoCo's bodies the number of ours, free or held; -1 is a support.
        self._numbers = np.array([-1, *self._moving, *range(len(bodies))])
        self.supports_m = np.array([(p.min(axis=0), p.max(axis=0)) for s in supports for p in s.shape.parts_m])
        self.free: list[int] = []
        self.held: list[int] = []
        # Twins meet what is free, and neither each other nor supports.
        self._model.geom_contype[self._model.geom_bodyid > len(self._moving)] = 0
        for number in self._moving:
            self._away(number)
        for number in range(len(bodies)):
            self._twin_away(number)
        self._let_sleep()

    def let_go(self, number: int, position_m: Points) -> None:
        """Put a body there, turned as at its start, and free."""
        self._collide(number, True)
        self._set(number, position_m, _quaternion(self._bodies[number].start.matrix[:3, :3]))
        self._wake(number)
        self.free.append(number)

    def lay(self, number: int, pose: Transform) -> None:
        """Hold a body that is away at `world_from_object`."""
        self._data.mocap_pos[number] = pose.matrix[:3, 3]
        self._data.mocap_quat[number] = _quaternion(pose.matrix[:3, :3])
        self._twin_collide(number, True)
        self.held.append(number)

    def hold(self, numbers: Collection[int]) -> None:
        """Keep free bodies where they are from now on."""
        if not numbers:
            return
        for number in numbers:
            state = self._state(number)
            self._data.mocap_pos[number], self._data.mocap_quat[number] = state[:3], state[3:]
            self._away(number)
            self._twin_collide(number, True)
            self.free.remove(number)
            self.held.append(number)
        self._let_sleep()

    def release(self) -> None:
        """Let all go that are held and can move; who touches whom is found anew, as of two that are held it is not
        known."""
        let_go = [number for number in self.held if number not in self._lying]
        for number in let_go:
            self._set(number, self._data.mocap_pos[number], self._data.mocap_quat[number])
            self._collide(number, True)
            self._wake(number)
            self._twin_away(number)
        self.free += let_go
        self.held = [number for number in self.held if number in self._lying]
        with unheard():
            mujoco.mj_fwdPosition(self._model, self._data)

    def take_away(self, number: int) -> None:
        """A free body, out of the scene."""
        self._away(number)
        self.free.remove(number)
        self._let_sleep()

    def step(self, count: int) -> list[int]:
        """So many steps of `step_s`; which free bodies had to be taken away, as their motion could not be computed.

        What MuJoCo finds to be unstable is away from the beginning of these steps on: to all others it never happened.
        """
        before = self._all_state()
        lost: list[int] = []
        while not self._stepped_soundly(count):
            mujoco.mj_setState(self._model, self._data, before, _STATE)
            unstable = self._first_unstable(count)
            mujoco.mj_setState(self._model, self._data, before, _STATE)
            # What is not free falls for itself, far away, and cannot be the cause.
            number = unstable if unstable in self.free else self.free[0]
            self.take_away(number)
            before = self._all_state()
            lost.append(number)
        return lost

    def _let_sleep(self) -> None:
        """Have MuJoCo pass over who is away, of a crowd: all that are not free sleep as at its beginning, when all do.

        MuJoCo puts to sleep what comes to rest by itself, and at the beginning what it is told to, and nothing else.
        """
        if not self._crowded:
            return
        state = self._all_state()
        mujoco.mj_resetData(self._model, self._data)
        mujoco.mj_setState(self._model, self._data, state, _STATE)
        for number in self.free:
            self._wake(number)

    def _wake(self, number: int) -> None:
        """Have a body move from the next step on. MuJoCo wakes what has a velocity that is not all zero bits."""
        own = self._data.qvel[_DEGREES * self._places[number] :][:_DEGREES]
        own[own == 0.0] = -0.0

    def _all_state(self) -> Points:
        """All that the next steps depend on."""
        found = np.empty(mujoco.mj_stateSize(self._model, _STATE))
        mujoco.mj_getState(self._model, self._data, found, _STATE)
        return found

    def _stepped_soundly(self, count: int) -> bool:
        """Take so many steps at once; whether no number was none or huge by then."""
        with unheard():
            mujoco.mj_step(self._model, self._data, count)
        found = [kind for kind in _UNSTABLE if self._data.warning[kind].number]
        for kind in found:
            self._data.warning[kind].number = 0
        return not found

    def _first_unstable(self, count: int) -> int:
        """The body, by its number, of the first number that is none or huge within so many steps."""
        with unheard():
            for _ in range(count):
                mujoco.mj_step(self._model, self._data)
                for kind in _UNSTABLE:
                    if self._data.warning[kind].number:
                        self._data.warning[kind].number = 0
                        return self._moving[int(self._data.warning[kind].lastinfo) // _DEGREES]
        raise RuntimeError("expected the same steps to end as before, and a number that is none, got none")

    def speeds_m_s(self) -> Points:
        """Of the fastest point of each free body at most, in the order of `free`."""
        velocities = self._data.qvel.reshape(-1, 2, 3)[[self._places[k] for k in self.free]]
        linear, angular = np.sqrt((velocities**2).sum(axis=2)).T
        return np.asarray(linear + angular * self._reaches_m[self.free])

    def below(self, height_m: float) -> list[int]:
        """Which free bodies are below it with all that they have."""
        heights = self._data.qpos.reshape(-1, 7)[[self._places[k] for k in self.free], 2] + self._reaches_m[self.free]
        return [number for number, height in zip(self.free, heights.tolist(), strict=True) if height < height_m]

    def touching(self) -> NDArray[np.int64]:
        """Pairs (N, 2) of numbers of bodies that touch each other, not both held."""
        pairs = self._numbers[self._model.geom_bodyid[self._data.contact.geom]]
        return np.asarray(pairs[(pairs >= 0).all(axis=1)], dtype=np.int64)

    def contacts(self, numbers: Sequence[int]) -> list[Contact]:
        """Who touches whom now, with the direction out of it, by places in `numbers`; a support is None."""
        places: dict[int, int | None] = {-1: None} | {number: place for place, number in enumerate(numbers)}
        pairs = self._numbers[self._model.geom_bodyid[self._data.contact.geom]].tolist()
        return [
            Contact(places[first], places[second], np.array(normal))
            for (first, second), normal in zip(pairs, self._data.contact.frame[:, :3], strict=True)
            if first in places and second in places
        ]

    def pose(self, number: int) -> Transform:
        """`world_from_object`, rounded."""
        state = self._state(number).tolist()
        matrix = np.eye(4)
        matrix[:3, :3] = _rotation([round(value, _TURN_DIGITS) for value in state[3:]])
        matrix[:3, 3] = [round(value, _POSITION_DIGITS) for value in state[:3]]
        return Transform("world", self._bodies[number].start.source, matrix)

    def boxes_m(self, numbers: Sequence[int]) -> Points:
        """Lowest and highest corners (N, 2, 3) of bodies' upright boxes where they are."""
        if not numbers:
            return np.zeros((0, 2, 3))
        outlines = [self._outlines[number] for number in numbers]
        counts = [len(outline) for outline in outlines]
        states = np.array([self._state(number) for number in numbers])
        turns = np.array([_rotation(turn).T for turn in states[:, 3:].tolist()])
        # All points at once, each with its body's turn and place.
        points = product(np.concatenate(outlines)[:, None], np.repeat(turns, counts, axis=0))[:, 0]
        points += np.repeat(states[:, :3], counts, axis=0)
        firsts = np.cumsum([0, *counts[:-1]])
        return np.stack([np.minimum.reduceat(points, firsts), np.maximum.reduceat(points, firsts)], axis=1)

    def start_box_m(self, number: int) -> Points:
        """Likewise (2, 3), at its start."""
        start = self._bodies[number].start.matrix
        corners = product(self._outlines[number], start[:3, :3].T) + start[:3, 3]
        return np.array([corners.min(axis=0), corners.max(axis=0)])

    def _state(self, number: int) -> Points:
        """Position and quaternion (7,)."""
        if number in self.held:
            return np.concatenate([self._data.mocap_pos[number], self._data.mocap_quat[number]])
        place = self._places[number]
        return np.array(self._data.qpos[7 * place : 7 * place + 7])

    def _collide(self, number: int, meets: bool) -> None:
        item = self._places[number] + 1
        self._model.body_contype[item] = self._model.body_conaffinity[item] = meets

    def _twin_collide(self, number: int, meets: bool) -> None:
        twin = len(self._moving) + number + 1
        self._model.body_contype[twin], self._model.body_conaffinity[twin] = 0, meets

    def _away(self, number: int) -> None:
        self._collide(number, False)
        self._set(number, waiting_m(number), _FACING)

    def _twin_away(self, number: int) -> None:
        self._twin_collide(number, False)
        self._data.mocap_pos[number] = waiting_m(number)
        self._data.mocap_quat[number] = _FACING

    def _set(self, number: int, position_m: Points | Sequence[float], quaternion: Points | Sequence[float]) -> None:
        place = self._places[number]
        self._data.qpos[7 * place : 7 * place + 7] = [*position_m, *quaternion]
        self._data.qvel[6 * place : 6 * place + 6] = 0.0


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

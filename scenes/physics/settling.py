"""Bodies dropped on supports until they rest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Transform
from longtail.scenes.physics.body import Body, Points, Support
from longtail.scenes.physics.seating import seat
from longtail.scenes.physics.simulation import Simulation

Order = Literal["in turn", "together"]
Fate = Literal["rests", "fell", "moves", "overlaps"]

# A thing rests when no point of it has moved faster than this for so long.
REST_M_S = 2e-3
_REST_S = 0.1
# In turn, a thing that has been slower than this for so long stays where it is.
_CALM_M_S = 1e-2
_CALM_S = 0.06
# In turn, the next one may come down on what is slower than this, and not just let go.
_SLOW_M_S = 0.2
_YOUNG_S = 0.1
# What still moves so long after it was let go is given up; together, all have so long.
_TURN_S = 3.0
_END_S = 6.0
# How far above what lies there a thing is let go.
_DROP_M = 0.004
# What is this far below the lowest support has fallen off.
_FELL_M = 0.02
_NOTHING: Mapping[int, Transform] = {}
# How often it is asked who rests.
_CHECK_S = 0.02


@dataclass(frozen=True, eq=False)
class Settled:
    """Where bodies came to rest.

    Attributes:
        poses: `world_from_object` of each body, at the end whatever its fate
        fates: "rests"; "fell": off the supports; "moves": was still moving when time was up, or so that it could not be
            computed; "overlaps": could not be freed from its neighbours by small shifts. Only the first may be shown.
    """

    poses: tuple[Transform, ...]
    fates: tuple[Fate, ...]

    @property
    def rest(self) -> bool:
        """Whether every body rests."""
        return all(fate == "rests" for fate in self.fates)


def settle(
    bodies: Sequence[Body],
    supports: Sequence[Support],
    order: Order = "in turn",
    lying: Mapping[int, Transform] = _NOTHING,
) -> Settled:
    """Drop the bodies and let them come to rest; a pure function of its arguments, without chance.

    "in turn": each body keeps the place and turn of its start, and is let go 4 mm above whatever lies beneath it by
    then, as soon as nothing beneath it moves fast. Once at rest it is held: what comes later leans on it and does not
    push it, so few move at any time. "together": all are let go at their starts at once, those that would overlap
    lifted above the others first, and push each other as they like. Then small shifts (see `seat`) make up for what the
    convex parts and the contacts' springs leave between the exact meshes.

    `lying` says which of the bodies, by number, lie on the supports already, and how: they stay there.

    ValueError where nothing supports.
    """
    if not supports:
        raise ValueError("settle: expected a support, got none: everything would fall for ever")
    if not bodies:
        return Settled((), ())
    drop = _Drop(bodies, supports, lying)
    moving = drop.in_turn() if order == "in turn" else drop.together()
    simulation = drop.simulation
    poses = [lying[number] if number in lying else simulation.pose(number) for number in range(len(bodies))]
    resting = [k for k in range(len(bodies)) if k not in drop.fallen and k not in moving]
    contacts = simulation.contacts(resting)
    stay = {place for place, number in enumerate(resting) if number in lying}
    seated = seat([bodies[k].shape for k in resting], [poses[k] for k in resting], supports, contacts, stay)
    fates: list[Fate] = ["fell" if k in drop.fallen else "moves" for k in range(len(bodies))]
    for number, (pose, free) in zip(resting, seated, strict=True):
        poses[number] = pose
        fates[number] = "rests" if free else "overlaps"
    return Settled(tuple(poses), tuple(fates))


class _Drop:
    """Bodies that are let go, and what becomes of them."""

    def __init__(
        self, bodies: Sequence[Body], supports: Sequence[Support], lying: Mapping[int, Transform] = _NOTHING
    ) -> None:
        self._bodies = bodies
        self._waiting = [number for number in range(len(bodies)) if number not in lying]
        self.simulation = Simulation(bodies, supports, lying)
        self._check_steps = round(_CHECK_S / self.simulation.step_s)
        self.fallen: set[int] = set()
        self._unstable: set[int] = set()
        self._floor_m = float(self.simulation.supports_m[:, 0, 2].min()) - _FELL_M
        self._starts_m = np.array([self.simulation.start_box_m(number) for number in range(len(bodies))])
        # Whether one is above or below another as they start.
        self._above = np.array([_over(box, self._starts_m) for box in self._starts_m])
        # Of each body its upright box where it lies; far below as long as it lies nowhere.
        self._lying_m = np.full((len(bodies), 2, 3), -math.inf)
        for number, pose in lying.items():
            self.simulation.lay(number, pose)
        self._note_boxes(list(lying))

    def together(self) -> set[int]:
        """Let all go and step until they rest or time is up; which still move then."""
        simulation = self.simulation
        self.simulation.release()
        for number in self._waiting:
            self._let_go(number, self._bodies[number].start.matrix[2, 3])
            self._note_boxes([number])
        still_s = 0.0
        moving: set[int] = set()
        for _ in range(round(_END_S / _CHECK_S)):
            self._step()
            speeds = simulation.speeds_m_s()
            moving = {k for k, speed in zip(simulation.free, speeds.tolist(), strict=True) if speed > REST_M_S}
            still_s = 0.0 if moving else still_s + _CHECK_S
            if still_s >= _REST_S:
                break
        return moving | self._unstable

    def in_turn(self) -> set[int]:
        """Let each go when its turn comes, and hold what rests; which never came to rest, and are away now."""
        simulation = self.simulation
        waiting = self._waiting
        since_s = np.zeros(len(self._bodies))
        calm_s = np.zeros(len(self._bodies))
        slow = np.zeros(len(self._bodies), dtype=bool)
        given_up: set[int] = set()
        while waiting or simulation.free:
            waiting = self._next(waiting, slow)
            self._step()
            free = simulation.free
            speeds = simulation.speeds_m_s()
            since_s[free] += _CHECK_S
            calm_s[free] = np.where(speeds < _CALM_M_S, calm_s[free] + _CHECK_S, 0.0)
            slow[free] = (speeds < _SLOW_M_S) & (since_s[free] > _YOUNG_S)
            moving = self._leaning({k for k in free if calm_s[k] < _CALM_S})
            simulation.hold([k for k in free if k not in moving])
            for number in [k for k in simulation.free if since_s[k] > _TURN_S]:
                simulation.take_away(number)
                self._lying_m[number] = -math.inf
                given_up.add(number)
        simulation.release()
        return given_up | self._unstable

    def _next(self, waiting: Sequence[int], slow: NDArray[np.bool_]) -> list[int]:
        """Let go what has nothing in the way, neither what moves nor what comes before it; who waits on."""
        if not waiting:
            return []
        simulation = self.simulation
        self._note_boxes(simulation.free)
        restless = self._lying_m[[k for k in simulation.free if not slow[k]]]
        under = _over(self._starts_m[waiting][:, None], restless).any(axis=1)
        # Who comes before waits on, or is let go now.
        under |= np.tril(self._above[np.ix_(waiting, waiting)], -1).any(axis=1)
        for number, wait in zip(waiting, under.tolist(), strict=True):
            if not wait:
                self._let_go(number)
        return [number for number, wait in zip(waiting, under.tolist(), strict=True) if wait]

    def _note_boxes(self, numbers: Sequence[int]) -> None:
        """Where these bodies lie now."""
        self._lying_m[list(numbers)] = self.simulation.boxes_m(numbers)

    def _let_go(self, number: int, least_z_m: float = -math.inf) -> None:
        """Put a body at its start, but above what lies there now, and no lower than `least_z_m`."""
        box, position = self._starts_m[number], self._bodies[number].start.matrix[:3, 3].copy()
        tops = [boxes[_over(box, boxes), 1, 2] for boxes in (self.simulation.supports_m, self._lying_m)]
        top = max((float(t.max()) for t in tops if len(t)), default=-math.inf)
        # Beside all supports it falls from where it was to start.
        if top > -math.inf:
            position[2] = max(top + _DROP_M + position[2] - box[0, 2], least_z_m)
        self.simulation.let_go(number, position)

    def _leaning(self, moving: set[int]) -> set[int]:
        """What moves, and all that touches it, also by way of others."""
        free = set(self.simulation.free)
        pairs = self.simulation.touching().tolist()
        found = set(moving)
        while True:
            more = {b if a in found else a for a, b in pairs if (a in found) != (b in found)} & free - found
            if not more:
                return found
            found |= more

    def _step(self) -> None:
        """Some steps on; away with what has fallen off, and with what cannot be computed."""
        for number in self.simulation.step(self._check_steps):
            self._lying_m[number] = -math.inf
            self._unstable.add(number)
        for number in self.simulation.below(self._floor_m):
            self.simulation.take_away(number)
            self._lying_m[number] = -math.inf
            self.fallen.add(number)


def _over(box: Points, boxes: Points) -> NDArray[np.bool_]:
    """Which of upright boxes (..., 2, 3) overlap others (..., 2, 3) as seen from above, each with each: (...)."""
    low, high = box[..., 0, :2], box[..., 1, :2]
    found: NDArray[np.bool_] = ((low < boxes[..., 1, :2]) & (high > boxes[..., 0, :2])).all(axis=-1)
    return found

"""Small shifts after which exact meshes neither cut each other nor float."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from longtail.annotate.camera.transform import Transform
from longtail.scenes.physics.body import Points, Shape, Support
from longtail.scenes.physics.distances import STEP_M, Placed, clearance_m, freeing_m, parting_m

# No body is moved further by one shift: more than the convex parts of the worst model lie outside its mesh.
LIMIT_M = 0.004
# Left between two meshes that were parted, so that rounding to micrometres does not bring them together again.
_AIR_M = 5e-6
_ROUNDS = 8
_POSITION_DIGITS = 6
_UP = np.array([0.0, 0.0, 1.0])


class Contact(NamedTuple):
    """Two bodies by number, or None for a support, and the unit vector that leads from the first to the second."""

    first: int | None
    second: int | None
    normal: Points


def seat(
    shapes: Sequence[Shape],
    poses: Sequence[Transform],
    supports: Sequence[Support],
    contacts: Sequence[Contact],
    stay: Collection[int] = (),
) -> list[tuple[Transform, bool]]:
    """Shift bodies until no meshes cut each other, and lower what floats; each one's pose and whether it is free.

    Bodies near the supports are served first. Of two that cut each other the one further from the supports moves, by
    the shortest way along one of their contacts' normals or straight up. What then cuts one again as soon as it is
    parted from another moves by the shortest way out of both. Turns stay as they are. As few as may
    be of those that still cut each other are not free: all others are, once these are taken away. Those that `stay`, by
    number, are to others what supports are.
    """
    seats = _Seats(shapes, poses, supports, contacts, stay)
    for one_round in (*[seats.part] * _ROUNDS, *[seats.free] * _ROUNDS):
        if not one_round():
            break
    for number in seats.order:
        seats.lower(number)
    found = [_moved(pose, item) for pose, item in zip(poses, seats.placed, strict=True)]
    stuck = seats.stuck()
    return [(pose, number not in stuck) for number, pose in enumerate(found)]


class _Seats:
    """Bodies and, behind them, supports, with their upright boxes."""

    def __init__(
        self,
        shapes: Sequence[Shape],
        poses: Sequence[Transform],
        supports: Sequence[Support],
        contacts: Sequence[Contact],
        stay: Collection[int],
    ) -> None:
        self.placed = [Placed(shape, pose) for shape, pose in zip(shapes, poses, strict=True)]
        self.order = _from_the_ground(contacts, self.placed, stay)
        self._all = [*self.placed, *(Placed(support.shape) for support in supports)]
        self._boxes_m = np.array([item.bounds_m for item in self._all]).reshape(-1, 2, 3)
        self._turns = {number: turn for turn, number in enumerate(self.order)}
        self._normals: dict[tuple[int, int | None], list[Points]] = {}
        for first, second, normal in contacts:
            if second is not None:
                self._normals.setdefault((second, first), []).append(normal)
            if first is not None:
                self._normals.setdefault((first, second), []).append(-normal)
        # In which round a body was last moved, and a pair last found to be apart.
        self._round = 0
        self._moved = [0] * len(self._all)
        self._apart: dict[tuple[int, int], int] = {}

    def part(self) -> bool:
        """One round over all pairs; whether anything had to move."""
        self._round += 1
        some = False
        for number in self.order:
            for other in self._before(number):
                if self._meets(number, other):
                    normals = self._normals.get((number, other if other < len(self.placed) else None), [])
                    some |= self._shift(
                        number, parting_m(self.placed[number], self._all[other], LIMIT_M, _ways(normals))
                    )
        return some

    def free(self) -> bool:
        """One round over all bodies, each moved out of all that come before it at once; whether any had to move."""
        self._round += 1
        some = False
        for number in self.order:
            before = self._before(number, LIMIT_M)
            if any(self._meets(number, other) for other in before):
                some |= self._shift(number, freeing_m(self.placed[number], [self._all[k] for k in before], LIMIT_M))
        return some

    def _before(self, number: int, margin_m: float = 0.0) -> list[int]:
        """Supports and bodies that are served before this one and close to it, in the order in which they are."""
        turn = self._turns[number]
        before = [k for k in self._near(number, margin_m) if self._turns.get(k, -1) < turn]
        return sorted(before, key=lambda k: self._turns.get(k, k - len(self._all)))

    def _meets(self, number: int, other: int) -> bool:
        if self._apart.get((number, other), -1) > max(self._moved[number], self._moved[other]):
            return False
        found = self.placed[number].meets(self._all[other])
        if not found:
            self._apart[number, other] = self._round
        return found

    def _shift(self, number: int, shift_m: Points | None) -> bool:
        length = 0.0 if shift_m is None else float(np.sqrt((shift_m**2).sum()))
        if shift_m is not None and length:
            self._move(number, shift_m * (1 + _AIR_M / length))
        return length > 0

    def lower(self, number: int) -> None:
        """Let a body that is free sink until it meets another, by no more than LIMIT_M."""
        item = self.placed[number]
        others = [self._all[k] for k in self._near(number, LIMIT_M)]
        if not item.free_at(np.zeros(3), others):
            return
        gap = clearance_m(item, others, LIMIT_M)
        if STEP_M + _AIR_M < gap < LIMIT_M:
            self._move(number, -_UP * (gap - _AIR_M))

    def stuck(self) -> set[int]:
        """Bodies without which no two meet: first those in supports, then whoever is in most others."""
        inside = {n: {k for k in self._near(n) if self.placed[n].meets(self._all[k])} for n in self.order}
        found: set[int] = set()
        while True:
            counts = {
                n: len(self._all) * any(k not in self._turns for k in met) + len(met) for n, met in inside.items()
            }
            worst = max(self.order, key=lambda n: (counts[n], self._turns[n]), default=None)
            if worst is None or not counts[worst]:
                return found
            found.add(worst)
            inside = {n: set() if n == worst else met - {worst} for n, met in inside.items()}

    def _near(self, number: int, margin_m: float = 0.0) -> list[int]:
        low, high = self._boxes_m[number]
        boxes = self._boxes_m
        close = ((low <= boxes[:, 1] + margin_m) & (boxes[:, 0] <= high + margin_m)).all(axis=1)
        close[number] = False
        return [int(k) for k in np.flatnonzero(close)]

    def _move(self, number: int, shift_m: Points) -> None:
        item = self.placed[number]
        item.move_to(item.position_m + shift_m)
        self._boxes_m[number] = item.bounds_m
        self._moved[number] = self._round


def _from_the_ground(contacts: Sequence[Contact], placed: Sequence[Placed], stay: Collection[int]) -> list[int]:
    """Numbers of those that may move, by how many contacts lie between a body and a support, of equals the lower one
    first."""
    ends = {None: None} | {number: None if number in stay else number for number in range(len(placed))}
    touching = [(ends[c.first], ends[c.second]) for c in contacts]
    count = len(placed)
    steps = {number: 0 for pair in touching if None in pair for number in pair if number is not None}
    edge = set(steps)
    while edge:
        pairs = [*touching, *((second, first) for first, second in touching)]
        edge = {far for near, far in pairs if near in edge and far is not None and far not in steps}
        steps |= dict.fromkeys(edge, 1 + max(steps.values()))
    moving = [number for number in range(count) if number not in stay]
    return sorted(moving, key=lambda k: (steps.get(k, count), float(placed[k].bounds_m[0][2]), k))


def _ways(normals: Sequence[Points]) -> Points:
    """Unit vectors (N, 3) that lead a body out of another: its contacts' normals, their mean, and up."""
    ways = list(normals)
    if ways:
        mean = np.mean(ways, axis=0)
        length = float(np.sqrt((mean**2).sum()))
        ways = [*([mean / length] if length > 0.1 else []), *ways]
    unique = dict.fromkeys(tuple(np.round(way, 3).tolist()) for way in (*ways, _UP))
    return np.array(list(unique))


def _moved(pose: Transform, item: Placed) -> Transform:
    matrix = pose.matrix.copy()
    matrix[:3, 3] = [round(value, _POSITION_DIGITS) for value in item.position_m.tolist()]
    item.move_to(matrix[:3, 3])
    return Transform(pose.target, pose.source, matrix)

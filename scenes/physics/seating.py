"""Small shifts after which exact meshes neither cut each other nor float."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from longtail.annotate.camera.transform import Transform
from longtail.scenes.physics.body import Points, Shape, Support
from longtail.scenes.physics.distances import STEP_M, Placed, clearance_m, parting_m

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
    shapes: Sequence[Shape], poses: Sequence[Transform], supports: Sequence[Support], contacts: Sequence[Contact]
) -> list[tuple[Transform, bool]]:
    """Shift bodies until no meshes cut each other, and lower what floats; each one's pose and whether it is free.

    Bodies near the supports are served first. Of two that cut each other the one further from the supports moves, by
    the shortest way along one of their contacts' normals or straight up. Turns stay as they are.
    """
    fixed = [Placed(support.shape) for support in supports]
    placed = [Placed(shape, pose) for shape, pose in zip(shapes, poses, strict=True)]
    order = _from_the_ground(len(shapes), contacts, placed)
    for _ in range(_ROUNDS):
        if not _part(placed, fixed, order, contacts):
            break
    for number in order:
        _lower(placed, fixed, number)
    return [
        (_moved(pose, item), not any(item.meets(other) for other in _near(number, placed, fixed)))
        for number, (pose, item) in enumerate(zip(poses, placed, strict=True))
    ]


def _from_the_ground(count: int, contacts: Sequence[Contact], placed: Sequence[Placed]) -> list[int]:
    """Numbers by how many contacts lie between a body and a support, of equals the lower one first."""
    touching = [(c.first, c.second) for c in contacts]
    steps = {number: 0 for pair in touching if None in pair for number in pair if number is not None}
    edge = set(steps)
    while edge:
        pairs = [*touching, *((second, first) for first, second in touching)]
        edge = {far for near, far in pairs if near in edge and far is not None and far not in steps}
        steps |= dict.fromkeys(edge, 1 + max(steps.values()))
    return sorted(range(count), key=lambda k: (steps.get(k, count), float(placed[k].bounds_m[0][2]), k))


def _part(placed: Sequence[Placed], fixed: Sequence[Placed], order: Sequence[int], contacts: Sequence[Contact]) -> bool:
    """One round over all pairs; whether anything had to move."""
    moved = False
    for place, number in enumerate(order):
        item = placed[number]
        for other_number, other in (*((None, s) for s in fixed), *((k, placed[k]) for k in order[:place])):
            if not item.near(other, 0.0):
                continue
            shift = parting_m(item, other, LIMIT_M, _ways(number, other_number, contacts))
            if shift is not None and (length := float(np.sqrt((shift**2).sum()))) > 0:
                item.move_to(item.position_m + shift * (1 + _AIR_M / length))
                moved = True
    return moved


def _ways(number: int, other: int | None, contacts: Sequence[Contact]) -> Points:
    """Unit vectors (N, 3) that lead a body out of another: its contacts' normals, their mean, and up."""
    ways = [c.normal for c in contacts if (c.first, c.second) == (other, number)]
    ways += [-c.normal for c in contacts if (c.second, c.first) == (other, number)]
    if ways:
        mean = np.mean(ways, axis=0)
        length = float(np.sqrt((mean**2).sum()))
        ways = [*([mean / length] if length > 0.1 else []), *ways]
    unique = dict.fromkeys(tuple(np.round(way, 3).tolist()) for way in (*ways, _UP))
    return np.array(list(unique))


def _near(number: int, placed: Sequence[Placed], fixed: Sequence[Placed], margin_m: float = 0.0) -> Iterator[Placed]:
    item = placed[number]
    others = (*fixed, *(other for k, other in enumerate(placed) if k != number))
    return (other for other in others if item.near(other, margin_m))


def _lower(placed: Sequence[Placed], fixed: Sequence[Placed], number: int) -> None:
    """Let a body that is free sink until it meets another, by no more than LIMIT_M."""
    item = placed[number]
    others = list(_near(number, placed, fixed, LIMIT_M))
    if not item.free_at(np.zeros(3), others):
        return
    gap = clearance_m(item, others, LIMIT_M)
    if STEP_M + _AIR_M < gap < LIMIT_M:
        item.move_to(item.position_m - _UP * (gap - _AIR_M))


def _moved(pose: Transform, item: Placed) -> Transform:
    matrix = pose.matrix.copy()
    matrix[:3, 3] = [round(value, _POSITION_DIGITS) for value in item.position_m.tolist()]
    item.move_to(matrix[:3, 3])
    return Transform(pose.target, pose.source, matrix)

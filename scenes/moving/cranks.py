"""Cranks that somebody pedals: which vertices of a bicycle's mesh turn with them, and where they are after some way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.moving.pieces import pieces_of

# What turns with the cranks is beside the frame, and reaches no further from their middle than a pedal does.
_BESIDE_M, _PEDAL_M = 0.03, 0.06
_AT_PEDAL_M = 0.02


@dataclass(frozen=True)
class Cranks:
    """Of a bicycle that rolls along its X: the (x, z) in metres of their middle in its frame, and their length.

    The left pedal's axle is `angle_rad` above X in the model, the right one's opposite, both `pedal_y_m` beside the
    middle; they make a turn in each `turn_m` of way.
    """

    x_m: float
    z_m: float
    length_m: float
    pedal_y_m: float
    angle_rad: float
    turn_m: float

    @property
    def reach_m(self) -> float:
        """How far from their middle whatever turns with them may be."""
        return self.length_m + _PEDAL_M

    def turned_rad(self, way_m: float) -> float:
        """By how much they have turned ahead after some way, in less than a turn."""
        return math.tau * math.fmod(way_m, self.turn_m) / self.turn_m


@dataclass(frozen=True, eq=False)
class Pedalled:
    """The vertices (N,) that turn with cranks, and those of the left and of the right pedal, which stay level."""

    turning: NDArray[np.intp]
    pedals: tuple[NDArray[np.intp], NDArray[np.intp]]


def pedalled_of(vertices_m: NDArray[np.float32], triangles: NDArray[np.int32], cranks: Cranks) -> Pedalled:
    """What moves with `cranks` of a mesh of `vertices_m` (V, 3) in the bicycle's frame and `triangles` (F, 3)."""
    turning: list[NDArray[np.intp]] = []
    pedals: tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]] = ([], [])
    for vertices in pieces_of(vertices_m, triangles):
        points = vertices_m[vertices].astype(np.float64)
        away = np.hypot(points[:, 0] - cranks.x_m, points[:, 2] - cranks.z_m).max()
        if away > cranks.reach_m or np.abs(points[:, 1]).min() < _BESIDE_M:
            continue
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        if abs(abs(middle[1]) - cranks.pedal_y_m) < _AT_PEDAL_M:
            pedals[0 if middle[1] > 0 else 1].append(vertices)
        else:
            turning.append(vertices)
    return Pedalled(_all_of(turning), (_all_of(pedals[0]), _all_of(pedals[1])))


def pedalled(vertices_m: NDArray[np.float32], parts: Pedalled, cranks: Cranks, way_m: float) -> NDArray[np.float32]:
    """A copy of `vertices_m` (V, 3) with the cranks turned as after `way_m` metres ahead, and the pedals level."""
    moved = vertices_m.copy()
    angle = cranks.turned_rad(way_m)
    cos, sin = math.cos(angle), math.sin(angle)
    x = vertices_m[parts.turning, 0].astype(np.float64) - cranks.x_m
    z = vertices_m[parts.turning, 2].astype(np.float64) - cranks.z_m
    moved[parts.turning, 0] = cranks.x_m + x * cos + z * sin
    moved[parts.turning, 2] = cranks.z_m - x * sin + z * cos
    for vertices, before in zip(parts.pedals, (cranks.angle_rad, cranks.angle_rad + math.pi), strict=True):
        after = before - angle
        moved[vertices, 0] += cranks.length_m * (math.cos(after) - math.cos(before))
        moved[vertices, 2] += cranks.length_m * (math.sin(after) - math.sin(before))
    return moved


def _all_of(found: Sequence[NDArray[np.intp]]) -> NDArray[np.intp]:
    return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.intp)

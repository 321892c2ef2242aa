"""Where a room's fitments are: along its walls, about its window, beneath its table, and in nobody's way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.scenes.assets.asset import Vector
from longtail.scenes.scenarios.fitments.fitment import Fitment, Kind
from longtail.scenes.scenarios.tabletop.room import DOOR_M, WALLS, Room
from longtail.scenes.scenarios.tabletop.support import Furniture

Array = NDArray[np.float64]
Rng = np.random.Generator

_STANDING: tuple[Kind, ...] = ("kitchen", "wardrobe", "sideboard", "binders", "binders")
_HANGING: tuple[Kind, ...] = ("poster", "poster", "poster", "whiteboard", "pin board")
_MOST: Mapping[Kind, int] = {
    "kitchen": 1, "wardrobe": 1, "sideboard": 2, "binders": 2, "poster": 5, "whiteboard": 1, "pin board": 1,
    "curtain": 2, "radiator": 1, "rug": 1,
}  # fmt: skip
_FROM_CAMERA_M, _FROM_LAMP_M, _FROM_TABLE_M = 0.3, 0.25, 0.02
_GAP_M = 0.03
_DOOR_SIDE_M, _DOOR_AHEAD_M = 0.12, 0.9
_SKIRTING_M = 0.016
"""What stands at a wall stands before its skirting."""
_RIG_M = ((-0.6, -1.0, 1.5),)
"""Where a ready rig has a tripod (`scenes.camera.rigs`)."""


class Free:
    """What must stay free in a room: where cameras are and go, what they look at, its door, its window's light.

    `swings` says that the camera may go round the table, as a wrist does.
    """

    def __init__(
        self, room: Room, furniture: Furniture, camera: Camera, swings: bool, lamps_m: tuple[Vector, ...]
    ) -> None:
        self._room, self._furniture, self._swings = room, furniture, swings
        self._eye = camera.world_from_camera.matrix[:3, 3]
        self._places = [(np.array(place), _FROM_CAMERA_M) for place in (tuple(self._eye.tolist()), *_RIG_M)]
        self._places += [(np.array(place), _FROM_LAMP_M) for place in lamps_m]
        self._taken: list[Array] = [_table(furniture), _doorway(room)]
        self._opening = _opening(room)

    def takes(self, one: Fitment) -> bool:
        """Whether a fitment finds room; from then on it is in the way of others."""
        box = one.box_m
        if any(_meet(box, other) for other in self._taken):
            return False
        # Curtains are the only ones that reach before the window.
        if one.kind != "curtain" and _meet(box, self._opening):
            return False
        if any(one.nearest_m(place) < gap for place, gap in self._places) or self._is_swung_into(box):
            return False
        if any(one.hides(eye, seen) for eye in (self._eye, self._window()) for seen in self._seen()):
            return False
        self._taken.append(box)
        return True

    def _is_swung_into(self, box: Array) -> bool:
        if not self._swings:
            return False
        low, high = box[0, 2] - _FROM_CAMERA_M, box[1, 2] + _FROM_CAMERA_M
        near = math.hypot(*np.maximum(np.maximum(box[0, :2], -box[1, :2]), 0.0).tolist())
        reach = math.hypot(*self._eye[:2].tolist()) + _FROM_CAMERA_M
        return bool(low < self._eye[2] < high and near < reach)

    def _window(self) -> Array:
        """The middle of the window's pane, within the room."""
        window = self._room.window
        at = np.array((window.along_m, -0.05, window.sill_m + window.height_m / 2, 1.0))
        return np.asarray((self._room.frame(window.wall) @ at)[:3], dtype=np.float64)

    def _seen(self) -> Iterator[Array]:
        """The middle of what the things lie on, and its corners."""
        length, width = self._furniture.area_m
        top = self._furniture.top_m + 0.02
        yield np.array((0.0, 0.0, top))
        for x in (-length / 2, length / 2):
            for y in (-width / 2, width / 2):
                yield np.array((x * 0.95, y * 0.95, top))


def fitted_out(free: Free, room: Room, share: float, rng: Rng) -> tuple[Fitment, ...]:
    """The fitments of a room of which `share`, 0..1, is furnished, as far as there is room for them."""
    if share <= 0:
        return ()
    wanted = [*_at_window(room, share, rng)]
    for wall in range(WALLS):
        wanted += _along(room, wall, share, rng)
    wanted += _hung(room, share, rng)
    if rng.random() < 0.35 * share:
        wanted.append(_rug(rng))
    found: list[Fitment] = []
    for one in wanted:
        if [other.kind for other in found].count(one.kind) < _MOST[one.kind] and (one.kind == "rug" or free.takes(one)):
            found.append(one)
    return tuple(found)


def _at_window(room: Room, share: float, rng: Rng) -> Iterator[Fitment]:
    """A radiator below it, a curtain on either side."""
    window = room.window
    radiator, curtains, open_to, looks = rng.random(), rng.random(), rng.uniform(0.28, 0.42), _look(rng)
    if radiator < 0.3 + 0.6 * share:
        width = min(1.6, max(0.6, round(window.width_m, 1)))
        yield _at(room, "radiator", window.wall, window.along_m, 0.0, (width, 0.11, window.sill_m - 0.1), _look(rng))
    if curtains < 0.55 * share:
        wide = float(open_to)
        rail = min(window.sill_m + window.height_m + 0.12, room.height_m - 0.03)
        foot = 0.03 if curtains < 0.3 * share and radiator > 0.3 + 0.6 * share else window.sill_m - 0.06
        for side in (-1, 1):
            along = window.along_m + side * (window.width_m / 2 + wide / 2 - 0.1)
            if abs(along) + wide / 2 < room.wall_length_m(window.wall) / 2 - 0.02:
                # One look: the two are of one cloth.
                yield _at(room, "curtain", window.wall, along, foot, (wide, 0.13, rail - foot), looks)


def _along(room: Room, wall: int, share: float, rng: Rng) -> Iterator[Fitment]:
    """What stands at a wall, from its left end to its right."""
    half = room.wall_length_m(wall) / 2
    at = -half + float(rng.uniform(0.02, 0.3))
    for _ in range(6):
        kind = _STANDING[int(rng.integers(len(_STANDING)))]
        size, stands = _size(kind, room, rng), rng.random() < share
        if at + size[0] > half - 0.02:
            continue
        if stands:
            yield _at(room, kind, wall, at + size[0] / 2, 0.0, size, _look(rng))
        at += size[0] + float(rng.choice((0.02, 0.15, 0.6)))


def _size(kind: Kind, room: Room, rng: Rng) -> tuple[float, float, float]:
    """Sizes of catalogues (our estimates): (width, depth, height)."""
    pick = float(rng.random())
    if kind == "kitchen":
        return 0.6 * int(rng.integers(2, 6)), 0.62, 0.91 if pick < 0.25 else min(2.15, room.height_m - 0.15)
    if kind == "wardrobe":
        return 0.5 * int(rng.integers(2, 4)), 0.45 + 0.15 * pick, min(1.95 + 0.3 * pick, room.height_m - 0.1)
    if kind == "sideboard":
        return 0.5 * int(rng.integers(2, 5)), 0.42, 0.7 + 0.15 * pick
    return 0.8 + 0.4 * pick, 0.32, (1.2, 1.57, 1.94)[int(pick * 3)]


def _hung(room: Room, share: float, rng: Rng) -> Iterator[Fitment]:
    """What hangs on the walls; where something stands before it, it finds no room."""
    for wall in range(WALLS):
        half = room.wall_length_m(wall) / 2
        for _ in range(3):
            kind = _HANGING[int(rng.integers(len(_HANGING)))]
            along, middle, wide, hangs = rng.random(), rng.uniform(1.4, 1.65), rng.random(), rng.random() < share
            size = {
                "poster": (((0.42, 0.594), (0.594, 0.841), (0.7, 0.5), (0.3, 0.4))[int(wide * 4)]),
                "whiteboard": (0.9 + 0.9 * wide, 0.9 + 0.3 * wide),
                "pin board": (0.6 + 0.6 * wide, 0.45 + 0.45 * wide),
            }[kind]
            reach = half - size[0] / 2 - 0.06
            if hangs and reach > 0:
                deep = {"poster": 0.003, "whiteboard": 0.07, "pin board": 0.03}[kind]
                foot = min(middle - size[1] / 2, room.height_m - size[1] - 0.1)
                place = (2 * along - 1) * reach
                yield _at(room, kind, wall, place, foot, (size[0], deep, size[1]), _look(rng))


def _rug(rng: Rng) -> Fitment:
    """On the floor about the table, whose legs stand on it."""
    width, depth = float(rng.uniform(1.6, 2.4)), float(rng.uniform(1.2, 1.8))
    x, y = float(rng.uniform(-0.3, 0.3)), float(rng.uniform(-0.4, 0.1))
    return Fitment("rug", 1, (round(x, 4), round(y + depth / 2, 4), 0.0), (width, depth, 0.007), _look(rng))


def _at(
    room: Room, kind: Kind, wall: int, along_m: float, foot_m: float, size_m: tuple[float, float, float], look: int
) -> Fitment:
    """A fitment of a wall; what stands on the floor stands before the skirting."""
    out = 0.0 if foot_m > 0 else -_SKIRTING_M
    x, y, z = (room.frame(wall) @ np.array((along_m, out, foot_m, 1.0)))[:3].tolist()
    width, depth, height = (round(float(side), 4) for side in size_m)
    return Fitment(kind, wall, (round(x, 4), round(y, 4), round(z, 4)), (width, depth, height), look)


def _look(rng: Rng) -> int:
    return int(rng.integers(2**31))


def _table(furniture: Furniture) -> Array:
    length, width, height = furniture.size_m
    # A shelf goes on above its board.
    top = 4.0 if furniture.kind == "shelf" else height + 0.4
    corner = np.array((length / 2 + _FROM_TABLE_M, width / 2 + _FROM_TABLE_M))
    return np.array([(*-corner, 0.0), (*corner, top)])


def _opening(room: Room) -> Array:
    """What of a wall is the window, and what is right before it."""
    window = room.window
    half = window.width_m / 2 + 0.05
    ends = np.array(
        [(window.along_m - half, -0.2, window.sill_m - 0.03),
         (window.along_m + half, 0.1, window.sill_m + window.height_m)]
    )  # fmt: skip
    return _in_world(room, window.wall, ends)


def _in_world(room: Room, wall: int, ends_m: Array) -> Array:
    """The lowest and the highest corner of a box of a wall's own frame."""
    frame = room.frame(wall)
    placed = ends_m @ frame[:3, :3].T + frame[:3, 3]
    return np.array([placed.min(axis=0), placed.max(axis=0)])


def _doorway(room: Room) -> Array:
    """What a door needs to be opened, and its frame."""
    width, height = DOOR_M
    half = width / 2 + _DOOR_SIDE_M
    return _in_world(room, room.door_wall, np.array([(-half, -_DOOR_AHEAD_M, 0.0), (half, 0.1, height + 0.1)]))


def _meet(one: Array, other: Array) -> bool:
    return bool(((one[0] < other[1] + _GAP_M) & (other[0] < one[1] + _GAP_M)).all())

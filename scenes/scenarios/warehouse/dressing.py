"""What a hall's walls have on them, and which of its docks are open: posts, cabinets, boards, pipes, sockets, trays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from longtail.scenes.scenarios.fitments.fitment import Fitment, Kind
from longtail.scenes.scenarios.occupancy import Occupancy, footprint
from longtail.scenes.scenarios.warehouse.hall import PLINTH_FACE_M, PLINTH_M, SHEET_FACE_M, TRUSS_M, Hall
from longtail.scenes.scenarios.warehouse.layout import Layout
from longtail.scenes.scenarios.warehouse.openings import DOCK_M, DOOR_M, LEAST_ROOF_M, Opening
from longtail.scenes.scenarios.warehouse.standing import Rng

_DOCK_SIDE_M, _DOOR_SIDE_M = 0.62, 0.25
"""Beside a door's opening: what belongs to the door hangs there."""
_TRAY_FOOT_M = 4.45
_POST_M = 0.2
_GAP_M = 0.12
# The share of docks that are open, from hall to hall.
_OPEN = (0.0, 0.15, 0.3, 0.6)


@dataclass(frozen=True)
class _Hung:
    """(width, depth) from the least to the most, height and foot in metres; how often it comes, beside others."""

    width_m: tuple[float, float]
    depth_m: float
    height_m: tuple[float, float]
    foot_m: float
    weight: float


_ON_WALLS: Mapping[Kind, _Hung] = {
    "switch cabinet": _Hung((0.8, 2.4), 0.4, (1.9, 2.1), 0.0, 2.0),
    "lockers": _Hung((0.9, 2.4), 0.5, (1.8, 1.8), 0.0, 1.5),
    "hose cabinet": _Hung((0.7, 0.8), 0.22, (0.75, 0.85), 0.5, 0.7),
    "first aid": _Hung((0.34, 0.46), 0.14, (0.3, 0.44), 1.35, 0.4),
    "sockets": _Hung((0.3, 0.42), 0.14, (3.2, 3.6), 0.75, 1.5),
    "pin board": _Hung((0.9, 1.8), 0.03, (0.7, 1.0), 1.3, 1.5),
    "whiteboard": _Hung((0.9, 1.8), 0.07, (0.8, 1.1), 1.25, 1.0),
    "pipe": _Hung((0.09, 0.13), 0.16, (9.0, 9.0), 0.0, 1.0),
}
_DEEPEST_ON_WAYS_M = 0.25
"""Where people walk along a wall, and between docks, nothing reaches further out."""


def dressed(layout: Layout, occupied: Occupancy, rng: Rng) -> Layout:
    """The layout with some of its docks open, and what its walls have on them where the floor is free; it is taken."""
    hall = layout.hall
    often = _OPEN[int(rng.integers(len(_OPEN)))]
    roomy = hall.height_m >= LEAST_ROOF_M
    openings = tuple(
        replace(one, is_open=bool(rng.random() < often) and roomy) if one.dock and one.wall > 0 else one
        for one in hall.openings
    )
    hall = replace(hall, openings=openings)
    found = [*_posts(hall, _look(rng)), *_trays(hall, rng)]
    for one in found:
        if one.kind == "post":
            occupied.add(_footprint(one))
    for wall in range(4):
        taken = [(along - 0.25, along + 0.25) for along in _posts_along(hall, wall)] + _doors_along(hall, wall)
        for one in _along(layout, hall, wall, taken, rng):
            if occupied.take(_footprint(one)):
                found.append(one)
    return replace(layout, hall=replace(hall, fitments=tuple(found)))


def _posts(hall: Hall, look: int) -> Iterator[Fitment]:
    """Under both ends of each truss, all of one paint."""
    for wall in (1, 3):
        for along in _posts_along(hall, wall):
            yield _at(hall, "post", wall, along, 0.0, (_POST_M, _POST_M, hall.height_m - 0.05), look)


def _posts_along(hall: Hall, wall: int) -> list[float]:
    if wall in (0, 2):
        return []
    return [float(x) for x in np.arange(hall.low_m[0] + TRUSS_M / 2, hall.high_m[0], TRUSS_M)]


def _trays(hall: Hall, rng: Rng) -> Iterator[Fitment]:
    """Over the docks, where neither the roof nor a leaf that is lifted is in its way."""
    if rng.random() < 0.7 and not any(one.is_open for one in hall.openings) and hall.height_m > _TRAY_FOOT_M + 1.0:
        middle, wide = (hall.low_m[1] + hall.high_m[1]) / 2, hall.size_m[1]
        yield _at(hall, "cable tray", 0, middle, _TRAY_FOOT_M, (wide, 0.2, 0.09), _look(rng))


def _doors_along(hall: Hall, wall: int) -> list[tuple[float, float]]:
    """What doors take of a wall, in the world's Y."""
    facing = {0: 1, 2: -1}.get(wall)
    return [_door_along(one) for one in hall.openings if one.wall == facing]


def _door_along(one: Opening) -> tuple[float, float]:
    half = DOCK_M[0] / 2 + _DOCK_SIDE_M if one.dock else DOOR_M[0] / 2 + _DOOR_SIDE_M
    return one.y_m - half, one.y_m + half


def _along(layout: Layout, hall: Hall, wall: int, taken: list[tuple[float, float]], rng: Rng) -> Iterator[Fitment]:
    """From one end of a wall to the other: what is next, and how far from the last."""
    axis = 1 if wall in (0, 2) else 0
    low, high = hall.low_m[axis] + 0.4, hall.high_m[axis] - 0.4
    kinds = list(_ON_WALLS)
    weights = np.array([_ON_WALLS[kind].weight for kind in kinds])
    at = low + float(rng.exponential(0.8))
    while at < high:
        kind = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
        hung, width_at, height_at, look = _ON_WALLS[kind], rng.random(), rng.random(), _look(rng)
        width = round(hung.width_m[0] + width_at * (hung.width_m[1] - hung.width_m[0]), 2)
        height = hung.height_m[0] + height_at * (hung.height_m[1] - hung.height_m[0])
        height = min(height, hall.height_m - hung.foot_m - 0.1)
        start, end = at, at + width
        at = end + _GAP_M + float(rng.exponential(0.7))
        if end > high or any(start < high_m + _GAP_M and end > low_m - _GAP_M for low_m, high_m in taken):
            continue
        if hung.depth_m > _DEEPEST_ON_WAYS_M and not _may_be_deep(layout, wall, start):
            continue
        # Signs hang between docks, at the height of eyes.
        if wall == 0 and hung.foot_m + height > 1.4:
            continue
        yield _at(hall, kind, wall, (start + end) / 2, hung.foot_m, (width, hung.depth_m, round(height, 3)), look)


def _may_be_deep(layout: Layout, wall: int, x_m: float) -> bool:
    """Whether nobody walks along there: at the racks' start, and beside the docks opposite to the way of people."""
    return wall == 2 or (wall == 3 and x_m > layout.run_m + 1.0)


def _at(
    hall: Hall, kind: Kind, wall: int, along_m: float, foot_m: float, size_m: tuple[float, float, float], look: int
) -> Fitment:
    """A fitment of a wall: what begins below the plinth's edge stands before the plinth."""
    face = PLINTH_FACE_M if foot_m < PLINTH_M else -SHEET_FACE_M
    (x0, y0), (x1, y1) = hall.low_m, hall.high_m
    x, y = ((x1 - face, along_m), (along_m, y1 - face), (x0 + face, along_m), (along_m, y0 + face))[wall]
    return Fitment(kind, wall, (round(x, 4), round(y, 4), foot_m), size_m, look)


def _footprint(one: Fitment) -> shapely.Polygon:
    (x0, y0, _), (x1, y1, _) = one.box_m.tolist()
    return footprint((x0 + x1) / 2, (y0 + y1) / 2, 0.0, x1 - x0, y1 - y0, 0.03)


def _look(rng: Rng) -> int:
    return int(rng.integers(2**31))

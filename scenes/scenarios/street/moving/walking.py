"""Who walks where: along the pavements round what stands there, and across the road to the other side.

Each keeps one speed, that of the stride, and meets neither what stands nor who was given a way before. Who finds no way
turns round, and who finds none then stays.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely

from longtail.scenes.moving.path import Array
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.moving.crossing import (
    ALIGN_M,
    CORNER_M,
    Crossings,
    Piece,
    across,
    begun,
    off_rad,
    off_the_kerb,
)
from longtail.scenes.scenarios.street.moving.following import Walker
from longtail.scenes.scenarios.street.moving.mover import rectangle
from longtail.scenes.scenarios.street.moving.someone import Someone, Way
from longtail.scenes.scenarios.street.road import KERB_WIDTH_M, Side

_CELL_M, _APART_M = 2.0, 0.25
_BESIDE_M, _EVERY_S = 0.05, 0.2
# Where on a crossing one walks, from its middle on.
_ASIDE_M = (0.0, 0.9, -0.9)


def walkers(
    crowd: Sequence[Someone], street: Street, crossings: Crossings, stood: Sequence[Array], seconds: float
) -> dict[int, Walker]:
    """By their numbers those of `crowd` who walk; the others find no way. `stood` are the footprints (4, 2) of all that
    stays."""
    tree = shapely.STRtree(shapely.polygons(np.array(stood)) if stood else [])
    found: dict[int, Walker] = {}
    for someone in crowd:
        for way in _ways(someone, street, crossings, tree, seconds):
            walker = someone.along(way)
            if _free(walker, tree, seconds) and not any(_meet(walker, other, seconds) for other in found.values()):
                found[someone.number] = walker
                break
    return found


def _ways(
    someone: Someone, street: Street, crossings: Crossings, tree: shapely.STRtree, seconds: float
) -> Iterator[Way]:
    if someone.crosses:
        yield from across(someone, street)
        return
    s, _ = _place(someone, street)
    for station in sorted(street.crossings_m, key=lambda at: abs(at - s)):
        if someone.number in crossings.users:
            yield from _over(station, someone, street, crossings, tree, seconds)
    yield from _along(someone, street, tree, seconds)


def _place(someone: Someone, street: Street) -> tuple[float, float]:
    """Station and offset of where somebody is at first."""
    s, t = (float(v) for v in street.course.beside((someone.item.x_m, someone.item.y_m)))
    return s, t


def _over(
    station_m: float, someone: Someone, street: Street, crossings: Crossings, tree: shapely.STRtree, seconds: float
) -> Iterator[Way]:
    """Ways along the pavement to a crossing, off the kerb and over it, within the time that there is."""
    s, t = _place(someone, street)
    direction = 1 if station_m > s else -1
    off = off_rad(someone, street, s, direction)
    grid: _Grid | None = None
    for aside in _ASIDE_M:
        ahead = abs(station_m - s) + aside - CORNER_M - (ALIGN_M if off else 0.0)
        if ahead < 0 or ahead / someone.speed_m_s > seconds:
            continue
        cells = int(ahead / _CELL_M)
        if cells and grid is None:
            grid = _Grid(street, s, t, direction, someone, tree, seconds)
        for target in (0, 2, -2, 4, -4):
            rows = grid.way(target, cells) if grid is not None and cells else [0]
            if not rows:
                continue
            pieces = _weaving(street, t, direction, off, rows)
            at = t + rows[-1] * _APART_M
            pieces.append(
                ((ahead - cells * _CELL_M) * (1 - street.course.curvature_1_m * at), _bend(street, at, direction))
            )
            yield from off_the_kerb(pieces, someone, street, station_m, at, direction, crossings)


def _along(someone: Someone, street: Street, tree: shapely.STRtree, seconds: float) -> Iterator[Way]:
    """Ways along the pavement: ahead, else back; straight on, else a little to a side."""
    s, t = _place(someone, street)
    first = 1 if abs(off_rad(someone, street, s, 1)) < math.pi / 2 else -1
    # Rows of the grid are offsets, columns stations: free is a way from one row to the next ones.
    for direction in (first, -first):
        grid = _Grid(street, s, t, direction, someone, tree, seconds)
        off = off_rad(someone, street, s, direction)
        for target in (0, 2, -2, 4, -4, 6, -6):
            if rows := grid.way(target, grid.cells):
                pieces = [*_weaving(street, t, direction, off, rows), (1e6, _bend(street, t, direction))]
                yield Way(begun(pieces, someone, street, s, direction), ((0.0, someone.item.z_m),))


class _Grid:
    """Where along a pavement somebody can go: from each offset at a station to the next ones two metres on."""

    def __init__(
        self,
        street: Street,
        s: float,
        t: float,
        direction: int,
        someone: Someone,
        tree: shapely.STRtree,
        seconds: float,
    ) -> None:
        side: Side = 1 if t > 0 else -1
        front, _, width = someone.room_m
        near, far = sorted((street.kerb_m(side) + side * KERB_WIDTH_M, street.facade_m(side) - side * street.setback_m))
        half = width / 2
        count = int((far - near) / _APART_M) + 2
        rows = np.arange(-count, count + 1)
        inside = (t + rows * _APART_M > near + half) & (t + rows * _APART_M < far - half)
        self._rows = rows[inside | (rows == 0)]
        self.cells = math.ceil((someone.speed_m_s * seconds + front) / _CELL_M)
        self._free = self._looked_up(street, s, t, direction, half + _BESIDE_M, tree)

    def _looked_up(
        self, street: Street, s: float, t: float, direction: int, half: float, tree: shapely.STRtree
    ) -> dict[tuple[int, int, int], bool]:
        keys, shapes = [], []
        for cell in range(self.cells):
            at = s + direction * cell * _CELL_M
            if not street.clear_of_junction(at + direction * _CELL_M, 2.0) or not _in_town(street, at):
                continue
            for row in self._rows:
                for step in (-2, -1, 0, 1, 2):
                    if row + step in self._rows:
                        a, b = t + row * _APART_M, t + (row + step) * _APART_M
                        corners = [(at, a - half), (at + direction * _CELL_M, b - half)]
                        corners += [(at + direction * _CELL_M, b + half), (at, a + half)]
                        keys.append((cell, int(row), step))
                        shapes.append(street.course.at(*np.array(corners).T))
        if not keys:
            return {}
        blocked = set(tree.query(shapely.polygons(np.array(shapes)), predicate="intersects")[0].tolist())
        return {key: number not in blocked for number, key in enumerate(keys)}

    def way(self, target: int, cells: int) -> list[int]:
        """The rows of one after the other of so many cells, from row 0 towards row `target`; none where there is no
        way."""
        best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
        for cell in range(cells):
            after: dict[int, tuple[float, list[int]]] = {}
            for row, (cost, rows) in best.items():
                for step in (0, -1, 1, -2, 2):
                    if self._free.get((cell, row, step)):
                        total = cost + abs(step) + 0.5 * abs(row + step - target)
                        if row + step not in after or total < after[row + step][0]:
                            after[row + step] = (total, [*rows, row + step])
            best = after
        return min(best.values())[1] if best else []


def _in_town(street: Street, s_m: float) -> bool:
    return street.start_m + _CELL_M < s_m < street.end_m - _CELL_M


def _weaving(street: Street, t_m: float, direction: int, off: float, rows: Sequence[int]) -> list[Piece]:
    """The pieces of a path that is at first `off` radians off, and then along the street from offset to offset."""
    course, half = street.course, _CELL_M / 2
    pieces: list[Piece] = []
    bend = _bend(street, t_m, direction)
    if off:
        pieces.append((ALIGN_M, bend - off / ALIGN_M))
    for before, after in pairwise(rows):
        aside = direction * (after - before) * _APART_M / half**2
        length = half * (1 - course.curvature_1_m * t_m)
        pieces += [(length, bend + aside), (length, bend - aside)] if aside else [(2 * length, bend)]
    return pieces


def _bend(street: Street, t_m: float, direction: int) -> float:
    """The curvature of who goes along the street at the offset `t_m`, in one of its directions."""
    bend = street.course.curvature_1_m
    return direction * bend / (1 - bend * t_m)


def _free(walker: Walker, tree: shapely.STRtree, seconds: float) -> bool:
    """Whether nothing stands in the way."""
    times = np.arange(0.0, seconds + _EVERY_S, _EVERY_S)
    shapes = shapely.polygons(np.array([walker.corners_m(float(time)) for time in times]))
    return not len(tree.query(shapes, predicate="intersects")[0])


def _meet(one: Walker, other: Walker, seconds: float) -> bool:
    """Whether two who walk come so near to each other that they would touch."""
    for time in np.arange(0.0, seconds + _EVERY_S, _EVERY_S):
        here, there = one.motion.at(float(time)), other.motion.at(float(time))
        away = math.hypot(here.x_m - there.x_m, here.y_m - there.y_m)
        if away > one.front_m + other.front_m + one.width_m + other.width_m:
            continue
        shape = shapely.Polygon(_wide(one, float(time)))
        if shape.intersects(shapely.Polygon(_wide(other, float(time)))):
            return True
    return False


def _wide(walker: Walker, time_s: float) -> Array:
    now = walker.motion.at(time_s)
    half = walker.width_m / 2 + 0.02
    return rectangle(now.x_m, now.y_m, now.heading_rad, -walker.back_m, walker.front_m, half)

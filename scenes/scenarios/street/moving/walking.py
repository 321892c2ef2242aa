"""Who walks where: along the pavements round what stands there, and across the road to the other side.

Each keeps one speed, that of the stride, and meets neither what stands nor who was given a way before. Who finds no way
turns round, and who finds none then stays.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.moving.motion import Motion, Stride
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Array, Path, joined
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.moving.following import Walker
from longtail.scenes.scenarios.street.moving.mover import rectangle
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, MARKING_HEIGHT_M, Side
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scene import Placed, Scene

_CELL_M, _APART_M = 2.0, 0.25
_BESIDE_M, _EVERY_S = 0.05, 0.2
_ALIGN_M = 0.8
_SLANTS_RAD = tuple(math.radians(deg) for deg in (0, 15, -15, 30, -30, 45, -45))
_CORNER_M = 0.8
_KERB_STEP_M = 0.35
# Somebody who pushes something is so far before its back end.
_BEHIND_PRAM_M = 0.45


@dataclass(frozen=True, eq=False)
class _Someone:
    """A person who can walk, how fast, and how much room that takes."""

    number: int
    item: Placed
    asset: Procedural
    speed_m_s: float
    phase: float

    @property
    def crosses(self) -> bool:
        return self.item.attributes.get("state") == "crossing"

    @property
    def room_m(self) -> tuple[float, float, float]:
        """How far it reaches to the front and to the back, and its width."""
        length, width = self.asset.size_m[:2]
        half = max(length / 2, 0.36 * self.asset.stride_m)
        if "pram" in self.asset.tags:
            return length - _BEHIND_PRAM_M, _BEHIND_PRAM_M, width
        return half, half, width

    def along(self, path: Path, heights_m: tuple[tuple[float, float], ...]) -> Walker:
        """The person on that path."""
        stride = Stride(self.asset.stride_m, self.phase)
        return Walker(Motion(path, Pace.steady(self.speed_m_s), 0.0, 0.0, heights_m, stride), *self.room_m)


def walkers(
    scene: Scene, street: Street, assets: Mapping[str, Asset], rng: Rng, stood: Sequence[Array], seconds: float
) -> tuple[dict[int, Walker], int]:
    """By their numbers those who walk, and how many more would and found no way.

    `stood` are the footprints (4, 2) of all that stays.
    """
    tree = shapely.STRtree(shapely.polygons(np.array(stood)) if stood else [])
    found: dict[int, Walker] = {}
    everybody = list(on_foot(scene, assets, rng))
    for someone in everybody:
        ways = _across(someone, street) if someone.crosses else _along(someone, street, tree, seconds)
        for path, heights in ways:
            walker = someone.along(path, heights)
            if _free(walker, tree, seconds) and not any(_meet(walker, other, seconds) for other in found.values()):
                found[someone.number] = walker
                break
    return found, len(everybody) - len(found)


def on_foot(scene: Scene, assets: Mapping[str, Asset], rng: Rng) -> Iterator[_Someone]:
    """Everybody who could walk. Models whose limbs nobody knows cannot, and who walks abreast is equally fast."""
    before: _Someone | None = None
    for number, item in enumerate(scene.objects):
        asset = assets[item.asset]
        speed, phase = float(rng.uniform(0.88, 1.12)), float(rng.random())
        if item.attributes.get("state") not in ("walking", "crossing") or not isinstance(asset, Procedural):
            continue
        if asset.gait is None:
            continue
        made = _Someone(number, item, asset, speed * asset.stride_m * asset.strides_s, phase)
        if before is not None and _abreast(before.item, item):
            made = _Someone(number, item, asset, before.speed_m_s, phase)
        yield made
        before = made


def _abreast(one: Placed, other: Placed) -> bool:
    near = math.hypot(one.x_m - other.x_m, one.y_m - other.y_m) < 1.0
    return near and abs(math.remainder(one.heading_rad - other.heading_rad, math.tau)) < 1e-6


def _along(
    someone: _Someone, street: Street, tree: shapely.STRtree, seconds: float
) -> Iterator[tuple[Path, tuple[tuple[float, float], ...]]]:
    """Ways along the pavement: ahead, else back; straight on, else a little to a side."""
    item, course = someone.item, street.course
    s, t = (float(v) for v in course.beside((item.x_m, item.y_m)))
    drawn = math.remainder(item.heading_rad - float(course.heading_at(s)), math.tau)
    first = 1 if abs(drawn) < math.pi / 2 else -1
    # Rows of the grid are offsets, columns stations: free is a way from one row to the next ones.
    for direction in (first, -first):
        grid = _Grid(street, s, t, direction, someone, tree, seconds)
        off = drawn if direction == 1 else math.remainder(drawn - math.pi, math.tau)
        start = off if direction == first else 0.0
        for target in (0, 2, -2, 4, -4, 6, -6):
            if offsets := grid.way(target):
                yield _woven(street, s, t, direction, start, offsets), ((0.0, item.z_m),)


class _Grid:
    """Where along a pavement somebody can go: from each offset at a station to the next ones two metres on."""

    def __init__(
        self,
        street: Street,
        s: float,
        t: float,
        direction: int,
        someone: _Someone,
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
        self._cells = math.ceil((someone.speed_m_s * seconds + front) / _CELL_M)
        self._free = self._looked_up(street, s, t, direction, half + _BESIDE_M, tree)

    def _looked_up(
        self, street: Street, s: float, t: float, direction: int, half: float, tree: shapely.STRtree
    ) -> dict[tuple[int, int, int], bool]:
        keys, shapes = [], []
        for cell in range(self._cells):
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

    def way(self, target: int) -> list[int]:
        """The rows of one after the other cell, from row 0 towards row `target`; none where there is no way."""
        best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
        for cell in range(self._cells):
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


def _woven(street: Street, s: float, t: float, direction: int, off_rad: float, rows: Sequence[int]) -> Path:
    """A path whose heading is at first `off_rad` off, and then along the street from offset to offset."""
    course, half = street.course, _CELL_M / 2
    x, y = (float(v) for v in course.at(s, t))
    heading = float(course.heading_at(s)) + (0.0 if direction == 1 else math.pi) + off_rad
    pieces: list[tuple[float, float]] = []
    bend = direction * course.curvature_1_m / (1 - course.curvature_1_m * t)
    if off_rad:
        pieces.append((_ALIGN_M, bend - off_rad / _ALIGN_M))
    for before, after in pairwise(rows):
        aside = direction * (after - before) * _APART_M / half**2
        length = half * (1 - course.curvature_1_m * t)
        pieces += [(length, bend + aside), (length, bend - aside)] if aside else [(2 * length, bend)]
    pieces.append((1e6, bend))
    return joined(_merged(pieces), x, y, heading)


def _merged(pieces: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Neighbours of one curvature as one piece."""
    merged: list[tuple[float, float]] = []
    for length, bend in pieces:
        if merged and merged[-1][1] == bend:
            merged[-1] = (merged[-1][0] + length, bend)
        else:
            merged.append((length, bend))
    return merged


def _across(someone: _Someone, street: Street) -> Iterator[tuple[Path, tuple[tuple[float, float], ...]]]:
    """Ways to the other side, and there along the pavement; straight across, else aslant."""
    item, course = someone.item, street.course
    s, t = (float(v) for v in course.beside((item.x_m, item.y_m)))
    along = float(course.heading_at(s))
    side: Side = 1 if math.sin(item.heading_rad - along) > 0 else -1
    kerb = street.kerb_m(side)
    behind = kerb + side * (KERB_WIDTH_M + max(street.pavement_m / 2, _CORNER_M))
    for slant in _SLANTS_RAD:
        turn = math.remainder(along + side * math.pi / 2 + slant - item.heading_rad, math.tau)
        up_m = abs(kerb - t) / math.cos(slant)
        heights = ((max(up_m - _KERB_STEP_M, 0.0), MARKING_HEIGHT_M), (max(up_m, _KERB_STEP_M), KERB_HEIGHT_M))
        straight = max(abs(behind - t) / math.cos(slant) - _CORNER_M - _ALIGN_M, 0.0)
        for hand in (1, -1):
            corner = math.pi / 2 - hand * slant
            pieces = [(_ALIGN_M, turn / _ALIGN_M), (straight, 0.0), (_CORNER_M * corner, hand / _CORNER_M), (1e6, 0.0)]
            yield joined(pieces, item.x_m, item.y_m, item.heading_rad), heights


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

"""Which hall, which racks and which lines a draw gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from longtail.scenes.geometry.materials import Rgb, srgb
from longtail.scenes.scenarios.warehouse.hall import Hall, Marking
from longtail.scenes.scenarios.warehouse.lighting import Luminaire
from longtail.scenes.scenarios.warehouse.openings import DOCK_M, Opening
from longtail.scenes.scenarios.warehouse.racks import DEPTH_M, Rack

Rng = np.random.Generator

BACK_M = 0.42
"""Between racks that stand back to back: columns and pipes are there."""
_SIDE_M = 1.3
_LINE_M = 0.1
_LAMP_STEP_M = 4.6
_COLUMN_STEP_M = 11.2
_WALLS: dict[str, Rgb] = {
    "white": srgb("#d9d9d5"), "grey": srgb("#a9adb0"), "blue": srgb("#5f7f9c"), "green": srgb("#7d9a86"),
}  # fmt: skip
_DOORS: tuple[Rgb, ...] = tuple(srgb(code) for code in ("#c9cccd", "#8d9397", "#2f5f96", "#e2e1dc"))
POSTS: dict[str, Rgb] = {"blue": srgb("#1d4587"), "grey": srgb("#8b9095"), "green": srgb("#2f5f3c")}


@dataclass(frozen=True)
class Layout:
    """The hall with its racks; `aisles_m` are the middles of all aisles along Y, the camera's own at 0.

    `run_m` is the length of the racks along X, from 0 on.
    """

    hall: Hall
    racks: tuple[Rack, ...]
    aisles_m: tuple[float, ...]
    aisle_m: float
    run_m: float
    docks_m: tuple[float, ...]

    @property
    def lamps_z_m(self) -> float:
        """How high lamps hang: under the trusses."""
        return self.hall.height_m - 1.31

    def luminaires(self, linear: bool) -> list[Luminaire]:
        """A row over each aisle and two across the area of the docks, all burning."""
        z = self.lamps_z_m
        (x0, _), (x1, _) = self.hall.low_m, self.hall.high_m
        count = max(round((self.run_m - x0) / _LAMP_STEP_M), 2)
        ahead = [x0 + (k + 0.5) * (self.run_m - x0) / count for k in range(count)]
        spots = [(x, y) for y in self.aisles_m for x in ahead]
        wide = self.hall.size_m[1]
        across = max(round(wide / _LAMP_STEP_M), 2)
        for share in (0.3, 0.75):
            x = self.run_m + share * (x1 - self.run_m)
            spots += [(x, self.hall.low_m[1] + (k + 0.5) * wide / across) for k in range(across)]
        return [Luminaire((round(x, 4), round(y, 4), round(z, 4)), 1.0, linear) for x, y in spots]


def layout_of(placing: Mapping[str, Any], rng: Rng) -> Layout:
    """The hall of a draw."""
    aisle, bays = float(placing["hall.aisle_width_m"]), int(placing["hall.bays"])
    pitch = round(aisle + 2 * DEPTH_M + BACK_M, 4)
    count = int(placing["hall.aisles"])
    before = int(rng.integers(count))
    aisles = tuple(round(pitch * (k - before), 4) for k in range(count))
    levels = _levels(placing, rng)
    racks = tuple(
        Rack(0.0, round(y + side * (aisle + DEPTH_M) / 2, 4), -side, bays, levels, placing["hall.beams"])
        for y in aisles
        for side in (-1, 1)
    )
    run = racks[0].length_m
    reach = (aisle + 2 * DEPTH_M) / 2 + _SIDE_M
    low = (-float(placing["hall.cross_m"]), aisles[0] - reach)
    high = (run + float(placing["hall.docks_m"]), aisles[-1] + reach)
    height = racks[0].height_m + float(placing["hall.clear_m"]) + 0.6
    docks = _docks(low[1], high[1], rng)
    first = int(rng.integers(1, 20))
    openings = (
        *(Opening(1, y, True, first + k) for k, y in enumerate(docks)),
        Opening(-1, aisles[-1] + aisle / 2 + 0.8, False),
        Opening(1, high[1] - 0.95, False),
    )
    windows: tuple[tuple[float, float], ...] = ()
    if placing["hall.roof_windows"]:
        steps = np.arange(low[0] + 4.0, high[0] - 2.0, 8.4)
        windows = tuple((round(float(x), 4), round(y + 0.9, 4)) for y in aisles for x in steps)
    columns = tuple(
        (round(x, 4), round(y + pitch / 2, 4))
        for y in aisles[:-1]
        for x in np.arange(2.85, run, _COLUMN_STEP_M).tolist()
    )
    hall = Hall(
        (round(low[0], 4), round(low[1], 4)), (round(high[0], 4), round(high[1], 4)), round(height, 4),
        _WALLS[placing["hall.walls"]], _DOORS[int(rng.integers(len(_DOORS)))], _floor_rgb(rng),
        round(float(rng.uniform(4.5, 7.0)), 3), float(placing["hall.shine"]), float(placing["hall.wear"]),
        columns, openings, tuple(_lines(aisles, aisle, run, high, docks)), windows,
    )  # fmt: skip
    return Layout(hall, racks, aisles, aisle, run, docks)


def _levels(placing: Mapping[str, Any], rng: Rng) -> tuple[float, ...]:
    """Heights of beams' upper edges: the lowest is a little higher or lower than the rest are apart."""
    step = float(placing["hall.level_m"])
    first = step + float(rng.uniform(-0.05, 0.3))
    return tuple(round(first + k * step, 4) for k in range(int(placing["hall.levels"])))


def _floor_rgb(rng: Rng) -> Rgb:
    tone, warm = float(rng.uniform(0.75, 1.15)), float(rng.uniform(-0.03, 0.03))
    return round(tone * (1 + warm), 4), round(tone, 4), round(tone * (1 - 1.5 * warm), 4)


def _docks(low_m: float, high_m: float, rng: Rng) -> tuple[float, ...]:
    """The middles of dock doors along the far wall, evenly apart."""
    room = high_m - low_m - 2.6
    count = max(int(room / (DOCK_M[0] + float(rng.uniform(1.4, 2.6)))), 1)
    step = room / count
    return tuple(round(low_m + 0.4 + (k + 0.5) * step, 4) for k in range(count))


def _lines(
    aisles: tuple[float, ...], aisle_m: float, run_m: float, high: tuple[float, float], docks: tuple[float, ...]
) -> list[Marking]:
    """Along the racks' feet, across their ends, lanes before the docks, and a way for people along the wall."""
    found = []
    for y in aisles:
        for side in (-1, 1):
            at = y + side * (aisle_m / 2 - 0.13)
            found.append(Marking((-0.1, at), (run_m + 0.1, at), _LINE_M))
    low_y, high_y = aisles[0] - aisle_m / 2 - DEPTH_M, aisles[-1] + aisle_m / 2 + DEPTH_M
    found.append(Marking((run_m + 0.75, low_y), (run_m + 0.75, high_y), _LINE_M))
    found += [Marking((-0.75, low_y), (-0.75, high_y), _LINE_M)]
    lane_x = (run_m + 3.4, high[0] - 2.4)
    if lane_x[1] - lane_x[0] > 2:
        for y in docks:
            found += [Marking((lane_x[0], y + s * 1.5), (lane_x[1], y + s * 1.5), _LINE_M, "white") for s in (-1, 1)]
        found.append(Marking((lane_x[0], docks[0] - 1.5), (lane_x[0], docks[-1] + 1.5), _LINE_M, "white"))
    found.append(Marking((high[0] - 1.3, docks[0]), (high[0] - 0.35, docks[0]), 2.4, "yellow", hatched=True))
    found += [
        Marking((run_m + 1.0, high_y + 0.25 + k), (high[0] - 0.4, high_y + 0.25 + k), 0.08, "blue") for k in (0.0, 0.85)
    ]
    return found

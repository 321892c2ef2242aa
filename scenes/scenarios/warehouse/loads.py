"""What stands on pallets, in racks, on the floor and in trailers."""

from __future__ import annotations

import math

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.warehouse.layout import Layout
from longtail.scenes.scenarios.warehouse.racks import Rack
from longtail.scenes.scenarios.warehouse.standing import Rng, Standing, one_of
from longtail.scenes.scenarios.warehouse.trailers import LONG_M, SHELTER_M

# Beyond this from the camera no load is one of single cartons: nobody could tell them apart, and each is an object.
_SINGLE_M = 9.0
# Behind other racks loads are left out from here on: what is nearer fills all gaps.
_HIDDEN_M = 17.0
# Between cartons of a layer, and how far each is off its place at most: none meets its neighbour.
_GAP_M, _SLIP_M = 0.004, 0.0018
_EMPTY = 0.07
# Rows of two across a trailer. What stands before hides all further ones but for a strip under the roof.
_ROWS, _ROW_M, _ASIDE_M, _SEEN_ROWS = 16, 0.82, 0.61, 3


class Loader:
    """Puts loads on pallets, of assets that are looked up once."""

    def __init__(self, standing: Standing, loose: float) -> None:
        self._standing, self._loose = standing, loose
        self._pallets = standing.having("pallet", "euro")
        self._units = standing.having("unit load", "euro")
        self._cartons: dict[tuple[float, ...], list[Asset]] = {}
        for carton in standing.having("box", "carton"):
            self._cartons.setdefault(carton.size_m, []).append(carton)

    def pallet(self, rng: Rng) -> Asset:
        return one_of(rng, self._pallets)

    def load(
        self, rng: Rng, at_m: tuple[float, float, float], heading_rad: float, height_m: float, near: bool
    ) -> float:
        """A pallet with what is on it, its foot at `at_m`, no higher than `height_m` in all; how high it is."""
        pallet = self.pallet(rng)
        self._standing.put(rng, pallet, at_m, heading_rad)
        x, y, z = at_m
        deck, room = z + pallet.size_m[2], height_m - pallet.size_m[2]
        if rng.random() < _EMPTY:
            return self._empties(rng, (x, y, deck), heading_rad, room) - z
        if near and rng.random() < self._loose:
            return self._stack(rng, (x, y, deck), heading_rad, room) - z
        fitting = [unit for unit in self._units if unit.size_m[2] < room]
        if not fitting:
            return deck - z
        unit = one_of(rng, fitting)
        turn = heading_rad + math.pi * int(rng.integers(2)) + float(rng.normal(0, 0.008))
        self._standing.put(rng, unit, (x, y, deck), turn)
        return deck + unit.size_m[2] - z

    def _empties(self, rng: Rng, at_m: tuple[float, float, float], heading_rad: float, room_m: float) -> float:
        """More pallets, if any; the height of their top."""
        x, y, z = at_m
        same = self._pallets
        for _ in range(int(rng.integers(0, max(min(int(room_m / 0.15), 10), 0) + 1))):
            pallet = one_of(rng, same)
            slip = rng.normal(0, 0.006, 2)
            self._standing.put(rng, pallet, (x + slip[0], y + slip[1], z), heading_rad + float(rng.normal(0, 0.01)))
            z += pallet.size_m[2]
        return z

    def _stack(self, rng: Rng, at_m: tuple[float, float, float], heading_rad: float, room_m: float) -> float:
        """Single cartons in layers, the last one perhaps begun; the height of their top."""
        sizes = [size for size in self._cartons if size[2] < room_m and _places(size)]
        if not sizes:
            return at_m[2]
        size = sizes[int(rng.integers(len(sizes)))]
        places = _places(size)
        layers = int(rng.integers(1, min(int(room_m / size[2]), max(int(1.5 / size[2]), 1)) + 1))
        left = int(rng.integers(1, len(places) + 1)) if rng.random() < 0.6 else len(places)
        cos, sin = math.cos(heading_rad), math.sin(heading_rad)
        x, y, z = at_m
        for layer in range(layers):
            kept = places if layer < layers - 1 else [places[k] for k in sorted(rng.permutation(len(places))[:left])]
            for across, deep, turned in kept:
                dx, dy = np.array([across, deep]) + rng.uniform(-_SLIP_M, _SLIP_M, 2)
                turn = heading_rad + (math.pi / 2 if turned else 0.0) + math.pi * int(rng.integers(2))
                where = (x + cos * dx - sin * dy, y + sin * dx + cos * dy, z + layer * (size[2] + 0.0008))
                self._standing.put(rng, one_of(rng, self._cartons[size]), where, turn)
        return z + layers * size[2]


def _places(size_m: tuple[float, ...]) -> list[tuple[float, float, bool]]:
    """The middles of a layer's cartons on a EUR pallet, and whether they lie across it: the way that takes most."""
    best: list[tuple[float, float, bool]] = []
    for turned in (False, True):
        length, width = (size_m[1], size_m[0]) if turned else (size_m[0], size_m[1])
        across, deep = int(1.205 / length), int(0.805 / width)
        if across * deep > len(best):
            best = [
                ((i - (across - 1) / 2) * (length + _GAP_M), (j - (deep - 1) / 2) * (width + _GAP_M), turned)
                for i in range(across)
                for j in range(deep)
            ]
    return best


def fill(loader: Loader, layout: Layout, share: float, eye_m: tuple[float, float], rngs: list[Rng]) -> None:
    """Fill `share` of the racks' places, each rack by a stream of its own."""
    for rack, rng in zip(layout.racks, rngs, strict=True):
        _fill_rack(loader, rack, share, eye_m, rng)


def _fill_rack(loader: Loader, rack: Rack, share: float, eye_m: tuple[float, float], rng: Rng) -> None:
    # What sells goes out bay by bay: neighbours are alike.
    mood = rng.uniform(-0.25, 0.25, rack.bays)
    hidden = abs(rack.y_m - eye_m[1]) > 6.5
    for number, place in enumerate(rack.places()):
        bay = number // (3 * (len(rack.levels_m) + 1))
        taken, heading = float(rng.random()), rack.facing * math.pi / 2
        slip = rng.normal(0, 0.018, 2)
        if taken > min(max(share + mood[bay], 0.05), 0.98) or place.height_m < 0.5:
            continue
        away = math.hypot(place.x_m - eye_m[0], place.y_m - eye_m[1])
        if hidden and away > _HIDDEN_M:
            continue
        at = (place.x_m + float(np.clip(slip[0], -0.03, 0.03)), place.y_m + float(slip[1]), place.z_m)
        loader.load(rng, at, heading + float(rng.normal(0, 0.01)), place.height_m, away < _SINGLE_M and not hidden)


def load_trailers(loader: Loader, layout: Layout, rng: Rng) -> None:
    """Pallets in rows of two from the trailers' front ends; each is filled so far as it happens to be."""
    for opening in layout.hall.openings:
        if opening.is_open:
            filled = int(rng.integers(0, _ROWS + 1))
            for row in range(max(filled - _SEEN_ROWS, 0), filled):
                x = layout.hall.high_m[0] + SHELTER_M + LONG_M - 0.1 - (row + 0.5) * _ROW_M
                for side in (-1, 1):
                    heading = math.pi / 2 + float(rng.normal(0, 0.004))
                    at = (x, opening.y_m + side * _ASIDE_M, 0.0)
                    loader.load(rng, at, heading, float(rng.uniform(0.8, 2.3)), False)

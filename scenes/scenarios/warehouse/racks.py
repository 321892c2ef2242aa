"""Pallet racking: where it stands, the places that it offers, and its steel.

Bays of 2.7 m for three EUR pallets side by side, frames 1.1 m deep between posts of 0.1 m, pallets reaching 50 mm over
both beams: what EN 15620 takes for granted and makers sell as standard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from longtail.scenes.geometry.materials import GALVANISED, Principled, SignFace, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box

BAY_M, POST_M, DEPTH_M = 2.7, 0.1, 1.1
PITCH_M = BAY_M + POST_M
BEAM_M = 0.12
PLACES = 3
"""Pallets side by side in a bay."""
_PLACE_M = BAY_M / PLACES
_POST = Principled((0.9, 0.9, 0.9), roughness=0.4, mottle=0.3, tinted=True)
_BEAM = Principled(srgb("#d8560f"), roughness=0.38, mottle=0.3)
_BEAMS = {
    "orange": _BEAM,
    "yellow": Principled(srgb("#e2a40a"), roughness=0.38, mottle=0.3),
    "grey": Principled(srgb("#8b9095"), roughness=0.4, mottle=0.3),
}
_LABEL = SignFace(srgb("#e8e8e2"))
_FOOT = Principled(srgb("#e2a40a"), roughness=0.45, mottle=0.4)


class Place(NamedTuple):
    """Where a pallet may stand: the middle of its foot, and how high what stands there may be."""

    x_m: float
    y_m: float
    z_m: float
    height_m: float


@dataclass(frozen=True)
class Rack:
    """A row of bays along X from `x_m` on, its middle at `y_m`; what is taken out of it goes to `facing` (1: +Y).

    `levels_m` are the heights of the beams' upper edges; pallets stand on the floor below them, too. `floor_open` bays,
    by number, have nothing on the floor: ways lead through them.
    """

    x_m: float
    y_m: float
    facing: int
    bays: int
    levels_m: tuple[float, ...]
    beams: str = "orange"

    @property
    def length_m(self) -> float:
        return self.bays * PITCH_M + POST_M

    @property
    def height_m(self) -> float:
        """Of its frames, which end above the last beam."""
        return self.levels_m[-1] + 1.0

    def places(self) -> Iterator[Place]:
        """From bay to bay, and in each from the floor up."""
        for bay in range(self.bays):
            left = self.x_m + bay * PITCH_M + POST_M
            for level, z in enumerate((0.0, *self.levels_m)):
                above = self.levels_m[level] - BEAM_M if level < len(self.levels_m) else z + 1.9
                for k in range(PLACES):
                    yield Place(left + (k + 0.5) * _PLACE_M, self.y_m, z, above - z - 0.1)

    def mesh(self) -> Mesh:
        return _steel(self.bays, self.levels_m, self.height_m, self.beams).moved(self.x_m, self.y_m)


@lru_cache(maxsize=4)
def _steel(bays: int, levels_m: tuple[float, ...], height_m: float, colour: str) -> Mesh:
    """Frames and beams of a row that begins at x = 0: all rows of a hall are alike."""
    frame, pair = _frame(height_m), _beams(colour)
    frames = [frame.moved(POST_M / 2 + k * PITCH_M) for k in range(bays + 1)]
    beams = [pair.moved(POST_M + bay * PITCH_M + BAY_M / 2, 0.0, z) for bay in range(bays) for z in levels_m]
    return join([*frames, *beams])


def _frame(height_m: float) -> Mesh:
    """Two posts with their foot plates, and what braces them."""
    half = DEPTH_M / 2 - POST_M / 2
    parts = []
    for side in (-1, 1):
        y = side * half
        # An open section: a web and two flanges.
        parts.append(box((POST_M, 0.012, height_m), _POST, (0, y + side * 0.035, height_m / 2)))
        parts += [box((0.012, 0.07, height_m), _POST, (sx * 0.044, y, height_m / 2)) for sx in (-1, 1)]
        parts.append(box((0.14, 0.13, 0.008), GALVANISED, (0, y, 0.004)))
        parts.append(box((0.125, 0.02, 0.38), _FOOT, (0, y + side * 0.055, 0.2), bevel_m=0.006))
    step, z, up = 0.62, 0.25, True
    while z + step < height_m - 0.1:
        start, end = ((-half, z), (half, z + step)) if up else ((half, z), (-half, z + step))
        parts.append(_brace(start, end))
        z, up = z + step, not up
    parts += [box((0.03, 2 * half, 0.03), GALVANISED, (0, 0, z)) for z in (0.22, height_m - 0.08)]
    return join(parts)


def _brace(start: tuple[float, float], end: tuple[float, float]) -> Mesh:
    (y0, z0), (y1, z1) = start, end
    length, tilt = float(np.hypot(y1 - y0, z1 - z0)), float(np.arctan2(z1 - z0, y1 - y0))
    return box((0.025, length, 0.035), GALVANISED).rotated(0, tilt).moved(0, (y0 + y1) / 2, (z0 + z1) / 2)


def _beams(colour: str) -> Mesh:
    """The two beams of a bay, their upper edge at z = 0, with end plates, and labels of their places."""
    paint = _BEAMS[colour]
    parts = []
    for side in (-1, 1):
        y = side * (DEPTH_M / 2 - 0.03)
        parts.append(box((BAY_M, 0.05, BEAM_M), paint, (0, y, -BEAM_M / 2), bevel_m=0.006))
        parts += [box((0.006, 0.06, 0.2), paint, (sx * (BAY_M / 2 - 0.003), y, -0.07)) for sx in (-1, 1)]
        parts += [
            box((0.1, 0.002, 0.07), _LABEL, ((k - 1) * _PLACE_M, y + side * 0.0262, -BEAM_M / 2)) for k in range(PLACES)
        ]
    return join(parts)

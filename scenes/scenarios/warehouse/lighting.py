"""Light in the hall: rows of lamps and roof windows, scaled until the aisle's floor has the illuminance that was drawn.

Each lamp shines as a matt surface does (Lambert): E = I cos^2 / d^2 on a level floor. Illuminance is the mean along the
camera's aisle, of the lamps that its racks do not hide, and what hall and loads throw back (the split-flux method of
`tabletop.lighting`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Asset, Lamp, Vector
from longtail.scenes.assets.logistics.lamps import BAY, BAY_M, LINEAR, LINEAR_M
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.lamps.kinds import LampKind, panel
from longtail.scenes.scenarios.tabletop.lighting import colour_of
from longtail.scenes.scene import Placed

WINDOW_M = (2.4, 1.2)
_LEVELS = 8
"""Lamps that strobe are caught at one of so many levels: those of one level share their light."""
# Of two bounces, against one of the mean reflectance.
_BOUNCES = 2


@dataclass(frozen=True)
class Luminaire:
    """Where a lamp hangs, and how far it burns, 0..1."""

    at_m: Vector
    level: float
    linear: bool


@dataclass(frozen=True)
class Lighting:
    """As it burns: every lamp of the hall, the asset that shows each, and the luminance of roof windows (kcd/m2)."""

    lamps: tuple[Lamp, ...]
    shown: tuple[Placed, ...]
    sky_rgb: Rgb


@dataclass(frozen=True, eq=False)
class Aisle:
    """Where illuminance counts: places (P, 3) of its floor, how far to its sides lamps are seen from there, and the
    area and mean reflectance of the hall around it."""

    floor_m: NDArray[np.float64]
    half_m: float
    area_m2: float
    reflectance: float

    def kcd_for(self, lux: float, at_m: NDArray[np.float64], levels: NDArray[np.float64]) -> float:
        """The intensity (kcd) of lamps at (N, 3) that burn by `levels` (N,), for a mean of `lux` over the floor."""
        away = self.floor_m[:, None] - at_m[None]
        squared = (away**2).sum(axis=2)
        seen = levels * (np.abs(at_m[:, 1]) < self.half_m)
        direct = (seen * away[..., 2] ** 2 / squared**2).sum(axis=1).mean()
        bounced = np.pi * levels.sum() * sum(self.reflectance**k for k in range(1, _BOUNCES + 1)) / self.area_m2
        return lux / 1000 / float(direct + bounced)


def lit(
    luminaires: Sequence[Luminaire],
    windows_m: Sequence[tuple[float, float]],
    roof_m: float,
    lux: float,
    daylight: float,
    lamp_k: float,
    daylight_k: float,
    aisle: Aisle,
) -> Lighting:
    """The lamps give 1 - `daylight` of the `lux` that the aisle's floor has, the windows at (x, y) the rest.

    Where no lamp burns, all of it comes through the windows.
    """
    burning = [item for item in luminaires if item.level > 0]
    share = daylight if windows_m else 0.0
    share = share if burning else float(bool(windows_m))
    lamp_rgb, sky = colour_of(lamp_k), colour_of(daylight_k)
    # What a pane of glass without a light of its own shows: a tenth of what a white sheet under the roof would.
    unlit = 0.1 * lux / 1000 / np.pi
    lamps: list[Lamp] = []
    shown: list[Placed] = []
    kcd = 0.0
    if burning and share < 1:
        at = np.array([item.at_m for item in burning])
        levels = np.array([item.level for item in burning])
        kcd = aisle.kcd_for((1 - share) * lux, at, levels)
    kinds: dict[tuple[bool, float], LampKind] = {}
    for item in luminaires:
        size = LINEAR_M if item.linear else BAY_M
        made = panel("hall lamp", lamp_rgb, kcd * item.level, size, is_round=not item.linear)
        kind = kinds.setdefault((item.linear, item.level), made)
        if kind.lights:
            lamps.append(Lamp(kind, item.at_m, (0.0, 0.0, -1.0)))
        shown.append(_shown(LINEAR if item.linear else BAY, item.at_m, lamp_rgb, kind.glass_kcd_m2, unlit))
    if windows_m and share > 0:
        at = np.array([(x, y, roof_m - 0.11) for x, y in windows_m])
        each = aisle.kcd_for(share * lux, at, np.ones(len(at)))
        kind = panel("roof window", sky, each, WINDOW_M)
        lamps += [Lamp(kind, (x, y, z), (0.0, 0.0, -1.0)) for x, y, z in at.tolist()]
        glass = kind.glass_kcd_m2
    else:
        glass = unlit
    red, green, blue = (glass * channel for channel in sky)
    return Lighting(tuple(lamps), tuple(shown), (red, green, blue))


def _shown(asset: Asset, at_m: Vector, rgb: Rgb, glass_kcd_m2: float, unlit: float) -> Placed:
    """The asset with its glass as bright as it burns."""
    red, green, blue = (max(glass_kcd_m2, unlit) * channel for channel in rgb)
    x, y, z = at_m
    return Placed(asset.name, x, y, z, 0.0, (red, green, blue), lamps_on=glass_kcd_m2 > 0)


def levels_of(count: int, failed: float, strobing: float, rng: np.random.Generator) -> list[float]:
    """How far each lamp burns in the moment of the picture: out, caught while it strobes, or in full."""
    found = []
    for _ in range(count):
        first, second = float(rng.random()), float(rng.random())
        caught = int(second * _LEVELS) / _LEVELS
        found.append(0.0 if first < failed else caught if first < failed + (1 - failed) * strobing else 1.0)
    return found

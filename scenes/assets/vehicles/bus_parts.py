"""Measures, doors, seats and destination displays of buses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.scenes.assets.vehicles import details
from longtail.scenes.assets.vehicles.palette import CABIN, GLASS, SEAL, STEEL, TRIM
from longtail.scenes.geometry.materials import LampGlass, Material, Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, tube
from longtail.scenes.lamps import kinds

_SIGN = LampGlass(kinds.SIGN, (1.0, 0.5, 0.08), (0.05, 0.03, 0.01), part="")
_SEATING = Principled((0.06, 0.09, 0.2), roughness=0.9)
_GRAB = Principled((0.75, 0.55, 0.08), roughness=0.4)


@dataclass(frozen=True)
class Bus:
    """Measures in metres; heights above the ground."""

    length_m: float
    height_m: float
    waist_m: float
    window_top_m: float
    floor_m: float
    axles_m: tuple[float, ...]
    doors_m: tuple[tuple[float, float], ...]
    windows_m: tuple[float, ...]
    screen_low_m: float
    glass: Material = GLASS
    lean_m: float = 0.12


def door(span: tuple[float, float], low_m: float, high_m: float) -> Mesh:
    """A double door on the right: two dark-framed leaves, standing 15 mm proud of the body."""
    a, b = span
    y, parts = -1.275, []
    middle = (a + b) / 2
    height = high_m - low_m
    for left, right in ((a, middle - 0.01), (middle + 0.01, b)):
        width = right - left
        parts.append(box((width, 0.03, height), SEAL, ((left + right) / 2, y, (low_m + high_m) / 2), bevel_m=0.008))
        pane = box(
            (width - 0.14, 0.012, height - 0.2),
            Principled((0.02, 0.024, 0.024), roughness=0.04, coat=1.0, part="window"),
            ((left + right) / 2, y - 0.014, (low_m + high_m) / 2 + 0.02),
        )
        parts.append(pane)
        bar = [[left + 0.12, y - 0.045, low_m + 0.75], [left + 0.12, y - 0.045, low_m + 1.25]]
        parts.append(tube(bar, 0.012, STEEL, sides=6))
    return join(parts)


def saloon(bus: Bus) -> Mesh:
    """Floor, seats in pairs, poles and the driver's place."""
    half = bus.length_m / 2
    parts = [
        box((bus.length_m - 0.8, 2.36, 0.05), CABIN, (0, 0, bus.floor_m)),
        box((0.05, 2.3, bus.waist_m - bus.floor_m), CABIN, (-half + 0.35, 0, (bus.waist_m + bus.floor_m) / 2)),
    ]
    lift = max(bus.floor_m, bus.waist_m - 0.75)
    x = -half + 0.9
    while x < half - 2.4:
        for sign in (1, -1):
            if sign > 0 or not any(a - 0.4 < x < b + 0.4 for a, b in bus.doors_m):
                y = sign * 0.75
                parts.append(box((0.42, 0.86, 0.1), _SEATING, (x, y, lift + 0.42)))
                parts.append(box((0.1, 0.86, 0.7), _SEATING, (x - 0.24, y, lift + 0.78), bevel_m=0.03))
        x += 0.82
    for x in np.arange(-half + 2.2, half - 2.4, 2.4):
        parts.append(tube([[x, 0.32, bus.floor_m], [x, 0.32, bus.height_m - 0.3]], 0.018, _GRAB, sides=6))
    parts += [
        details.seat(half - 1.55, 0.62, bus.floor_m + 0.35),
        details.steering_wheel(half - 0.95, 0.62, bus.screen_low_m + 0.12, radius_m=0.23, rake_rad=0.6),
        box((0.5, 2.2, 0.3), TRIM, (half - 0.55, 0, bus.screen_low_m - 0.15), bevel_m=0.05),
        box((0.06, 1.1, 0.95), TRIM, (half - 2.05, 0.66, bus.floor_m + 0.6)),
    ]
    return join(parts)


def matrix(x_m: float, z_m: float) -> Mesh:
    """The destination display: amber letter-like blocks on black."""
    rng = np.random.default_rng(11)
    parts = [box((0.02, 1.9, 0.26), SEAL, (x_m - 0.01, 0, z_m))]
    y = 0.82
    while y > -0.7:
        width = float(rng.choice([0.05, 0.075, 0.085]))
        if rng.random() < 0.85:
            parts.append(box((0.008, width * 0.3, 0.15), _SIGN, (x_m + 0.004, y, z_m)))
            parts.append(
                box(
                    (0.008, width, 0.035),
                    _SIGN,
                    (x_m + 0.0045, y - width / 2, z_m + float(rng.choice([-0.058, 0.0, 0.058]))),
                )
            )
        y -= width + 0.045
    return join(parts)

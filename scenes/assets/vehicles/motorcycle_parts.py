"""Cast wheels, hulls, handlebars and plates of motorcycles."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.vehicles.details import offset
from longtail.scenes.assets.vehicles.palette import (
    DARK,
    DARK_ALLOY,
    DISC,
    INK,
    MIRROR,
    PLATE,
    STEEL,
    TYRE,
)
from longtail.scenes.assets.vehicles.shell import Points
from longtail.scenes.assets.vehicles.wheels import turned
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, ellipsoid, loft, tube


def cast_wheel(x_m: float, radius_m: float, width_m: float, rim_m: float) -> Mesh:
    """A cast wheel with a round-shouldered tyre and brake discs."""
    angle = np.radians(np.linspace(-100, 100, 13))
    depth = radius_m - rim_m
    tyre = [(radius_m - depth * 0.75 + depth * 0.75 * np.cos(a), width_m / 2 * np.sin(a)) for a in angle]
    parts = [
        turned(tyre, TYRE, 36),
        turned(
            [
                (rim_m + 0.01, 0.35 * width_m),
                (rim_m - 0.018, 0.2 * width_m),
                (rim_m - 0.018, -0.2 * width_m),
                (rim_m + 0.01, -0.35 * width_m),
            ],
            DARK_ALLOY,
            28,
        ),
        turned([(0.001, -0.06), (0.035, -0.06), (0.035, 0.06), (0.001, 0.06)], DARK_ALLOY, 14),
    ]
    for k in range(5):
        spoke = box((0.026, 0.03, rim_m - 0.03), DARK_ALLOY, (0, 0, (rim_m - 0.03) / 2 + 0.02), bevel_m=0.006)
        parts.append(spoke.rotated(1, 2 * np.pi * k / 5))
    for y in (0.062, -0.062):
        parts.append(
            turned(
                [
                    (0.075, y - 0.004),
                    (0.6 * rim_m + 0.02, y - 0.004),
                    (0.6 * rim_m + 0.02, y + 0.004),
                    (0.075, y + 0.004),
                ],
                DISC,
                24,
            )
        )
    return join(parts).part("wheel").moved(x_m, 0, radius_m)


def hull(
    stations: list[tuple[float, float, float, float, float]], material: Material, *, power: float = 2.6, sides: int = 20
) -> Mesh:
    """A smooth body along X through stations (x, half width, low z, high z, widest share of the height)."""
    angle = 2 * np.pi * np.arange(sides) / sides
    c, s = np.cos(angle), np.sin(angle)
    rings = []
    for x, half, low, high, share in stations:
        y = half * np.sign(c) * np.abs(c) ** (2 / power)
        mid = low + share * (high - low)
        z = mid + np.where(s > 0, high - mid, mid - low) * np.sign(s) * np.abs(s) ** (2 / power)
        rings.append(np.column_stack([np.full(sides, x), y, z]))
    return loft(np.array(rings), material)


def moto_plate(x_m: float, z_m: float) -> Mesh:
    return join(
        [
            box((0.012, 0.19, 0.21), PLATE, (x_m, 0, z_m)),
            *[
                box((0.004, 0.028, 0.06), INK, (x_m - 0.008, y, z_m + dz))
                for y in (-0.06, -0.02, 0.02, 0.06)
                for dz in (-0.045, 0.045)
            ],
        ]
    ).part("license plate")


def bars(grip: tuple[float, float, float], clamp: Points, mirror_z_m: float) -> Mesh:
    gx, gy, gz = grip
    parts = []
    for s in (1, -1):
        parts += [
            tube(
                [
                    list(clamp),
                    list(offset(clamp, 0, s * 0.12, 0.03)),
                    [gx + 0.03, s * (gy - 0.09), gz],
                    [gx - 0.02, s * (gy + 0.05), gz - 0.005],
                ],
                0.0125,
                STEEL,
                sides=7,
            ),
            tube([[gx + 0.025, s * (gy - 0.07), gz], [gx - 0.022, s * (gy + 0.055), gz - 0.005]], 0.0185, INK, sides=9),
            tube([[gx + 0.09, s * (gy - 0.1), gz], [gx + 0.075, s * (gy + 0.03), gz - 0.01]], 0.007, DARK, sides=5),
            tube(
                [
                    [gx + 0.03, s * (gy - 0.08), gz],
                    [gx + 0.04, s * (gy - 0.02), mirror_z_m - 0.05],
                    [gx + 0.05, s * (gy + 0.02), mirror_z_m],
                ],
                0.006,
                DARK,
                sides=5,
            ),
        ]
        mirror = [
            ellipsoid((0.02, 0.075, 0.045), DARK, (gx + 0.05, s * (gy + 0.03), mirror_z_m), sides=12),
            ellipsoid((0.004, 0.066, 0.038), MIRROR, (gx + 0.031, s * (gy + 0.03), mirror_z_m), sides=12),
        ]
        parts += [part.part("mirror") for part in mirror]
    return join(parts).part("handlebar")

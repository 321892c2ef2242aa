"""Wheels, mudguards, carrier, lamps and basket of bicycles, and where a rider touches a bike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from longtail.scenes.assets.vehicles.details import mirrored, offset
from longtail.scenes.assets.vehicles.palette import DARK, HEAD, INK, STEEL, TAIL, TYRE
from longtail.scenes.assets.vehicles.wheels import turned
from longtail.scenes.geometry.materials import Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, ellipsoid, loft, tube

Vector = tuple[float, float, float]
_AMBER = Principled(srgb("#f09a10"), roughness=0.2)


@dataclass(frozen=True)
class Contacts:
    """Where a rider touches the bike: saddle top, left grip, crank centre (bicycles) or left foot peg."""

    saddle_m: Vector
    grip_m: Vector
    foot_m: Vector


@dataclass(frozen=True)
class Bike:
    """Measures in metres; x of the hubs, heights of saddle and grips."""

    rear_x_m: float = -0.52
    front_x_m: float = 0.53
    radius_m: float = 0.345
    tyre_m: float = 0.019
    crank: tuple[float, float] = (-0.09, 0.28)
    saddle: tuple[float, float] = (-0.27, 0.96)
    grip: tuple[float, float, float] = (0.2, 0.29, 1.06)
    head: tuple[tuple[float, float], tuple[float, float]] = ((0.395, 0.70), (0.345, 0.88))
    low_step: bool = False
    drop_bar: bool = False
    equipped: bool = True
    basket: bool = False


def ring(
    x_m: float, z_m: float, radius_m: float, thick_m: float, material: Material, *, sides: int = 7, steps: int = 40
) -> Mesh:
    angle = 2 * np.pi * np.arange(sides + 1) / sides
    section = [(radius_m + thick_m * float(np.cos(a)), thick_m * float(np.sin(a))) for a in angle]
    return turned(section, material, steps).moved(x_m, 0, z_m)


def fender(
    x_m: float, z_m: float, radius_m: float, width_m: float, arc_deg: tuple[float, float], material: Material
) -> Mesh:
    """A curved mudguard of thin sheet about a wheel's centre."""
    t = np.radians(np.linspace(-65, 65, 7))
    outer = np.column_stack([0.45 * width_m * (np.cos(t) - 1), 0.5 * width_m * np.sin(t) / np.sin(t[-1])])
    section = np.concatenate([outer, outer[::-1] - (0.006, 0.0)])
    rings = []
    for a in np.radians(np.linspace(*arc_deg, 20)):
        r = radius_m + section[:, 0]
        rings.append(np.column_stack([x_m + r * np.cos(a), section[:, 1], z_m + r * np.sin(a)]))
    return loft(np.array(rings), material)


def wire_wheel(x_m: float, radius_m: float, tyre_m: float, *, spokes: int = 28) -> Mesh:
    """A spoked wheel that stands on z = 0."""
    z = radius_m
    parts = [
        ring(x_m, z, radius_m - tyre_m, tyre_m, TYRE, sides=8),
        ring(x_m, z, radius_m - 2.2 * tyre_m, 0.011, STEEL, sides=5),
    ]
    parts.append(tube([[x_m, -0.05, z], [x_m, 0.05, z]], 0.02, STEEL, sides=8))
    for k in range(spokes):
        a = 2 * np.pi * k / spokes
        b = a + (0.35 if k % 2 else -0.35)
        y = 0.028 if k % 4 < 2 else -0.028
        inner = [x_m + 0.02 * np.cos(b), y, z + 0.02 * np.sin(b)]
        rim = radius_m - 2 * tyre_m - 0.005
        parts.append(tube([inner, [x_m + rim * np.cos(a), 0, z + rim * np.sin(a)]], 0.0014, STEEL, sides=3))
    return join(parts).part("wheel")


def equipment(bike: Bike, low: np.ndarray) -> list[Mesh]:  # type: ignore[type-arg]
    """Mudguards, carrier, lamps, reflectors, side stand: what German law (StVZO section 67) and habit ask for."""
    r, parts = bike.radius_m, []
    for x, arc in ((bike.rear_x_m, (10.0, 200.0)), (bike.front_x_m, (60.0, 215.0))):
        parts.append(fender(x, r, r + 0.024, 0.052, arc, DARK))
    deck = 2 * r + 0.07
    rack = [[bike.rear_x_m - 0.2, 0.06, deck], [bike.rear_x_m + 0.16, 0.06, deck], [bike.rear_x_m + 0.2, 0.02, deck]]
    parts.append(
        mirrored(
            join(
                [
                    tube(rack, 0.006, DARK, sides=5),
                    tube([[bike.rear_x_m - 0.12, 0.06, deck], [bike.rear_x_m, 0.06, r]], 0.005, DARK, sides=5),
                ]
            )
        )
    )
    for dx in (-0.2, -0.08, 0.04, 0.16):
        parts.append(tube([[bike.rear_x_m + dx, -0.06, deck], [bike.rear_x_m + dx, 0.06, deck]], 0.005, DARK, sides=5))
    lamp = offset(low, 0.075, 0, 0.06)
    parts += [
        ellipsoid((0.045, 0.034, 0.034), INK, tuple(lamp), sides=12),
        ellipsoid((0.012, 0.027, 0.027), HEAD, tuple(offset(lamp, 0.036, 0, 0)), sides=12),
    ]
    parts += [box((0.03, 0.09, 0.045), TAIL, (bike.rear_x_m - 0.215, 0, deck - 0.015), bevel_m=0.008)]
    for x in (bike.rear_x_m, bike.front_x_m):
        for a in (0.6, 0.6 + np.pi):
            parts.append(box((0.012, 0.012, 0.06), _AMBER, (0, 0, 0.24), bevel_m=0.003).rotated(1, a).moved(x, 0, r))
    parts.append(tube([[bike.crank[0] - 0.1, 0.05, 0.27], [bike.crank[0] - 0.16, 0.11, 0.07]], 0.008, STEEL, sides=5))
    return parts


def basket(low: np.ndarray) -> Mesh:  # type: ignore[type-arg]
    parts = []
    x, z = float(low[0]) + 0.2, float(low[2]) + 0.1
    for level, grow in ((0.0, 0.85), (0.09, 0.93), (0.18, 1.0)):
        w, h = 0.17 * grow, 0.12 * grow
        loop = [
            [x + h, w, z + level],
            [x + h, -w, z + level],
            [x - h, -w, z + level],
            [x - h, w, z + level],
            [x + h, w, z + level],
        ]
        parts += [tube([a, b], 0.004, DARK, sides=4) for a, b in pairwise(loop)]
    for t in np.linspace(-1, 1, 8):
        for s in (1, -1):
            parts.append(
                tube([[x + s * 0.102, 0.145 * t, z], [x + s * 0.12, 0.17 * t, z + 0.18]], 0.003, DARK, sides=4)
            )
            parts.append(
                tube([[x + 0.102 * t, s * 0.145, z], [x + 0.12 * t, s * 0.17, z + 0.18]], 0.003, DARK, sides=4)
            )
        parts.append(tube([[x - 0.1, 0.145 * t, z], [x + 0.1, 0.145 * t, z]], 0.003, DARK, sides=4))
    return join(parts)

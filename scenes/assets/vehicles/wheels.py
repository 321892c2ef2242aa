"""Wheels of cars, lorries and motorcycles: tyre, rim, spokes, brake disc. The outer face looks along +Y."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.vehicles.palette import ALLOY, DARK, DISC, TYRE
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, circle, loft


def turned(profile: list[tuple[float, float]], material: Material, sides: int) -> Mesh:
    """An open (radius, y) profile turned about the axle: it faces right of its direction of travel.

    With `sides` a multiple of four a corner lies lowest, so that a tyre of radius r touches z = -r exactly.
    """
    unit = circle(1.0, sides)
    rings = np.array([np.column_stack([unit * radius, np.full(sides, height)]) for radius, height in profile])
    return loft(rings, material, caps=False).rotated(0, -np.pi / 2)


def tyre(radius_m: float, width_m: float, rim_m: float, *, sides: int = 32) -> Mesh:
    """A tyre: tread, shoulders and bulging walls down to the rim's radius."""
    r, h, wall = radius_m, width_m / 2, radius_m - rim_m
    profile = [
        (rim_m - 0.01, -0.72 * h),
        (r - 0.4 * wall, -h),
        (r - 0.05 * wall, -0.85 * h),
        (r, -0.5 * h),
        (r, 0.5 * h),
        (r - 0.02 * wall, 0.76 * h),
        (r - 0.12 * wall, 0.93 * h),
        (r - 0.4 * wall, h),
        (rim_m + 0.25 * wall, 0.94 * h),
        (rim_m - 0.01, 0.72 * h),
    ]
    return turned(profile, TYRE, sides)


def _spoke(rim_m: float, face_m: float, width_m: float, lean: float, material: Material) -> Mesh:
    """One spoke up the Z axis: a bar that tapers outwards and bulges at the hub."""
    r0, r1 = 0.05, rim_m - 0.008
    a, b = 0.5 * width_m * 1.25, 0.5 * width_m * 0.8
    rings = []
    for r, half, front, thick in [
        (r0, a, face_m, 0.05),
        (0.5 * (r0 + r1), 0.9 * a, face_m - 0.002, 0.035),
        (r1, b, face_m - 0.018, 0.035),
    ]:
        shift = lean * (r - r0)
        y = [front - thick, front - 0.008, front, front, front - 0.008, front - thick]
        x = np.array([half, half, half * 0.65, -half * 0.65, -half, -half]) + shift
        rings.append(np.column_stack([x, y, np.full(6, r)]))
    return loft(np.array(rings), material, caps=False)


def car_wheel(
    radius_m: float,
    width_m: float = 0.2,
    *,
    spokes: int = 5,
    twin: bool = False,
    rim_share: float = 0.69,
    material: Material = ALLOY,
    lean: float = 0.0,
) -> Mesh:
    """A wheel about its centre; `twin` splits every spoke in two."""
    rim, h = radius_m * rim_share, width_m / 2
    face = 0.74 * h
    parts = [
        tyre(radius_m, width_m, rim),
        # The rim's lip and barrel, open to the outside, and the brake behind the spokes.
        turned(
            [
                (rim + 0.004, face - 0.02),
                (rim + 0.004, face + 0.01),
                (rim - 0.01, face + 0.006),
                (rim - 0.014, -0.1 * h),
            ],
            material,
            32,
        ),
        turned([(rim - 0.014, -0.1 * h), (rim - 0.014, -0.6 * h), (0.05, -0.6 * h)], DARK, 20),
        turned([(0.05, 0.1 * h), (0.62 * rim, 0.1 * h), (0.62 * rim, 0.35 * h), (0.05, 0.35 * h)], DISC, 24),
        turned(
            [
                (0.002, face - 0.03),
                (0.062, face - 0.03),
                (0.056, face + 0.004),
                (0.03, face + 0.008),
                (0.002, face + 0.008),
            ],
            material,
            20,
        ),
    ]
    for k in range(spokes):
        turns = [-0.13, 0.13] if twin else [0.0]
        width = 0.034 if twin else min(0.085, 0.36 / spokes)
        parts += [_spoke(rim, face, width, lean, material).rotated(1, 2 * np.pi * k / spokes + turn) for turn in turns]
    return join(parts).part("wheel")


def steel_wheel(radius_m: float, width_m: float = 0.21, *, rim_share: float = 0.64, material: Material = ALLOY) -> Mesh:
    """A pressed-steel wheel with a ring of round holes and a hub cap, as on vans."""
    rim, h = radius_m * rim_share, width_m / 2
    parts = [
        tyre(radius_m, width_m, rim),
        turned(
            [
                (rim + 0.005, 0.72 * h),
                (rim + 0.005, 0.8 * h),
                (rim - 0.006, 0.74 * h),
                (rim - 0.012, 0.3 * h),
                (rim - 0.05, 0.5 * h),
                (0.1, 0.4 * h),
                (0.07, 0.62 * h),
                (0.002, 0.62 * h),
            ],
            material,
            32,
        ),
    ]
    for k in range(8):
        hole = box((0.03, 0.006, 0.045), DARK, (0, 0.47 * h, 0.5 * rim + 0.04), bevel_m=0.002)
        parts.append(hole.rotated(1, 2 * np.pi * k / 8))
    return join(parts).part("wheel")


def lorry_wheel(
    radius_m: float = 0.5, width_m: float = 0.3, *, dished: bool = False, material: Material = ALLOY
) -> Mesh:
    """A lorry or bus wheel (22.5 inch rim): steered wheels bulge out at the hub, driven pairs are dished."""
    rim, h = 0.3, width_m / 2
    hub = (
        [(0.002, 0.15 * h), (0.09, 0.15 * h), (0.1, -0.25 * h), (0.2, -0.3 * h), (rim - 0.03, 0.3 * h)]
        if dished
        else [
            (0.002, 1.15 * h),
            (0.1, 1.1 * h),
            (0.12, 0.75 * h),
            (0.2, 0.7 * h),
            (0.22, 0.35 * h),
            (rim - 0.03, 0.3 * h),
        ]
    )
    parts = [
        tyre(radius_m, width_m, rim),
        turned([(rim + 0.005, 0.78 * h), (rim - 0.015, 0.7 * h), *hub[::-1]], material, 36),
    ]
    nut = -0.22 * h if dished else 0.76 * h
    for k in range(10):
        parts.append(box((0.03, 0.04, 0.03), DARK, (0, nut, 0.165), bevel_m=0.004).rotated(1, 2 * np.pi * k / 10))
    return join(parts).part("wheel")


def at_axle(wheel: Mesh, x_m: float, half_track_m: float, radius_m: float) -> Mesh:
    """The left and right wheel of an axle; `half_track_m` is to the wheels' middle planes."""
    left = wheel.moved(x_m, half_track_m, radius_m)
    return join([left, left.scaled(1, -1, 1)])

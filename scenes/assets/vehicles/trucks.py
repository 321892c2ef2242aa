"""Lorries: a 12 t rigid with a box body, a four-axle tipper, a tractor with its semi-trailer, a box-bodied van.

Outer measures follow Directive 96/53/EC: 2.55 m wide, at most 4.0 m high, 16.5 m long with a semi-trailer.
"""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vehicles import details
from longtail.scenes.assets.vehicles.boxes import lamps
from longtail.scenes.assets.vehicles.palette import (
    AMBER,
    BOX_WHITE,
    BRAKE,
    DARK,
    PLATE,
    STEEL,
    TAIL,
    UNDER,
    WORK_TINTS,
)
from longtail.scenes.assets.vehicles.truck_cab import cab
from longtail.scenes.assets.vehicles.wheels import at_axle, lorry_wheel
from longtail.scenes.geometry.materials import CarPaint, Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, convex_hull, cylinder, tube


def _frame(start_m: float, end_m: float) -> list[Mesh]:
    """Two chassis rails with crossbars."""
    middle, length = (start_m + end_m) / 2, start_m - end_m
    return [
        *[box((length, 0.09, 0.26), UNDER, (middle, y, 0.86)) for y in (0.4, -0.4)],
        *[box((0.1, 0.75, 0.16), UNDER, (x, 0, 0.86)) for x in np.linspace(end_m + 0.2, start_m - 0.2, 5)],
    ]


def _twin(x_m: float, radius_m: float = 0.48) -> Mesh:
    """A driven axle on twin tyres."""
    return join(
        [
            at_axle(lorry_wheel(radius_m, 0.26, dished=True, material=STEEL), x_m, 1.12, radius_m),
            at_axle(lorry_wheel(radius_m, 0.26, dished=True, material=STEEL), x_m, 0.8, radius_m),
            tube([[x_m, -1.0, radius_m], [x_m, 1.0, radius_m]], 0.08, UNDER, sides=8),
        ]
    )


def _mudguard(x_m: float, radius_m: float = 0.48) -> Mesh:
    angle = np.radians(np.linspace(15, 165, 11))
    outer = [
        box((0.2, 0.62, 0.014), DARK, (0, 0, 0))
        .rotated(1, np.pi / 2 - a)
        .moved(x_m + (radius_m + 0.06) * np.cos(a), 0.93, radius_m + (radius_m + 0.06) * np.sin(a))
        for a in angle
    ]
    return details.mirrored(join(outer))


def _tail(x_m: float, *, z_m: float = 0.78) -> list[Mesh]:
    """Lamp bar, underrun bar (UN Regulation 58) and plate."""
    parts = [
        box((0.1, 2.35, 0.12), STEEL, (x_m + 0.12, 0, 0.5), bevel_m=0.01),
        box((0.06, 2.4, 0.16), DARK, (x_m + 0.06, 0, z_m)),
    ]
    for sign in (1, -1):
        for offset, width, material in ((1.1, 0.15, AMBER), (0.955, 0.12, TAIL), (0.83, 0.12, BRAKE)):
            parts.append(box((0.03, width, 0.12), material, (x_m + 0.02, sign * offset, z_m), bevel_m=0.008))
        parts.append(box((0.08, 0.08, 0.35), UNDER, (x_m + 0.15, sign * 0.45, 0.66)))
    parts.append(details.plate(x_m + 0.02, z_m, -1, material=PLATE, seed=6))
    return parts


def _side_guards(start_m: float, end_m: float) -> list[Mesh]:
    """Two rails per side between the axles (UN Regulation 73)."""
    middle, length = (start_m + end_m) / 2, start_m - end_m
    rails = [box((length, 0.03, 0.12), STEEL, (middle, 1.18, z), bevel_m=0.008) for z in (0.55, 0.82)]
    posts = [box((0.05, 0.04, 0.5), DARK, (x, 1.15, 0.75)) for x in np.linspace(end_m + 0.15, start_m - 0.15, 4)]
    return [details.mirrored(join([*rails, *posts]))]


def _box_body(start_m: float, end_m: float, low_m: float, high_m: float) -> list[Mesh]:
    """A freight box with edge profiles and rear doors with locking bars."""
    length, middle, z = start_m - end_m, (start_m + end_m) / 2, (low_m + high_m) / 2
    parts = [box((length, 2.5, high_m - low_m), BOX_WHITE, (middle, 0, z), bevel_m=0.025)]
    for zz in (low_m + 0.05, high_m - 0.05):
        parts.append(details.mirrored(box((length - 0.02, 0.02, 0.1), REFLECTOR_TRIM, (middle, 1.253, zz))))
    for x in (start_m - 0.04, end_m + 0.04):
        parts.append(details.mirrored(box((0.08, 0.02, high_m - low_m - 0.04), REFLECTOR_TRIM, (x, 1.253, z))))
    back = end_m - 0.004
    parts.append(box((0.012, 0.016, high_m - low_m - 0.12), DARK, (back, 0, z)))
    for y in (0.25, 0.85, -0.25, -0.85):
        parts.append(tube([[back - 0.015, y, low_m + 0.05], [back - 0.015, y, high_m - 0.05]], 0.016, STEEL, sides=6))
        parts.append(box((0.03, 0.24, 0.05), DARK, (back - 0.015, y - 0.08, low_m + 0.75)))
    for y in (1.18, -1.18):
        for zz in np.linspace(low_m + 0.3, high_m - 0.3, 4):
            parts.append(box((0.016, 0.14, 0.06), DARK, (back - 0.004, y, zz)))
    return parts


REFLECTOR_TRIM = Principled((0.5, 0.51, 0.52), roughness=0.35, metallic=0.8)


def _tank(x_m: float, length_m: float = 1.1) -> Mesh:
    return details.mirrored(
        cylinder(0.3, length_m, STEEL, sides=20).rotated(1, np.pi / 2).moved(x_m - length_m / 2, 0.85, 0.72)
    )


def _rigid() -> Mesh:
    parts = [
        cab(2.75).moved(3.1),
        *_frame(3.5, -4.1),
        _twin(-1.75),
        _mudguard(-1.75),
        *_box_body(1.95, -4.2, 1.05, 3.55),
        *_tail(-4.2),
        *_side_guards(1.0, -1.0),
        _tank(1.6, 0.8),
    ]
    return details.finished(parts)


def _tipper() -> Mesh:
    """A four-axle tipper with a ribbed open skip."""
    parts = [
        cab(2.95).moved(3.35),
        *_frame(3.8, -4.2),
        _twin(-1.7),
        _twin(-3.05),
        _mudguard(-1.7),
        _mudguard(-3.05),
        *_tail(-4.45),
    ]
    parts += [at_axle(lorry_wheel(0.48, 0.28, material=STEEL), 1.55, 1.05, 0.48)]
    front_x, back_x, low, high = 2.05, -4.4, 1.25, 2.6
    sheet, coat = 0.06, CarPaint(flakes=0.0)
    parts.append(box((front_x - back_x, 2.3, 0.12), coat, ((front_x + back_x) / 2, 0, low)))
    for sign in (1, -1):
        parts.append(
            box((front_x - back_x, sheet, high - low), coat, ((front_x + back_x) / 2, sign * 1.18, (low + high) / 2))
        )
        parts.append(
            box((front_x - back_x, 0.14, 0.12), coat, ((front_x + back_x) / 2, sign * 1.2, high), bevel_m=0.02)
        )
        for x in np.linspace(back_x + 0.1, front_x - 0.1, 8):
            parts.append(box((0.1, 0.1, high - low - 0.05), coat, (x, sign * 1.225, (low + high) / 2), bevel_m=0.02))
    for x in (front_x, back_x):
        parts.append(box((sheet, 2.36, high - low), coat, (x, 0, (low + high) / 2)))
    heap = np.array(
        [
            [front_x - 0.2, 1.1, 2.2],
            [front_x - 0.2, -1.1, 2.2],
            [back_x + 0.3, 1.1, 2.2],
            [back_x + 0.3, -1.1, 2.2],
            [0.6, 0.35, 2.72],
            [0.2, -0.4, 2.7],
            [-1.6, 0.2, 2.78],
            [-2.7, -0.3, 2.62],
            [1.3, 0.0, 2.6],
        ]
    )
    parts.append(convex_hull(heap, Principled((0.2, 0.15, 0.1), roughness=1.0, mottle=0.6)))
    parts.append(box((0.9, 2.3, 0.06), coat, (front_x + 0.42, 0, high + 0.03)))
    parts.append(_tank(0.4, 0.9))
    return details.finished(parts)


def _semi() -> Mesh:
    """A two-axle tractor with a three-axle curtain-sided trailer of 13.6 m."""
    tractor = cab(3.65, length_m=2.25, sleeper=True).moved(7.1)
    parts = [tractor, *_frame(7.6, 2.6), _twin(3.15), _mudguard(3.15), _tank(5.3, 1.2)]
    start, end = 5.45, -8.15
    parts += _box_body(start, end, 1.2, 3.98)
    parts += [box((start - end - 0.3, 0.9, 0.25), UNDER, ((start + end) / 2, 0, 1.06))]
    for x in np.arange(end + 0.6, start - 0.3, 0.62):
        parts.append(details.mirrored(box((0.05, 0.012, 0.14), DARK, (x, 1.254, 1.36))))
    for x in (-3.6, -4.95, -6.3):
        parts += [
            at_axle(lorry_wheel(0.5, 0.36, dished=True, material=STEEL), x, 1.07, 0.5),
            tube([[x, -1, 0.5], [x, 1, 0.5]], 0.08, UNDER, sides=8),
        ]
        parts.append(_mudguard(x, 0.5))
    parts += _side_guards(1.6, -2.7)
    for sign in (1, -1):
        parts.append(box((0.14, 0.14, 0.9), STEEL, (2.0, sign * 0.75, 0.8)))
    parts += _tail(end, z_m=0.98)
    return details.finished(parts)


_TAGS = frozenset({"driving"})
_HEAD = (0.92, 0.72)

ASSETS: tuple[Asset, ...] = (
    Procedural(
        "truck/rigid",
        "truck",
        (8.384, 3.06, 3.55),
        tags=_TAGS | {"parked"},
        tints=WORK_TINTS,
        lamps=lamps(4.15, _HEAD, (0.95, 0.78)),
        recipe=_rigid,
    ),
    Procedural(
        "truck/tipper",
        "truck",
        (8.846, 3.06, 2.95),
        tags=_TAGS,
        tints=WORK_TINTS,
        lamps=lamps(4.4, _HEAD, (0.95, 0.78)),
        recipe=_tipper,
    ),
    Procedural(
        "truck/semitrailer",
        "truck",
        (16.409, 3.06, 3.98),
        tags=_TAGS,
        tints=WORK_TINTS,
        lamps=lamps(8.2, _HEAD, (0.95, 0.98)),
        recipe=_semi,
    ),
)

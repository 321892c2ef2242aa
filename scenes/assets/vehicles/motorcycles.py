"""Motorcycles: a naked bike (2.1 m long, wheelbase 1.43 m, seat 0.81 m) and a 125 cm3 scooter."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.asset import Asset, Lamp, Procedural
from longtail.scenes.assets.vehicles.bicycle_parts import Contacts, fender
from longtail.scenes.assets.vehicles.details import finished, mirrored, offset
from longtail.scenes.assets.vehicles.motorcycle_parts import bars, cast_wheel, hull, moto_plate
from longtail.scenes.assets.vehicles.palette import (
    AMBER,
    BIKE_TINTS,
    BRAKE,
    DARK,
    DARK_ALLOY,
    HEAD,
    INK,
    REFLECTOR,
    STEEL,
    TAIL,
    TRIM,
)
from longtail.scenes.geometry.materials import CarPaint
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box, cylinder, ellipsoid, loft, tube
from longtail.scenes.lamps import kinds
from longtail.scenes.moving.forks import Fork

_PAINT = CarPaint()

# The naked bike's axis is that of its fork's tubes, 24 degrees from the vertical (makers state 24 to 25 of such bikes,
# from memory), and as usual a yoke's offset behind them; the scooter's that of its drawn column.
# A finished bike, whose footprint's middle is its origin, is ahead of its measures by what is added.
FORKS: dict[str, Fork] = {
    "motorcycle/naked": Fork(0.535 - 0.0075, 0.62, float(np.arctan2(0.17, 0.38)), 1.43),
    "motorcycle/scooter": Fork(0.55 + 0.0475, 0.45, float(np.arctan2(0.11, 0.53)), 1.26, (0.55, 0.9)),
}

CONTACTS: dict[str, Contacts] = {
    "motorcycle/naked": Contacts((-0.2, 0.0, 0.82), (0.33, 0.36, 1.06), (-0.24, 0.2, 0.38)),
    "motorcycle/scooter": Contacts((-0.22, 0.0, 0.79), (0.40, 0.32, 1.05), (0.2, 0.13, 0.33)),
}


# The naked bike's axles, along X, and its front wheel.
_FRONT_M, _REAR_M, _RADIUS_M = 0.73, -0.70, 0.3


def _naked() -> Mesh:
    parts = [cast_wheel(_FRONT_M, _RADIUS_M, 0.12, 0.215), cast_wheel(_REAR_M, 0.315, 0.18, 0.215)]
    parts += [*_naked_frame(), *_naked_body(), *_naked_engine(), *_naked_lamps(), *_naked_indicators()]
    parts.append(bars((0.33, 0.36, 1.06), np.array([0.40, 0.0, 1.0]), 1.22))
    return finished(parts)


def _naked_frame() -> list[Mesh]:
    """Fork with its yokes, swing arm, frame and foot rests."""
    parts: list[Mesh] = []
    for s in (1, -1):
        y = s * 0.1
        parts += [
            tube([[_FRONT_M, y, _RADIUS_M], [0.57, y, 0.62]], 0.028, DARK, sides=10),
            tube([[0.57, y, 0.62], [0.40, y, 1.0]], 0.021, STEEL, sides=10),
        ]
        parts += [tube([[_REAR_M, s * 0.12, 0.315], [-0.22, s * 0.1, 0.42]], 0.032, DARK_ALLOY, sides=8)]
        parts += [
            tube(
                [[0.39, s * 0.05, 0.86], [0.2, s * 0.14, 0.72], [-0.18, s * 0.13, 0.55], [-0.2, s * 0.11, 0.4]],
                0.022,
                DARK_ALLOY,
                sides=8,
            )
        ]
        parts += [tube([[-0.1, s * 0.12, 0.68], [-0.55, s * 0.1, 0.78]], 0.016, DARK, sides=6)]
        parts += [tube([[-0.18, s * 0.1, 0.38], [-0.24, s * 0.23, 0.375]], 0.012, STEEL, sides=6)]
    parts.append(box((0.08, 0.26, 0.04), DARK, (0.41, 0, 0.98), bevel_m=0.01))
    parts.append(box((0.09, 0.26, 0.04), DARK, (0.5, 0, 0.77), bevel_m=0.01))
    return parts


def _naked_body() -> list[Mesh]:
    """Tank, seat and tail."""
    parts: list[Mesh] = []
    parts.append(
        hull(
            [
                (0.33, 0.03, 0.80, 0.90, 0.5),
                (0.31, 0.11, 0.76, 0.95, 0.5),
                (0.18, 0.155, 0.72, 1.0, 0.5),
                (0.02, 0.15, 0.71, 0.98, 0.45),
                (-0.1, 0.105, 0.72, 0.88, 0.5),
                (-0.13, 0.03, 0.75, 0.82, 0.5),
            ][::-1],
            _PAINT,
        )
    )
    parts.append(
        hull(
            [
                (-0.86, 0.05, 0.88, 0.93, 0.5),
                (-0.8, 0.1, 0.84, 0.94, 0.5),
                (-0.5, 0.13, 0.79, 0.9, 0.6),
                (-0.3, 0.135, 0.74, 0.82, 0.6),
                (-0.1, 0.1, 0.75, 0.82, 0.6),
                (-0.05, 0.04, 0.77, 0.81, 0.5),
            ],
            INK,
        ).part("saddle")
    )
    parts.append(
        hull(
            [
                (-0.92, 0.03, 0.84, 0.88, 0.5),
                (-0.85, 0.07, 0.8, 0.88, 0.5),
                (-0.55, 0.11, 0.72, 0.83, 0.5),
                (-0.15, 0.12, 0.66, 0.76, 0.5),
            ],
            _PAINT,
        )
    )
    return parts


def _naked_engine() -> list[Mesh]:
    """Engine, radiator and exhaust."""
    parts: list[Mesh] = []
    parts += [
        box((0.42, 0.3, 0.3), DARK_ALLOY, (0.08, 0, 0.42), bevel_m=0.06),
        box((0.2, 0.3, 0.26), DARK_ALLOY, (0.18, 0, 0.62), bevel_m=0.03).rotated(1, 0.0),
        box((0.04, 0.34, 0.26), INK, (0.42, 0, 0.6), bevel_m=0.012),
    ]
    for y in (0.16, -0.16):
        parts.append(
            cylinder(0.1, 0.04, STEEL, sides=18).rotated(0, np.pi / 2 if y < 0 else -np.pi / 2).moved(-0.02, y, 0.4)
        )
    for y in (0.06, -0.06):
        parts.append(
            tube(
                [[0.28, y, 0.58], [0.4, y, 0.48], [0.38, y, 0.3], [0.2, 0.5 * y - 0.04, 0.2], [-0.25, -0.1, 0.22]],
                0.022,
                STEEL,
                sides=8,
            )
        )
    parts.append(
        tube(
            [[-0.22, -0.12, 0.23], [-0.3, -0.16, 0.27], [-0.68, -0.19, 0.42], [-0.72, -0.19, 0.435]],
            [0.03, 0.055, 0.06, 0.045],
            STEEL,
            sides=14,
        )
    )
    return parts


def _naked_lamps() -> list[Mesh]:
    """Front mudguard, lamps and plate."""
    parts: list[Mesh] = []
    parts.append(fender(_FRONT_M, _RADIUS_M, _RADIUS_M + 0.035, 0.15, (40.0, 150.0), DARK))
    parts += [
        ellipsoid((0.1, 0.1, 0.095), DARK, (0.52, 0, 0.9), sides=18),
        ellipsoid((0.03, 0.088, 0.083), REFLECTOR, (0.59, 0, 0.9), sides=18),
        ellipsoid((0.03, 0.07, 0.065), HEAD, (0.6, 0, 0.9), sides=18),
        box((0.05, 0.16, 0.09), INK, (0.45, 0, 1.04), bevel_m=0.02),
    ]
    parts += [
        box((0.04, 0.13, 0.05), TAIL, (-0.915, 0, 0.855), bevel_m=0.012),
        box((0.02, 0.06, 0.03), BRAKE, (-0.93, 0, 0.853)),
        tube([[-0.75, 0, 0.78], [-0.92, 0, 0.6]], 0.02, DARK, sides=6),
        moto_plate(-0.935, 0.58),
    ]
    return parts


def _naked_indicators() -> list[Mesh]:
    """Indicators on their stalks."""
    parts: list[Mesh] = []
    for s in (1, -1):
        parts += [
            ellipsoid((0.035, 0.02, 0.02), AMBER, (-0.86, s * 0.16, 0.76), sides=8),
            tube([[-0.85, 0, 0.77], [-0.85, s * 0.15, 0.76]], 0.006, DARK, sides=5),
            ellipsoid((0.035, 0.02, 0.02), AMBER, (0.5, s * 0.19, 0.86), sides=8),
            tube([[0.5, 0, 0.86], [0.5, s * 0.18, 0.86]], 0.006, DARK, sides=5),
        ]
    return parts


def _scooter() -> Mesh:
    front, rear, r = 0.64, -0.62, 0.225
    parts = [cast_wheel(front, r, 0.1, 0.155), cast_wheel(rear, r, 0.11, 0.155)]
    for s in (1, -1):
        parts.append(tube([[front, s * 0.075, r], [0.55, s * 0.07, 0.5]], 0.018, STEEL, sides=8))
    steering = np.array([0.42, 0.0, 1.0])
    parts.append(tube([[0.55, 0, 0.45], [0.44, 0, 0.98]], 0.035, DARK, sides=10))
    parts += [_leg_shield(), *_scooter_body(), *_scooter_lamps(), *_scooter_engine()]
    for x, material in ((front, _PAINT), (rear, DARK)):
        parts.append(fender(x, r, r + 0.04, 0.16, (35.0, 165.0), material))
    parts += [tube([[-0.85, 0, 0.56], [-0.94, 0, 0.45]], 0.02, DARK, sides=6), moto_plate(-0.95, 0.47)]
    parts.append(bars((0.40, 0.32, 1.05), offset(steering, 0, 0, 0.02), 1.2))
    return finished(parts)


def _leg_shield() -> Mesh:
    shield = [
        (0.40, 0.95, 0.09),
        (0.44, 0.85, 0.17),
        (0.47, 0.7, 0.22),
        (0.47, 0.5, 0.23),
        (0.42, 0.36, 0.2),
        (0.34, 0.29, 0.17),
    ]
    rings = []
    for x, z, half in shield[::-1]:
        t = np.linspace(0, 2 * np.pi, 20, endpoint=False)
        rings.append(
            np.column_stack(
                [
                    x + (0.07 * (1 - (np.cos(t)) ** 2) + 0.015) * np.where(np.sin(t) > 0, 1, -0.35),
                    -half * np.cos(t),
                    np.full(20, z),
                ]
            )
        )
    return loft(np.array(rings), _PAINT)


def _scooter_body() -> list[Mesh]:
    """Floor board, rear body, seat and the cowl of the bar."""
    parts: list[Mesh] = []
    parts.append(box((0.5, 0.34, 0.08), TRIM, (0.15, 0, 0.28), bevel_m=0.03))
    parts.append(
        hull(
            [
                (-0.93, 0.04, 0.62, 0.7, 0.5),
                (-0.88, 0.12, 0.55, 0.74, 0.5),
                (-0.6, 0.19, 0.45, 0.74, 0.4),
                (-0.3, 0.185, 0.3, 0.72, 0.4),
                (-0.1, 0.16, 0.26, 0.68, 0.4),
                (-0.04, 0.1, 0.28, 0.62, 0.4),
            ],
            _PAINT,
        )
    )
    parts.append(
        hull(
            [
                (-0.86, 0.06, 0.72, 0.79, 0.5),
                (-0.8, 0.13, 0.7, 0.83, 0.5),
                (-0.5, 0.16, 0.69, 0.83, 0.5),
                (-0.35, 0.16, 0.68, 0.78, 0.5),
                (-0.1, 0.13, 0.66, 0.78, 0.5),
                (-0.02, 0.06, 0.67, 0.75, 0.5),
            ],
            INK,
        ).part("saddle")
    )
    parts.append(
        hull(
            [
                (0.34, 0.05, 0.97, 1.04, 0.5),
                (0.38, 0.13, 0.94, 1.1, 0.5),
                (0.46, 0.13, 0.92, 1.1, 0.5),
                (0.53, 0.08, 0.93, 1.05, 0.5),
            ],
            _PAINT,
        )
    )
    return parts


def _scooter_lamps() -> list[Mesh]:
    """Lamps and indicators."""
    parts: list[Mesh] = []
    parts += [
        ellipsoid((0.03, 0.085, 0.05), HEAD, (0.52, 0, 0.995), sides=14),
        box((0.03, 0.24, 0.06), TAIL, (-0.925, 0, 0.66), bevel_m=0.012),
    ]
    parts += [
        mirrored(box((0.03, 0.06, 0.045), AMBER, (0.535, 0.13, 0.78), bevel_m=0.01)),
        mirrored(box((0.03, 0.05, 0.05), AMBER, (-0.9, 0.14, 0.65), bevel_m=0.01)),
    ]
    return parts


def _scooter_engine() -> list[Mesh]:
    """Engine and exhaust."""
    parts: list[Mesh] = []
    parts += [
        box((0.34, 0.16, 0.16), DARK_ALLOY, (-0.5, 0.02, 0.3), bevel_m=0.04),
        tube(
            [[-0.4, -0.16, 0.3], [-0.5, -0.17, 0.3], [-0.85, -0.17, 0.36], [-0.88, -0.17, 0.36]],
            [0.03, 0.055, 0.055, 0.04],
            DARK,
            sides=12,
        ),
    ]
    return parts


_TAGS = frozenset({"parked", "ridden"})

ASSETS: tuple[Asset, ...] = (
    Procedural(
        "motorcycle/naked",
        "motorcycle",
        (2.045, 0.93, 1.265),
        tags=_TAGS,
        tints=BIKE_TINTS,
        recipe=_naked,
        fork=FORKS["motorcycle/naked"],
        lamps=(
            Lamp(kinds.HEAD, (0.62, 0.0, 0.9), (0.9998, 0.0, -0.02)),
            Lamp(kinds.TAIL, (-0.95, 0.0, 0.855), (-1.0, 0.0, 0.0)),
        ),
    ),
    Procedural(
        "motorcycle/scooter",
        "motorcycle",
        (1.825, 0.85, 1.245),
        tags=_TAGS,
        tints=BIKE_TINTS,
        recipe=_scooter,
        fork=FORKS["motorcycle/scooter"],
        lamps=(
            Lamp(kinds.HEAD, (0.56, 0.0, 1.0), (0.9998, 0.0, -0.02)),
            Lamp(kinds.TAIL, (-0.95, 0.0, 0.66), (-1.0, 0.0, 0.0)),
        ),
    ),
)

"""Bicycles with 28-inch wheels: city bike with low step, trekking bike, road bike.

Contact points of a rider, in the bike's frame, stand in `CONTACTS`: saddle, grips and the crank's middle (metres).
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Asset, Lamp, Procedural
from longtail.scenes.assets.vehicles.bicycle_parts import Bike, Contacts, basket, equipment, ring, wire_wheel
from longtail.scenes.assets.vehicles.details import finished, offset
from longtail.scenes.assets.vehicles.palette import BIKE_TINTS, DARK, INK, STEEL
from longtail.scenes.geometry.materials import CarPaint
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box, loft, tube
from longtail.scenes.lamps import kinds
from longtail.scenes.moving.cranks import Cranks
from longtail.scenes.moving.forks import Fork

CRANK_M = 0.17
CRANK_ANGLE = float(np.radians(-35.0))
PEDAL_Y_M = 0.12

Point = NDArray[np.float64]
_PAINT = CarPaint(flakes=0.2)

_CITY = Bike(low_step=True, basket=True)
_TREKKING = Bike(grip=(0.3, 0.3, 1.03), saddle=(-0.27, 0.98))
_ROAD = Bike(
    rear_x_m=-0.49,
    front_x_m=0.49,
    radius_m=0.336,
    tyre_m=0.0135,
    crank=(-0.09, 0.27),
    saddle=(-0.25, 0.99),
    grip=(0.53, 0.205, 0.955),
    head=((0.385, 0.72), (0.345, 0.86)),
    drop_bar=True,
    equipped=False,
)

# The way of a turn of the cranks, in a gear for some 60 turns a minute (our estimate).
_TURN_M = {"city": 4.6, "trekking": 4.9, "road": 5.6}
# By how much a finished bike, whose footprint's middle is its origin, is ahead of its measures.
_AHEAD_M = {"city": 0.007, "trekking": 0.007, "road": 0.0}
CRANKS: dict[str, Cranks] = {
    f"bicycle/{name}": Cranks(
        bike.crank[0] + _AHEAD_M[name], bike.crank[1], CRANK_M, PEDAL_Y_M, CRANK_ANGLE, _TURN_M[name]
    )
    for name, bike in {"city": _CITY, "trekking": _TREKKING, "road": _ROAD}.items()
}


def _fork(name: str, bike: Bike) -> Fork:
    """As the head tube is drawn, 74 degrees above the ground: LeMond stated 71.25 to 74 for a road bike by its frame's
    size (2006, by Wikipedia, "Bicycle and motorcycle geometry")."""
    (low_x, low_z), (high_x, high_z) = bike.head
    rake = float(np.arctan2(low_x - high_x, high_z - low_z))
    return Fork(low_x + _AHEAD_M[name], low_z, rake, bike.front_x_m - bike.rear_x_m)


FORKS: dict[str, Fork] = {
    f"bicycle/{name}": _fork(name, bike) for name, bike in {"city": _CITY, "trekking": _TREKKING, "road": _ROAD}.items()
}
CONTACTS: dict[str, Contacts] = {
    f"bicycle/{name}": Contacts((bike.saddle[0], 0.0, bike.saddle[1]), bike.grip, (bike.crank[0], 0.0, bike.crank[1]))
    for name, bike in {"city": _CITY, "trekking": _TREKKING, "road": _ROAD}.items()
}


class _Points(NamedTuple):
    """Where the tubes of a frame meet, in the bike's frame (m)."""

    low: Point
    high: Point
    bottom: Point
    rear: Point
    front: Point
    post: Point
    cluster: Point


def _points(bike: Bike) -> _Points:
    (cx, cz), (sx, sz) = bike.crank, bike.saddle
    low, high = (np.array([x, 0.0, z]) for x, z in bike.head)
    bottom = np.array([cx, 0.0, cz])
    post = np.array([sx, 0.0, sz - 0.05])
    rear, front = (np.array([x, 0.0, bike.radius_m]) for x in (bike.rear_x_m, bike.front_x_m))
    return _Points(low, high, bottom, rear, front, post, bottom + 0.72 * (post - bottom))


def _bicycle(bike: Bike) -> Mesh:
    at = _points(bike)
    parts = [wire_wheel(x, bike.radius_m, bike.tyre_m) for x in (bike.rear_x_m, bike.front_x_m)]
    parts += _tubes(at)
    parts += _low_step(at) if bike.low_step else _diamond(at)
    parts += _stays_and_fork(at)
    parts.append(_saddle(bike))
    parts += _drop_bar(at) if bike.drop_bar else _flat_bar(bike, at)
    parts += _drive(bike)
    parts += _cranks(bike)
    parts += equipment(bike, at.low) if bike.equipped else []
    parts += _front_basket(at) if bike.basket else []
    return finished(parts)


def _tubes(at: _Points) -> list[Mesh]:
    """Seat tube and post, head tube."""
    return [
        tube([at.bottom, at.cluster], 0.016, _PAINT, sides=10),
        tube([at.cluster, at.post], 0.0135, STEEL, sides=8),
        tube([at.low, at.high], 0.019, _PAINT, sides=10),
    ]


def _low_step(at: _Points) -> list[Mesh]:
    """Two bowed tubes that one steps over."""
    low, high, bottom = at.low, at.high, at.bottom
    bow = [
        offset(low, 0, 0, 0.01),
        offset(low, -0.16, 0, -0.2),
        offset(bottom, 0.14, 0, 0.09),
        offset(bottom, 0.02, 0, 0.04),
    ]
    return [
        tube(bow, 0.022, _PAINT, sides=10),
        tube(
            [offset(high, 0, 0, -0.06), offset(low, -0.13, 0, -0.09), offset(bottom, -0.063, 0, 0.22)],
            0.017,
            _PAINT,
            sides=8,
        ),
    ]


def _diamond(at: _Points) -> list[Mesh]:
    """Down tube and top tube."""
    return [
        tube([at.low, at.bottom], 0.0185, _PAINT, sides=10),
        tube([offset(at.high, 0, 0, -0.03), at.cluster], 0.0155, _PAINT, sides=10),
    ]


def _stays_and_fork(at: _Points) -> list[Mesh]:
    """Chain stays, seat stays and the fork's blades, with its crown."""
    low, bottom, rear, front, cluster = at.low, at.bottom, at.rear, at.front, at.cluster
    parts: list[Mesh] = []
    for s in (1, -1):
        y = s * 0.055
        parts += [
            tube([offset(bottom, 0, 0.5 * y, 0), offset(rear, 0.02, y, 0)], 0.009, _PAINT, sides=6),
            tube([offset(cluster, 0, 0.4 * y, 0), offset(rear, 0, y, 0.01)], 0.0085, _PAINT, sides=6),
            tube(
                [
                    offset(low, 0.012, 0.8 * y, -0.05),
                    0.6 * low + offset(0.4 * front, 0.0, y, -0.05),
                    offset(front, 0, y, 0),
                ],
                0.011,
                _PAINT,
                sides=6,
            ),
        ]
    parts.append(tube([offset(low, 0.01, -0.045, -0.05), offset(low, 0.01, 0.045, -0.05)], 0.016, _PAINT, sides=8))
    return parts


def _saddle(bike: Bike) -> Mesh:
    """Broad behind, a narrow nose."""
    sx, sz = bike.saddle
    wide = 0.075 if bike.drop_bar else 0.1
    x = np.array([-0.13, -0.1, 0.0, 0.08, 0.15])
    outline = np.column_stack(
        [
            np.concatenate([x, x[::-1]]),
            np.concatenate(
                [-wide * np.array([0.6, 1, 0.5, 0.2, 0.14]), (wide * np.array([0.6, 1, 0.5, 0.2, 0.14]))[::-1]]
            ),
        ]
    )
    layers = np.array(
        [
            np.column_stack([outline * k, np.full(10, z)])
            for k, z in ((0.85, sz - 0.06), (1.0, sz - 0.035), (0.97, sz - 0.01), (0.7, sz))
        ]
    )
    return loft(layers, INK).part("saddle").moved(sx, 0, 0)


def _drop_bar(at: _Points) -> list[Mesh]:
    """Stem, bar and brake hoods of a road bike."""
    high = at.high
    clamp = np.array([0.43, 0.0, 0.93])
    parts = [tube([high, offset(high, -0.008, 0, 0.05), clamp], 0.014, INK, sides=8)]
    for s in (1, -1):
        drop = [
            [0.43, 0.0, 0.93],
            [0.43, s * 0.17, 0.93],
            [0.46, s * 0.2, 0.93],
            [0.52, s * 0.205, 0.925],
            [0.545, s * 0.205, 0.87],
            [0.51, s * 0.21, 0.81],
            [0.43, s * 0.21, 0.79],
        ]
        parts.append(tube(drop, 0.0145, INK, sides=7))
        parts.append(box((0.08, 0.03, 0.05), INK, (0.545, s * 0.205, 0.935), bevel_m=0.01))
    return [part.part("handlebar") for part in parts]


def _flat_bar(bike: Bike, at: _Points) -> list[Mesh]:
    """Stem, bar, grips and brake levers."""
    high, (gx, gy, gz) = at.high, bike.grip
    clamp = np.array([gx + 0.06, 0.0, gz - 0.03])
    parts = [tube([high, offset(high, -0.02, 0, clamp[2] - high[2] - 0.02), clamp], 0.014, STEEL, sides=8)]
    for s in (1, -1):
        parts.append(
            tube(
                [
                    list(clamp),
                    list(offset(clamp, 0, s * 0.1, 0.015)),
                    [gx + 0.03, s * (gy - 0.07), gz],
                    [gx - 0.05, s * (gy + 0.05), gz],
                ],
                0.0115,
                STEEL,
                sides=7,
            )
        )
        parts.append(tube([[gx + 0.025, s * (gy - 0.06), gz], [gx - 0.052, s * (gy + 0.055), gz]], 0.017, INK, sides=8))
        parts.append(
            tube([[gx + 0.07, s * (gy - 0.09), gz - 0.01], [gx + 0.06, s * gy, gz - 0.03]], 0.006, INK, sides=5)
        )
    return [part.part("handlebar") for part in parts]


def _drive(bike: Bike) -> list[Mesh]:
    """Chain ring with its spokes, sprocket and chain."""
    (cx, cz), r = bike.crank, bike.radius_m
    side = -0.045
    parts = [
        ring(cx, cz, 0.088, 0.006, DARK, sides=4, steps=24).moved(0, side, 0),
        ring(bike.rear_x_m, r, 0.038, 0.012, DARK, sides=4, steps=14).moved(0, side, 0),
    ]
    for k in range(5):
        a = 2 * np.pi * k / 5
        parts.append(
            tube([[cx, side, cz], [cx + 0.085 * np.cos(a), side, cz + 0.085 * np.sin(a)]], 0.006, DARK, sides=4)
        )
    for d in (0.088, -0.088):
        parts.append(tube([[cx, side, cz + d], [bike.rear_x_m, side, r + 0.45 * d]], 0.0045, DARK, sides=4))
    return parts


def _cranks(bike: Bike) -> list[Mesh]:
    """Cranks and pedals."""
    cx, cz = bike.crank
    parts: list[Mesh] = []
    for s, a in ((1, CRANK_ANGLE), (-1, CRANK_ANGLE + np.pi)):
        tip = [cx + CRANK_M * np.cos(a), s * 0.075, cz + CRANK_M * np.sin(a)]
        parts.append(tube([[cx, s * 0.06, cz], tip], 0.011, STEEL, sides=6))
        parts.append(box((0.095, 0.085, 0.022), INK, (tip[0], s * PEDAL_Y_M, tip[2]), bevel_m=0.005))
    return parts


def _front_basket(at: _Points) -> list[Mesh]:
    """The basket with its four stays."""
    low, high, front = at.low, at.high, at.front
    parts = [basket(low)]
    parts += [tube([offset(high, 0, y, -0.04), offset(low, 0.1, y, 0.19)], 0.006, DARK, sides=5) for y in (-0.04, 0.04)]
    parts += [
        tube([offset(front, 0, y, 0), offset(low, 0.22, 1.4 * y, 0.1)], 0.005, DARK, sides=5) for y in (-0.06, 0.06)
    ]
    return parts


_TAGS = frozenset({"parked", "ridden"})


def _lamps(bike: Bike) -> tuple[Lamp, ...]:
    x, z = bike.head[0]
    return (
        Lamp(kinds.BICYCLE, (x + 0.13, 0.0, z + 0.06), (0.998, 0.0, -0.06)),
        Lamp(kinds.TAIL, (bike.rear_x_m - 0.24, 0.0, 0.75), (-1.0, 0.0, 0.0)),
    )


ASSETS: tuple[Asset, ...] = (
    Procedural(
        "bicycle/city",
        "bicycle",
        (1.764, 0.709, 1.077),
        tags=_TAGS,
        tints=BIKE_TINTS,
        lamps=_lamps(_CITY),
        cranks=CRANKS["bicycle/city"],
        fork=FORKS["bicycle/city"],
        recipe=partial(_bicycle, _CITY),
    ),
    Procedural(
        "bicycle/trekking",
        "bicycle",
        (1.764, 0.729, 1.047),
        tags=_TAGS,
        tints=BIKE_TINTS,
        lamps=_lamps(_TREKKING),
        cranks=CRANKS["bicycle/trekking"],
        fork=FORKS["bicycle/trekking"],
        recipe=partial(_bicycle, _TREKKING),
    ),
    Procedural(
        "bicycle/road",
        "bicycle",
        (1.652, 0.448, 0.99),
        tags=_TAGS,
        tints=BIKE_TINTS,
        cranks=CRANKS["bicycle/road"],
        fork=FORKS["bicycle/road"],
        recipe=partial(_bicycle, _ROAD),
    ),
)

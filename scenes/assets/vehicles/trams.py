"""A low-floor tram of three stiff parts with bellows between, 2.4 m wide; its pantograph reaches the wire at 5.5 m."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vehicles.boxes import lamps
from longtail.scenes.geometry.materials import (
    BLACK_PLASTIC,
    GALVANISED,
    CarPaint,
    LampGlass,
    Material,
    Principled,
    srgb,
)
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import Points, box, loft, tube
from longtail.scenes.lamps import kinds

_HALF_M, _ROOF_M, _LOW_M, _WIRE_M = 1.2, 3.35, 0.16, 5.5
_CREAM = Principled(srgb("#e9e4d6"), roughness=0.35, coat=0.6)
_PANE = Principled((0.012, 0.014, 0.016), roughness=0.06, coat=1.0)
_BELLOWS = Principled((0.02, 0.02, 0.022), roughness=0.85)
_GREY = Principled((0.16, 0.165, 0.17), roughness=0.6)
_TINTS = (srgb("#b3202a"), srgb("#c9a227"), srgb("#1c5b8c"), srgb("#2f6b4a"))
# The three stiff parts, from the rear: each from one X to another.
_PARTS = ((-9.8, -3.7), (-3.1, 3.1), (3.7, 9.8))


def _section(x_m: float, half_m: float, low_m: float, high_m: float) -> Points:
    """A cross-section with round upper corners, counter-clockwise as seen from ahead."""
    angle = np.linspace(0, np.pi / 2, 5)
    radius = 0.35
    right = [(half_m - radius + radius * np.cos(a), high_m - radius + radius * np.sin(a)) for a in angle]
    half = [(half_m - 0.06, low_m), (half_m, low_m + 0.25), *right]
    line = [*half, *((-y, z) for y, z in reversed(half))]
    return np.array([(x_m, y, z) for y, z in line])


def _hull(x0_m: float, x1_m: float, material: Material, low_m: float, high_m: float, nose: int) -> Mesh:
    """A part's skin between two heights; `nose` slants its front (1) or its rear (-1)."""
    stations = [(x0_m, _HALF_M), (x1_m, _HALF_M)]
    if nose:
        tip = x1_m if nose == 1 else x0_m
        back = tip - nose * 0.9
        ends = [(back, _HALF_M), (tip - nose * 0.3, _HALF_M - 0.09), (tip, _HALF_M - 0.3)]
        stations = [stations[0], *ends] if nose == 1 else [*reversed(ends), stations[1]]
    return loft(np.array([_section(x, half, low_m, high_m) for x, half in stations]), material, smooth=False)


def _panes(x0_m: float, x1_m: float) -> list[Mesh]:
    """Windows along both sides of a part, and doors that reach down."""
    parts, length = [], x1_m - x0_m
    count = max(int(length / 1.55), 1)
    step = length / count
    for number in range(count):
        middle, door = x0_m + (number + 0.5) * step, number % 3 == 1
        low, high = (0.38, 2.62) if door else (1.12, 2.55)
        for side in (-1, 1):
            y = side * (_HALF_M + 0.004)
            leaves = (-1, 1) if door else (0,)
            for leaf in leaves:
                wide = (step - 0.2) / 2 if door else step - 0.14
                x = middle + leaf * (wide / 2 + 0.012)
                parts.append(box((wide, 0.012, high - low), _PANE, (x, y, (low + high) / 2), bevel_m=0.004))
    return parts


def _front(x_m: float, nose: int) -> list[Mesh]:
    """Windscreen, display, and lamps of one end."""
    tip = x_m + nose * 0.012
    screen = box((0.02, 1.72, 1.35), _PANE, (tip, 0.0, 1.95), bevel_m=0.006)
    sign = box((0.03, 1.2, 0.2), LampGlass(kinds.SIGNAL, (1.0, 0.5, 0.05), (0.1, 0.06, 0.02)), (tip, 0.0, 2.86))
    bumper = box((0.16, 1.9, 0.34), _GREY, (x_m - nose * 0.02, 0.0, 0.42), bevel_m=0.05)
    kind, rgb = (kinds.HEAD, (1.0, 0.95, 0.85)) if nose == 1 else (kinds.TAIL, (1.0, 0.05, 0.03))
    glass = LampGlass(kind, rgb, (0.7, 0.7, 0.68) if nose == 1 else (0.35, 0.02, 0.02))
    pairs = [box((0.03, 0.26, 0.14), glass, (tip, y, 0.86), bevel_m=0.01) for y in (-0.66, 0.66)]
    return [screen, sign, bumper, *pairs]


def _pantograph(x_m: float) -> list[Mesh]:
    base, knee = (x_m, 0.0, _ROOF_M + 0.1), (x_m + 0.9, 0.0, _ROOF_M + 1.0)
    arms = [
        tube([base, knee], 0.035, GALVANISED, sides=6),
        tube([knee, (x_m, 0.0, _WIRE_M - 0.04)], 0.028, GALVANISED, sides=6),
    ]
    return [*arms, box((0.3, 1.5, 0.03), GALVANISED, (x_m, 0.0, _WIRE_M - 0.02), bevel_m=0.008)]


def _tram() -> Mesh:
    parts: list[Mesh] = []
    for number, (x0, x1) in enumerate(_PARTS):
        nose = {0: -1, 2: 1}.get(number, 0)
        parts.append(_hull(x0, x1, CarPaint(flakes=0.1), _LOW_M, _ROOF_M, nose))
        parts.append(box((x1 - x0 - 1.6, 1.5, 0.26), _GREY, ((x0 + x1) / 2, 0.0, _ROOF_M + 0.11), bevel_m=0.05))
        inner = (x0 + (1.1 if nose == -1 else 0.1), x1 - (1.1 if nose == 1 else 0.1))
        for side in (-1, 1):
            band = box((inner[1] - inner[0], 0.008, 1.72), _CREAM, (sum(inner) / 2, side * (_HALF_M + 0.001), 1.86))
            parts.append(band)
        parts += _panes(*inner)
    for low, high in ((-3.7, -3.1), (3.1, 3.7)):
        parts.append(box((high - low + 0.1, 2.16, 2.75), _BELLOWS, ((low + high) / 2, 0.0, 1.75), bevel_m=0.12))
    for x in (-7.0, 0.0, 7.0):
        parts.append(box((2.3, 2.2, 0.34), BLACK_PLASTIC, (x, 0.0, 0.17)))
    parts += [*_front(_PARTS[2][1], 1), *_front(_PARTS[0][0], -1), *_pantograph(-0.4)]
    return join(parts)


ASSETS: tuple[Asset, ...] = (
    Procedural(
        "tram/low-floor",
        "tram",
        (19.72, 2.424, 5.495),
        tags=frozenset({"rails"}),
        tints=_TINTS,
        lamps=lamps(9.8, (0.66, 0.86), (0.66, 0.86)),
        recipe=_tram,
    ),
)

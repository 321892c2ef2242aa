"""A pram and whoever pushes it: a carrycot with a hood on four wheels."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.people.body import Points, mid
from longtail.scenes.geometry.materials import BLACK_PLASTIC, CHROME, RUBBER, Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, ellipsoid, loft, tube

_BLANKET = Principled(srgb("#d8d4ca"), roughness=0.9)
_TYRE_M, _HALF_TRACK_M, _DECK_M = 0.018, 0.25, 0.56
# How far before the handle the axles are, and the wheels' radii: the rear ones first.
_AXLES = ((0.28, 0.15), (0.86, 0.13))
# Heights over the deck, half lengths and half widths: up the outside, over the rim and down to the mattress.
_COT = (
    (-0.06, 0.28, 0.13),
    (-0.04, 0.36, 0.17),
    (0.08, 0.4, 0.2),
    (0.2, 0.42, 0.215),
    (0.2, 0.4, 0.195),
    (0.12, 0.39, 0.19),
)


def pram(left: Points, right: Points, material: Material, k: float) -> list[Mesh]:
    """Before the wrists of a figure of scale `k` that push it, on z = 0."""
    grip = mid(left, right, 0.5) + np.array([0.07, 0, -0.02]) * k
    axles = [(float(grip[0]) + ahead, radius) for ahead, radius in _AXLES]
    middle = (axles[0][0] + axles[1][0]) / 2
    parts = [tube(np.array([grip + (0, y, 0) for y in (-0.24, 0.24)]), 0.015, BLACK_PLASTIC, sides=8)]
    for y in (-_HALF_TRACK_M, _HALF_TRACK_M):
        parts += _side(grip, axles, middle, y)
    parts += [box((0.03, 2 * _HALF_TRACK_M, 0.02), CHROME, (x, 0, radius)) for x, radius in axles]
    return [*parts, _cot(material).moved(middle, 0, _DECK_M)]


def _side(grip: Points, axles: list[tuple[float, float]], middle: float, y: float) -> list[Mesh]:
    """Tubes that cross under the cot, and two wheels."""
    (rear, rear_m), (front, front_m) = axles
    long = np.array([(grip[0], grip[1] + 0.96 * y, grip[2]), (middle, y, 0.5), (front, y, front_m)])
    short = np.array([(middle + 0.06, y, 0.46), (rear, y, rear_m)])
    return [
        tube(long, 0.011, CHROME, sides=6),
        tube(short, 0.011, CHROME, sides=6),
        _wheel(rear_m).moved(rear, y, rear_m),
        _wheel(front_m).moved(front, y, front_m),
    ]


def _wheel(radius_m: float) -> Mesh:
    """About the origin, in the plane y = 0."""
    angle, inner = np.linspace(0, 2 * np.pi, 21), radius_m - _TYRE_M
    rim = np.column_stack([inner * np.cos(angle), 0 * angle, inner * np.sin(angle)])
    parts = [
        tube(rim, _TYRE_M, RUBBER, sides=6),
        tube(np.array([(0, -0.03, 0), (0, 0.03, 0)]), 0.022, BLACK_PLASTIC, sides=8),
    ]
    for turn in 2 * np.pi * np.arange(5) / 5:
        end = (inner * np.cos(turn), 0.0, inner * np.sin(turn))
        parts.append(tube(np.array([(0.0, 0.0, 0.0), end]), 0.006, CHROME, sides=4))
    return join(parts)


def _cot(material: Material) -> Mesh:
    """A shell that is open above, a blanket in it, and a hood over its end away from whoever pushes."""
    angle = 2 * np.pi * np.arange(28) / 28
    c, s = np.cos(angle), np.sin(angle)
    outline = np.column_stack([np.sign(c) * np.abs(c) ** 0.6, np.sign(s) * np.abs(s) ** 0.6, 1 + 0 * c])
    shell = loft(np.array([outline * (x, y, z) for z, x, y in _COT]), material)
    blanket = ellipsoid((0.32, 0.17, 0.09), _BLANKET, (-0.04, 0, 0.13), sides=16)
    return join([shell, blanket, _hood(material).moved(0.02, 0, 0.19)])


def _hood(material: Material) -> Mesh:
    """Bows from side to side, from upright to level, each with an inside."""
    half = np.linspace(0, np.pi, 15)
    bows = [
        np.column_stack([0.4 * np.sin(half) * np.cos(turn), -0.215 * np.cos(half), 0.36 * np.sin(half) * np.sin(turn)])
        for turn in np.linspace(np.pi / 2, np.pi * 0.08, 9)
    ]
    outside = np.array(bows)
    return loft(np.concatenate([outside, 0.97 * outside[::-1]]), material, closed=False, caps=False)

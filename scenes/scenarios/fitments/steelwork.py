"""What carries a hall and runs along its walls: posts of steel, trays of cables, pipes, sockets with their cables."""

from __future__ import annotations

import numpy as np

from longtail.scenes.geometry.materials import BLACK_PLASTIC, GALVANISED, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, tube

Rng = np.random.Generator
Size = tuple[float, float, float]

_PAINTS = tuple(srgb(code) for code in ("#7f868b", "#9aa0a3", "#5d6a72", "#c4c6c4", "#3f5a73"))
_CABLES = tuple(
    Principled(srgb(code), roughness=0.5) for code in ("#1a1a1b", "#1a1a1b", "#8d8f90", "#b5651d", "#27406b")
)
_PIPES = tuple(Principled(srgb(code), roughness=0.45) for code in ("#9c2d22", "#8b9095", "#d2d2cd", "#2f5f96"))
_SOCKET_RED = Principled(srgb("#a5231c"), roughness=0.4)
_SOCKET_BLUE = Principled(srgb("#1f4e96"), roughness=0.4)


def post(size_m: Size, rng: Rng) -> Mesh:
    """A wide-flange section from the floor to the roof, its web upright to the wall (flanges after EN 10365)."""
    width, depth, height = size_m
    paint = Principled(_PAINTS[int(rng.integers(len(_PAINTS)))], roughness=0.5, mottle=0.25)
    flange, web = 0.015, 0.009
    parts = [
        box((width, flange, height), paint, (0, -flange / 2, height / 2)),
        box((width, flange, height), paint, (0, flange / 2 - depth, height / 2)),
        box((web, depth - 2 * flange, height), paint, (0, -depth / 2, height / 2)),
        box((width + 0.1, depth, 0.02), paint, (0, -depth / 2, 0.01)),
    ]
    parts += [
        cylinder(0.014, 0.03, GALVANISED, sides=6).moved(x, -depth / 2 + y, 0.02)
        for x in (-width / 2 - 0.03, width / 2 + 0.03)
        for y in (-0.05, 0.05)
    ]
    return join(parts)


def cable_tray(size_m: Size, rng: Rng) -> Mesh:
    """A trough of sheet on brackets, with cables that lie over each other."""
    width, depth, height = size_m
    parts = [
        box((width, depth - 0.04, 0.002), GALVANISED, (0, -(depth + 0.04) / 2, 0.03)),
        box((width, 0.002, height - 0.03), GALVANISED, (0, -depth, height / 2 + 0.015)),
        box((width, 0.002, height - 0.03), GALVANISED, (0, -0.04, height / 2 + 0.015)),
    ]
    for x in np.arange(-width / 2 + 0.3, width / 2, 1.5):
        parts.append(box((0.04, depth, 0.028), GALVANISED, (x, -depth / 2, 0.014)))
        parts.append(box((0.04, 0.012, 0.14), GALVANISED, (x, -0.006, 0.045)))
    along = np.linspace(-width / 2, width / 2, max(int(width / 0.7), 2) + 1)
    for _ in range(int(rng.integers(3, 8))):
        radius = float(rng.uniform(0.006, 0.016))
        y = np.clip(rng.uniform(-depth + 0.03, -0.07) + rng.normal(0, 0.012, len(along)), -depth + 0.02, -0.06)
        z = np.full(len(along), 0.033 + radius) + np.abs(rng.normal(0, 0.008, len(along)))
        cable = _CABLES[int(rng.integers(len(_CABLES)))]
        parts.append(tube(np.column_stack([along, y, z]), radius, cable, sides=6))
    return join(parts)


def pipe(size_m: Size, rng: Rng) -> Mesh:
    """An upright pipe with its clips."""
    width, depth, height = size_m
    radius = width / 2
    paint = _PIPES[int(rng.integers(len(_PIPES)))]
    parts = [tube([(0, -depth + radius, 0.0), (0, -depth + radius, height)], radius, paint, sides=14)]
    for z in np.arange(0.5, height, 2.0):
        parts.append(cylinder(radius + 0.006, 0.03, GALVANISED, sides=14).moved(0, -depth + radius, z))
        parts.append(box((0.02, depth - width, 0.02), GALVANISED, (0, -(depth - width) / 2, z + 0.015)))
    return join(parts)


def sockets(size_m: Size, rng: Rng) -> Mesh:
    """A box with sockets for heavy current, red for 400 V and blue for 230 V (EN 60309), and its cable's conduit."""
    width, depth, height = size_m
    case = 0.42
    grey = Principled(srgb("#b9bcbd"), roughness=0.5)
    parts = [
        box((width, depth, case), grey, (0, -depth / 2, case / 2), bevel_m=0.012),
        box((width * 0.7, 0.006, 0.1), BLACK_PLASTIC, (0, -depth - 0.003, case - 0.09)),
    ]
    for k, x in enumerate((-width / 4, width / 4)):
        body = (_SOCKET_RED, _SOCKET_BLUE)[(k + int(rng.integers(2))) % 2]
        parts.append(cylinder(0.035, 0.05, body, sides=16).rotated(0, np.pi / 2).moved(x, -depth, 0.12))
    parts.append(tube([(0, -0.03, case), (0, -0.03, height)], 0.016, GALVANISED, sides=8))
    return join(parts)

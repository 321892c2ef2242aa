"""Cabinets of halls: switchgear, hoses for fires, lockers, first aid.

Colours of what is for safety after ISO 3864-4; sizes of makers' catalogues, from memory.
"""

from __future__ import annotations

import numpy as np
import shapely

from longtail.scenes.assets.lettering import word
from longtail.scenes.geometry.materials import BLACK_PLASTIC, CHROME, GALVANISED, Material, Principled, SignFace, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, polygon

Rng = np.random.Generator
Size = tuple[float, float, float]

_RED, _GREEN, _WHITE, _YELLOW, _INK = (srgb(code) for code in ("#9b2423", "#237f52", "#ecece7", "#f9a800", "#161616"))
_GAP_M = 0.004
_DARK = Principled((0.03, 0.03, 0.03), roughness=0.6)
_FRONTS = tuple(srgb(code) for code in ("#b9bcbd", "#8d9397", "#2f5f96", "#5b6b5f", "#c9c2b2"))
_PROUD_M = 0.0006


def switch_cabinet(size_m: Size, rng: Rng) -> Mesh:
    """Fields of switchgear on a plinth, a door each, with vents, a lock, and a warning of the voltage."""
    width, depth, height = size_m
    grey = Principled(srgb("#b9bcbd") if rng.random() < 0.7 else srgb("#d2d1c8"), roughness=0.45, mottle=0.15)
    count = max(round(width / 0.8), 1)
    parts = [
        box((width, depth - 0.06, 0.1), _DARK, (0, -(depth - 0.06) / 2, 0.05)),
        box((width, depth - 0.02, height - 0.1), grey, (0, -(depth - 0.02) / 2, (height + 0.1) / 2)),
    ]
    for k in range(count):
        x, wide = (k + 0.5) * width / count - width / 2, width / count - _GAP_M
        parts.append(_leaf(x, wide, 0.1 + _GAP_M, height - _GAP_M, depth, grey))
        parts.append(box((0.02, 0.03, 0.14), BLACK_PLASTIC, (x + wide / 2 - 0.06, -depth - 0.012, 1.05), bevel_m=0.004))
        parts += _slots(x, wide * 0.5, 0.25, depth, 5) + _slots(x, wide * 0.5, height - 0.25, depth, 5)
        if rng.random() < 0.75:
            parts += _high_voltage(x, 1.55, depth)
        for lamp in range(int(rng.integers(0, 4))):
            rgb = srgb(("#1f7a34", "#b3140f", "#e0a80c")[lamp])
            parts.append(box((0.03, 0.02, 0.03), Principled(rgb, roughness=0.3),
                             (x - wide / 4 + 0.07 * lamp, -depth - 0.008, 1.75), bevel_m=0.006))  # fmt: skip
    return join(parts)


def hose_cabinet(size_m: Size, rng: Rng) -> Mesh:
    """A red cabinet with a hose in it, its name on the door, a handle."""
    width, depth, height = size_m
    red = Principled(_RED, roughness=0.35, mottle=0.15)
    parts = [
        box((width, depth - 0.02, height), red, (0, -(depth - 0.02) / 2, height / 2), bevel_m=0.006),
        _leaf(0.0, width - 0.05, 0.025, height - 0.025, depth, red),
        box((0.05, 0.02, 0.09), CHROME, (width / 2 - 0.08, -depth - 0.008, height / 2), bevel_m=0.004),
    ]
    name = "FIRE HOSE" if rng.random() < 0.6 else "HYDRANT"
    parts.append(_printed(word(name, 0.07), _WHITE, 0.0, height * 0.72, depth))
    flame = shapely.Polygon(
        [(-0.05, 0), (0.05, 0), (0.065, 0.06), (0.02, 0.16), (0.0, 0.09), (-0.03, 0.13), (-0.06, 0.06)]
    )
    parts.append(_printed(flame, _WHITE, 0.0, height * 0.3, depth))
    return join(parts)


def lockers(size_m: Size, rng: Rng) -> Mesh:
    """Narrow doors side by side with vents, numbers and locks."""
    width, depth, height = size_m
    body = Principled(srgb("#b9bcbd"), roughness=0.45, mottle=0.15)
    front = Principled(_FRONTS[int(rng.integers(len(_FRONTS)))], roughness=0.4, mottle=0.2)
    count = max(round(width / 0.3), 1)
    parts = [
        box((width, depth - 0.02, height - 0.08), body, (0, -(depth - 0.02) / 2, (height + 0.08) / 2)),
        box((width, depth - 0.08, 0.08), _DARK, (0, -(depth - 0.08) / 2, 0.04)),
    ]
    first = int(rng.integers(1, 80))
    for k in range(count):
        x, wide = (k + 0.5) * width / count - width / 2, width / count - _GAP_M
        parts.append(_leaf(x, wide, 0.085, height - 0.005, depth, front))
        parts += _slots(x, wide * 0.6, height - 0.18, depth, 4)
        parts.append(box((0.02, 0.014, 0.03), GALVANISED, (x + wide / 2 - 0.04, -depth - 0.006, 1.0)))
        parts.append(_printed(shapely.box(-0.035, -0.02, 0.035, 0.02), _WHITE, x, height - 0.32, depth))
        parts.append(_printed(word(str(first + k), 0.026), _INK, x, height - 0.32, depth, 2))
    return join(parts)


def first_aid(size_m: Size, rng: Rng) -> Mesh:
    """A white or green box with the cross (ISO 7010, E003)."""
    width, depth, height = size_m
    ground, ink = (_GREEN, _WHITE) if rng.random() < 0.5 else (_WHITE, _GREEN)
    arm, thick = 0.3 * min(width, height), 0.1 * min(width, height)
    cross = shapely.union_all([shapely.box(-arm, -thick, arm, thick), shapely.box(-thick, -arm, thick, arm)])
    return join(
        [
            box((width, depth, height), Principled(ground, roughness=0.35), (0, -depth / 2, height / 2), bevel_m=0.012),
            _printed(cross, ink, 0.0, height / 2, depth),
        ]
    )


def _leaf(x_m: float, wide_m: float, low_m: float, high_m: float, depth_m: float, material: Material) -> Mesh:
    tall = high_m - low_m
    return box((wide_m, 0.02, tall), material, (x_m, -depth_m + 0.01, low_m + tall / 2), bevel_m=0.004)


def _slots(x_m: float, wide_m: float, z_m: float, depth_m: float, count: int) -> list[Mesh]:
    """Vents: dark slots over each other about a height."""
    return [
        box((wide_m, 0.002, 0.008), _DARK, (x_m, -depth_m - 0.0005, z_m + 0.022 * (k - (count - 1) / 2)))
        for k in range(count)
    ]


def _high_voltage(x_m: float, z_m: float, depth_m: float) -> list[Mesh]:
    """A yellow triangle with a flash (ISO 7010, W012)."""
    side = 0.16
    triangle = shapely.Polygon([(-side / 2, 0), (side / 2, 0), (0, side * 0.866)])
    inner = triangle.buffer(-0.009, join_style="mitre")
    flash = shapely.Polygon(
        [(0.012, 0.095), (-0.018, 0.05), (-0.002, 0.05), (-0.012, 0.015), (0.018, 0.062), (0.003, 0.062)]
    )
    black = shapely.union_all([triangle.difference(inner), flash.intersection(inner)])
    return [_printed(black, _INK, x_m, z_m, depth_m), _printed(inner.difference(flash), _YELLOW, x_m, z_m, depth_m)]


def _printed(
    shape: shapely.Geometry, rgb: tuple[float, float, float], x_m: float, z_m: float, depth_m: float, layer: int = 1
) -> Mesh:
    """A drawing (right, up) on a front that looks along -Y, its origin at (x, z)."""
    flat = polygon(shape, 0.0, SignFace(rgb))
    upright = flat.transformed(np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]]))
    return upright.moved(x_m, -depth_m - layer * _PROUD_M, z_m)

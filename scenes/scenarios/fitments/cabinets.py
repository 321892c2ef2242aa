"""Kitchen units, wardrobes and sideboards: carcasses with fronts, gaps between them, and handles.

Depths and heights are those of European kitchens (EN 1116: worktops 600 mm deep at 850 to 910 mm) and of furniture
makers' catalogues, from memory.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from longtail.scenes.geometry.interior_materials import TIMBERS, Granite, Tiles, Timber
from longtail.scenes.geometry.materials import CHROME, Material, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, tube

Rng = np.random.Generator
Size = tuple[float, float, float]

_GAP_M, _FRONT_M, _PLINTH_M = 0.003, 0.018, 0.1
_LACQUERS = tuple(
    srgb(code)
    for code in ("#f1f0ec", "#f1f0ec", "#dcdad3", "#b9b7b0", "#4a4c4e", "#8fa08c", "#2f4156", "#c9c2b2", "#9c3b31")
)
_SPLASHES = tuple(srgb(code) for code in ("#f2f1ee", "#dfe6e4", "#c8d3d6", "#efe7d8", "#7f9a93"))
_STEEL = Principled((0.58, 0.57, 0.55), roughness=0.28, metallic=1.0)
_DARK = Principled((0.03, 0.03, 0.03), roughness=0.6)
_OVEN_GLASS = Principled((0.012, 0.012, 0.013), roughness=0.06, coat=0.6)
_WORKTOP_M, _WORKTOP_DEPTH_M, _BASE_TOP_M = 0.04, 0.6, 0.87
_WALL_DEPTH_M, _WALL_FOOT_M = 0.33, 1.42


def kitchen(size_m: Size, rng: Rng) -> Mesh:
    """Base units under a worktop, wall cupboards where `size_m` is high enough; often an oven."""
    width, depth, height = size_m
    front, handle = _front(rng), _handle(rng)
    top = _worktop(rng)
    base_depth = min(depth, _WORKTOP_DEPTH_M) - 0.02
    bays = _bays(width, 0.6)
    oven = int(rng.integers(len(bays))) if rng.random() < 0.6 else -1
    parts = [
        box((width, base_depth - 0.06, _PLINTH_M), _DARK, (0, -(base_depth - 0.06) / 2, _PLINTH_M / 2)),
        _carcass(width, base_depth, _PLINTH_M, _BASE_TOP_M, front),
        box((width, min(depth, _WORKTOP_DEPTH_M), _WORKTOP_M), top,
            (0, -min(depth, _WORKTOP_DEPTH_M) / 2, _BASE_TOP_M + _WORKTOP_M / 2), bevel_m=0.003),
    ]  # fmt: skip
    for number, (low, high) in enumerate(bays):
        if number == oven:
            parts.append(_oven(low, high, base_depth))
        elif rng.random() < 0.3:
            levels = np.linspace(_PLINTH_M, _BASE_TOP_M, 4)
            parts += [
                _leaf(low, high, float(a), float(b), base_depth, front, handle, "drawer") for a, b in pairwise(levels)
            ]
        else:
            parts.append(_leaf(low, high, _PLINTH_M, _BASE_TOP_M, base_depth, front, handle, "top"))
    foot = _BASE_TOP_M + _WORKTOP_M
    if _has_wall_cupboards(height):
        parts.append(_carcass(width, _WALL_DEPTH_M, _WALL_FOOT_M, height, front))
        parts += [_leaf(low, high, _WALL_FOOT_M, height, _WALL_DEPTH_M, front, handle, "foot") for low, high in bays]
    if rng.random() < 0.5:
        parts.append(_tap(float(rng.uniform(-0.3, 0.3)) * width, foot))
    return join(parts)


def splashback(size_m: Size, rng: Rng) -> Mesh:
    """The tiles between a kitchen's worktop and its wall cupboards, or a low strip of them where there are none."""
    width, _, height = size_m
    foot = _BASE_TOP_M + _WORKTOP_M
    top = _WALL_FOOT_M if _has_wall_cupboards(height) else foot + 0.1
    tiles = Tiles(float(rng.choice((0.1, 0.15, 0.2))), _SPLASHES[int(rng.integers(len(_SPLASHES)))], False, True)
    return box((width, 0.008, top - foot), tiles, (0, -0.004, (top + foot) / 2))


def _has_wall_cupboards(height_m: float) -> bool:
    return height_m > _WALL_FOOT_M + 0.4


def wardrobe(size_m: Size, rng: Rng) -> Mesh:
    """A tall cabinet of two or more doors."""
    width, depth, height = size_m
    front, handle = _front(rng), _handle(rng)
    body = depth - _FRONT_M
    parts = [
        box((width - 0.04, body - 0.04, 0.06), _DARK, (0, -body / 2, 0.03)),
        _carcass(width, body, 0.06, height, front),
    ]
    parts += [_leaf(low, high, 0.06, height, body, front, handle, "side") for low, high in _bays(width, 0.5)]
    return join(parts)


def sideboard(size_m: Size, rng: Rng) -> Mesh:
    """A low cabinet on legs with doors and drawers."""
    width, depth, height = size_m
    front, handle = _front(rng), _handle(rng)
    body, foot = depth - _FRONT_M, 0.12
    leg = replace(front, upright=True) if isinstance(front, Timber) else _STEEL
    parts = [_carcass(width, body, foot, height, front)]
    for x in (-width / 2 + 0.05, width / 2 - 0.05):
        parts += [box((0.035, 0.035, foot), leg, (x, y, foot / 2)) for y in (-0.05, -depth + 0.05)]
    for low, high in _bays(width, 0.5):
        if rng.random() < 0.5:
            levels = np.linspace(foot, height, 4)
            parts += [_leaf(low, high, float(a), float(b), body, front, handle, "drawer") for a, b in pairwise(levels)]
        else:
            parts.append(_leaf(low, high, foot, height, body, front, handle, "top"))
    return join(parts)


def _bays(width_m: float, about_m: float) -> list[tuple[float, float]]:
    count = max(1, round(width_m / about_m))
    edges = np.linspace(-width_m / 2, width_m / 2, count + 1)
    return [(float(a), float(b)) for a, b in pairwise(edges)]


def _carcass(width: float, depth: float, low: float, high: float, front: Material) -> Mesh:
    """The body behind the fronts, dark where their gaps show it, with sides and top like the fronts."""
    side = replace(front, upright=True) if isinstance(front, Timber) else front
    middle, tall = (low + high) / 2, high - low
    inside = box((width - 0.036, depth - 0.004, tall - 0.036), _DARK, (0, -(depth - 0.004) / 2, middle))
    sides = [box((0.018, depth, tall), side, (x, -depth / 2, middle)) for x in (-width / 2 + 0.009, width / 2 - 0.009)]
    lids = [box((width - 0.036, depth, 0.018), front, (0, -depth / 2, z)) for z in (low + 0.009, high - 0.009)]
    return join([inside, *sides, *lids])


def _leaf(
    left: float, right: float, low: float, high: float, depth: float, front: Material, handle: str, grip: str
) -> Mesh:
    """A door or the front of a drawer, with its handle: `grip` says at which of its edges."""
    gap = _GAP_M / 2
    size = right - left - 2 * gap, _FRONT_M, high - low - 2 * gap
    middle = (left + right) / 2, -depth - _FRONT_M / 2, (low + high) / 2
    parts = [box(size, front, middle, bevel_m=0.002)]
    if handle == "bar":
        long = min(0.16, size[0] * 0.5)
        upright = grip == "side"
        shape = (0.011, 0.011, long) if upright else (long, 0.011, 0.011)
        z = {"side": min(1.05, middle[2]), "drawer": high - 0.045, "top": high - 0.05, "foot": low + 0.05}[grip]
        x = right - 0.045 if grip == "side" else middle[0]
        parts.append(box(shape, CHROME, (x, -depth - _FRONT_M - 0.024, z), bevel_m=0.003))
        step = (0.0, long / 2 - 0.012) if upright else (long / 2 - 0.012, 0.0)
        for sign in (-1, 1):
            at = (x + sign * step[0], -depth - _FRONT_M - 0.011, z + sign * step[1])
            parts.append(box((0.008, 0.022, 0.008), CHROME, at))
    elif handle == "knob":
        z = {"side": min(1.05, middle[2]), "drawer": middle[2], "top": high - 0.05, "foot": low + 0.05}[grip]
        x = middle[0] if grip == "drawer" else right - 0.04
        parts.append(box((0.028, 0.026, 0.028), CHROME, (x, -depth - _FRONT_M - 0.013, z), bevel_m=0.009))
    return join(parts)


def _oven(left: float, right: float, depth: float) -> Mesh:
    gap = _GAP_M / 2
    width, middle = right - left - 2 * gap, (left + right) / 2
    low, split, high = _PLINTH_M, _BASE_TOP_M - 0.13, _BASE_TOP_M
    face = -depth - _FRONT_M / 2
    parts = [
        box((width, _FRONT_M, split - low - _GAP_M), _OVEN_GLASS, (middle, face, (low + split) / 2), bevel_m=0.002),
        box((width, _FRONT_M, high - split - _GAP_M), _STEEL, (middle, face, (high + split) / 2), bevel_m=0.002),
        box((width * 0.84, 0.014, 0.014), _STEEL, (middle, face - 0.045, split - 0.06), bevel_m=0.004),
    ]
    for side in (-1, 1):
        parts.append(box((0.012, 0.04, 0.012), _STEEL, (middle + side * width * 0.38, face - 0.025, split - 0.06)))
        for step in (0.32, 0.2):
            at = (middle + side * step * width, face - 0.02, (split + high) / 2)
            parts.append(box((0.036, 0.024, 0.036), _DARK, at, bevel_m=0.012))
    parts.append(box((0.11, 0.002, 0.04), _OVEN_GLASS, (middle, face - 0.01, (split + high) / 2)))
    return join(parts)


def _tap(x: float, foot: float) -> Mesh:
    """A mixer with its spout bent over."""
    angle = np.linspace(0, np.pi, 9)
    bend = np.column_stack([np.zeros(9), -0.09 - 0.09 + 0.09 * np.cos(angle), 0.24 + 0.09 * np.sin(angle)])
    path = np.concatenate([[(0, -0.09, 0.0), (0, -0.09, 0.12)], bend, [(0, -0.27, 0.19)]])
    lever = box((0.09, 0.018, 0.012), CHROME, (0.05, -0.09, 0.07), bevel_m=0.004)
    return join([tube(path, 0.011, CHROME, sides=10), lever]).moved(x, 0.0, foot)


def _front(rng: Rng) -> Material:
    """Of lacquer or of veneer."""
    if rng.random() < 0.35:
        light, dark = tuple(TIMBERS.values())[int(rng.integers(len(TIMBERS)))]
        return Timber(light, dark, board_m=0.0, upright=bool(rng.random() < 0.7))
    rgb: Rgb = _LACQUERS[int(rng.integers(len(_LACQUERS)))]
    return Principled(rgb, roughness=float(rng.uniform(0.18, 0.55)), coat=0.2)


def _handle(rng: Rng) -> str:
    return ("bar", "bar", "knob", "none")[int(rng.integers(4))]


def _worktop(rng: Rng) -> Material:
    pick = float(rng.random())
    if pick < 0.4:
        light, dark = tuple(TIMBERS.values())[int(rng.integers(len(TIMBERS)))]
        return Timber(light, dark, board_m=0.045, length_m=0.6)
    if pick < 0.6:
        return Granite(finish="satin")
    return Principled((0.5, 0.49, 0.47) if pick < 0.8 else (0.06, 0.06, 0.062), roughness=0.35)

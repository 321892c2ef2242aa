"""An open shelf of an office: boards on uprights, and ring binders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from longtail.scenes.geometry.interior_materials import TIMBERS, Timber
from longtail.scenes.geometry.materials import Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box

Rng = np.random.Generator

_BOARD_M = 0.02
# A binder for A4: 320 mm high, 285 mm deep, its back 50 or 80 mm wide (DIN 32750-1 folders, from memory).
_BINDER_M = (0.285, 0.32)
_BACKS_M = (0.05, 0.08, 0.08)
_COLOURS = tuple(srgb(code) for code in ("#1d1e20", "#1d1e20", "#2b4a86", "#a3262b", "#4d5154", "#2f6b46", "#d9d8d2"))
_PAPER = Principled((0.78, 0.77, 0.74), roughness=0.7)
_INK = Principled((0.05, 0.05, 0.06), roughness=0.8)


def binders(size_m: tuple[float, float, float], rng: Rng) -> Mesh:
    """A shelf of `size_m` whose boards carry rows of binders, some of them leaning, with free places."""
    width, depth, height = size_m
    board: Material
    if rng.random() < 0.6:
        light, dark = tuple(TIMBERS.values())[int(rng.integers(len(TIMBERS)))]
        board = Timber(light, dark, board_m=0.0)
    else:
        board = Principled((0.72, 0.71, 0.69), roughness=0.4)
    upright = replace(board, upright=True) if isinstance(board, Timber) else board
    parts = [
        box((_BOARD_M, depth, height), upright, (x, -depth / 2, height / 2), bevel_m=0.001)
        for x in (-width / 2 + _BOARD_M / 2, width / 2 - _BOARD_M / 2)
    ]
    parts.append(box((width - 2 * _BOARD_M, 0.006, height - 0.08), upright, (0, -0.003, height / 2 + 0.04)))
    levels = np.linspace(0.08, height - _BOARD_M, max(2, round((height - 0.1) / 0.37)) + 1)
    for number, level in enumerate(levels.tolist()):
        parts.append(box((width - 2 * _BOARD_M, depth, _BOARD_M), board, (0, -depth / 2, level + _BOARD_M / 2)))
        room = (levels[number + 1] - level - _BOARD_M) if number + 1 < len(levels) else 0.0
        if room > _BINDER_M[1] + 0.01:
            parts += _row(width - 2 * _BOARD_M, depth, level + _BOARD_M, rng)
    return join(parts)


def _row(width: float, depth: float, foot: float, rng: Rng) -> list[Mesh]:
    """Binders from one end on, in runs of one colour, with gaps."""
    found: list[Mesh] = []
    x, rgb = -width / 2 + 0.005, _COLOURS[0]
    left, full = 0, float(rng.uniform(0.2, 1.0))
    while True:
        if left <= 0:
            rgb, left = _COLOURS[int(rng.integers(len(_COLOURS)))], int(rng.integers(2, 7))
            if found and rng.random() < 0.35:
                x += float(rng.uniform(0.05, 0.25))
        wide = _BACKS_M[int(rng.integers(len(_BACKS_M)))]
        if x + wide > -width / 2 + width * full or x + wide > width / 2 - 0.005:
            return found
        found += _binder(wide, rgb, rng, (x + wide / 2, -min(depth - 0.01, _BINDER_M[0]) + 0.0, foot))
        x += wide + 0.002
        left -= 1


def _binder(wide: float, rgb: tuple[float, float, float], rng: Rng, at: tuple[float, float, float]) -> list[Mesh]:
    """A binder with its label and the hole by which it is pulled out; `at` is the middle of its back's foot."""
    deep, tall = _BINDER_M
    x, y, z = at
    cover = Principled(rgb, roughness=0.5)
    back = y + 0.004 * float(rng.random())
    deep = min(deep, -back - 0.008)
    size = float(rng.uniform(0.1, 0.19))
    parts = [
        box((wide, deep, tall), cover, (x, back + deep / 2, z + tall / 2), bevel_m=0.002),
        box((wide * 0.75, 0.001, size), _PAPER, (x, back - 0.0005, z + 0.29 - size / 2)),
        box((0.026, 0.002, 0.026), _INK, (x, back - 0.001, z + 0.06), bevel_m=0.0009),
    ]
    for line in range(int(rng.integers(1, 4))):
        length = wide * float(rng.uniform(0.25, 0.6))
        parts.append(box((length, 0.0005, 0.004), _INK, (x, back - 0.0012, z + 0.27 - 0.014 * line)))
    return parts

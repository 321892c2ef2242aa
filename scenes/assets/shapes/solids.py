"""Geometric solids of about 20 cm: what Tremblay et al. (2018) had fly about as distractors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.geometry.materials import Material, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.pattern_materials import KINDS, Pattern
from longtail.scenes.geometry.solids import box, convex_hull, cylinder, lathe, tube

_TINTS: tuple[Rgb, ...] = tuple(
    srgb(code)
    for code in ("#d8342c", "#e8861d", "#ecd02c", "#5fae3a", "#2f8f86", "#2f5fb0", "#7a46a8", "#c04a8c", "#e8e6df",
                 "#7d7f82", "#1c1d20", "#8a5a34")
)  # fmt: skip


def _ball(stuff: Material) -> Mesh:
    """With a flat of 4 mm at each pole, where faces would have no area."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 19)
    return lathe(0.1 * np.column_stack([np.maximum(np.cos(angle), 0.04), np.sin(angle)]), stuff, sides=32).moved(
        z_m=0.1
    )


def _egg(stuff: Material) -> Mesh:
    return _ball(stuff).scaled(1.3, 0.8, 0.9)


def _cube(stuff: Material) -> Mesh:
    return box((0.18, 0.18, 0.18), stuff, (0, 0, 0.09))


def _slab(stuff: Material) -> Mesh:
    return box((0.26, 0.16, 0.06), stuff, (0, 0, 0.03))


def _pyramid(stuff: Material) -> Mesh:
    return convex_hull([(-0.1, -0.1, 0), (0.1, -0.1, 0), (0.1, 0.1, 0), (-0.1, 0.1, 0), (0, 0, 0.2)], stuff)


def _tetrahedron(stuff: Material) -> Mesh:
    a = 0.11
    return convex_hull([(a, 0, 0), (-a / 2, a * 0.866, 0), (-a / 2, -a * 0.866, 0), (0, 0, 1.414 * a)], stuff)


def _cone(stuff: Material) -> Mesh:
    return cylinder(0.1, 0.22, stuff, sides=32, top_radius_m=0.001)


def _cylinder(stuff: Material) -> Mesh:
    return cylinder(0.07, 0.22, stuff, sides=32)


def _arc(stuff: Material, turn: float) -> Mesh:
    angle = np.linspace(0, turn, 33)
    path = np.column_stack([0.09 * np.cos(angle), 0.09 * np.sin(angle), np.full(33, 0.03)])
    whole = tube(path, 0.03, stuff, sides=16)
    low, high = whole.bounds_m
    return whole.moved(-float(low[0] + high[0]) / 2, -float(low[1] + high[1]) / 2, -float(low[2]))


def _arrow(stuff: Material) -> Mesh:
    shaft = cylinder(0.03, 0.16, stuff, sides=20)
    head = cylinder(0.075, 0.1, stuff, sides=28, top_radius_m=0.001).moved(z_m=0.16)
    return join([shaft, head])


_SHAPES: tuple[tuple[str, Vector, Callable[[Material], Mesh]], ...] = (
    ("ball", (0.2, 0.2, 0.2), _ball),
    ("egg", (0.26, 0.16, 0.18), _egg),
    ("cube", (0.18, 0.18, 0.18), _cube),
    ("slab", (0.26, 0.16, 0.06), _slab),
    ("pyramid", (0.2, 0.2, 0.2), _pyramid),
    ("tetrahedron", (0.165, 0.1905, 0.1555), _tetrahedron),
    ("cone", (0.2, 0.2, 0.22), _cone),
    ("cylinder", (0.14, 0.14, 0.22), _cylinder),
    ("ring", (0.24, 0.24, 0.06), lambda stuff: _arc(stuff, 2 * np.pi * 0.999)),
    ("horseshoe", (0.24, 0.21, 0.06), lambda stuff: _arc(stuff, 1.25 * np.pi)),
    ("arrow", (0.15, 0.15, 0.26), _arrow),
)


def _asset(name: str, size_m: Vector, shape: Callable[[Material], Mesh], number: int) -> Procedural:
    kind = KINDS[number % len(KINDS)]
    stuff = Pattern(
        kind, (0.04, 0.09)[number % 2], roughness=(0.15, 0.4, 0.8)[number % 3], metallic=float(number % 5 == 4)
    )
    tags = frozenset({"flying"})
    return Procedural(
        f"shape/{name}-{kind}", "distractor", size_m, tags=tags, tints=_TINTS, recipe=lambda: shape(stuff)
    )


ASSETS: tuple[Asset, ...] = tuple(
    _asset(name, size, shape, 3 * row + turn) for row, (name, size, shape) in enumerate(_SHAPES) for turn in (0, 1, 5)
)

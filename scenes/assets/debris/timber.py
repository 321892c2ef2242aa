"""Torn timber: boards with splintered ends, boards still nailed together, a pallet, a door."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.debris.settled import settled
from longtail.scenes.geometry.materials import GALVANISED, Material, Principled, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, prism

_PINE = Wood(srgb("#b08a5b"))
_GREY = Wood(srgb("#7d756a"))
_DARK = Wood(srgb("#5b4630"))
_PAINTED = Principled(srgb("#c9c6bb"), roughness=0.6, mottle=0.5)


def _board(length_m: float, width_m: float, thick_m: float, material: Material, *, seed: int, torn: int = 1) -> Mesh:
    """A board along X, lying on z = 0; `torn` of its ends are splintered."""
    rng = np.random.default_rng(seed)
    ends = []
    for end in range(2):
        y = np.linspace(-width_m / 2, width_m / 2, 9)
        bite = rng.uniform(0.0, 1.0, 9) * np.where(np.arange(9) % 2, 1.0, 0.25) * (1.1 * width_m if end < torn else 0.0)
        # The longest splinter keeps the full length.
        bite -= bite.min()
        ends.append(np.column_stack([length_m / 2 - bite, y]))
    outline = np.concatenate([ends[0], ends[1] * (-1, -1)])
    return prism(shapely.Polygon(outline), 0.0, thick_m, material)


def _plank(length_m: float, width_m: float, material: Material, seed: int) -> Mesh:
    return settled(_board(length_m, width_m, 0.032, material, seed=seed))


def _nailed() -> Mesh:
    """Three boards across two battens, as a fence or a roof leaves them."""
    battens = [box((0.06, 1.05, 0.05), _PINE, (x, 0.02, 0.025)) for x in (-0.55, 0.5)]
    boards = [
        _board(length, 0.16, 0.024, material, seed=seed, torn=2).rotated(2, turn).moved(x, y, 0.05)
        for length, material, seed, turn, x, y in (
            (1.7, _GREY, 1, 0.02, 0.0, -0.36),
            (1.5, _GREY, 2, -0.05, 0.1, -0.05),
            (1.2, _DARK, 3, 0.12, -0.15, 0.3),
        )
    ]
    heads = [cylinder(0.006, 0.004, GALVANISED, sides=6).moved(x, y, 0.074) for x in (-0.55, 0.5) for y in (-0.36, 0.0)]
    return settled(join([*battens, *boards, *heads]))


def _pallet() -> Mesh:
    """The European flat pallet of 1200 x 800 x 144 mm (EN 13698-1)."""
    rows = (-0.3275, 0.0, 0.3275)
    parts: list[Mesh] = []
    for y, width in zip(rows, (0.145, 0.145, 0.145), strict=True):
        foot = 0.1 if y else width
        parts.append(box((1.2, foot, 0.022), _PINE, (0.0, np.sign(y) * (0.4 - foot / 2), 0.011)))
        parts += [
            box((0.145, foot, 0.078), _PINE, (x, np.sign(y) * (0.4 - foot / 2), 0.061)) for x in (-0.5275, 0, 0.5275)
        ]
    parts += [box((0.145, 0.8, 0.022), _PINE, (x, 0.0, 0.111)) for x in (-0.5275, 0.0, 0.5275)]
    for y, width in ((-0.3275, 0.145), (-0.1825, 0.1), (0.0, 0.145), (0.1825, 0.1), (0.3275, 0.145)):
        parts.append(box((1.2, width, 0.022), _PINE, (0.0, y, 0.133)))
    return join(parts)


def _door() -> Mesh:
    """A panelled inner door off its hinges: 198.5 x 86 cm."""
    slab = box((1.985, 0.86, 0.04), _PAINTED, (0.0, 0.0, 0.02), bevel_m=0.003)
    panels = [
        box((length, 0.24, 0.012), _PAINTED, (x, y, 0.041), bevel_m=0.005)
        for x, length in ((-0.5, 0.72), (0.45, 0.9))
        for y in (-0.2, 0.2)
    ]
    knob = cylinder(0.026, 0.05, GALVANISED, sides=12).moved(0.02, 0.38, 0.04)
    return settled(join([slab, *panels, knob]))


def _asset(name: str, size_m: Vector, recipe: Callable[[], Mesh]) -> Asset:
    return Procedural(f"debris/{name}", "debris", size_m, tags=frozenset({"storm", "floats"}), recipe=recipe)


ASSETS: tuple[Asset, ...] = (
    _asset("plank", (2.6, 0.18, 0.032), partial(_plank, 2.6, 0.18, _GREY, 4)),
    _asset("plank-short", (1.1, 0.14, 0.032), partial(_plank, 1.1, 0.14, _PINE, 5)),
    _asset("boards-nailed", (1.702, 1.05, 0.078), _nailed),
    _asset("pallet", (1.2, 0.8, 0.144), _pallet),
    _asset("door", (1.985, 0.86, 0.09), _door),
)

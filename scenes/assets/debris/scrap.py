"""Torn roofing sheets, a gutter pipe and tyres."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.debris.settled import settled
from longtail.scenes.assets.vehicles.wheels import tyre
from longtail.scenes.geometry.materials import GALVANISED, Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import loft, tube

_RUSTY = Principled(srgb("#8a5a3c"), roughness=0.85, mottle=0.8)
_GUTTER = Principled(srgb("#55585a"), roughness=0.5, mottle=0.3)


def _corrugated(
    length_m: float, width_m: float, curl_rad: float, crumple_m: float, material: Material, seed: int
) -> Mesh:
    """A roofing sheet with waves of 76 mm, 18 mm deep, along X; curled up along its length and crumpled."""
    rng = np.random.default_rng(seed)
    along, across = np.linspace(0.0, 1.0, 25), np.arange(0.0, width_m + 1e-9, 0.019)
    angle = curl_rad * along**2
    x = np.cumsum(np.cos(angle)) * length_m / len(along)
    z = np.cumsum(np.sin(angle)) * length_m / len(along)
    phases, shares = rng.uniform(0, 2 * np.pi, 4), rng.uniform(1.0, 3.5, (4, 2))
    rings = []
    for i, s in enumerate(along):
        dent = sum(
            np.sin(2 * np.pi * (a * s + b * across / width_m) + p) for (a, b), p in zip(shares, phases, strict=True)
        )
        height = 0.009 * np.sin(2 * np.pi * across / 0.076) + crumple_m * dent / 4
        normal = (-np.sin(angle[i]), np.cos(angle[i]))
        rings.append(np.column_stack([x[i] + height * normal[0], across, z[i] + height * normal[1]]))
    rows = np.array(rings)
    front = loft(rows, material, closed=False)
    back = loft(rows[:, ::-1] - (0.0, 0.0, 0.0015), material, closed=False)
    return settled(join([front, back]))


def _gutter() -> Mesh:
    """A bent down-pipe of 80 mm."""
    path = [(-0.9, 0.0, 0.04), (-0.3, 0.02, 0.04), (0.25, 0.0, 0.06), (0.6, 0.1, 0.17), (0.85, 0.24, 0.28)]
    return settled(tube(path, 0.04, _GUTTER, sides=14))


def _tyre(radius_m: float, width_m: float, rim_m: float) -> Mesh:
    """A tyre lying on its side."""
    return settled(tyre(radius_m, width_m, rim_m).rotated(0, np.pi / 2))


def _asset(name: str, size_m: Vector, recipe: Callable[[], Mesh]) -> Asset:
    return Procedural(f"debris/{name}", "debris", size_m, tags=frozenset({"storm"}), recipe=recipe)


ASSETS: tuple[Asset, ...] = (
    _asset("sheet-curled", (1.787, 0.836, 0.899), partial(_corrugated, 2.2, 0.84, 1.3, 0.05, GALVANISED, 1)),
    _asset("sheet-rusty", (1.446, 0.76, 0.248), partial(_corrugated, 1.5, 0.76, 0.25, 0.09, _RUSTY, 2)),
    _asset("downpipe", (1.774, 0.316, 0.316), _gutter),
    _asset("tyre", (0.632, 0.632, 0.205), partial(_tyre, 0.316, 0.205, 0.203)),
)

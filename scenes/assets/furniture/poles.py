"""Posts without a lamp or a sign: bollards, parking meters, bicycle stands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.geometry.materials import BLACK_PLASTIC, Principled, SignFace, Stone, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe, tube

_STEEL = Principled(srgb("#8d9295"), roughness=0.35, metallic=0.8, mottle=0.2)
_IRON = Principled(srgb("#1f2422"), roughness=0.5)
_RED, _WHITE = SignFace(srgb("#bb1e10")), SignFace((0.8, 0.8, 0.8))


def _steel_bollard() -> Mesh:
    cap = lathe([(0.057, 0.96), (0.055, 0.975), (0.03, 0.995), (0.01, 1.0)], _STEEL, sides=16)
    return join([cylinder(0.057, 0.96, _STEEL, sides=16), cylinder(0.075, 0.012, _STEEL), cap])


def _banded_bollard() -> Mesh:
    """A red and white post, as before fire lanes and kerb corners."""
    bands = [
        cylinder(0.04, 0.2, _RED if index % 2 == 0 else _WHITE, sides=14).moved(z_m=0.2 * index) for index in range(5)
    ]
    return join([*bands, lathe([(0.042, 1.0), (0.04, 1.015), (0.015, 1.03)], BLACK_PLASTIC, sides=14)])


def _iron_bollard() -> Mesh:
    profile = [
        (0.12, 0.0), (0.12, 0.08), (0.09, 0.13), (0.085, 0.2), (0.07, 0.24), (0.065, 0.66), (0.085, 0.7), (0.085, 0.73),
        (0.055, 0.77), (0.075, 0.83), (0.08, 0.87), (0.06, 0.93), (0.012, 0.96),
    ]  # fmt: skip
    return lathe(profile, _IRON, sides=16)


def _stone_bollard() -> Mesh:
    profile = [(0.19, 0.0), (0.17, 0.5), (0.15, 0.58), (0.09, 0.65), (0.02, 0.67)]
    return lathe(profile, Stone(srgb("#a7a197")), sides=16)


def _flex_post() -> Mesh:
    """A plastic post with reflecting bands, as it parts cycle lanes from lanes."""
    orange = Principled(srgb("#e0511b"), roughness=0.5)
    bands = [cylinder(0.0415, 0.1, _WHITE, sides=14).moved(z_m=z) for z in (0.42, 0.6)]
    foot = lathe([(0.1, 0.0), (0.1, 0.015), (0.05, 0.04)], BLACK_PLASTIC, sides=16)
    return join([foot, cylinder(0.038, 0.75, orange, sides=14), *bands])


def _parking_meter() -> Mesh:
    post = box((0.12, 0.2, 1.0), _IRON, (0.0, 0.0, 0.5), bevel_m=0.02)
    case = box((0.24, 0.32, 0.62), Principled(srgb("#2e4a66"), roughness=0.4), (0.0, 0.0, 1.3), bevel_m=0.03)
    screen = box((0.006, 0.18, 0.1), BLACK_PLASTIC, (0.122, 0.0, 1.44))
    letter = box((0.006, 0.12, 0.12), _WHITE, (0.122, 0.0, 1.24))
    panel = box((0.3, 0.34, 0.03), BLACK_PLASTIC, (0.0, 0.0, 1.68)).rotated(1, 0.0)
    return join([post, case, screen, letter, panel, tube([(0, 0, 1.6), (0, 0, 1.67)], 0.03, _IRON, sides=8)])


def _hoop(y_m: float) -> Mesh:
    angle = np.linspace(0, np.pi / 2, 5)
    left = [(-0.4 + 0.12 - 0.12 * np.cos(a), 0.68 + 0.12 * np.sin(a)) for a in angle]
    line = [(-0.4, 0.0), *left, *((-x, z) for x, z in reversed(left)), (0.4, 0.0)]
    return tube([(x, y_m, z) for x, z in line], 0.024, _STEEL, sides=8)


def _bicycle_stand() -> Mesh:
    """Three inverted-U stands at right angles to the kerb (Sheffield stands)."""
    return join([_hoop(y) for y in (-0.8, 0.0, 0.8)])


def _asset(name: str, size_m: Vector, recipe: Callable[[], Mesh], *tags: str) -> Asset:
    return Procedural(
        f"pole/{name}",
        "pole",
        size_m,
        tags=frozenset(tags),
        recipe=recipe,
    )


ASSETS: tuple[Asset, ...] = (
    _asset("bollard-steel", (0.15, 0.15, 1.0), _steel_bollard, "pavement", "bollard"),
    _asset("bollard-banded", (0.084, 0.084, 1.03), _banded_bollard, "pavement", "bollard"),
    _asset("bollard-iron", (0.24, 0.24, 0.96), _iron_bollard, "pavement", "bollard"),
    _asset("bollard-stone", (0.38, 0.38, 0.67), _stone_bollard, "pavement", "bollard"),
    _asset("bollard-flexible", (0.2, 0.2, 0.75), _flex_post, "kerb", "bollard"),
    _asset("parking_meter", (0.3, 0.34, 1.695), _parking_meter, "pavement"),
    _asset("bicycle_stand", (0.85, 1.65, 0.825), _bicycle_stand, "pavement"),
)

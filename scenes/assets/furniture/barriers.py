"""Barriers: concrete and plastic walls of road works, crowd fences, guard rails. Long in Y, facing +X."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.furniture.printing import RED, TO_FACE, WHITE
from longtail.scenes.geometry.materials import (
    BLACK_PLASTIC,
    GALVANISED,
    LampGlass,
    Material,
    Principled,
    SignFace,
    Stone,
    srgb,
)
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, loft, polygon, tube
from longtail.scenes.lamps import kinds

_RED_PLASTIC = Principled(srgb("#b3261c"), roughness=0.5, mottle=0.25)
_WHITE_PLASTIC = Principled(srgb("#d9d7d0"), roughness=0.5, mottle=0.25)
# The New Jersey profile (half), 81 cm high and 61 cm wide at the foot: slopes of 55 and 84 degrees (FHWA).
_JERSEY = [(0.305, 0.0), (0.305, 0.075), (0.13, 0.33), (0.085, 0.81)]


def _extruded(half: list[tuple[float, float]], length_m: float, material: Material) -> Mesh:
    """A symmetrical profile (x, z) drawn along Y."""
    line = [*half, *((-x, z) for x, z in reversed(half))]
    return loft([[(x, y, z) for x, z in line] for y in (length_m / 2, -length_m / 2)], material, smooth=False)


def _jersey() -> Mesh:
    stone = Stone(srgb("#a8a49b"))
    hooks = [
        tube([(0, y, 0.8), (0, y, 0.86), (0, y + 0.1, 0.86), (0, y + 0.1, 0.8)], 0.01, GALVANISED, sides=5)
        for y in (-0.9, 0.8)
    ]
    plates = [box((0.012, 0.08, 0.12), SignFace(srgb("#eda500")), (0.115, y, 0.6)) for y in (-1.0, 1.0)]
    return join([_extruded(_JERSEY, 3.0, stone), *hooks, *plates])


def _filled(material: Material) -> Mesh:
    """A water-filled plastic element with pockets and a rail."""
    half = [(0.22, 0.0), (0.22, 0.12), (0.12, 0.3), (0.12, 0.62), (0.09, 0.8)]
    plug = cylinder(0.06, 0.03, BLACK_PLASTIC, sides=12).moved(z_m=0.8)
    ribs = [box((0.26, 0.06, 0.34), material, (0.0, y, 0.46), bevel_m=0.01) for y in (-0.35, 0.0, 0.35)]
    return join([_extruded(half, 1.0, material), plug, *ribs])


def _boards(width_m: float, height_m: float) -> Mesh:
    """The red and white stripes of a works barrier, printed on both sides of a plank."""
    plank = shapely.box(-width_m / 2, -height_m / 2, width_m / 2, height_m / 2)
    step = width_m / 8
    stripes = [shapely.box(x, -1, x + step, 1) for x in np.arange(-width_m / 2, width_m / 2 - 0.01, 2 * step)]
    red = shapely.union_all(stripes).intersection(plank)
    face = join([polygon(red, 0.0, SignFace(RED)), polygon(plank.difference(red), 0.0, SignFace(WHITE))])
    front = face.transformed(TO_FACE).moved(x_m=0.015)
    core = box((0.022, width_m, height_m), SignFace(WHITE))
    return join([core, front, front.rotated(2, np.pi)])


def _works_barrier() -> Mesh:
    """The plank on two feet with yellow lamps, across a closed lane."""
    feet = [box((0.8, 0.3, 0.11), BLACK_PLASTIC, (0.0, y, 0.055), bevel_m=0.02) for y in (-0.8, 0.8)]
    posts = [box((0.04, 0.06, 1.05), GALVANISED, (-0.04, y, 0.6)) for y in (-0.8, 0.8)]
    lamps = []
    for y in (-0.8, 0.8):
        glass = cylinder(0.09, 0.06, LampGlass(kinds.WARNING, (1.0, 0.5, 0.02), srgb("#eda500")), sides=16).rotated(
            1, np.pi / 2
        )
        lamps += [glass.moved(-0.01, y, 1.24), box((0.05, 0.1, 0.16), SignFace(srgb("#eda500")), (-0.04, y, 1.12))]
    return join([*feet, *posts, _boards(2.0, 0.25).moved(z_m=0.92), _boards(2.0, 0.1).moved(z_m=0.3), *lamps])


def _lattice() -> Mesh:
    """The plastic site fence of pavements: a frame, bars and a striped board on top."""
    bars = [box((0.03, 0.035, 0.62), _WHITE_PLASTIC, (0.0, y, 0.48)) for y in np.linspace(-0.85, 0.85, 13)]
    rails = [box((0.055, 1.88, 0.06), _RED_PLASTIC, (0.0, 0.0, z)) for z in (0.16, 0.784)]
    ends = [box((0.045, 0.06, 0.72), _RED_PLASTIC, (0.0, y, 0.46)) for y in (-0.96, 0.96)]
    feet = [box((0.6, 0.24, 0.1), BLACK_PLASTIC, (0.0, y, 0.05), bevel_m=0.02) for y in (-0.8, 0.8)]
    return join([*bars, *rails, *ends, *feet, _boards(1.98, 0.18).moved(z_m=0.91)])


def _crowd() -> Mesh:
    """A steel crowd control fence 2.3 m long and 1.1 m high."""
    angle = np.linspace(0, np.pi / 2, 5)
    corner = [(-1.12 + 0.12 - 0.12 * np.cos(a), 0.96 + 0.12 * np.sin(a)) for a in angle]
    line = [(-1.12, 0.2), *corner, *((-y, z) for y, z in reversed(corner)), (1.12, 0.2)]
    frame = tube([(0.0, y, z) for y, z in line], 0.019, GALVANISED, sides=8)
    low = tube([(0.0, -1.12, 0.2), (0.0, 1.12, 0.2)], 0.019, GALVANISED, sides=8)
    bars = [tube([(0, y, 0.2), (0, y, 1.07)], 0.007, GALVANISED, sides=5) for y in np.linspace(-1.0, 1.0, 18)]
    feet = []
    for y in (-0.85, 0.85):
        feet += [tube([(-0.28, y, 0.015), (0.0, y, 0.1), (0.28, y, 0.015)], 0.015, GALVANISED, sides=6)]
        feet += [tube([(0, y, 0.09), (0, y, 0.2)], 0.015, GALVANISED, sides=6)]
    return join([frame, low, *bars, *feet]).moved(z_m=-0.003)


def _guard_rail() -> Mesh:
    """A W-beam on posts, 4 m long, 75 cm high (EN 1317 practice)."""
    section = [
        (0.0, 0.75),
        (0.06, 0.72),
        (0.08, 0.68),
        (0.0, 0.61),
        (0.0, 0.56),
        (0.08, 0.49),
        (0.06, 0.45),
        (0.0, 0.42),
    ]
    beam = [[(x + 0.06, y, z) for x, z in section] for y in (2.0, -2.0)]
    back = [[(x + 0.056, y, z) for x, z in section[::-1]] for y in (2.0, -2.0)]
    posts = [box((0.1, 0.06, 0.73), GALVANISED, (-0.04, y, 0.365)) for y in (-1.0, 1.0)]
    blocks = [box((0.05, 0.08, 0.2), GALVANISED, (0.034, y, 0.585)) for y in (-1.0, 1.0)]
    return join([loft(beam, GALVANISED, closed=False), loft(back, GALVANISED, closed=False), *posts, *blocks])


def _asset(name: str, size_m: Vector, recipe: Callable[[], Mesh], *tags: str, category: str = "barrier") -> Asset:
    return Procedural(f"barrier/{name}", category, size_m, tags=frozenset(tags), recipe=recipe)


ASSETS: tuple[Asset, ...] = (
    _asset("jersey", (0.61, 3.0, 0.87), _jersey, "road", "concrete"),
    _asset("filled-red", (0.44, 1.0, 0.83), lambda: _filled(_RED_PLASTIC), "road", "roadworks"),
    _asset("filled-white", (0.44, 1.0, 0.83), lambda: _filled(_WHITE_PLASTIC), "road", "roadworks"),
    _asset("works-plank", (0.8, 2.0, 1.33), _works_barrier, "roadworks", "blinking"),
    _asset("works-lattice", (0.6, 1.98, 1.0), _lattice, "roadworks", "pavement"),
    _asset("crowd", (0.568, 2.278, 1.096), _crowd, "pavement", "crowd"),
    _asset("guard_rail", (0.23, 4.0, 0.75), _guard_rail, "kerb", category="guard rail"),
)

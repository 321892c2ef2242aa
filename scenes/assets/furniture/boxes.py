"""Hydrants, mailboxes and the larger boxes of a pavement: cabinets, planters, advert columns, bus shelters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.furniture.printing import TO_FACE, cut_apart
from longtail.scenes.assets.lettering import word
from longtail.scenes.assets.posters import CREAM, Layer, poster
from longtail.scenes.geometry.materials import (
    BLACK_PLASTIC,
    Foliage,
    Glass,
    LampGlass,
    Principled,
    Rgb,
    Soil,
    Stone,
    srgb,
)
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe, polygon, wall
from longtail.scenes.lamps import kinds

_DARK = Principled(srgb("#2b2f33"), roughness=0.5)


def _paper(rgb: Rgb) -> Principled:
    return Principled(rgb, roughness=0.6)


def _hydrant(paint: Principled, caps: Principled) -> Mesh:
    """A pillar hydrant with two hose outlets."""
    profile = [
        (0.15, 0.0), (0.15, 0.04), (0.1, 0.05), (0.095, 0.48), (0.13, 0.5), (0.13, 0.54), (0.115, 0.58), (0.09, 0.66),
        (0.05, 0.71), (0.03, 0.72), (0.03, 0.76), (0.01, 0.765),
    ]  # fmt: skip
    outlet = join([cylinder(0.05, 0.15, paint, sides=12), cylinder(0.06, 0.035, caps, sides=6).moved(z_m=0.14)])
    parts = [lathe(profile, paint, sides=18)]
    parts += [outlet.rotated(0, sign * np.pi / 2).moved(z_m=0.4) for sign in (-1, 1)]
    parts.append(outlet.scaled(1.25, 1.25, 0.9).rotated(1, np.pi / 2).moved(z_m=0.36))
    return join(parts)


def _pillar_box() -> Mesh:
    """The British pillar box: 1.5 m of red iron with a black foot."""
    red = Principled(srgb("#b1131b"), roughness=0.35, coat=0.4)
    profile = [(0.235, 0.22), (0.235, 1.3), (0.26, 1.33), (0.265, 1.4), (0.22, 1.47), (0.1, 1.53), (0.02, 1.545)]
    slot = box((0.02, 0.24, 0.035), BLACK_PLASTIC, (0.232, 0.0, 1.2))
    hood = box((0.05, 0.3, 0.025), red, (0.235, 0.0, 1.24))
    notice = box((0.012, 0.14, 0.2), _paper((0.75, 0.75, 0.72)), (0.235, 0.0, 0.98))
    return join([cylinder(0.25, 0.22, BLACK_PLASTIC, sides=24), lathe(profile, red, sides=24), slot, hood, notice])


def _letter_box(paint: Principled) -> Mesh:
    """A box on a post, as on the continent."""
    posts = [box((0.05, 0.05, 0.75), _DARK, (-0.05, y, 0.375)) for y in (-0.16, 0.16)]
    case = box((0.34, 0.46, 0.62), paint, (0.0, 0.0, 1.0), bevel_m=0.025)
    roof = box((0.38, 0.5, 0.04), paint, (0.0, 0.0, 1.33), bevel_m=0.012)
    slot = box((0.012, 0.34, 0.045), BLACK_PLASTIC, (0.17, 0.0, 1.2))
    notice = box((0.012, 0.16, 0.2), _paper((0.75, 0.75, 0.72)), (0.17, 0.0, 0.92))
    return join([*posts, case, roof, slot, notice])


def _cabinet(width_m: float) -> Mesh:
    """A grey cabinet of the power or telephone network."""
    grey = Principled(srgb("#a4a69f"), roughness=0.6, mottle=0.4)
    case = box((0.34, width_m, 1.05), grey, (0.0, 0.0, 0.595), bevel_m=0.012)
    roof = box((0.4, width_m + 0.06, 0.06), grey, (0.0, 0.0, 1.15), bevel_m=0.02)
    foot = box((0.32, width_m - 0.02, 0.09), Stone(), (0.0, 0.0, 0.045))
    doors = max(1, round(width_m / 0.5))
    gaps = [
        box((0.012, 0.008, 0.92), BLACK_PLASTIC, (0.168, -width_m / 2 + width_m * k / doors, 0.6))
        for k in range(1, doors)
    ]
    slots = [box((0.012, width_m * 0.7, 0.012), BLACK_PLASTIC, (0.172, 0.0, 1.0 - 0.035 * k)) for k in range(4)]
    handles = [
        box((0.03, 0.03, 0.14), BLACK_PLASTIC, (0.175, -width_m / 2 + width_m * (k + 0.85) / doors, 0.6))
        for k in range(doors)
    ]
    return join([case, roof, foot, *gaps, *slots, *handles])


def _planter() -> Mesh:
    """A concrete trough with a clipped box bush."""
    stone = Stone(srgb("#a09a8d"))
    walls = [box((0.08, 1.4, 0.5), stone, (x, 0.0, 0.25)) for x in (-0.31, 0.31)]
    walls += [box((0.54, 0.08, 0.5), stone, (0.0, y, 0.25)) for y in (-0.66, 0.66)]
    soil = box((0.54, 1.24, 0.02), Soil(), (0.0, 0.0, 0.43))
    rng = np.random.default_rng(7)
    count = 700
    spot = rng.uniform([-0.28, -0.62, 0.44], [0.28, 0.62, 0.9], (count, 3)) * [1.0, 1.0, 1.0]
    along, across = rng.normal(size=(count, 3)), rng.normal(size=(count, 3))
    along *= 0.05 / np.linalg.norm(along, axis=1, keepdims=True)
    across *= 0.035 / np.linalg.norm(across, axis=1, keepdims=True)
    leaves = np.stack([spot, spot + along, spot + across], axis=1).reshape(-1, 3)
    leaves[:, 2] = np.clip(leaves[:, 2], 0.43, 0.92)
    bush = Mesh.of(leaves, np.arange(3 * count).reshape(-1, 3), Foliage((0.06, 0.13, 0.03)))
    core = box((0.46, 1.14, 0.36), Foliage((0.03, 0.07, 0.015)), (0.0, 0.0, 0.62), bevel_m=0.08)
    return join([*walls, soil, bush, core])


def _advert_column() -> Mesh:
    """A Litfass column: posters of standard sizes (A0, A1) around a drum 1.2 m across."""
    radius_m, low_m, high_m = 0.6, 0.3, 2.75
    parts = [cylinder(0.62, low_m, Stone(), sides=28)]
    around = np.linspace(0, 2 * np.pi, 41)
    parts.append(wall(radius_m * np.column_stack([np.cos(around), np.sin(around)]), low_m, high_m, _paper(CREAM)))
    rng = np.random.default_rng(3)
    along_m = 0.0
    for wide_m, tall_m, count in (
        (0.84, 1.19, 2),
        (0.594, 0.84, 2),
        (0.84, 1.19, 2),
        (0.594, 0.84, 2),
        (0.84, 1.19, 2),
    ):
        foot_m = low_m + float(rng.uniform(0.0, high_m - low_m - count * tall_m))
        for number in range(count):
            sheet = poster(rng, wide_m - 0.006, tall_m - 0.006)
            for seen, rgb in cut_apart(sheet, sheet[0][0]):
                parts.append(
                    _pasted(seen, _paper(rgb), radius_m + 0.004, along_m + wide_m / 2, foot_m + tall_m * (number + 0.5))
                )
        along_m += wide_m + 0.01
    parts.append(
        lathe([(0.6, 2.74), (0.7, 2.76), (0.72, 2.84), (0.5, 3.0), (0.2, 3.12), (0.03, 3.15)], _DARK, sides=28)
    )
    return join(parts)


def _pasted(shape: shapely.Geometry, paper: Principled, radius_m: float, along_m: float, up_m: float) -> Mesh:
    """A drawing bent around a drum, its origin `along_m` around it and `up_m` above the ground."""
    left, low, right, high = shape.bounds
    # Facets no wider than those of the drum.
    ends = np.linspace(left, right, 2 + int((right - left) / 0.09))
    strips = [shape.intersection(shapely.box(a, low, b, high)) for a, b in pairwise(ends)]
    flat = join([polygon(strip, 0.0, paper) for strip in strips if strip.area > 1e-6])
    x, y = flat.vertices_m[:, 0], flat.vertices_m[:, 1]
    angle = (along_m + x) / radius_m
    bent = np.column_stack([radius_m * np.cos(angle), radius_m * np.sin(angle), up_m + y])
    return replace(flat, vertices_m=bent)


def _shelter() -> Mesh:
    """A bus shelter 4 m long: glass on three sides, a flat roof, a lit advert panel, a bench. It opens to +X."""
    posts = [box((0.08, 0.08, 2.35), _DARK, (-0.62, y, 1.175)) for y in (-1.96, -0.66, 0.66, 1.96)]
    roof = box((1.6, 4.1, 0.12), _DARK, (0.0, 0.0, 2.41), bevel_m=0.02)
    back = [box((0.012, 1.2, 1.95), Glass(), (-0.62, y, 1.2)) for y in (-1.31, 0.0, 1.31)]
    side = box((1.0, 0.012, 1.95), Glass(), (-0.06, 1.96, 1.2))
    stile = box((0.06, 0.06, 2.35), _DARK, (0.47, 1.96, 1.175))
    case = box((1.22, 0.16, 1.95), _DARK, (0.0, -1.96, 1.2), bevel_m=0.02)
    rng = np.random.default_rng(11)
    posters = [
        _lit(poster(rng, 1.05, 1.7)).rotated(2, side_ * np.pi / 2).moved(0.0, -1.96 + side_ * 0.084, 1.22)
        for side_ in (-1, 1)
    ]
    feet = [box((0.06, 0.1, 0.24), _DARK, (x, -1.96, 0.12)) for x in (-0.45, 0.45)]
    seat = [box((0.34, 1.9, 0.04), _DARK, (-0.36, 0.5, 0.47), bevel_m=0.01)]
    seat += [box((0.05, 0.05, 0.45), _DARK, (-0.36, y, 0.225)) for y in (-0.3, 1.3)]
    name = polygon(word("BUS", 0.08), 0.0, _paper((0.8, 0.8, 0.8))).transformed(TO_FACE).moved(0.806, 0.0, 2.41)
    timetable = box((0.02, 0.5, 0.7), _paper((0.75, 0.75, 0.7)), (-0.594, -1.3, 1.45))
    return join([*posts, roof, *back, side, stile, case, *posters, *feet, *seat, name, timetable])


def _lit(sheet: Sequence[Layer]) -> Mesh:
    """A poster of film before a lamp, in the plane x = 0, looking to +X."""
    parts = [
        polygon(seen, 0.0, LampGlass(kinds.SIGN, rgb, rgb, part="")) for seen, rgb in cut_apart(sheet, sheet[0][0])
    ]
    return join(parts).transformed(TO_FACE)


def _asset(name: str, category: str, size_m: Vector, recipe: Callable[[], Mesh], *tags: str) -> Asset:
    return Procedural(name, category, size_m, tags=frozenset(tags), recipe=recipe)


def _paint(code: str) -> Principled:
    return Principled(srgb(code), roughness=0.4, coat=0.3)


ASSETS: tuple[Asset, ...] = (
    _asset(
        "hydrant/red",
        "hydrant",
        (0.3075, 0.35, 0.765),
        partial(_hydrant, _paint("#a51c1c"), _paint("#c9c9c4")),
        "pavement",
    ),
    _asset(
        "hydrant/yellow",
        "hydrant",
        (0.3075, 0.35, 0.765),
        partial(_hydrant, _paint("#d19a1a"), _paint("#3d4145")),
        "pavement",
    ),
    _asset("mailbox/pillar-red", "mailbox", (0.53, 0.53, 1.545), _pillar_box, "pavement"),
    _asset("mailbox/yellow", "mailbox", (0.38, 0.5, 1.35), partial(_letter_box, _paint("#e0ab00")), "pavement"),
    _asset("mailbox/blue", "mailbox", (0.38, 0.5, 1.35), partial(_letter_box, _paint("#1f3f73")), "pavement"),
    _asset("cabinet/small", "junction box", (0.4, 0.66, 1.18), partial(_cabinet, 0.6), "pavement"),
    _asset("cabinet/wide", "junction box", (0.4, 1.26, 1.18), partial(_cabinet, 1.2), "pavement"),
    _asset("planter/box_bush", "planter", (0.7, 1.4, 0.92), _planter, "pavement"),
    _asset("advert_column/drum", "billboard", (1.44, 1.44, 3.15), _advert_column, "pavement"),
    _asset("shelter/bus", "bus shelter", (1.606, 4.1, 2.47), _shelter, "pavement"),
)

"""Brick terraces of the English kind: sash windows, stone lintels, bays, slate roofs, party-wall stacks."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.body import DEPTH_M, EAVES_M, REACH_M, rear, set_down
from longtail.scenes.assets.buildings.elevation import PALE_STONE, WHITE_PAINT, Elevation, Window
from longtail.scenes.assets.buildings.palette import BRICK
from longtail.scenes.assets.buildings.planes import boxes, rectangles
from longtail.scenes.assets.buildings.roofs import SLATES, chimney, gable_profile, gutter, party_walls, roof
from longtail.scenes.assets.buildings.shopfronts import Shop, shopfront
from longtail.scenes.geometry.materials import WHITE, Brick, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join

_GROUND_M, _STOREY_M, _FLOOR_M = 3.3, 2.9, 0.34
_DEPTH = DEPTH_M - REACH_M - EAVES_M
_SLOPE = 0.72
_WALL = Brick(WHITE, tinted=True)
_DOORS = tuple(Wood(srgb(code)) for code in ("#1e3a5f", "#7a1f22", "#1f4030", "#202022", "#c9a227", "#5b3a6b"))
# Which shops the houses with shops have below, from right to left along the facade.
_SHOPS: dict[tuple[int, int, str], tuple[str, ...]] = {
    (6, 2, "shop"): ("KIOSK",),
    (6, 3, "shop"): ("TAILOR",),
    (8, 3, "shop"): ("WINE",),
}


def _eaves(storeys: int) -> float:
    return _GROUND_M + _STOREY_M * (storeys - 1) + 0.25


def _top(storeys: int) -> float:
    return _eaves(storeys) + _SLOPE * _DEPTH / 2 + 1.5


def terrace(width_m: float, storeys: int, variant: str) -> Mesh:
    """One house of a row; "bay" has a bay window, "plain" none, "shop" a shop below."""
    rng = np.random.default_rng([int(width_m), storeys, sum(map(ord, variant))])
    face = Elevation(width_m, _WALL)
    style = Window(
        frame=WHITE_PAINT, verticals=(0.5,), horizontals=(0.5,), inset_m=0.11, sill=PALE_STONE, lintel=PALE_STONE
    )
    bays = face.bays(2 if width_m < 8 else 3, 0.35)
    leaf = _DOORS[int(rng.integers(len(_DOORS)))]
    sills = [_GROUND_M + _STOREY_M * k + 0.65 for k in range(storeys - 1)]
    face.windows(rectangles(bays, sills, 1.05, 1.65), style)
    door_y = float(bays[-1]) if variant != "shop" else width_m / 2 - 0.85
    extra: list[Mesh] = []
    if variant == "shop":
        shopfront(
            face, Shop(-width_m / 2 + 0.3, width_m / 2 - 1.6, 2.65, 3.15, _SHOPS[int(width_m), storeys, variant][0])
        )
        face.door(door_y, _FLOOR_M / 2, leaf=leaf, steps_to_m=REACH_M, width_m=0.95)
    else:
        ground = bays[:-1]
        if variant == "bay":
            extra.append(_bay(float(ground[0])))
            face.openings.append(np.array([(ground[0] - 1.05, 0.0, ground[0] + 1.05, 2.95)]))
            ground = ground[1:]
        face.windows(rectangles(ground, [0.95], 1.05, 1.75), style)
        face.door(door_y, _FLOOR_M, leaf=leaf, steps_to_m=REACH_M, width_m=0.95, fanlight_m=0.45)
        lintel = np.array([(door_y - 0.65, _FLOOR_M + 2.55, door_y + 0.65, _FLOOR_M + 2.8)])
        extra.append(
            boxes((0.0, lintel[0, 0], lintel[0, 1]), (0.03, lintel[0, 2], lintel[0, 3]), PALE_STONE, skip=("back",))
        )
        face.ledge(0.0, 0.3, 0.03, PALE_STONE)
    face.band(0.0, _eaves(storeys), _WALL)
    face.ledge(_GROUND_M + 0.2, _GROUND_M + 0.32, 0.03, PALE_STONE)
    # Dentils under the eaves: every other header brick stands out.
    teeth = np.arange(-width_m / 2 + 0.2, width_m / 2 - 0.2, 0.225)
    low = np.column_stack([np.zeros(len(teeth)), teeth, np.full(len(teeth), _eaves(storeys) - 0.46)])
    face.parts.append(boxes(low, low + [0.05, 0.11, 0.075], _WALL, skip=("back",)))
    face.downpipe(-width_m / 2 + 0.1, _eaves(storeys) - 0.25)
    profile = gable_profile(_DEPTH, _eaves(storeys), _SLOPE * _DEPTH / 2)
    stack = width_m / 2 - 0.65
    ridge = float(profile[1, 1])
    parts = [
        face.mesh(),
        *extra,
        rear(width_m, _DEPTH, [1.0, *sills], _eaves(storeys), _WALL),
        party_walls(width_m, profile, _WALL),
        roof(width_m, profile, [SLATES, SLATES], overhang_m=EAVES_M, thick_m=0.14),
        gutter(width_m, EAVES_M + 0.07, _eaves(storeys) - _SLOPE * EAVES_M + 0.08),
        chimney(-_DEPTH / 2, -stack, ridge - 0.8, _top(storeys) - 0.4, brick=_WALL),
    ]
    return set_down(join(parts), DEPTH_M)


def _bay(y_m: float) -> Mesh:
    """A square bay 2.1 m wide on the ground floor, with windows on three sides and a leaded roof."""
    deep, half, top = REACH_M - 0.1, 1.05, 2.95
    style = Window(verticals=(0.5,), horizontals=(0.72,), inset_m=0.06, sill=PALE_STONE, lintel=None)
    front = Elevation(2 * half, _WALL, side=5)
    front.windows(rectangles([0.0], [0.9], 1.8, 1.75), style)
    front.band(0.0, top, PALE_STONE)
    parts = [front.mesh().moved(x_m=deep)]
    for sign in (-1, 1):
        cheek = Elevation(deep, _WALL, side=6 + sign)
        cheek.windows(rectangles([0.0], [0.9], 0.3, 1.75), Window(verticals=(), inset_m=0.05, sill=None, frame_m=0.05))
        cheek.band(0.0, top, PALE_STONE)
        parts.append(cheek.mesh().rotated(2, sign * np.pi / 2).moved(deep / 2, sign * half))
    parts.append(boxes((0.0, -half - 0.06, top), (deep + 0.06, half + 0.06, top + 0.16), SLATES, skip=("back",)))
    return join(parts).moved(y_m=y_m)


def _asset(width_m: int, storeys: int, variant: str) -> Asset:
    return Procedural(
        f"building/terrace-{width_m}x{storeys}-{variant}",
        "building",
        (DEPTH_M, float(width_m), _top(storeys)),
        tags=frozenset({"terraced", "shop"} if variant == "shop" else {"terraced"}),
        tints=BRICK,
        recipe=partial(terrace, float(width_m), storeys, variant),
    )


ASSETS: tuple[Asset, ...] = tuple(
    _asset(width, storeys, variant)
    for width, storeys, variants in (
        (6, 2, ("plain", "bay", "shop")),
        (6, 3, ("plain", "shop")),
        (8, 2, ("bay",)),
        (8, 3, ("plain", "bay", "shop")),
    )
    for variant in variants
)

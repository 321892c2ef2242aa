"""Plastered town houses of the 19th and early 20th century: two to four storeys, tiled roof, eaves to the street."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.body import DEPTH_M, EAVES_M, REACH_M, rear, set_down
from longtail.scenes.assets.buildings.elevation import ANTHRACITE, WHITE_PAINT, Elevation, Window
from longtail.scenes.assets.buildings.palette import PARTY_WALL, PLASTER, PLINTH_STONE, WHITE_TRIM
from longtail.scenes.assets.buildings.planes import rectangles
from longtail.scenes.assets.buildings.roofs import (
    BROWN_TILES,
    RED_TILES,
    SLATES,
    chimney,
    dormers,
    gable_profile,
    gutter,
    party_walls,
    roof,
    skylights,
)
from longtail.scenes.assets.buildings.shopfronts import Shop, shopfront
from longtail.scenes.geometry.materials import WHITE, Plaster, Principled, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join

_GROUND_M, _STOREY_M, _FLOOR_M, _HEAD_M = 3.5, 3.0, 0.34, 0.55
_DEPTH = DEPTH_M - REACH_M - EAVES_M
_PITCH = {"a": 0.84, "b": 0.95, "c": 0.75, "shop": 0.9, "shop2": 0.8}
_WALL = Plaster(WHITE)
_SHUTTERS = (Wood(srgb("#3f5a45")), Wood(srgb("#5a6c78")), Wood(srgb("#6b3c2c")), Wood(srgb("#d8d2c2")))
_DOORS = (Wood(srgb("#4a3524")), Wood(srgb("#233a2e")), Wood(srgb("#5c1f1f")), Wood(srgb("#27364d")))
_FRAMES = (WHITE_PAINT, WHITE_PAINT, Principled(srgb("#6b4a30"), roughness=0.5), ANTHRACITE)
# Which shops the houses with shops have below, from right to left along the facade.
_SHOPS: dict[tuple[int, int, str], tuple[str, ...]] = {
    (6, 2, "shop"): ("FLOWERS",),
    (6, 3, "shop"): ("BOOKS",),
    (8, 3, "shop"): ("CAFE",),
    (8, 3, "shop2"): ("SHOES",),
    (8, 4, "shop2"): ("TEA",),
    (10, 3, "shop"): ("BAKERY",),
    (10, 4, "shop2"): ("PHARMACY",),
}


def _eaves(storeys: int) -> float:
    return _GROUND_M + _STOREY_M * (storeys - 1) + _HEAD_M * 0.4


def _ridge(storeys: int, variant: str) -> float:
    return _eaves(storeys) + _PITCH[variant] * _DEPTH / 2


def town_house(width_m: float, storeys: int, variant: str) -> Mesh:
    """One house; `variant` "a" is plain, "b" has shutters, "c" white surrounds, the "shop" ones a shop below."""
    rng = np.random.default_rng([int(width_m), storeys, sum(map(ord, variant))])
    face = Elevation(width_m, _WALL)
    bays = face.bays(max(2, round(width_m / 2.3)), 0.25)
    shop = variant.startswith("shop")
    frame = _FRAMES[int(rng.integers(len(_FRAMES)))]
    leaf = _DOORS[int(rng.integers(len(_DOORS)))]
    upper = Window(
        frame=frame,
        verticals=(0.5,),
        horizontals=((0.68,), (), (0.33, 0.66))[int(rng.integers(3))],
        surround=WHITE_TRIM if variant in ("c", "shop2") else None,
        hood=variant == "c" and storeys < 4,
        shutters=_SHUTTERS[int(rng.integers(len(_SHUTTERS)))] if variant in ("b", "shop") else None,
    )
    tall, wide = 1.62, 1.0 if upper.shutters else 1.12
    sills = [_GROUND_M + _STOREY_M * k + 0.75 for k in range(storeys - 1)]
    face.windows(rectangles(bays, sills, wide, tall), upper)
    door_bay = 0 if rng.random() < 0.5 else len(bays) - 1
    side = -1 if door_bay == 0 else 1
    if shop:
        # The door to the flats stands beside the shop, at one edge of the house.
        door_y = side * (width_m / 2 - 0.95)
        edges = sorted((-side * (width_m / 2 - 0.3), side * (width_m / 2 - 1.75)))
        shopfront(face, Shop(edges[0], edges[1], 2.75, 3.25, _SHOPS[int(width_m), storeys, variant][0]))
        face.door(door_y, _FLOOR_M / 2, leaf=leaf, frame=frame, steps_to_m=REACH_M, fanlight_m=0.35)
    else:
        ground = [y for index, y in enumerate(bays) if index != door_bay]
        face.windows(rectangles(ground, [1.05], wide, tall), upper)
        face.door(float(bays[door_bay]), _FLOOR_M, leaf=leaf, frame=frame, steps_to_m=REACH_M)
        face.ledge(0.0, 0.55, 0.04, PLINTH_STONE)
    face.band(0.0, _eaves(storeys), _WALL)
    if storeys > 1 and variant != "a":
        face.ledge(_GROUND_M - 0.06 if not shop else _GROUND_M + 0.02, _GROUND_M + 0.12, 0.07, WHITE_TRIM)
    face.ledge(_eaves(storeys) - 0.5, _eaves(storeys) - 0.34, 0.1, WHITE_TRIM)
    face.downpipe(-side * (width_m / 2 - 0.12), _eaves(storeys) - 0.3)
    rise = _PITCH[variant] * _DEPTH / 2
    profile = gable_profile(_DEPTH, _eaves(storeys), rise)
    cover = (RED_TILES, BROWN_TILES, SLATES, RED_TILES)[int(rng.integers(4))]
    parts = [
        face.mesh(),
        rear(width_m, _DEPTH, [1.0, *sills], _eaves(storeys), PARTY_WALL),
        party_walls(width_m, profile, PARTY_WALL),
        roof(width_m, profile, [cover, cover], overhang_m=EAVES_M, trim=Wood(srgb("#c9c2b3"))),
        gutter(width_m, EAVES_M + 0.07, _eaves(storeys) - _PITCH[variant] * EAVES_M + 0.1),
        chimney(
            -_DEPTH / 2 - 0.6, side * (width_m / 2 - 0.6), _eaves(storeys) + rise - 1.0, _top(storeys, variant) - 0.4
        ),
    ]
    if width_m >= 8 and variant in ("a", "c", "shop2"):
        spots = face.bays(2 if width_m < 10 else 3, 0.6)
        parts.append(dormers(spots, -1.0, _eaves(storeys) + _PITCH[variant] * 1.0 + 0.1, width_m=1.1, height_m=1.2))
    else:
        parts.append(skylights(face.bays(2, 0.4), profile, 0.5, 0.18, ANTHRACITE))
    return set_down(join(parts), DEPTH_M)


def _top(storeys: int, variant: str) -> float:
    """The chimney pots' height: what the building measures."""
    return _ridge(storeys, variant) + 1.3


def _asset(width_m: int, storeys: int, variant: str) -> Asset:
    tags = frozenset({"terraced", "shop"} if variant.startswith("shop") else {"terraced"})
    return Procedural(
        f"building/town_house-{width_m}x{storeys}-{variant}",
        "building",
        (DEPTH_M, float(width_m), _top(storeys, variant)),
        tags=tags,
        tints=PLASTER,
        recipe=partial(town_house, float(width_m), storeys, variant),
    )


ASSETS: tuple[Asset, ...] = tuple(
    _asset(width, storeys, variant)
    for width, storeys, variants in (
        (6, 2, ("a", "b", "shop")),
        (6, 3, ("b", "shop")),
        (8, 2, ("a", "c")),
        (8, 3, ("a", "b", "c", "shop", "shop2")),
        (8, 4, ("c", "shop2")),
        (10, 3, ("a", "c", "shop")),
        (10, 4, ("b", "shop2")),
    )
    for variant in variants
)

"""Apartment blocks of around 1900: a rusticated ground floor, hooded windows, iron balconies, a cornice, a mansard."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.balconies import balconies, railings
from longtail.scenes.assets.buildings.body import REACH_M, rear, set_down
from longtail.scenes.assets.buildings.elevation import WHITE_PAINT, ZINC, Elevation, Window
from longtail.scenes.assets.buildings.palette import PARTY_WALL, PLASTER, PLINTH_STONE, SANDSTONE, WHITE_TRIM
from longtail.scenes.assets.buildings.planes import boxes, plates, rectangles
from longtail.scenes.assets.buildings.roofs import SLATES, chimney, dormers, mansard_profile, party_walls, roof
from longtail.scenes.assets.buildings.shopfronts import Shop, shopfront
from longtail.scenes.geometry.materials import WHITE, Plaster, Principled, Stone, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join

_LENGTH = 12.0
_DEPTH = _LENGTH - REACH_M
_GROUND_M, _STOREY_M, _CORNICE_M, _STEEP_M, _RISE_M = 4.2, 3.4, 0.75, 2.7, 1.0
_FRAMES = (
    WHITE_PAINT,
    WHITE_PAINT,
    Principled(srgb("#4b3a2c"), roughness=0.5),
    Principled(srgb("#3d4a44"), roughness=0.5),
)
# Which shops the houses with shops have below, from right to left along the facade.
_SHOPS: dict[tuple[int, int, str], tuple[str, ...]] = {
    (10, 4, "vienna_shop"): ("HAIR", "DELI"),
    (10, 5, "paris_shop"): ("BAR", "GIFTS"),
    (12, 4, "paris_shop"): ("TOYS", "CAFE"),
    (12, 5, "vienna_shop"): ("OPTIK", "PIZZA"),
    (16, 4, "vienna_shop"): ("GALLERY", "BIKES"),
    (16, 5, "paris_shop"): ("HOTEL", "WINE"),
    (16, 6, "paris_shop"): ("BOOKS", "TEA"),
}


def _eaves(storeys: int) -> float:
    return _GROUND_M + _STOREY_M * (storeys - 1) + _CORNICE_M


def _top(storeys: int) -> float:
    return _eaves(storeys) + _STEEP_M + _RISE_M + 1.2


def apartment(width_m: float, storeys: int, variant: str) -> Mesh:
    """A block; "paris" is of cut stone with balconies along whole floors, "vienna" plastered with white trim,
    the "shop" variants have shops below."""
    rng = np.random.default_rng([int(width_m), storeys, sum(map(ord, variant))])
    stone = variant.startswith("paris")
    wall = Stone(WHITE, tinted=True) if stone else Plaster(WHITE)
    trim = wall if stone else WHITE_TRIM
    face = Elevation(width_m, wall)
    count = max(3, round(width_m / 2.35)) | 1
    bays = face.bays(count, 0.3)
    frame = _FRAMES[int(rng.integers(len(_FRAMES)))]
    wide, tall = min(1.2, width_m / count * 0.52), 2.25
    parts: list[Mesh] = []
    for floor in range(1, storeys):
        base = _GROUND_M + _STOREY_M * (floor - 1)
        grand = floor == 1 or (stone and floor == storeys - 1)
        style = Window(
            frame=frame,
            horizontals=(0.74,) if not stone else (0.3, 0.65),
            surround=trim,
            hood=not grand and floor < 4,
            sill=None if grand else trim,
            inset_m=0.16,
        )
        low = 0.05 if grand else 0.75
        face.windows(rectangles(bays, [base + low], wide, tall if grand else tall - 0.35), style)
        parts += _iron(face, bays, base, wide, floor, storeys, stone, trim, width_m)
    shops = _SHOPS.get((int(width_m), storeys, variant), ())
    _ground_floor(face, bays, shops, frame, wall, width_m, rng)
    top = _eaves(storeys)
    face.band(0.0, top, wall)
    face.ledge(_GROUND_M - 0.3, _GROUND_M - 0.06, 0.12, trim)
    if storeys > 4:
        face.ledge(top - _CORNICE_M - _STOREY_M - 0.14, top - _CORNICE_M - _STOREY_M, 0.08, trim)
    parts += [face.mesh(), _cornice(width_m, top, trim)]
    profile = mansard_profile(_DEPTH, top, _STEEP_M, _RISE_M)
    parts += [
        rear(width_m, _DEPTH, [1.2 + _STOREY_M * k for k in range(storeys)], top, PARTY_WALL, height_m=1.7),
        party_walls(width_m, profile, PARTY_WALL),
        roof(width_m, profile, [SLATES, ZINC, ZINC, SLATES], overhang_m=0.0, thick_m=0.1, trim=ZINC),
        dormers(
            bays[:: 1 if width_m < 12 else 2],
            -0.28,
            top + 0.35,
            width_m=1.0,
            height_m=1.5,
            run_m=1.6,
            cheeks=SLATES if not stone else ZINC,
            style=Window(frame=frame, inset_m=0.07, sill=None),
        ),
        chimney(-_DEPTH * 0.4, width_m / 2 - 0.9, top + _STEEP_M, _top(storeys) - 0.4, pots=3),
        chimney(-_DEPTH * 0.62, -width_m / 2 + 0.9, top + _STEEP_M, _top(storeys) - 0.4, pots=3),
    ]
    return set_down(join(parts), _LENGTH)


def _iron(
    face: Elevation,
    bays: np.ndarray,  # type: ignore[type-arg]
    base_m: float,
    wide_m: float,
    floor: int,
    storeys: int,
    stone: bool,
    trim: Stone | Plaster,
    width_m: float,
) -> list[Mesh]:
    """The balconies of one floor: along the whole front, at single windows, or only a railing before a sill."""
    half = width_m / 2
    if stone and floor in (1, storeys - 1):
        spans = np.array([(-half + 0.25, half - 0.25, base_m)])
        return [balconies(spans, REACH_M, trim, "iron", slab_m=0.2), *_brackets(bays, base_m - 0.2, trim)]
    if not stone and floor in (1, 2) and floor < storeys - 1:
        chosen = bays[len(bays) // 2 : len(bays) // 2 + 1] if floor == 2 else bays[1:-1:2]
        if floor == 1:
            bare = np.array([(y - wide_m / 2, y + wide_m / 2, base_m + 0.05) for y in bays if y not in chosen])
            face.parts.append(railings(bare, -0.06, -0.01, "iron")) if len(bare) else None
        spans = np.array([(y - wide_m / 2 - 0.35, y + wide_m / 2 + 0.35, base_m) for y in chosen])
        return [
            balconies(spans, REACH_M, trim, "iron", slab_m=0.2),
            *_brackets(spans[:, :2].ravel(), base_m - 0.2, trim),
        ]
    if floor == 1:
        face.parts.append(
            railings(np.array([(y - wide_m / 2, y + wide_m / 2, base_m + 0.05) for y in bays]), -0.06, -0.01, "iron")
        )
    return []


def _brackets(spots: np.ndarray, top_m: float, trim: Stone | Plaster) -> list[Mesh]:  # type: ignore[type-arg]
    """Corbels under a balcony, in two steps."""
    low = np.column_stack([np.zeros(len(spots)), spots - 0.09, np.full(len(spots), top_m - 0.22)])
    return [
        boxes(low, low + [0.42, 0.18, 0.22], trim, skip=("back", "top")),
        boxes(low + [0.0, 0.02, -0.22], low + [0.2, 0.16, 0.0], trim, skip=("back", "top")),
    ]


def _ground_floor(
    face: Elevation,
    bays: np.ndarray,  # type: ignore[type-arg]
    shops: tuple[str, ...],
    frame: Principled,
    wall: Stone | Plaster,
    width_m: float,
    rng: np.random.Generator,
) -> None:
    """The portal in the middle bay; beside it rusticated walls with windows, or shops."""
    leaf = Wood(srgb(("#3c2a1d", "#1f3a2c", "#2a2f3a")[int(rng.integers(3))]))
    middle = float(bays[len(bays) // 2])
    portal = face.door(
        middle, 0.17, width_m=1.6, height_m=2.5, fanlight_m=0.7, leaf=leaf, frame=leaf, steps_to_m=REACH_M, inset_m=0.3
    )
    if shops:
        for number, sign in enumerate((-1, 1)):
            ends = sorted((middle + sign * 1.3, sign * (width_m / 2 - 0.35)))
            shopfront(face, Shop(ends[0], ends[1], 3.1, 3.7, shops[number]))
        return
    others = np.array([y for y in bays if abs(y - middle) > 0.1])
    style = Window(frame=frame, horizontals=(0.7,), surround=None, inset_m=0.18, sill=WHITE_TRIM)
    face.windows(rectangles(others, [1.15], 1.15, 2.1), style)
    face.surround(portal, WHITE_TRIM, 0.2)
    # Rustication: courses of stone 40 cm high stand out between sunk joints.
    blocked = face.openings
    face.openings = [*blocked, portal + [[-0.2, 0.0, 0.2, 0.2]]]
    for low in np.arange(0.72, _GROUND_M - 0.7, 0.42):
        face.ledge(float(low), float(low) + 0.37, 0.035, wall)
    face.ledge(0.0, 0.7, 0.07, PLINTH_STONE)
    face.openings = blocked


def _cornice(width_m: float, top_m: float, trim: Stone | Plaster) -> Mesh:
    """Frieze, modillions and a projecting slab."""
    half = width_m / 2
    spots = np.arange(-half + 0.25, half - 0.3, 0.55)
    low = np.column_stack([np.zeros(len(spots)), spots, np.full(len(spots), top_m - 0.38)])
    layers = np.array([(-half, top_m - 0.62, half, top_m - 0.4), (-half, top_m - 0.2, half, top_m - 0.08)])
    return join(
        [
            plates(layers[:1], 0.0, 0.06, trim),
            boxes(low, low + [0.3, 0.16, 0.18], trim, skip=("back", "top")),
            plates(layers[1:], 0.0, 0.4, trim),
            plates(np.array([(-half, top_m - 0.08, half, top_m + 0.04)]), 0.0, 0.5, trim),
        ]
    )


def _asset(width_m: int, storeys: int, variant: str) -> Asset:
    return Procedural(
        f"building/apartment-{width_m}x{storeys}-{variant}",
        "building",
        (_LENGTH, float(width_m), _top(storeys)),
        tags=frozenset({"terraced", "shop"} if variant.endswith("shop") else {"terraced"}),
        tints=SANDSTONE if variant.startswith("paris") else PLASTER,
        recipe=partial(apartment, float(width_m), storeys, variant),
    )


ASSETS: tuple[Asset, ...] = tuple(
    _asset(width, storeys, variant)
    for width, storeys, variants in (
        (10, 4, ("vienna", "vienna_shop")),
        (10, 5, ("paris", "paris_shop")),
        (12, 4, ("vienna", "paris_shop")),
        (12, 5, ("vienna", "vienna_shop", "paris")),
        (16, 4, ("vienna_shop",)),
        (16, 5, ("vienna", "paris_shop")),
        (16, 6, ("paris", "paris_shop")),
    )
    for variant in variants
)

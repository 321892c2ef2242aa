"""Post-war flats: plain plaster, wide windows, loggias in columns, a flat roof."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.balconies import Railing, balconies
from longtail.scenes.assets.buildings.body import REACH_M, rear, set_down
from longtail.scenes.assets.buildings.elevation import ANTHRACITE, GREY_STONE, WHITE_PAINT, Elevation, Window
from longtail.scenes.assets.buildings.palette import CONCRETE, PARTY_WALL, PLASTER, PLINTH_STONE
from longtail.scenes.assets.buildings.planes import Array, boxes, rectangles, reveals, wall
from longtail.scenes.assets.buildings.roofs import flat_roof, party_walls
from longtail.scenes.assets.buildings.shopfronts import Shop, shopfront
from longtail.scenes.geometry.materials import WHITE, Plaster, Principled, Stone, srgb
from longtail.scenes.geometry.mesh import Mesh, join

_LENGTH = 12.0
_DEPTH = _LENGTH - REACH_M
_STOREY_M, _PLINTH_M, _PARAPET_M, _SHOP_M = 2.8, 0.9, 0.75, 3.6
_LOGGIA_M = 0.95
_WALL = Plaster(WHITE)
_PANELS = tuple(
    Principled(srgb(c), roughness=0.7, mottle=0.2) for c in ("#b9b4a6", "#7f93a3", "#b98a5a", "#6f7f6a", "#d9d4c6")
)
# Which shops the houses with shops have below, from right to left along the facade.
_SHOPS: dict[tuple[int, int, str], tuple[str, ...]] = {
    (12, 4, "shop"): ("MARKET", "PHOTO"),
    (16, 4, "shop"): ("KEBAB", "PAINT"),
    (20, 4, "shop"): ("HAIR", "KIOSK"),
}


def _base(shop: bool) -> float:
    return _SHOP_M if shop else _PLINTH_M


def _roof(storeys: int, shop: bool) -> float:
    """Top of the parapet."""
    return _base(shop) + _STOREY_M * (storeys - (1 if shop else 0)) + _PARAPET_M


def _top(storeys: int, shop: bool) -> float:
    """Top of the lift house."""
    return _roof(storeys, shop) - 0.7 + 2.72


def flats(width_m: float, storeys: int, variant: str) -> Mesh:
    """A block; "loggia" has recessed balconies, "balcony" projecting ones, "plain" none, "shop" shops below."""
    rng = np.random.default_rng([int(width_m), storeys, sum(map(ord, variant))])
    shop = variant == "shop"
    face = Elevation(width_m, _WALL)
    frame = (WHITE_PAINT, WHITE_PAINT, ANTHRACITE)[int(rng.integers(3))]
    count = max(3, round(width_m / 3.3))
    bays = face.bays(count, 0.2)
    pitch = (width_m - 0.4) / count
    floors = _base(shop) + _STOREY_M * np.arange(storeys - (1 if shop else 0))
    columns = np.arange(count)
    stairs = count // 2
    open_air = (columns != stairs) & (columns % 2 == (stairs + 1) % 2) if variant != "plain" else columns < 0
    wide = Window(frame=frame, verticals=(0.36,), inset_m=0.14, sill=GREY_STONE)
    face.windows(rectangles(bays[~open_air & (columns != stairs)], floors + 0.9, min(1.7, pitch - 0.9), 1.4), wide)
    face.windows(
        rectangles(bays[stairs : stairs + 1], floors[1:] - 0.35, 1.0, 1.1),
        Window(frame=frame, verticals=(), inset_m=0.14),
    )
    parts: list[Mesh] = []
    if open_air.any():
        panel = _PANELS[int(rng.integers(len(_PANELS)))]
        parts += _open_air(face, bays[open_air], floors, min(3.0, pitch - 0.3), variant == "loggia", frame, panel, rng)
    entrance = float(bays[stairs])
    if shop:
        for number, (low, high) in enumerate(
            ((-width_m / 2 + 0.3, entrance - 1.0), (entrance + 1.0, width_m / 2 - 0.3))
        ):
            shopfront(face, Shop(low, high, 2.8, 3.35, _SHOPS[int(width_m), storeys, variant][number]))
    face.door(
        entrance,
        0.17,
        width_m=1.5,
        height_m=2.15,
        fanlight_m=0.0,
        glazed=True,
        leaf=frame,
        steps_to_m=REACH_M,
        inset_m=0.25,
    )
    canopy = ((0.0, entrance - 1.1, 2.5), (REACH_M, entrance + 1.1, 2.64))
    parts.append(boxes(*canopy, GREY_STONE, skip=("back",)))
    top = _roof(storeys, shop)
    face.band(0.0, top, _WALL)
    if not shop:
        face.ledge(0.0, _PLINTH_M - 0.2, 0.03, PLINTH_STONE)
    line = np.array([(0.0, top), (-_DEPTH, top)])
    parts += [
        face.mesh(),
        rear(width_m, _DEPTH, [float(f) + 0.9 for f in floors], top, _WALL),
        party_walls(width_m, line, PARTY_WALL),
        flat_roof(width_m, _DEPTH, top, PARTY_WALL, seed=int(width_m) + storeys),
    ]
    return set_down(join(parts), _LENGTH)


def _open_air(
    face: Elevation,
    bays: Array,
    floors: Array,
    wide_m: float,
    recessed: bool,
    frame: Principled,
    panel: Principled,
    rng: np.random.Generator,
) -> list[Mesh]:
    """Balconies with a French window behind each, set back into the wall where `recessed`."""
    spots = rectangles(bays, floors, wide_m, 2.45)
    doors = Window(frame=frame, verticals=(0.4,), sill=None, inset_m=0.1, frame_m=0.08)
    parts: list[Mesh] = []
    if recessed:
        face.openings.append(spots)
        face.parts.append(reveals(spots, 0.0, -_LOGGIA_M, _WALL))
        middle = (spots[:, 0] + spots[:, 2]) / 2
        glass = np.column_stack([middle - 1.05, spots[:, 1] + 0.08, middle + 1.05, spots[:, 1] + 2.2])
        inner = [face.glazing(glass, doors), reveals(glass, 0.0, -0.1, _WALL)]
        inner += [wall(spot, glass, _WALL) for spot in spots]
        parts.append(join(inner).moved(x_m=-_LOGGIA_M))
    else:
        face.windows(rectangles(bays, floors + 0.06, 1.9, 2.15), doors)
    spans = np.column_stack([spots[:, 0], spots[:, 2], spots[:, 1]])
    railing: Railing = "glass" if rng.random() < 0.25 else "panel"
    parts.append(balconies(spans, REACH_M, Stone(srgb("#b5b1a8")), railing, panel=panel))
    return parts


def _asset(width_m: int, storeys: int, variant: str) -> Asset:
    shop = variant == "shop"
    return Procedural(
        f"building/flats-{width_m}x{storeys}-{variant}",
        "building",
        (_LENGTH, float(width_m), _top(storeys, shop)),
        tags=frozenset({"terraced", "shop"} if shop else {"terraced"}),
        tints=CONCRETE + PLASTER[:6],
        recipe=partial(flats, float(width_m), storeys, variant),
    )


ASSETS: tuple[Asset, ...] = tuple(
    _asset(width, storeys, variant)
    for width, storeys, variants in (
        (12, 3, ("plain", "balcony")),
        (12, 4, ("balcony", "shop")),
        (16, 3, ("plain",)),
        (16, 4, ("loggia", "plain", "shop")),
        (16, 5, ("balcony",)),
        (20, 4, ("loggia", "shop")),
        (20, 6, ("loggia",)),
    )
    for variant in variants
)

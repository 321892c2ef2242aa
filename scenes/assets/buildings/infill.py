"""New town houses and flats in old gaps: brick or render, tall dark windows, glass balustrades, a flat roof."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.balconies import railings
from longtail.scenes.assets.buildings.body import REACH_M, rear, set_down
from longtail.scenes.assets.buildings.elevation import ANTHRACITE, ZINC, Elevation, Window
from longtail.scenes.assets.buildings.palette import BRICK, PARTY_WALL, PLASTER
from longtail.scenes.assets.buildings.planes import boxes, plates, rectangles
from longtail.scenes.assets.buildings.roofs import flat_roof, party_walls
from longtail.scenes.assets.buildings.shopfronts import Shop, shopfront
from longtail.scenes.geometry.materials import WHITE, Brick, Plaster, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join

_LENGTH = 11.0
_DEPTH = _LENGTH - REACH_M
_GROUND_M, _STOREY_M, _PARAPET_M = 3.4, 3.0, 0.8
_CLADDING = Wood(srgb("#8a6f55"))
# Which shops the houses with shops have below, from right to left along the facade.
_SHOPS: dict[tuple[int, int, str], tuple[str, ...]] = {
    (8, 3, "shop"): ("GALLERY",),
    (10, 4, "shop"): ("BIKES",),
    (12, 5, "shop"): ("DELI",),
}


def _roof(storeys: int) -> float:
    return _GROUND_M + _STOREY_M * (storeys - 1) + _PARAPET_M


def infill(width_m: float, storeys: int, variant: str) -> Mesh:
    """A house; "brick" and "render" name the wall, "shop" is of brick with a shop below."""
    rng = np.random.default_rng([int(width_m), storeys, sum(map(ord, variant))])
    wall = Plaster(WHITE) if variant == "render" else Brick(WHITE, tinted=True)
    face = Elevation(width_m, wall)
    half = width_m / 2
    tall = Window(frame=ANTHRACITE, verticals=(0.5,), inset_m=0.2, sill=ZINC, frame_m=0.06, bar_m=0.05)
    slim = Window(frame=ANTHRACITE, verticals=(), inset_m=0.2, sill=ZINC, frame_m=0.06)
    count = max(2, round(width_m / 3.0))
    bays = face.bays(count, 0.3)
    pitch = (width_m - 0.6) / count
    spans = []
    for floor in range(1, storeys):
        base = _GROUND_M + _STOREY_M * (floor - 1)
        for index, y in enumerate(bays):
            shift = (0.28 if (index + floor) % 2 else -0.28) * (pitch - 1.9)
            wide, low = (1.7, 0.06) if (index + floor) % 2 == 0 else (1.0, 0.06)
            area = rectangles([float(y) + shift], [base + low], wide, 2.3)
            face.windows(area, tall if wide > 1.2 else slim)
            spans.append((area[0, 0], area[0, 2], base + low))
    face.parts.append(railings(np.array(spans), 0.035, 0.04, "glass"))
    door_y = -half + 1.1 if rng.random() < 0.5 else half - 1.1
    side = np.sign(door_y)
    face.door(
        door_y,
        0.12,
        leaf=ANTHRACITE,
        frame=ANTHRACITE,
        fanlight_m=0.3,
        steps_to_m=REACH_M,
        width_m=1.1,
        glazed=storeys > 3,
    )
    face.parts.append(boxes((0.0, door_y - 0.85, 2.66), (REACH_M - 0.1, door_y + 0.85, 2.76), ZINC, skip=("back",)))
    if variant == "shop":
        ends = sorted((-side * (half - 0.35), door_y - side * 0.95))
        shopfront(face, Shop(float(ends[0]), float(ends[1]), 2.7, 3.2, _SHOPS[int(width_m), storeys, variant][0]))
    else:
        # The garage takes the rest of the ground floor: timber slats, the door among them.
        low, high = sorted((-side * (half - 0.5), door_y - side * 1.3))
        face.parts.append(_slats(low, high))
    top = _roof(storeys)
    face.band(0.0, top, wall)
    line = np.array([(0.0, top), (-_DEPTH, top)])
    parts = [
        face.mesh(),
        rear(width_m, _DEPTH, [1.0, *(_GROUND_M + _STOREY_M * k + 0.8 for k in range(storeys - 1))], top, PARTY_WALL),
        party_walls(width_m, line, PARTY_WALL),
        flat_roof(width_m, _DEPTH, top, PARTY_WALL, lift_house=False, seed=int(width_m) + storeys, coping=ANTHRACITE),
    ]
    return set_down(join(parts), _LENGTH)


def _slats(low_m: float, high_m: float) -> Mesh:
    """Upright timber cladding with a wide door hidden in it."""
    count = int((high_m - low_m) / 0.11)
    edges = np.linspace(low_m, high_m, count + 1)
    boards = np.column_stack([edges[:-1] + 0.008, np.full(count, 0.06), edges[1:] - 0.008, np.full(count, 2.7)])
    rim = np.array([(low_m - 0.08, 2.7, high_m + 0.08, 2.8)])
    return join([plates(boards, 0.0, 0.04, _CLADDING), plates(rim, 0.0, 0.07, ANTHRACITE)])


def _asset(width_m: int, storeys: int, variant: str) -> Asset:
    return Procedural(
        f"building/infill-{width_m}x{storeys}-{variant}",
        "building",
        (_LENGTH, float(width_m), _roof(storeys) + 0.06),
        tags=frozenset({"terraced", "shop"} if variant == "shop" else {"terraced"}),
        tints=PLASTER if variant == "render" else BRICK,
        recipe=partial(infill, float(width_m), storeys, variant),
    )


ASSETS: tuple[Asset, ...] = tuple(
    _asset(width, storeys, variant)
    for width, storeys, variants in (
        (6, 3, ("brick",)),
        (8, 3, ("render", "shop")),
        (8, 4, ("brick",)),
        (10, 4, ("render", "shop")),
        (12, 4, ("brick",)),
        (12, 5, ("shop",)),
    )
    for variant in variants
)

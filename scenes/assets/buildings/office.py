"""Offices: a curtain wall of glass and panels, or ribbons of windows between bands of stone, over a glazed lobby."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.body import REACH_M, rear, set_down
from longtail.scenes.assets.buildings.elevation import ANTHRACITE, ZINC, Elevation, Window
from longtail.scenes.assets.buildings.palette import CONCRETE, PARTY_WALL, PLINTH_STONE, SANDSTONE
from longtail.scenes.assets.buildings.planes import boxes, panels, plates, rectangles, reveals
from longtail.scenes.assets.buildings.roofs import flat_roof, party_walls
from longtail.scenes.assets.buildings.shopfronts import Shop, shopfront
from longtail.scenes.geometry.materials import WHITE, Principled, Stone, srgb
from longtail.scenes.geometry.mesh import Mesh, join

_LENGTH = 12.0
_DEPTH = _LENGTH - REACH_M
_LOBBY_M, _STOREY_M, _PARAPET_M = 4.2, 3.5, 0.9
_STONE = Stone(WHITE, tinted=True)
_SPANDRELS = tuple(
    Principled(srgb(c), roughness=0.3, metallic=0.2) for c in ("#3f4b52", "#6f7f86", "#2c3a44", "#8b8f8d")
)
# Which shops the houses with shops have below, from right to left along the facade.
_SHOPS: dict[tuple[int, int, str], tuple[str, ...]] = {
    (16, 4, "shop"): ("PHARMACY", "PHOTO"),
    (20, 5, "shop"): ("OPTIK", "MARKET"),
}


def _roof(storeys: int) -> float:
    return _LOBBY_M + _STOREY_M * (storeys - 1) + _PARAPET_M


def _top(storeys: int) -> float:
    return _roof(storeys) - 0.7 + 2.72


def office(width_m: float, storeys: int, variant: str) -> Mesh:
    """A block; "glass" is a curtain wall, "ribbon" has bands of windows, "grid" deep frames, "shop" shops below."""
    rng = np.random.default_rng([int(width_m), storeys, sum(map(ord, variant))])
    face = Elevation(width_m, _STONE)
    floors = _LOBBY_M + _STOREY_M * np.arange(storeys - 1)
    spandrel = _SPANDRELS[int(rng.integers(len(_SPANDRELS)))]
    half = width_m / 2
    if variant == "glass":
        _curtain(face, floors, half - 0.35, spandrel)
    elif variant == "ribbon":
        count = round((width_m - 0.8) / 1.4)
        pane = (width_m - 0.8) / count
        for floor in floors:
            band = rectangles([0.0], [floor + 0.95], width_m - 0.8, 1.75)
            face.openings.append(band)
            face.parts.append(reveals(band, 0.0, -0.18, ANTHRACITE))
            bays = rectangles(-width_m / 2 + 0.4 + pane * (np.arange(count) + 0.5), [floor + 0.95], pane, 1.75)
            face.parts.append(
                face.glazing(bays, Window(frame=ANTHRACITE, verticals=(), frame_m=0.04, curtains=False), x_m=-0.18)
            )
            face.parts.append(plates(np.array([(-half, floor + 0.87, half, floor + 0.93)]), 0.0, 0.06, ZINC))
    else:
        count = round(width_m / 2.1)
        style = Window(frame=ANTHRACITE, verticals=(0.35,), inset_m=0.32, sill=None, frame_m=0.06, curtains=False)
        face.windows(rectangles(face.bays(count, 0.2), floors + 0.35, (width_m - 0.4) / count - 0.55, 2.75), style)
    _lobby(face, width_m, _SHOPS.get((int(width_m), storeys, variant), ()))
    top = _roof(storeys)
    face.band(0.0, top, _STONE)
    face.ledge(_LOBBY_M - 0.45, _LOBBY_M - 0.15, 0.1, ZINC)
    line = np.array([(0.0, top), (-_DEPTH, top)])
    parts = [
        face.mesh(),
        rear(width_m, _DEPTH, [1.4, *(float(f) + 1.0 for f in floors)], top, PARTY_WALL, height_m=1.6),
        party_walls(width_m, line, PARTY_WALL),
        flat_roof(width_m, _DEPTH, top, PARTY_WALL, seed=3 * int(width_m) + storeys),
    ]
    return set_down(join(parts), _LENGTH)


def _curtain(face: Elevation, floors: np.ndarray, half_m: float, spandrel: Principled) -> None:  # type: ignore[type-arg]
    """Glass from floor to floor between fins of aluminium; panels hide the floor slabs."""
    low, high = float(floors[0]) + 0.1, float(floors[-1]) + _STOREY_M
    whole = np.array([(-half_m, low, half_m, high)])
    face.openings.append(whole)
    face.parts.append(reveals(whole, 0.0, -0.12, ZINC))
    count = round(2 * half_m / 1.35)
    pane = 2 * half_m / count
    middles = -half_m + pane * (np.arange(count) + 0.5)
    glass = rectangles(middles, floors + 0.9, pane, _STOREY_M - 0.9)
    face.parts.append(
        face.glazing(glass, Window(frame=ANTHRACITE, verticals=(), frame_m=0.025, curtains=False), x_m=-0.07)
    )
    solid = np.array([(-half_m, f + (0.1 if f == floors[0] else 0.0), half_m, f + 0.9) for f in floors])
    face.parts.append(panels(solid, -0.07, spandrel))
    edges = -half_m + pane * np.arange(1, count)
    fins = np.column_stack([edges - 0.03, np.full(count - 1, low), edges + 0.03, np.full(count - 1, high)])
    face.parts.append(plates(fins, -0.066, 0.06, ZINC))
    rails = np.array([(-half_m, f + 0.87, half_m, f + 0.93) for f in floors])
    face.parts.append(plates(rails, -0.062, -0.02, ZINC))


def _lobby(face: Elevation, width_m: float, shops: tuple[str, ...]) -> None:
    """Glass doors under a canopy in the middle, big panes or shops on either side, between stone piers."""
    half = width_m / 2
    face.door(
        0.0,
        0.06,
        width_m=2.2,
        height_m=2.5,
        fanlight_m=0.9,
        leaf=ANTHRACITE,
        frame=ANTHRACITE,
        glazed=True,
        steps_to_m=0.0,
        inset_m=0.4,
    )
    face.parts.append(boxes((-0.4, -1.1, 0.0), (0.0, 1.1, 0.06), PLINTH_STONE, skip=("back", "bottom")))
    face.parts.append(boxes((0.0, -1.9, 3.0), (REACH_M, 1.9, 3.16), ZINC, skip=("back",)))
    if shops:
        for number, sign in enumerate((-1, 1)):
            ends = sorted((sign * 2.1, sign * (half - 0.4)))
            shopfront(face, Shop(ends[0], ends[1], 2.95, 3.6, shops[number]))
        return
    style = Window(
        frame=ANTHRACITE, verticals=(), horizontals=(0.75,), inset_m=0.3, sill=None, frame_m=0.05, curtains=False
    )
    for sign in (-1, 1):
        low, high = sorted((sign * 1.7, sign * (half - 0.5)))
        count = max(1, round((high - low) / 1.8))
        pane = (high - low) / count
        whole = np.array([(low, 0.35, high, 3.46)])
        face.openings.append(whole)
        face.parts.append(reveals(whole, 0.0, -0.3, _STONE))
        bays = rectangles(low + pane * (np.arange(count) + 0.5), [0.35], pane, 3.11)
        face.parts.append(face.glazing(bays, style, shop=True))


def _asset(width_m: int, storeys: int, variant: str) -> Asset:
    return Procedural(
        f"building/office-{width_m}x{storeys}-{variant}",
        "building",
        (_LENGTH, float(width_m), _top(storeys)),
        tags=frozenset({"terraced", "shop"} if variant == "shop" else {"terraced"}),
        tints=CONCRETE + SANDSTONE,
        recipe=partial(office, float(width_m), storeys, variant),
    )


ASSETS: tuple[Asset, ...] = tuple(
    _asset(width, storeys, variant)
    for width, storeys, variants in (
        (12, 4, ("glass", "grid")),
        (16, 3, ("ribbon",)),
        (16, 4, ("glass", "shop")),
        (16, 5, ("grid",)),
        (20, 4, ("ribbon", "grid")),
        (20, 5, ("glass", "shop")),
    )
    for variant in variants
)

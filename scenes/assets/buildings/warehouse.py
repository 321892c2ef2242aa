"""Warehouses, workshops and garages: ribbed steel or brick, roller doors, low-pitched roofs."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.body import REACH_M, rear, set_down
from longtail.scenes.assets.buildings.elevation import ANTHRACITE, GREY_STONE, ZINC, Elevation, Window
from longtail.scenes.assets.buildings.palette import BRICK, METAL, PLASTER
from longtail.scenes.assets.buildings.planes import Array, boxes, plates, rectangles, reveals
from longtail.scenes.assets.buildings.roofs import gable_profile, gutter, party_walls, roof
from longtail.scenes.geometry.materials import WHITE, Brick, Material, Plaster, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join

_LENGTH = 12.0
_EAVES_M = 0.2
_DEPTH = _LENGTH - REACH_M - _EAVES_M
_SLOPE = 0.16
_STEEL = Principled((0.8, 0.8, 0.8), roughness=0.45, metallic=0.3, mottle=0.2, tinted=True)
_SHEET = Principled(srgb("#7f8588"), roughness=0.5, metallic=0.4, mottle=0.4)
_DOORS = tuple(
    Principled(srgb(code), roughness=0.5, mottle=0.3) for code in ("#c9c8c1", "#2f4f6b", "#7b8084", "#6b2f27")
)


def _eaves(storeys: int) -> float:
    return 4.6 if storeys == 1 else 7.2


def warehouse(width_m: float, storeys: int, variant: str) -> Mesh:
    """A hall of "steel" or "brick": roller doors below, a band of windows above."""
    rng = np.random.default_rng([int(width_m), storeys, sum(map(ord, variant))])
    wall: Material = _STEEL if variant == "steel" else Brick(WHITE, tinted=True)
    face = Elevation(width_m, wall)
    eaves = _eaves(storeys)
    count = max(2, round(width_m / 4.6))
    bays = face.bays(count, 0.4)
    office = int(rng.integers(count))
    doors = np.array([y for index, y in enumerate(bays) if index != office])
    shut = _DOORS[int(rng.integers(len(_DOORS)))]
    openings = rectangles(doors, [0.0], 3.3, 3.4)
    face.openings.append(openings)
    face.parts += [reveals(openings, 0.0, -0.25, ZINC, floor=False), _roller(openings, shut)]
    y = float(bays[office])
    face.door(y - 0.9, 0.17, leaf=ANTHRACITE, frame=ANTHRACITE, fanlight_m=0.0, steps_to_m=REACH_M)
    style = Window(frame=ANTHRACITE, verticals=(0.5,), inset_m=0.1, sill=GREY_STONE)
    face.windows(rectangles([y + 0.7], [1.1], 1.2, 1.2), style)
    if storeys > 1:
        band = Window(frame=ANTHRACITE, verticals=(0.25, 0.5, 0.75), inset_m=0.1, curtains=False)
        face.windows(rectangles(bays, [4.9], 3.0, 1.2), band)
    face.band(0.0, eaves, wall)
    if variant == "steel":
        face.parts.append(_ribs(face, eaves))
    face.ledge(eaves - 0.3, eaves - 0.05, 0.12, ANTHRACITE)
    face.downpipe(width_m / 2 - 0.12, eaves - 0.2)
    profile = gable_profile(_DEPTH, eaves, _SLOPE * _DEPTH / 2)
    parts = [
        face.mesh(),
        rear(width_m, _DEPTH, [1.6], eaves, wall),
        party_walls(width_m, profile, wall),
        roof(width_m, profile, [_SHEET, _SHEET], overhang_m=_EAVES_M, thick_m=0.15, trim=ANTHRACITE),
        gutter(width_m, _EAVES_M + 0.06, eaves + 0.02),
    ]
    return set_down(join(parts), _LENGTH)


def _ribs(face: Elevation, eaves_m: float) -> Mesh:
    """The trapezoid ribs of the cladding, one every 30 cm, broken at the openings."""
    spots = np.arange(-face.width_m / 2 + 0.15, face.width_m / 2 - 0.1, 0.3)
    holes = face.holes
    areas = []
    for y in spots:
        start = 0.02
        for hole in sorted((h for h in holes if h[0] < y + 0.1 and h[2] > y - 0.1), key=lambda h: float(h[1])):
            if hole[1] - 0.08 > start + 0.05:
                areas.append((y - 0.05, start, y + 0.05, float(hole[1]) - 0.08))
            start = float(hole[3]) + 0.03
        areas.append((y - 0.05, start, y + 0.05, eaves_m - 0.3))
    return plates(np.array(areas), 0.0, 0.035, _STEEL)


def _roller(openings: Array, material: Material) -> Mesh:
    """Roller shutters: slats 20 cm high with shadows between."""
    parts = []
    for y0, z0, y1, z1 in openings:
        rows = np.arange(z0, z1 - 0.05, 0.2)
        low = np.column_stack([np.full(len(rows), -0.3), np.full(len(rows), y0), rows])
        parts.append(boxes(low, low + [0.06, y1 - y0, 0.185], material, skip=("back",)))
        parts.append(plates(np.array([(y0, z0, y1, z1)]), -0.31, -0.29, ANTHRACITE))
    return join(parts)


def garage(width_m: float, variant: str) -> Mesh:
    """A row of lock-up garages with up-and-over doors and a flat lid."""
    wall: Material = Plaster(WHITE) if variant == "plaster" else Brick(WHITE, tinted=True)
    face = Elevation(width_m, wall)
    bays = face.bays(round(width_m / 3.0))
    openings = rectangles(bays, [0.0], 2.45, 2.1)
    face.openings.append(openings)
    face.parts += [reveals(openings, 0.0, -0.12, wall, floor=False)]
    for index, opening in enumerate(openings):
        face.parts.append(_roller(opening[None], _DOORS[index % len(_DOORS)]).moved(x_m=0.16))
    face.band(0.0, 2.6, wall)
    depth = 6.0 - REACH_M
    line = np.array([(0.0, 2.6), (-depth, 2.6)])
    lid = boxes((-depth, -width_m / 2, 2.6), (REACH_M, width_m / 2, 2.78), GREY_STONE)
    back = Elevation(width_m, wall, side=1)
    back.band(0.0, 2.6, wall)
    turned = back.mesh().rotated(2, np.pi).moved(x_m=-depth)
    return set_down(join([face.mesh(), turned, party_walls(width_m, line, wall), lid]), 6.0)


def _hall(width_m: int, storeys: int, variant: str) -> Asset:
    top = _eaves(storeys) + _SLOPE * _DEPTH / 2 + 0.15
    return Procedural(
        f"building/warehouse-{width_m}x{storeys}-{variant}",
        "building",
        (_LENGTH, float(width_m), top),
        tags=frozenset({"industrial"}),
        tints=METAL if variant == "steel" else BRICK,
        recipe=partial(warehouse, float(width_m), storeys, variant),
    )


def _lock_up(width_m: int, variant: str) -> Asset:
    return Procedural(
        f"building/garage-{width_m}x1-{variant}",
        "building",
        (6.0, float(width_m), 2.78),
        tags=frozenset({"industrial"}),
        tints=PLASTER if variant == "plaster" else BRICK,
        recipe=partial(garage, float(width_m), variant),
    )


ASSETS: tuple[Asset, ...] = (
    _hall(16, 1, "steel"),
    _hall(20, 2, "steel"),
    _hall(10, 1, "brick"),
    _hall(16, 2, "brick"),
    _lock_up(6, "plaster"),
    _lock_up(12, "brick"),
)

"""Detached houses: one or two storeys, eaves or gable to the street, windows all round, some with a garage."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.additions import gable_wall, garage_door
from longtail.scenes.assets.buildings.elevation import ANTHRACITE, GREY_STONE, WHITE_PAINT, Elevation, Window
from longtail.scenes.assets.buildings.palette import BRICK, PLASTER, PLINTH_STONE
from longtail.scenes.assets.buildings.planes import boxes, rectangles
from longtail.scenes.assets.buildings.roofs import (
    BROWN_TILES,
    RED_TILES,
    SLATES,
    chimney,
    gable_profile,
    gutter,
    roof,
    skylights,
)
from longtail.scenes.geometry.materials import WHITE, Brick, Plaster, Principled, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join

_LENGTH = 10.0
_EAVES_M, _VERGE_M = 0.45, 0.3
_FLOOR_M, _STOREY_M = 0.34, 2.8
_SLOPE = 0.8
_COVERS = (RED_TILES, BROWN_TILES, SLATES)
_DOORS = tuple(Wood(srgb(code)) for code in ("#4a3524", "#2a3f52", "#5c1f1f", "#e0ddd4"))


def _eaves(storeys: int) -> float:
    return _FLOOR_M + _STOREY_M * storeys + 0.15


def _ridge(width_m: float, storeys: int, gable: bool) -> float:
    across = (width_m - 2 * _EAVES_M) if gable else (_LENGTH - 2 * _EAVES_M)
    return _eaves(storeys) + _SLOPE * across / 2


def _top(width_m: float, storeys: int, gable: bool) -> float:
    return _ridge(width_m, storeys, gable) + 1.22


def detached(width_m: float, storeys: int, variant: str) -> Mesh:
    """One house; "eaves" and "gable" say what faces the street, "brick" and "garage" are variants of "eaves"."""
    rng = np.random.default_rng([int(width_m), storeys, sum(map(ord, variant))])
    gable = variant == "gable"
    wall = Brick(WHITE, tinted=True) if variant == "brick" else Plaster(WHITE)
    # The gable roof is built with its ridge along Y; a gabled front turns the whole house by a quarter.
    long, wide = (width_m, _LENGTH) if gable else (_LENGTH, width_m)
    depth, breadth = long - 2 * _EAVES_M, wide - 2 * _VERGE_M
    eaves = _eaves(storeys)
    frame = (WHITE_PAINT, WHITE_PAINT, ANTHRACITE, Principled(srgb("#6b4a30"), roughness=0.5))[int(rng.integers(4))]
    leaf = _DOORS[int(rng.integers(len(_DOORS)))]
    style = Window(
        frame=frame,
        verticals=(0.5,),
        shutters=Wood(srgb("#4b5f50")) if rng.random() < 0.35 and variant != "brick" else None,
        lintel=GREY_STONE if variant == "brick" else None,
    )
    sills = [_FLOOR_M + 0.9 + _STOREY_M * k for k in range(storeys)]
    cover = _COVERS[int(rng.integers(len(_COVERS)))]
    profile = gable_profile(depth, eaves, _SLOPE * depth / 2)
    parts = [
        roof(
            breadth, profile, [cover, cover], overhang_m=_EAVES_M - 0.06, trim=Wood(srgb("#d2cdc2")), verge_m=_VERGE_M
        ),
        gutter(breadth + 2 * _VERGE_M, _EAVES_M - 0.065, eaves - _SLOPE * _EAVES_M + 0.1),
        gutter(breadth + 2 * _VERGE_M, -depth - _EAVES_M + 0.065, eaves - _SLOPE * _EAVES_M + 0.1),
        chimney(-depth * 0.55, breadth * 0.2, float(profile[1, 1]) - 0.6, float(profile[1, 1]) + 0.82),
        skylights([-breadth * 0.2], profile, 0.5, 0.18, ANTHRACITE),
    ]
    for side in range(4):
        across = breadth if side % 2 == 0 else depth
        face = Elevation(across, wall, side=side)
        street = side == (1 if gable else 0)
        _openings(face, across, street, sills, style, leaf, frame, variant)
        face.ledge(0.0, _FLOOR_M, 0.03, PLINTH_STONE)
        if side % 2:
            peak = eaves + _SLOPE * depth / 2
            face.band(0.0, eaves, wall)
            gable_wall(face, eaves, peak, wall, style)
        else:
            face.band(0.0, eaves, wall)
            face.downpipe(across / 2 - 0.15, eaves - 0.2)
        turned = face.mesh().rotated(2, side * np.pi / 2)
        spot = [(0.0, 0.0), (-depth / 2, breadth / 2), (-depth, 0.0), (-depth / 2, -breadth / 2)][side]
        parts.append(turned.moved(*spot))
    house = join(parts).moved(x_m=depth / 2)
    return house.rotated(2, -np.pi / 2) if gable else house


def _openings(
    face: Elevation,
    across_m: float,
    street: bool,
    sills: list[float],
    style: Window,
    leaf: Wood,
    frame: Principled,
    variant: str,
) -> None:
    """Windows on each storey; on the street side the door, and perhaps a garage door, take bays of the ground floor."""
    reach = _VERGE_M if variant == "gable" else 0.4  # No further than the roof, which sets the footprint.
    count = max(2, round(across_m / (3.0 if street else 3.8)))
    bays = face.bays(count, 0.5)
    face.windows(rectangles(bays, sills[1:], 1.15, 1.3), style) if len(sills) > 1 else None
    ground = list(bays)
    if street:
        door = ground.pop(count // 2)
        face.door(float(door), _FLOOR_M, leaf=leaf, frame=frame, fanlight_m=0.0, steps_to_m=reach)
        face.parts.append(_porch(float(door), reach))
        if variant == "garage":
            y = ground.pop(0)
            garage_door(face, float(y), min(2.5, across_m / count - 0.2))
    face.windows(rectangles(ground, sills[:1], 1.25, 1.3), style)


def _porch(y_m: float, reach_m: float) -> Mesh:
    """A little roof on brackets over the door."""
    wood = Wood(srgb("#5a4632"))
    slab = boxes((0.0, y_m - 0.8, 2.62), (reach_m, y_m + 0.8, 2.74), wood, skip=("back",))
    arms = [
        boxes((0.0, y - 0.04, 2.4), (reach_m - 0.06, y + 0.04, 2.62), wood, skip=("back", "top"))
        for y in (y_m - 0.6, y_m + 0.6)
    ]
    return join([slab, *arms])


def _asset(width_m: int, storeys: int, variant: str) -> Asset:
    gable = variant == "gable"
    return Procedural(
        f"building/detached-{width_m}x{storeys}-{variant}",
        "building",
        (_LENGTH, float(width_m), _top(float(width_m), storeys, gable)),
        tags=frozenset({"detached"}),
        tints=BRICK if variant == "brick" else PLASTER,
        recipe=partial(detached, float(width_m), storeys, variant),
    )


ASSETS: tuple[Asset, ...] = tuple(
    _asset(width, storeys, variant)
    for width, storeys, variants in (
        (8, 1, ("eaves", "gable")),
        (8, 2, ("eaves", "gable", "brick")),
        (10, 1, ("brick", "garage")),
        (10, 2, ("eaves", "gable", "brick", "garage")),
        (12, 1, ("eaves",)),
        (12, 2, ("garage", "brick")),
    )
    for variant in variants
)

"""Which room and which table a draw gives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from longtail.scenes.geometry.interior_materials import TIMBERS, Finish
from longtail.scenes.geometry.materials import Rgb, srgb
from longtail.scenes.scenarios.tabletop.room import WALLS, Room, Window, wall_towards
from longtail.scenes.scenarios.tabletop.support import Furniture

Rng = np.random.Generator

# Hues of paint cards, scaled to the reflectance that is drawn.
_WALLS = tuple(srgb(code) for code in ("#e9e6df", "#eceae6", "#dfe3e2", "#e6dccb", "#cfd6d2", "#d9d2c8", "#c9cfd8"))
_FLOORS: dict[str, tuple[Rgb, ...]] = {
    "parquet": ((1.0, 1.0, 1.0),),
    "tiles": tuple(srgb(code) for code in ("#c9c4ba", "#9a968f", "#d8d4cc", "#6f6e6c", "#b7a48c")),
    "carpet": tuple(srgb(code) for code in ("#7c7a76", "#55606a", "#8f8373", "#4b5149", "#6b5148")),
    "concrete": ((1.0, 1.0, 1.0),),
}
_PLASTICS = tuple(srgb(code) for code in ("#e8e7e3", "#d2d3d2", "#3b3d40", "#8c9296", "#c9bfa9", "#5b7080"))
_BINS = tuple(srgb(code) for code in ("#6d7276", "#2f4f7f", "#8e9498", "#a33228", "#3a3d3f", "#3f6f55"))
_CLOTHS = tuple(srgb(code) for code in ("#e9e4d8", "#8a2f33", "#3d5878", "#7d8f77", "#c8b48a", "#4a4a4d", "#d9d2c4"))
_FLOOR_REFLECTS = {"parquet": 0.22, "tiles": 0.45, "carpet": 0.2, "concrete": 0.38}


def furniture_of(placing: Mapping[str, Any], rng: Rng) -> Furniture:
    """The table, the table with a bin, or the shelf."""
    kind, stuff = placing["support.kind"], placing["support.material"]
    pick, other, tone = rng.random(3)
    variant = ""
    if stuff in ("wood", "cloth"):
        variant = tuple(TIMBERS)[int(pick * len(TIMBERS))]
    elif stuff == "stone":
        variant = ("granite", "marble")[int(pick * 2)]
    rgb: Rgb = (1.0, 1.0, 1.0)
    if stuff == "plastic":
        rgb = _PLASTICS[int((pick if kind == "bin" else other) * len(_PLASTICS))]
    elif stuff == "cloth":
        rgb = _CLOTHS[int(other * len(_CLOTHS))]
        variant = ("plain", "plain", "stripes", "check")[int(tone * 4)]
    bin_rgb = _BINS[int(other * len(_BINS))] if kind == "bin" else (1.0, 1.0, 1.0)
    length, width, height = (float(placing[f"support.{name}_m"]) for name in ("length", "width", "height"))
    if kind == "shelf":
        width, height = width / 2, height + 0.35
    if kind == "bin":
        length, width = max(length, 0.8), max(width, 0.6)
    finish = _finish(placing["support.polish"])
    return Furniture(kind, (length, width, height), stuff, variant, finish, rgb, bin_rgb=bin_rgb)


def _finish(polish: float) -> Finish:
    return "oiled" if polish < 0.4 else "satin" if polish < 0.8 else "polished"


def room_of(placing: Mapping[str, Any], furniture: Furniture, rng: Rng) -> Room:
    """The room around it: the furniture stands at the origin, in the room's middle, near a wall or against it."""
    width, depth, height = (float(placing[f"room.{name}_m"]) for name in ("width", "depth", "height"))
    aside, behind, hue, ground, along, sill, door = rng.random(7)
    half = furniture.size_m[1] / 2
    x = (aside - 0.5) * 0.4 * (width - furniture.size_m[0])
    back = half + 0.009 if furniture.kind == "shelf" else half + 0.1 + behind * (depth / 2 - half)
    low, high = (-width / 2 + x, back - depth), (width / 2 + x, back)
    floor = placing["room.floor"]
    wall = _WALLS[int(hue * len(_WALLS))]
    share = float(placing["room.wall_lightness"]) / (0.2126 * wall[0] + 0.7152 * wall[1] + 0.0722 * wall[2])
    red, green, blue = (min(channel * share, 0.92) for channel in wall)
    floors = _FLOORS[floor]
    bare = Room(
        low, high, height, floor, (red, green, blue), floors[int(ground * len(floors))],
        Window(0, 0.0, 0.9, 1.0, 1.0), 0, _FLOOR_REFLECTS[floor],
    )  # fmt: skip
    azimuth = placing["camera.azimuth_deg"] + 90 + placing["room.window_azimuth_deg"]
    number, at = wall_towards(bare, (0.0, 0.0), math.radians(azimuth))
    wide = min(float(placing["room.window_width_m"]), bare.wall_length_m(number) - 0.3)
    reach = bare.wall_length_m(number) / 2 - wide / 2 - 0.12
    bottom = 0.82 + 0.15 * sill
    window = Window(number, min(max(at, -reach), reach), bottom, wide, min(1.25 + 0.2 * along, height - bottom - 0.2))
    others = [k for k in range(WALLS) if k != number and not (furniture.kind == "shelf" and k == 1)]
    return Room(
        low, high, height, floor, bare.wall_rgb, bare.floor_rgb, window, others[int(door * len(others))],
        bare.floor_reflects,
    )  # fmt: skip

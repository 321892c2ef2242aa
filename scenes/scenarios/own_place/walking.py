"""A place in motion: who walks walks on, weather goes by, and all else stays."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.moment import moving
from longtail.scenes.moving.motion import Motion, Stride
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import joined
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.own_place.obstacles import Obstacles, Standing, union_of
from longtail.scenes.scenarios.own_place.place import Place
from longtail.scenes.scenarios.own_place.words import VIEWPOINT
from longtail.scenes.scene import Placed, Scene

WALKING = "walking"
"""Under which misfits count those who could not go on."""
# Feet come down on a region whose faces lie within this of one height.
_LEVEL_M = 0.01
_CLEAR_M = 0.05
_TRIES = 8


def animator(place: Place) -> Callable[[Scene, Draw, Mapping[str, Asset], float], Scene]:
    """`animate` of a place: people who walk go straight on over their regions, and into nothing, for the whole clip.

    Who finds no way ahead turns to another; who finds none at all stays as they stand.
    """
    obstacles = Obstacles.of(place)
    floors = [_floor(region.triangles_m) for region in place.regions if region.categories != VIEWPOINT]

    def animate(scene: Scene, draw: Draw, assets: Mapping[str, Asset], seconds: float) -> Scene:
        rng, first = draw.stream("clip.walking"), len(place.fixed)
        standing, stays = Standing([], []), 0
        for item in scene.objects[first:]:
            standing.add(_shape(item, assets[item.asset]), item.z_m, item.z_m + assets[item.asset].size_m[2])
        objects: list[Placed] = list(scene.objects)
        ways: list[Motion | None] = [None] * len(objects)
        for number in range(first, len(objects)):
            item, asset = objects[number], assets[objects[number].asset]
            turns, phase = rng.uniform(-math.pi, math.pi, _TRIES - 1), float(rng.random())
            if not isinstance(asset, Procedural) or asset.gait is None:
                continue
            speed = asset.stride_m * asset.strides_s
            length, width, height = asset.size_m
            reach = max(length / 2, 0.36 * asset.stride_m)
            others = standing.without(number - first)
            for heading in (item.heading_rad, *(round(float(turn), 6) for turn in turns)):
                way_m = speed * seconds
                middle = way_m / 2
                swept = footprint(
                    item.x_m + middle * math.cos(heading), item.y_m + middle * math.sin(heading), heading,
                    way_m + 2 * reach, width, _CLEAR_M,
                )  # fmt: skip
                low, high = item.z_m, item.z_m + height
                on = any(abs(z - low) < _LEVEL_M and shapely.covers(shadow, swept) for z, shadow in floors)
                if on and not obstacles.meet(swept, low, high) and not others.meet(swept, low, high):
                    objects[number] = replace(item, heading_rad=heading)
                    path = joined([(max(way_m, 0.1), 0.0)], item.x_m, item.y_m, heading)
                    stride = Stride(asset.stride_m, phase)
                    ways[number] = Motion(path, Pace.steady(speed), heights_m=((0.0, item.z_m),), stride=stride)
                    standing.shapes[number - first] = swept
                    break
            else:
                stays += 1
        misfits = {**scene.departures.misfits, **({WALKING: stays} if stays else {})}
        departures = replace(scene.departures, misfits=misfits)
        return moving(replace(scene, objects=tuple(objects), departures=departures), ways, None)

    return animate


def _floor(triangles_m: NDArray[np.float64]) -> tuple[float, shapely.Geometry]:
    """The height and the shadow of a region; one that is not level has the height of nobody."""
    heights = triangles_m[..., 2]
    level = float(heights.max() - heights.min()) < _LEVEL_M
    shadow = union_of([triangles_m])
    shapely.prepare(shadow)
    return (float(heights.mean()) if level else math.inf), shadow


def _shape(item: Placed, asset: Asset) -> shapely.Polygon:
    return footprint(item.x_m, item.y_m, item.heading_rad, *asset.size_m[:2])

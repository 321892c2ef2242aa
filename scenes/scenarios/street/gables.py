"""Side walls of terraced houses that stand free, at corners and gaps: nobody leaves them bare."""

from __future__ import annotations

import math
import re

import shapely

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.buildings.body import EAVES_M, REACH_M
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.site import Site
from longtail.scenes.scene import Placed

_STOREYS = re.compile(r"^building/.*-\d+x(\d+)-")
_OF_BRICK = "building/terrace"
# Nothing may be built so far before a wall that is to be seen, of which this much in the middle counts.
_CLEAR_M, _LOOKED_AT_M = 2.6, 7.0
_WITH_IVY = 0.2
# Before the wall, so that none of it lies in the wall's plane; ivy hangs over what else is there.
_OFF_M, _IVY_OFF_M = 0.003, 0.025


def dress_gables(site: Site) -> None:
    """Windows, pipes, patches and old paint on side walls that stand free, and ivy on some."""
    rng, plants = site.stream("road.gables"), site.having("vegetation", "ivy")
    built = [item for item in site.objects if "terraced" in site.assets[item.asset].tags]
    tree = shapely.STRtree([_outline(item, site.assets[item.asset]) for item in built])
    for item in built:
        house, found = site.assets[item.asset], _STOREYS.match(item.asset)
        on = "on brick" if item.asset.startswith(_OF_BRICK) else "on plaster"
        choices = site.having("building", "gable", f"{found[1]} storeys", on) if found else ()
        for side in (-1, 1):
            ivy = float(rng.random())
            if not choices or len(tree.query(_before(item, house, side), predicate="intersects")):
                continue
            _hang(site, item, house, side, site.pick(rng, choices), 0.0, _OFF_M)
            if plants and ivy < _WITH_IVY:
                _hang(site, item, house, side, site.pick(rng, plants), float(rng.uniform(-1.2, 1.2)), _IVY_OFF_M)


def _outline(item: Placed, asset: Asset) -> shapely.Polygon:
    return footprint(item.x_m, item.y_m, item.heading_rad, *asset.size_m[:2], -0.1)


def _before(item: Placed, house: Asset, side: int) -> shapely.Polygon:
    """The ground before one side wall, which is the left one where `side` is 1."""
    x, y = _beside(item, 0.0, side * (house.size_m[1] / 2 + 0.2 + _CLEAR_M / 2))
    return footprint(x, y, item.heading_rad, _LOOKED_AT_M, _CLEAR_M)


def _beside(item: Placed, ahead_m: float, left_m: float) -> tuple[float, float]:
    cos, sin = math.cos(item.heading_rad), math.sin(item.heading_rad)
    return item.x_m + ahead_m * cos - left_m * sin, item.y_m + ahead_m * sin + left_m * cos


def _hang(site: Site, item: Placed, house: Asset, side: int, what: Asset, along_m: float, off_m: float) -> None:
    """Stand it `off_m` before the middle of a side wall, `along_m` towards the street."""
    middle = (EAVES_M - REACH_M) / 2 + along_m
    xy = _beside(item, middle, side * (house.size_m[1] / 2 + what.size_m[0] / 2 + off_m))
    # Streams of what is drawn are not touched: it has no tints.
    site.stand(site.stream("road.gables.looks"), what, xy, item.heading_rad + side * math.pi / 2, z_m=item.z_m)

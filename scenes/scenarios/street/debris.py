"""What floods carry along a street and storms leave on it."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.weather import Weather

_TRIES = 8
_REACH_M = 70.0
# Driftwood and boxes in sight (our estimate).
_ADRIFT = 9.0
# Timber and half-filled boxes float with about half of their height under water.
_DRAUGHT = 0.5
_SHALLOW_M = 0.1
# Where the ground rises out of the water nothing lies higher over it than this.
_WASHED_UP_M = 0.25


def strew(site: Site, weather: Weather) -> None:
    """Let debris drift on the water of `weather`, or lie where its storm dropped it."""
    rng = site.stream("objects.debris")
    every = site.having("debris")
    if not every:
        return
    level_m = weather.water_level_m
    if level_m is not None and level_m > _SHALLOW_M:
        _scatter(site, rng, site.having("debris", "floats"), rng.poisson(_ADRIFT), level_m)
    elif weather.strewn_pieces:
        _scatter(site, rng, every, rng.poisson(weather.strewn_pieces))


def _scatter(site: Site, rng: Rng, assets: tuple[Asset, ...], count: int, water_level_m: float | None = None) -> None:
    street = site.street

    def propose() -> bool:
        asset = site.pick(rng, assets)
        s = float(rng.triangular(3.0, 8.0, _REACH_M))
        t = float(rng.uniform(street.facade_m(-1) + 0.5, street.facade_m(1) - 0.5))
        ground = street.ground_m(s, t)
        z, state = ground, "lying"
        xy = street.course.at(s, t)
        if water_level_m is not None:
            over_m = water_level_m - float(street.relief.height_m(xy[0]))
            if over_m < -_WASHED_UP_M:
                return False
            z, state = over_m - _DRAUGHT * asset.size_m[2], "floating"
            if z < ground:  # too shallow to float: it lies on the ground
                z, state = ground, "stranded"
        heading = float(rng.uniform(-np.pi, np.pi))
        return site.place(rng, asset, xy, heading, z_m=z, attributes={"state": state})

    for _ in range(count):
        site.attempt("objects.debris", _TRIES, propose)

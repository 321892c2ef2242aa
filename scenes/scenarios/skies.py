"""Which panorama of the user's own is the sky of a scene, where a config asks for some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.atmosphere.airlight import dense
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.atmosphere.panorama import serves
from longtail.scenes.space.parameters import Parameter
from longtail.scenes.weather import Weather

PATH = "lighting.panorama"
PARAMETER = Parameter(PATH, 0.0, "", 0, 1, "chance of a panorama of your own for a sky that it fits")


def under_panorama(
    light: Light, weather: Weather, assets: Mapping[str, Asset], values: Mapping[str, Any], rng: np.random.Generator
) -> Light:
    """The light with one of the panoramas that fit it for its sky, by the chance of `values`; else as it is.

    Weather that veils the sky, or has one of its own, keeps its own.
    """
    roll, pick = (float(value) for value in rng.random(2))
    veiled = weather.sky_filter != (1.0, 1.0, 1.0) or dense(weather.air)
    if roll >= float(values.get(PATH, 0.0)) or veiled:
        return light
    fit = [a.name for a in assets.values() if isinstance(a, LibraryAsset) and a.sky and serves(a.sky, light)]
    return replace(light, panorama=fit[int(pick * len(fit))]) if fit else light

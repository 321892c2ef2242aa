"""What kinds of weather put into a scene beyond light, air and particles; builders are found by the kind's type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

import bpy

from longtail.annotate.labels.relief import LEVEL, Relief
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.light import Clouds
from longtail.scenes.weather import Weather, WeatherKind


@dataclass(frozen=True, eq=False)
class Effect:
    """One object with a label of its own, not yet linked, whose mesh is in world metres but for its height.

    Attributes:
        category, name: of its label
        water_level_m: the world Z of the water that it brings, None where it brings none
        clouds: the sky that it puts in the place of ordinary clouds
    """

    item: bpy.types.Object
    category: str
    name: str
    water_level_m: float | None = None
    clouds: Clouds | None = None


@singledispatch
def build_effect(
    _part: WeatherKind,
    _weather: Weather,
    _light: Light,
    _centre_m: tuple[float, float],
    _relief: Relief = LEVEL,
) -> Effect | None:
    """What one kind of `weather` builds around world X and Y of the camera, over a relief; most kinds build nothing."""
    return None

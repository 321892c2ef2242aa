"""A small scenario for tests of drawing and configuration: no street, no assets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from longtail.distributions import Choice, LogUniform, Normal, Poisson, Uniform
from longtail.scenes.config.config import Config
from longtail.scenes.config.resolving import resolve
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scene import Scene
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.space import Space

PARAMETERS = (
    Parameter("camera.horizontal_fov_deg", Uniform(50, 90), "deg", 20, 120, "field of view"),
    Parameter("camera.height_m", Normal(1.5, 0.1), "m", 0.5, 4.0, "height"),
    Parameter("lighting.cloud_cover", Uniform(0, 1), "", 0, 1, "clouds"),
    Parameter("lighting.sun_elevation_deg", 30.0, "deg", -90, 90, "sun"),
    Parameter("weather", Choice({"clear": 3, "rain": 1}), choices=("clear", "rain", "fog")),
    Parameter("weather.rain.rate_mm_h", LogUniform(0.5, 50), "mm/h", 0.1, 150, "rain rate"),
    Parameter("road.lanes", Choice([2, 4]), "", 2, 6, "lanes"),
    Parameter("road.junction", Choice([True, False]), choices=(True, False)),
    Parameter("objects.vehicle.count", Poisson(6), "", 0, 60, "vehicles"),
    Parameter("objects.pedestrian.count", Poisson(4), "", 0, 60, "people"),
)
RAIN_HAS_CLOUDS = Rule("lighting.cloud_cover", lambda v: v["weather"] == "rain", 0.75, 1.0, because="rain has clouds")


def _no_scene(*_: Any) -> Scene:
    raise AssertionError("the toy scenario has values and no scenes")


def toy(
    parameters: Sequence[Parameter] = PARAMETERS, rules: Sequence[Rule] = (RAIN_HAS_CLOUDS,)
) -> dict[str, Scenario]:
    """A table of one scenario, "toy"."""
    space = Space(tuple(parameters), tuple(rules))
    return {"toy": Scenario("toy", "for tests", space, _no_scene, scenery=("road", "sky"))}


def config(
    document: Mapping[str, Any] | None = None,
    parameters: Sequence[Parameter] = PARAMETERS,
    rules: Sequence[Rule] = (RAIN_HAS_CLOUDS,),
) -> Config:
    """The toy scenario's configuration with some keys set."""
    return resolve({"scenario": "toy", **(document or {})}, scenarios=toy(parameters, rules))


def id_of(value: object) -> str:
    """A test id that is the same in every process: objects that print as their address go by their type's name."""
    text = repr(value)
    return type(value).__name__ if " at 0x" in text else text

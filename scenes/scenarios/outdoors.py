"""What scenarios under the open sky share: light, weather, air, lens, glass and sensor, and the scene around these."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from longtail.annotate.camera import Camera, Lens
from longtail.distributions import LogUniform, Normal, Uniform
from longtail.scenes.assets.asset import Asset
from longtail.scenes.atmosphere import moon
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.atmosphere.wind import town_wind_m_s
from longtail.scenes.camera import lenses, sensor, soiling
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.camera.soiling import Soiling
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.scenarios import skies
from longtail.scenes.scenarios.recorded import recorded
from longtail.scenes.scenarios.street import above_water
from longtail.scenes.scene import Ground, Placed, Scene
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.space import Space
from longtail.scenes.weather.combinations import drawn_weather, on_glass, outdoor_weather
from longtail.scenes.weather.table import WEATHERS

OPEN_SKY = ("sky", "water", "tornado")
"""The scenery that comes with the sky and its weather."""
OUTDOOR_IMPOSSIBLE = (lenses.FOLDED, lenses.FOLDED_MATRIX, above_water.UNDER_WATER)
"""What no draw of an `outdoor_space` can be rendered with."""

_OUTDOORS = (
    Parameter(lenses.FIELD, Uniform(50, 80), "deg", 20, 120, "between the picture's left and right border"),
    Parameter(above_water.HEIGHT, Uniform(1.2, 2.5), "m", 0.5, 10, "above the ground at 0 m, where floods stand"),
    Parameter("lighting.sun_elevation_deg", Uniform(5, 60), "deg", -90, 90, "below 0 the sun has set"),
    Parameter("lighting.sun_azimuth_deg", Uniform(-180, 180), "deg", -360, 360, "from world X, to its left"),
    Parameter("lighting.cloud_cover", Uniform(0, 1), "", 0, 1, "share of the sky behind clouds"),
    Parameter("lighting.haze", Uniform(0.1, 0.8), "", 0, 1, "aerosol between clean (0) and turbid (1) air"),
    outdoor_weather(),
    Parameter("air.temperature_c", Normal(11, 8, low=-25, high=42), "C", -40, 50, "air temperature"),
    Parameter("air.wind_speed_m_s", LogUniform(0.5, 22), "m/s", 0, 60, "mean wind at 10 m"),
    Parameter("air.wind_direction_deg", Uniform(-180, 180), "deg", -360, 360, "where it blows to, from world X"),
)
# What is not numbered has streams of its own, so that kinds of weather and lenses may come and go.
_SHARED = (
    *lenses.PARAMETERS,
    *moon.PARAMETERS,
    *(parameter for kind in WEATHERS.values() for parameter in kind.PARAMETERS),
    *soiling.PARAMETERS,
    *sensor.PARAMETERS,
    skies.PARAMETER,
)
_RULES = (
    *(rule for kind in WEATHERS.values() for rule in kind.RULES),
    *moon.RULES,
    *soiling.rules(on_glass),
    *above_water.RULES,
)
_FLOOD = "flood"


def outdoor_space(
    *own: Parameter, rules: Sequence[Rule] = (), without: Collection[str] = (), own_heights: bool = False
) -> Space:
    """The space of a scenario under the open sky, with parameters of its `own`, by age: append only.

    One whose path is among those of camera, light, weather, glass or sensor stands in the place of ours. `without`
    names kinds of weather that it never has; where there are no floods, no height of the camera above them is drawn,
    nor with `own_heights`: then its own `rules` keep cameras above the water.
    """
    given = {parameter.path: parameter for parameter in own}
    left_out = {parameter.path for name in without for parameter in WEATHERS[name].PARAMETERS}
    left_out |= {above_water.HEIGHT} if own_heights or _FLOOD in without else set()
    offered = [parameter for parameter in (*_OUTDOORS, *_SHARED) if parameter.path not in left_out]
    ours = {parameter.path: _occurring(parameter, without) for parameter in offered}
    parameters = tuple(given.get(path, parameter) for path, parameter in ours.items())
    added = tuple(parameter for parameter in own if parameter.path not in ours)
    numbered = (parameter.path for parameter in _OUTDOORS if parameter.path in ours)
    ours_not = above_water.RULES if own_heights else ()
    bound = (rule for rule in _RULES if rule.path not in left_out and rule not in ours_not)
    return Space((*added, *parameters), (*bound, *rules), (*numbered, *(parameter.path for parameter in added)))


def _occurring(parameter: Parameter, without: Collection[str]) -> Parameter:
    """The parameter; of the weather's only what is left without these kinds."""
    return outdoor_weather(without) if parameter.path == "weather" and without else parameter


def outdoor_scene(
    draw: Draw,
    lens: Lens,
    ground: Ground,
    camera: Camera,
    objects: Sequence[Placed],
    misfits: Mapping[str, int] | None = None,
    assets: Mapping[str, Asset] | None = None,
) -> Scene:
    """The scene of a draw of an `outdoor_space`, whose one camera has the `lens`.

    `misfits` says what found no place, by what it is: `{"objects": 2}`. With the `assets` that `compose` is offered, a
    panorama of the user's own may be the sky, where a config asks for it.
    """
    values, weather = draw.values, drawn_weather(draw.values)
    light = Light.drawn(values, weather.sun_filter, weather.sky_filter)
    missed = {what: count for what, count in (misfits or {}).items() if count}
    return Scene(
        number=draw.scene,
        parameters=recorded(values, lens),
        ground=ground,
        cameras={"camera": camera},
        light=skies.under_panorama(light, weather, assets or {}, values, draw.stream(skies.PATH)),
        weather=weather,
        objects=tuple(objects),
        wind_m_s=town_wind_m_s(values["air.wind_speed_m_s"], math.radians(values["air.wind_direction_deg"])),
        departures=replace(draw.departures, misfits=missed),
        sensor=Sensor.drawn(values),
        soiling=Soiling.drawn(values),
    )

"""The kinds of weather: one file each, one line here."""

from __future__ import annotations

from scenes.weather.clear import Clear
from scenes.weather.clouds import Clouds
from scenes.weather.condition import Condition
from scenes.weather.dust import Dust
from scenes.weather.flood import Flood
from scenes.weather.fog import Fog
from scenes.weather.hail import Hail
from scenes.weather.mist import Mist
from scenes.weather.overcast import Overcast
from scenes.weather.rain import Rain
from scenes.weather.smoke import Smoke
from scenes.weather.snow import Snow
from scenes.weather.snow_cover import SnowCover
from scenes.weather.tornado import Tornado
from scenes.weather.weather import Weather
from scenes.weather.wind import Wind

WEATHERS: dict[str, type[Condition]] = {
    kind.name: kind
    for kind in (
        Clear,
        Clouds,
        Overcast,
        Rain,
        Fog,
        Mist,
        Snow,
        SnowCover,
        Hail,
        Dust,
        Smoke,
        Wind,
        Flood,
        Tornado,
    )
}

__all__ = [
    "WEATHERS",
    "Clear",
    "Clouds",
    "Condition",
    "Dust",
    "Flood",
    "Fog",
    "Hail",
    "Mist",
    "Overcast",
    "Rain",
    "Smoke",
    "Snow",
    "SnowCover",
    "Tornado",
    "Weather",
    "Wind",
]

"""What weather is and does: a file for each kind, which says all of it, and the table of them (`table`)."""

from __future__ import annotations

from longtail.scenes.weather.clear import Clear
from longtail.scenes.weather.clouds import Clouds
from longtail.scenes.weather.dust import Dust
from longtail.scenes.weather.flood import Flood
from longtail.scenes.weather.fog import Fog
from longtail.scenes.weather.hail import Hail
from longtail.scenes.weather.kind import WeatherKind
from longtail.scenes.weather.mist import Mist
from longtail.scenes.weather.overcast import Overcast
from longtail.scenes.weather.rain import Rain
from longtail.scenes.weather.smoke import Smoke
from longtail.scenes.weather.snow import Snow
from longtail.scenes.weather.snow_cover import SnowCover
from longtail.scenes.weather.tornado import Tornado
from longtail.scenes.weather.weather import Weather
from longtail.scenes.weather.wind import Wind

__all__ = [
    "Clear",
    "Clouds",
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
    "WeatherKind",
    "Wind",
]

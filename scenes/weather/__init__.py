"""The weathers: one file each, one line here."""

from __future__ import annotations

from scenes.weather.clear import Clear
from scenes.weather.fog import Fog
from scenes.weather.overcast import Overcast
from scenes.weather.rain import Rain
from scenes.weather.weather import Weather

WEATHERS: dict[str, type[Weather]] = {kind.name: kind for kind in (Clear, Overcast, Rain, Fog)}

__all__ = ["WEATHERS", "Clear", "Fog", "Overcast", "Rain", "Weather"]

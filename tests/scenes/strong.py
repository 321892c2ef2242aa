"""Kinds of weather as their own strengths show them, so that no test has to list them."""

from __future__ import annotations

import yaml

from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.weather.combinations import drawn_weather
from longtail.scenes.weather.kind import WeatherKind
from longtail.scenes.weather.table import WEATHERS


def strong(name: str) -> WeatherKind:
    """The kind `name` at its high strength, in a draw of the street."""
    strengths = WEATHERS[name].strengths
    high = strengths[2] if strengths else {}
    changes = [f"{path}={yaml.safe_dump(value, default_flow_style=True).strip()}" for path, value in high.items()]
    weather = drawn_weather(draw(load("street", changes, seed=3).asked, 0).values)
    return next(part for part in weather.parts if part.name == name)

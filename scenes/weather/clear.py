"""Fair weather: sun, or stars, and at most broken clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from scenes.parameters import Rule
from scenes.weather.weather import Weather


@dataclass(frozen=True)
class Clear(Weather):
    """No cloud layer in front of the sun."""

    name: ClassVar[str] = "clear"
    summary: ClassVar[str] = "fair weather with a clear sky or scattered clouds"
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "lighting.cloud_cover",
            when=lambda values: values["weather"] == "clear",
            low=0.0,
            high=0.5,
            because="the sky counts as clear up to four oktas",
        ),
    )

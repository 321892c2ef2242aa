"""Broken clouds, with the sun in their gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind


@dataclass(frozen=True)
class Clouds(WeatherKind):
    """Five to seven oktas: the sun still throws shadows, softer and weaker as the gaps close."""

    name: ClassVar[str] = "clouds"
    summary: ClassVar[str] = "broken clouds with sun in the gaps"
    excludes: ClassVar[frozenset[str]] = frozenset({"overcast", "rain", "fog", "snow", "hail", "tornado"})
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "lighting.cloud_cover",
            when=during("clouds"),
            low=0.5,
            high=0.84,
            because="a sky is broken from five to seven oktas (WMO No. 8)",
        ),
    )
    weights: ClassVar[Mapping[str, float]] = {"clouds": 3}
    strengths: ClassVar[Strengths | None] = three(
        "lighting.cloud_cover", (0.52, 0.68, 0.83), {"weather": "clouds"}, DAYLIGHT
    )

"""Fair weather: sun, or stars, and at most scattered clouds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind


@dataclass(frozen=True)
class Clear(WeatherKind):
    """No cloud layer in front of the sun."""

    name: ClassVar[str] = "clear"
    summary: ClassVar[str] = "fair weather with a clear sky or scattered clouds"
    excludes: ClassVar[frozenset[str]] = frozenset({"clouds", "overcast", "rain", "fog", "snow", "hail", "tornado"})
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "lighting.cloud_cover",
            when=during("clear"),
            low=0.0,
            high=0.5,
            because="the sky counts as clear or scattered up to four oktas (WMO No. 8)",
        ),
    )
    weights: ClassVar[Mapping[str, float]] = {"clear": 4}
    strengths: ClassVar[Strengths | None] = three(
        "lighting.cloud_cover", (0.0, 0.2, 0.45), {"weather": "clear"}, DAYLIGHT
    )

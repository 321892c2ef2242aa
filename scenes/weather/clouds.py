"""Broken clouds, with the sun in their gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from longtail.scenes.space.parameters import Rule
from longtail.scenes.weather.condition import Condition, during


@dataclass(frozen=True)
class Clouds(Condition):
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

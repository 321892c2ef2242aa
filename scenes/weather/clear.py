"""Fair weather: sun, or stars, and at most scattered clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from longtail.scenes.space.parameters import Rule
from longtail.scenes.weather.condition import Condition, during


@dataclass(frozen=True)
class Clear(Condition):
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

"""A closed cloud cover, dry ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.scenes.atmosphere.air import AirLayer, extinction
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind


@dataclass(frozen=True)
class Overcast(WeatherKind):
    """Seven oktas or more: flat light, no hard shadows."""

    name: ClassVar[str] = "overcast"
    summary: ClassVar[str] = "closed clouds, flat light, dry ground"
    excludes: ClassVar[frozenset[str]] = frozenset({"rain", "fog", "snow", "hail", "tornado"})
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "lighting.cloud_cover",
            when=during("overcast"),
            low=0.85,
            high=1.0,
            because="overcast means seven oktas or more",
        ),
    )
    weights: ClassVar[Mapping[str, float]] = {"overcast": 3}
    strengths: ClassVar[Strengths | None] = three(
        "lighting.cloud_cover", (0.86, 0.93, 1.0), {"weather": "overcast"}, DAYLIGHT
    )

    @property
    def air(self) -> tuple[AirLayer, ...]:
        return (AirLayer(extinction(15_000.0), 300.0),)

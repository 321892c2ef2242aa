"""A closed cloud cover, dry ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from scenes.parameters import Rule
from scenes.weather.weather import Weather


@dataclass(frozen=True)
class Overcast(Weather):
    """Seven oktas or more: flat light, no hard shadows."""

    name: ClassVar[str] = "overcast"
    summary: ClassVar[str] = "closed clouds, flat light, dry ground"
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "lighting.cloud_cover",
            when=lambda values: values["weather"] == "overcast",
            low=0.85,
            high=1.0,
            because="overcast means seven oktas or more",
        ),
    )

    @property
    def hard_shadows(self) -> bool:
        return False

    @property
    def visibility_m(self) -> float:
        return 15_000.0

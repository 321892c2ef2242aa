"""Strong wind: trees lean, leaves and litter fly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind

_STORM_M_S = 20.0


@dataclass(frozen=True)
class Wind(WeatherKind):
    """`speed_m_s` at 10 m; `direction_deg` is where it blows to.

    That is to the left of the street's heading as drawn, of world X in a scene.
    """

    speed_m_s: float
    direction_deg: float

    name: ClassVar[str] = "wind"
    summary: ClassVar[str] = "strong wind to storm, with leaves and litter in the air"
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "air.wind_speed_m_s",
            when=during("wind"),
            low=11.0,
            because="strong wind begins at 10.8 m/s (Beaufort 6, WMO No. 306)",
        ),
    )
    weights: ClassVar[Mapping[str, float]] = {"clouds+wind": 0.8}
    strengths: ClassVar[Strengths | None] = three(
        "air.wind_speed_m_s", (12.0, 18.0, 28.0), {"weather": "clouds+wind"}, DAYLIGHT
    )

    @property
    def gale_m_s(self) -> float:
        return self.speed_m_s

    @property
    def trees_lean_rad(self) -> float:
        """A crown's drag grows with the square of the speed (our estimate)."""
        return min(0.00028 * self.speed_m_s**2, 0.3)

    @property
    def trees_lean_towards_deg(self) -> float:
        return self.direction_deg

    @property
    def strewn_pieces(self) -> float:
        """A storm of Beaufort 9 and more breaks off branches (our estimate)."""
        return 5.0 if self.speed_m_s > _STORM_M_S else 0.0

    @property
    def walkers(self) -> float:
        return 0.7 if self.speed_m_s < 17 else 0.3

    def turned(self, heading_rad: float) -> Self:
        return replace(self, direction_deg=self.direction_deg + math.degrees(heading_rad))

    @classmethod
    def drawn(cls, values: Mapping[str, Any]) -> Self:
        return cls(values["air.wind_speed_m_s"], values["air.wind_direction_deg"])

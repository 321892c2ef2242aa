"""Fog by its meteorological optical range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from scenes.distributions import LogUniform
from scenes.parameters import Parameter, Rule
from scenes.weather.weather import Weather


@dataclass(frozen=True)
class Fog(Weather):
    """`visibility` in metres is the distance at which a black object's contrast falls to 5 % (WMO No. 8)."""

    visibility: float

    name: ClassVar[str] = "fog"
    summary: ClassVar[str] = "fog from mist to a few dozen metres of sight"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.fog.visibility_m",
            LogUniform(35.0, 800.0),
            unit="m",
            low=15.0,
            high=5000.0,
            doc="meteorological optical range; under 1000 m is fog (WMO)",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "lighting.cloud_cover",
            when=lambda values: values["weather"] == "fog",
            low=0.85,
            high=1.0,
            because="fog has no hard shadows",
        ),
    )

    @property
    def visibility_m(self) -> float:
        return self.visibility

    @property
    def wetness(self) -> float:
        return 0.25

    @property
    def hard_shadows(self) -> bool:
        return False

    @classmethod
    def drawn(cls, values: Mapping[str, Any]) -> Self:
        return cls(values["weather.fog.visibility_m"])

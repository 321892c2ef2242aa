"""Fog by its meteorological optical range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.distributions import LogUniform
from longtail.scenes.atmosphere.air import AirLayer, extinction
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind


@dataclass(frozen=True)
class Fog(WeatherKind):
    """`visibility_m` is the distance at which a black object's contrast falls to 5 % (WMO No. 8)."""

    visibility_m: float

    name: ClassVar[str] = "fog"
    summary: ClassVar[str] = "fog from mist to a few dozen metres of sight"
    excludes: ClassVar[frozenset[str]] = frozenset({"mist", "hail", "dust", "wind", "tornado"})
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
        Rule("lighting.cloud_cover", when=during("fog"), low=0.85, high=1.0, because="fog has no hard shadows"),
        Rule("air.wind_speed_m_s", when=during("fog"), high=3.0, because="wind mixes fog away"),
    )
    weights: ClassVar[Mapping[str, float]] = {"fog": 2}
    strengths: ClassVar[Strengths | None] = three(
        "weather.fog.visibility_m", (500.0, 150.0, 40.0), {"weather": "fog"}, DAYLIGHT
    )
    on_glass: ClassVar[OnGlass] = OnGlass(damp=True)

    @property
    def air(self) -> tuple[AirLayer, ...]:
        """As high as makes dense fog close to opaque upwards, and thin fog a deep veil."""
        return (AirLayer(extinction(self.visibility_m), 90.0 if self.visibility_m < 2_000 else 300.0),)

    @property
    def wetness(self) -> float:
        return 0.25

    @property
    def headlights_on(self) -> bool:
        return True

"""Hail out of a thunderstorm."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.distributions import LogUniform
from longtail.scenes.atmosphere.air import AirLayer, extinction
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind


@dataclass(frozen=True)
class Hail(WeatherKind):
    """`stone_mm` is the median diameter of the stones; `rate_mm_h` the rate of melted water."""

    stone_mm: float
    rate_mm_h: float

    name: ClassVar[str] = "hail"
    summary: ClassVar[str] = "hailstones that fall and lie"
    excludes: ClassVar[frozenset[str]] = frozenset({"dust", "smoke"})
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.hail.stone_mm",
            LogUniform(5.0, 40.0),
            unit="mm",
            low=5.0,
            high=100.0,
            doc="median diameter; hail begins at 5 mm (WMO), severe hail at 25 mm (US National Weather Service)",
        ),
        Parameter(
            "weather.hail.rate_mm_h",
            LogUniform(2.0, 60.0),
            unit="mm/h",
            low=0.5,
            high=200.0,
            doc="rate of melted water",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("lighting.cloud_cover", when=during("hail"), low=0.9, high=1.0, because="hail falls from thunderclouds"),
        Rule("air.temperature_c", when=during("hail"), low=4.0, because="thunderstorms need warm air"),
    )
    weights: ClassVar[Mapping[str, float]] = {"hail": 0.5}
    strengths: ClassVar[Strengths | None] = three(
        "weather.hail.stone_mm", (6.0, 15.0, 35.0), {"weather": "hail"}, DAYLIGHT
    )
    needs_open_sky: ClassVar[bool] = True
    on_glass: ClassVar[OnGlass] = OnGlass(most_drops=math.inf)
    falls: ClassVar[tuple[str, ...]] = ("hail",)

    @property
    def air(self) -> tuple[AirLayer, ...]:
        """Few large bodies hide little; the rain between them does more (as for rain of half the rate)."""
        return (AirLayer(extinction(min(15_000.0, 12_000 * (self.rate_mm_h / 2) ** -0.63)), 300.0, fine=False),)

    @property
    def wetness(self) -> float:
        return 1.0

    @property
    def puddles(self) -> float:
        return 0.35

    @property
    def sky_filter(self) -> Rgb:
        return 0.35, 0.36, 0.38

    @property
    def walkers(self) -> float:
        return 0.1

    @property
    def umbrellas(self) -> float:
        return 0.3

    @property
    def headlights_on(self) -> bool:
        return True

    @property
    def rates_mm_h(self) -> Mapping[str, float]:
        return {"hail": self.rate_mm_h}

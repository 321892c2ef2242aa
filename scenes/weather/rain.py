"""Rain by its rate: wet ground, puddles, haze, darker clouds; streaks, splashes and spray are drawn by the renderer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.distributions import LogUniform, Uniform
from longtail.scenes.atmosphere.air import AirLayer, extinction
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind


@dataclass(frozen=True)
class Rain(WeatherKind):
    """`rate_mm_h` is the rain rate; `soaking` in 0..1 how long it has been raining (how far puddles have filled)."""

    rate_mm_h: float
    soaking: float

    name: ClassVar[str] = "rain"
    summary: ClassVar[str] = "rain from drizzle to cloudburst on a wet, puddled road"
    excludes: ClassVar[frozenset[str]] = frozenset({"mist", "dust"})
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.rain.rate_mm_h",
            LogUniform(0.5, 80.0),
            unit="mm/h",
            low=0.1,
            high=200.0,
            doc="rain rate; under 2.5 is slight, over 50 violent (UK Met Office)",
        ),
        Parameter(
            "weather.rain.soaking",
            Uniform(0.2, 1.0),
            unit="",
            low=0.0,
            high=1.0,
            doc="how far puddles have filled since the rain began",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("lighting.cloud_cover", when=during("rain"), low=0.85, high=1.0, because="rain has clouds"),
        Rule("air.temperature_c", when=during("rain"), low=0.5, because="below freezing it snows"),
    )
    weights: ClassVar[Mapping[str, float]] = {"rain": 3, "rain+wind": 1}
    strengths: ClassVar[Strengths | None] = three(
        "weather.rain.rate_mm_h", (1.0, 12.0, 80.0), {"weather": "rain"}, DAYLIGHT
    )
    needs_open_sky: ClassVar[bool] = True
    on_glass: ClassVar[OnGlass] = OnGlass(most_drops=math.inf, damp=True)
    falls: ClassVar[tuple[str, ...]] = ("rain",)

    @property
    def wetness(self) -> float:
        return 1.0

    @property
    def puddles(self) -> float:
        return min(1.0, 0.25 + 0.75 * self.soaking * min(1.0, 0.45 + self.rate_mm_h / 40))

    @property
    def air(self) -> tuple[AirLayer, ...]:
        """Optical range in rain: extinction 0.25 R^0.63 per km (Atlas, J. Meteorology 10, 1953)."""
        range_m = 1000 * math.log(20) / (0.25 * math.pow(self.rate_mm_h, 0.63))
        return (AirLayer(extinction(min(15_000.0, range_m)), 300.0, fine=False),)

    @property
    def sky_filter(self) -> Rgb:
        """The clouds that rain harder are thicker: a cloudburst's leave a third of overcast (our estimate)."""
        left = 1 / (1 + self.rate_mm_h / 30)
        return left, left, left

    @property
    def walkers(self) -> float:
        return 0.8 if self.rate_mm_h < 2.5 else 0.45

    @property
    def umbrellas(self) -> float:
        return 0.25 if self.rate_mm_h < 1 else 0.6

    @property
    def headlights_on(self) -> bool:
        return True

    @property
    def rates_mm_h(self) -> Mapping[str, float]:
        return {"rain": self.rate_mm_h}

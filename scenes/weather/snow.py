"""Falling snow. What lies on the ground is `snow_cover`."""

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

# Optical range times liquid rate is about constant in falling snow (Rasmussen et al., J. Applied Meteorology 38,
# 1999); this constant puts the bound between moderate and heavy snow, 2.5 mm/h, at the observers' half kilometre.
_RANGE_RATE_M_MM_H = 1250.0


@dataclass(frozen=True)
class Snow(WeatherKind):
    """`rate_mm_h` is the rate of melted water; `flake_mm` the median diameter of the flakes."""

    rate_mm_h: float
    flake_mm: float

    name: ClassVar[str] = "snow"
    summary: ClassVar[str] = "falling snow from flurries to a blizzard's rate"
    excludes: ClassVar[frozenset[str]] = frozenset({"hail", "dust", "smoke", "flood", "tornado"})
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.snow.rate_mm_h",
            LogUniform(0.2, 6.0),
            unit="mm/h",
            low=0.05,
            high=15.0,
            doc="rate of melted water; under 1 is light, over 2.5 heavy snow",
        ),
        Parameter(
            "weather.snow.flake_mm",
            LogUniform(1.5, 9.0),
            unit="mm",
            low=0.5,
            high=30.0,
            doc="median diameter of the flakes, crystals (1 to 3) to aggregates",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("lighting.cloud_cover", when=during("snow"), low=0.85, high=1.0, because="snow has clouds"),
        Rule("air.temperature_c", when=during("snow"), high=1.5, because="snow is cold"),
    )
    weights: ClassVar[Mapping[str, float]] = {"snow": 0.7, "snow+snow_cover": 1.5}
    strengths: ClassVar[Strengths | None] = three(
        "weather.snow.rate_mm_h", (0.4, 1.5, 5.0), {"weather": "snow"}, DAYLIGHT
    )
    needs_open_sky: ClassVar[bool] = True
    on_glass: ClassVar[OnGlass] = OnGlass(most_drops=50, freezes=True, damp=True)
    falls: ClassVar[tuple[str, ...]] = ("snow",)

    @property
    def air(self) -> tuple[AirLayer, ...]:
        return (AirLayer(extinction(min(15_000.0, _RANGE_RATE_M_MM_H / self.rate_mm_h)), 250.0, fine=False),)

    @property
    def wetness(self) -> float:
        return 0.5

    @property
    def walkers(self) -> float:
        return 0.7 if self.rate_mm_h < 1 else 0.4

    @property
    def umbrellas(self) -> float:
        return 0.15

    @property
    def headlights_on(self) -> bool:
        return True

    @property
    def rates_mm_h(self) -> Mapping[str, float]:
        return {"snow": self.rate_mm_h}

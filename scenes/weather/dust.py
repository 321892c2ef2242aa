"""A dust storm: wind-borne soil that hides the street and colours the light."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.distributions import LogUniform, Uniform
from longtail.scenes.atmosphere.air import AirLayer, extinction
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind

_HEIGHT_M = 300.0
# Suspended mineral dust absorbs blue most: single-scattering albedos near 0.99, 0.96 and 0.88 in red, green and blue
# (AERONET desert sites, Dubovik et al., J. Atmospheric Sciences 59, 2002) leave these colours after many scatterings.
_PALE: Rgb = (0.98, 0.82, 0.6)
_RED: Rgb = (0.92, 0.6, 0.36)


@dataclass(frozen=True)
class Dust(WeatherKind):
    """`visibility_m` is the meteorological optical range; `redness` 0 is pale loess, 1 iron-red soil."""

    visibility_m: float
    redness: float

    name: ClassVar[str] = "dust"
    summary: ClassVar[str] = "a dust storm from haze to a wall of sand"
    excludes: ClassVar[frozenset[str]] = frozenset({"overcast", "flood", "tornado", "smoke"})
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.dust.visibility_m",
            LogUniform(50.0, 1500.0),
            unit="m",
            low=15.0,
            high=5000.0,
            doc="meteorological optical range; under 1000 m is a dust storm (WMO)",
        ),
        Parameter(
            "weather.dust.redness",
            Uniform(0.0, 1.0),
            unit="",
            low=0.0,
            high=1.0,
            doc="colour of the soil, pale (0) to iron red (1)",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("air.wind_speed_m_s", when=during("dust"), low=8.0, because="it takes such wind to lift dust"),
        Rule("air.temperature_c", when=during("dust"), low=5.0, because="soil lifts when it is dry and warm"),
        Rule("lighting.haze", when=during("dust"), low=0.7, because="dust fills the air up to great heights"),
    )
    weights: ClassVar[Mapping[str, float]] = {"dust": 1}
    strengths: ClassVar[Strengths | None] = three(
        "weather.dust.visibility_m", (1000.0, 250.0, 60.0), {"weather": "dust"}, DAYLIGHT, {"weather.dust.redness": 0.5}
    )

    @property
    def colour_rgb(self) -> Rgb:
        """The colour of an endless depth of it in white light."""
        r, g, b = ((1 - self.redness) * pale + self.redness * red for pale, red in zip(_PALE, _RED, strict=True))
        return r, g, b

    @property
    def optical_depth(self) -> float:
        """Of the column over the street, for green light."""
        return min(extinction(self.visibility_m) * _HEIGHT_M, 6.0)

    @property
    def air(self) -> tuple[AirLayer, ...]:
        """Grains of micrometres take all colours alike; lidar ratios of desert dust are 40 to 60 sr (from memory)."""
        layer = AirLayer(extinction(self.visibility_m), _HEIGHT_M, self.colour_rgb, angstrom=0.1, lidar_ratio_sr=50.0)
        return (layer,)

    @property
    def sun_filter(self) -> Rgb:
        left = math.exp(-self.optical_depth)
        r, g, b = self.colour_rgb
        return left * r, left * g, left * b

    @property
    def sky_filter(self) -> Rgb:
        """Dust scatters forward: a quarter of what the beam loses is lost to the ground as well (our estimate)."""
        left = math.exp(-0.25 * self.optical_depth)
        r, g, b = (math.sqrt(channel) for channel in self.colour_rgb)
        return left * r, left * g, left * b

    @property
    def walkers(self) -> float:
        return 0.3

    @property
    def headlights_on(self) -> bool:
        return self.visibility_m < 800

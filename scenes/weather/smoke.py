"""Smoke of a wildfire: a haze in the street and a layer overhead that turns daylight orange."""

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

_WAVELENGTHS_UM = (0.61, 0.55, 0.465)
# Fine smoke particles: Angstrom exponent near 1.7 (biomass burning in Dubovik et al., J. Atmos. Sciences 59, 2002).
_ANGSTROM = 1.7
# Shares of the optical depth that diffuse light loses as well. Back-scattering takes all colours; brown carbon absorbs
# the blue. Fitted to look as the orange noon of thick plumes does.
_DIFFUSE_LOSS = (0.3, 0.62, 0.9)


@dataclass(frozen=True)
class Smoke(WeatherKind):
    """`visibility_m` in the street; `optical_depth` of the plume overhead at 550 nm."""

    visibility_m: float
    optical_depth: float

    name: ClassVar[str] = "smoke"
    summary: ClassVar[str] = "wildfire smoke, from a yellow haze to an orange dusk at noon"
    excludes: ClassVar[frozenset[str]] = frozenset({"tornado"})
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.smoke.visibility_m",
            LogUniform(150.0, 5000.0),
            unit="m",
            low=30.0,
            high=15000.0,
            doc="meteorological optical range in the street",
        ),
        Parameter(
            "weather.smoke.optical_depth",
            Uniform(0.5, 4.0),
            unit="",
            low=0.0,
            high=8.0,
            doc="optical depth of the plume overhead at 550 nm",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("lighting.cloud_cover", when=during("smoke"), high=0.4, because="wildfires burn in dry weather"),
        Rule("air.temperature_c", when=during("smoke"), low=8.0, because="wildfires burn in warm weather"),
    )
    weights: ClassVar[Mapping[str, float]] = {"smoke": 1}
    strengths: ClassVar[Strengths | None] = three(
        "weather.smoke.optical_depth",
        (0.8, 2.0, 3.8),
        {"weather": "smoke"},
        DAYLIGHT,
        {"weather.smoke.visibility_m": 900.0},
    )

    @property
    def air(self) -> tuple[AirLayer, ...]:
        """Bluish-white where thin; its body colour shows in endless depth. Lidar ratios of smoke are 40 to 80 sr
        (from memory)."""
        rgb = (0.98, 0.93, 0.84)
        return (AirLayer(extinction(self.visibility_m), 300.0, rgb, angstrom=_ANGSTROM, lidar_ratio_sr=60.0),)

    @property
    def sun_filter(self) -> Rgb:
        red, green, blue = (math.exp(-depth) for depth in self._depths)
        return red, green, blue

    @property
    def sky_filter(self) -> Rgb:
        red, green, blue = (math.exp(-s * d) for s, d in zip(_DIFFUSE_LOSS, self._depths, strict=True))
        return red, green, blue

    @property
    def walkers(self) -> float:
        return 0.6

    @property
    def headlights_on(self) -> bool:
        return self.visibility_m < 800 or self.optical_depth > 2.5

    @property
    def _depths(self) -> tuple[float, float, float]:
        red, green, blue = (self.optical_depth * (w / 0.55) ** -_ANGSTROM for w in _WAVELENGTHS_UM)
        return red, green, blue

"""A flooded street: water at a stated depth over the carriageway."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.distributions import LogUniform, Uniform
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind

# Suspended silt of rivers in flood, and what clear rain water looks like over asphalt.
_SILT: Rgb = (0.235, 0.165, 0.09)
_CLEAR: Rgb = (0.03, 0.04, 0.038)


@dataclass(frozen=True)
class Flood(WeatherKind):
    """`depth_m` over the carriageway, which lies at z = 0; `flow_m_s` along the street; `turbidity_ntu` of it."""

    depth_m: float
    flow_m_s: float
    turbidity_ntu: float

    name: ClassVar[str] = "flood"
    summary: ClassVar[str] = "a flooded street, calm or flowing, clear to brown"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.flood.depth_m",
            LogUniform(0.08, 1.1),
            unit="m",
            low=0.03,
            high=1.4,
            doc="over the carriageway; 0.3 m of moving water carries cars away (US National Weather Service)",
        ),
        Parameter(
            "weather.flood.flow_m_s",
            Uniform(0.0, 1.5),
            unit="m/s",
            low=0.0,
            high=4.0,
            doc="speed of the water along the street",
        ),
        Parameter(
            "weather.flood.turbidity_ntu",
            LogUniform(5.0, 1500.0),
            unit="NTU",
            low=1.0,
            high=5000.0,
            doc="drinking water has under 1, rivers in flood some hundreds to thousands",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("air.temperature_c", when=during("flood"), low=1.0, because="the water is not frozen"),
    )
    weights: ClassVar[Mapping[str, float]] = {"flood": 0.7, "rain+flood": 1}
    strengths: ClassVar[Strengths | None] = three(
        "weather.flood.depth_m", (0.1, 0.35, 0.9), {"weather": "flood"}, DAYLIGHT
    )
    needs_open_sky: ClassVar[bool] = True
    # Vehicles throw the water up.
    on_glass: ClassVar[OnGlass] = OnGlass(most_drops=math.inf, damp=True)

    @property
    def wetness(self) -> float:
        return 0.5

    @property
    def attenuation_1_m(self) -> float:
        """Beam attenuation: the scattering coefficient per metre is about the turbidity in NTU (Kirk, "Light and
        Photosynthesis in Aquatic Ecosystems", 1994)."""
        return max(self.turbidity_ntu, 0.5)

    @property
    def colour_rgb(self) -> Rgb:
        """The water's own colour by diffuse reflection, dark where clear, earth brown where full of silt."""
        silt = 1 - math.exp(-self.turbidity_ntu / 120)
        red, green, blue = ((1 - silt) * c + silt * s for c, s in zip(_CLEAR, _SILT, strict=True))
        return red, green, blue

    @property
    def walkers(self) -> float:
        return 0.45 if self.depth_m < 0.3 else 0.15

    @property
    def water_level_m(self) -> float:
        return self.depth_m

    @property
    def shading(self) -> Mapping[str, float]:
        return {"flooded": 1.0, "water_level_m": self.depth_m, "silt": 1 - math.exp(-self.turbidity_ntu / 300)}

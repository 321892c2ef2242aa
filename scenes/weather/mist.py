"""Mist that lies on the ground on a still, clear night and morning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.distributions import LogUniform, Uniform
from longtail.scenes.atmosphere.air import AirLayer, extinction
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import Strengths, three
from longtail.scenes.weather.kind import WeatherKind

# The layer thins upwards: shares of the extinction that end at these shares of the layer's height.
_STEPS = ((0.4, 0.25), (0.3, 0.5), (0.18, 0.75), (0.12, 1.0))


@dataclass(frozen=True)
class Mist(WeatherKind):
    """A radiation fog with a top: `visibility_m` is the optical range at the ground, `top_m` the height of its top."""

    visibility_m: float
    top_m: float

    name: ClassVar[str] = "mist"
    summary: ClassVar[str] = "a layer of mist over the ground under a clear sky"
    excludes: ClassVar[frozenset[str]] = frozenset({"overcast", "snow", "hail", "dust", "wind", "tornado"})
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.mist.visibility_m",
            LogUniform(20.0, 250.0),
            unit="m",
            low=10.0,
            high=2000.0,
            doc="meteorological optical range near the ground",
        ),
        Parameter(
            "weather.mist.top_m",
            Uniform(1.2, 9.0),
            unit="m",
            low=0.3,
            high=60.0,
            doc="height of the layer; under 2 m it is shallow fog (MIFG, WMO No. 306)",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("lighting.cloud_cover", when=during("mist"), high=0.5, because="the ground cools under a clear sky"),
        Rule("air.wind_speed_m_s", when=during("mist"), high=1.5, because="wind mixes ground mist away"),
        Rule("lighting.sun_elevation_deg", when=during("mist"), high=20.0, because="the sun lifts ground mist"),
    )
    weights: ClassVar[Mapping[str, float]] = {"clear+mist": 0.7}
    strengths: ClassVar[Strengths | None] = three(
        "weather.mist.visibility_m",
        (150.0, 60.0, 25.0),
        {"weather": "clear+mist", "lighting.sun_elevation_deg": 4, "lighting.sun_azimuth_deg": 40},
        {"weather.mist.top_m": 3.0},
    )
    on_glass: ClassVar[OnGlass] = OnGlass(damp=True)

    @property
    def air(self) -> tuple[AirLayer, ...]:
        whole = extinction(self.visibility_m)
        return tuple(AirLayer(share * whole, height * self.top_m) for share, height in _STEPS)

    @property
    def wetness(self) -> float:
        return 0.2

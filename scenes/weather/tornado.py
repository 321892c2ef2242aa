"""A tornado: a funnel of cloud from a storm's dark base to the ground, with soil and debris whirling about its foot."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from typing import ClassVar, Self

from longtail.distributions import LogUniform, Normal, Uniform
from longtail.scenes.atmosphere.air import AirLayer, extinction
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind

# Soils from grey-brown silt to the red clay of the southern Great Plains, as reflectances of the dust they make.
_SILT: Rgb = (0.30, 0.25, 0.195)
_CLAY: Rgb = (0.36, 0.20, 0.125)


@dataclass(frozen=True)
class Tornado(WeatherKind):
    """One tornado, standing on the ground at `distance_m` and `azimuth_deg`.

    `width_m` is the funnel's diameter at the ground, `cloud_base_m` its height. The axis leans by `lean_deg` towards
    `lean_towards_deg` on its way up, and winds the more the larger `sinuosity` (0..1). Both directions are to the left
    of the street's heading as drawn, of world X in a scene.
    `swirl` is the swirl ratio: a low one makes a smooth, laminar funnel, one over 1 a wide and turbulent one.
    `condensed` is the share of its height, from the base down, that is cloud; below it only dust shows the vortex.
    `dust` (0..1) says how much soil it has lifted, `redness` (0..1) of which colour. `visibility_m` is the
    meteorological optical range under the storm.
    """

    distance_m: float
    azimuth_deg: float
    width_m: float
    cloud_base_m: float
    lean_deg: float
    lean_towards_deg: float
    sinuosity: float
    swirl: float
    condensed: float
    dust: float
    redness: float
    visibility_m: float

    name: ClassVar[str] = "tornado"
    summary: ClassVar[str] = "a tornado under a dark storm, from a thin rope to a wedge"
    excludes: ClassVar[frozenset[str]] = frozenset(
        {"clear", "clouds", "overcast", "fog", "mist", "snow", "snow_cover", "dust", "smoke"}
    )
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.tornado.distance_m",
            LogUniform(150.0, 3000.0),
            unit="m",
            low=60.0,
            high=4500.0,
            doc="to its foot; from the end of the street to beyond the town",
        ),
        Parameter(
            "weather.tornado.azimuth_deg",
            Normal(0.0, 14.0, low=-35.0, high=35.0),
            unit="deg",
            low=-180.0,
            high=180.0,
            doc="of its foot, to the left of the street's heading",
        ),
        Parameter(
            "weather.tornado.width_m",
            LogUniform(20.0, 400.0),
            unit="m",
            low=5.0,
            high=1500.0,
            doc="funnel at the ground; paths are some tens of metres wide for weak and some hundreds for violent ones "
            "(Brooks, Weather and Forecasting 19, 2004)",
        ),
        Parameter(
            "weather.tornado.cloud_base_m",
            Normal(850.0, 220.0, low=400.0, high=1500.0),
            unit="m",
            low=200.0,
            high=2500.0,
            doc="height of the storm's base; condensation levels of tornadic supercells are mostly near 1 km "
            "(Thompson et al., Weather and Forecasting 18, 2003)",
        ),
        Parameter(
            "weather.tornado.lean_deg",
            Normal(0.0, 14.0, low=0.0, high=40.0),
            unit="deg",
            low=0.0,
            high=60.0,
            doc="of its axis from the vertical",
        ),
        Parameter(
            "weather.tornado.lean_towards_deg",
            Uniform(-180.0, 180.0),
            unit="deg",
            low=-360.0,
            high=360.0,
            doc="where its top leans, to the left of the street's heading",
        ),
        Parameter("weather.tornado.sinuosity", Uniform(0.0, 1.0), "", 0.0, 1.0, doc="straight (0) to a bent rope (1)"),
        Parameter(
            "weather.tornado.swirl",
            LogUniform(0.15, 2.0),
            unit="",
            low=0.0,
            high=5.0,
            doc="swirl ratio: laminar below about 0.4, several vortices in one from about 1 on "
            "(Church et al., J. Atmospheric Sciences 36, 1979)",
        ),
        Parameter(
            "weather.tornado.condensed",
            Uniform(0.55, 1.25),
            unit="",
            low=0.2,
            high=1.5,
            doc="share of its height that is cloud; from 1 on the funnel touches the ground",
        ),
        Parameter("weather.tornado.dust", Uniform(0.15, 1.0), "", 0.0, 1.0, doc="how much soil it has lifted"),
        Parameter(
            "weather.tornado.redness", Uniform(0.0, 1.0), "", 0.0, 1.0, doc="grey-brown silt (0) to red clay (1)"
        ),
        Parameter(
            "weather.tornado.visibility_m",
            LogUniform(6000.0, 18_000.0),
            unit="m",
            low=500.0,
            high=20_000.0,
            doc="meteorological optical range under the storm",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "lighting.cloud_cover",
            when=during("tornado"),
            low=0.93,
            high=1.0,
            because="a thunderstorm's base covers the sky",
        ),
        Rule("air.wind_speed_m_s", when=during("tornado"), low=9.0, because="a supercell draws in strong wind"),
        Rule("air.temperature_c", when=during("tornado"), low=9.0, because="such thunderstorms need warm, moist air"),
    )
    weights: ClassVar[Mapping[str, float]] = {"tornado": 0.5}
    strengths: ClassVar[Strengths | None] = three(
        "weather.tornado.distance_m",
        (1800.0, 800.0, 300.0),
        {"weather": "tornado", **DAYLIGHT},
        # In the open country before the car, where houses do not hide it.
        {"road.district": "suburb", "weather.tornado.azimuth_deg": -2, "weather.tornado.lean_deg": 6},
        {"weather.tornado.width_m": 90.0, "weather.tornado.condensed": 1.1},
    )
    needs_open_sky: ClassVar[bool] = True
    on_glass: ClassVar[OnGlass] = OnGlass(most_drops=math.inf)

    @property
    def wetness(self) -> float:
        """Showers run ahead of the storm."""
        return 0.35

    @property
    def air(self) -> tuple[AirLayer, ...]:
        """The storm shades the air below it: it glows far less than under an open sky (our estimate)."""
        return (AirLayer(extinction(self.visibility_m), self.cloud_base_m, (0.2, 0.212, 0.206)),)

    @property
    def sky_filter(self) -> Rgb:
        """A thundercloud leaves a fraction of the light of an ordinary overcast (our estimate), and deep clouds of
        water leave it greenish (Bohren & Fraser, "Green thunderstorms", Bulletin of the AMS 74, 1993).
        """
        return 0.30, 0.325, 0.305

    @property
    def walkers(self) -> float:
        return 0.08

    @property
    def headlights_on(self) -> bool:
        return True

    @property
    def dust_rgb(self) -> Rgb:
        """The reflectance of the soil that it whirls up."""
        red, green, blue = ((1 - self.redness) * s + self.redness * c for s, c in zip(_SILT, _CLAY, strict=True))
        return red, green, blue

    @property
    def seed(self) -> int:
        """A number (32 bits) that its small-scale shape is drawn from: the same fields, the same tornado."""
        return int.from_bytes(hashlib.sha256(repr(astuple(self)).encode()).digest()[:4], "big")

    def turned(self, heading_rad: float) -> Self:
        turn_deg = math.degrees(heading_rad)
        return replace(self, azimuth_deg=self.azimuth_deg + turn_deg, lean_towards_deg=self.lean_towards_deg + turn_deg)

    def foot_m(self, eye_m: tuple[float, float]) -> tuple[float, float]:
        """World X and Y of its foot, seen from `eye_m`."""
        angle = math.radians(self.azimuth_deg)
        return eye_m[0] + self.distance_m * math.cos(angle), eye_m[1] + self.distance_m * math.sin(angle)

    @property
    def strewn_pieces(self) -> float:
        """Our estimate."""
        return 14.0

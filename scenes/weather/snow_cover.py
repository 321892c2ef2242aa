"""Snow that lies: on the ground, on roofs, on what is parked, with the tracks of those who drove through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.distributions import LogUniform, Uniform
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three
from longtail.scenes.weather.kind import WeatherKind


@dataclass(frozen=True)
class SnowCover(WeatherKind):
    """`depth_cm` on untouched ground; `tracks` in 0..1 how far traffic has worn the lanes free."""

    depth_cm: float
    tracks: float

    name: ClassVar[str] = "snow_cover"
    summary: ClassVar[str] = "lying snow with tyre tracks"
    excludes: ClassVar[frozenset[str]] = frozenset({"hail", "dust", "flood", "tornado"})
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "weather.snow_cover.depth_cm",
            LogUniform(1.0, 30.0),
            unit="cm",
            low=0.2,
            high=60.0,
            doc="depth on untouched level ground",
        ),
        Parameter(
            "weather.snow_cover.tracks",
            Uniform(0.0, 1.0),
            unit="",
            low=0.0,
            high=1.0,
            doc="wear of the lanes: 0 untouched, 1 bare wheel tracks",
        ),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("air.temperature_c", when=during("snow_cover"), high=4.0, because="snow melts away above"),
    )
    weights: ClassVar[Mapping[str, float]] = {"snow_cover": 1.3}
    strengths: ClassVar[Strengths | None] = three(
        "weather.snow_cover.depth_cm", (1.5, 6.0, 25.0), {"weather": "clear+snow_cover"}, DAYLIGHT
    )
    needs_open_sky: ClassVar[bool] = True
    on_glass: ClassVar[OnGlass] = OnGlass(freezes=True)

    @property
    def wetness(self) -> float:
        return 0.6

    @property
    def walkers(self) -> float:
        return 0.7

    @property
    def shading(self) -> Mapping[str, float]:
        """Four centimetres hide what is below; less leaves gaps."""
        return {"snow_lies": 1.0, "snow": min(1.0, 0.26 + self.depth_cm / 10), "snow_tracks": self.tracks}

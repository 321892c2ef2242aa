"""Snow that lies: on the ground, on roofs, on what is parked, with the tracks of those who drove through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from longtail.distributions import LogUniform, Uniform
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.weather.condition import Condition, during


@dataclass(frozen=True)
class SnowCover(Condition):
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

    @property
    def wetness(self) -> float:
        return 0.6

    @property
    def walkers(self) -> float:
        return 0.7

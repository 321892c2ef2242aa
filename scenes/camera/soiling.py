"""What is on the glass in front of the lens: raindrops, dirt, dust, frost, condensation.

The glass is a windscreen or a camera's cover. A camera that focuses far away sees whatever lies on it out of focus: its
entrance pupil, projected onto the glass, is the disc over which it averages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from longtail.distributions import Beta, Choice, LogUniform, Uniform
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import DAYLIGHT, Strengths, three

_TEMPERATURE = "air.temperature_c"
# Glass that radiates to a cold sky frosts in air that is a little above freezing.
_FROST_BELOW_C = 2.0
# Windows fog up where the air outside is cooler than the dew point inside (our estimate).
_FOGGING_BELOW_C = 12.0
# A share that cannot be seen in an 8-bit picture.
UNSEEN = 0.002

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "lens.glass_m", LogUniform(0.05, 0.35), "m", 0.01, 2.0, "from the lens to the glass that drops and dirt are on"
    ),
    Parameter(
        "lens.drops.count",
        Choice({0: 8, 5: 1, 12: 1, 25: 1.2, 50: 1.2, 90: 1.2, 150: 1, 250: 0.6, 400: 0.2}),
        "",
        0,
        2000,
        "raindrops in view on the glass",
    ),
    Parameter("lens.drops.diameter_mm", LogUniform(1.2, 3.5), "mm", 0.2, 15.0, "median diameter of drops on the glass"),
    Parameter("lens.drops.spread", Uniform(1.3, 1.9), "", 1.0, 3.0, "geometric standard deviation of the diameters"),
    Parameter("lens.dirt.cover", Beta(0.06, 14.0), "", 0, 1, "share of the view behind mud and specks of dirt"),
    Parameter("lens.dust.cover", Beta(0.15, 12.0), "", 0, 1, "share of the light that a film of dust scatters"),
    Parameter(
        "lens.frost.cover", Beta(0.12, 2.5), "", 0, 1, "share of the view behind frost, from the borders inwards"
    ),
    Parameter("lens.condensation.cover", Beta(0.06, 4.0), "", 0, 1, "share of the view behind fogged glass"),
)


@dataclass(frozen=True)
class Drops:
    """`count` drops in view; diameters are log-normal: median `diameter_mm`, geometric standard deviation `spread`."""

    count: int = 0
    diameter_mm: float = 2.2
    spread: float = 1.6


@dataclass(frozen=True)
class Soiling:
    """What is on the glass `glass_m` in front of a lens.

    `dirt`, `frost` and `condensation` are the shares of the view that they cover, `dust` is the share of the light that
    the film scatters; all in 0..1, and 0 is clean.
    """

    drops: Drops = field(default_factory=Drops)
    dirt: float = 0.0
    dust: float = 0.0
    frost: float = 0.0
    condensation: float = 0.0
    glass_m: float = 0.15

    @property
    def clean(self) -> bool:
        """Whether nothing that could be seen is on the glass."""
        return not self.drops.count and max(self.dirt, self.dust, self.frost, self.condensation) < UNSEEN

    @classmethod
    def drawn(cls, values: Mapping[str, Any]) -> Self:
        """The soiling of one draw of PARAMETERS; clean where the space declares none."""
        if "lens.glass_m" not in values:
            return cls()
        return cls(
            Drops(int(values["lens.drops.count"]), values["lens.drops.diameter_mm"], values["lens.drops.spread"]),
            values["lens.dirt.cover"],
            values["lens.dust.cover"],
            values["lens.frost.cover"],
            values["lens.condensation.cover"],
            values["lens.glass_m"],
        )


@dataclass(frozen=True)
class OnGlass:
    """What a weather does to the glass.

    Attributes:
        most_drops: that it leaves in view: none where it is dry, few where flakes melt, without end where it rains or
            vehicles throw up spray; then it washes dust off, too
        freezes: whether it is so cold that glass frosts
        damp: whether it fogs up glass that is not cold
    """

    most_drops: float = 0.0
    freezes: bool = False
    damp: bool = False

    def __or__(self, other: Self) -> Self:
        """Both at once."""
        most = max(self.most_drops, other.most_drops)
        return type(self)(most, self.freezes or other.freezes, self.damp or other.damp)

    @property
    def streams(self) -> bool:
        """Whether water runs down the glass."""
        return math.isinf(self.most_drops)


def rules(on_glass: Callable[[Mapping[str, Any]], OnGlass]) -> tuple[Rule, ...]:
    """What binds PARAMETERS where `on_glass` says of drawn values what their weather does.

    Where no temperature is drawn, a weather that freezes tells that it is cold.
    """

    def cooler(values: Mapping[str, Any], than_c: float) -> bool:
        return float(values.get(_TEMPERATURE, 20.0)) <= than_c

    return (
        Rule("lens.drops.count", lambda v: on_glass(v).most_drops == 0, high=0, because="the glass is dry"),
        Rule(
            "lens.drops.count",
            when=lambda v: 0 < on_glass(v).most_drops < math.inf,
            high=lambda v: on_glass(v).most_drops,
            because="few flakes melt on the glass",
        ),
        Rule("lens.dust.cover", lambda v: on_glass(v).streams, high=0.08, because="rain washes dust off"),
        Rule(
            "lens.frost.cover",
            when=lambda v: not cooler(v, _FROST_BELOW_C) and not on_glass(v).freezes,
            low=0.0,
            high=0.0,
            because="frost needs cold glass",
        ),
        Rule(
            "lens.condensation.cover",
            when=lambda v: not cooler(v, _FOGGING_BELOW_C) and not on_glass(v).damp,
            low=0.0,
            high=0.0,
            because="glass fogs up in cold or damp air",
        ),
    )


STRENGTHS: Mapping[str, Strengths] = {
    "lens.drops": three(
        "lens.drops.count", (8, 40, 120), {"weather": "rain", **DAYLIGHT, "weather.rain.rate_mm_h": 4.0}
    ),
    "lens.dirt": three("lens.dirt.cover", (0.02, 0.1, 0.35), {"weather": "clouds", **DAYLIGHT}),
    "lens.dust": three("lens.dust.cover", (0.1, 0.35, 0.8), {"weather": "clear", **DAYLIGHT}),
    "lens.frost": three("lens.frost.cover", (0.1, 0.35, 0.8), {"weather": "clear+snow_cover", **DAYLIGHT}),
    "lens.condensation": three("lens.condensation.cover", (0.15, 0.45, 0.9), {"weather": "overcast", **DAYLIGHT}),
}
"""What may be on the glass, each in a weather that lets it be there."""

"""What a frame was taken in: its weather, air, light and water, each a number that pictures can be chosen by."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Conditions:
    """The conditions of one frame. None stands for what nobody stated, or what is not there (a flood's level).

    Attributes:
        weather: the weather's name, "rain+flood"
        visibility_m: meteorological optical range: the path that leaves 5 % of a light beam (WMO-No. 8, chapter 9)
        illuminance_lux: on the horizontal ground, from sun, sky, moon and lamps as far as the renderer counts them
        rain_rate_mm_h: depth of water that falls in an hour
        snow_rate_mm_h: the same of falling snow, melted
        water_level_m: Z of a flood's undisturbed surface in the world frame; None where there is no flood
    """

    weather: str | None = None
    visibility_m: float | None = None
    illuminance_lux: float | None = None
    rain_rate_mm_h: float | None = None
    snow_rate_mm_h: float | None = None
    water_level_m: float | None = None

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if name == "weather" or value is None:
                continue
            if not math.isfinite(value):
                raise ValueError(f"conditions {name}: expected a finite number or None, got {value}")
            if value < 0 and name != "water_level_m":
                raise ValueError(f"conditions {name}: expected 0 or more, got {value}")

    def to_json(self) -> dict[str, Any]:
        """Every condition by name, null where it is not stated."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Conditions:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        return cls(
            weather=None if data["weather"] is None else str(data["weather"]),
            **{name: None if data[name] is None else float(data[name]) for name in _NUMBERS},
        )


_NUMBERS = ("visibility_m", "illuminance_lux", "rain_rate_mm_h", "snow_rate_mm_h", "water_level_m")

"""What a frame was taken in: its weather, air, light and water, each a number that pictures can be chosen by."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_RATE = "_rate_mm_h"
# Stated in every record, as null where nobody knows, so that tables made of records have these columns.
_ALWAYS = ("rain", "snow")


@dataclass(frozen=True)
class Conditions:
    """The conditions of one frame. None stands for what nobody stated, or what is not there (a flood's level).

    Attributes:
        weather: the weather's name, "rain+flood"
        visibility_m: meteorological optical range: the path that leaves 5 % of a light beam (WMO-No. 8, chapter 9)
        illuminance_lux: on the horizontal ground, from sun, sky, moon and lamps as far as the renderer counts them
        water_level_m: Z of a flood's undisturbed surface in the world frame; None where there is no flood
        rates_mm_h: depth of water that falls in an hour, melted where it is frozen, by what falls: {"rain": 12.0}; in
            JSON each has a key of its own, `rain_rate_mm_h`
    """

    weather: str | None = None
    visibility_m: float | None = None
    illuminance_lux: float | None = None
    water_level_m: float | None = None
    rates_mm_h: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name, value in self._numbers():
            if value is None:
                continue
            if not math.isfinite(value):
                raise ValueError(f"conditions {name}: expected a finite number or None, got {value}")
            if value < 0 and name != "water_level_m":
                raise ValueError(f"conditions {name}: expected 0 or more, got {value}")

    def _numbers(self) -> Iterator[tuple[str, float | None]]:
        yield "visibility_m", self.visibility_m
        yield "illuminance_lux", self.illuminance_lux
        for what in (*_ALWAYS, *sorted(self.rates_mm_h.keys() - set(_ALWAYS))):
            yield what + _RATE, self.rates_mm_h.get(what)
        yield "water_level_m", self.water_level_m

    def to_json(self) -> dict[str, Any]:
        """Every condition by name, null where it is not stated."""
        return {"weather": self.weather, **dict(self._numbers())}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Conditions:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        numbers = {name: None if value is None else float(value) for name, value in data.items() if name != "weather"}
        rates = {name: numbers.pop(name) for name in list(numbers) if name.endswith(_RATE)}
        if missing := [what + _RATE for what in _ALWAYS if what + _RATE not in rates]:
            raise KeyError(missing[0])
        return cls(
            weather=None if data["weather"] is None else str(data["weather"]),
            visibility_m=numbers.pop("visibility_m"),
            illuminance_lux=numbers.pop("illuminance_lux"),
            water_level_m=numbers.pop("water_level_m"),
            rates_mm_h={name.removesuffix(_RATE): rate for name, rate in rates.items() if rate is not None},
        )

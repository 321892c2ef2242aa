"""The weather of one scene: one kind, or several that nature lets occur together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

from longtail.occurrence import joined
from longtail.scenes.atmosphere.air import AirLayer, optical_range_m
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.weather.kind import WHITE, WeatherKind

Kind = TypeVar("Kind", bound=WeatherKind)


@dataclass(frozen=True)
class Weather:
    """`parts` in the order of the table of weathers, none indoors. What the parts do to the scene adds up."""

    parts: tuple[WeatherKind, ...] = ()

    @property
    def name(self) -> str:
        """The parts' names joined by "+", as configs spell it."""
        return joined(part.name for part in self.parts)

    def turned(self, heading_rad: float) -> Weather:
        """The same with its directions, which were drawn against `heading_rad`, counted from world X."""
        return Weather(tuple(part.turned(heading_rad) for part in self.parts))

    def get(self, kind: type[Kind]) -> Kind | None:
        """The part of this kind, None where it does not occur."""
        return next((part for part in self.parts if isinstance(part, kind)), None)

    @property
    def wetness(self) -> float:
        return max((part.wetness for part in self.parts), default=0.0)

    @property
    def puddles(self) -> float:
        return max((part.puddles for part in self.parts), default=0.0)

    @property
    def shading(self) -> Mapping[str, float]:
        """What shaders of the ground read of it, by the names of `scenes.blender.shader_inputs.ShaderInputs`."""
        own = {name: value for part in self.parts for name, value in part.shading.items()}
        return {"wetness": self.wetness, "puddles": self.puddles, **own}

    @property
    def rates_mm_h(self) -> Mapping[str, float]:
        """What falls, by its name, as depth of (melted) water in an hour."""
        total: dict[str, float] = {}
        for part in self.parts:
            for name, rate in part.rates_mm_h.items():
                total[name] = total.get(name, 0.0) + rate
        return total

    @property
    def water_level_m(self) -> float | None:
        return max((part.water_level_m for part in self.parts if part.water_level_m is not None), default=None)

    @property
    def gale_m_s(self) -> float | None:
        return max((part.gale_m_s for part in self.parts if part.gale_m_s is not None), default=None)

    @property
    def trees_lean(self) -> tuple[float, float]:
        """(radians, degrees counter-clockwise from world X) of the kind that bends trees most."""
        return max(((part.trees_lean_rad, part.trees_lean_towards_deg) for part in self.parts), default=(0.0, 0.0))

    @property
    def strewn_pieces(self) -> float:
        return max((part.strewn_pieces for part in self.parts), default=0.0)

    @property
    def air(self) -> tuple[AirLayer, ...]:
        return tuple(layer for part in self.parts for layer in part.air)

    @property
    def visibility_m(self) -> float:
        """Meteorological optical range at a driver's eye."""
        return optical_range_m(self.air)

    @property
    def sun_filter(self) -> Rgb:
        return product(part.sun_filter for part in self.parts)

    @property
    def sky_filter(self) -> Rgb:
        return product(part.sky_filter for part in self.parts)

    @property
    def walkers(self) -> float:
        return min((part.walkers for part in self.parts), default=1.0)

    @property
    def umbrellas(self) -> float:
        return max((part.umbrellas for part in self.parts), default=0.0)

    @property
    def headlights_on(self) -> bool:
        return any(part.headlights_on for part in self.parts)


def product(colours: Iterable[Rgb]) -> Rgb:
    """The product by channel; white where there is none."""
    return reduce(lambda a, b: (a[0] * b[0], a[1] * b[1], a[2] * b[2]), colours, WHITE)

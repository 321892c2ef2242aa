"""What every kind of weather is: a name, its own parameters, what it asks of the world, and what it does to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from longtail.scenes.atmosphere.air import AirLayer
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.space.parameters import Parameter, Rule

WHITE: Rgb = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Condition:
    """Base of all kinds of weather. A kind declares its PARAMETERS below `weather.<name>.` and the RULES of nature.

    Several kinds may occur together, as in "rain+flood"; `excludes` names those that cannot join this one.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    excludes: ClassVar[frozenset[str]] = frozenset()
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = ()
    RULES: ClassVar[tuple[Rule, ...]] = ()

    @property
    def wetness(self) -> float:
        """0..1, how wet surfaces under the open sky are."""
        return 0.0

    @property
    def puddles(self) -> float:
        """0..1, how far puddles have grown."""
        return 0.0

    @property
    def air(self) -> tuple[AirLayer, ...]:
        """The layers of haze that it puts into the air."""
        return ()

    @property
    def sun_filter(self) -> Rgb:
        """What the direct beam keeps on its way down, by channel."""
        return WHITE

    @property
    def sky_filter(self) -> Rgb:
        """What the light of the sky keeps, by channel."""
        return WHITE

    @property
    def walkers(self) -> float:
        """Share of the usual number of people who are out on foot."""
        return 1.0

    @property
    def umbrellas(self) -> float:
        """Share of the people on foot who carry one open (our estimate)."""
        return 0.0

    @property
    def headlights_on(self) -> bool:
        """Whether every driver switches on the headlights, even by day."""
        return False

    def turned(self, heading_rad: float) -> Self:  # noqa: ARG002
        """The same with its directions, which were drawn against `heading_rad`, counted from world X."""
        return self

    @classmethod
    def drawn(cls, values: Mapping[str, Any]) -> Self:
        """The condition of one draw; fields take the values of the parameters of the same name."""
        prefix = f"weather.{cls.name}."
        return cls(**{p.path.removeprefix(prefix): values[p.path] for p in cls.PARAMETERS})


def during(name: str) -> Callable[[Mapping[str, Any]], bool]:
    """A rule's `when`: whether the kind `name` is part of the drawn weather."""
    return lambda values: name in str(values["weather"]).split("+")

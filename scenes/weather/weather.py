"""What every weather is: a name, its own parameters, what it asks of the light, and how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from scenes.parameters import Parameter, Rule


@dataclass(frozen=True)
class Weather:
    """Base of all weathers. A kind declares its PARAMETERS below `weather.<name>.` and the RULES that nature imposes.

    wetness      0..1, how wet surfaces are
    puddles      0..1, how far puddles have grown
    visibility_m meteorological optical range (WMO: contrast of a black object falls to 5 %)
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = ()
    RULES: ClassVar[tuple[Rule, ...]] = ()

    @property
    def wetness(self) -> float:
        return 0.0

    @property
    def puddles(self) -> float:
        return 0.0

    @property
    def visibility_m(self) -> float:
        return 30_000.0

    @property
    def hard_shadows(self) -> bool:
        """Whether the sun can cast shadows with edges."""
        return True

    @property
    def walkers(self) -> float:
        """Share of the usual number of people who are out on foot."""
        return 1.0

    @classmethod
    def drawn(cls, values: Mapping[str, Any]) -> Self:
        """The weather of one draw; fields take the values of the parameters of the same name."""
        prefix = f"weather.{cls.name}."
        return cls(**{p.path.removeprefix(prefix): values[p.path] for p in cls.PARAMETERS})

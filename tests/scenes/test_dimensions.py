"""Scenes keep their values for ever: what is added anywhere moves nothing that was there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest

from longtail.distributions import LogUniform, Normal, Uniform
from longtail.scenes.config.config import Config
from longtail.scenes.config.resolving import resolve
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.street.dimensions import DIMENSIONS
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.space import Space
from longtail.scenes.weather.kind import WeatherKind

PINNED = 113
DIGEST = "6727cf78353cbd27566bb9056ebb46361e1ed9a8c08f2b9571a1a7977a699c1f"


@dataclass(frozen=True)
class Drizzle(WeatherKind):
    """A weather that might be added: two parameters and a rule for one that is there."""

    rate_mm_h: float
    drop_mm: float

    name: ClassVar[str] = "drizzle"
    summary: ClassVar[str] = "fine, dense rain"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("weather.drizzle.rate_mm_h", LogUniform(0.1, 1.0), "mm/h", 0.05, 2.0, "rain rate"),
        Parameter("weather.drizzle.drop_mm", Uniform(0.2, 0.5), "mm", 0.1, 0.5, "median diameter"),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("lighting.cloud_cover", when=during("drizzle"), low=0.85, because="drizzle has clouds"),
    )


COEFFICIENT = Parameter("camera.brown_conrady.s1", Normal(0.0, 0.01), "", -0.1, 0.1, "of a thin prism")


def grown() -> Scenario:
    """The street with that weather in the middle of the others, and one more coefficient in the middle of a lens."""
    added: Mapping[str, Iterable[Parameter]] = {
        "weather.fog.visibility_m": Drizzle.PARAMETERS,
        "camera.brown_conrady.p1": (COEFFICIENT,),
    }
    parameters: list[Parameter] = []
    for parameter in STREET.space.parameters:
        parameters += [*added.get(parameter.path, ()), parameter]
    return replace(STREET, space=Space(tuple(parameters), (*Drizzle.RULES, *STREET.space.rules), DIMENSIONS))


def asked(scenario: Scenario, **keys: Any) -> Config:
    return resolve({"scenario": "street", "seed": 11, **keys}, scenarios={"street": scenario})


NEW = {*(parameter.path for parameter in Drizzle.PARAMETERS), COEFFICIENT.path}


@pytest.mark.parametrize(
    ("scenes", "keys"),
    [
        (1000, {}),
        (60, {"correlations": [["weather.fog.visibility_m", "lighting.cloud_cover", -0.5]]}),
        (60, {"quotas": {"weather": {"fog": 0.5}}, "require": ["weather.fog.visibility_m < 300"]}),
    ],
    ids=["alone", "correlated", "with quotas"],
)
def test_a_weather_and_a_lens_coefficient_move_nothing(scenes: int, keys: dict[str, Any]) -> None:
    before, after = asked(STREET, **keys), asked(grown(), **keys)
    for index in range(scenes):
        old, new = draw(before.asked, index), draw(after.asked, index)
        assert {path: value for path, value in new.values.items() if path not in NEW} == old.values
        assert new.values.keys() - old.values.keys() == NEW
        assert new.departures == old.departures


def test_what_is_added_is_drawn_as_declared() -> None:
    config = asked(grown())
    values = [draw(config.asked, index).values for index in range(200)]
    rates = [value["weather.drizzle.rate_mm_h"] for value in values]
    assert len(set(rates)) == 200
    assert sum(rate < 0.316 for rate in rates) == pytest.approx(100, abs=30)


def test_dimensions_only_grow() -> None:
    """A path's place in this list is its coordinate of every scene of every seed that anyone has rendered."""
    found = hashlib.sha256("\n".join(DIMENSIONS[:PINNED]).encode()).hexdigest()
    assert found == DIGEST, (
        f"the first {PINNED} of the street's DIMENSIONS were moved, renamed or taken out, which changes every scene of "
        "every seed: put them back as they were, and append what is new at the end"
    )
    assert len(set(DIMENSIONS)) == len(DIMENSIONS)

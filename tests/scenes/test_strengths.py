"""The three strengths of every condition are valid, differ, and cover the table of weathers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from longtail.scenes.config.loading import load
from longtail.scenes.config.strengths import STRENGTHS, scenes_of
from longtail.scenes.config.variants import read_variants
from longtail.scenes.drawing.plan import Plan
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.space.strengths import STRENGTH_WORDS
from longtail.scenes.weather.table import WEATHERS
from tests.scenes import worlds


def test_every_weather_is_shown() -> None:
    assert WEATHERS.keys() <= STRENGTHS.keys()


@pytest.mark.parametrize("name", STRENGTHS)
def test_a_strength_pins_what_is_drawn(name: str) -> None:
    config = load("street")
    space = config.scenario.space
    variants = read_variants(scenes_of(space, {name: STRENGTHS[name]}), space)
    config = replace(config, plan=Plan(variants))
    drawn = [draw(config.asked, index) for index in range(3)]
    for number, (pins, seen) in enumerate(zip(STRENGTHS[name], drawn, strict=True)):
        assert seen.picture.variant == f"{name}, {STRENGTH_WORDS[number]}"
        assert {path: seen.values[path] for path in pins} == pytest.approx(dict(pins))
        assert not seen.departures.clamped
        assert not seen.departures.rejected
    assert len({str(seen.values) for seen in drawn}) == 3


def test_a_space_shows_what_it_has() -> None:
    """The toy has clouds, a sun, rain with a rate and fog without a visibility."""
    space = worlds.config().scenario.space
    shown = scenes_of(space)
    assert {str(scene["name"]).partition(",")[0] for scene in shown} == {"clear", "rain", "low_sun", "twilight"}
    assert len(read_variants(shown, space)) == len(shown) == 12


def test_a_space_without_weather_shows_light_alone() -> None:
    parameters = tuple(p for p in worlds.PARAMETERS if not p.path.startswith("weather"))
    space = worlds.config(parameters=parameters, rules=()).scenario.space
    assert {str(scene["name"]).partition(",")[0] for scene in scenes_of(space)} == {"low_sun", "twilight"}

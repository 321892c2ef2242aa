"""The three strengths of every condition are valid, differ, and cover the table of weathers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from longtail.scenes.config.config import load
from longtail.scenes.config.strengths import STRENGTH_WORDS, STRENGTHS, scenes_of
from longtail.scenes.config.variants import read_variants
from longtail.scenes.drawing.plan import Plan
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.weather import WEATHERS


def test_every_weather_is_shown() -> None:
    assert WEATHERS.keys() <= STRENGTHS.keys()


@pytest.mark.parametrize("name", STRENGTHS)
def test_a_strength_pins_what_is_drawn(name: str) -> None:
    config = load("street")
    variants = read_variants(scenes_of({name: STRENGTHS[name]}), config.scenario.space)
    config = replace(config, plan=Plan(variants))
    drawn = [draw(config.asked, index) for index in range(3)]
    for number, (pins, seen) in enumerate(zip(STRENGTHS[name], drawn, strict=True)):
        assert seen.picture.variant == f"{name}, {STRENGTH_WORDS[number]}"
        assert {path: seen.values[path] for path in pins} == pytest.approx(dict(pins))
        assert not seen.departures.clamped
        assert not seen.departures.rejected
    assert len({str(seen.values) for seen in drawn}) == 3

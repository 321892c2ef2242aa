"""Statements that must hold: a small, safe language, and scenes that are drawn until they do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from longtail.annotate.errors import ConfigError
from longtail.distributions import Choice, Normal, Uniform
from longtail.scenes.atmosphere.light_presets import LIGHT_STATEMENTS, part_of_day
from longtail.scenes.config.loading import load
from longtail.scenes.config.require import read_require
from longtail.scenes.config.resolving import resolve
from longtail.scenes.drawing.sampling import _cells, _coordinates, _Siblings, _values, draw
from longtail.scenes.scenarios.table import SCENARIOS
from longtail.scenes.space.parameters import Rule
from longtail.statements.evaluating import holds
from tests.scenes.worlds import RAIN_HAS_CLOUDS, config

STREET = SCENARIOS["street"]
FOGGY: dict[str, Any] = {"weather": "fog", "weather.fog.visibility_m": 60.0, "lighting.sun_elevation_deg": -3.0,
                         "road.parking": "both", "road.junction": True, "objects.vehicle.count": 4}  # fmt: skip
CLEAR = {**FOGGY, "weather": "clear"}


@pytest.mark.parametrize(
    ("text", "foggy", "clear"),
    [
        ("weather.fog.visibility_m < 100 or lighting.sun_elevation_deg > 0", True, True),
        ("weather.fog.visibility_m >= 100", False, True),
        ("not weather.fog.visibility_m < 100", False, True),
        ("weather.fog.visibility_m >= 100 or lighting.sun_elevation_deg > 0", False, True),
        ("weather.fog.visibility_m >= 100 and lighting.sun_elevation_deg > 0", False, False),
        ("present(weather.fog) and weather.fog.visibility_m < 100", True, False),
        ("present(weather.fog.visibility_m)", True, False),
        ("'fog' in weather", True, False),
        ('"fog" not in weather and weather == "clear"', False, True),
        ("road.parking in ('left', 'both') and road.junction", True, True),
        ("road.junction == true and road.junction != false", True, True),
        ("-20 < lighting.sun_elevation_deg < 0 < objects.vehicle.count <= 4", True, True),
        ("min(weather.fog.visibility_m, 30, objects.vehicle.count) == 5", False, True),
        ("max(1, abs(lighting.sun_elevation_deg)) * 2 + 1 - 7 / 1 == 0", True, True),
        ("objects.vehicle.count / (lighting.sun_elevation_deg + 3) > 0", True, True),
        ("fog", True, False),
        ("dusk and not (rain or flood)", True, True),
        ("day or low_sun or night", False, False),
    ],
)
def test_what_statements_mean(text: str, foggy: bool, clear: bool) -> None:
    (statement,) = read_require(text, STREET.space)
    assert (holds(statement, FOGGY), holds(statement, CLEAR)) == (foggy, clear)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("camera.height_m > 'x'", "a number and a word"),
        ("camera.heigt_m > 1", "did you mean camera.height_m"),
        ("camera.height_m", "expected a statement that is true or false, got a number"),
        ("camera.height_m and true", "expected a statement that is true or false, got 'camera.height_m', a number"),
        ("weather + 1 > 2", "expected a number, got 'weather', a word"),
        ("weather < 'fog'", "expected == or != between words"),
        ("weather == 'rian'", "did you mean rain"),
        ("'fogg' in weather", "did you mean fog"),
        ("1 in weather", "expected 'fog' in weather"),
        ("road.parking == 'lefft'", "did you mean left"),
        ("present(weather.foog)", "did you mean weather.fog"),
        ("present(camera.height_m)", "expected present"),
        ("mix(1, 2) > 1", "did you mean min"),
        ("abs(1, 2) > 1", r"expected abs\(a\)"),
        ("2 ** 99 > 1", r"got '2 \*\* 99'"),
        ("1 <", "invalid syntax"),
        ("", "invalid syntax"),
        ("1 is 1", "expected <, <=, >, >=, ==, != or in"),
        ("1e999 > 1", "expected a number, a word in quotes, true or false, got inf"),
        ("9" * 400 + " > 1", "expected"),
        ("x" * 2000, "at most 1000 characters, got 2000"),
        ("(" * 300 + "1" + ")" * 300 + " > 0", "nest"),
        ("not " * 240 + "true", "."),
        ("camera.height_m > 1\0", "expected a statement in plain text|null bytes|expected a statement"),
        ("weather.fog.visibility_m.real > 1", "expected the path of a parameter"),
        ("camera.size_px > 1", "a setting of the whole run"),
        ("[c for c in ()] == 1", "expected parameters, numbers"),
        ("(lambda: true)()", "expected one of the functions"),
        ("().__class__ == 1", "expected a parameter's path"),
        ("__import__('os').system('true') == 0", "expected one of the functions"),
        ("f'{1}' == 'a'", "expected parameters, numbers"),
        ("(x := 1) > 0", "expected parameters, numbers"),
        ("foog", "did you mean fog"),
        ("fog > 1", "a truth and a number"),
        ("count(person) > 1", "what is seen is not known before there is a picture"),
        ("not flag(floating)", "quality is scored when there is a picture"),
    ],
    ids=lambda value: str(value)[:50].replace("\0", "NUL"),
)
def test_one_line_for_what_is_no_statement(text: str, said: str) -> None:
    if text.startswith("not not"):
        assert read_require(text, STREET.space)
        return
    with pytest.raises(ValueError, match=said) as caught:
        read_require([text], STREET.space)
    assert len(str(caught.value)) < 500
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("elevation_deg", [-90, -6.01, -6, -0.01, 0, 0.01, 10, 10.01, 90])
def test_a_light_holds_where_records_call_it_so(elevation_deg: float) -> None:
    values = {**CLEAR, "lighting.sun_elevation_deg": elevation_deg}
    found = [word for word in LIGHT_STATEMENTS if holds(read_require(word, STREET.space)[0], values)]
    assert found == [part_of_day(elevation_deg)]


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(ValueError):
        read_require(text, STREET.space)


def test_scenes_are_drawn_until_all_hold() -> None:
    text = "weather.rain.rate_mm_h < 5 or lighting.cloud_cover < 0.5"
    asked = config({"require": [text]})
    drawn = [draw(asked.asked, i) for i in range(300)]
    assert all(holds(text, d.values) for d in drawn)
    rejected = [sum(d.departures.rejected.values()) for d in drawn]
    assert 0 < sum(rejected) < 600
    free = [draw(config().asked, i).values for i in range(300)]
    for d, count, values in zip(drawn, rejected, free, strict=True):
        # A scene that was accepted at once is the one that would have been drawn without.
        assert (count == 0) is holds(text, values)
        if not count:
            assert d.values == values


def test_rejection_leaves_the_conditional_distribution() -> None:
    asked = config({"require": "camera.horizontal_fov_deg < 60"})
    values = [draw(asked.asked, i).values for i in range(1000)]
    assert stats.kstest([v["camera.horizontal_fov_deg"] for v in values], stats.uniform(50, 10).cdf).pvalue > 0.01
    assert stats.kstest([v["lighting.cloud_cover"] for v in values if v["weather"] == "clear"], "uniform").pvalue > 0.01


def test_pinned_leaves_stay_pinned_and_draws_stay_pure() -> None:
    asked = config({"camera.height_m": 2, "require": "camera.horizontal_fov_deg < 55", "seed": 5})
    assert {draw(asked.asked, i).values["camera.height_m"] for i in range(30)} == {2.0}
    assert [draw(asked.asked, i) for i in range(9)] == [draw(asked.asked, i) for i in reversed(range(9))][::-1]


def test_statements_hold_in_every_variant() -> None:
    asked = config({"variants": ["clear", "rain"], "require": ["lighting.cloud_cover < 0.9"]})
    for i in range(60):
        assert draw(asked.asked, i).values["lighting.cloud_cover"] < 0.9
        assert draw(asked.asked, i).placing == draw(asked.asked, i - i % 2).placing


def test_quotas_hold_under_statements() -> None:
    asked = load("street", ["quotas={weather: {fog: 0.2}}", "require=[weather.fog.visibility_m <= 100]"])
    values = [draw(asked.asked, i).values for i in range(200)]
    assert sum("fog" in str(v["weather"]).split("+") for v in values) == 40
    assert all(v["weather.fog.visibility_m"] <= 100 for v in values if "fog" in str(v["weather"]).split("+"))


def test_what_never_holds_is_named_before_anything_is_rendered() -> None:
    with pytest.raises(ConfigError, match=r"require: 'camera.height_m > 3' held in none of 1,000 draws of scene 0"):
        load("street", ["require=[camera.height_m > 3]"])
    with pytest.raises(ConfigError, match="--set require: require: expected a list of statements"):
        load("street", ["require=3"])


def test_statements_have_one_spelling() -> None:
    made = config({"require": ["camera.height_m>1.0", "camera.height_m   > 1.0"]})
    assert made.require == ("camera.height_m > 1.0",)
    again = resolve(json.loads(json.dumps(made.to_json(), sort_keys=True)), scenarios={"toy": made.scenario})
    assert (again, again.digest) == (made, made.digest)
    assert made.digest != config().digest


RULED = Rule("road.lanes", lambda v: v["lighting.cloud_cover"] > 0.9 and v["camera.height_m"] > 1.5, high=2)
SETTINGS: dict[str, list[Any]] = {
    "weather": ["rain", "clear", Choice(["rain", "fog"])],
    "lighting.cloud_cover": [0.2, 0.95, Uniform(0.5, 1)],
    "camera.height_m": [1.2, 1.8, Normal(1.5, 0.2)],
    "road.lanes": [2, 5],
    "objects.vehicle.count": [3, 7],
}


@given(
    pictures=st.lists(st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in SETTINGS.items()})),
    scene=st.integers(0, 50),
)
@settings(max_examples=60)
def test_siblings_have_the_values_that_each_would_have_alone(pictures: list[dict[str, Any]], scene: int) -> None:
    asked = config({"quotas": {"road.lanes": {2: 0.5}}}, rules=(RAIN_HAS_CLOUDS, RULED)).asked
    u, cells = _coordinates(asked, scene, 0), _cells(asked, scene)
    siblings = _Siblings(asked, u, cells)
    for picture in pictures:
        assert siblings.values(picture) == _values(asked, u, cells, picture)[0]


def test_a_large_grid_is_worked_out_once_for_what_rules_read() -> None:
    """90,000 pictures of a scene: some hundred ways through the rules, and as many evaluations of a rule."""
    asked: list[str] = []

    def counted(values: Mapping[str, Any]) -> bool:
        asked.append(values["weather"])
        return False

    counting = Rule("road.lanes", counted, high=2)
    heights, covers = [0.5 + i / 100 for i in range(300)], [i / 300 for i in range(300)]
    made = config(
        {
            "require": ["camera.height_m >= 0.5"],
            "sweep": {"camera.height_m": heights, "lighting.cloud_cover": covers},
        },
        rules=(RAIN_HAS_CLOUDS, counting),
    )
    assert made.plan.pictures_per_scene == 90_000
    assert draw(made.asked, 89_999).scene == draw(made.asked, 3).scene == 0
    assert len(asked) < 1_000

"""The kinds of weather: which occur together, what rules of the world they obey, what they do to light and air."""

from __future__ import annotations

import math
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.errors import ConfigError
from longtail.scenes.atmosphere.air import AirLayer, extinction, optical_range_m, transmission
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.weather import Dust, Fog, Mist, Rain, Smoke, Snow, Weather, WeatherKind
from longtail.scenes.weather.combinations import ALLOWED, canonical, drawn_weather
from longtail.scenes.weather.table import WEATHERS

SINGLE = [word for word in ALLOWED if "+" not in word]


@cache
def street_in(word: str, seed: int) -> Config:
    return load("street", [f"weather={word}"], seed=seed)


def drawn(word: str, index: int, seed: int = 5) -> tuple[Weather, dict[str, object]]:
    values = dict(draw(street_in(word, seed).asked, index).values)
    return drawn_weather(values), values


@pytest.mark.parametrize("name", WEATHERS)
def test_a_kind_says_what_it_is_and_can_be_asked_for(name: str) -> None:
    kind = WEATHERS[name]
    assert kind.name == name in SINGLE
    assert kind.summary
    assert kind.excludes <= WEATHERS.keys() - {name}
    for parameter in kind.PARAMETERS:
        assert parameter.path.startswith(f"weather.{name}.")
        assert parameter.doc
    assert all(rule.because for rule in kind.RULES)


@pytest.mark.parametrize("name", WEATHERS)
def test_what_a_kind_does_stays_in_range(name: str) -> None:
    for index in range(30):
        weather, _ = drawn(name, index)
        (part,) = weather.parts
        assert isinstance(part, WeatherKind)
        for share in (weather.wetness, weather.puddles, weather.walkers):
            assert 0 <= share <= 1
        for colour in (weather.sun_filter, weather.sky_filter, *(layer.albedo_rgb for layer in weather.air)):
            assert all(0 <= channel <= 1 for channel in colour)
        assert 0 < weather.visibility_m <= 30_000


def test_kinds_exclude_each_other_both_ways() -> None:
    for a, b in combinations(WEATHERS, 2):
        impossible = b in WEATHERS[a].excludes or a in WEATHERS[b].excludes
        assert (f"{a}+{b}" in ALLOWED) is not impossible


@given(st.sampled_from(ALLOWED), st.randoms(use_true_random=False))
def test_the_order_of_kinds_means_nothing(word: str, random: object) -> None:
    names = word.split("+")
    random.shuffle(names)  # type: ignore[attr-defined]
    assert canonical("+".join(names)) == word


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("clear+rain", "clear excludes rain"),
        ("rian", "did you mean rain"),
        ("rain+rain", "every kind of weather once"),
        ("rain+smoke+wind+snow_cover+flood", "can occur together|at most 4"),
        ("", "expected kinds of weather"),
    ],
)
def test_an_impossible_weather_is_refused(word: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("+", r"\+")):
        load("street", [f"weather='{word}'"])


def test_weights_of_combinations_may_be_spelled_in_any_order() -> None:
    config = load("street", ["weather={choice: {flood+rain: 1, clear: 2}}"])
    assert {draw(config.asked, i).values["weather"] for i in range(50)} == {"clear", "rain+flood"}


def test_the_world_holds_together() -> None:
    """Snow is cold, rain has clouds and is not frozen, fog needs little wind, a storm is windy."""
    config = load("street", seed=2)
    seen = set()
    for index in range(3000):
        values = draw(config.asked, index).values
        kinds = set(values["weather"].split("+"))
        seen |= kinds
        temperature, wind, cover = (
            values[path] for path in ("air.temperature_c", "air.wind_speed_m_s", "lighting.cloud_cover")
        )
        if kinds & {"snow"}:
            assert temperature <= 1.5
        if kinds & {"snow_cover"}:
            assert temperature <= 4
        if kinds & {"rain", "snow", "fog", "overcast", "hail"}:
            assert cover >= 0.85
        if kinds & {"rain", "flood"}:
            assert temperature > 0
        if kinds & {"fog", "mist"}:
            assert wind <= 3
        if "wind" in kinds:
            assert wind >= 10.8
        if "dust" in kinds:
            assert wind >= 8
        if "clear" in kinds:
            assert cover <= 0.5
    assert seen >= {
        "clear",
        "clouds",
        "overcast",
        "rain",
        "fog",
        "mist",
        "snow",
        "snow_cover",
        "dust",
        "smoke",
        "flood",
    }


def test_only_the_parameters_of_what_occurs_are_recorded() -> None:
    from longtail.scenes.assets import catalogue

    config = load("street", ["weather=rain+flood", "assets.packs=false"])
    scene = scene_of(config, 0, catalogue(packs=False))
    recorded = {path.split(".")[1] for path in scene.parameters if path.startswith("weather.")}
    assert recorded == {"rain", "flood"}


@given(st.floats(20, 20_000))
def test_a_fog_has_the_range_that_it_states(visibility_m: float) -> None:
    assert Weather((Fog(visibility_m),)).visibility_m == pytest.approx(visibility_m)
    assert transmission(Fog(visibility_m).air, 1.4, 1.4, visibility_m) == pytest.approx(0.05)


def test_extinctions_of_several_kinds_add_up() -> None:
    both = Weather((Fog(100.0), Smoke(100.0, 1.0)))
    assert both.visibility_m == pytest.approx(50.0)


def test_transmission_through_a_layer_counts_only_the_path_inside() -> None:
    layer = AirLayer(extinction(100.0), 2.0)
    # From 1 m up to 5 m: a quarter of the way is under 2 m.
    assert transmission([layer], 1.0, 5.0, 80.0) == pytest.approx(math.exp(-math.log(20) * 80 * 0.25 / 100))
    assert transmission([layer], 3.0, 5.0, 80.0) == pytest.approx(1.0)
    assert transmission([layer], 1.0, 1.0, 50.0) == pytest.approx(math.exp(-math.log(20) * 0.5))
    down = transmission([layer], 4.0, np.array([0.0, 3.0]), np.array([10.0, 10.0]))
    assert down == pytest.approx([math.exp(-math.log(20) * 10 * 0.5 / 100), 1.0])


def test_mist_hides_the_ground_more_than_the_eaves() -> None:
    mist = Mist(40.0, 3.0)
    assert optical_range_m(mist.air, 0.1) == pytest.approx(40.0)
    assert optical_range_m(mist.air, 2.9) > 200
    assert optical_range_m(mist.air, 3.5) == pytest.approx(30_000)


def test_heavy_snow_hides_more_than_half_a_kilometre_and_light_snow_less() -> None:
    assert Weather((Snow(2.5, 3.0),)).visibility_m == pytest.approx(500, rel=0.01)
    assert Weather((Snow(1.0, 3.0),)).visibility_m > 1000


def test_rain_extinction_is_atlas() -> None:
    assert Weather((Rain(10.0, 1.0),)).visibility_m == pytest.approx(1000 * math.log(20) / (0.25 * 10**0.63))


def test_smoke_and_dust_take_the_blue_and_dim_the_sun() -> None:
    plain = Light(40.0, 0.0, 0.1, 0.3, 0.0)
    for kind in (Smoke(1000.0, 3.0), Dust(200.0, 0.5)):
        light = Light(40.0, 0.0, 0.1, 0.3, 0.0, kind.sun_filter, kind.sky_filter)
        assert light.horizontal_lux < 0.5 * plain.horizontal_lux
        assert light.sun_rgb[0] / light.sun_rgb[2] > 1.3 * plain.sun_rgb[0] / plain.sun_rgb[2]


def test_people_carry_umbrellas_in_rain_and_leave_them_at_home_else() -> None:
    from longtail.scenes.assets import catalogue

    assets, shares = catalogue(packs=False), {}
    for word in ("rain", "clear"):
        config = load("street", [f"weather={word}", "assets.packs=false", "weather.rain.rate_mm_h=10"], seed=1)
        people = [
            assets[item.asset]
            for index in range(12)
            for item in scene_of(config, index, assets).objects
            if assets[item.asset].category == "person" and item.attributes.get("state") in ("walking", "crossing")
        ]
        shares[word] = sum("umbrella" in person.tags for person in people) / len(people)
    assert shares["clear"] == 0
    assert shares["rain"] == pytest.approx(0.6, abs=0.2)

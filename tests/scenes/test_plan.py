"""Variants and sweeps: which scene a frame shows, and that nothing moves between its pictures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.errors import ConfigError
from longtail.distributions import Uniform
from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve
from longtail.scenes.drawing.plan import Axis, Plan, Variant
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scene import Scene
from tests.scenes.worlds import config

ASSETS = catalogue(packs=False)
CLOUDS, RATE, HEIGHT = "lighting.cloud_cover", "weather.rain.rate_mm_h", "camera.height_m"


def street(*changes: str) -> Config:
    return load("street", ["assets.packs=false", *changes], seed=4)


def scene(asked: Config, frame: int) -> Scene:
    return scene_of(asked, frame, ASSETS)


@given(st.integers(0, 4), st.lists(st.integers(1, 4), max_size=3), st.integers(0, 10**9))
def test_frames_and_scenes_map_one_to_one(variants: int, axes: list[int], frame: int) -> None:
    names = tuple(Variant(str(v), {}) for v in range(variants))
    plan = Plan(names, tuple(Axis(f"p{i}", tuple(range(count))) for i, count in enumerate(axes)))
    picture = plan.picture(frame)
    assert frame in picture.siblings
    assert len(picture.siblings) == plan.pictures_per_scene
    assert picture == plan.pictures(picture.scene)[frame - picture.siblings.start]
    shown = {(p.variant, tuple(p.point.items())) for p in plan.pictures(picture.scene)}
    assert len(shown) == plan.pictures_per_scene


def test_every_frame_is_its_own_scene_without_a_plan() -> None:
    picture = Plan().picture(17)
    assert (picture.scene, picture.siblings) == (17, range(17, 18))
    assert Plan().note(100) == ""


def test_a_scene_that_is_not_shown_in_full_is_said() -> None:
    plan = Plan(tuple(Variant(name, {}) for name in "abc"))
    assert plan.note(99) == ""
    assert "frames: 99 or 102 would come out even" in plan.note(100)
    assert "frames: 3 would" in plan.note(2)


def test_variants_show_one_scene_under_several_conditions() -> None:
    asked = street("variants=[clear+day, fog, night+rain+flood]")
    for start in (0, 3, 6):
        pictures = [scene(asked, frame) for frame in range(start, start + 3)]
        assert [picture.weather.name for picture in pictures] == ["clear", "fog", "rain+flood"]
        assert [pictures[0].light.part_of_day, pictures[2].light.part_of_day] == ["day", "night"]
        first = pictures[0]
        for other in pictures[1:]:
            assert other.ground == first.ground
            assert other.camera.to_json() == first.camera.to_json()
            assert [where(item) for item in other.objects] == [where(item) for item in first.objects]


def where(item: Any) -> tuple[Any, ...]:
    return item.asset, item.x_m, item.y_m, item.z_m, item.heading_rad, item.tint, item.tilt_rad


def test_lamps_follow_the_variant() -> None:
    day, night = (scene(street("variants=[clear+day, clear+night]"), frame) for frame in (0, 1))
    assert not day.light.street_lamps_on
    assert night.light.street_lamps_on
    assert sum(item.lamps_on for item in night.objects) > sum(item.lamps_on for item in day.objects)


def test_a_variant_keeps_all_that_it_does_not_name() -> None:
    plain = config({"seed": 3})
    varied = config({"seed": 3, "variants": [{"name": "low", HEIGHT: 0.9}, {"name": "own"}]})
    for scene in range(10):
        own = draw(plain.asked, scene).values
        assert draw(varied.asked, 2 * scene + 1).values == own
        assert draw(varied.asked, 2 * scene).values == {**own, HEIGHT: 0.9}


def test_the_worlds_rules_bind_variants_too() -> None:
    varied = config({"variants": ["clear", "rain"]})
    for scene in range(20):
        clear, rain = (draw(varied.asked, 2 * scene + v) for v in (0, 1))
        assert rain.values[CLOUDS] == pytest.approx(0.75 + 0.25 * clear.values[CLOUDS])
        # Where things stand is decided by the scene's own weather, not by its variants'.
        assert clear.placing == rain.placing == draw(config().asked, scene).values


def test_what_a_variant_sets_by_name_does_move_things() -> None:
    drawn = draw(config({"variants": [{"name": "crowd", "objects.vehicle.count": 40, "weather": "rain"}]}).asked, 0)
    assert drawn.placing["objects.vehicle.count"] == 40
    assert drawn.placing["weather"] == draw(config().asked, 0).values["weather"]


def test_distributions_in_variants_take_the_scenes_own_coordinate() -> None:
    u = [(draw(config().asked, i).values["camera.horizontal_fov_deg"] - 50) / 40 for i in range(20)]
    varied = config({"variants": {"close": {"camera": {"horizontal_fov_deg": {"uniform": [30, 40]}}}}})
    assert [draw(varied.asked, i).values["camera.horizontal_fov_deg"] for i in range(20)] == pytest.approx(
        [30 + 10 * share for share in u]
    )


@pytest.mark.parametrize(
    "spelled",
    [
        [{"name": "wet", "weather": "rain"}, {"name": "heavy", "weather": "rain", "weather.rain": {"rate_mm_h": 40}}],
        {"wet": "rain", "heavy": {"weather": {"constant": "rain", "rain": {"rate_mm_h": 40}}}},
        [{"name": "wet", "weather": "rain"}, {"name": "heavy", "weather.rain.rate_mm_h": 40.0, "weather": "rain"}],
    ],
    ids=["list", "mapping", "dots"],
)
def test_variants_have_many_spellings_and_one_digest(spelled: Any) -> None:
    made = config({"variants": spelled})
    assert [v.name for v in made.plan.variants] == ["wet", "heavy"]
    assert made.plan.variants[1].settings == {"weather": "rain", RATE: 40.0}
    again = resolve(json.loads(json.dumps(made.to_json(), sort_keys=True)), scenarios={"toy": made.scenario})
    assert again == made
    assert again.digest == made.digest != config().digest


def test_light_words() -> None:
    made = street("variants=[night, {name: late, light: dusk}, rain+low_sun]")
    assert [v.name for v in made.plan.variants] == ["night", "late", "rain+low_sun"]
    assert made.plan.variants[0].settings == {"lighting.sun_elevation_deg": Uniform(-18, -7)}


def test_a_linear_sweep_and_a_logarithmic_one() -> None:
    made = street("weather=fog", "sweep={weather.fog.visibility_m: {from: 20, to: 500, steps: 3, scale: log}}")
    assert made.plan.sweep[0].values == (20.0, 100.0, 500.0)
    made = config({"sweep": {"lighting.cloud_cover": {"from": 1, "to": 0, "steps": 5}}})
    assert made.plan.sweep[0].values == (1.0, 0.75, 0.5, 0.25, 0.0)
    made = config({"sweep": {"objects": {"vehicle": {"count": {"from": 0, "to": 10, "steps": 4}}}}})
    assert made.plan.sweep[0].values == (0, 3, 7, 10)


def test_a_sweep_moves_one_thing_and_nothing_else() -> None:
    made = config({"sweep": {HEIGHT: {"values": [1, 2]}, "road.lanes": [2, 4, 6]}})
    for scene in range(5):
        own = draw(config().asked, scene).values
        for place in range(6):
            values = draw(made.asked, 6 * scene + place).values
            # The table has the height first, so the lanes vary fastest.
            assert values == {**own, HEIGHT: (1.0, 2.0)[place // 3], "road.lanes": (2, 4, 6)[place % 3]}


def test_sweeps_and_variants_multiply() -> None:
    made = config({"variants": ["clear", "rain"], "sweep": {HEIGHT: [1, 2, 3]}})
    seen = [(draw(made.asked, i).values["weather"], draw(made.asked, i).values[HEIGHT]) for i in range(6)]
    assert seen == [(weather, height) for weather in ("clear", "rain") for height in (1, 2, 3)]
    picture = draw(made.asked, 4).picture
    assert (picture.scene, picture.variant, picture.point) == (0, "rain", {HEIGHT: 2.0})
    assert picture.siblings == range(6)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("variants=[foog]", "got 'foog'; did you mean fog"),
        ("variants=fog", "expected a list of variants"),
        ("variants=[3]", "expected a word such as fog"),
        ("variants=[fog, fog]", "expected every variant once, got 'fog' twice"),
        ("variants=[{weather: fog}]", "expected a `name`"),
        ("variants=[{name: a, lihgting.haze: 1}]", "got 'lihgting.haze'; did you mean lighting.haze"),
        ("variants=[{name: a, lighting.haze: 3}]", "lighting.haze: expected a number in 0..1, got 3"),
        ("variants=[{name: a, light: nigth}]", "light: expected one of day, .*did you mean night"),
        ("variants=[{name: a, camera.size_px: [64, 64]}]", "camera.size_px, which is a setting of the whole run"),
        ("variants=[{name: a, weather.fog.visibility_m: 50}]", "always holds fog.*add weather: fog"),
        ("variants=[night+day]", "expected one light at most"),
        ("variants=[snow+flood]", "snow excludes flood"),
        ("variants.fog=1", "expected a known key"),
        ("sweep=3", "expected a mapping of paths to values"),
        ("sweep={camera.heigth_m: [1]}", "did you mean camera.height_m"),
        ("sweep={camera.height_m: 1}", r"expected \{from: low, to: high, steps: n\} or \{values"),
        ("sweep={camera.height_m: {from: 1, to: 2}}", "expected {from: low, to: high, steps: n}"),
        ("sweep={camera.height_m: {from: 1, to: 2, step: 3}}", "got 'step'; did you mean steps"),
        ("sweep={camera.height_m: {from: 1, to: 2, steps: 1}}", "a whole number in 2.."),
        ("sweep={camera.height_m: {from: 1, to: 9, steps: 3}}", "expected a number in 0.5..4 m, got 9"),
        ("sweep={camera.height_m: {from: 1, to: 2, steps: 3, scale: lgo}}", "did you mean log"),
        ("sweep={camera.pitch_deg: {from: 0, to: 2, steps: 3, scale: log}}", "over 0 on a log scale"),
        ("sweep={camera.height_m: [1, 1]}", "expected every value once"),
        ("sweep={camera.height_m: [{uniform: [1, 2]}]}", "expected single values"),
        ("sweep={camera.height_m: {values: [1], steps: 2}}", "nothing beside `values`"),
        ("sweep={road.parking: {from: left, to: right, steps: 2}}", "for what has no order"),
        ("sweep={objects.vehicle.count: {from: 0, to: 2, steps: 9}}", "expected every value once"),
        ("sweep={weather.fog.visibility_m: [20, 50]}", "always holds fog.*add weather: fog"),
        ("sweep.camera.height_m=[1, 2]", "did you mean sweep: {camera.height_m: ...}"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_one_line_for_what_is_wrong(change: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        street(change)
    assert str(caught.value).startswith("--set ")
    assert "\n" not in str(caught.value)

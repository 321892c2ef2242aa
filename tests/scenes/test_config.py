"""Configurations: what may be written, and what it comes to."""

from __future__ import annotations

import hashlib
import json
import pickle
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.distributions import Choice, Normal, Poisson, Uniform
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve
from longtail.scenes.config.yaml_reader import read_text
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scenarios.render_defaults import RenderDefaults
from longtail.scenes.scenarios.table import SCENARIOS
from tests.scenes.worlds import config, toy

EXAMPLES = Path(__file__).parents[2] / "examples"
WEATHER, RATE = "weather", "weather.rain.rate_mm_h"


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "my.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, text: str | bytes, *overrides: str, **options: Any) -> Config:
    return load(write(folder, text), overrides, scenarios=toy(), **options)


def test_a_scenarios_name_gives_its_defaults() -> None:
    made = load("toy", scenarios=toy())
    assert (made.scenario.name, made.seed, made.frames) == ("toy", 0, 100)
    assert list(made.parameters) == list(made.scenario.space.paths)
    assert made.parameters["camera.horizontal_fov_deg"] == Uniform(50, 90)
    assert made.parameters["lighting.sun_elevation_deg"] == 30.0
    # A tail without end is cut off at the parameter's range.
    assert made.parameters["camera.height_m"] == Normal(1.5, 0.1, low=0.5, high=4)
    assert made.parameters["objects.vehicle.count"] == Poisson(6).truncated(0, 60)
    assert made.camera.size_px == (960, 540)
    assert made.render.device == "auto"


def test_empty_mappings_are_the_default(tmp_path: Path) -> None:
    assert read(tmp_path, "{}").digest == read(tmp_path, "# nothing\ncamera:\nobjects: {}\n").digest


@pytest.mark.parametrize(
    "text",
    [
        "weather: {choice: {clear: 4, rain: 2}}\nweather.rain: {rate_mm_h: 30}",
        "weather: {choice: {rain: 2, clear: 4}, rain: {rate_mm_h: 30}}",
        "weather: {choice: {clear: 4, rain: 2}}\nweather.rain.rate_mm_h: 30.0",
        "weather.rain:\n  rate_mm_h: {constant: 3e1}\nweather:\n  choice: [rain, clear]\n  weights: [2, 4]",
    ],
)
def test_sections_and_dots_mean_the_same(tmp_path: Path, text: str) -> None:
    made = read(tmp_path, text)
    assert made.parameters[WEATHER] == Choice({"clear": 4, "rain": 2})
    assert made.parameters[RATE] == 30
    plain = f"{WEATHER}:\n  choice:\n    clear: 4\n    rain: 2\n{RATE}: 30"
    assert made.digest == read(tmp_path, plain).digest


@pytest.mark.parametrize("text", ["weather: rain\nweather.rain: {rate_mm_h: 30}",
                                  "weather: {constant: rain, rain: {rate_mm_h: 30}}"])  # fmt: skip
def test_a_word_that_is_a_constant_and_a_section(tmp_path: Path, text: str) -> None:
    made = read(tmp_path, text)
    assert (made.parameters[WEATHER], made.parameters[RATE]) == ("rain", 30.0)


def test_overrides_win_over_the_file_and_options_over_both(tmp_path: Path) -> None:
    text = "seed: 1\nframes: 5\ncamera: {height_m: 2, horizontal_fov_deg: 60}\nrender: {samples: 8, denoise: false}"
    made = read(tmp_path, text, "camera.height_m={uniform: [1, 2]}", "camera.size_px=[320,180]", "render.samples=4",
                "outputs=[depth,coco]", "objects={vehicle: {count: 3}}", "seed=2", "frames=6", frames=7)  # fmt: skip
    assert made.parameters["camera.height_m"] == Uniform(1, 2)
    assert made.parameters["camera.horizontal_fov_deg"] == 60
    assert made.parameters["objects.vehicle.count"] == 3
    assert made.camera.size_px == (320, 180)
    assert (made.render.samples, made.render.denoise) == (4, False)
    assert made.outputs == ("coco", "depth")
    assert (made.seed, made.frames) == (2, 7)


def test_yaml_numbers_and_words_are_those_of_yaml_1_2() -> None:
    text = "[1e-3, -2E+2, .5, 010, 0x1F, no, on, 12:30, true, ~, 1_000, '1']"
    assert read_text(text, "x") == [0.001, -200.0, 0.5, 10, 31, "no", "on", "12:30", True, None, "1_000", "1"]


def test_aliases_are_fine(tmp_path: Path) -> None:
    made = read(tmp_path, "objects: {vehicle: &few {count: {poisson: 2}}, pedestrian: *few}")
    assert made.parameters["objects.pedestrian.count"] == Poisson(2).truncated(0, 60)


def shuffled(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: shuffled(data[key]) for key in random.Random(4).sample(list(data), len(data))}
    return data


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"weather": {"choice": {"rain": 1, "clear": 2}}, "road.lanes": {"choice": [2, 6], "weights": [1, 3]}},
        {"correlations": [[RATE, "lighting.cloud_cover", 0.7]], "seed": 2**62, "objects.vehicle.count": {"poisson": 3}},
        {"camera": {"height_m": {"beta": [2, 2], "low": 0.5}}, "road.junction": True, "outputs": ["images"]},
    ],
)
def test_the_resolved_form_can_be_loaded_again(document: dict[str, Any], tmp_path: Path) -> None:
    made = config(document)
    text = json.dumps(shuffled(made.to_json()))
    again = read(tmp_path, text)
    assert again.to_json() == made.to_json()
    assert again.digest == made.digest
    assert draw(again.asked, 5) == draw(made.asked, 5)


@pytest.mark.parametrize(
    "change",
    [{"frames": 3}, {"render": {"device": "cpu"}}, {"outputs": ["depth"]}, {"correlations": []},
     {"weather": {"choice": {"rain": 2, "clear": 6}}}, {"camera.horizontal_fov_deg": {"uniform": [50.0, 90]}},
     {"lighting.sun_elevation_deg": 30}],
)  # fmt: skip
def test_digest_is_blind_to_what_leaves_the_pixels(change: dict[str, Any]) -> None:
    weights = {"weather": {"choice": {"clear": 6, "rain": 2}}}
    assert config({**weights, **change}).digest == config(weights).digest


@pytest.mark.parametrize(
    "change",
    [{"seed": 3}, {"render": {"samples": 33}}, {"render": {"denoise": False}}, {"render": {"image_format": "jpg"}},
     {"render": {"denoise_quality": "high"}}, {"render": {"adaptive": True}}, {"camera.size_px": [320, 180]},
     {"camera.height_m": 1.5}, {"weather": "rain"}, {"correlations": [[RATE, "lighting.cloud_cover", 0.7]]}],
)  # fmt: skip
def test_digest_sees_what_changes_the_pixels(change: dict[str, Any]) -> None:
    assert config(change).digest != config().digest


def test_a_scenario_has_its_own_defaults_of_the_renderer_and_a_config_the_last_word(tmp_path: Path) -> None:
    toy = replace(config().scenario, render=RenderDefaults(24, "high"))
    known = {"toy": toy}
    path = tmp_path / "plain.yaml"
    path.write_text("scenario: toy")
    plain = load(path, scenarios=known)
    assert (plain.render.samples, plain.render.denoise_quality) == (24, "high")
    assert load(path, ["render.denoise_quality=fast", "render.samples=3"], scenarios=known).render == (
        plain.render.model_copy(update={"denoise_quality": "fast", "samples": 3})
    )
    assert resolve(plain.to_json(), scenarios=known) == plain


def test_what_older_datasets_say_of_the_renderer_stays_what_it_meant() -> None:
    older = replace(config().scenario, render=RenderDefaults(24, "high"))
    data = config({"render": {"samples": 32}}).to_json()
    del data["render"]["denoise_quality"], data["render"]["adaptive"]
    again = resolve(data, scenarios={"toy": older})
    assert (again.render.samples, again.render.denoise_quality) == (32, "balanced")
    # Their digest is of all that they said, but for what no pixel shows.
    del data["frames"], data["outputs"], data["render"]["device"], data["assets"]["library"], data["assets"]["models"]
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    assert again.digest == hashlib.sha256(text.encode()).hexdigest()


def test_who_asks_anew_gets_the_network_that_was_fitted() -> None:
    assert {load(name).render.denoise_quality for name in SCENARIOS} == {"fitted"}


@pytest.mark.parametrize("wrong", [{"samples": 0}, {"denoise_quality": "best"}], ids=str)
def test_defaults_of_a_scenario_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected .* got"):
        RenderDefaults(**wrong)


def test_correlations_have_one_spelling() -> None:
    one = [[RATE, "lighting.cloud_cover", 0.7], ["camera.height_m", RATE, 0.1]]
    other = [[RATE, "camera.height_m", 0.1], ["lighting.cloud_cover", RATE, 0.7]]
    assert config({"correlations": one}).digest == config({"correlations": other}).digest


# The scenarios that ship.


@pytest.mark.parametrize("name", SCENARIOS)
def test_built_in_scenarios_survive_the_round_trip(name: str) -> None:
    made = load(name)
    again = resolve(json.loads(json.dumps(made.to_json(), sort_keys=True)))
    assert again == made
    assert again.digest == made.digest
    travelled = pickle.loads(pickle.dumps(made))
    assert travelled == made
    assert draw(travelled.asked, 3) == draw(made.asked, 3)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_examples_load(path: Path) -> None:
    made = load(path)
    assert draw(made.asked, 0).values.keys() == made.parameters.keys()


def test_the_rule_of_what_is_ignored_is_part_of_the_digest() -> None:
    plain = load("street")
    strict = load("street", ["labels.ignore.min_area_px=100"])
    assert strict.digest != plain.digest
    assert strict.ignore.rule.min_area_px == 100
    assert plain.ignore.rule == IgnoreRule()


def test_a_pupil_that_was_drawn_is_now_that_of_the_lens() -> None:
    with pytest.raises(ConfigError, match=r"lens\.pupil_mm: is no longer drawn: .*sensor\.f_number"):
        resolve({"lens.pupil_mm": 1.2})


@pytest.mark.parametrize("document", [{"labels.ignored": "keep"}, {"labels": {"ignored": "drop", "ignore": {}}}])
def test_a_key_that_is_gone_says_what_became_of_it(document: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"labels\.ignored: is no longer a setting: .*instances_all\.json"):
        resolve(document)

"""Scenes as JSON: what is read back is equal, and what is no scene is refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from longtail.annotate.errors import ConfigError
from longtail.scenes.composing import catalogue_of, require_assets, scene_file, scene_of
from longtail.scenes.config.loading import load, load_scene
from longtail.scenes.config.resolving import resolve
from longtail.scenes.scenarios.table import SCENARIOS
from longtail.scenes.scene import Scene
from longtail.scenes.weather.table import WEATHERS

GROUNDS = {ground.kind: ground for scenario in SCENARIOS.values() for ground in scenario.grounds}
KINDS = ", ".join(f"{name}: 1" for name in WEATHERS)
# Whole numbers where fractions may be: the shape of a tornado hangs on how they are written.
WHOLE = "weather.tornado.width_m=60"


def again(data: Any) -> Any:
    return json.loads(json.dumps(data))


@pytest.mark.parametrize("model", ["pinhole", "brown_conrady", "kannala_brandt"])
def test_a_scene_read_back_is_equal(model: str) -> None:
    config = load("street", [f"weather={{choice: {{{KINDS}}}}}", WHOLE, "assets.packs=false", f"camera.model={model}"])
    assets, seen = catalogue_of(config), set()
    for index in range(50 if model == "pinhole" else 3):
        scene = scene_of(config, index, assets)
        read = Scene.from_json(again(scene.to_json()), GROUNDS)
        assert read == scene
        # Equal numbers may be of two kinds, and then be written in two ways.
        assert repr(read.weather) == repr(scene.weather)
        assert json.dumps(read.to_json()) == json.dumps(scene.to_json())
        seen |= {part.name for part in scene.weather.parts}
    assert model != "pinhole" or seen == WEATHERS.keys()


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The file of the second frame, which is the first scene by night."""
    config = load("street", ["assets.packs=false", "variants=[clear+day, rain+night]"], seed=5, frames=4)
    return dict(again(scene_file(config, 1, catalogue_of(config))))


@pytest.fixture
def written(tmp_path: Path, document: dict[str, Any]) -> Callable[[dict[str, Any]], Path]:
    def write(changes: dict[str, Any]) -> Path:
        """The file with some values laid over it, by dotted path; what is None is taken out."""
        data = again(document)
        for path, value in changes.items():
            *above, last = path.split(".")
            node = data
            for key in above:
                node = node[int(key)] if isinstance(node, list) else node[key]
            if value is None:
                del node[last]
            else:
                node[last] = value
        file = tmp_path / "scene.json"
        file.write_text(json.dumps(data))
        return file

    return write


def test_a_scene_from_a_file_is_that_of_its_frame(written: Callable[[dict[str, Any]], Path]) -> None:
    drawn = load("street", ["assets.packs=false", "variants=[clear+day, rain+night]"], seed=5, frames=4)
    given = load_scene(written({}))
    assets = catalogue_of(given)
    assert scene_of(given, 0, assets) == scene_of(drawn, 1, assets)
    assert (given.frames, given.seed, given.drawn_for(0).frame, given.drawn_for(0).scene) == (1, 5, 1, 0)
    assert resolve(again(given.to_json())).digest == given.digest
    assert given.parameters["weather"] == "rain"


def test_a_changed_scene_is_another_request(written: Callable[[dict[str, Any]], Path]) -> None:
    before = load_scene(written({}))
    after = load_scene(written({"scene.light.sun_elevation_deg": 30.0}))
    assert after.given is not None
    assert after.given.scene.light.part_of_day == "day"
    assert before.digest != after.digest


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "longtail.scene.99"}, "expected a scene of format longtail.scene.1, got 'longtail.scene.99'"),
        ({"config": None}, "expected the keys config and scene, got format, scene"),
        ({"scene.light.sun": 3}, "scene: light.sun: expected no such key"),
        ({"scene.light.haze": "thick"}, "scene: light.haze: expected a valid number, got 'thick'"),
        ({"scene.light.haze": "0.5"}, "scene: light.haze: expected a valid number, got '0.5'"),
        ({"scene.weather": [{"kind": "drizzle"}]}, "scene: weather: expected a kind of weather (of clear, "),
        ({"scene.weather": [{"kind": "rain", "rate_mm_h": 3}]}, "scene: weather: expected a key 'soaking'"),
        (
            {"scene.ground.kind": "moon"},
            "scene: ground: expected a ground whose kind is one of street, open road, shared street, lot street, "
            "roundabout street, got 'moon'",
        ),
        ({"scene.ground.lanes_forward": 1.5}, "scene: ground: lanes_forward: expected a valid integer"),
        ({"scene.cameras": {}}, "expected at least one camera, got none"),
        ({"scene.objects.0.x_m": None}, "scene: objects.0.x_m: expected a value, got none"),
        ({"scene.frame": -1}, "scene: frame: expected a whole number from 0 on, got -1"),
        ({"config.camera": {"size_px": [64, 64]}}, "camera: expected the camera that the scene has, pinhole of 960"),
        ({"config.frames": 4}, "frames: expected 1, for a scene that is given is one frame, got 4"),
    ],
)
def test_what_is_no_scene_is_refused(
    changes: dict[str, Any], said: str, written: Callable[[dict[str, Any]], Path]
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_scene(written(changes))
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["", "scenario: street", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "scene.json"
    file.write_text(text)
    with pytest.raises(ConfigError, match="expected the JSON of a scene"):
        load_scene(file)
    with pytest.raises(ConfigError, match="expected a scene's file, got No such file"):
        load_scene(tmp_path / "nowhere.json")


def test_nothing_is_laid_over_what_stands_in_a_scene(written: Callable[[dict[str, Any]], Path]) -> None:
    assert load_scene(written({}), ["render.samples=3"]).render.samples == 3
    for change in ("weather=fog", "camera.height_m=2", "camera.size_px=[64, 64]", "frames=2"):
        with pytest.raises(ConfigError, match="expected one of render, labels, outputs beside a scene that is given"):
            load_scene(written({}), [change])


def test_assets_that_are_not_here_are_named(written: Callable[[dict[str, Any]], Path]) -> None:
    config = load_scene(written({"scene.objects.0.asset": "car/hovercraft"}))
    with pytest.raises(ConfigError, match="got 1 that it lacks: car/hovercraft"):
        require_assets(config, catalogue_of(config))

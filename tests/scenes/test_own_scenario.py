"""A scenario in a Python file of the user's: found, run once named, told apart by its text, and blamed by the line."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from longtail.annotate.errors import ConfigError
from longtail.command_line import main
from longtail.render.commands.redraw import redrawing
from longtail.render.storage.same_request import difference
from longtail.render.workers.request import describe
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.composing import catalogue_of, require_assets, scene_file, scene_of, taxonomy_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load, load_scene
from longtail.scenes.config.resolving import resolve
from longtail.scenes.scene import Scene
from tests.pages import EXTENDING, PAGES, own_scenario

TEXT = own_scenario()
PLAIN = ("assets.packs=false", "assets.models=false")


@pytest.fixture
def yard(tmp_path: Path) -> Path:
    """The file of docs/extending.md."""
    return written(tmp_path / "my_yard.py")


def written(path: Path, text: str = TEXT) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def config_of(path: Path, *changes: str) -> Config:
    return load(path, [*PLAIN, *changes], seed=3)


def composed(config: Config) -> None:
    require_assets(config, catalogue_of(config))


def changed(text: str, before: str, after: str) -> str:
    assert text.count(before) == 1, before
    return text.replace(before, after)


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


def test_its_scenes_show_its_own_asset_and_ours(yard: Path) -> None:
    config = config_of(yard)
    assets = catalogue_of(config)
    scenes = [scene_of(config, index, assets) for index in range(12)]
    shown = {item.asset for scene in scenes for item in scene.objects}
    assert "my_yard/drum" in shown
    assert {assets[name].category for name in shown} > {"barrel"}
    assert len({scene.weather.name for scene in scenes}) > 1
    taxonomy = taxonomy_of(config.scenario, assets)
    assert {"barrel", "terrain", "sky", "trash can"} <= set(taxonomy.ids)
    assert "car" not in taxonomy
    grounds = {ground.kind: ground for ground in config.scenario.grounds}
    assert all(Scene.from_json(scene.to_json(), grounds) == scene for scene in scenes)
    require_assets(config, assets)


def test_a_variant_moves_nothing(yard: Path) -> None:
    config = config_of(yard, "variants=[clear+day, fog, rain+night]")
    assets = catalogue_of(config)
    clear, fog, rain = (scene_of(config, index, assets) for index in range(3))
    assert clear.objects == fog.objects == rain.objects
    assert len({scene.condition for scene in (clear, fog, rain)}) == 3


ELSEWHERE = """
import json, pickle, sys
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.composing import catalogue_of, scene_of
config = pickle.load(sys.stdin.buffer)
print(json.dumps([scene_of(config, index, catalogue_of(config)).to_json() for index in range(3)]))
"""


def test_another_process_needs_no_file(yard: Path, tmp_path: Path) -> None:
    config = config_of(yard)
    here = [scene_of(config, index, catalogue_of(config)).to_json() for index in range(3)]
    sent = pickle.dumps(config)
    yard.unlink()
    done = subprocess.run([sys.executable, "-c", ELSEWHERE], input=sent, capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == json.loads(json.dumps(here))


def test_a_config_is_that_of_the_files_text(yard: Path, tmp_path: Path) -> None:
    config = config_of(yard)
    moved = config_of(written(tmp_path / "elsewhere/my_yard.py"))
    other = config_of(written(tmp_path / "other/my_yard.py", TEXT + "# no word of it decides anything\n"))
    assert moved.to_json() == config.to_json()
    assert moved.digest == config.digest != other.digest
    assert pickle.loads(pickle.dumps(config)).digest == config.digest
    said = difference(describe(other, catalogue_of(other)), describe(config, catalogue_of(config)))
    assert said.startswith(f"scenario_sha256 {config.scenario.file and config.scenario.file.sha256}, got ")


def test_a_file_is_found_beside_its_config_or_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "my_yard.py")
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "yard.yaml").write_text("scenario: my_yard.py\nframes: 3\n")
    monkeypatch.chdir(tmp_path)
    there = load(folder / "yard.yaml")
    assert (there.frames, there.scenario.name) == (3, "yard")
    assert load("street", ["scenario=my_yard.py"]).digest == load("my_yard.py").digest
    written(folder / "my_yard.py", changed(TEXT, 'name="yard"', 'name="nearer"'))
    assert load(folder / "yard.yaml").scenario.name == "nearer"


def test_a_config_that_was_written_out_is_of_one_text(yard: Path, tmp_path: Path) -> None:
    config = config_of(yard)
    whole = tmp_path / "whole.yaml"
    whole.write_text(yaml.safe_dump(config.to_json()))
    assert load(whole).digest == config.digest
    written(yard, TEXT + "\n")
    with pytest.raises(ConfigError, match=r"whole.yaml: scenario_sha256: expected .*my_yard.py as it was when"):
        load(whole)
    with pytest.raises(ConfigError, match="config: scenario_sha256: expected none beside a scenario that is no file"):
        resolve({"scenario": "street", "scenario_sha256": "0" * 64})


def test_a_scene_that_is_written_is_rendered_with_the_file(yard: Path, tmp_path: Path) -> None:
    config = config_of(yard)
    assets = catalogue_of(config)
    (tmp_path / "scene.json").write_text(json.dumps(scene_file(config, 2, assets)))
    given = load_scene(tmp_path / "scene.json")
    assert scene_of(given, 0, assets) == scene_of(config, 2, assets)
    require_assets(given, assets)


def test_what_a_dataset_names_is_not_run(yard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_of(yard)
    info = describe(config, catalogue_of(config))
    monkeypatch.chdir(tmp_path)
    written(yard, "from pathlib import Path\nPath('ran').touch()\n")
    with pytest.raises(ConfigError, match=r"got 'my_yard.py': a Python file is run by commands that are given it"):
        resolve(config.to_json())
    assert redrawing(info) is None
    assert not (tmp_path / "ran").exists()
    with pytest.raises(ConfigError, match="called SCENARIO, got none"):
        load(yard)
    assert (tmp_path / "ran").exists()


def swapped(before: str, after: str) -> Callable[[str], str]:
    return lambda text: changed(text, before, after)


def after_it(line: str) -> Callable[[str], str]:
    return lambda text: f"{text}\n{line}\n"


def before_it(line: str) -> Callable[[str], str]:
    return lambda text: f"{line}\n{text}"


_RULE = """
from longtail.extending import Rule
rule = Rule("objects.count", lambda values: values["crowd"] > 1)
from dataclasses import replace
SCENARIO = replace(SCENARIO, space=replace(SPACE, rules=(rule,)))
"""
_KEPT = """
import numpy as np
RNG = np.random.default_rng()
"""
WRONG: dict[str, tuple[Callable[[str], str], str, str]] = {
    "grammar": (swapped("SPACE = outdoor_space(", "SPACE = outdoor space("), "outdoor space", "SyntaxError: "),
    "name": (swapped("lathe(PROFILE,", "lathe(PROFIL,"), "lathe(PROFIL,", "NameError: name 'PROFIL' is not defined"),
    "size": (
        swapped("(0.58, 0.58, 0.88)", "(0.58, 0.58, 0.98)"),
        "",
        "0.580 x 0.580 x 0.880 m, got 0.580 x 0.580 x 0.9",
    ),
    "import": (before_it("import nowhere"), "import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
    "exit": (before_it("raise SystemExit(3)"), "raise SystemExit", "SystemExit: 3"),
    "uncalled": (swapped("SCENARIO = ", "YARD = "), "", "a Scenario that is called SCENARIO, got one called YARD"),
    "word": (after_it("SCENARIO = 'yard'"), "", "SCENARIO: expected a Scenario, got str"),
    "family": (swapped('("furniture",)', '("furnitures",)'), "", "got 'furnitures'; did you mean furniture"),
    "scenery": (swapped('("terrain", *', '("terrane", *'), "", "got 'terrane'; did you mean terrain"),
    "sky": (swapped("*OPEN_SKY)", "'water')"), "", "background: expected stuff of the taxonomy, got 'sky'"),
    "taken": (swapped('"my_yard/drum"', '"cone/traffic"'), "", "name that is not taken, got cone/traffic"),
    "category": (swapped('"barrel"', '"barrle"'), "", "my_yard/drum: expected a category of `longtail"),
    "key": (swapped('["objects.count"]', '["objects.number"]'), '.number"]', "compose: KeyError: 'objects.number'"),
    "chance": (swapped('draw.stream("objects")', "RNG"), "", "compose: expected the same scene of the same draw, got"),
    "nothing": (swapped("return outdoor_scene", "outdoor_scene"), "", "compose: expected a Scene, got NoneType"),
    "stranger": (
        swapped("Placed(asset.name", "Placed('cone/trafic'"),
        "",
        "cone/trafic; did you mean cone/traffic",
    ),
    "piece": (swapped('"slab", "terrain"', '"slab", "road"'), "", "names as scenery, got 'road'"),
    "ground": (swapped("grounds=(Yard,)", "grounds=()"), "", "names as grounds, got a Yard"),
    "mesh": (swapped("box((self.side_m,", "box((self.side,"), "box((self.side,", "compose: AttributeError: "),
    "rule": (after_it(_RULE), 'values["crowd"]', "a rule for objects.count: KeyError: 'crowd'"),
}
"""By what is wrong: the change of the file, words of the line that is to blame ("" for none), and what is said."""


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_with_its_line(wrong: str, tmp_path: Path) -> None:
    change, blamed, said = WRONG[wrong]
    path = written(tmp_path / "my_yard.py", change(TEXT) + _KEPT)
    with pytest.raises(ConfigError) as caught:
        composed(config_of(path))
    message = str(caught.value)
    assert message.startswith(str(path)), message
    assert said in message
    if blamed:
        assert f"{path}, line {line_of(path.read_text(), blamed)}: " in message


def test_what_is_no_file_of_python_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone.py: expected a Python file, got .*gone.py: No such file"):
        load(tmp_path / "gone.py")
    (tmp_path / "bytes.py").write_bytes(b"# \xff\n")
    with pytest.raises(ConfigError, match="expected Python in UTF-8, got other bytes at offset 2"):
        load(tmp_path / "bytes.py")
    (tmp_path / "long.py").write_bytes(b"#" * ((1 << 20) + 1))
    with pytest.raises(ConfigError, match="expected Python of at most 1 MiB"):
        load(tmp_path / "long.py")


def test_a_wrong_file_is_one_message_and_nothing_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "my_yard.py", WRONG["key"][0](TEXT))
    words = ["render", "my_yard.py", "-o", "out", "-n", "2", "--device", "cpu", "--set", PLAIN[0]]
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 2, answer.output
    assert answer.output.count("\n") == 1
    assert f"```text\n{answer.output}```" in PAGES[EXTENDING]
    assert not (tmp_path / "out").exists()


def test_a_file_that_was_changed_is_read_anew(yard: Path) -> None:
    first = catalogue_of(config_of(yard))["my_yard/drum"]
    assert isinstance(first, Procedural)
    before = first.mesh()
    written(yard, changed(TEXT, "((0.0, 0.0), (0.29, 0.0)", "((0.0, 0.0), (0.2, 0.0)"))
    second = catalogue_of(config_of(yard))["my_yard/drum"]
    assert isinstance(second, Procedural)
    assert first == second  # told in the same words
    assert second.mesh().vertices_m[:, 0].max() == before.vertices_m[:, 0].max()
    assert abs(second.mesh().vertices_m).sum() < abs(before.vertices_m).sum()

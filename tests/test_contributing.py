"""Whoever follows CONTRIBUTING.md gets what it says: its code is put into a package of its own and a copy of ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from longtail.command_line import main
from tests.pages import commands
from tests.plugged import installed

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# What a block's first line calls its file.
_NAMED = re.compile(r"(?:# |/\* |--- )(\S+)(?: \*/)?\n")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A block of a recipe: a new file, or a change of one."""

    path: str
    text: str
    is_change: bool

    def follow(self, root: Path) -> None:
        """Write or change the file below `root`."""
        path = root / self.path
        if not self.is_change:
            assert not path.exists(), f"{self.path}: expected a new file"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        lines = [line or " " for line in self.text.splitlines()]
        before = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
        after = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
        found = path.read_text(encoding="utf-8")
        assert found.count(before) == 1, f"{self.path}: expected this once, got {found.count(before)} times:\n{before}"
        path.write_text(found.replace(before, after), encoding="utf-8")


def blocks() -> Iterator[tuple[str, str]]:
    yield from _FENCE.findall(PAGE)


def steps() -> Iterator[Step]:
    for language, text in blocks():
        if language != "toml":
            name = _NAMED.match(text)
            assert name, f"expected a block that begins with the name of its file, got {text}"
            # A file's own name stays out of it, as the comment is the page's.
            yield Step(name[1], text[name.end() :], language == "diff")


def entries() -> str:
    """The entry points of the page's pyproject.toml, as pip writes them."""
    (text,) = (text for language, text in blocks() if language == "toml")
    groups = tomllib.loads(text)["project"]["entry-points"]
    rows = (
        [f"[{group}]", *(f"{name} = {value}" for name, value in offers.items())] for group, offers in groups.items()
    )
    return "\n".join(line for row in rows for line in row) + "\n"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package of the page, installed."""
    folder = installed(tmp_path_factory.mktemp("site"), "yard", entries(), {})
    for step in steps():
        if step.path.startswith("yard/"):
            step.follow(folder)
    return folder


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Longtail with what the page changes in it."""
    root = tmp_path_factory.mktemp("house")
    for room in ("annotate", "longtail", "render", "scenes", "tests"):
        # With what is compiled of it, which serves as long as a file's time and size are the same; what others are
        # compiling just now may be gone in a moment.
        shutil.copytree(ROOT / room, root / room, symlinks=True, ignore=shutil.ignore_patterns("*.pyc.*"))
    shutil.copyfile(ROOT / "pyproject.toml", root / "pyproject.toml")
    for step in steps():
        if not step.path.startswith("yard/"):
            step.follow(root)
    return root


def run(house: Path, package: Path, *words: str) -> str:
    """What Python says of these words in a house, with the package installed."""
    paths = os.pathsep.join([str(package), str(house)])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *words], cwd=house, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


SEEN = """
from click.testing import CliRunner
from longtail.command_line import main

def listed(*words):
    answer = CliRunner().invoke(main, ["list", *words])
    assert answer.exit_code == 0, answer.output
    return answer.output

assert "yard" in listed("scenarios") and "weather.sleet.rate_mm_h" in listed("scenarios")
assert "drum/oil" in listed("assets")
assert "sleet: flakes that melt as they fall" in listed("weathers")
assert "csv" in listed("exporters")

from longtail.render.particles.table import OF_WEATHER
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scene import Scene

config = load("yard", ["weather=sleet", "assets.packs=false", "objects.count=30"], seed=3)
assets = catalogue_of(config)
scenes = [scene_of(config, index, assets) for index in range(20)]
assert "drum/oil" in {item.asset for scene in scenes for item in scene.objects}
assert all(0 <= scene.parameters["air.temperature_c"] <= 5 and "sleet" in OF_WEATHER for scene in scenes)
assert all(Scene.from_json(s.to_json(), {g.kind: g for g in config.scenario.grounds}) == s for s in scenes)
street = load("street", ["assets.packs=false", "objects.furniture.density=1"], seed=3)
assets = catalogue_of(street)
drums = (item.asset for index in range(9) for item in scene_of(street, index, assets).objects)
assert "drum/oil" in drums
# Installed beside Longtail, it moves nothing: dry weather is drawn as often as it ever was.
assert "sleet" not in str(street.parameters["weather"].to_json())
"""


def test_a_package_of_ones_own_is_listed_and_drawn(package: Path) -> None:
    run(ROOT, package, "-c", SEEN)


CHANGED = """
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load

config = load("street", ["objects.rarities=20", "assets.packs=false", "camera.model=stereographic"], seed=1)
assets = catalogue_of(config)
scenes = [scene_of(config, index, assets) for index in range(4)]
assert "bike_rack/sheffield" in {item.asset for scene in scenes for item in scene.objects}
assert "bike rack" in config.scenario.taxonomy
assert {scene.camera.lens.name for scene in scenes} == {"stereographic"}
assert {scene.sensor.smear for scene in scenes} == {0.0}
"""


def test_what_is_added_to_longtail_itself_is_drawn(house: Path, package: Path) -> None:
    run(house, package, "-c", CHANGED)


TRIED = {
    "tests/scenes/test_weather.py": ("sleet",),
    "tests/scenes/test_strengths.py": ("sleet",),
    "tests/render/test_particles.py": ("sleet",),
    "tests/scenes/test_assets.py": ("bike_rack",),
    "tests/annotate/test_taxonomy.py": ("names_of_categories_are_unique",),
    "tests/render/test_sensor.py": ("smear",),
    "tests/annotate/test_lenses.py": ("stereographic",),
    "tests/scenes/test_lenses.py": ("stereographic",),
}
"""Our tests by file, and what each must have tried of the page's."""


def test_our_tests_try_what_is_new(house: Path, package: Path) -> None:
    words = sorted({word for tried in TRIED.values() for word in tried})
    said = run(house, package, "-m", "pytest", "-v", "-n0", "-p", "no:cacheprovider", "-k", " or ".join(words), *TRIED)
    for file, tried in TRIED.items():
        for word in tried:
            assert re.search(rf"^{file}::.*{word}.* PASSED", said, re.MULTILINE), f"{file}: {word}"
        assert f"`{file}`" in PAGE


@pytest.mark.blender
def test_the_lens_is_rendered_as_it_is_computed(house: Path, package: Path) -> None:
    ray = "tests/blender/test_lenses.py::test_every_pixels_ray_is_the_lenss[stereographic]"
    assert "1 passed" in run(house, package, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", ray)


@pytest.mark.blender
def test_all_of_it_renders_at_once(house: Path, package: Path, tmp_path: Path) -> None:
    """One frame through the new lens and the new sensor, of new things in the new weather, checked and exported."""
    out, boxes = tmp_path / "out", tmp_path / "boxes"
    settings = {
        "camera.size_px": "[96,64]",
        "camera.model": "stereographic",
        "camera.stereographic.horizontal_fov_deg": "110",
        "sensor.smear": "0.02",
        "weather": "sleet",
        "objects.count": "100",
        "render.device": "cpu",
        "render.samples": "1",
        "assets.packs": "false",
    }
    changes = [word for path, value in settings.items() for word in ("--set", f"{path}={value}")]
    longtail = ("-m", "longtail")
    run(house, package, *longtail, "render", "yard", "-o", str(out), "-n", "1", "--seed", "8", *changes)
    run(house, package, *longtail, "check", str(out))
    run(house, package, *longtail, "export", str(out), "--to", "csv", "-o", str(boxes), "--split", "1", "0", "0")
    record = json.loads((out / "frames/000000.json").read_bytes())
    assert {"drum/oil", "bike_rack/sheffield"} <= {item["asset"] for item in record["objects"]}
    assert record["camera"]["model"] == "stereographic"
    assert record["parameters"]["sensor.smear"] == 0.02
    assert record["conditions"]["sleet_rate_mm_h"] > 0
    table = (boxes / "train.csv").read_text(encoding="ascii")
    assert re.search(r"^images/000000.png,\d+,\d+,\d+,\d+,trash can$", table, re.MULTILINE)


def test_the_code_keeps_the_house_style(house: Path, package: Path) -> None:
    ruff = (sys.executable, "-m", "ruff")
    code = [step.path for step in steps() if step.path.endswith(".py")]
    files = [str((package if path.startswith("yard/") else house) / path) for path in code]
    for words in (("check", "--ignore", "I001"), ("format", "--check")):
        done = subprocess.run([*ruff, *words, "--config", str(ROOT / "pyproject.toml"), *files], capture_output=True)
        assert done.returncode == 0, done.stdout.decode()


def test_files_and_commands_that_the_page_names_are_there() -> None:
    new = {step.path for step in steps()}
    spans = re.findall(r"`([^`\n]+)`", _FENCE.sub("", PAGE))
    for span in spans:
        if re.fullmatch(r"[\w./]+/[\w./]*", span):
            assert span in new or (ROOT / span).exists(), span
        if span.startswith("longtail "):
            for name, *rest in commands(span):
                assert main.commands[name].make_context(name, list(rest)), span

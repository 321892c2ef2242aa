"""A scenario in a Python file of the user's reaches workers, files and labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from longtail.command_line import main
from tests.pages import own_scenario
from tests.runs import command, run

pytestmark = pytest.mark.blender

PINS = ("camera.size_px=[96, 64]", "render.samples=1", "assets.packs=false", "objects.count=40", "weather=clear")


def test_what_a_file_composes_is_rendered_and_labelled(tmp_path: Path) -> None:
    file, out = tmp_path / "my_yard.py", tmp_path / "out"
    file.write_text(own_scenario(), encoding="utf-8")
    pins = [word for pin in PINS for word in ("--set", pin)]
    run(command("render", file, "-o", out, "-n", 1, "--seed", 3, "--device", "cpu", "--workers", 1, *pins))
    answer = CliRunner().invoke(main, ["check", str(out)])
    assert answer.exit_code == 0, answer.output
    info = json.loads((out / "dataset.json").read_bytes())
    assert info["config"]["scenario"] == "my_yard.py"
    assert {"name": "my_yard/drum", "creator": "You", "licence": "CC0-1.0", "source": "my_yard.py"} in info["assets"]
    everything = json.loads((out / "annotations/instances_all.json").read_bytes())
    names = {row["id"]: row["name"] for row in everything["categories"]}
    seen = [(names[row["category_id"]], row["asset"]) for row in everything["annotations"]]
    assert ("barrel", "my_yard/drum") in seen
    assert {category for category, _ in seen} > {"barrel"}

"""The command line on bad input: one clear message, the right status, no traceback, nothing half-written."""

from __future__ import annotations

import os
import re
import resource
import shlex
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from longtail.annotate.labels.taxonomy import CATEGORIES
from longtail.command_line import main
from longtail.render.commands.listing import EXAMPLES, TABLES, listing
from longtail.render.machine.stopping import StoppedError
from longtail.render.workers.request import describe
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.keys import JOINT
from longtail.scenes.config.loading import load
from longtail.scenes.config.settings import setting_paths
from longtail.scenes.scenarios.table import SCENARIOS
from tests.annotate.stage import dataset, store
from tests.runs import command, run, run_here

OUT = "OUT"

# Arguments after `render`, and what the message must say.
WRONG: dict[str, tuple[list[str], list[str]]] = {
    "scenario": (["streat"], ["streat", "did you mean", "street"]),
    "key": (["street", "--set", "camera.hight_m=1.5"], ["camera.hight_m", "did you mean camera.height_m"]),
    "type": (["street", "--set", "camera.height_m=tall"], ["camera.height_m", "expected", "got"]),
    "range": (["street", "--set", "camera.horizontal_fov_deg=200"], ["camera.horizontal_fov_deg", "1..170", "200"]),
    "distribution": (["street", "--set", "camera.height_m={unifrom: [1, 2]}"], ["camera.height_m", "uniform"]),
    "weather": (["street", "--set", "weather=rian"], ["weather", "did you mean", "rain"]),
    "size": (["street", "--set", "camera.size_px=[0, 10]"], ["camera.size_px", "16..8192"]),
    "output kind": (["street", "--set", "outputs=[cocoo]"], ["outputs", "did you mean", "coco"]),
    "no frames": (["street", "-n", "0"], ["frames", "expected", "0"]),
    "negative frames": (["street", "-n", "-4"], ["frames", "-4"]),
    "override": (["street", "--set", "weather"], ["--set", "path=value"]),
    "shard": (["street", "--shard", "3/3"], ["--shard", "I/N"]),
    "device": (["street", "--device", "gpu"], ["--device", "cuda"]),
    "cluster": (["street", "--on", "moon"], ["--on", "local"]),
    "engine": (["street", "--engine", "unreal"], ["--engine", "cycles"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_request(name: str, tmp_path: Path) -> None:
    arguments, fragments = WRONG[name]
    said = run_here("render", *arguments, "-o", tmp_path / OUT, status=2)
    for fragment in fragments:
        assert fragment in said
    assert not (tmp_path / OUT).exists()


@pytest.mark.blender
def test_an_absent_device_names_what_is_there(tmp_path: Path) -> None:
    said = run(command("render", "street", "--device", "metal", "-o", tmp_path / OUT), status=1)
    assert "expected a device of kind metal, but this machine has" in said
    assert "cpu" in said
    assert not (tmp_path / OUT).exists()


RED = "\x1b[31mred\x07"


@pytest.mark.parametrize(
    "arguments",
    [
        ["render", RED, "-o", OUT],
        ["render", "street", "-o", OUT, "--set", f"{RED}=1"],
        ["render", "street", "-o", OUT, "--set", 'weather="\\e[31mred"'],
        ["render", "street", "-o", OUT, f"--{RED}"],
        ["render", "street", "-o", OUT, "--engine", RED],
        ["render", "street", "-o", OUT, "--device", RED],
        ["render", "street", "-o", OUT, "--shard", RED],
        ["check", RED],
        ["stats", RED],
        ["merge", RED, "-o", OUT],
        ["list", RED],
        [RED],
    ],
    ids=lambda arguments: "-".join(arguments).replace(RED, "red"),
)
def test_nothing_that_is_quoted_drives_a_terminal(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == (1 if arguments[0] == "check" else 2)
    assert "\\x1b[31mred" in result.output
    assert not set(result.output) & {"\x1b", "\x07"}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ["render", "x" * 100_000, "-o", OUT],
        ["render", "street", "-o", OUT, "--" + "x" * 100_000],
        ["list", "x" * 100_000],
    ],
    ids=["config", "option", "table"],
)
def test_a_long_mistake_has_a_short_message(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert len(result.output) < 1_200  # with the usage, two lines


def test_a_foreign_pack_is_not_passed_over_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = "id#1=Mine#sofa\nname#1=Sofa\nmodel#1=/sofa.obj\nwidth#1=90\ndepth#1=90\nheight#1=80\n"
    with zipfile.ZipFile(tmp_path / "mine.sh3f", "w") as pack:
        pack.writestr("PluginFurnitureCatalog.properties", f"id=Mine\n{entry}")
        pack.writestr("sofa.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    monkeypatch.setenv("LONGTAIL_PACKS", f"{tmp_path}{os.pathsep}{tmp_path / 'gone'}")
    listing("assets")
    said = capsys.readouterr().err
    assert f"{tmp_path}/mine.sh3f: holds 1 model, of which Longtail knows none" in said
    assert f"LONGTAIL_PACKS: {tmp_path}/gone: expected a folder of .sh3f files" in said


def test_broken_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    config = tmp_path / "broken.yaml"
    config.write_text("camera:\n  height_m: [1, 2\nseed: 3\n")
    said = run_here("render", config, "-o", tmp_path / OUT, status=2)
    assert "broken.yaml" in said
    assert "line 3" in said or "line 2" in said


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    photo = tmp_path / OUT / "photo.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"mine")
    said = run_here("render", "street", "-n", 1, "--device", "cpu", "-o", photo.parent, status=2)
    assert "other files" in said
    assert [path.name for path in photo.parent.iterdir()] == ["photo.jpg"]


@pytest.mark.parametrize("place", ["file", "below a file"])
def test_an_unwritable_output(place: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    out = file if place == "file" else file / OUT
    said = run_here("render", "street", "-n", 1, "--device", "cpu", "-o", out, status=2)
    assert str(file) in said
    assert file.read_text() == "mine"


def test_a_broken_model_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Scopia.sh3f").write_bytes(b"PK\x03\x04 not a zip")
    monkeypatch.setenv("LONGTAIL_PACKS", str(tmp_path))
    said = run_here("render", "street", "-n", 1, "--device", "cpu", "-o", tmp_path / OUT, status=2)
    assert "Scopia.sh3f" in said
    assert not (tmp_path / OUT).exists()


def test_a_signal_while_options_are_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: str) -> None:
        raise StoppedError("SIGTERM")

    monkeypatch.setattr("longtail.render.storage.place.place", stopped)
    result = CliRunner().invoke(main, ["check", OUT])
    assert (result.exit_code, result.output) == (1, "longtail: stopped by SIGTERM\n")


def test_a_dry_run_has_the_same_to_tell_as_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path / "train", [], describe(config := load("street", [], frames=9), catalogue_of(config)))
    monkeypatch.setenv("LONGTAIL_PACKS", str(tmp_path / "none"))
    said = run_here("render", "street", "-n", 1, "--device", "cpu", "--dry-run", "-o", tmp_path / OUT)
    assert f"LONGTAIL_PACKS: {tmp_path / 'none'}: expected" in said
    assert "so 1 frame will be in both" in said
    assert [path.name for path in tmp_path.iterdir()] == ["train"]


def test_a_million_frames_are_planned_in_no_memory(tmp_path: Path) -> None:
    words = command("render", "street", "-n", 1_000_000, "--device", "cpu", "--dry-run", "-o", tmp_path / OUT)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert "1,000,000 frames" in run(words)
    grown_mb = (resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before) / 1024
    assert grown_mb < 400
    assert not (tmp_path / OUT).exists()


@pytest.mark.parametrize(
    "arguments",
    [["check", OUT], ["stats", OUT], ["merge", OUT, "-o", "all"]],
    ids=lambda arguments: arguments[0],
)
def test_no_dataset_there(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = [str(tmp_path / word) if word == OUT else word for word in arguments]
    assert str(tmp_path / OUT) in run_here(*words, status=1 if arguments[0] == "check" else 2)
    assert list(tmp_path.iterdir()) == []


def test_listing() -> None:
    for said in (run_here("list"), run_here("list", "--help")):
        assert [table for table in TABLES if table not in said] == []
    said = run_here("list", "categorys", status=2)
    assert "expected one of scenarios" in said
    assert "did you mean categories" in said


def test_every_table_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    texts = {table: listing(table) for table in TABLES}
    assert all(text.strip() and text.isascii() for text in texts.values())
    assert capsys.readouterr().out == ""
    assert "weather.rain.rate_mm_h" in texts["scenarios"]
    assert "0.1..200 mm/h" in texts["scenarios"]
    assert "{uniform: [-18, -7]}" in texts["lights"]
    assert [line.split()[:3] for line in texts["categories"].splitlines()[1:-1]] == [
        [*category.name.split(), "thing" if category.is_thing else "stuff", category.supercategory][:3]
        for category in CATEGORIES
    ]
    for place, scenario in enumerate(SCENARIOS.values(), start=-len(SCENARIOS)):
        columns = [line.split() for line in texts["categories"].splitlines()[1:-1]]
        shown = {" ".join(words[: -4 - len(SCENARIOS)]): words[place] for words in columns}
        assert {name: int(number) for name, number in shown.items() if number != "-"} == scenario.taxonomy.ids


def test_every_key_of_a_config_is_listed_with_its_range_and_default() -> None:
    """A dumped config holds every key; what is not a parameter of the scenario is a setting."""
    parameters, chosen = listing("scenarios").splitlines(), listing("settings").splitlines()
    listed = {line.split()[0] for line in [*parameters, *chosen] if line.startswith("  ")}
    assert listed >= {"scenario", *SCENARIOS["street"].space.paths, *setting_paths(), *JOINT}
    rows = {line.split()[0]: re.split(r"  +", line.strip()) for line in chosen if line.startswith("  ")}
    # Name, range, default and meaning, but for the joint keys: name and example.
    assert {key: row for key, row in rows.items() if len(row) < (2 if key in JOINT else 4)} == {}
    assert rows["camera.size_px"][1:3] == ["16..8192 each", "[960, 540]"]
    assert rows["render.samples"][1:3] == ["1..65536", "28 (warehouse: 27)"]
    assert rows["render.denoise_quality"][1:3] == ["fitted|fast|balanced|high", "fitted"]
    assert rows["assets.packs"][1:3] == ["true|false", "true"]
    assert rows["render.engine"][1:3] == ["cycles|eevee", "cycles"]


def test_the_examples_of_joint_keys_are_right() -> None:
    for key, example in EXAMPLES.items():
        asked = example.rpartition(": ")[0]
        weather = ["weather=fog"] if key == "sweep" else []
        made = load("street", [f"{key}={asked}", *weather]).to_json()
        assert made[key]


def test_a_disk_that_fails_while_results_are_written_is_one_message(tmp_path: Path) -> None:
    part = dataset(tmp_path / "part", 3)
    largest = max(path.stat().st_size for path in part.rglob("*") if path.is_file())
    words = command("merge", part, "-o", tmp_path / OUT)
    limited = f"ulimit -f {largest // 1024 // 2}; exec {shlex.join(words)}"
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"longtail: {tmp_path / OUT}: cannot be written to: File too large; the finished frames are kept. Mend that "
        "and run the same command again to go on"
    ]


def test_a_pipe_whose_reader_has_left_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command("list", "assets"), stdout=writer, stderr=subprocess.PIPE, text=True, check=False, timeout=120
    )
    os.close(writer)
    assert done.stderr == ""

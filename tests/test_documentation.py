"""What the pages show is true: Python is run, configs are drawn from, commands are parsed, planned or run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from longtail.command_line import main
from longtail.render.commands import run
from longtail.render.foreseeing import disk_size
from longtail.render.frame.redrawing import DRAWS
from longtail.render.importing.loading import load
from longtail.render.importing.pack_file import Stated, read_pack_file
from longtail.render.storage.remote import Remote
from longtail.scenes.assets.library.store import Library
from longtail.scenes.camera.lenses import lens_of
from longtail.scenes.camera.rigs import RIGS
from longtail.scenes.config.camera_spelling import SPELLINGS
from longtail.scenes.config.leaves import sections_of
from longtail.scenes.config.resolving import resolve
from longtail.scenes.config.settings import is_device, setting_paths
from longtail.scenes.config.yaml_reader import read_text
from longtail.scenes.drawing import impossible
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scenarios.street.traffic import DRIVING_MIX, PARKED_MIX
from longtail.scenes.scenarios.table import SCENARIOS
from tests import snippets, stand_ins
from tests.annotate.judging import judged
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, show, store
from tests.annotate.test_find import CONFIG
from tests.annotate.test_mixing import staged_real_set
from tests.pages import (
    EXTENDING,
    PAGES,
    ROOT,
    indented,
    mentioned_commands,
    of_language,
    own_scenario,
    place_blend,
    spans,
    whole_commands,
)
from tests.pages import snippets as blocks_of
from tests.scenes.test_library import described, shaped

# What shells on these pages call beside Longtail. tests/docker/ tries what docker/ has of it.
OTHER_PROGRAMS = {
    "make", "docker", "podman", "buildah", "debootstrap", "kubectl", "sbatch", "ray",
    "sh", "time", "sleep", "mkdir", "export", "diff", "run",
}  # fmt: skip
OTHER_OPTIONS = {
    "--cpus", "--memory", "--user", "--gpus", "--runtime", "--read-only", "--tmpfs", "--userns",
    "--entrypoint", "--init", "--shards",
}  # fmt: skip

# What the .blend of the page on scenarios of one's own has beside the parameters of ours.
OF_A_PLACE = {
    *("camera.viewpoint", "camera.shift_m", "camera.turn_deg", "camera.tilt_deg"),
    *("objects.car_van.share", "objects.person.count", "lighting.lamps"),
}

OWN_MODELS = "docs/own-models.md"
YAML: list[Any] = [
    (block.page, read_text(block.text, block.page))
    for block in of_language("yaml")
    if block.page not in (OWN_MODELS, EXTENDING)
]


def spelled(shown: Any) -> str:
    """The name of a case: a page, or the words of a command."""
    return shown if isinstance(shown, str) else " ".join(shown)


@pytest.mark.parametrize("page", PAGES)
def test_all_that_looks_like_code_is_in_a_block_that_is_run(page: str) -> None:
    assert {block.language for block in blocks_of(page)} <= {"python", "yaml", "sh", "console", "text"}
    for block in indented(page):
        assert re.match(r" {4}\S+/", block), f"{page}: expected a listing of files, got code out of a fence: {block}"


def test_every_program_in_python_has_what_it_must_find() -> None:
    assert {(block.page, block.heading) for block in of_language("python")} == snippets.FINDS.keys()


@pytest.mark.filterwarnings("ignore")  # of webdataset
@pytest.mark.parametrize(("page", "heading"), snippets.FINDS)
def test_python_finds_what_is_there(page: str, heading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = snippets.stage(tmp_path / "out")
    if page == "docs/storage.md":
        snippets.into_tars(root)
    if (page, heading) == ("docs/labels.md", "Roads"):
        snippets.with_lanes(root)
    if (page, heading) == ("docs/labels.md", "Disparity"):
        snippets.with_a_pair(root)
    if (page, heading) == ("docs/labels.md", "Links of robots"):
        snippets.with_a_robot(root)
    if (page, heading) == ("docs/labels.md", "Point clouds"):
        snippets.with_points(root)
    if page == "docs/tabletop.md":
        snippets.with_a_mug(root)
    if page == "docs/python.md":
        stand_ins.torch(monkeypatch)
        stand_ins.tables(monkeypatch)
        stand_ins.rendering(monkeypatch, root)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks_of(page):
        if (block.language, block.heading) == ("python", heading):
            exec(compile(block.text, f"{page}: {heading}", "exec"), names)
    snippets.FINDS[page, heading](names)


@pytest.mark.parametrize(("page", "document"), YAML, ids=spelled)
def test_a_config_loads_and_draws(page: str, document: dict[str, Any]) -> None:
    config = resolve(document, where=page)
    for index in range(12):
        assert draw(config.asked, index).values.keys() == config.parameters.keys()


def test_a_pack_is_what_a_pack_may_be(tmp_path: Path) -> None:
    blocks = {block.heading: block.text for block in blocks_of(OWN_MODELS) if block.language == "yaml"}
    (tmp_path / "pack.yaml").write_text(blocks["Robots"])
    assert read_pack_file(tmp_path / "pack.yaml").of("arm.urdf", "arm").poses == 12
    (tmp_path / "pack.yaml").write_text(blocks["pack.yaml"])
    pack = read_pack_file(tmp_path / "pack.yaml")
    assert pack.of("excavator.glb", "excavator").size_m == 3.4
    assert pack.of("mugs/red.obj", "red").mass_kg == 0.35
    stated = re.findall(r"^\| (`.*?`) \|", PAGES[OWN_MODELS], re.MULTILINE)
    assert {key for cell in stated for key in re.findall(r"`(\w+)`", cell)} == set(Stated.model_fields)


def test_a_config_of_ones_own_scenario_loads_and_draws(tmp_path: Path) -> None:
    (tmp_path / "my_yard.py").write_text(own_scenario(), encoding="utf-8")
    (block,) = (block for block in blocks_of(EXTENDING) if block.language == "yaml")
    (tmp_path / "yard.yaml").write_text(block.text, encoding="utf-8")
    config = load(tmp_path / "yard.yaml")
    assert sum(draw(config.asked, i).values["lighting.sun_elevation_deg"] < 10 for i in range(40)) == 10
    assert draw(config.asked, 39).values.keys() == config.parameters.keys()


def test_the_pages_show_every_joint_key() -> None:
    assert {key for _, document in YAML for key in document} >= {"cameras", "quotas", "require", "variants", "sweep"}


def test_the_numbers_of_the_page_on_configuration() -> None:
    quotas, kinds, _, seen, variants, sweep, *_ = (doc for page, doc in YAML if page == "docs/configuration.md")
    config = resolve(quotas)
    floods = ["flood" in str(draw(config.asked, i).values["weather"]).split("+") for i in range(200)]
    assert (sum(floods), sum(floods[:100])) == (20, 10)
    config = resolve(kinds)
    # 99.99 were asked for, less than one more or less.
    assert sum(draw(config.asked, i).values["objects.presence.truck"] == "some" for i in range(300)) in (99, 100)
    assert len(resolve(seen).require_seen) == 2
    config = resolve(variants)
    assert config.frames / config.plan.pictures_per_scene == 100
    config = resolve(sweep)
    assert [draw(config.asked, i).scene for i in (0, 9, 10, 99)] == [0, 0, 1, 9]
    page = " ".join(PAGES["docs/configuration.md"].split())
    *most, last = (f"{share:.0%} {kind}".replace("%", " %") for kind, share in DRIVING_MIX.items())
    assert f"vehicles that drive are {', '.join(most)} and {last}," in page
    assert (
        "those that park "
        + " and ".join(f"{share:.0%} {kind}" for kind, share in PARKED_MIX.items()).replace("%", " %")
        in page
    )
    assert f"of which {DRAWS} draws fail" in page


def test_the_numbers_of_the_page_on_cameras() -> None:
    rig, camera, spread = (doc for page, doc in YAML if page == "docs/cameras.md")
    config = resolve(rig)
    assert config.frames / config.plan.pictures_per_scene == 10
    for config, kinds in ((resolve(camera), 1), (resolve(spread), 4)):
        lenses = [lens_of(config.camera.lens_request, draw(config.asked, i).values) for i in range(4)]
        assert lenses[0].cy_px == 355.6 + 0.5
        assert len({lens.fx_px for lens in lenses}) == kinds
    assert set(re.findall(r"`(\w+)`", PAGES["docs/cameras.md"].replace("cameras: ", ""))) >= RIGS.keys()


def test_shells_call_longtail_and_what_is_known() -> None:
    for block in of_language("sh", "console"):
        for line in block.text.replace("\\\n", " ").splitlines():
            if line.startswith("$ ") or block.language == "sh":
                first = re.sub(r"^(\$ )?(\w+=(\$\()?)?", "", line).split()[0].rstrip("()")
                assert first == "longtail" or first in OTHER_PROGRAMS or first.startswith("$"), f"{block.page}: {line}"


@pytest.mark.parametrize(("page", "words"), whole_commands(), ids=spelled)
def test_a_command_does_what_it_can(
    page: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "3")
    monkeypatch.setenv("out", str(tmp_path / "slurm"))
    monkeypatch.setattr(run, "require_cluster", lambda: None)
    if (recipe := "out/failed/000007.json") in words:
        (tmp_path / recipe).parent.mkdir(parents=True)
        (tmp_path / recipe).write_text('{"scenario": "street", "frames": 8}')
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "street.yaml").symlink_to(ROOT / "examples/street.yaml")  # where the container has it
    (tmp_path / "my_yard.py").write_text(own_scenario(), encoding="utf-8")
    if "my_place.blend" in words:
        (tmp_path / "my_place.blend").write_bytes(place_blend())
    name, *rest = [os.path.expandvars(word) for word in words]
    assert name in main.commands, page
    if name == "scene" or "--schema" in words:
        done(words)
        return
    if "scene.json" in words:
        done(["scene", "street"])
        done(["render", *rest, "--dry-run", "--device", "cpu"])
        return
    if name == "assets":
        on_assets(rest, tmp_path, monkeypatch)
        return
    given = main.commands[name].make_context(name, list(rest)).params
    if name == "render":
        assert is_device(given["device"] or "auto")
        config = load(given["config"], given["changes"], seed=given["seed"], frames=given["frames"])
        assert draw(config.asked, 0).values
        monkeypatch.setattr(impossible, "MOST_DRAWS", 1)  # thousands have just been looked at
        monkeypatch.setattr(disk_size, "SCENES_DRAWN", 1)  # how large sets become is asked elsewhere
        if not isinstance(given["output"], Remote):
            done(["render", *rest, "--dry-run", "--device", "cpu"])
    elif name == "preview":
        assert load(given["config"], given["changes"], seed=given["seed"]).parameters
    elif name == "list":
        done(words)
    elif name == "check" and given["other"]:
        done([name, str(dataset(here(tmp_path, given["dataset"]))), str(dataset(here(tmp_path, given["other"]), 0))])
    elif name == "find":
        again = ["--with-rejected"] if given["with_rejected"] else []
        done([name, str(judged(dataset(here(tmp_path, given["dataset"]), config=CONFIG))), given["query"], *again])
    elif name == "split":
        done([name, str(dataset(here(tmp_path, given["dataset"]), 40)), *map(str, given["shares"])])
    elif name == "mix":
        staged_real_set(given["real"].parent)
        dataset(here(tmp_path, given["synthetic"]), 9)
        done(words)
    elif name == "stats" and isinstance(given["dataset"], Path):
        whole = dataset(here(tmp_path, given["dataset"]), 3)
        if given["against"]:
            staged_real_set(given["against"].parent)
        done([name, str(whole), *(str(word) for word in rest[1:])])
    elif name == "check" and isinstance(given["dataset"], Path):
        done([name, str(dataset(here(tmp_path, given["dataset"])))])
    elif name == "export" and isinstance(given["dataset"], Path):
        whole = judged(dataset(here(tmp_path, given["dataset"]), 40))
        split = ["--split", *map(str, given["split"])] if given["split"] else []
        wanted = [word for key in ("where", "classes") if given[key] for word in (f"--{key}", given[key])]
        done([name, str(whole), "--to", given["to"], "-o", str(here(tmp_path, given["output"])), *split, *wanted])
    elif name == "merge" and not any(isinstance(place, Remote) for place in given["inputs"]):
        done(["merge", *map(str, parts(tmp_path, given["inputs"])), "-o", str(here(tmp_path, given["output"]))])
    else:
        assert name in (
            "doctor",
            "check",
            "stats",
            "merge",
            "fit",
            "review",
            "evaluate",
            "supplement",
            "turing",
        )  # tried by tests of their own, stores by tests/render/


def on_assets(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command about models of one's own; those that take a Blender are tried in tests/blender/."""
    monkeypatch.setenv("LONGTAIL_LIBRARY", str(tmp_path / "library"))
    kept = described("own/my-models/sedan", "car", licence="CC0-1.0")
    Library(tmp_path / "library").add(kept, shaped())
    group = main.commands["assets"]
    assert isinstance(group, click.Group)
    assert group.commands[words[0]].make_context(words[0], list(words[1:])).params
    if words[0] not in ("add", "show"):
        done(["assets", *words])


def every_command() -> Iterator[click.Command]:
    for command in main.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from command.commands.values()


def done(words: list[str]) -> None:
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 0, answer.output


def here(tmp_path: Path, place: Path) -> Path:
    """The place below `tmp_path`, also where the page has it elsewhere."""
    return place if place.is_relative_to(tmp_path) else tmp_path / place.relative_to(place.anchor)


def parts(tmp_path: Path, inputs: tuple[Path, ...]) -> Iterator[Path]:
    """The places of one run's parts, which are filled; a star stands for two of them."""
    places = [Path(str(place).replace("*", star)) for place in inputs for star in ("0", "1")[: 1 + ("*" in str(place))]]
    for number, place in enumerate(places):
        store(here(tmp_path, place), show(4)[number :: len(places)], info(4))
        yield here(tmp_path, place)


@pytest.mark.parametrize(("page", "words"), mentioned_commands(), ids=spelled)
def test_a_command_in_a_sentence_is_one(
    page: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "my_place.blend" in words:
        (tmp_path / "my_place.blend").write_bytes(place_blend())
        monkeypatch.chdir(tmp_path)
    name, *rest = words
    if name.startswith("-"):
        done(words)
        return
    assert name in main.commands, page
    try:
        given = main.commands[name].make_context(name, list(rest)).params
    except click.MissingParameter:
        return
    if name == "list":
        done(words)
    if name == "render" and given["config"] in SCENARIOS:
        assert load(given["config"], given["changes"])


@pytest.mark.parametrize("page", PAGES)
def test_options_and_keys_in_sentences_are_known(page: str) -> None:
    options = {option for command in every_command() for param in command.params for option in param.opts}
    homes = {path: name for name, scenario in reversed(SCENARIOS.items()) for path in scenario.space.paths}
    names = {*homes, *setting_paths(), *SPELLINGS}
    known = names | sections_of(names)
    for span in spans(page):
        if span.startswith("--"):
            for option in re.findall(r"(?:^| )(--[a-z-]+)", span):
                assert option in options | OTHER_OPTIONS, f"{page}: {span}"
        key = re.fullmatch(r"(?:--set )?([a-z_]+(?:\.[a-z0-9_]+)+)(?:\.\*|=.*)?", span)
        if key and key[1].partition(".")[0] in known and key[1] not in OF_A_PLACE:
            assert key[1] in known, f"{page}: {span}"
        if key and span.startswith("--set ") and key[1] in known:
            load(homes.get(key[1], "street"), [span.removeprefix("--set ")])

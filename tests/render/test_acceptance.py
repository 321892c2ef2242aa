"""A command that is refused has written nothing, and a dry run is refused as a run is."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from longtail.annotate import AssetCredit
from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.part import part_of
from longtail.annotate.errors import ConfigError, DatasetError, DeviceError, LongtailError, StorageError
from longtail.command_line import main
from longtail.render.commands import run
from longtail.render.commands.assets import Adding, add
from longtail.render.commands.credits import credit_more
from longtail.render.commands.finish import check_dataset, merge_shards, write_statistics
from longtail.render.commands.preview import preview_sheet
from longtail.render.commands.review import review_dataset
from longtail.render.commands.run import Request, render_dataset
from longtail.render.commands.running_merge import RunningMerge
from longtail.render.commands.split import split_dataset
from longtail.render.machine.devices import Device, ranked
from longtail.render.machine.probe import Answer
from longtail.render.storage.lock import LOCK_PATH, at_work, locked
from longtail.render.storage.place import accepted, begun, config_source, held, local_place, place
from longtail.render.storage.remote import Remote
from longtail.render.storage.store import Store
from longtail.render.workers.request import default_workers, describe, worker_memory_mb
from longtail.scenes.assets import catalogue
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.loading import load
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, messages, reseal, show, store, tree
from tests.object_store import s3
from tests.render.begun import folder_store

__all__ = ["s3"]

CREDITS = (AssetCredit("board_bus", "A", "CC0", "x"), AssetCredit("board_car", "Longtail", "CC0", "procedural"))


def everything(root: Path) -> dict[str, bytes | None]:
    """Every file's bytes, and every folder, below `root`."""
    return {str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


def ours(frames: int = 3, **changes: object) -> DatasetInfo:
    config = load("street", ("assets.packs=false",), seed=5, frames=frames)
    return replace(describe(config, catalogue_of(config)), **changes)  # type: ignore[arg-type]


def sheet(output: Path) -> None:
    preview_sheet("street", output=output, frames=1, seed=1, changes=(), device="cpu", conditions=False)


def tarred(out: Path) -> None:
    folder_store(out, ours())
    (out / "shards").mkdir()
    (out / "shards" / "000000.tar").write_bytes(bytes(10240))


def loose(out: Path) -> None:
    folder_store(out, ours()).commit(2, {"images/000002.png": b"picture"}, b"{}")


def foreign(out: Path) -> None:
    out.mkdir()
    (out / "photo.jpg").write_bytes(b"mine")


def mine(out: Path) -> None:
    out.write_bytes(b"mine")


def at_work_there(out: Path) -> None:
    folder_store(out, ours())


def another(out: Path) -> None:
    folder_store(out, ours(seed=6))


# What is there, what is asked for beside it, and what the message says.
REFUSED: dict[str, tuple[Callable[[Path], None], dict[str, Any], str]] = {
    "tars": (tarred, {}, "add --format webdataset"),
    "loose files": (loose, {"layout": "webdataset"}, "got loose ones"),
    "frames beyond": (loose, {"frames": 2}, "ask for --frames 3 or more"),
    "foreign files": (foreign, {}, "other files in it"),
    "another request": (another, {}, "another request"),
    "a file": (mine, {}, "expected a folder to write to"),
    "a busy port": (loose, {"metrics_port": 0}, "expected a free port"),
    "a run at work": (at_work_there, {}, "another run is at work"),
    "a new place, no graphics": (lambda _: None, {"engine": "eevee"}, "no graphics"),
    "a dead cluster": (at_work_there, {"where": "ray"}, "Ray"),
    "a new place, a busy port": (lambda _: None, {"metrics_port": 0}, "expected a free port"),
}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """One CPU, no graphics, no cluster, and no Blender to ask."""

    def refuse(engine: str, *_: object) -> None:
        if engine == "eevee":
            raise ConfigError("no graphics")

    monkeypatch.setattr("longtail.render.commands.run.devices_for", lambda _: ((Device("cpu", "CPU"),),))
    monkeypatch.setattr("longtail.render.commands.run.check_engine", refuse)
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("dry", [True, False], ids=["dry run", "run"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_run_writes_nothing(name: str, dry: bool, tmp_path: Path) -> None:
    prepare, options, said = REFUSED[name]
    out = tmp_path / "new" / "out" if name.startswith("a new") else tmp_path / "out"
    prepare(out)
    with ExitStack() as stack:
        if name == "a run at work":
            stack.enter_context(locked(out))
        if "metrics_port" in options:
            taken = stack.enter_context(socket.create_server(("0.0.0.0", 0)))
            options = {**options, "metrics_port": taken.getsockname()[1]}
        before = everything(tmp_path)
        request = Request("street", out, **{"frames": 3, "seed": 5, "changes": ("assets.packs=false",), **options})
        with pytest.raises(LongtailError, match=said):
            render_dataset(replace(request, dry_run=dry))
        assert everything(tmp_path) == before


@pytest.mark.usefixtures("machine")
def test_a_dry_run_that_is_accepted_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loose(tmp_path / "out")
    before = everything(tmp_path)
    request = Request("street", tmp_path / "out", 3, 5, ("assets.packs=false",), dry_run=True, metrics_port=0)
    assert render_dataset(request) == 0
    assert "; 1 of them there already" in capsys.readouterr().out
    assert render_dataset(replace(request, output=tmp_path / "new", only=(1,))) == 0
    assert "1 frame of" in capsys.readouterr().out
    assert everything(tmp_path) == before


def test_a_read_only_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = dataset(tmp_path / "part")
    monkeypatch.setattr(os, "access", lambda *_: False)
    refusals: dict[Callable[[], object], str] = {
        lambda: Store.accepted(tmp_path / "a" / "b", info(3)): "choose another -o",
        lambda: merge_shards([part], tmp_path / "c"): "choose another -o",
        lambda: write_statistics(part, None, tmp_path / "d"): "choose another -o",
        lambda: write_statistics(part, None, None): "-o FOLDER writes them elsewhere",
        lambda: sheet(tmp_path / "s.png"): "choose another -o",
        lambda: split_dataset(part, (1, 0, 0)): "copy it to where you may write",
        lambda: review_dataset(part, 0, 0): "copy it to where you may write",
        lambda: add(tmp_path, str(tmp_path / "library"), Adding(), lambda _: True): "--library",
    }
    for refused, way in refusals.items():
        with pytest.raises(DatasetError, match=f"read-only; .*{way}") as error:
            refused()
        assert error.value.exit_status == 2
    assert [path.name for path in tmp_path.iterdir()] == ["part"]


@pytest.mark.parametrize("place", ["no/such/dir/sheet.png", "folder"])
def test_a_sheet_goes_into_a_folder_that_exists(place: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(DatasetError, match="expected a PNG file"):
        sheet(tmp_path / place)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


def test_a_beginning_that_fails_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(StorageError, match="disk is full"),
        accepted(tmp_path / "new" / "out", info(3)) as found,
        begun(found, info(3)),
    ):
        raise AssertionError("begun")
    assert list(tmp_path.iterdir()) == []


def test_a_start_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / LOCK_PATH).parent.mkdir()
    (tmp_path / LOCK_PATH).write_text("process 1 on rig\n")
    (tmp_path / "dataset.json.tmp").write_text("{")
    assert Store.accepted(tmp_path, info(3)).committed() == frozenset()


def test_credits_and_what_was_asked_for_stay_while_a_run_goes_on(tmp_path: Path) -> None:
    root = dataset(tmp_path, 3)
    before = Dataset.open(root).info.assets
    assert before
    with (
        accepted(root, info(9, assets=(), part=part_of([7]))) as found,
        begun(found, info(9, assets=(), part=part_of([7]))),
    ):
        now = Dataset.open(root).info
    assert now.assets == before
    assert list(now.asked()) == [0, 1, 2, 7]


def test_frames_have_their_credits_whenever_the_run_is_killed(tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", 3)
    about = info(3, assets=())
    kept, of = folder_store(tmp_path / "out", about), Dataset.open(whole)
    for index in range(3):
        files = {path: (whole / path).read_bytes() for path in of.record(index).files}
        kept.commit(index, files, of.record_bytes(index))
    some = zip(("board_bus", "board_car"), catalogue(packs=False).values(), strict=False)
    assets = {name: replace(asset, name=name) for name, asset in some}
    with RunningMerge(kept, about, {0, 1, 2}, (), partial(credit_more, kept, about, assets)) as merge:
        merge.end()
    # Nobody has written anything at its end.
    assert [credit.name for credit in kept.dataset().info.assets] == ["board_bus", "board_car"]


def test_credits_are_compared_with_the_records_both_ways(tmp_path: Path) -> None:
    root = dataset(tmp_path, 2, assets=CREDITS)
    assert "expected credits of what a frame has" not in messages(root)
    about = Dataset.open(root).info
    reseal(root, 1, lambda of: [item.update(asset="pack/road") for item in of["objects"] if item["category"] == "road"])
    (root / "dataset.json").write_bytes(replace(about, assets=()).dumps())
    assert messages(root) == (
        "dataset.json: expected a credit for each asset; the command that made the dataset writes them anew, got none "
        "for pack/road"
    )
    credit = AssetCredit("pack/road", "A", "CC0", "x")
    (root / "dataset.json").write_bytes(replace(about, assets=(credit,)).dumps())
    assert check(root) == []
    (root / "dataset.json").write_bytes(replace(about, assets=(credit, replace(credit, name="pack/bus"))).dumps())
    assert "got one for pack/bus" in messages(root)


def test_a_running_set_has_no_leftovers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(tmp_path, show(3)[:2], info(3))
    (tmp_path / "images" / "000002.png.tmp").write_bytes(b"half")
    (tmp_path / "depth" / "000002.png").write_bytes(b"whole, but without a record yet")
    with locked(tmp_path):
        assert check_dataset(tmp_path) == 0
        said = capsys.readouterr()
        assert f"{tmp_path}: a run is at work there (process {os.getpid()} on " in said.err
        assert "only the frames that are there now were checked" in said.err
        write_statistics(tmp_path, None, tmp_path / "stats")
        assert "this is of the frames that are there now" in capsys.readouterr().err
        merge_shards([tmp_path], tmp_path / "merged")
        assert "this is of the frames that are there now" in capsys.readouterr().err
        with pytest.raises(StorageError, match="another run is at work there"):
            merge_shards([tmp_path / "merged"], tmp_path)
    assert check_dataset(tmp_path) == 1
    assert "it may be deleted" in capsys.readouterr().out


def test_where_there_can_be_no_lock_nobody_is_at_work(tmp_path: Path) -> None:
    """What is wrong with the place is for the reader of the dataset to say, not for the lock's."""
    (tmp_path / "loop").symlink_to("loop")
    for name in ("loop", "a" * 300):
        assert at_work(tmp_path / name) is None
        with pytest.raises(DatasetError, match="expected a dataset that `longtail render` made"):
            Dataset.open(tmp_path / name)


def test_a_look_at_the_lock_leaves_it_as_it_is(tmp_path: Path) -> None:
    assert at_work(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    with locked(tmp_path):
        assert at_work(tmp_path) == f"process {os.getpid()} on {socket.gethostname()}"
    assert at_work(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "s3:/b/out", "s3:b", "S3:/b", "s3://", "s3:///b", "s3://b//x", "s3://b/x//", "s3://b/../x", "s3://b/./x",
        "gs:\\b\\x", "moon:/x", "moon://x", "file:", "file:out", "file://host/x", "az::s3://b/x", "",
        " s3://b/x", "s3://b/x\n", "\ts3:/b",
    ],
)  # fmt: skip
def test_what_looks_like_a_url_is_one_or_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match="expected"):
        place(text)
    with pytest.raises(ConfigError, match="expected"):
        local_place(text)


def test_urls_and_paths() -> None:
    pytest.importorskip("fsspec")
    assert place("memory://b/x/") == Remote("memory://b/x")
    assert place("MEMORY://b/x") == Remote("memory://b/x")
    for text in ("file:///data/set", "file:/data/set", "file://localhost/data/set", "FILE:///data/set"):
        assert place(text) == Path("/data/set")
        assert config_source(text) == "/data/set"
    for text in ("out", "a:b", "run:2026-11-26", "./s3:/b", "C:/data", "C:\\data", "out/s3://b"):
        assert place(text) == local_place(text) == Path(text)
        assert config_source(text) == text
    with pytest.raises(ConfigError, match="expected a path on this machine"):
        config_source("memory://b/street.yaml")


def test_statistics_and_merges_go_into_object_stores_that_are_empty_or_of_the_run(tmp_path: Path) -> None:
    memory = pytest.importorskip("fsspec").filesystem("memory")
    memory.store.clear()
    whole = dataset(tmp_path / "whole", 3)
    report = Remote.of("memory://bucket/report")
    assert write_statistics(whole, None, report) == 0
    assert sorted(report.walk()) == ["flags.jsonl", "report.html", "stats.json"]
    out = Remote.of("memory://bucket/out")
    assert merge_shards([whole], out) == 0
    assert merge_shards([whole], out) == 0
    before = {path: out.open(path).read() for path in out.walk()}
    store(tmp_path / "other", show(3), info(3, seed=8))
    with pytest.raises(DatasetError, match="they differ in seed"):
        merge_shards([tmp_path / "other"], out)
    with pytest.raises(DatasetError, match="other files in it"):
        merge_shards([whole], report)
    assert {path: out.open(path).read() for path in out.walk()} == before
    memory.store.clear()


@pytest.mark.filterwarnings("ignore")
def test_the_folder_of_a_stores_console_is_no_file(s3: str, tmp_path: Path) -> None:
    import s3fs

    remote = Remote.of(s3)
    client = s3fs.S3FileSystem(skip_instance_cache=True)
    bucket, _, key = s3.removeprefix("s3://").partition("/")
    for folder in (f"{key}/", f"{key}/images/"):
        client.call_s3("put_object", Bucket=bucket, Key=folder, Body=b"")
    remote.put(".DS_Store", b"theirs")
    assert list(remote.walk()) == []
    with accepted(remote, info(3)) as found, begun(found, info(3)):
        assert list(remote.walk()) == ["dataset.json"]
    for path, data in tree(dataset(tmp_path / "whole", 3)).items():
        remote.put(path, data)
    assert check(remote.dataset(tmp_path)) == []


@pytest.fixture
def broken_gpu(machine: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """A GPU that is listed and makes no picture, beside the CPU."""
    card = Device("optix", "Card", "c")
    found = (card, Device("cpu", "CPU"))
    monkeypatch.setattr("longtail.render.commands.run.devices_for", lambda asked: ranked(asked, found))
    broken = Answer(None, "Failed to load OptiX kernel (OPTIX_ERROR_UNSUPPORTED_ABI_VERSION)", 1)
    monkeypatch.setattr("longtail.render.machine.proving.first_picture", lambda *_: broken)


@pytest.mark.usefixtures("broken_gpu")
def test_a_gpu_that_makes_no_picture_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    request = Request("street", tmp_path / "out", 3, 5, ("assets.packs=false",), device="optix")
    with pytest.raises(DeviceError, match=r"expected optix to make a picture.*UNSUPPORTED_ABI_VERSION"):
        render_dataset(request)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("broken_gpu")
def test_the_cpu_takes_a_broken_gpus_place_with_its_own_number_of_workers(tmp_path: Path) -> None:
    said: list[str] = []
    request = Request("street", tmp_path / "out", 3, 5, ("assets.packs=false",), workers_per_gpu=7)
    job = run._job(request)
    assert (job.devices[0].kind, job.workers) == ("optix", 7)
    job = run._proven(job, said.append)
    assert job.devices == (Device("cpu", "CPU"),)
    assert job.workers == default_workers(job.devices, needed_mb=worker_memory_mb(job.config.camera.size_px))
    assert "OPTIX_ERROR_UNSUPPORTED_ABI_VERSION" in said[0]


@pytest.mark.usefixtures("broken_gpu")
def test_a_dry_run_tries_no_device(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = Request("street", tmp_path / "out", 3, 5, ("assets.packs=false",), device="optix", dry_run=True)
    assert render_dataset(request) == 0
    assert "1 worker on optix (Card)" in capsys.readouterr().out


def test_one_merge_at_a_time_writes_a_folder(tmp_path: Path) -> None:
    """Two merges of different parts each wrote their own dataset.json and COCO files over the other's."""
    part = dataset(tmp_path / "part")
    out = tmp_path / "out"
    with held(out), pytest.raises(StorageError, match="another run is at work there"):
        merge_shards([part], out)
    assert merge_shards([part], out) == 0
    with held(out), pytest.raises(StorageError, match="another run is at work there"):
        merge_shards([part], out)


def test_a_merge_that_is_refused_leaves_no_lock(tmp_path: Path) -> None:
    part, other = dataset(tmp_path / "part"), dataset(tmp_path / "other", 2)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "cat.jpg").write_bytes(b"cat")
    before = everything(tmp_path)
    for parts, where in (([part, other], "new"), ([part], "full")):
        with pytest.raises(DatasetError):
            merge_shards(parts, tmp_path / where)
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    "words",
    [
        "supplement PART -n 2 -o FILE",
        "fit street --to PART -o FILE",
        "scene street -o FILE",
        "evaluate --train PART --test PART -o FILE",
        "stats PART --parquet FILE",
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    part = dataset(tmp_path / "part")
    before = everything(tmp_path)

    def said(file: Path) -> str:
        asked = [{"PART": str(part), "FILE": str(file)}.get(word, word) for word in words.split()]
        done = CliRunner().invoke(main, asked)
        assert done.exit_code == 2, done.output
        return done.output

    assert "got a folder; add a name" in said(tmp_path)
    access = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != tmp_path and access(place, mode))
    assert "is read-only; choose another -" in said(tmp_path / "made")
    assert everything(tmp_path) == before

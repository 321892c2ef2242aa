"""The same request gives the same bytes, however it is run, split, killed and gone on with."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from longtail.annotate import Dataset
from longtail.render.storage.quarantine import quarantine_files
from longtail.render.storage.remote import Remote
from longtail.scenes.config.loading import load
from tests.object_store import s3
from tests.planned_faults import Faults, faults
from tests.runs import QUICK, command, contents, quick_command, refused_here, render_command, run, run_here

__all__ = ["faults", "s3"]

pytestmark = pytest.mark.blender


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four frames of a street, made by one worker in one go."""
    out = tmp_path_factory.mktemp("runs") / "one"
    run(render_command(out, "--workers", 1))
    return out


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many of what is rendered soonest."""
    out = tmp_path_factory.mktemp("runs") / "plain"
    run(quick_command(out, "--workers", 1))
    return out


def test_a_finished_dataset_passes_every_check(undisturbed: Path) -> None:
    run_here("check", undisturbed)
    assert Dataset.open(undisturbed).frames() == [0, 1, 2, 3]


def test_every_instance_is_drawn_from_its_catalogue(undisturbed: Path) -> None:
    dataset = Dataset.open(undisturbed)
    credited = {credit.name for credit in dataset.info.assets}
    shown = {item.asset for record in dataset.records() for item in record.objects}
    assert credited <= shown
    assert all(credit.licence for credit in dataset.info.assets)


def test_two_workers_give_the_same_bytes(undisturbed: Path, tmp_path: Path) -> None:
    run(render_command(tmp_path / "two", "--workers", 2))
    assert contents(tmp_path / "two") == contents(undisturbed)


def test_merged_shards_of_a_job_array_give_the_same_bytes(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of five parts of four frames, one is empty; of three, one holds two.
    count = 3
    for number in range(count):
        monkeypatch.setenv("SLURM_ARRAY_TASK_ID", str(number))
        run(quick_command(tmp_path / str(number), "--workers", 1, "--shard", f"auto/{count}"))
    run_here("merge", *(tmp_path / str(number) for number in range(count)), "-o", tmp_path / "merged")
    assert contents(tmp_path / "merged") == contents(plain)


def test_killed_half_way_and_resumed_gives_the_same_bytes(plain: Path, tmp_path: Path, faults: Faults) -> None:
    out = tmp_path / "killed"
    faults.plan({3: ["wait"]})  # no machine is so fast that it is done before
    first = subprocess.Popen(
        quick_command(out, "--workers", 1),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Wait for a first frame, not for a time: the kill lands in the middle of the second.
    while first.poll() is None and not list(out.glob("frames/*.json")):
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    faults.go()
    (out / "images").mkdir(exist_ok=True)
    (out / "images" / "000003.png.tmp").write_bytes(b"torn")
    said = run(quick_command(out, "--workers", 1))
    assert "there already" in said
    assert contents(out) == contents(plain)


def test_a_killed_worker_costs_only_its_frame_a_try(plain: Path, tmp_path: Path, faults: Faults) -> None:
    out = tmp_path / "orphaned"
    faults.plan({3: ["wait", "wait"]})
    running = subprocess.Popen(quick_command(out, "--workers", 1), stderr=subprocess.PIPE, text=True)
    while running.poll() is None and not list(out.glob("frames/*.json")):
        time.sleep(0.02)
    (pid,) = out.glob("logs/desks/*/pid")
    os.kill(int(pid.read_text()), signal.SIGKILL)
    faults.go()
    _, said = running.communicate(timeout=300)
    assert running.returncode == 0, said
    assert "try 1" in said
    assert contents(out) == contents(plain)


def test_ctrl_c_keeps_finished_frames_and_merges(tmp_path: Path) -> None:
    out = tmp_path / "stopped"
    running = subprocess.Popen(quick_command(out, "--workers", 1, frames=200), stderr=subprocess.PIPE, text=True)
    while running.poll() is None and not list(out.glob("frames/*.json")):
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "run the same command again" in said
    assert "Traceback" not in said
    finished = Dataset.open(out).frames()
    assert finished
    assert len(json.loads((out / "annotations" / "instances.json").read_text())["images"]) == len(finished)


def test_another_seed_is_refused_and_nothing_is_lost(undisturbed: Path) -> None:
    before = contents(undisturbed)
    said = refused_here([*render_command(undisturbed), "--seed", "6"])
    assert "another request" in said
    assert contents(undisturbed) == before


def test_a_frame_that_failed_is_made_elsewhere_and_put_back(plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(plain, out)
    for path in out.rglob("000002.*"):
        path.unlink()
    config = load("random", list(QUICK), seed=5, frames=4)
    for name, data in quarantine_files(config, 2, ["it crashed"] * 3, b"").items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(data)
    assert "failed/000002.txt says why" in run_here("check", out, status=1)
    again = tmp_path / "again"
    run(command("render", out / "failed" / "000002.json", "-o", again, "--frame", 2, "--device", "cpu"))
    assert "a part of a run of 4 frames, of which 1 was asked for here" in run_here("check", again)
    run_here("merge", again, "-o", out)
    assert contents(out) == contents(plain)


@pytest.mark.filterwarnings("ignore")
def test_a_run_to_an_object_store_stopped_and_gone_on_with(plain: Path, tmp_path: Path, s3: str) -> None:
    run(quick_command(s3, "--workers", 1, frames=2))
    said = run(quick_command(s3, "--workers", 1))
    assert "2 of 4 frames are there already" in said
    run_here("check", s3)
    remote = Remote.of(s3)
    for path in remote.walk():
        if not path.startswith("logs/"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(remote.open(path).read())
    assert contents(tmp_path) == contents(plain)


def test_a_run_to_tars_holds_the_same_frames(plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "tars"
    run(quick_command(out, "--workers", 1, "--format", "webdataset"))
    run_here("check", out)
    assert not (out / "frames").exists()
    loose, tars = Dataset.open(plain), Dataset.open(out)
    assert [tars.record_bytes(index) for index in tars.frames()] == [loose.record_bytes(index) for index in range(4)]
    for document in ("dataset.json", "stats.json", "annotations/instances.json", "panoptic/panoptic.json"):
        assert (out / document).read_bytes() == (plain / document).read_bytes()
    assert "add --format webdataset" in refused_here(quick_command(out))

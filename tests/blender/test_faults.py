"""Real processes that are killed, hang, crash and run out of everything: each frame is there once, and as it should be.

What an undisturbed run writes is what every disturbed one must have written in the end, to the byte.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from longtail.annotate import Dataset
from longtail.render.workers.local_crew import DESKS
from longtail.render.workers.worker import PID
from tests.planned_faults import Faults, faults
from tests.runs import command, contents, quick_command, refused_here, run, run_here

__all__ = ["faults"]

pytestmark = pytest.mark.blender

FRAMES = 12
KILLS = 6
# Long enough for the slowest machine's first frame, which loads Blender, and to take all the memory below.
_FRAME_TIMEOUT_S = 45
_MEMORY_GB = 2
# More frames than are made before a signal comes.
MANY = 200


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("faults") / "undisturbed"
    run(quick_command(out, "--workers", 1, frames=FRAMES))
    return out


def small(out: Path, *options: object) -> list[str]:
    """A run of the first four frames."""
    return quick_command(out, *options, frames=4)


def first_frames(root: Path, count: int, total: int = FRAMES) -> dict[str, str]:
    """What `contents` says of the frames' own files, of those before `count`."""
    return {
        path: digest
        for path, digest in contents(root).items()
        if Path(path).stem.isdecimal() and int(Path(path).stem) < count <= total
    }


def events(out: Path, name: str) -> list[dict[str, Any]]:
    lines = map(json.loads, (out / "logs" / "events.jsonl").read_text().splitlines())
    return [line for line in lines if line["event"] == name]


def begin(words: list[str]) -> subprocess.Popen[str]:
    """The command in a process group of its own."""
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)


def workers_of(out: Path) -> list[int]:
    """The process ids on the workers' desks."""
    return [int(path.read_text() or 0) for path in out.glob(f"{DESKS}/*/{PID}")]


def until(running: subprocess.Popen[str], seen: Callable[[], object]) -> None:
    """Wait for something to happen, as long as the process lives."""
    while running.poll() is None and not seen():
        time.sleep(0.02)


def test_a_frame_that_always_crashes_is_set_aside_and_the_run_goes_on(
    undisturbed: Path, tmp_path: Path, faults: Faults
) -> None:
    out = tmp_path / "out"
    faults.plan({1: ["segfault"] * 3, 2: ["raise"]})
    said = run(small(out, "--workers", 1), status=1)
    assert "1 frame failed (1)" in said
    assert "died of SIGSEGV" in said
    assert Dataset.open(out).frames() == [0, 2, 3]
    assert sorted(path.name for path in (out / "failed").iterdir()) == ["000001.json", "000001.log", "000001.txt"]
    assert (out / "failed" / "000001.txt").read_text().count("SIGSEGV") == 3
    assert "Segmentation fault" in (out / "failed" / "000001.log").read_text()
    # Whatever went wrong, the next frame has a process of its own.
    started = {event["pid"] for event in events(out, "worker_started")}
    assert len(started) == 1 + 3 + 1
    assert "none for frame 1; failed/000001.txt says why" in run_here("check", out, status=1)

    # The recipe makes the frame alone, elsewhere; the same command makes it here, and nothing of the failure is left.
    faults.plan({})
    run(command("render", out / "failed" / "000001.json", "-o", tmp_path / "again", "--frame", 1, "--device", "cpu"))
    assert first_frames(tmp_path / "again", 4).items() <= first_frames(undisturbed, 4).items()
    run(small(out, "--workers", 1))
    assert not (out / "failed").exists()
    assert first_frames(out, 4) == first_frames(undisturbed, 4)
    run_here("check", out)


def test_hanging_and_greedy_workers_cost_an_attempt(undisturbed: Path, tmp_path: Path, faults: Faults) -> None:
    out = tmp_path / "out"
    faults.plan({0: ["leave"], 1: ["eat_memory"], 2: ["hang"]})
    said = run(small(out, "--workers", 1, "--frame-timeout", _FRAME_TIMEOUT_S, "--memory-limit", _MEMORY_GB))
    assert "ended without a word" in said
    assert f"more than its limit of {_MEMORY_GB}000 MB" in said
    assert f"no frame within {_FRAME_TIMEOUT_S} s" in said
    assert [event["kind"] for event in events(out, "frame_failed")] == ["crash", "memory", "timeout"]
    # The stacks of a hung worker tell where it hung.
    assert "sitecustomize.py" in (out / "logs" / "worker-0.log").read_text()
    assert first_frames(out, 4) == first_frames(undisturbed, 4)


def test_a_lost_device_costs_its_worker_and_no_frame(undisturbed: Path, tmp_path: Path, faults: Faults) -> None:
    faults.plan({1: ["lose_device"]})
    run(small(tmp_path / "two", "--workers", 2))
    (failed,) = events(tmp_path / "two", "frame_failed")
    assert not failed["counted"]
    assert first_frames(tmp_path / "two", 4) == first_frames(undisturbed, 4)


def test_without_any_device_left_the_run_ends(tmp_path: Path, faults: Faults) -> None:
    faults.plan({0: ["lose_device"]})
    assert "every device is gone" in run(small(tmp_path / "one", "--workers", 1), status=1)
    assert not (tmp_path / "one" / "failed").exists()


def test_a_clock_set_back_changes_nothing(
    undisturbed: Path,
    tmp_path: Path,
    faults: Faults,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    faults.plan({})
    monkeypatch.setenv("CLOCK_SET_BACK", "1")
    run(quick_command(out, "--workers", 1, "--frame-timeout", 3600, frames=2))
    # What is there is from tomorrow.
    for path in out.rglob("*"):
        os.utime(path, (time.time() + 86_400,) * 2)
    run(small(out, "--workers", 1, "--frame-timeout", 3600))
    assert first_frames(out, 4) == first_frames(undisturbed, 4)


def test_torn_files_are_made_again(undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "torn"
    shutil.copytree(undisturbed, out)
    os.truncate(out / "images" / "000001.png", 100)
    os.truncate(out / "frames" / "000002.json", 500)
    (out / "frames" / "000003.json").write_bytes(b"")
    # A file system may keep the length and lose the content.
    depth = out / "depth" / "000004.png"
    depth.write_bytes(bytes(depth.stat().st_size))
    (out / "masks" / "instance" / "000005.png").unlink()
    (out / "images" / "000006.png.tmp").write_bytes(b"torn")
    said = run(quick_command(out, "--workers", 1, frames=FRAMES))
    assert said.count("damaged, and made again") == 5
    assert f"{FRAMES - 5} of {FRAMES} frames are there already" in said
    assert contents(out) == contents(undisturbed)
    run_here("check", out)


def test_workers_do_not_outlive_their_supervisor(tmp_path: Path) -> None:
    out = tmp_path / "out"
    running = begin(small(out, "--workers", 1))
    until(running, lambda: workers_of(out))
    (worker,) = workers_of(out)
    running.kill()
    running.communicate()
    psutil.wait_procs([psutil.Process(worker)] if psutil.pid_exists(worker) else [], timeout=60)
    assert not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path, faults: Faults) -> None:
    out = tmp_path / "out"
    faults.plan({0: ["wait"]})
    running = begin(small(out, "--workers", 1))
    until(running, lambda: workers_of(out))
    assert "another run is at work there" in refused_here(small(out, "--workers", 1), status=1)
    faults.go()
    _, said = running.communicate(timeout=300)
    assert running.returncode == 0, said


def test_sigterm_ends_the_run_with_a_merged_dataset(tmp_path: Path) -> None:
    out = tmp_path / "out"
    running = begin(quick_command(out, "--workers", 1, "--log", "json", frames=MANY))
    until(running, lambda: list(out.glob("frames/*.json")))
    running.terminate()
    _, said = running.communicate(timeout=60)
    assert running.returncode == 1
    assert all(json.loads(line)["event"] for line in said.splitlines())
    assert json.loads(said.splitlines()[-1])["text"].endswith("run the same command again to go on")
    findings = run_here("check", out, status=1).splitlines()
    # Nothing is wrong with it but that frames are missing.
    assert [finding for finding in findings[:-1] if "none for frame" not in finding] == []


def test_metrics_are_served_while_it_runs(tmp_path: Path) -> None:
    running = begin(quick_command(tmp_path / "out", "--workers", 1, "--metrics-port", 0, frames=MANY))
    assert running.stderr is not None
    address = next(line.split()[-1] for line in running.stderr if line.startswith("metrics at"))
    until(running, lambda: list(tmp_path.glob("out/frames/00000[12].json")))
    with urlopen(address) as answer:
        served = {family.name: family.samples for family in text_string_to_metric_families(answer.read().decode())}
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert served["longtail_frames_asked"][0].value == MANY
    made = next(sample.value for sample in served["longtail_frames_made"] if sample.name.endswith("_total"))
    assert made >= 1
    assert {sample.labels["stage"] for sample in served["longtail_stage_seconds"]} >= {"build", "beauty", "label"}
    assert served["longtail_worker_memory_bytes"][0].value > 1e8


# A small disk of its own, in namespaces of its own: no other process sees it, and no right of root is needed.
_ON_A_SMALL_DISK = """
mount -t tmpfs -o size=280k small "$0" || exit 99
"$@" -o "$0/set"; echo "status $?"
"$@" -o "$0/set" 2>&1 | grep -c "disk is full"
mount -o remount,size=64m "$0"
"$@" -o "$0/set"; echo "status $?"
mount -o remount,ro "$0"
"$@" -o "$0/set"; echo "status $?"
"$@" -o "$0/other"; echo "status $?"
cp -r "$0/set" "$0.kept"
"""


@pytest.fixture
def own_disks() -> None:
    probe = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "probe", "/mnt"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk in a namespace of their own")


@pytest.mark.usefixtures("own_disks")
def test_a_full_disk_and_a_read_only_one_lose_nothing(undisturbed: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    words = [word for word in small(disk, "--workers", 1) if word not in ("-o", str(disk))]
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", _ON_A_SMALL_DISK, str(disk), *words],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert [line for line in done.stdout.splitlines() if line] == [
        "status 1",
        "1",
        "status 0",
        "status 2",
        "status 2",
    ], said
    assert "the disk is full" in said
    assert "cannot be written to" in said
    assert contents(tmp_path / "disk.kept")
    assert first_frames(tmp_path / "disk.kept", 4) == first_frames(undisturbed, 4)
    run_here("check", tmp_path / "disk.kept")


def test_kills_at_random_moments_leave_nothing_behind(undisturbed: Path, tmp_path: Path, faults: Faults) -> None:
    out = tmp_path / "killed"
    # No machine is so fast that it is done before the last kill.
    faults.plan({FRAMES - 1: ["wait"] * (KILLS + 1)})
    chance = random.Random(20)
    words = quick_command(out, "--workers", 1, frames=FRAMES)
    running = begin(words)
    for kill in range(KILLS):
        # Spread over the whole run, whatever the pace of this machine.
        until(running, lambda: len(list(out.glob("frames/*.json"))) >= kill * FRAMES // KILLS and workers_of(out))  # noqa: B023
        time.sleep(chance.uniform(0, 1.5))
        assert running.poll() is None, running.communicate()
        match kill % 3:
            case 0:
                for pid in workers_of(out):
                    if psutil.pid_exists(pid):
                        os.kill(pid, signal.SIGKILL)
                continue
            case 1:
                running.kill()
            case 2:
                os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        running = begin(words)
    faults.go()
    _, said = running.communicate()
    assert running.returncode == 0, said
    assert contents(out) == contents(undisturbed)
    assert not [path for path in out.rglob("*") if path.name.endswith(".tmp")]
    assert not (out / DESKS).exists()
    run_here("check", out)

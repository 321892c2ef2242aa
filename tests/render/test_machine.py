"""What control groups, at whatever height, or an affinity mask leave of a machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from longtail.render.machine.limits import cores, memory_bytes, readers, taken_mb

HERE = len(os.sched_getaffinity(0))
TOTAL = psutil.virtual_memory().total
GIB = 1 << 30
SECOND = "cgroup2 rw,nsdelegate"
MEMORY, CPU = "cgroup rw,memory", "cgroup rw,cpu,cpuacct"


def process(folder: Path, own: str, files: dict[str, str], *, mounted: str = SECOND, root: str = "/") -> Path:
    """What /proc/self of a process in the group `own` says, with a tree of control groups of these files."""
    groups = folder / "groups here"
    groups.mkdir(parents=True)
    for name, text in files.items():
        (groups / name).parent.mkdir(parents=True, exist_ok=True)
        (groups / name).write_text(text + "\n")
    kind, options = mounted.split()
    (folder / "cgroup").write_text(own + "\n")
    where = str(groups).replace(" ", "\\040")
    (folder / "mountinfo").write_text(
        "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"33 24 0:29 {root} {where} rw,nosuid shared:9 - {kind} {kind} {options}\n"
    )
    return folder


@pytest.mark.parametrize(
    ("files", "granted"),
    [
        ({}, HERE),
        ({"cpu.max": "max 100000"}, HERE),
        ({"cpu.max": "100000 100000"}, 1),
        ({"cpu.max": "20000 100000"}, 1),
        ({"cpu.max": "1000000 100000"}, min(HERE, 10)),
        ({"slurm/job_7/cpu.max": "100000 100000", "slurm/job_7/step_0/cpu.max": "max 100000"}, 1),
        ({"slurm/cpu.max": "100000 100000"}, 1),
        ({"slurm/job_8/cpu.max": "100000 100000"}, HERE),
    ],
    ids=["none", "unlimited", "one core", "a fifth", "ten cores", "of the job", "of all jobs", "of another job"],
)
def test_a_quota_of_computing_time_limits_the_cores(files: dict[str, str], granted: int, tmp_path: Path) -> None:
    assert cores(process(tmp_path, "0::/slurm/job_7/step_0/task_0", files)) == granted


@pytest.mark.parametrize(("quota", "granted"), [("-1", HERE), ("50000", 1)])
def test_a_quota_of_version_1_limits_the_cores(quota: str, granted: int, tmp_path: Path) -> None:
    files = {"slurm/uid_5/cpu.cfs_quota_us": quota, "slurm/uid_5/cpu.cfs_period_us": "100000"}
    assert cores(process(tmp_path, "4:cpu,cpuacct:/slurm/uid_5/job_7", files, mounted=CPU)) == granted


def test_an_affinity_mask_limits_the_cores(tmp_path: Path) -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert cores(tmp_path) == 1
    finally:
        os.sched_setaffinity(0, before)


@pytest.mark.parametrize(
    ("files", "granted"),
    [
        ({}, TOTAL),
        ({"memory.max": "max"}, TOTAL),
        ({"memory.max": str(1 << 62)}, TOTAL),
        ({"memory.max": str(GIB)}, GIB),
        ({"a.slice/memory.max": str(GIB), "a.slice/b.scope/memory.max": "max"}, GIB),
        ({"a.slice/memory.max": str(2 * GIB), "a.slice/b.scope/memory.max": str(GIB)}, GIB),
        ({"a.slice/memory.max": str(2 * GIB), "a.slice/memory.high": str(GIB)}, GIB),
        ({"c.slice/memory.max": str(GIB)}, TOTAL),
    ],
    ids=["none", "unlimited", "a number for none", "root", "parent", "own", "soft", "another's"],
)
def test_memory_is_the_least_that_any_group_above_leaves(files: dict[str, str], granted: int, tmp_path: Path) -> None:
    assert memory_bytes(process(tmp_path, "0::/a.slice/b.scope", files)) == granted


def test_memory_of_version_1(tmp_path: Path) -> None:
    files = {"slurm/memory.limit_in_bytes": str(GIB), "memory.limit_in_bytes": "9223372036854771712"}
    assert memory_bytes(process(tmp_path, "9:memory:/slurm/job_7", files, mounted=MEMORY)) == GIB


@pytest.mark.parametrize("own", ["/kubepods/pod9/main", "/", "/../../elsewhere"], ids=["host", "own", "outside"])
def test_a_container_sees_its_own_group_as_the_root(own: str, tmp_path: Path) -> None:
    """With the host's namespace the mount says which group it shows, with a namespace of its own it does not."""
    root = own if own != "/../../elsewhere" else "/"
    assert memory_bytes(process(tmp_path, f"0::{own}", {"memory.max": str(GIB)}, root=root)) == GIB


def test_a_machine_without_control_groups(tmp_path: Path) -> None:
    assert memory_bytes(tmp_path) == TOTAL
    assert cores(tmp_path) == HERE


@pytest.mark.parametrize(("memory_gb", "granted"), [(64, 16), (3, 4), (0.2, 1)])
def test_readers_are_as_many_as_cores_and_memory_allow(
    memory_gb: float, granted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("longtail.render.machine.limits.cores", lambda: 16)
    monkeypatch.setattr("longtail.render.machine.limits.memory_bytes", lambda: int(memory_gb * 1e9))
    assert readers() == granted


def test_files_in_memory_count_for_whoever_keeps_them() -> None:
    program = (
        "import os, sys; file = os.memfd_create('passes'); print(flush=True); sys.stdin.readline();"
        "os.write(file, bytes(50_000_000)); print(flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdout.readline()
        before = taken_mb(other.pid)
        other.stdin.write("\n")
        other.stdin.flush()
        other.stdout.readline()
        assert 50 <= taken_mb(other.pid) - before < 60
        other.kill()

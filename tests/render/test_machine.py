"""What a control group or an affinity mask leaves of a machine."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from longtail.render.machine import cores, memory_bytes

HERE = len(os.sched_getaffinity(0))


def group(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text + "\n")
    return folder


@pytest.mark.parametrize(
    ("files", "granted"),
    [
        ({}, HERE),
        ({"cpu.max": "max 100000"}, HERE),
        ({"cpu.max": "100000 100000"}, 1),
        ({"cpu.max": "20000 100000"}, 1),
        ({"cpu.max": "1000000 100000"}, min(HERE, 10)),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, HERE),
        ({"cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000"}, 1),
    ],
    ids=["none", "unlimited", "one core", "a fifth", "ten cores", "version 1 unlimited", "version 1 half a core"],
)
def test_a_quota_of_computing_time_limits_the_cores(files: dict[str, str], granted: int, tmp_path: Path) -> None:
    assert cores(group(tmp_path, files)) == granted


def test_an_affinity_mask_limits_the_cores(tmp_path: Path) -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert cores(tmp_path) == 1
    finally:
        os.sched_setaffinity(0, before)


def test_memory_is_the_smaller_of_the_machine_and_its_control_group(tmp_path: Path) -> None:
    total = psutil.virtual_memory().total
    assert memory_bytes(tmp_path) == total
    assert memory_bytes(group(tmp_path, {"memory.max": "max"})) == total
    assert memory_bytes(group(tmp_path, {"memory.max": str(1 << 28)})) == 1 << 28
    assert memory_bytes(group(tmp_path, {"memory.max": str(1 << 60)})) == total

"""How much of this machine a run may use: what affinity masks and control groups grant, not what is built in."""

from __future__ import annotations

import math
import os
from pathlib import Path

import psutil

CONTROL_GROUPS = Path("/sys/fs/cgroup")


def cores(groups: Path = CONTROL_GROUPS) -> int:
    """The cores that this process may keep busy, at least 1.

    A control group's quota is microseconds of computing in each period: "cpu.max" in
    https://docs.kernel.org/admin-guide/cgroup-v2.html, for version 1 https://docs.kernel.org/scheduler/sched-bwc.html.
    """
    granted = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    second = _words(groups / "cpu.max")
    first = _words(groups / "cpu/cpu.cfs_quota_us") + _words(groups / "cpu/cpu.cfs_period_us")
    for limit in (second, first):
        # "max" or -1 is no limit.
        if len(limit) == 2 and limit[0].isdecimal() and int(limit[1]) > 0:
            granted = min(granted, math.ceil(int(limit[0]) / int(limit[1])))
    return max(1, granted)


def memory_bytes(groups: Path = CONTROL_GROUPS) -> int:
    """The memory that all processes of a run may take together: the machine's, or its control group's limit."""
    granted = int(psutil.virtual_memory().total)
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        # "max" is no limit; version 1 has a number beyond any machine's memory for that.
        if (limit := _words(groups / name)) and limit[0].isdecimal():
            granted = min(granted, int(limit[0]))
    return granted


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []

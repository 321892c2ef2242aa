"""How much of this machine a run may use: what affinity masks and control groups grant, not what is built in."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

import psutil

PROCESS = Path("/proc/self")
_SECOND = "cgroup2"
# A limit above this is none: version 1 has a number beyond any machine's memory for that.
_NO_LIMIT_BYTES = 1 << 60
# Python and the libraries take 170 MB; checking a picture of 3840x2160 with all its labels, 640 MB in all.
_READER_BYTES = 700_000_000


def cores(process: Path = PROCESS) -> int:
    """The cores that this process may keep busy, at least 1.

    A control group's quota is microseconds of computing in each period: "cpu.max" in
    https://docs.kernel.org/admin-guide/cgroup-v2.html, for version 1 https://docs.kernel.org/scheduler/sched-bwc.html.
    """
    granted = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for group in _groups(process, "cpu"):
        second = _words(group / "cpu.max")
        first = _words(group / "cpu.cfs_quota_us") + _words(group / "cpu.cfs_period_us")
        for limit in (second, first):
            # "max" or -1 is no limit.
            if len(limit) == 2 and limit[0].isdecimal() and int(limit[0]) > 0 and int(limit[1]) > 0:
                granted = min(granted, math.ceil(int(limit[0]) / int(limit[1])))
    return max(1, granted)


def memory_bytes(process: Path = PROCESS) -> int:
    """The memory that all processes of a run may take together: the machine's, or what its control groups leave of it.

    Past memory.high the kernel does not kill, but slows everything down until it is met again.
    """
    granted = int(psutil.virtual_memory().total)
    for group in _groups(process, "memory"):
        for name in ("memory.max", "memory.high", "memory.limit_in_bytes"):
            limit = _words(group / name)
            if limit and limit[0].isdecimal() and int(limit[0]) < _NO_LIMIT_BYTES:
                granted = min(granted, int(limit[0]))
    return granted


def readers() -> int:
    """How many processes may read a dataset side by side: one for each core, as far as their memory goes."""
    return max(1, min(cores(), memory_bytes() // _READER_BYTES))


def taken_mb(pid: int) -> float:
    """The memory that a process takes: its resident size, and the files without a name that it keeps in memory.

    Such files count for the control group and not for the process. psutil.Error where there is no such process.
    """
    return float(psutil.Process(pid).memory_info().rss + _held_bytes(Path(f"/proc/{pid}/fd"))) / 1e6


def _held_bytes(descriptors: Path) -> int:
    # It is asked some ten times a second, of dozens of files: as paths they take four times as long.
    held = 0
    with suppress(OSError), os.scandir(descriptors) as found:
        for descriptor in found:
            with suppress(OSError):
                if os.readlink(descriptor.path).startswith("/memfd:"):  # noqa: PTH115
                    held += 512 * descriptor.stat().st_blocks
    return held


def _groups(process: Path, controller: str) -> Iterator[Path]:
    """The folders of the control groups that bind this process, from its own up to the root that can be seen.

    Limits hold for all that is below them, so a job's may stand at any height: Slurm's and systemd's are parents of the
    group that the process is in. https://man7.org/linux/man-pages/man7/cgroups.7.html, "/proc files".
    """
    own = {}
    for line in _lines(process / "cgroup"):
        _, controllers, path = line.split(":", 2)
        for name in controllers.split(",") if controllers else (_SECOND,):
            own[name] = PurePosixPath(path)
    for kind, options, root, mounted in _mounted(process):
        name = _SECOND if kind == _SECOND else controller
        if name in own and (kind == _SECOND or controller in options):
            yield from _upwards(own[name], root, mounted)


def _upwards(own: PurePosixPath, root: PurePosixPath, mounted: Path) -> Iterator[Path]:
    # What is mounted may be the group of the container, whose path outside says nothing here.
    below = own.relative_to(root) if own.is_relative_to(root) and ".." not in own.parts else PurePosixPath()
    for part in (below, *below.parents):
        yield mounted / part


def _mounted(process: Path) -> Iterator[tuple[str, list[str], PurePosixPath, Path]]:
    """The mounted trees of control groups: kind, options, which group is mounted, and where.

    https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
    """
    for line in _lines(process / "mountinfo"):
        mount, _, system = line.partition(" - ")
        fields, (kind, _, options) = mount.split(), system.split(maxsplit=2)
        if kind in ("cgroup", _SECOND):
            yield kind, options.split(","), PurePosixPath(_plain(fields[3])), Path(_plain(fields[4]))


def _plain(field: str) -> str:
    r"""Spaces and such stand as \040 in the kernel's tables."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []

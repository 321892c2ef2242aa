"""What a command costs: CPU seconds of all its processes, and when its frames were done."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_LOOK_EVERY_S = 0.05


class TurnError(Exception):
    """A command that failed, with the end of what it said."""


@dataclass(frozen=True)
class Turn:
    """One run: CPU (user and system) and wall seconds until the first frame was done, and until the end."""

    frames: int
    first_cpu_s: float
    cpu_s: float
    first_wall_s: float
    wall_s: float

    @property
    def further_cpu_s(self) -> float:
        """For each frame after the first, writing at the end included; NaN for a single frame."""
        return (self.cpu_s - self.first_cpu_s) / (self.frames - 1) if self.frames > 1 else float("nan")

    @property
    def each_cpu_s(self) -> float:
        """For each frame, with all that the run took."""
        return self.cpu_s / self.frames

    @property
    def each_wall_s(self) -> float:
        """For each frame, with all that the run took."""
        return self.wall_s / self.frames


def frames_done(text: str, key: str, value: str) -> int:
    """How many complete lines of JSON in `text` have `value` under `key`."""
    lines = text[: text.rfind("\n") + 1].splitlines()
    return sum(json.loads(line).get(key) == value for line in lines)


def run(command: Sequence[str], marks: Path, mark: tuple[str, str], log: Path, env: Mapping[str, str]) -> Turn:
    """Run `command` to its end and time it; lines of `marks` that have mark[1] under mark[0] tell of frames.

    TurnError where it fails or makes no frame.
    """
    start = time.perf_counter()
    first: tuple[float, float] | None = None
    with log.open("w") as words:
        child = subprocess.Popen(command, stdout=words, stderr=words, env={**os.environ, **env})
        while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            time.sleep(_LOOK_EVERY_S)
            if first is None and _count(marks, mark):
                first = _tree_cpu_s(child.pid), time.perf_counter() - start
        wall = time.perf_counter() - start
        # Not by Popen.wait: only this one tells what the process and all that it waited for took.
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    frames = _count(marks, mark)
    if child.returncode or first is None:
        said = log.read_text(errors="replace")[-1500:]
        raise TurnError(f"status {child.returncode} after {frames} frames of: {' '.join(command)}\n{said}")
    return Turn(frames, first[0], usage.ru_utime + usage.ru_stime, first[1], wall)


def _count(marks: Path, mark: tuple[str, str]) -> int:
    return frames_done(marks.read_text(), *mark) if marks.exists() else 0


def _tree_cpu_s(pid: int) -> float:
    """CPU seconds so far of a process and its descendants, ended ones included."""
    root = psutil.Process(pid)
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total

"""Runs of Longtail under a limit of time, and what they tell: seconds by stage, the GPU's load, how datasets differ."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from longtail.render.watching.events import EVENTS
from longtail.render.watching.gpu_load import gpu_loads

# For the last results to be written, and for whatever is asked to end.
_LAST_WORDS_S = 12.0
_PATIENCE = 6
_LAYERS = ("images", "masks/instance", "masks/semantic", "depth", "normals")


@dataclass(frozen=True)
class Ran:
    """What a program came to: its exit status (None where it was cut off), its seconds, what it said."""

    status: int | None
    seconds: float
    text: str


@dataclass
class Bench:
    """The time that is left, and where results go: results.json, summary.txt, and log.txt with what programs said.

    A `rehearsal` makes tiny frames, with the CPU in every device's place.
    """

    out: Path
    seconds: float
    rehearsal: bool
    results: dict[str, Any] = field(default_factory=dict)
    start: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """The seconds that a check may still take."""
        return self.start + self.seconds - time.monotonic() - _LAST_WORDS_S

    def say(self, text: str) -> None:
        """Tell a person, now and in summary.txt."""
        line = f"{time.monotonic() - self.start:6.1f} s  {text}"
        print(line, flush=True)
        with (self.out / "summary.txt").open("a") as file:
            file.write(f"{line}\n")

    def note(self, name: str, facts: Any) -> Any:
        """Keep figures at once: what is cut off later has lost none of them."""
        self.results[name] = facts
        (self.out / "results.json").write_text(json.dumps(self.results, indent=1, default=str))
        return facts

    def call(self, title: str, words: Sequence[str], limit_s: float, **variables: str) -> Ran:
        """Run a program, which ends after `limit_s` at the latest; a rehearsal takes no times, and has more of it."""
        limit_s = min(_PATIENCE * limit_s if self.rehearsal else limit_s, self.left())
        if limit_s < 5:
            return Ran(None, 0.0, "no time left")
        began, spoken = time.monotonic(), self.out / "spoken.txt"
        with spoken.open("wb") as file:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env={**os.environ, **variables}
            )
            status = _ended(process, limit_s)
        text = spoken.read_text(errors="replace")
        ran = Ran(status, round(time.monotonic() - began, 1), text)
        with (self.out / "log.txt").open("a") as file:
            file.write(f"\n===== {title}: {' '.join(words)[:300]} -> {ran.status} in {ran.seconds} s\n{text[-50_000:]}")
        return ran

    def render(
        self, name: str, device: str, frames: int, limit_s: float, *options: str, workers: int = 1
    ) -> dict[str, Any]:
        """Frames of one street, the same for each name: what they took, and the GPU's load meanwhile."""
        size, samples = ("[96,54]", 1) if self.rehearsal else ("[640,360]", 16)
        words = longtail("render", "street", "-n", frames, "-o", self.out / name, "--seed", 7, "--log", "plain")
        words += ["--device", self.device(device), "--workers", str(workers), "--set", f"camera.size_px={size}"]
        words += ["--set", f"render.samples={samples}", *options]
        words += ["--set", "outputs=[coco,panoptic,semantic,instance,depth,normals]"]
        words += ["--set", "assets.packs=false"] if self.rehearsal else []
        with Load() as load:
            ran = self.call(name, words, limit_s)
        facts = {"status": ran.status, "seconds": ran.seconds, **timing(self.out / name), **load.facts()}
        if ran.status:
            facts["said"] = ran.text[-1500:]
        return facts

    def device(self, kind: str) -> str:
        """The device, or who stands in for it."""
        return "cpu" if self.rehearsal else kind


class Load:
    """The load of the first GPU while the block lasts, looked at once a second."""

    def __init__(self) -> None:
        self.samples: list[tuple[float, float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(1.0):
            for load in gpu_loads()[:1]:
                self.samples.append((time.time(), load.busy, load.memory_bytes / 2**20))

    def facts(self, start: float = 0.0) -> dict[str, float]:
        """Mean share of the time in which it is busy from `start` on, in percent, and its largest memory, in MiB."""
        rows = [row for row in self.samples if row[0] >= start]
        if not rows:
            return {}
        busy = 100 * float(np.mean([row[1] for row in rows]))
        return {"busy_percent": round(busy, 1), "memory_mib": round(max(row[2] for row in rows))}


def longtail(*words: object) -> list[str]:
    """A command of Longtail's."""
    return [sys.executable, "-m", "longtail", *map(str, words)]


def events(out: Path, name: str) -> list[dict[str, Any]]:
    """The events of a run that have this name; `time` in seconds since 1970."""
    path = out / EVENTS
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [
        line | {"time": datetime.fromisoformat(line["time"]).timestamp()} for line in lines if line["event"] == name
    ]


def timing(out: Path) -> dict[str, Any]:
    """Seconds by stage, of a run's first frame and on average of the others; why attempts failed."""
    stages = [event["seconds"] for event in events(out, "frame_done")]
    failures = [event["error"] for event in events(out, "frame_failed")]
    facts: dict[str, Any] = {"frames": len(stages), "failures": failures[:4]}
    if stages:
        facts |= {"first_s": stages[0], "first_total_s": round(sum(stages[0].values()), 2)}
    if stages[1:]:
        mean = {stage: round(float(np.mean([row.get(stage, 0.0) for row in stages[1:]])), 4) for stage in stages[0]}
        facts |= {"mean_s": mean, "mean_total_s": round(sum(mean.values()), 3)}
    return facts


def frames_per_minute(out: Path, start: float, end: float) -> float:
    """The pace between two times."""
    done = [event["time"] for event in events(out, "frame_done") if start <= event["time"] <= end]
    return round(60 * (len(done) - 1) / (done[-1] - done[0]), 1) if len(done) > 2 else 0.0


def compared(one: Path, other: Path) -> dict[str, Any]:
    """How the frames that two datasets share differ, by layer: the worst of them."""
    return {layer: found for layer in _LAYERS if (found := _layer(one / layer, other / layer))}


def _layer(one: Path, other: Path) -> dict[str, float]:
    rows = []
    for path in sorted(one.glob("*.png")):
        if (other / path.name).exists():
            left, right = (cv2.imread(str(file), cv2.IMREAD_UNCHANGED) for file in (path, other / path.name))
            assert left is not None
            assert right is not None
            apart = np.abs(left.astype(np.float64) - right).reshape(*left.shape[:2], -1)
            rows.append((path.read_bytes() == (other / path.name).read_bytes(), apart))
    if not rows:
        return {}
    noise = max(float((apart**2).mean()) for _, apart in rows)
    return {
        "frames": len(rows),
        "same_bytes": sum(same for same, _ in rows),
        "pixels": max(int((apart.max(axis=-1) > 0).sum()) for _, apart in rows),
        "steps": max(int(apart.max()) for _, apart in rows),
        **({"psnr_db": round(10 * np.log10(255**2 / noise), 1)} if one.name == "images" and noise else {}),
    }


def told(facts: Mapping[str, Any]) -> str:
    """Figures in a line."""
    return ", ".join(f"{name} {value}" for name, value in facts.items() if value not in ({}, [], None))


def _ended(process: subprocess.Popen[bytes], limit_s: float) -> int | None:
    """The exit status; None where the time was over. Longtail ends its workers when it is asked to end."""
    for number, patience_s in ((None, limit_s), (signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)):
        if number is not None:
            process.send_signal(number)
        try:
            status = process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
        return status if number is None else None
    return None

"""How many workers serve best: `python benchmarks/workers.py 1 2` renders the same frames with one worker and with two.

On GPUs the numbers are workers a GPU, and the share of time in which the GPUs did nothing is shown. The first frames of
each worker, which load Blender and models, are left out of the pace.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import numpy as np

from longtail.render.machine.limits import cores
from longtail.render.watching.events import EVENTS
from longtail.render.watching.gpu_load import gpu_loads
from longtail.render.workers.request import devices_for

_LOOK_EVERY_S = 1.0


@contextmanager
def _watched() -> Iterator[list[float]]:
    """The GPUs' busy shares, one reading a second, while the block lasts."""
    readings: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_LOOK_EVERY_S):
            readings.extend(load.busy for load in gpu_loads())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield readings
    finally:
        done.set()
        thread.join()


def _pace(events: Sequence[dict[str, Any]], skipped: int) -> float:
    """Frames per minute after each worker's first `skipped` frames."""
    done = [event for event in events if event["event"] == "frame_done"]
    seen: dict[int, int] = {}
    warm = []
    for event in done:
        seen[event["worker"]] = seen.get(event["worker"], 0) + 1
        warm.append(seen[event["worker"]] > skipped)
    start = max((index for index, is_warm in enumerate(warm) if not is_warm), default=0)
    times = [datetime.fromisoformat(event["time"]).timestamp() for event in done[start:]]
    return 60 * (len(times) - 1) / (times[-1] - times[0])


@click.command()
@click.argument("counts", nargs=-1, type=int, required=True)
@click.option("-n", "--frames", default=40, show_default=True, help="Frames a count.")
@click.option("--skip", default=8, show_default=True, help="First frames of each worker that do not count.")
@click.option("--device", default="auto", show_default=True)
@click.option("--engine", default="cycles", show_default=True)
@click.option(
    "--set", "changes", multiple=True, default=("road.kind=town", "camera.size_px=[640, 360]", "render.samples=16")
)
def main(counts: Sequence[int], frames: int, skip: int, device: str, engine: str, changes: Sequence[str]) -> None:
    """Print frames per minute for each of COUNTS."""
    devices = devices_for(device)[0]
    on_gpu = devices[0].kind != "cpu"
    print(f"{platform.processor() or platform.machine()}, {cores()} cores; {', '.join(d.title for d in devices)}; "
          f"{engine}; {frames} frames; {' '.join(changes)}")  # fmt: skip
    for count in counts:
        option = "--workers-per-gpu" if on_gpu else "--workers"
        pins = [word for change in changes for word in ("--set", change)]
        with tempfile.TemporaryDirectory() as folder, _watched() as readings:
            words = ["render", "street", "-n", frames, "-o", folder + "/out", "--seed", 11, "--device", device]
            words += ["--engine", engine, option, count, "--log", "plain", *pins]
            subprocess.run([sys.executable, "-m", "longtail", *map(str, words)], check=True, stderr=subprocess.DEVNULL)
            events = [json.loads(line) for line in (Path(folder) / "out" / EVENTS).read_text().splitlines()]
        memory = max(event["memory_mb"] for event in events if event["event"] == "frame_done")
        idle = f", GPUs idle {1 - np.mean(readings):.0%}" if readings else ""
        print(f"{option} {count}: {_pace(events, skip):.2f} frames/min, {memory:.0f} MB a worker{idle}")


if __name__ == "__main__":
    main()

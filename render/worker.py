"""What runs inside a worker process: one Blender session that makes one frame after another."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from render.devices import Device
from render.frame import make_frame
from render.store import FrameStore
from scenes.assets import catalogue
from scenes.assets.asset import Asset
from scenes.config import Config

if TYPE_CHECKING:
    from render.blender.session import Session


@dataclass(frozen=True)
class Order:
    """All that a worker needs to know: what to render, where to put it, and on what."""

    config: Config
    store: FrameStore
    device: Device
    threads: int


@dataclass(frozen=True)
class Done:
    """A committed frame, as its worker reports it. `memory_mb` is the worker's peak resident size."""

    index: int
    condition: str
    seconds: Mapping[str, float]
    memory_mb: float


@dataclass(frozen=True)
class Encoded:
    """A frame ready to commit, without its pictures in memory."""

    condition: str
    files: Mapping[str, bytes]
    record: bytes
    seconds: Mapping[str, float]


# A process is one worker: Blender keeps one state per process, so its session lives as long as the process.
_session: Session | None = None
_assets: Mapping[str, Asset] = {}


def prepare(log: Path) -> None:
    """Called once in a new worker process: leave Ctrl-C to the supervisor, and send Blender's chatter to `log`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.flush()
    descriptor = os.open(log / f"worker-{os.getpid()}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)


def render_one(order: Order, index: int) -> Done:
    """Make and commit frame `index`."""
    return commit(order.store, index, make(order.config, order.device, order.threads, index), peak_mb())


def make(config: Config, device: Device, threads: int, index: int) -> Encoded:
    """Frame `index`, by this process's Blender session. A process serves one config and device all its life."""
    global _session, _assets
    if _session is None:
        # Blender is loaded here, in the worker: the supervisor must survive whatever it does.
        from render.blender.session import Session

        _session = Session(config.render, device, threads)
        _assets = catalogue(**config.assets.model_dump())
    made = make_frame(_session, config, index, _assets)
    return Encoded(made.condition, made.files, made.record, made.seconds)


def commit(store: FrameStore, index: int, made: Encoded, memory_mb: float) -> Done:
    """Commit a frame, and log what it took."""
    start = time.perf_counter()
    store.commit(index, made.files, made.record)
    seconds = {**made.seconds, "store": time.perf_counter() - start}
    _log_timings(store.root, index, seconds, memory_mb)
    return Done(index, made.condition, seconds, memory_mb)


def peak_mb() -> float:
    """This process's peak resident size."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _log_timings(root: Path, index: int, seconds: Mapping[str, float], memory_mb: float) -> None:
    line = {
        "frame": index,
        "worker": os.getpid(),
        "peak_mb": round(memory_mb),
        **{k: round(v, 4) for k, v in seconds.items()},
    }
    with (root / "logs" / "timings.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")

"""How fast frames were made on this machine: kept by each run for the next one's estimate.

One line of JSON a run in pace.jsonl, in the user's cache. It is a convenience: whatever keeps it from being written or
read, such as a home that is not there, costs no run.
"""

from __future__ import annotations

import json
import os
import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from longtail.render.machine.limits import cores
from longtail.render.watching.events import EVENTS, Event, FrameDone, RunBegan, RunEnded, WorkerState, WorkerStopped
from longtail.scenes.config.config import Config
from longtail.scenes.kept.folder import kept_folder

_KEPT = 100
# A frame's events take less than a kilobyte: some thousand frames.
_TAIL_BYTES = 4_000_000
# Fewer say little, because scenes differ.
_FEWEST = 2
# The stages of `render.frame` that render the picture, and its labels: one sample a pixel of the same scene.
_PICTURE, _LABELS = "beauty", "ids"


@dataclass(frozen=True)
class Pace:
    """What `frames` frames took on average, once their workers were warm.

    Attributes:
        devices: what rendered, as `devices_of` has it
        machine: as `this_machine` has it
        tracing_s: seconds of the picture's path tracing, which grow with its pixels and samples: what its rendering
            takes longer than that of its labels, for which the same scene is handed over
        other_s: all other seconds of a frame
        first_s: what a worker's first frame takes longer: Blender starts, models come in
        memory_mb: the largest worker's resident size after a frame
    """

    devices: str
    machine: str
    workers: int
    engine: str
    size_px: tuple[int, int]
    samples: int
    frames: int
    tracing_s: float
    other_s: float
    first_s: float
    memory_mb: float

    @property
    def frame_s(self) -> float:
        """A worker's seconds for a frame."""
        return self.tracing_s + self.other_s

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Pace:
        """What `asdict` made; KeyError, TypeError or ValueError for anything else."""
        width, height = map(int, data["size_px"])
        words = {name: str(data[name]) for name in ("devices", "machine", "engine")}
        counts = {name: int(data[name]) for name in ("workers", "samples", "frames")}
        numbers = {name: float(data[name]) for name in ("tracing_s", "other_s", "first_s", "memory_mb")}
        if min(width, height, *counts.values()) < 1 or min(numbers.values()) < 0:
            raise ValueError("expected a pace, got numbers that none has")
        return cls(**words, **counts, **numbers, size_px=(width, height))  # type: ignore[arg-type]


class Stopwatch:
    """A watcher that takes the pace of a run. A worker's first frame is counted apart."""

    def __init__(self) -> None:
        self._devices: tuple[str, ...] = ()
        self._warm: set[int] = set()
        self._first: list[FrameDone] = []
        self._steady: list[FrameDone] = []

    def see(self, event: Event) -> None:
        match event:
            case RunBegan():
                self.began(event.workers)
            case WorkerStopped():
                self._warm.discard(event.worker)
            case FrameDone():
                self._count(event)

    def look(self, workers: Sequence[WorkerState]) -> None:
        """Their events tell enough."""

    def began(self, devices: Sequence[str]) -> None:
        """A run begins with new workers; frames that were made on other devices are another matter."""
        if tuple(devices) != self._devices and devices:
            self._devices = tuple(devices)
            self._first, self._steady = [], []
        self._warm = set()

    def _count(self, done: FrameDone) -> None:
        # A cluster's workers are not ours to time.
        if done.worker is None:
            return
        if done.worker in self._warm:
            self._steady.append(done)
        else:
            self._warm.add(done.worker)
            self._first.append(done)

    def pace(self, config: Config, fewest: int = _FEWEST) -> Pace | None:
        """What was seen of a run of `config`; None where fewer frames than `fewest` were made by a warm worker.

        With 0 of them workers' first frames serve, which take longer.
        """
        steady = self._steady or ([] if fewest else self._first)
        if len(self._steady) < fewest or not steady or not self._devices:
            return None
        whole = _mean(sum(done.seconds.values()) for done in steady)
        tracing = _mean(max(0.0, done.seconds.get(_PICTURE, 0.0) - done.seconds.get(_LABELS, 0.0)) for done in steady)
        first = _mean(sum(done.seconds.values()) for done in self._first) if self._first else whole
        return Pace(
            devices_of(self._devices),
            this_machine(),
            len(self._devices),
            config.render.engine,
            config.largest_px,
            config.render.samples,
            len(steady),
            round(tracing, 4),
            round(whole - tracing, 4),
            round(max(0.0, first - whole), 3),
            max(done.memory_mb for done in steady),
        )


class Remembering(Stopwatch):
    """A watcher that leaves a run's pace in the user's cache when it ends."""

    def __init__(self, config: Config, environment: Mapping[str, str] = os.environ) -> None:
        super().__init__()
        self._config = config
        self._environment = environment

    def see(self, event: Event) -> None:
        super().see(event)
        if isinstance(event, RunEnded) and (pace := self.pace(self._config)) is not None:
            remember(pace, self._environment)


def devices_of(titles: Iterable[str]) -> str:
    """The devices of a run's workers, by their titles: "cpu", "4 x cuda NVIDIA L4"."""
    counts = Counter(titles)
    return ", ".join(f"{count} x {title}" if count > 1 else title for title, count in sorted(counts.items()))


def this_machine() -> str:
    """What tells machines apart that share a home: the processor, and how many of its cores are ours."""
    name = platform.processor() or platform.machine()
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return f"{cores()} x {name}"


def cache_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where the paces of earlier runs are kept; None where nothing is."""
    folder = kept_folder(environment)
    return folder / "pace.jsonl" if folder else None


def remember(pace: Pace, environment: Mapping[str, str] = os.environ) -> None:
    """Add a run's pace to the last ones."""
    path = cache_file(environment)
    if path is None:
        return
    kept = [*remembered(environment)[: _KEPT - 1][::-1], pace]
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with suppress(OSError, ValueError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text("".join(f"{json.dumps(asdict(one))}\n" for one in kept), encoding="ascii")
        temporary.replace(path)


def remembered(environment: Mapping[str, str] = os.environ) -> tuple[Pace, ...]:
    """The paces of this user's last runs, the latest first."""
    path = cache_file(environment)
    return tuple(reversed(list(_paces(_lines(path))))) if path else ()


def pace_of_log(root: Path, config: Config) -> Pace | None:
    """The pace of the last frames of a dataset of `config`, by its own log; None where it does not tell."""
    watch = Stopwatch()
    for line in _lines(root / EVENTS):
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            event = json.loads(line)
            match event["event"]:
                case "run_began":
                    watch.began([str(device) for device in event["workers"]])
                case "worker_stopped":
                    watch.see(WorkerStopped(int(event["worker"]), None, ""))
                case "frame_done":
                    seconds = {str(stage): float(value) for stage, value in event["seconds"].items()}
                    worker = None if event["worker"] is None else int(event["worker"])
                    watch.see(FrameDone(int(event["frame"]), 1, worker, "", seconds, float(event["memory_mb"])))
    return watch.pace(config)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _paces(lines: Iterable[str]) -> Iterator[Pace]:
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            yield Pace.from_json(json.loads(line))


def _lines(path: Path) -> list[str]:
    """The last lines of a file, none where it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []

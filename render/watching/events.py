"""What happens in a run, told to whoever follows it: the screen, logs/events.jsonl, a metrics server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from longtail.annotate.dataset.layout import LOGS

EVENTS = f"{LOGS}/events.jsonl"
# A frame has two events or more; the longest, that it is done, takes some 400 bytes.
_BYTES_PER_FRAME = 2_000
_LONGEST_LINE_BYTES = 1_000_000


@dataclass(frozen=True)
class RunBegan:
    """`frames` were asked for, of which `kept` were there already; `workers` says what each one renders on."""

    frames: int
    kept: int
    workers: tuple[str, ...]
    version: str
    pid: int


@dataclass(frozen=True)
class WorkerStarted:
    """A process that makes frames on `device`. Workers are numbered; a number outlives its processes."""

    worker: int
    pid: int
    device: str


@dataclass(frozen=True)
class WorkerStopped:
    """A process was let go or found dead, and why."""

    worker: int
    pid: int | None
    why: str


@dataclass(frozen=True)
class FrameBegan:
    """`worker` is None where a cluster decides who makes the frame."""

    frame: int
    attempt: int
    worker: int | None


@dataclass(frozen=True)
class FrameDone:
    """A frame was committed. `seconds` by stage; `memory_mb` is its worker's resident size after it."""

    frame: int
    attempt: int
    worker: int | None
    condition: str
    seconds: Mapping[str, float]
    memory_mb: float


@dataclass(frozen=True)
class FrameFailed:
    """An attempt came to nothing. One that is not `counted` says nothing about the frame: its machine went away.

    `kind`: "crash", "timeout", "memory", or the name of the exception that was raised.
    """

    frame: int
    attempt: int
    worker: int | None
    kind: str
    error: str
    counted: bool


@dataclass(frozen=True)
class FrameQuarantined:
    """All attempts failed; `folder` holds the frame's recipe, error and log."""

    frame: int
    error: str
    folder: str


@dataclass(frozen=True)
class RunEnded:
    """`made` frames are new; `failed` ones were given up; an `interrupted` run goes on with the same command."""

    made: int
    kept: int
    failed: tuple[int, ...]
    interrupted: bool
    seconds: float


@dataclass(frozen=True)
class Note:
    """A sentence for whoever runs it."""

    text: str


Event = (
    Note
    | RunBegan
    | WorkerStarted
    | WorkerStopped
    | FrameBegan
    | FrameDone
    | FrameFailed
    | FrameQuarantined
    | RunEnded
)  # fmt: skip


@dataclass(frozen=True)
class WorkerState:
    """What a worker does now: its frame (None when idle), for how long, and its resident size (0 where unknown)."""

    worker: int
    device: str
    pid: int | None
    frame: int | None
    seconds: float
    memory_mb: float


class Watcher(Protocol):
    """Whoever is told."""

    def see(self, event: Event) -> None:
        """Something happened."""

    def look(self, workers: Sequence[WorkerState]) -> None:
        """Nothing need have happened: called several times a second with the state of every local worker."""


class Watchers:
    """Several watchers as one."""

    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = watchers

    def see(self, event: Event) -> None:
        for watcher in self._watchers:
            watcher.see(event)

    def look(self, workers: Sequence[WorkerState]) -> None:
        for watcher in self._watchers:
            watcher.look(workers)


class EventLog:
    """Appends every event to logs/events.jsonl. A log that cannot be written to stops no run."""

    def __init__(self, root: Path) -> None:
        self._path = root / EVENTS
        self._cut_torn_line()

    def see(self, event: Event) -> None:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="ascii") as file:
                file.write(as_line(event) + "\n")

    def look(self, workers: Sequence[WorkerState]) -> None:
        """Only events are logged."""

    def _cut_torn_line(self) -> None:
        """A line that a full disk or a power cut broke off is none, and would spoil the next one."""
        with suppress(OSError), self._path.open("rb+") as file:
            start = max(0, file.seek(0, 2) - _LONGEST_LINE_BYTES)
            file.seek(start)
            file.truncate(start + file.read().rfind(b"\n") + 1)


def as_line(event: Event) -> str:
    """An event as one line of JSON: the time (UTC), its name in snake case, and its fields."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": time, "event": _name(type(event)), **_fields(event)})


def last_done(root: Path, count: int) -> list[int]:
    """The frames that were committed last, by the log: at most `count`, none where there is no log."""
    try:
        with (root / EVENTS).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - count * _BYTES_PER_FRAME))
            lines = file.read().splitlines()
    except OSError:
        return []
    frames = []
    for line in lines:
        # The first may be cut by the seek, the last by a crash.
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            if entry["event"] == _name(FrameDone):
                frames.append(int(entry["frame"]))
    return frames[-count:]


def _fields(event: Event) -> dict[str, Any]:
    fields = asdict(event)
    if isinstance(event, FrameDone):
        fields["seconds"] = {stage: round(seconds, 4) for stage, seconds in event.seconds.items()}
    return fields


def _name(kind: type) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).removeprefix("_")

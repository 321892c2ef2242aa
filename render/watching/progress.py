"""How a run is shown: a bar and the workers' state on a terminal, plain lines or lines of JSON elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from longtail.annotate.wording import counted
from longtail.render.watching.events import (
    Event,
    FrameDone,
    FrameFailed,
    FrameQuarantined,
    Note,
    RunBegan,
    WorkerState,
    as_line,
)
from longtail.render.watching.say import say

LOGS = ("auto", "plain", "json")
"""How to show a run: "auto" draws on a terminal and writes plain lines elsewhere."""
_LINE_EVERY_S = 10.0
# What has `rich` take something else for a terminal, or for none.
_TERMINAL = "FORCE_COLOR", "TTY_COMPATIBLE"


class Tally:
    """Frames counted, and the pace of this run: those that were there before do not count for it."""

    def __init__(self) -> None:
        self.total = self.kept = self.made = self.failed = 0
        self._start = time.monotonic()

    def count(self, event: Event) -> None:
        match event:
            case RunBegan():
                self.total, self.kept = event.frames, event.kept
                self._start = time.monotonic()
            case FrameDone():
                self.made += 1
            case FrameQuarantined():
                self.failed += 1

    @property
    def finished(self) -> int:
        return self.kept + self.made

    @property
    def per_minute(self) -> float:
        return 60 * self.made / max(time.monotonic() - self._start, 1e-6)

    @property
    def left(self) -> str:
        """The time left at this pace, in words."""
        remaining = self.total - self.finished - self.failed
        if not remaining or not self.made:
            return ""
        minutes = remaining / self.per_minute
        if minutes < 100:
            return f"{minutes:.1f} min"
        return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 60 / 24:.1f} days"

    def sentence(self) -> str:
        """Where the run stands, on one line."""
        failed = f", {self.failed} failed" if self.failed else ""
        left = f", about {self.left} left" if self.left else ""
        return f"{self.finished}/{counted(self.total, 'frame')}, {self.per_minute:.1f} frames/min{left}{failed}"


class Shown:
    """A way of showing a run: a context, and a `render.watching.events.Watcher`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left on the screen to clear up."""

    def see(self, event: Event) -> None:
        """Show what has happened."""

    def look(self, workers: Sequence[WorkerState]) -> None:
        """Show what workers do; in a log that would be too much."""


class PlainLines(Shown):
    """A line now and then, and one for everything that goes wrong."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._last_line = time.monotonic()

    def see(self, event: Event) -> None:
        self._tally.count(event)
        if (said := said_of(event)) is not None:
            say(said)
        if isinstance(event, FrameDone):
            tally, now = self._tally, time.monotonic()
            last = tally.finished + tally.failed == tally.total
            if now - self._last_line >= _LINE_EVERY_S or tally.made == 1 or last:
                self._last_line = now
                say(tally.sentence())


class JsonLines(Shown):
    """Every event as a line of JSON, as logs/events.jsonl has it, on standard error."""

    def see(self, event: Event) -> None:
        print(as_line(event), file=sys.stderr, flush=True)


def shown(log: str = LOGS[0]) -> Shown:
    """The way to show a run that `log`, one of LOGS, asks for; a context and a `Watcher`."""
    if log == "json":
        return JsonLines()
    if log != "auto" or not (sys.stderr.isatty() or any(os.environ.get(name) for name in _TERMINAL)):
        return PlainLines()
    from longtail.render.watching.screen import screen  # what draws is imported for who sees it

    return screen() or PlainLines()


def said_of(event: Event) -> str | None:
    """What a person wants to read of an event at once."""
    match event:
        case Note():
            return event.text
        case RunBegan(kept=kept, frames=frames) if kept:
            are = "is" if kept == 1 else "are"
            rest = "; rendering the rest" if kept < frames else ""
            return f"{kept} of {counted(frames, 'frame')} {are} there already{rest}"
        case FrameFailed():
            worker = "" if event.worker is None else f" on worker {event.worker}"
            return f"frame {event.frame}, try {event.attempt}{worker}: {event.error}"
        case FrameQuarantined():
            return f"frame {event.frame} is given up; see {event.folder}/"
    return None

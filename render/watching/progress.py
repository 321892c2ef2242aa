"""How a run is shown: a bar and the workers' state on a terminal, plain lines or lines of JSON elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Table
from rich.text import Text

from longtail.annotate.wording import counted, fitted
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
# More workers than these would push the bar out of a small terminal.
_ROWS = 16


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


class _Shown:
    """A context, as all ways of showing a run are."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left on the screen to clear up."""


class PlainLines(_Shown):
    """A line now and then, and one for everything that goes wrong."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._last_line = time.monotonic()

    def see(self, event: Event) -> None:
        self._tally.count(event)
        if (said := _said(event)) is not None:
            say(said)
        if isinstance(event, FrameDone):
            tally, now = self._tally, time.monotonic()
            last = tally.finished + tally.failed == tally.total
            if now - self._last_line >= _LINE_EVERY_S or tally.made == 1 or last:
                self._last_line = now
                say(tally.sentence())

    def look(self, workers: Sequence[WorkerState]) -> None:
        """Their state would be too much for a log."""


class JsonLines(_Shown):
    """Every event as a line of JSON, as logs/events.jsonl has it, on standard error."""

    def see(self, event: Event) -> None:
        print(as_line(event), file=sys.stderr, flush=True)

    def look(self, workers: Sequence[WorkerState]) -> None:
        """No event."""


class Screen(_Shown):
    """A bar over a table of workers, drawn anew several times a second."""

    def __init__(self, console: Console) -> None:
        self._tally = Tally()
        self._workers: Sequence[WorkerState] = ()
        self._bar = Progress(TextColumn("frames"), BarColumn(), MofNCompleteColumn(), _Pace(self._tally))
        self._task = self._bar.add_task("frames", total=None)
        self._console = console
        self._live = Live(console=console, get_renderable=self.drawing, refresh_per_second=4, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()
        if self._tally.total:
            self._say(self._tally.sentence())

    def see(self, event: Event) -> None:
        self._tally.count(event)
        if (said := _said(event)) is not None:
            self._say(said)
        self._bar.update(self._task, total=self._tally.total, completed=self._tally.finished)

    def look(self, workers: Sequence[WorkerState]) -> None:
        self._workers = workers

    def _say(self, text: str) -> None:
        self._console.print(fitted(text), highlight=False, soft_wrap=True, markup=False)

    def drawing(self) -> Group:
        """What the terminal shows now."""
        table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
        for title in ("worker", "device", "frame", "s", "MB"):
            table.add_column(title, justify="left" if title == "device" else "right")
        for state in self._workers[:_ROWS]:
            frame = "idle" if state.frame is None else str(state.frame)
            seconds = "" if state.frame is None else f"{state.seconds:.0f}"
            memory = f"{state.memory_mb:.0f}" if state.memory_mb else ""
            table.add_row(str(state.worker), state.device, frame, seconds, memory)
        if len(self._workers) > _ROWS:
            busy = sum(state.frame is not None for state in self._workers[_ROWS:])
            table.add_row("...", f"{len(self._workers) - _ROWS} more", f"{busy} busy", "", "")
        return Group(table, self._bar) if self._workers else Group(self._bar)


class _Pace(ProgressColumn):
    """Frames per minute, the time left and the failures."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def render(self, _task: Task) -> Text:
        return Text(self._tally.sentence().partition(", ")[2])


Shown = PlainLines | JsonLines | Screen


def shown(log: str = LOGS[0]) -> Shown:
    """The way to show a run that `log`, one of LOGS, asks for; a context and a `Watcher`."""
    if log == "json":
        return JsonLines()
    console = Console(stderr=True)
    return Screen(console) if log == "auto" and console.is_terminal else PlainLines()


def _said(event: Event) -> str | None:
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

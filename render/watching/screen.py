"""A run on a terminal: a bar, and what each worker does."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Table
from rich.text import Text

from longtail.annotate.wording import fitted
from longtail.render.watching.events import Event, WorkerState
from longtail.render.watching.progress import Shown, Tally, said_of

# More workers than these would push the bar out of a small terminal.
_ROWS = 16


def screen() -> Screen | None:
    """A screen on standard error; None where that is no terminal."""
    console = Console(stderr=True)
    return Screen(console) if console.is_terminal else None


class Screen(Shown):
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
        if (said := said_of(event)) is not None:
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

"""How a run is shown: a bar with frames per minute and time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from render.worker import Done

_LINE_EVERY_S = 10.0


class ShownProgress:
    """Follows a run as `render.supervise.Watcher`; use it as a context."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._start = self._last_line = time.monotonic()
        self._total = self._made = self._kept = 0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
                console=self._console,
            )
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, total: int, finished: int) -> None:
        self._total, self._kept = total, finished
        self._start = time.monotonic()
        if finished:
            self._say(f"{finished} of {total} frames are there already; rendering the rest")
        if self._bar is not None:
            self._task = self._bar.add_task("frames", total=total, completed=finished, rate="")

    def done(self, _frame: Done) -> None:
        self._made += 1
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=1, rate=f"{self._per_minute():.1f} frames/min")
            return
        now = time.monotonic()
        if now - self._last_line >= _LINE_EVERY_S or self._kept + self._made == self._total or self._made == 1:
            self._last_line = now
            rate = self._per_minute()
            left = (self._total - self._kept - self._made) / rate if rate else 0.0
            self._say(
                f"{self._kept + self._made}/{self._total} frames, {rate:.1f} frames/min, about {left:.1f} min left"
            )

    def trouble(self, index: int, attempt: int, error: str) -> None:
        self._say(f"frame {index}, try {attempt}: {error}")

    def _per_minute(self) -> float:
        return 60 * self._made / max(time.monotonic() - self._start, 1e-6)

    def _say(self, text: str) -> None:
        if self._bar is not None:
            self._bar.console.print(text, highlight=False, soft_wrap=True)
        else:
            print(text, file=sys.stderr, flush=True)

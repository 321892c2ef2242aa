"""How far a command is with a dataset's frames: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from longtail.annotate.wording import counted
from longtail.render.watching.say import say

_LINE_EVERY_S = 10.0


@contextmanager
def counting(doing: str, frames: int, console: Console | None = None) -> Iterator[Callable[[int], None]]:
    """What is to be told of how many of so many frames are done; `doing` says in a word what is done with them."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _lines(doing, frames)
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(doing, total=frames)
        yield lambda done: bar.update(task, completed=done)


def _lines(doing: str, frames: int) -> Callable[[int], None]:
    last = time.monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _LINE_EVERY_S:
            last = time.monotonic()
            say(f"{doing}: {done:,} of {counted(frames, 'frame')}")

    return tell

"""Telling where the first picture of a run lies, as soon as it is there: nobody should wait for the last to see one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from longtail.render.watching.events import Event, FrameDone, WorkerState


class FirstPicture:
    """A watcher that says once where a picture is; `where` names the picture of a frame."""

    def __init__(self, where: Callable[[int], str], say: Callable[[str], None]) -> None:
        self._where = where
        self._say = say
        self._told = False

    def see(self, event: Event) -> None:
        if isinstance(event, FrameDone) and not self._told:
            self._told = True
            self._say(f"first picture: {self._where(event.frame)}")

    def look(self, workers: Sequence[WorkerState]) -> None:
        """Pictures come by events."""

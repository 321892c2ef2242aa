"""Work that goes on beside the rest of a program."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread


class Background:
    """One thread that does jobs in the order in which they come. It never keeps a process from ending."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._hurry = Event()
        self._begun = self._done = 0
        self._error: BaseException | None = None

    def begin(self, job: Callable[[], object]) -> None:
        """Have a job done when those before it are."""
        self._begun += 1
        self._jobs.put(job)
        if self._thread is None:
            self._thread = Thread(target=self._run, name="background", daemon=True)
            self._thread.start()

    def left(self) -> int:
        """How many jobs are not done yet. The error of the one that failed, if one did: none is begun after it."""
        if self._error is not None:
            raise self._error
        return self._begun - self._done

    def wait(self, seconds: float) -> bool:
        """For jobs that have to wait: True, and at once, where there is no time to."""
        return self._hurry.wait(seconds)

    def end(self) -> None:
        """Wait for the job in hand, which may fail; those after it are dropped."""
        self._hurry.set()
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._hurry.is_set():
            try:
                job()
            except BaseException as error:
                self._error = error
                return
            self._done += 1

"""The stacks of frames that hang: in the log, just before the supervisor loses patience."""

from __future__ import annotations

import faulthandler
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_BEFORE_S = 1.0
_LEAST_S = 0.1


class LastStacks:
    """Has all threads' stacks written to standard error before the earliest of several limits; Python has one such
    clock for a process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: dict[int, float] = {}

    @contextmanager
    def in_time(self, index: int, limit_s: float) -> Iterator[None]:
        """What is done inside, for frame `index`, has so many seconds."""
        self._set(index, time.monotonic() + limit_s - _BEFORE_S)
        try:
            yield
        finally:
            self._set(index, None)

    def _set(self, index: int, end: float | None) -> None:
        with self._lock:
            self._ends.pop(index, None)
            if end is not None:
                self._ends[index] = end
            faulthandler.cancel_dump_traceback_later()
            if self._ends:
                faulthandler.dump_traceback_later(max(_LEAST_S, min(self._ends.values()) - time.monotonic()), file=2)

"""Ending when told to: by Ctrl-C, by a scheduler or a container engine, by a terminal that is closed."""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

# Container engines and schedulers kill 10 s after they ask to stop.
GRACE_S = 9.0
"""How long a command may take to end once it was asked to."""
# Of that, what a run may spend on its COCO files and report; the rest is for whatever hangs.
_TIDYING_S = 7.0
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class StoppedError(KeyboardInterrupt):
    """A signal asked to stop; raised in the main thread, whatever it is doing."""


@dataclass
class _Wish:
    """Whether, and when, a signal asked to stop. `heeded` is set in place of an error where somebody looks at it."""

    deadline: bool
    at_s: float | None = None
    heeded: threading.Event | None = None

    def asked(self, number: int, _frame: FrameType | None) -> None:
        first = self.at_s is None
        if first:
            self.at_s = time.monotonic()
            if self.deadline:
                _leave_after(GRACE_S)
        if first and self.heeded is not None:
            self.heeded.set()
            return
        raise StoppedError(signal.Signals(number).name)


_wish: _Wish | None = None


@contextmanager
def stoppable() -> Iterator[None]:
    """Have SIGINT, SIGTERM and SIGHUP end the block by StoppedError, and the process GRACE_S later, whatever hangs.

    Without handlers, the kernel would keep these signals from process 1 of a container. A SIGHUP that is ignored, as
    nohup has it, stays so. Outside the main thread signals are left alone.
    """
    with _heard(deadline=True):
        yield


@contextmanager
def asked_gently() -> Iterator[threading.Event]:
    """An event that the first signal to stop sets; the second one ends the block, by StoppedError."""
    stop = threading.Event()
    with _heard(deadline=False) as wish:
        wish.heeded = stop
        try:
            yield stop
        finally:
            wish.heeded = None


def tidying_s() -> float:
    """How many seconds a command that was asked to stop has left to leave things tidy; at least a tenth."""
    since = 0.0 if _wish is None or _wish.at_s is None else time.monotonic() - _wish.at_s
    return max(0.1, _TIDYING_S - since)


@contextmanager
def _heard(*, deadline: bool) -> Iterator[_Wish]:
    """The wish that the block's signals make: that of a block around it, where there is one."""
    global _wish
    if _wish is not None or threading.current_thread() is not threading.main_thread():
        yield _wish or _Wish(deadline)
        return
    _wish = _Wish(deadline)
    before = {
        number: signal.signal(number, _wish.asked)
        for number in _SIGNALS
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield _wish
    finally:
        _wish = None
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave_after(seconds: float) -> None:
    """End the process, with status 1, in so many seconds, even if Python itself hangs in a library by then."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)

"""A place for one worker process: pinned to a device, held to its limits, and begun anew whenever it must be."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
from pebble import ProcessExpired, ProcessPool

from longtail.annotate.errors import DeviceError, DeviceFaultError, RenderError
from longtail.annotate.wording import counted
from longtail.render.machine.limits import taken_mb
from longtail.render.watching.events import Event, WorkerStarted, WorkerState, WorkerStopped
from longtail.render.workers import worker

# Blender's memory stays flat over frames; starting afresh now and then bounds what it cannot free.
FRAMES_PER_WORKER = 250
# A worker this near to its limit is let go after its frame, before one more frame would take it past.
_NEARLY_FULL = 0.85
# A device that fails is left alone for a while: what took its memory may be gone then. One that always fails is broken.
_REST_S = 20.0
_FAULTS_IN_A_ROW = 5
# Python itself starts within a second; a worker that has not taken its frame by now never will.
_START_LIMIT_S = 120.0
# A process that is gone is given this long to have its last result read.
_LAST_WORDS_S = 2.0


@dataclass(frozen=True)
class Limits:
    """What a worker may take: seconds for a frame, and memory as `render.machine.limits.taken_mb` has it."""

    frame_s: float
    memory_mb: float


class LostWorkerError(RenderError):
    """A worker process ended in the middle of a frame, or was ended; `kind`: "crash", "timeout" or "memory"."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass
class _InHand:
    """A frame that a worker has. `future` is answered by the worker's own, or when the frame is given up before."""

    index: int
    log_start: int
    scheduled: float
    future: Future[worker.Done] = field(default_factory=Future)
    began: float | None = None
    gone: float | None = None
    given_up: LostWorkerError | None = None

    def pass_on(self, inner: Future[worker.Done]) -> None:
        """Take the answer of the worker's own future, in the words of its slot."""
        error = inner.exception()
        with suppress(InvalidStateError):  # given up
            if error is None:
                self.future.set_result(inner.result())
            else:
                self.future.set_exception(self._worded(error))

    def give_up(self, why: str, kind: str) -> None:
        """Answer without the worker."""
        self.given_up = LostWorkerError(why, kind)
        with suppress(InvalidStateError):
            self.future.set_exception(self.given_up)

    def _worded(self, error: BaseException) -> BaseException:
        if isinstance(error, ProcessExpired):
            return self.given_up or LostWorkerError(f"the worker {_ended(error.exitcode)}", "crash")
        if isinstance(error, BrokenProcessPool):
            return self.given_up or LostWorkerError("the worker ended before it took the frame", "crash")
        return error


class Slot:
    """One worker process at a time, with at most one frame in hand.

    Each slot has a process pool of its own, so that what one worker breaks is never another's, and a new process starts
    from a clean sheet. `tell` hears of processes that come and go.
    """

    def __init__(self, number: int, order: worker.Order, limits: Limits, tell: Callable[[Event], None]) -> None:
        self.number = number
        self.order = order
        self.retired = False
        self._limits = limits
        self._tell = tell
        self._pool: Any = None
        self._pid: int | None = None
        self._frames = 0
        self._faults = 0
        self._rests_until = 0.0
        self._hand: _InHand | None = None
        self._inner: Future[worker.Done] | None = None

    @property
    def idle(self) -> bool:
        """Whether it takes a frame now."""
        return self._hand is None and not self.retired and time.monotonic() >= self._rests_until

    def begin(self, index: int) -> Future[worker.Done]:
        """Have a frame made. The future gives an error that says what happened where there is no frame."""
        if self._pool is None or not self._pool.active:
            self._hire()
        log_start = self.order.log.stat().st_size if self.order.log.exists() else 0
        self._hand = _InHand(index, log_start, time.monotonic())
        self._hand.future.set_running_or_notify_cancel()
        try:
            self._inner = self._pool.schedule(worker.render_one, args=[index])
        except RuntimeError:  # the idle process died a moment ago
            self._hire()
            self._inner = self._first_of_pool(index)
        except OSError as error:
            raise _no_process(error) from error
        self._inner.add_done_callback(self._hand.pass_on)
        return self._hand.future

    def end(self, error: BaseException | None) -> None:
        """The frame in hand is dealt with; after an `error` its process is not trusted with another."""
        self._hand = self._inner = None
        self._frames += 1
        self._faults = self._faults + 1 if isinstance(error, DeviceFaultError) else 0
        if isinstance(error, DeviceFaultError) and self._faults < _FAULTS_IN_A_ROW:
            self._rests_until = time.monotonic() + _REST_S
            self.dismiss("its device failed")
        elif isinstance(error, DeviceError):
            self.retired = True
            self.dismiss("its device is gone")
        elif error is not None:
            self.dismiss(str(error))
        elif self._frames >= FRAMES_PER_WORKER:
            self.dismiss(f"{counted(self._frames, 'frame')} made")
        elif (memory := self._memory_mb()) > _NEARLY_FULL * self._limits.memory_mb:
            self.dismiss(f"{memory:.0f} MB taken")

    def watch(self) -> None:
        """Hold the process to its limits. By a clock that only goes forward: the time of day may be set."""
        self._notice_process()
        hand = self._hand
        if hand is None or self._inner is None:
            return
        now = time.monotonic()
        if hand.began is None and self._inner.running():
            hand.began = now
        # The pool tells of processes that fail; one that ends well in the middle of a frame goes unnoticed there.
        gone = self._pid is not None and not psutil.pid_exists(self._pid)
        hand.gone = (hand.gone or now) if gone else None
        if hand.began is None and now - hand.scheduled > _START_LIMIT_S:
            self._give_up(f"the worker did not start within {_START_LIMIT_S:.0f} s", "timeout")
        elif hand.began is not None and now - hand.began > self._limits.frame_s:
            self._give_up(f"no frame within {self._limits.frame_s:g} s (--frame-timeout)", "timeout")
        elif hand.gone is not None and now - hand.gone > _LAST_WORDS_S:
            self._give_up("the worker ended without a word", "crash")
        elif (memory := self._memory_mb()) > self._limits.memory_mb:
            limit = f"{self._limits.memory_mb:.0f} MB"
            self._give_up(f"the worker took {memory:.0f} MB, more than its limit of {limit} (--memory-limit)", "memory")

    def state(self) -> WorkerState:
        """What it does now."""
        index, seconds = None, 0.0
        if self._hand is not None:
            index, seconds = self._hand.index, time.monotonic() - self._hand.scheduled
        return WorkerState(self.number, self.order.device.title, self._pid, index, seconds, self._memory_mb())

    def log_of_frame(self) -> bytes:
        """What its process and Blender have said since the frame in hand began."""
        if self._hand is not None:
            with suppress(OSError), self.order.log.open("rb") as file:
                # A new process begins an overlong log anew.
                whole = file.seek(0, os.SEEK_END)
                file.seek(self._hand.log_start if self._hand.log_start <= whole else 0)
                return file.read()
        return b""

    def dismiss(self, why: str) -> None:
        """Let the process go, whatever it does. Frames are committed whole or not at all."""
        self._notice_process()
        if self._pool is None:
            return
        # Blender does not hear a polite signal while it renders, and may crash when it leaves by itself.
        self.kill()
        self._pool.stop()
        self._pool.join()
        self._pool = None
        self._tell(WorkerStopped(self.number, self._pid, why))
        self._pid = None
        shutil.rmtree(self.order.desk, ignore_errors=True)

    def kill(self) -> None:
        """End the process at once; `dismiss` clears up behind it."""
        if self._pid is not None:
            # The pool waits for its end: nobody else may.
            with suppress(psutil.Error):
                psutil.Process(self._pid).kill()

    def _hire(self) -> None:
        self.dismiss("its process pool broke")
        shutil.rmtree(self.order.desk, ignore_errors=True)
        self.order.desk.mkdir(parents=True)
        self._frames = 0
        # Never fork: Blender and OpenMP threads do not survive it.
        self._pool = ProcessPool(
            max_workers=1,
            initializer=worker.prepare,
            initargs=[self.order],
            context=multiprocessing.get_context("spawn"),
        )

    def _first_of_pool(self, index: int) -> Future[worker.Done]:
        try:
            inner: Future[worker.Done] = self._pool.schedule(worker.render_one, args=[index])
        except BrokenProcessPool as error:
            raise _no_process(error.__cause__ or error) from error
        except OSError as error:
            raise _no_process(error) from error
        return inner

    def _notice_process(self) -> None:
        if self._pid is None and self._pool is not None:
            with suppress(OSError, ValueError):
                self._pid = int((self.order.desk / worker.PID).read_text())
                self._tell(WorkerStarted(self.number, self._pid, self.order.device.title))

    def _give_up(self, why: str, kind: str) -> None:
        assert self._hand is not None
        self._hand.give_up(why, kind)
        self.kill()

    def _memory_mb(self) -> float:
        if self._pid is None:
            return 0.0
        try:
            return taken_mb(self._pid)
        except psutil.Error:
            return 0.0


def _no_process(error: BaseException) -> RenderError:
    why = getattr(error, "strerror", None) or error
    return RenderError(
        f"no worker process can be begun: {why}. It takes some room in /dev/shm (in a container --shm-size), processes "
        "(--pids-limit, ulimit -u) and open files (ulimit -n); what was made is kept, and the same command goes on"
    )


def _ended(code: int | None) -> str:
    if code is None or code >= 0:
        return f"ended with status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"died of {name}" + (" (out of memory?)" if code == -signal.SIGKILL else "")

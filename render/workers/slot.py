"""A place for one worker process: pinned to a device, held to its limits, and begun anew whenever it must be."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import psutil
from pebble import ProcessExpired, ProcessPool

from longtail.annotate.errors import DeviceError, DeviceFaultError, RenderError
from longtail.annotate.wording import counted
from longtail.render.machine.huge_pages import InHugePages
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


class LostBesideError(RenderError):
    """A frame was being finished, or rendered, in a process that another frame's end took along."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.kind = "beside"


class LostWorkerError(RenderError):
    """A worker process ended in the middle of a frame, or was ended; `kind`: "crash", "timeout" or "memory"."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass
class _InHand:
    """A frame that a worker has. `future` is answered by the worker, or when the frame is given up before."""

    index: int
    log_start: int
    scheduled: float
    future: Future[worker.Done] = field(default_factory=Future)
    began: float | None = None
    gone: float | None = None
    given_up: LostWorkerError | None = None

    def pass_on(self, inner: Future[worker.Done | None]) -> None:
        """Take the answer of the worker's own future, in the words of its slot; it is none where the frame is rendered,
        and will be finished beside the next one.
        """
        error = inner.exception()
        with suppress(InvalidStateError):  # given up
            if error is not None:
                self.future.set_exception(self._worded(error))
            elif (done := inner.result()) is not None:
                self.future.set_result(done)

    def hear(self, answer: worker.Answer) -> None:
        """Take what has become of a frame that was finished beside another."""
        with suppress(InvalidStateError):
            if answer.done is not None:
                self.future.set_result(answer.done)
            else:
                self.future.set_exception(answer.error or RenderError("the worker said nothing of the frame"))

    def give_up(self, why: str, kind: str) -> None:
        """Answer without the worker."""
        self.given_up = LostWorkerError(why, kind)
        with suppress(InvalidStateError):
            self.future.set_exception(self.given_up)

    def lose(self, why: str) -> None:
        """Give it up for what is none of its doing."""
        with suppress(InvalidStateError):
            self.future.set_exception(LostBesideError(f"its worker was ended for another frame: {why}"))

    def _worded(self, error: BaseException) -> BaseException:
        if isinstance(error, ProcessExpired):
            return self.given_up or LostWorkerError(f"the worker {_ended(error.exitcode)}", "crash")
        if isinstance(error, BrokenProcessPool):
            return self.given_up or LostWorkerError("the worker ended before it took the frame", "crash")
        return error


class Slot:
    """One worker process at a time. It renders one frame, and may be finishing the one before meanwhile.

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
        self._rendering: _InHand | None = None
        self._finishing: _InHand | None = None
        self._inner: Future[worker.Done | None] | None = None
        self._answers: Connection | None = None
        self._told: Connection | None = None
        self._leaving = ""

    @property
    def idle(self) -> bool:
        """Whether it takes a frame now."""
        return not (self._rendering or self._leaving or self.retired) and time.monotonic() >= self._rests_until

    @property
    def turn(self) -> Future[worker.Done | None] | None:
        """Done when what is rendered now has been; None where nothing is."""
        return self._inner

    def begin(self, index: int, *, beside: bool = False) -> Future[worker.Done]:
        """Have a frame made. The future gives an error that says what happened where there is no frame.

        With `beside` it may be finished while the next one is rendered, otherwise it has the process to itself.
        """
        if self._pool is None or not self._pool.active:
            self._hire()
        log_start = self.order.log.stat().st_size if self.order.log.exists() else 0
        self._rendering = _InHand(index, log_start, time.monotonic())
        self._rendering.future.set_running_or_notify_cancel()
        work = worker.render_beside if beside else worker.render_one
        try:
            self._inner = self._pool.schedule(work, args=[index])
        except RuntimeError:  # the idle process died a moment ago
            rendering, self._rendering = self._rendering, None
            self._hire()
            self._rendering = rendering
            self._inner = self._first_of_pool(work, index)
        except OSError as error:
            raise _no_process(error) from error
        self._inner.add_done_callback(self._rendering.pass_on)
        return self._rendering.future

    def end(self, index: int, error: BaseException | None) -> None:
        """Frame `index` is dealt with; after an `error` its process is not trusted with another."""
        if self._rendering is not None and self._rendering.index == index:
            self._rendering = self._inner = None
        elif self._finishing is not None and self._finishing.index == index:
            self._finishing = None
        if isinstance(error, LostBesideError):  # its process is gone
            return
        self._frames += 1
        self._faults = self._faults + 1 if isinstance(error, DeviceFaultError) else 0
        if isinstance(error, LostWorkerError):
            self.dismiss(str(error))
        elif isinstance(error, DeviceFaultError) and self._faults < _FAULTS_IN_A_ROW:
            self._rests_until = time.monotonic() + _REST_S
            self._leave("its device failed")
        elif isinstance(error, DeviceError):
            self.retired = True
            self._leave("its device is gone")
        elif error is not None:
            self._leave(str(error))
        elif self._frames >= FRAMES_PER_WORKER:
            self._leave(f"{counted(self._frames, 'frame')} made")
        elif (memory := self._memory_mb()) > _NEARLY_FULL * self._limits.memory_mb:
            self._leave(f"{memory:.0f} MB taken")
        elif self._leaving:
            self._leave(self._leaving)

    def watch(self) -> None:
        """Hold the process to its limits. By a clock that only goes forward: the time of day may be set."""
        self._notice_process()
        now, rendered = time.monotonic(), False
        if self._rendering is not None and self._inner is not None:
            if self._rendering.began is None and self._inner.running():
                self._rendering.began = now
            rendered = self._inner.done()
        # A frame is rendered only after the answer for the one before it was given.
        self._hear(now)
        if rendered and self._rendering is not None and not self._rendering.future.done():
            self._finishing, self._rendering, self._inner = self._rendering, None, None
            self._finishing.began = now
        # The pool tells of processes that fail; one that ends well in the middle of a frame goes unnoticed there.
        gone = self._pid is not None and not psutil.pid_exists(self._pid)
        for hand in (self._finishing, self._rendering):
            if hand is not None and not hand.future.done():
                self._hold(hand, now, gone=gone)

    def _hold(self, hand: _InHand, now: float, *, gone: bool) -> None:
        hand.gone = (hand.gone or now) if gone else None
        if hand.began is None and now - hand.scheduled > _START_LIMIT_S:
            self._give_up(hand, f"the worker did not start within {_START_LIMIT_S:.0f} s", "timeout")
        elif hand.began is not None and now - hand.began > self._limits.frame_s:
            self._give_up(hand, f"no frame within {self._limits.frame_s:g} s (--frame-timeout)", "timeout")
        elif hand.gone is not None and now - hand.gone > _LAST_WORDS_S:
            self._give_up(hand, "the worker ended without a word", "crash")
        elif hand is (self._rendering or hand) and (memory := self._memory_mb()) > self._limits.memory_mb:
            limit = f"{self._limits.memory_mb:.0f} MB"
            why = f"the worker took {memory:.0f} MB, more than its limit of {limit} (--memory-limit)"
            self._give_up(hand, why, "memory")

    def _hear(self, now: float) -> None:
        """Take the answers that have come."""
        with suppress(OSError, EOFError):
            while self._answers is not None and self._answers.poll():
                answer: worker.Answer = self._answers.recv()
                for hand in (self._finishing, self._rendering):
                    if hand is not None and hand.index == answer.index:
                        hand.hear(answer)
                    elif hand is not None and hand.began is not None:
                        hand.began = now  # it may have waited for this one

    def state(self) -> WorkerState:
        """What it does now."""
        index, seconds = None, 0.0
        if (hand := self._rendering or self._finishing) is not None:
            index, seconds = hand.index, time.monotonic() - hand.scheduled
        return WorkerState(self.number, self.order.device.title, self._pid, index, seconds, self._memory_mb())

    def log_of_frame(self, index: int) -> bytes:
        """What its process and Blender have said since frame `index`, which is in hand, began."""
        for hand in (self._rendering, self._finishing):
            if hand is not None and hand.index == index:
                with suppress(OSError), self.order.log.open("rb") as file:
                    # A new process begins an overlong log anew.
                    whole = file.seek(0, os.SEEK_END)
                    file.seek(hand.log_start if hand.log_start <= whole else 0)
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
        # Its last words: what it made, it made.
        self._hear(time.monotonic())
        for end in (self._answers, self._told):
            if end is not None:
                end.close()
        self._answers = self._told = None
        for hand in (self._finishing, self._rendering):
            if hand is not None:
                hand.lose(why)
        self._finishing = self._rendering = self._inner = None
        self._leaving = ""
        self._tell(WorkerStopped(self.number, self._pid, why))
        self._pid = None
        shutil.rmtree(self.order.desk, ignore_errors=True)

    def kill(self) -> None:
        """End the process at once; `dismiss` clears up behind it."""
        if self._pid is not None:
            # The pool waits for its end: nobody else may.
            with suppress(psutil.Error):
                psutil.Process(self._pid).kill()

    def _leave(self, why: str) -> None:
        """Let the process go once it has ended what is still in hand."""
        if self._rendering is not None or self._finishing is not None:
            self._leaving = why
        else:
            self.dismiss(why)

    def _hire(self) -> None:
        self.dismiss("its process pool broke")
        shutil.rmtree(self.order.desk, ignore_errors=True)
        self.order.desk.mkdir(parents=True)
        self._frames = 0
        context = InHugePages()
        self._answers, self._told = context.Pipe(duplex=False)
        # Never fork: Blender and OpenMP threads do not survive it.
        self._pool = ProcessPool(
            max_workers=1,
            initializer=worker.prepare,
            initargs=[self.order, self._told],
            context=context,
        )

    def _first_of_pool(self, work: Callable[[int], object], index: int) -> Future[worker.Done | None]:
        try:
            inner: Future[worker.Done | None] = self._pool.schedule(work, args=[index])
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

    def _give_up(self, hand: _InHand, why: str, kind: str) -> None:
        hand.give_up(why, kind)
        for other in (self._rendering, self._finishing):
            if other is not None:
                other.lose(why)
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

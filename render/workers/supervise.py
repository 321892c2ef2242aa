"""Feeding frames to a crew and outliving whatever happens to it."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Protocol

from longtail.annotate.dataset.layout import FAILED, LOGS
from longtail.annotate.errors import DatasetError, DeviceFaultError, RenderError, StorageError
from longtail.render.machine.stopping import asked_gently
from longtail.render.storage.quarantine import quarantine_files
from longtail.render.storage.store import FrameStore
from longtail.render.watching.events import (
    FrameBegan,
    FrameDone,
    FrameFailed,
    FrameQuarantined,
    RunBegan,
    RunEnded,
    Watcher,
    WorkerState,
)
from longtail.render.workers.dealing import Dealer
from longtail.render.workers.worker import Done
from longtail.scenes.config.config import Config

ATTEMPTS = 3
# Frames fail one by one; when so many fail with none made between, it is the machine or the request that is broken.
GIVE_UP_AFTER = 10
# Machines go away now and then; a frame that loses one so often is what ends them.
EXCUSES = 20
# A device that fails at a frame, and works for others, fails at it for a reason: its memory, as a rule.
FAULTS = 3
_POLL_S = 0.3


@dataclass
class Outcome:
    """How a run ended. `failed` frames were given up after ATTEMPTS; `interrupted` runs go on with the same command."""

    made: int = 0
    kept: int = 0
    failed: list[int] = field(default_factory=list)
    interrupted: bool = False


@dataclass(frozen=True)
class Task:
    """An attempt at a frame; `worker` is None where a cluster decides who makes it."""

    index: int
    attempt: int
    worker: int | None = None


class Crew(Protocol):
    """Whoever makes frames: processes of this machine, or a cluster."""

    def workers(self) -> Sequence[WorkerState]:
        """What each of its workers does now; none where a cluster keeps that to itself."""

    def has_room(self, running: int) -> bool:
        """Whether it takes one more frame, with `running` in hand; RenderError where it will never take any again."""

    def next_worker(self) -> int | None:
        """Who makes the frame that is begun next, where that is known and there is room."""

    def begin(self, index: int, *, alone: bool) -> tuple[Future[Done], int | None]:
        """Have a frame made and committed; the worker that does, where that is known.

        The future's error says what went wrong. `alone`: no other frame may be in the same process's hands meanwhile.
        """

    def turns(self) -> Sequence[Future[Any]]:
        """What is done when there may be room again, though no frame is."""

    def end(self, task: Task, error: BaseException | None) -> bytes:
        """Told of every end. What was logged of a frame that ended with an error."""

    def cause(self, error: BaseException) -> BaseException:
        """The error behind a future's error, where it is wrapped."""

    def blameless(self, error: BaseException) -> bool:
        """Whether an error says nothing about the frame: its machine or its device went away."""

    def watch(self) -> None:
        """Called several times a second."""

    def stop(self) -> None:
        """Drop all frames in hand, at once."""


def supervise(
    hired: Callable[[], AbstractContextManager[Crew]],
    config: Config,
    store: FrameStore,
    indices: Sequence[int],
    finished: Collection[int],
    watcher: Watcher,
) -> Outcome:
    """Make the frames of `indices` that are not among the `finished`; a crew is hired only if there are any.

    A worker that dies, hangs or raises costs its frame one of ATTEMPTS; a frame that fails them all, or that a device
    fails at FAULTS times, goes to failed/ with its recipe, and the run goes on. StorageError for a full or broken disk,
    or an object store that does not answer for minutes; RenderError where nothing can be rendered any more. A signal to
    stop drops the frames in hand and ends the run.
    """
    start = time.monotonic()
    asked = indices if isinstance(indices, range) else frozenset(indices)
    outcome = Outcome(kept=sum(1 for index in finished if index in asked))
    waiting = (Task(index, 1) for index in indices if index not in finished)
    (store.root / LOGS).mkdir(exist_ok=True)
    try:
        if outcome.kept == len(indices):
            watcher.see(RunBegan(len(indices), outcome.kept, (), version("longtail"), os.getpid()))
        else:
            with hired() as crew, asked_gently() as stop:
                devices = tuple(state.device for state in crew.workers())
                watcher.see(RunBegan(len(indices), outcome.kept, devices, version("longtail"), os.getpid()))
                _Feeding(crew, stop, watcher, config, store, outcome).feed(waiting)
                # Asked while the last frame came in: there is no time for all that follows either.
                outcome.interrupted = stop.is_set()
    finally:
        seconds = round(time.monotonic() - start, 3)
        watcher.see(RunEnded(outcome.made, outcome.kept, tuple(outcome.failed), outcome.interrupted, seconds))
    return outcome


class _Feeding:
    """One run's bookkeeping of frames in hand, frames to try again, and how each attempt ended."""

    def __init__(
        self,
        crew: Crew,
        stop: threading.Event,
        watcher: Watcher,
        config: Config,
        store: FrameStore,
        outcome: Outcome,
    ) -> None:
        self._crew = crew
        self._stop = stop
        self._watcher = watcher
        self._config = config
        self._store = store
        self._outcome = outcome
        self._again: deque[Task] = deque()
        self._put_off: deque[Task] = deque()
        self._running: dict[Future[Done], Task] = {}
        self._errors: dict[int, list[str]] = defaultdict(list)
        self._excused: Counter[int] = Counter()
        self._faults: Counter[int] = Counter()
        self._failed_before = store.quarantined()
        self._failed_in_a_row = 0

    def feed(self, waiting: Iterator[Task]) -> None:
        """Keep the crew busy until all is made or a signal comes; a million frames never queue up."""
        each = self._config.plan.pictures_per_scene
        dealer = Dealer(waiting, lambda task: task.index // each)
        while not self._stop.is_set():
            if not self._hand_out(dealer):
                return
            if not self._running:
                self._stop.wait(_POLL_S)
            waited = wait([*self._running, *self._crew.turns()], timeout=_POLL_S, return_when=FIRST_COMPLETED).done
            for future in [future for future in waited if future in self._running]:
                self._end(future)
            self._crew.watch()
            self._watcher.look(self._crew.workers())
        self._drop()

    def _hand_out(self, dealer: Dealer[Task]) -> bool:
        """Begin as many frames as there is room for; False when there is nothing left to do."""
        while self._crew.has_room(len(self._running)) and self._store.has_room():
            task = self._again.popleft() if self._again else dealer.deal(self._crew.next_worker())
            if task is None and self._put_off:
                task = self._put_off.popleft()
            if task is None:
                return bool(self._running)
            self._begin(task)
        return True

    def _begin(self, task: Task) -> None:
        # What has failed once is kept from taking others with it, and from being taken along by others.
        alone = task.attempt > 1 or task.index in self._excused or task.index in self._faults
        future, worker = self._crew.begin(task.index, alone=alone)
        task = Task(task.index, task.attempt, worker)
        self._running[future] = task
        self._watcher.see(FrameBegan(task.index, task.attempt, worker))

    def _end(self, future: Future[Done]) -> None:
        task = self._running.pop(future)
        error = future.exception()
        log = self._crew.end(task, error)
        if error is None:
            self._done(task, future.result())
            return
        cause = self._crew.cause(error)
        # Every other frame would meet the same.
        if isinstance(cause, DatasetError | StorageError):
            raise cause
        self._failed(task, cause, log)

    def _done(self, task: Task, done: Done) -> None:
        self._outcome.made += 1
        self._failed_in_a_row = 0
        # The device works: what it failed at has another try.
        self._again.extend(self._put_off)
        self._put_off.clear()
        self._errors.pop(task.index, None)
        self._store.settle(task.index)
        if task.index in self._failed_before:
            self._store.release(task.index)
        event = FrameDone(task.index, task.attempt, task.worker, done.condition, done.seconds, round(done.memory_mb))
        self._watcher.see(event)

    def _failed(self, task: Task, error: BaseException, log: bytes) -> None:
        said = _said(error)
        faulty = isinstance(error, DeviceFaultError)
        excused = self._faults if faulty else self._excused
        counted = not self._crew.blameless(error) or excused[task.index] >= (FAULTS - 1 if faulty else EXCUSES)
        kind = getattr(error, "kind", type(error).__name__)
        self._watcher.see(FrameFailed(task.index, task.attempt, task.worker, kind, said, counted))
        if not counted:
            excused[task.index] += 1
            # A device that fails at everything shall be found out by other frames.
            (self._put_off if faulty else self._again).append(task)
            return
        self._errors[task.index].append(said)
        if task.attempt < ATTEMPTS and not faulty:
            self._again.append(Task(task.index, task.attempt + 1))
            return
        self._outcome.failed.append(task.index)
        self._store.quarantine(
            task.index, quarantine_files(self._config, task.index, self._errors.pop(task.index), log)
        )
        self._watcher.see(FrameQuarantined(task.index, said, FAILED))
        self._failed_in_a_row += 1
        if self._failed_in_a_row == GIVE_UP_AFTER:
            raise RenderError(
                f"{GIVE_UP_AFTER} frames in a row failed {ATTEMPTS} times each, the last: {said}. Their logs are in "
                f"{self._store.place}/{FAILED}; try `longtail doctor`. What was made is kept: the same command goes on"
            )

    def _drop(self) -> None:
        self._outcome.interrupted = True
        self._crew.stop()
        committed = self._store.committed() if self._running else frozenset()
        for future, task in self._running.items():
            if (done := self._last_word(future, task, committed)) is not None:
                self._done(task, done)
            else:
                self._store.discard(task.index)

    def _last_word(self, future: Future[Done], task: Task, committed: Collection[int]) -> Done | None:
        """What was made of a frame before its worker was stopped, whether or not there was time to say so."""
        if future.done() and not future.cancelled() and future.exception() is None:
            return future.result()
        if task.index not in committed:
            return None
        condition = ""
        with suppress(DatasetError, StorageError):  # `check` says what is wrong with it
            condition = self._store.dataset().record(task.index).condition
        return Done(task.index, condition, {}, 0.0)


def _said(error: BaseException) -> str:
    text = (str(error) or type(error).__name__).splitlines()[0]
    return text if isinstance(error, RenderError) else f"{type(error).__name__}: {text}"

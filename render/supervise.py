"""Feeding frames to worker processes and outliving whatever happens to them."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pebble import ProcessPool

from annotate.errors import DatasetError
from annotate.layout import LOGS, frame_name
from render import worker
from render.devices import Device
from render.store import FrameStore
from scenes.config import Config

ATTEMPTS = 3
FAILED = "failed"
# Blender's memory stays flat over frames; starting afresh now and then bounds what it cannot free.
FRAMES_PER_WORKER = 250
_POLL_S = 0.3


class Watcher(Protocol):
    """Who is told how the run goes: a progress bar, or plain lines."""

    def begin(self, total: int, finished: int) -> None: ...

    def done(self, _frame: worker.Done) -> None: ...

    def trouble(self, index: int, attempt: int, error: str) -> None: ...


@dataclass
class Outcome:
    """How a run ended. `failed` frames were given up after ATTEMPTS; `interrupted` runs go on with the same command."""

    made: int = 0
    kept: int = 0
    failed: list[int] = field(default_factory=list)
    interrupted: bool = False


@dataclass(frozen=True)
class _Try:
    index: int
    number: int


class Crew(Protocol):
    """Whoever makes frames: processes of this machine, or a cluster."""

    def places(self) -> int:
        """How many frames can be made at the same time; it may change."""

    def begin(self, index: int) -> Future[Any]:
        """Have a frame made."""

    def receive(self, index: int, result: Any) -> worker.Done:
        """See to it that a frame is committed, whose future gave `result`."""

    def blameless(self, error: BaseException) -> bool:
        """Whether an error says nothing about the frame: its machine went away."""

    def stop(self) -> None:
        """Drop all frames in hand."""


@dataclass
class LocalCrew:
    """Worker processes, which commit their frames themselves."""

    pool: Any
    orders: deque[worker.Order]
    workers: int
    limit_s: float

    def places(self) -> int:
        return self.workers

    def begin(self, index: int) -> Future[worker.Done]:
        self.orders.rotate(-1)
        future: Future[worker.Done] = self.pool.schedule(
            worker.render_one, args=[self.orders[0], index], timeout=self.limit_s
        )
        return future

    def receive(self, index: int, result: worker.Done) -> worker.Done:  # noqa: ARG002
        return result

    def blameless(self, error: BaseException) -> bool:  # noqa: ARG002
        return False

    def stop(self) -> None:
        self.pool.stop()


def supervise(
    config: Config,
    store: FrameStore,
    indices: Sequence[int],
    devices: Sequence[Device],
    workers: int,
    watcher: Watcher,
    frame_limit_s: float = 1800.0,
) -> Outcome:
    """Make the frames of `indices` that `store` has not got yet, by processes of this machine; see `supervise_crew`.

    A worker that hangs past `frame_limit_s` is killed.
    """

    @contextmanager
    def hired() -> Iterator[Crew]:
        threads = max(1, (os.cpu_count() or 1) // workers) if devices[0].kind == "cpu" else 0
        orders = deque(worker.Order(config, store, device, threads) for device in devices)
        with _pool(workers, store.root / LOGS) as pool:
            yield LocalCrew(pool, orders, workers, frame_limit_s)
            if pool.active:
                pool.close()
            pool.join()

    return supervise_crew(hired, config, store, indices, watcher)


def supervise_crew(
    hired: Callable[[], AbstractContextManager[Crew]],
    config: Config,
    store: FrameStore,
    indices: Sequence[int],
    watcher: Watcher,
) -> Outcome:
    """Make the frames of `indices` that `store` has not got yet; a crew is hired only if there are any.

    A worker that dies, hangs or raises costs its frame one of ATTEMPTS tries; a frame that fails them all is written to
    failed/ with its recipe and the run goes on. A full or broken disk ends the run at once.
    """
    finished = store.committed()
    asked = indices if isinstance(indices, range) else frozenset(indices)
    kept = sum(1 for index in finished if index in asked)
    outcome = Outcome(kept=kept)
    watcher.begin(len(indices), kept)
    if kept == len(indices):
        return outcome
    (store.root / LOGS).mkdir(exist_ok=True)
    waiting = (_Try(index, 1) for index in indices if index not in finished)
    with _stop_signal() as stop, hired() as crew:
        _feed(crew, waiting, stop, watcher, config, store, outcome)
        if stop.is_set():
            outcome.interrupted = True
            crew.stop()
    return outcome


def _feed(
    crew: Crew,
    waiting: Iterator[_Try],
    stop: threading.Event,
    watcher: Watcher,
    config: Config,
    store: FrameStore,
    outcome: Outcome,
) -> None:
    """Keep every worker busy with one frame in hand and one in line; a million frames never queue up."""
    again: deque[_Try] = deque()
    running: dict[Future[Any], _Try] = {}
    while not stop.is_set():
        while len(running) < 2 * crew.places():
            task = again.popleft() if again else next(waiting, None)
            if task is None:
                break
            running[crew.begin(task.index)] = task
        if not running:
            return
        for future in wait(running, timeout=_POLL_S, return_when=FIRST_COMPLETED).done:
            task = running.pop(future)
            error = future.exception()
            if error is None:
                done = crew.receive(task.index, future.result())
                outcome.made += 1
                store.settle(task.index)
                watcher.done(done)
                continue
            if isinstance(error, DatasetError):
                crew.stop()
                raise error
            watcher.trouble(task.index, task.number, _said(error))
            if crew.blameless(error):
                again.append(task)
            elif task.number < ATTEMPTS:
                again.append(_Try(task.index, task.number + 1))
            else:
                outcome.failed.append(task.index)
                _quarantine(store.root, config, task.index, error)


def _said(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return f"{type(error).__name__}: {text}".splitlines()[0]


def _quarantine(root: Path, config: Config, index: int, error: BaseException) -> None:
    """Keep what is needed to make the frame again, and why it could not be made."""
    folder = root / LOGS / FAILED
    folder.mkdir(parents=True, exist_ok=True)
    recipe = {
        "frame": index,
        "seed": config.seed,
        "digest": config.digest,
        "attempts": ATTEMPTS,
        "error": _said(error),
        "traceback": "".join(traceback.format_exception(error)),
        "config": config.to_json(),
    }
    (folder / f"{frame_name(index)}.json").write_text(json.dumps(recipe, indent=2) + "\n")


@contextmanager
def _pool(workers: int, log: Path) -> Iterator[Any]:
    # Never fork: Blender and OpenMP threads do not survive it.
    context = multiprocessing.get_context("spawn")
    pool: Any = ProcessPool(
        max_workers=workers, max_tasks=FRAMES_PER_WORKER, initializer=worker.prepare, initargs=[log], context=context
    )
    try:
        yield pool
    except BaseException:
        pool.stop()
        pool.join()
        raise


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; outside the main thread signals are left alone."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)

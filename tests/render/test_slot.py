"""What a system may refuse when a worker process is begun."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from longtail.annotate.errors import RenderError, StorageError
from longtail.render.machine.devices import Device
from longtail.render.storage.store import Store
from longtail.render.workers import slot, worker
from longtail.render.workers.local_crew import local_crew
from longtail.render.workers.slot import Limits, LostBesideError, LostWorkerError, Slot
from longtail.render.workers.worker import Answer, Done
from longtail.scenes.config.loading import load


class RefusedPool:
    """A process pool of a system that gives no semaphore, or no process."""

    active = True

    def __init__(self, number: int, *, process: bool) -> None:
        self._error = OSError(number, os.strerror(number))
        self._process = process

    def schedule(self, *_: object, **__: object) -> None:
        if self._process:
            raise BrokenProcessPool from self._error
        raise self._error

    def stop(self) -> None:
        pass

    def join(self) -> None:
        pass


@pytest.mark.parametrize(
    ("number", "process"),
    [(errno.ENOSPC, False), (errno.EACCES, False), (errno.EMFILE, False), (errno.EAGAIN, True), (errno.ENOMEM, True)],
)
def test_a_system_that_gives_no_process_is_told_of(
    number: int, process: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slot, "ProcessPool", lambda **_: RefusedPool(number, process=process))
    devices = (Device("cpu", "CPU"),)
    with (
        local_crew(load("street"), Store(tmp_path), devices, 1, Limits(10, 1000), lambda _: None) as crew,
        pytest.raises(RenderError, match=rf"no worker process can be begun: {os.strerror(number)}.*/dev/shm"),
    ):
        crew.begin(0, alone=False)


def test_a_disk_that_is_full_while_models_come_in_is_no_fault_of_the_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(worker, "begin", begin)
    with local_crew(
        load("street"), Store(tmp_path), (Device("cpu", "CPU"),), 1, Limits(10, 1000), lambda _: None
    ) as crew:
        monkeypatch.setattr(worker, "_order", crew.slots[0].order)
        with pytest.raises(StorageError, match=r"desks/0: the disk is full; the finished frames are kept\. Free some"):
            worker.render_one(0)


class HeldPool:
    """A process pool whose frames end when the test says so."""

    active = True

    def __init__(self, **how: Any) -> None:
        self.told: Connection = how["initargs"][1]
        self.asked: list[tuple[str, int]] = []
        self.turns: list[Future[Done | None]] = []

    def schedule(self, work: Callable[..., object], args: list[int]) -> Future[Done | None]:
        self.asked.append((work.__name__, args[0]))
        self.turns.append(Future())
        self.turns[-1].set_running_or_notify_cancel()
        return self.turns[-1]

    def stop(self) -> None:
        pass

    def join(self) -> None:
        pass


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slot]:
    monkeypatch.setattr(slot, "ProcessPool", HeldPool)
    with local_crew(
        load("street"), Store(tmp_path), (Device("cpu", "CPU"),), 1, Limits(10, 1000), lambda _: None
    ) as crew:
        yield crew.slots[0]


def done(index: int) -> Done:
    return Done(index, "clear, day", {}, 100.0)


def test_a_worker_takes_a_frame_while_it_finishes_one(held: Slot) -> None:
    first = held.begin(0, beside=True)
    pool = held._pool
    assert takes(held) == (False, pool.turns[0])
    pool.turns[0].set_result(None)
    held.watch()
    assert takes(held) == (True, None)
    second = held.begin(1, beside=True)
    pool.told.send(Answer(0, done(0)))
    pool.turns[1].set_result(None)
    held.watch()
    assert first.result(0).index == 0
    held.end(0, None)
    assert not second.done()
    pool.told.send(Answer(1, done(1)))
    held.watch()
    assert second.result(0).index == 1
    assert pool.asked == [("render_beside", 0), ("render_beside", 1)]


def test_a_frame_alone_is_answered_by_its_own_turn(held: Slot) -> None:
    future = held.begin(7)
    held._pool.turns[0].set_result(done(7))
    held.watch()
    assert future.result(0).index == 7
    held.end(7, None)
    assert held.idle
    assert held._pool.asked == [("render_one", 7)]


def test_a_process_that_ends_takes_the_frame_beside_along_without_blame(held: Slot) -> None:
    finishing, rendering = two_in_hand(held)
    held._pool.turns[1].set_exception(BrokenProcessPool())
    held.watch()
    crashed = rendering.exception(0)
    assert isinstance(crashed, LostWorkerError)
    held.end(1, crashed)
    beside = finishing.exception(0)
    assert isinstance(beside, LostBesideError)
    held.begin(2)  # a new process, which the end of the old one's frame leaves alone
    pool = held._pool
    held.end(0, beside)
    assert held._pool is pool


def test_what_was_finished_before_the_process_ended_counts(held: Slot) -> None:
    finishing, rendering = two_in_hand(held)
    held._pool.told.send(Answer(0, done(0)))
    held._pool.turns[1].set_exception(BrokenProcessPool())
    held.end(1, rendering.exception(0))
    assert finishing.result(0).index == 0


def test_after_an_error_what_is_in_hand_is_finished_and_no_more_is_taken(held: Slot) -> None:
    finishing, rendering = two_in_hand(held)
    held._pool.told.send(Answer(0, error=RenderError("not a number")))
    held.watch()
    assert str(finishing.exception(0)) == "not a number"
    held.end(0, finishing.exception(0))
    held._pool.turns[1].set_result(None)
    held.watch()
    assert not held.idle
    held._pool.told.send(Answer(1, done(1)))
    held.watch()
    assert rendering.result(0).index == 1
    held.end(1, None)
    assert held._pool is None
    assert held.idle


def test_a_frame_that_is_finished_too_slowly_is_given_up_alone(held: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    finishing, rendering = two_in_hand(held)
    held.watch()
    at(monkeypatch, time.monotonic() + 11)
    held.watch()
    late = finishing.exception(0)
    assert isinstance(late, LostWorkerError)
    assert late.kind == "timeout"
    assert isinstance(rendering.exception(0), LostBesideError)


def test_a_frame_may_wait_for_the_one_before(held: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    _, rendering = two_in_hand(held)
    held.watch()
    now = time.monotonic()
    at(monkeypatch, now + 9)
    held._pool.told.send(Answer(0, done(0)))
    held.watch()
    at(monkeypatch, now + 18)
    held.watch()
    assert not rendering.done()


def takes(held: Slot) -> tuple[bool, object]:
    return held.idle, held.turn


def at(monkeypatch: pytest.MonkeyPatch, now: float) -> None:
    """Have slots read this from their clock."""
    monkeypatch.setattr(slot, "time", SimpleNamespace(monotonic=lambda: now))


def two_in_hand(held: Slot) -> tuple[Future[Done], Future[Done]]:
    finishing = held.begin(0, beside=True)
    held._pool.turns[0].set_result(None)
    held.watch()
    return finishing, held.begin(1, beside=True)

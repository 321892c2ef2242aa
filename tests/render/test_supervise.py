"""Which frames are tried again, set aside or dropped, with a crew that does as it is told."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from longtail.annotate.errors import DeviceFaultError, RenderError, StorageError
from longtail.render.storage.store import Store
from longtail.render.watching.events import (
    EVENTS,
    Event,
    EventLog,
    FrameBegan,
    FrameDone,
    FrameFailed,
    RunBegan,
    RunEnded,
    WorkerState,
    last_done,
)
from longtail.render.workers.supervise import ATTEMPTS, EXCUSES, FAULTS, GIVE_UP_AFTER, Outcome, Task, supervise
from longtail.render.workers.worker import Done
from longtail.scenes.config.loading import load
from tests.render.begun import folder_store
from tests.render.test_store import INFO

CONFIG = load("street", frames=6)
ROOM = 2


class LostMachineError(Exception):
    pass


class Told:
    """A crew that ends each attempt as `plan` says, a watcher of it, and what became of both."""

    def __init__(self, store: Store, plan: Callable[[int, int], BaseException | None]) -> None:
        self.store, self.plan = store, plan
        self.attempts: Counter[int] = Counter()
        self.events: list[Event] = []
        self.alone: list[tuple[int, bool]] = []
        self.most = self.running = 0
        self.stopped = False

    @contextmanager
    def hired(self) -> Iterator[Told]:
        yield self

    def workers(self) -> Sequence[WorkerState]:
        return [WorkerState(0, "cpu", 1, None, 0.0, 0.0)]

    def has_room(self, running: int) -> bool:
        return running < ROOM

    def next_worker(self) -> int:
        return 0

    def begin(self, index: int, *, alone: bool) -> tuple[Future[Done], int]:
        self.alone.append((index, alone))
        self.attempts[index] += 1
        self.running += 1
        self.most = max(self.most, self.running)
        future: Future[Done] = Future()
        error = self.plan(index, self.attempts[index])
        if error is None:
            self.store.commit(index, {f"images/{index:06d}.png": b"picture"}, b"{}")
            future.set_result(Done(index, "clear, day", {"build": 1.0}, 100.0))
        else:
            future.set_exception(error)
        return future, 0

    def turns(self) -> Sequence[Future[Any]]:
        return ()

    def end(self, task: Task, error: BaseException | None) -> bytes:  # noqa: ARG002
        self.running -= 1
        return b"last words"

    def cause(self, error: BaseException) -> BaseException:
        return error

    def blameless(self, error: BaseException) -> bool:
        return isinstance(error, LostMachineError)

    def watch(self) -> None:
        pass

    def stop(self) -> None:
        self.stopped = True

    def see(self, event: Event) -> None:
        self.events.append(event)

    def look(self, workers: Sequence[WorkerState]) -> None:
        pass


def made_of(
    tmp_path: Path, plan: Callable[[int, int], BaseException | None], frames: int = 6
) -> tuple[Told, Store, Outcome]:
    store = folder_store(tmp_path / "out", replace(INFO, frames=frames))
    told = Told(store, plan)
    return told, store, supervise(told.hired, CONFIG, store, range(frames), store.committed(), told)


def test_all_goes_well(tmp_path: Path) -> None:
    told, store, outcome = made_of(tmp_path, lambda *_: None)
    assert outcome == Outcome(made=6)
    assert store.committed() == frozenset(range(6))
    assert told.most == ROOM
    assert isinstance(told.events[0], RunBegan)
    assert isinstance(told.events[-1], RunEnded)


def test_what_is_there_is_kept_and_no_crew_is_hired_for_nothing(tmp_path: Path) -> None:
    made_of(tmp_path, lambda *_: None)

    def hired() -> Any:
        raise AssertionError("a crew was hired")

    store = Store(tmp_path / "out")
    assert supervise(hired, CONFIG, store, range(6), store.committed(), Told(store, lambda *_: None)) == Outcome(kept=6)


def test_a_frame_has_three_attempts(tmp_path: Path) -> None:
    told, store, outcome = made_of(
        tmp_path, lambda index, n: RenderError("no") if index == 3 and n < ATTEMPTS else None
    )
    assert outcome == Outcome(made=6)
    assert told.attempts[3] == ATTEMPTS
    assert not store.quarantined()


def test_what_failed_has_a_process_to_itself(tmp_path: Path) -> None:
    told, _, _ = made_of(
        tmp_path, lambda index, n: [RenderError("no"), LostMachineError()][index % 2] if n < 2 else None
    )
    assert sorted(told.alone) == sorted((index, alone) for index in range(6) for alone in (False, True))


def test_a_frame_that_fails_them_all_is_set_aside_with_all_that_is_known(tmp_path: Path) -> None:
    told, store, outcome = made_of(tmp_path, lambda index, _: RenderError(f"no {index}") if index == 3 else None)
    assert outcome == Outcome(made=5, failed=[3])
    assert told.attempts[3] == ATTEMPTS
    assert store.quarantined() == {3}
    folder = store.root / "failed"
    assert load(folder / "000003.json") == CONFIG
    assert (folder / "000003.txt").read_text().startswith("attempt 1: no 3\nattempt 2: no 3\nattempt 3: no 3\n")
    assert (folder / "000003.log").read_bytes() == b"last words"
    # The next run makes it, and nothing of the failure is left.
    again = Told(store, lambda *_: None)
    assert supervise(again.hired, CONFIG, store, range(6), store.committed(), again) == Outcome(made=1, kept=5)
    assert not folder.exists()


def test_a_machine_that_goes_away_costs_no_attempt(tmp_path: Path) -> None:
    told, _, outcome = made_of(tmp_path, lambda index, n: LostMachineError() if index == 2 and n < 9 else None)
    assert outcome == Outcome(made=6)
    assert told.attempts[2] == 9
    assert not any(event.counted for event in told.events if isinstance(event, FrameFailed))


def test_a_frame_that_takes_machines_with_it_is_given_up(tmp_path: Path) -> None:
    told, store, outcome = made_of(tmp_path, lambda index, _: LostMachineError() if index == 2 else None)
    assert outcome == Outcome(made=5, failed=[2])
    assert told.attempts[2] == EXCUSES + ATTEMPTS
    assert store.quarantined() == {2}


def test_a_disk_that_takes_nothing_ends_the_run_at_once(tmp_path: Path) -> None:
    def plan(index: int, _: int) -> BaseException | None:
        return StorageError("the disk is full") if index == 2 else None

    with pytest.raises(StorageError, match="disk is full"):
        made_of(tmp_path, plan)
    assert not (tmp_path / "out" / "failed").exists()


def test_when_one_frame_after_the_other_fails_the_run_ends(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=rf"{GIVE_UP_AFTER} frames in a row failed.*no picture"):
        made_of(tmp_path, lambda index, _: RenderError("no picture") if index > 2 else None, frames=40)
    assert len(Store(tmp_path / "out").quarantined()) == GIVE_UP_AFTER


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_drops_what_is_in_hand(name: str, tmp_path: Path) -> None:
    def plan(index: int, _: int) -> None:
        if index == 2:
            os.kill(os.getpid(), signal.Signals[name])

    told, store, outcome = made_of(tmp_path, plan)
    assert outcome.interrupted
    assert told.stopped
    assert outcome.made == len(store.committed()) < 6


def test_a_frame_that_was_committed_without_a_word_is_made(tmp_path: Path) -> None:
    """Between a frame's commit and its worker's answer a signal may come, and the worker's end with it."""

    class Silent(Told):
        def begin(self, index: int, *, alone: bool) -> tuple[Future[Done], int]:
            future, worker = super().begin(index, alone=alone)
            if index < 2:
                return future, worker
            if index == 2:
                os.kill(os.getpid(), signal.SIGTERM)
            return Future(), worker

    store = folder_store(tmp_path / "out", replace(INFO, frames=6))
    told = Silent(store, lambda *_: None)
    outcome = supervise(told.hired, CONFIG, store, range(6), store.committed(), told)
    assert outcome.interrupted
    assert {event.frame for event in told.events if isinstance(event, FrameDone)} == store.committed() >= {0, 1, 2}
    assert outcome.made == len(store.committed())


def test_every_event_is_a_line_of_the_log(tmp_path: Path) -> None:
    told, store, _ = made_of(tmp_path, lambda index, _: RenderError("no") if index == 3 else None)
    log = EventLog(store.root)
    for event in told.events:
        log.see(event)
    assert len((store.root / EVENTS).read_text().splitlines()) == len(told.events)
    done = [event.frame for event in told.events if isinstance(event, FrameDone)]
    assert last_done(store.root, 2) == done[-2:]
    with (store.root / EVENTS).open("a") as file:
        file.write('{"event": "frame_done", "fra')
    assert last_done(store.root, 100) == done


def test_a_log_that_cannot_be_written_to_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    EventLog(tmp_path).see(RunBegan(1, 0, (), "0", 1))
    assert last_done(tmp_path, 3) == []


def test_an_event_that_was_torn_is_cut_off(tmp_path: Path) -> None:
    begun = RunBegan(1, 0, (), "0", 1)
    EventLog(tmp_path).see(begun)
    whole = (tmp_path / EVENTS).read_bytes()
    (tmp_path / EVENTS).write_bytes(whole + whole[:20])
    log = EventLog(tmp_path)
    assert (tmp_path / EVENTS).read_bytes() == whole
    log.see(begun)
    assert [json.loads(line)["event"] for line in (tmp_path / EVENTS).read_text().splitlines()] == ["run_began"] * 2


class Cards(Told):
    """A crew whose device may fail at its work."""

    def blameless(self, error: BaseException) -> bool:
        return isinstance(error, DeviceFaultError)


def faulty_run(tmp_path: Path, plan: Callable[[int, int], BaseException | None]) -> tuple[Cards, Store, Outcome]:
    store = folder_store(tmp_path / "out", INFO)
    told = Cards(store, plan)
    return told, store, supervise(told.hired, CONFIG, store, range(6), frozenset(), told)


def test_a_frame_that_a_device_always_fails_at_is_set_aside(tmp_path: Path) -> None:
    """Too large for its memory, say. It is no other's fault, and no other's loss."""
    fault = DeviceFaultError("the device failed: System is out of GPU memory")
    told, store, outcome = faulty_run(tmp_path, lambda index, _: fault if index == 2 else None)
    assert (outcome.made, outcome.failed) == (5, [2])
    assert told.attempts[2] == FAULTS
    failed = [event for event in told.events if isinstance(event, FrameFailed)]
    assert [event.counted for event in failed] == [False] * (FAULTS - 1) + [True]
    assert "out of GPU memory" in (store.root / "failed" / "000002.txt").read_text()


def test_a_fault_that_passes_costs_no_frame_a_try_and_others_come_first(tmp_path: Path) -> None:
    fault = DeviceFaultError("the device failed: Illegal address in CUDA queue")
    told, store, outcome = faulty_run(tmp_path, lambda index, attempt: fault if index < 3 and attempt == 1 else None)
    assert (outcome.made, outcome.failed) == (6, [])
    assert store.committed() == frozenset(range(6))
    done = [event for event in told.events if isinstance(event, FrameDone)]
    assert {event.attempt for event in done} == {1}
    # A device that fails at everything is found out by many frames, and none of them is set aside for it.
    begun = [event.frame for event in told.events if isinstance(event, FrameBegan)]
    assert begun[:4] == [0, 1, 2, 3]

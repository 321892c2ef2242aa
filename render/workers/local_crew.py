"""Worker processes of this machine, each pinned to a device, as `render.workers.supervise.Crew`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from longtail.annotate.dataset.layout import LOGS
from longtail.annotate.errors import DeviceError, RenderError
from longtail.render.machine.devices import Device
from longtail.render.machine.limits import cores
from longtail.render.storage.store import FrameStore
from longtail.render.watching.events import Event, WorkerState
from longtail.render.workers import worker
from longtail.render.workers.slot import Limits, LostBesideError, Slot
from longtail.render.workers.supervise import Task
from longtail.scenes.config.config import Config

DESKS = f"{LOGS}/desks"
"""Where workers keep what they need only while they live."""

# Of larger pictures what a frame's finishing takes is memory that the next one's rendering may want.
_BESIDE_PX = 1920 * 1080


class LocalCrew:
    """Worker processes, which commit their frames themselves."""

    def __init__(self, slots: Sequence[Slot], *, beside: bool = True) -> None:
        """With `beside` a frame is finished while the next one is rendered."""
        self.slots = slots
        self._beside = beside
        self._lost: BaseException | None = None

    def workers(self) -> Sequence[WorkerState]:
        return [slot.state() for slot in self.slots if not slot.retired]

    def has_room(self, running: int) -> bool:
        if not running and self._lost and all(slot.retired for slot in self.slots):
            raise RenderError(f"every device is gone, the last with: {self._lost}") from self._lost
        return any(slot.idle for slot in self.slots)

    def next_worker(self) -> int | None:
        return next((slot.number for slot in self.slots if slot.idle), None)

    def begin(self, index: int, *, alone: bool) -> tuple[Future[worker.Done], int]:
        slot = next(slot for slot in self.slots if slot.idle)
        return slot.begin(index, beside=self._beside and not alone), slot.number

    def turns(self) -> Sequence[Future[Any]]:
        return [slot.turn for slot in self.slots if slot.turn is not None]

    def end(self, task: Task, error: BaseException | None) -> bytes:
        assert task.worker is not None
        slot = self.slots[task.worker]
        log = b"" if error is None else slot.log_of_frame(task.index)
        if isinstance(error, DeviceError):
            self._lost = error
        slot.end(task.index, error)
        return log

    def cause(self, error: BaseException) -> BaseException:
        return error

    def blameless(self, error: BaseException) -> bool:
        return isinstance(error, DeviceError | LostBesideError)

    def watch(self) -> None:
        for slot in self.slots:
            slot.watch()

    def stop(self) -> None:
        for slot in self.slots:
            slot.kill()
        for slot in self.slots:
            slot.dismiss("the run ended")


@contextmanager
def local_crew(
    config: Config,
    store: FrameStore,
    devices: Sequence[Device],
    workers: int,
    limits: Limits,
    tell: Callable[[Event], None],
) -> Iterator[LocalCrew]:
    """`workers` processes, dealt out over `devices` in turn; CPU cores are shared out among them."""
    threads = max(1, cores() // workers)
    desks = store.root / DESKS
    # Those of a run that was killed.
    shutil.rmtree(desks, ignore_errors=True)
    slots = []
    for number in range(workers):
        log = store.root / LOGS / f"worker-{number}.log"
        order = worker.Order(
            config, store.committer, devices[number % len(devices)], threads, log, desks / str(number), limits.frame_s
        )
        slots.append(Slot(number, order, limits, tell))
    width_px, height_px = config.largest_px
    crew = LocalCrew(slots, beside=width_px * height_px <= _BESIDE_PX)
    try:
        yield crew
    finally:
        crew.stop()
        shutil.rmtree(desks, ignore_errors=True)

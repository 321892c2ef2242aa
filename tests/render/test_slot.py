"""What a system may refuse when a worker process is begun."""

from __future__ import annotations

import errno
import os
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from longtail.annotate.errors import RenderError, StorageError
from longtail.render.machine.devices import Device
from longtail.render.storage.store import Store
from longtail.render.workers import slot, worker
from longtail.render.workers.local_crew import local_crew
from longtail.render.workers.slot import Limits
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
        crew.begin(0)


def test_a_disk_that_is_full_while_models_come_in_is_no_fault_of_the_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(worker, "make", make)
    with local_crew(
        load("street"), Store(tmp_path), (Device("cpu", "CPU"),), 1, Limits(10, 1000), lambda _: None
    ) as crew:
        monkeypatch.setattr(worker, "_order", crew.slots[0].order)
        with pytest.raises(StorageError, match=r"desks/0: the disk is full; the finished frames are kept\. Free some"):
            worker.render_one(0)

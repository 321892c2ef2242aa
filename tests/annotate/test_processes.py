"""Work in processes: results in order, errors where they belong, and an end whenever the reader wants one."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.errors import DatasetError, MachineError


def halved(number: int) -> tuple[float, int]:
    """DatasetError for 7; 13 ends its process."""
    if number == 7:
        raise DatasetError("seven")
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return number / 2, os.getpid()


@pytest.mark.parametrize(("processes", "at_once"), [(1, 1), (2, 3)])
def test_results_come_in_order_and_an_error_where_its_result_would(processes: int, at_once: int) -> None:
    results = in_processes(halved, [*range(20, 60), 7, 8], processes, at_once)
    pids = set()
    for number in range(20, 60 - 60 % at_once):
        half, pid = next(results)
        assert half == number / 2
        pids.add(pid)
    assert (os.getpid() in pids) == (processes == 1)
    with pytest.raises(DatasetError, match="seven"):
        list(results)


def test_a_process_that_is_killed_is_an_error_in_words() -> None:
    with pytest.raises(MachineError, match="ended from outside"):
        list(in_processes(halved, [12, 13, 14, 15], 2))


def test_a_reader_that_leaves_leaves_no_process() -> None:
    results = in_processes(halved, range(14, 2000), 2)
    pids = {next(results)[1] for _ in range(6)}
    results.close()
    assert not [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).ppid() == os.getpid()]

"""Blender's own threads: no more of them than a worker may keep busy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def few_threads(threads: int) -> Iterator[None]:
    """While a process loads Blender: have it find `threads` processors (0: all), so that it starts no more threads.

    Blender starts a thread for each processor that it finds, and Cycles' own limit comes later. With oneTBB 2021.11 and
    newer (bpy 5.0 has 2021.13) those above the limit do not sleep: they ask for work without a pause as long as there
    is any, https://github.com/uxlfoundation/oneTBB/issues/1417. A worker of one thread took 1.8
    times the processor time beside an idle core, two of them on two cores 1.1 times.

    Afterwards all threads may run wherever the caller might. Of processors each process takes others, for the moment.
    """
    if not hasattr(os, "sched_getaffinity"):
        yield
        return
    allowed = sorted(os.sched_getaffinity(0))
    if not 0 < threads < len(allowed):
        yield
        return
    first = os.getpid() * threads % len(allowed)
    few = {allowed[(first + number) % len(allowed)] for number in range(threads)}
    with suppress(OSError):  # a sandbox may forbid it: that costs time, nothing else
        os.sched_setaffinity(0, few)
    try:
        yield
    finally:
        _release(few, set(allowed))


def _release(few: set[int], allowed: set[int]) -> None:
    """Let those threads of this process that were held on `few` processors run on all that are allowed."""
    for thread in (int(place.name) for place in Path("/proc/self/task").iterdir()):
        with suppress(OSError):  # it has ended, or it was never held
            if os.sched_getaffinity(thread) == few:
                os.sched_setaffinity(thread, allowed)

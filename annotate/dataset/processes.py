"""Work shared among processes, in order and in bounded memory: for what computes, as `ahead` is for what waits."""

from __future__ import annotations

import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import connection, parent_process
from multiprocessing.synchronize import Event
from threading import Thread
from typing import Any, TypeVar

import cv2

from longtail.annotate.errors import MachineError
from longtail.beginning import Lightly

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_LINED_UP = 3
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

_Done = tuple[list[Any], Exception | None]
"""The results of a handful up to the first error."""


class _Own:
    """What a process of the pool was begun with."""

    work: Callable[[Any], Any]
    stop: Event


def in_processes(
    work: Callable[[_Item], _Result], items: Sequence[_Item], processes: int, at_once: int = 1
) -> Generator[_Result, None, None]:
    """`work` of each item, in order, by `processes` fresh processes that are handed `at_once` items at a time.

    They are at most `_LINED_UP` handfuls each ahead of the reader. One process is this one. Beginning another takes
    half a second of computing and pickles `work` once; items and results are pickled. The first error is raised where
    its result would have come. When the reader closes this, items that are begun are ended and no others begun;
    processes whose parent was killed end at once. MachineError where one of them was ended from outside.
    """
    if processes <= 1:
        yield from map(work, items)
        return
    # Fresh processes: a fork would copy the threads' locks of whoever calls.
    context = Lightly()
    try:
        stop = context.Event()
        pool = ProcessPoolExecutor(processes, context, _begin, (work, stop))
    except (OSError, ImportError, NotImplementedError):  # no semaphores to be had: a sandbox, or /dev/shm is full
        yield from map(work, items)
        return
    waiting: deque[Future[_Done]] = deque()
    try:
        for start in range(0, len(items), at_once):
            waiting.append(pool.submit(_each, items[start : start + at_once]))
            if len(waiting) >= processes * _LINED_UP:
                yield from _results(waiting.popleft())
        while waiting:
            yield from _results(waiting.popleft())
    except BrokenProcessPool as error:
        raise MachineError(
            "expected processes that read frames to live until they are done, but one was ended from outside, perhaps "
            "for want of memory; try again where there is more of it, or with fewer cores (taskset -c 0)"
        ) from error
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _begin(work: Callable[[Any], Any], stop: Event) -> None:
    """Whoever asks to stop asks the parent, even where a terminal or scheduler signals all processes of a group."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()
    cv2.setNumThreads(1)  # the processes are as many as the cores
    _Own.work, _Own.stop = work, stop


def _end_with_the_parent() -> None:
    """A process of a pool that nobody ends would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        with suppress(OSError):
            connection.wait([parent.sentinel])
    os._exit(1)


def _each(items: Sequence[Any]) -> _Done:
    results: list[Any] = []
    for item in items:
        if _Own.stop.is_set():
            break
        try:
            results.append(_Own.work(item))
        except Exception as error:
            error.add_note(traceback.format_exc())  # which is not pickled
            return results, error
    return results, None


def _results(done: Future[_Done]) -> Iterator[Any]:
    results, error = done.result()
    yield from results
    if error is not None:
        raise error

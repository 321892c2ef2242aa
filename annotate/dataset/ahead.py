"""Work done a little ahead of whoever needs it, in order and in bounded memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_LINED_UP = 4


def ahead(work: Callable[[_Item], _Result], items: Iterable[_Item], threads: int | None = None) -> Iterator[_Result]:
    """`work` of each item, in order, by `threads` threads that run at most `_LINED_UP` items each ahead of the reader.

    Worth it where `work` lets other threads run: reading, hashing and linking files, or talking to an object store.
    The first error is raised where its result would have come, and no later item is begun after it.
    """
    threads = threads or max(2, os.cpu_count() or 1)
    waiting: deque[Future[_Result]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="ahead") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= threads * _LINED_UP:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

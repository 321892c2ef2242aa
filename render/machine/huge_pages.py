"""Memory in pages of 2 MB for the processes that render."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from longtail.beginning import Lightly

_TUNABLES, _HUGE = "GLIBC_TUNABLES", "glibc.malloc.hugetlb"


class InHugePages(Lightly):
    """The context "spawn" of multiprocessing, whose processes begin lightly and ask the system for huge pages.

    A frame of Blender takes and frees hundreds of MB, and the system clears each page of 4 kB on its own. glibc 2.35
    and newer ask for pages of 2 MB where its tunable says so (GNU C Library manual, "Memory Allocation Tunables"), and
    it reads that once, when a process begins. Where the system has none to give, or another C library, nothing changes.
    """

    class Process(Lightly.Process):
        """One of them."""

        def start(self) -> None:
            with huge_pages():
                super().start()


@contextmanager
def huge_pages() -> Iterator[None]:
    """Processes that are started meanwhile ask for huge pages, unless the user's own tunables speak of them."""
    before = os.environ.get(_TUNABLES, "")
    if _HUGE in before:
        yield
        return
    os.environ[_TUNABLES] = f"{before}:{_HUGE}=1".lstrip(":")
    try:
        yield
    finally:
        if before:
            os.environ[_TUNABLES] = before
        else:
            os.environ.pop(_TUNABLES, None)

"""Processes that render ask for huge pages, and nobody else does."""

from __future__ import annotations

import os
import re
from multiprocessing.connection import Connection
from pathlib import Path

import pebble
import pytest

from longtail.render.machine.huge_pages import InHugePages, huge_pages

_NAME = "GLIBC_TUNABLES"
_OFFERED = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_BYTES = 64 << 20


def _taken() -> tuple[str, int]:
    """What a process was told, and how many of the kB that it takes are in huge pages."""
    kept = bytearray(_BYTES)
    kept[::4096] = b"x" * (_BYTES // 4096)
    found = re.search(r"AnonHugePages:\s+(\d+) kB", Path("/proc/self/smaps_rollup").read_text())
    return os.environ.get(_NAME, ""), int(found[1]) if found else 0


def _say(told: Connection) -> None:
    told.send(_taken())


@pytest.mark.skipif(
    not _OFFERED.exists()
    or "[madvise]" not in _OFFERED.read_text()
    or "glibc" not in str(os.confstr("CS_GNU_LIBC_VERSION")),
    reason="needs a system that gives huge pages to those who ask, and glibc",
)
def test_memory_of_a_process_is_in_huge_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(_NAME, raising=False)
    hear, told = InHugePages().Pipe(duplex=False)
    process = InHugePages().Process(target=_say, args=(told,))
    process.start()
    said, huge_kb = hear.recv()
    process.join()
    assert said == "glibc.malloc.hugetlb=1"
    assert _NAME not in os.environ
    assert huge_kb * 1024 > 0.9 * _BYTES


def test_pools_of_processes_ask_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(_NAME, "glibc.malloc.arena_max=2")
    with pebble.ProcessPool(max_workers=1, context=InHugePages()) as pool:
        said, _ = pool.schedule(_taken).result()
    assert said == "glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1"
    assert os.environ[_NAME] == "glibc.malloc.arena_max=2"


def test_what_the_user_says_of_them_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(_NAME, "glibc.malloc.hugetlb=0")
    with huge_pages():
        assert os.environ[_NAME] == "glibc.malloc.hugetlb=0"
    assert os.environ[_NAME] == "glibc.malloc.hugetlb=0"

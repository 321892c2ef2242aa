"""Processes that render ask for huge pages, and nobody else does."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import re
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from pathlib import Path

import pebble
import pytest

from longtail.render.machine.huge_pages import InHugePages, huge_pages

_NAME = "GLIBC_TUNABLES"
_OFFERED = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_BYTES = 64 << 20


def _taken() -> tuple[str, bool]:
    """What a process was told, and whether it has asked for huge pages where its largest memory lies.

    Whether the system has any to give just then is another matter: smaps has "hg" where they were asked for
    (https://docs.kernel.org/filesystems/proc.html).
    """
    kept = (ctypes.c_char * _BYTES)()
    address, asks, inside = ctypes.addressof(kept) + _BYTES // 2, False, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if found := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            inside = int(found[1], 16) <= address < int(found[2], 16)
        elif inside and line.startswith("VmFlags:"):
            asks = "hg" in line.split()
    return os.environ.get(_NAME, ""), asks


def _say(told: Connection) -> None:
    told.send(_taken())


def _heard_of_a_new_process(kind: SpawnContext) -> tuple[str, bool]:
    """What a process that has done nothing else says: in one that lives, large memory may lie where numpy has asked."""
    hear, told = kind.Pipe(duplex=False)
    process = kind.Process(target=_say, args=(told,))
    process.start()
    answer: tuple[str, bool] = hear.recv()
    process.join()
    return answer


@pytest.mark.skipif(
    not _OFFERED.exists()
    or "[madvise]" not in _OFFERED.read_text()
    or "glibc" not in str(os.confstr("CS_GNU_LIBC_VERSION")),
    reason="needs a system that gives huge pages to those who ask, and glibc",
)
def test_a_process_asks_for_huge_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(_NAME, raising=False)
    assert _heard_of_a_new_process(InHugePages()) == ("glibc.malloc.hugetlb=1", True)
    assert _NAME not in os.environ
    assert _heard_of_a_new_process(multiprocessing.get_context("spawn")) == ("", False)


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

"""What a library says on standard output and standard error while it works, below Python."""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STANDARD = (1, 2)


@dataclass
class Words:
    """All that was said, in the order of the descriptors; empty until it is over."""

    text: str = ""


@contextmanager
def overheard() -> Iterator[Words]:
    """Hear what is written to the process's descriptors 1 and 2 meanwhile; it lands where it would have anyway.

    Where a descriptor leads to a file, as a worker's do, it is read there: so a process that dies or hangs has left its
    last words. What goes elsewhere is held back in memory, and passed on at the end.
    """
    words = Words()
    _flush()
    ears = _ears()
    try:
        yield words
    finally:
        _flush()
        words.text = "".join(ear.end().decode(errors="replace") for ear in ears)


class _InFile:
    """Reads what is added to a file."""

    def __init__(self, number: int) -> None:
        self._path = Path(f"/proc/self/fd/{number}")
        self._start = os.fstat(number).st_size

    def end(self) -> bytes:
        with self._path.open("rb") as file:
            file.seek(self._start)
            return file.read()


class _HeldBack:
    """Takes the place of a terminal or a pipe."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._outside = os.dup(number)
        self._held = os.memfd_create("longtail words")
        os.dup2(self._held, number)

    def end(self) -> bytes:
        os.dup2(self._outside, self._number)
        os.lseek(self._held, 0, os.SEEK_SET)
        with os.fdopen(self._held, "rb") as held, os.fdopen(self._outside, "wb") as outside:
            said = held.read()
            outside.write(said)
        return said


def _ears() -> list[_InFile | _HeldBack]:
    ears: dict[tuple[int, int], _InFile | _HeldBack] = {}
    for number in _STANDARD:
        leads_to = os.fstat(number)
        if not stat.S_ISREG(leads_to.st_mode):
            ears[number, 0] = _HeldBack(number)
        elif (leads_to.st_dev, leads_to.st_ino) not in ears:  # both lead to a worker's log
            ears[leads_to.st_dev, leads_to.st_ino] = _InFile(number)
    return list(ears.values())


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    ctypes.CDLL(None).fflush(None)

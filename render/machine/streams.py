"""Standard streams that outlive whoever reads them."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_STDERR = 2


@contextmanager
def outliving_readers() -> Iterator[None]:
    """Have no message that cannot be delivered fail in the block: messages are for people, and frames go on.

    A terminal may be closed, the reader of a pipe may leave, a log's disk may be full. What a command is asked to print
    goes to standard output, which fails as ever.
    """
    _open_all()
    before = sys.stderr
    if before is sys.__stderr__ and before is not None and before.fileno() == _STDERR:
        with suppress(OSError):
            before.flush()
        raw = io.BufferedWriter(_Heedless(_STDERR, "w", closefd=False))
        sys.stderr = io.TextIOWrapper(raw, before.encoding, "backslashreplace", line_buffering=True, write_through=True)
    try:
        yield
    finally:
        sys.stderr = before


def drop_untaken() -> None:
    """Have Python not try again, when it ends, what standard output does not take: its own status would be 120."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class _Heedless(io.FileIO):
    """A file that takes what its system does not."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def _open_all() -> None:
    """Where a standard stream was closed, the next file to be opened would get its number, and all that is said."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))

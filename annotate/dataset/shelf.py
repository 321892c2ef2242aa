"""What is put aside while a dataset is read, and read again at the end: in a file, and not in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from weakref import finalize

_IN_MEMORY = 1 << 18


class Shelf:
    """A file without a name in the folder for temporary files (TMPDIR), begun when something is put there.

    It is gone with the last that holds it, however the process ends. One that goes to another process arrives empty.
    """

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._end = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return Shelf, ()

    def put(self, data: bytes) -> int | None:
        """Where in the file `data` lies now; None where there is no room for it."""
        start = self._end
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  (it lives as long as this does)
                finalize(self, self._file.close)
            self._file.seek(start)
            written = self._file.write(data)
        except OSError:
            return None
        if written != len(data):
            return None
        self._end += written
        return start

    def read_into(self, start: int, target: memoryview) -> None:
        """Fill `target` with what lies at `start`; OSError where the file can no longer be read."""
        if self._file is None:
            raise OSError("expected a file that something was put in, got none")
        self._file.seek(start)
        while target:
            count = self._file.readinto(target)  # type: ignore[attr-defined]  # an unbuffered file
            if not count:
                raise OSError("expected a temporary file as long as it was, got a shorter one")
            target = target[count:]


class Rows:
    """Rows of a JSON list, in their order; some are in memory, and all where the shelf has no room."""

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._last: list[bytes] = []
        self._bytes = 0
        self._put: list[tuple[int, int]] = []
        self._most: float = _IN_MEMORY

    def __bool__(self) -> bool:
        return bool(self._last or self._put)

    def append(self, row: bytes) -> None:
        """One more row."""
        self._last.append(row)
        self._bytes += len(row)
        if self._bytes < self._most:
            return
        data = b",\n".join(self._last)
        start = self._shelf.put(data)
        if start is None:
            self._most = float("inf")
        else:
            self._put.append((start, len(data)))
            self._last, self._bytes = [], 0

    def pieces(self) -> Iterator[bytes]:
        """All rows with a comma and a new line between two, in pieces of some hundred kB."""
        between = b""
        for start, length in self._put:
            piece = bytearray(length)
            self._shelf.read_into(start, memoryview(piece))
            yield between + piece
            between = b",\n"
        if self._last:
            yield between + b",\n".join(self._last)

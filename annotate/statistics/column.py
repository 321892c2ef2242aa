"""Numbers of many frames behind each other, of which a few thousand are in memory and the rest in a file."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.shelf import Shelf

Kind = Literal["d", "I", "H"]
"""float64, uint32 and uint16, as `array.array` calls them."""

# A street has some 250 columns: so many numbers of each are at most 16 MB.
_IN_MEMORY = 8192


class Column:
    """Numbers, as `array` has them; columns of one `shelf` share its file. Where that has no room all stay in memory.

    A column that goes to another process takes all its numbers along.
    """

    def __init__(self, kind: Kind = "d", shelf: Shelf | None = None) -> None:
        self._kind: Kind = kind
        self._shelf = Shelf() if shelf is None else shelf
        self._last: array[Any] = array(kind)
        self._put: list[tuple[int, int]] = []  # where pieces lie, and how many numbers each has
        self._most = float(_IN_MEMORY)

    def __len__(self) -> int:
        return len(self._last) + sum(count for _, count in self._put)

    def __reduce__(self) -> tuple[Any, ...]:
        return _column, (self._kind, self.array().tobytes())

    def append(self, value: float) -> None:
        """One more number."""
        last = self._last
        last.append(value)
        if len(last) >= self._most:  # asked here, as this is called for each number of each record
            self._put_away()

    def extend(self, values: Iterable[float]) -> None:
        """More numbers, in their order."""
        self._last.extend(values)
        if len(self._last) >= self._most:
            self._put_away()

    def take(self, values: NDArray[Any]) -> None:
        """The numbers (N,) of an array, in their order."""
        own = values if values.dtype.char == self._kind else values.astype(self._kind)
        self._last.frombytes(own.tobytes())
        if len(self._last) >= self._most:
            self._put_away()

    def array(self) -> NDArray[Any]:
        """All numbers (N,), read anew each time: to be used and let go."""
        found = np.empty(len(self), dtype=self._last.typecode)
        first = 0
        for start, count in self._put:
            self._shelf.read_into(start, found[first : first + count].data.cast("B"))
            first += count
        found[first:] = self._last
        return found

    def _put_away(self) -> None:
        start = self._shelf.put(self._last.tobytes())
        if start is None:
            self._most = float("inf")
            return
        self._put.append((start, len(self._last)))
        self._last = array(self._kind)


def _column(kind: Kind, data: bytes) -> Column:
    column = Column(kind)
    column.take(np.frombuffer(data, dtype=kind))
    return column

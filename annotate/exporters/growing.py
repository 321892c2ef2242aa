"""JSON documents that are written row by row, and never held whole."""

from __future__ import annotations

import json
from typing import Any

from longtail.annotate.exporters.exporter import Piece


class GrowingJson:
    """One document at `path`, one list (or object) of which grows: `head`, rows, `tail`.

    Its pieces are to be yielded in the order in which they are made. Every document is begun and ended, so that one
    without rows is a document, too.
    """

    def __init__(self, path: str, head: str = "[", tail: str = "]\n") -> None:
        self.path = path
        self._head, self._tail = head, tail
        self._rows = 0

    def begin(self) -> Piece:
        return self._piece(self._head)

    def row(self, value: Any) -> Piece:
        """One more of the list."""
        return self._next(line(value))

    def entry(self, key: str, value: Any) -> Piece:
        """One more of the object."""
        return self._next(f"{line(key)}: {line(value)}")

    def end(self) -> Piece:
        return self._piece(f"\n{self._tail}")

    def _next(self, text: str) -> Piece:
        self._rows += 1
        return self._piece(f"{',' if self._rows > 1 else ''}\n{text}")

    def _piece(self, text: str) -> Piece:
        return Piece(self.path, text.encode("ascii"))


def line(value: Any) -> str:
    """JSON on one line, ASCII only; ValueError for what JSON does not have."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def document(value: Any) -> bytes:
    """A small document of its own."""
    return (json.dumps(value, allow_nan=False, indent=1) + "\n").encode("ascii")

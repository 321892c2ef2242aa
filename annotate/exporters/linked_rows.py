"""Rows of a table that name the row before and the row after them of the same thing."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from longtail.annotate.exporters.exporter import Piece
from longtail.annotate.exporters.growing import GrowingJson


class LinkedRows:
    """Rows of `table`, each with a `token`, which get `prev` and `next`: tokens, or "" at the ends.

    Of each thing the last row waits in memory until the next one is known, or the end.
    """

    def __init__(self, table: GrowingJson) -> None:
        self._table = table
        self._waiting: dict[Hashable, dict[str, Any]] = {}

    def add(self, thing: Hashable, row: dict[str, Any]) -> Iterator[Piece]:
        """One more row of a thing."""
        before = self._waiting.get(thing)
        self._waiting[thing] = {**row, "prev": before["token"] if before else "", "next": ""}
        if before:
            yield self._table.row({**before, "next": row["token"]})

    def end(self) -> Iterator[Piece]:
        """No thing has more rows: what comes under the same names is others."""
        yield from map(self._table.row, self._waiting.values())
        self._waiting = {}

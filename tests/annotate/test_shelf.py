"""What is put aside comes back as it was, wherever it lay."""

from __future__ import annotations

import pickle
import tempfile
from array import array
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.dataset.shelf import Rows, Shelf
from longtail.annotate.statistics.column import Column

NUMBERS = np.random.default_rng(4).normal(size=50_000)


class Small(Shelf):
    """Has room for two pieces."""

    def put(self, data: bytes) -> int | None:
        return None if self._end > len(data) else super().put(data)


@pytest.mark.parametrize("shelf", [Shelf, Small])
def test_columns_of_one_shelf_hold_what_they_were_given(shelf: type[Shelf]) -> None:
    shared = shelf()
    one, other = Column("d", shared), Column("H", shared)
    for start in range(0, NUMBERS.size, 4_321):
        one.take(NUMBERS[start : start + 4_321])
        other.extend(range(start, min(start + 4_321, NUMBERS.size)))
    for number in (1.0, 2.0):
        one.append(number)
    assert one.array().tolist() == [*NUMBERS.tolist(), 1.0, 2.0]
    assert len(one) == NUMBERS.size + 2
    assert other.array().dtype == np.uint16
    assert other.array().tolist() == list(range(NUMBERS.size))
    assert pickle.loads(pickle.dumps(one)).array().tobytes() == one.array().tobytes()


def test_little_is_in_memory() -> None:
    column = Column()
    column.take(NUMBERS)
    assert len(pickle.dumps(column)) > NUMBERS.nbytes
    held = [value for value in vars(column).values() if isinstance(value, array)]
    assert [len(numbers) for numbers in held] == [0]


def test_where_no_file_can_be_made_all_stays_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    column, rows = Column(), Rows()
    for _ in range(3):
        column.take(NUMBERS)
        rows.append(b"x" * 200_000)
    assert column.array().tobytes() == np.tile(NUMBERS, 3).tobytes()
    assert b"".join(rows.pieces()) == b",\n".join([b"x" * 200_000] * 3)


@pytest.mark.parametrize("count", [0, 1, 7, 30_000])
def test_rows_are_joined_wherever_they_were_cut(count: int) -> None:
    rows, given = Rows(), [b'{"id": %d}' % number * 5 for number in range(count)]
    for row in given:
        rows.append(row)
    assert b"".join(rows.pieces()) == b",\n".join(given)
    assert bool(rows) == bool(given)

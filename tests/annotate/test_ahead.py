"""Working ahead: the order of the items, never too far, and the error where it belongs."""

from __future__ import annotations

import pytest

from longtail.annotate.dataset.ahead import ahead


def test_results_come_in_order() -> None:
    assert list(ahead(lambda value: value * value, range(500), threads=7)) == [value * value for value in range(500)]


def test_a_million_items_never_queue_up() -> None:
    begun: list[int] = []

    def work(value: int) -> int:
        begun.append(value)
        return value

    results = ahead(work, iter(range(10**6)), threads=2)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    assert len(begun) <= 8


def test_an_error_comes_in_its_items_place() -> None:
    results = ahead(lambda value: 6 // (3 - value), range(10**6), threads=2)
    assert [next(results) for _ in range(3)] == [2, 3, 6]
    with pytest.raises(ZeroDivisionError):
        next(results)

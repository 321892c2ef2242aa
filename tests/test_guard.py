"""The guard against slowness: what counts as slower, on numbers made up; nothing here takes a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def ratios(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import ratios

    yield ratios
    sys.modules.pop("ratios")


def entry(ratios: ModuleType, machine: str = "a", **values: tuple[float, float]) -> Any:
    found = {name: ratios.Ratio(value, error, 9) for name, (value, error) in values.items()}
    return ratios.Entry("2026-01-01", "0.1", "abc", machine, found)


@pytest.mark.parametrize(
    ("before", "now", "slower"),
    [
        ((1.0, 0.0), (1.04, 0.0), False),  # less than the least change
        ((1.0, 0.0), (1.06, 0.0), True),
        ((1.0, 0.02), (1.059, 0.0), False),  # three errors of 2 % are 6 %
        ((1.0, 0.02), (1.061, 0.0), True),
        ((1.0, 0.02), (1.08, 0.01), True),  # three times 2.2 %
        ((1.0, 0.02), (1.08, 0.02), False),  # three times 2.8 %
        ((1.0, 0.0), (0.5, 0.0), False),
    ],
)
def test_slower_is_what_is_beyond_noise(
    ratios: ModuleType, before: tuple[float, float], now: tuple[float, float], slower: bool
) -> None:
    (change,) = ratios.changes(entry(ratios, x=now), [entry(ratios, x=before)])
    assert change.slower == slower
    assert ("SLOWER" in str(change)) == slower


def test_entries_of_another_machine_do_not_count_and_the_last_one_of_this_does(ratios: ModuleType) -> None:
    history = [
        entry(ratios, x=(1.0, 0.0), y=(3.0, 0.0)),
        entry(ratios, x=(2.0, 0.0)),
        entry(ratios, machine="b", x=(9.0, 0.0)),
    ]
    found = ratios.changes(entry(ratios, x=(2.0, 0.0), y=(3.0, 0.0), z=(1.0, 0.0)), history)
    assert [(change.name, change.before.value) for change in found] == [("x", 2.0), ("y", 3.0)]
    assert ratios.changes(entry(ratios, machine="c", x=(2.0, 0.0)), history) == []


def test_the_median_minds_no_outlier_and_its_error_shrinks_with_pairs(ratios: ModuleType) -> None:
    few = ratios.Ratio.of([0.9, 1.0, 1.1, 50.0, 1.0])
    many = ratios.Ratio.of([0.9, 1.0, 1.1, 50.0, 1.0] * 4)
    assert few.value == many.value == 1.0
    assert few.error == pytest.approx(2 * many.error)


def test_a_history_is_read_as_it_was_written(ratios: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    assert ratios.load(path) == []
    history = [entry(ratios, x=(1.0, 0.01)), replace(entry(ratios, y=(2.0, 0.0)), commit="")]
    ratios.save(path, history)
    assert ratios.load(path) == history


def test_the_history_that_is_kept_can_be_read(ratios: ModuleType) -> None:
    history = ratios.load(BENCHMARKS / "history.json")
    assert history
    assert all(ratio.value > 0 and ratio.pairs > 0 for entry in history for ratio in entry.ratios.values())

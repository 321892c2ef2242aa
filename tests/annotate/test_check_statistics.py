"""The check counts anew what a closer look wrote into stats.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from longtail.annotate.check.stated_statistics import check_statistics
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.statistics import Closely, dumps, statistics
from longtail.annotate.statistics.closely import Redrawn
from tests.annotate.pictures import info, picture
from tests.annotate.stage import SHOW, store

CONFIG = {"scenario": "boards", "lighting.sun_elevation_deg": {"uniform": [0, 1]}}
Stats = dict[str, Any]


def redrawn(indices: Sequence[int], *, times: int = 4) -> Redrawn:
    """Draws to compare with, without chance."""
    values = [{"weather": "clear", "lighting.sun_elevation_deg": step / 7 % 1} for step in range(times * len(indices))]
    return Redrawn(values, values[: len(indices)])


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Stats]:
    """A dataset of nine frames, one of them of a person with attributes, and its statistics."""
    root = tmp_path_factory.mktemp("looked")
    frames = [picture(SHOW[index % 3], index) for index in range(9)]
    about = {"age_group": "elderly", "build": "slim"}
    things = [replace(item, attributes=about) if item.category == "person" else item for item in frames[1].objects]
    frames[1] = replace(frames[1], objects=tuple(things))
    store(root, frames, info(9, config=CONFIG))
    dataset = Dataset.open(root)
    stats: Stats = json.loads(dumps(statistics(dataset, closely=Closely(5, redrawn))))
    assert {"verdicts", "pairs", "rejection", "labels", "pixels", "people"} <= stats.keys()
    return dataset, stats


def found(dataset: Dataset, stats: Stats, redraw: Any = redrawn) -> list[str]:
    (dataset.root / "stats.json").write_text(json.dumps(stats))
    return [str(finding) for finding in check_statistics(dataset, 1, redraw)]


def changed(stats: Stats, path: str, change: Callable[[Any], Any]) -> Stats:
    """A copy with something else at a path of keys and places."""
    copy: Stats = json.loads(json.dumps(stats))
    *way, last = (int(key) if key.isdigit() else key for key in path.split("."))
    node: Any = copy
    for key in way:
        node = node[key]
    node[last] = change(node[last])
    return copy


def more(value: float, by: float = 1) -> float:
    return value + by


def test_what_was_written_is_found_right(looked_at: tuple[Dataset, Stats]) -> None:
    dataset, stats = looked_at
    assert found(dataset, stats) == []
    assert found(dataset, stats, redraw=None) == []
    assert found(dataset, stats, redraw=partial(redrawn, times=2)) == []


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("people.age_group.elderly", more),
        ("people.build", lambda words: words | {"heavy": 3}),
        ("labels.by_category.0.n", more),
        ("labels.by_category.0.aspect.mean", partial(more, by=0.01)),
        ("labels.by_category", lambda rows: rows[1:]),
        ("labels.together.0.images", more),
        ("pixels.pictures", more),
        ("pixels.properties.0.mean", partial(more, by=0.01)),
        ("pixels.properties.0.by_condition", lambda rows: rows | {"fog, day": {"n": 1, "mean": 0.1, "std": 0.0}}),
        ("pairs.frames", more),
        ("pairs.coverage.paths", lambda paths: [*paths, "nowhere"]),
        ("rejection.draws", more),
        ("rejection.statements", lambda rows: rows | {"sun > 3": 9}),
        ("verdicts", lambda rows: [*rows, {"kind": "constant", "about": ["a"], "said": "a is 1", "p": 1e-9}]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_lie_is_found(looked_at: tuple[Dataset, Stats], path: str, change: Callable[[Any], Any]) -> None:
    dataset, stats = looked_at
    (lie,) = found(dataset, changed(stats, path, change))
    assert lie.startswith(f"stats.json: expected {path.split('.')[0]}")


def test_what_is_rounded_may_end_in_another_digit(looked_at: tuple[Dataset, Stats]) -> None:
    dataset, stats = looked_at
    share = "pairs.coverage.share.0.0"
    assert found(dataset, changed(stats, share, partial(more, by=-0.001))) == []
    assert len(found(dataset, changed(stats, share, partial(more, by=-0.01)))) == 1


def test_what_depends_on_other_draws_takes_the_same_draws(looked_at: tuple[Dataset, Stats]) -> None:
    dataset, stats = looked_at
    lie = changed(stats, "verdicts", lambda _: [{"kind": "constant", "about": ["a"], "said": "a is 1", "p": 1e-9}])
    assert len(found(dataset, lie)) == 1
    assert found(dataset, lie, redraw=None) == []

"""What holds before all is known holds whatever the rest turns out to be."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longtail.annotate.choosing.frame_values import FrameValues
from longtail.annotate.choosing.record_values import OF_PICTURES, RecordValues
from longtail.annotate.choosing.words import DatasetWords
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.record import record_of
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.instances import label
from longtail.statements.bounding import surely_holds
from longtail.statements.checking import checked
from longtail.statements.evaluating import holds, is_true
from longtail.statements.grammar import CATEGORY, IGNORED, SHARES, THINGS
from tests.annotate.yard import Yard, shots

STATEMENTS = [
    "count(('car',)) >= 2",
    "count(('car',), visible > 0.5) < 2",
    "not count(('car', 'person')) == 3",
    "count(('car',)) > count(('person',)) or share(('road',)) > 0.5",
    "count(('car',)) - count(('person',)) * 2 >= 0 and a < 3",
    "min(count(('car',)), 2) != max(count(('person',)), 1)",
    "-count(('car',)) <= -1",
    "count(('car',), ignored) >= 1",
    "count(('car',), contrast > 3) >= 1",
    "count(('car',), visible > 0.5 and transmission < 0.5) == 0",
    "abs(count(('car',)) - 2) < 1",
    "count(('car',)) / 2 > 1",
    "b > 1 and count(('car',)) >= 1",
    "a in (1, 2) or count(('car',)) in (1, 2)",
    "weather == 'fog' or count(('car',)) >= 1",
]
CATEGORIES = ("car", "person", "road")
THING = st.tuples(st.sampled_from(CATEGORIES), st.sampled_from([0.1, 0.9]), st.sampled_from([True, False, None]))


def values(things: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {THINGS: things, SHARES: {"road": 0.4}, "a": 2.0, "weather": "clear"}


def thing(category: str, visible: float, ignored: bool | None, *, known: float | None) -> dict[str, Any]:
    """One whose picture is taken where its numbers are `known`."""
    said: dict[str, Any] = {CATEGORY: category, "visible": visible, IGNORED: ignored}
    if known is not None:
        return said | {"contrast": 10 * known, "transmission": known, "lens": 0.0}
    unknown = OF_PICTURES | ({IGNORED} if ignored is None else set())
    return said | {"contrast": 0.0, "transmission": 0.0, "lens": 0.0, "unknown": unknown}


@given(st.lists(THING, max_size=3), st.sampled_from(STATEMENTS))
@settings(max_examples=150, deadline=None)
def test_what_is_sure_stays_so_in_every_picture(rows: list[tuple[str, float, bool | None]], statement: str) -> None:
    sure = surely_holds(statement, values([thing(*row, known=None) for row in rows]))
    truths = set()
    for flags in itertools.product([True, False], [0.2, 0.8], repeat=len(rows)):
        pictured = [
            thing(category, visible, bool(flags[2 * n]) if ignored is None else ignored, known=flags[2 * n + 1])
            for n, (category, visible, ignored) in enumerate(rows)
        ]
        truths.add(holds(statement, values(pictured)))
    if sure is not None:
        assert truths == {sure}


def test_labels_decide_what_needs_no_picture() -> None:
    seen = values([thing("car", 0.9, None, known=None), thing("car", 0.9, False, known=None)])
    assert surely_holds("count(('car',)) >= 1", seen) is True
    assert surely_holds("count(('car',)) >= 3", seen) is False
    assert surely_holds("count(('car',)) >= 2", seen) is None
    assert surely_holds("count(('car',), ignored or not ignored) >= 2", seen) is None
    assert surely_holds("count(('person',)) == 0", seen) is True
    assert surely_holds("share(('road',)) > 0.3", seen) is True
    assert surely_holds("a > 1", seen) is True
    assert surely_holds("b > 1", seen) is True, "undecided statements hold"


QUERIES = [
    "count(car) >= 3",
    "count(vehicle, visible > 0.9) >= 2",
    "count(person, ignored) >= 1",
    "count(car, distance_m < 15) == 2",
    "count(thing, transmission < 0.7 and contrast > 1) >= 1",
    "share(road) > 0.3",
    "visibility_m < 100 and count(car) >= 1",
    "lighting.sun_elevation_deg > 20 and count(truck, width_px > 5) == 1",
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Yard().write(tmp_path_factory.mktemp("yard"))


@pytest.mark.parametrize("query", QUERIES)
def test_a_frame_that_is_not_stored_yet_says_what_it_will(query: str, root: Path) -> None:
    dataset = Dataset.open(root)
    statement = checked(query, DatasetWords(dataset))
    for index, shot in enumerate(shots()):
        record = record_of(shot.frame, label(shot.frame), shot.parameters, shot.condition, {}, shot.extra)
        early = RecordValues(record, dataset.info.taxonomy)
        assert is_true(statement, early) is is_true(statement, FrameValues(dataset, index))
        without = surely_holds(statement, RecordValues(record, dataset.info.taxonomy, pictured=False))
        assert without in (None, holds(statement, early))


def test_what_is_too_small_is_known_to_be_ignored_and_a_rule_of_shapes_leaves_nothing_open() -> None:
    frame = shots()[0].frame
    for rule, open_ in ((IgnoreRule(), True), (IgnoreRule(16, 0.1, 0.0, 0.0, 1.0), False)):
        record = record_of(frame, label(frame, rule), {}, "clear", {})
        things = RecordValues(record, frame.taxonomy, pictured=False)[THINGS]
        small = [thing[IGNORED] for thing in things if thing["area_px"] < 16 or thing["visible"] < 0.1]
        large = [thing[IGNORED] for thing in things if thing["area_px"] >= 16 and thing["visible"] >= 0.1]
        assert set(small) <= {True}
        assert set(large) == {None if open_ else False}

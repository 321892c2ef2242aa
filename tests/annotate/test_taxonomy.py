"""Names that last, ids that are a dataset's own, and datasets of older versions read by what they say themselves."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.shards import merge_datasets
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.departures import Departures
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.instances import label
from longtail.annotate.labels.taxonomy import BY_NAME, CATEGORIES, Category, Taxonomy
from longtail.annotate.report import write_report
from longtail.annotate.statistics import statistics
from tests.annotate.pictures import Board, info, picture
from tests.annotate.stage import messages, store, tree

OLD = Path(__file__).parent / "dataset_3"
"""Four frames of boards as commit 4d96fe0 wrote them, whose taxonomy was one for all datasets."""

INDOORS = Taxonomy.of(("floor", "cup", "wall", "bowl", "spoon", "fork", "knife"), "wall")
# What a later version might make of it: one more thing, so that all stuff moves up.
LATER = Taxonomy.of(("floor", "cup", "wall", "bowl", "spoon", "fork", "knife", "plate"), "wall")


def kitchen(taxonomy: Taxonomy, index: int = 0, *things: str) -> Frame:
    """Boards on a floor before a wall, which is where rays meet nothing."""
    boards = [Board(n, name, 10 * n, 20, 8, 12, 10.0 + n) for n, name in enumerate(things, start=1)]
    frame = picture([dataclasses.replace(board, category="car") for board in boards], index)
    ground, *others = frame.objects
    named = [dataclasses.replace(item, category=name) for item, name in zip(others, things, strict=True)]
    floor = dataclasses.replace(ground, category="floor")
    return dataclasses.replace(frame, objects=(floor, *named), taxonomy=taxonomy)


def test_things_are_numbered_without_a_gap_and_stuff_after_them() -> None:
    assert INDOORS.ids == {"cup": 1, "bowl": 2, "spoon": 3, "fork": 4, "knife": 5, "floor": 6, "wall": 7}
    assert [INDOORS["cup"].coco_id, INDOORS.categories[7].name, len(INDOORS)] == [47, "wall", 7]
    assert Taxonomy.from_json(INDOORS.to_json(), "wall") == INDOORS


def test_names_of_categories_are_unique_and_so_are_their_colours() -> None:
    assert len(BY_NAME) == len({category.rgb for category in CATEGORIES}) == len(CATEGORIES)
    assert all(category.name == category.name.strip().lower() and category.name.isascii() for category in CATEGORIES)
    things = [category.coco_id for category in CATEGORIES if category.is_thing]
    assert all(0 <= number <= 90 for number in things)
    assert all(
        category.coco_id == 0 or 92 <= category.coco_id <= 200 for category in CATEGORIES if not category.is_thing
    )


def test_what_names_meant_they_mean() -> None:
    """Older datasets hold the table as it was; nothing of it may have changed since but for the ids."""
    old = Dataset.open(OLD).info.taxonomy
    assert [category for _, category in old] == list(CATEGORIES[: len(old)])
    assert list(old.categories) == list(range(1, 36))


@pytest.mark.parametrize(
    ("categories", "background", "message"),
    [
        ({0: BY_NAME["sky"]}, "sky", "ids from 1 to 255, got"),
        ({256: BY_NAME["sky"]}, "sky", "ids from 1 to 255, got"),
        ({1: BY_NAME["sky"], 2: BY_NAME["sky"]}, "sky", "each name once, got sky twice"),
        ({1: BY_NAME["sky"]}, "wall", "stuff of the taxonomy, got 'wall'"),
        ({1: BY_NAME["car"]}, "car", "stuff of the taxonomy, got 'car'"),
    ],
)
def test_a_taxonomy_that_no_mask_can_hold_is_refused(
    categories: dict[int, Category], background: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Taxonomy(categories, background)


def test_what_meets_nothing_is_the_background_and_no_water_is_looked_for_where_there_can_be_none() -> None:
    labels = label(kitchen(INDOORS, 0, "cup", "spoon"))
    assert labels.semantic[0, 0] == INDOORS.ids["wall"]
    assert labels.semantic[47, 0] == INDOORS.ids["floor"]
    assert [(thing.category.name, thing.waterline) for thing in labels.things] == [("cup", ()), ("spoon", ())]
    assert labels.panoptic[25, 12] == (1 << 16) + 1


def test_a_dataset_indoors_is_stored_checked_and_described_by_its_own_names(tmp_path: Path) -> None:
    store(tmp_path, [kitchen(INDOORS, 0, "cup", "spoon"), kitchen(INDOORS, 1)], info(2, taxonomy=INDOORS))
    merge(tmp_path)
    assert check(tmp_path) == []
    opened = Dataset.open(tmp_path)
    assert opened.info.taxonomy == INDOORS
    rows = {row["name"]: row for row in statistics(opened)["categories"]}
    assert list(rows) == list(INDOORS.ids)
    assert (rows["cup"]["instances"], rows["wall"]["images"], rows["knife"]["instances"]) == (1, 2, 0)
    coco = json.loads((tmp_path / "annotations/instances.json").read_bytes())
    assert [(row["id"], row["name"]) for row in coco["categories"]] == list(
        enumerate(["cup", "bowl", "spoon", "fork", "knife"], start=1)
    )
    assert [row["category_id"] for row in coco["annotations"]] == [1, 3]
    assert write_report(tmp_path).read_text("utf-8").count('"image":"data:') == 2


def test_a_mask_with_an_id_that_the_dataset_lacks_is_found(tmp_path: Path) -> None:
    store(tmp_path, [kitchen(LATER, 0, "cup")], info(1, taxonomy=LATER))
    about = info(1, taxonomy=INDOORS)
    (tmp_path / "dataset.json").write_bytes(about.dumps())
    assert "expected a category of the dataset's taxonomy with its id, got" in messages(tmp_path)


def test_datasets_of_the_format_before_are_read_by_their_own_ids(tmp_path: Path) -> None:
    opened = Dataset.open(OLD)
    assert check(OLD) == []
    assert (opened.info.taxonomy.ids["car"], opened.info.taxonomy.background) == (16, "sky")
    assert [item.category for item in opened[1].objects] == ["car", "person", "traffic sign", "road"]
    assert set(np.unique(opened.read("semantic", 1)).tolist()) == {1, 12, 14, 16, 23}
    seen = {row["name"]: row["instances"] for row in statistics(opened)["categories"] if row.get("instances")}
    assert seen == {"person": 1, "car": 2, "traffic sign": 1, "bus": 1}
    assert write_report(OLD, output=tmp_path).exists()


def test_what_records_of_the_format_before_counted_together_is_told_apart() -> None:
    retried = Dataset.open(OLD)[1]
    assert retried.extra["retries"].keys() == {
        "lighting.sun_elevation_deg",
        "require: weather == 'clear'",
        "objects.vehicle",
    }
    assert retried.departures == Departures(
        {"lighting.sun_elevation_deg": 1}, {"weather == 'clear'": 3}, {"objects.vehicle": 7}
    )
    assert Dataset.open(OLD)[0].departures == Departures()


def test_merging_a_dataset_of_the_format_before_gives_the_same_coco_files(tmp_path: Path) -> None:
    shutil.copytree(OLD, tmp_path / "old")
    merge_datasets([tmp_path / "old"], tmp_path / "out")
    before, after = tree(OLD), tree(tmp_path / "out")
    assert {path for path in before if before[path] != after[path]} == {"dataset.json"}
    assert Dataset.open(tmp_path / "out").info == Dataset.open(OLD).info
    assert check(tmp_path / "out") == []


def test_parts_with_more_categories_merge_where_ids_in_use_agree(tmp_path: Path) -> None:
    """One version knows more things; in either part only what both number alike is to be seen."""
    few = Taxonomy.of(("wall", "floor"), "wall")
    more = Taxonomy({**few.categories, 3: BY_NAME["cup"]}, "wall")
    store(tmp_path / "a", [kitchen(few, 0)], info(2, taxonomy=few))
    store(tmp_path / "b", [kitchen(more, 1, "cup")], info(2, taxonomy=more))
    for order in (("a", "b"), ("b", "a")):
        merge_datasets([tmp_path / name for name in order], tmp_path / "".join(order))
        assert Dataset.open(tmp_path / "".join(order)).info.taxonomy == more
        assert check(tmp_path / "".join(order)) == []
    assert tree(tmp_path / "ab") == tree(tmp_path / "ba")


def test_parts_that_call_one_thing_by_two_ids_are_refused_with_both(tmp_path: Path) -> None:
    store(tmp_path / "a", [kitchen(INDOORS, 0, "cup")], info(2, taxonomy=INDOORS))
    store(tmp_path / "b", [kitchen(LATER, 1, "cup")], info(2, taxonomy=LATER))
    with pytest.raises(DatasetError, match=r"6 is floor in .*a and 7 is floor in .*b; 7 is wall in .*a and 8 is wall"):
        merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_backgrounds_that_differ_are_refused(tmp_path: Path) -> None:
    floor = Taxonomy(INDOORS.categories, "floor")
    store(tmp_path / "a", [], info(2, taxonomy=INDOORS))
    store(tmp_path / "b", [], info(2, taxonomy=floor))
    with pytest.raises(DatasetError, match=r"the background is wall in .*a; the background is floor in .*b"):
        merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")


@pytest.mark.parametrize(
    "change",
    [{"categories": [{"id": 1}]}, {"categories": [7]}, {"background": "cup"}, {"background": None}, {"categories": {}}],
    ids=str,
)
def test_a_broken_taxonomy_is_refused_in_words(change: dict[str, object]) -> None:
    raw = {**json.loads(info().dumps()), **change}
    with pytest.raises(DatasetError, match="here: "):
        DatasetInfo.loads(json.dumps(raw).encode(), "here")


def test_a_frame_of_the_largest_taxonomy_is_drawn_with_all_its_outlines(tmp_path: Path) -> None:
    """The report's masks have room for 256 colours, and take only those that occur."""
    extra = {n: Category(f"thing {n}", "object", True, (n, 255 - n, 90)) for n in range(3, 256)}
    wide = Taxonomy({1: BY_NAME["wall"], 2: BY_NAME["floor"], **extra}, "wall")
    store(tmp_path, [kitchen(wide, 0, "thing 255", "thing 130")], info(1, taxonomy=wide))
    merge(tmp_path)
    assert check(tmp_path) == []
    assert "thing 255" in write_report(tmp_path).read_text("utf-8")

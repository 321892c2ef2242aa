"""The card says what a dataset holds, in text that no name of an asset can break, and leaves a user's own alone."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from longtail.annotate.card.facts import Facts, Tally
from longtail.annotate.card.page import card, table
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import AssetCredit, Dataset
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from longtail.annotate.report import write_report
from longtail.annotate.statistics import statistics
from tests.annotate.flood import flooded
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, show, store


def facts_of(root: Path) -> Facts:
    opened = Dataset.open(root)
    tally = Tally(opened.info.taxonomy)
    for index in opened.frames():
        tally.add(opened.glance(index))
    return tally.facts()


def test_records_and_statistics_have_the_same_facts(tmp_path: Path) -> None:
    frames = [dataclasses.replace(frame, index=n) for n, frame in enumerate([*show(3), flooded()])]
    store(tmp_path, frames, info(4))
    counted = facts_of(tmp_path)
    assert counted == Facts.of_statistics(statistics(Dataset.open(tmp_path)))
    rows = {row.name: row for row in counted.categories}
    assert (counted.frames, dict(counted.sizes)) == (4, {"64x48": 4})
    assert dict(counted.conditions) == {"clear": 3, "rain+mist+flood, low_sun": 1}
    # In frame 1 a sign that counts, in the flood one that does not.
    assert (rows["traffic sign"].frames, rows["traffic sign"].things, rows["traffic sign"].ignored) == (2, 1, 1)
    # The dog is hidden.
    assert (rows["dog"].frames, rows["dog"].things) == (0, 0)
    assert rows["road"].things == 0 < rows["road"].frames


def test_a_finished_dataset_has_its_card(tmp_path: Path) -> None:
    root = dataset(tmp_path / "data", config={"scenario": "boards", "seed": 7, "camera.fov": {"uniform": [1, 2]}})
    write_report(root)
    page = (root / "README.md").read_text("utf-8")
    assert page.startswith("# Boards: 3 synthetic pictures with labels\n")
    assert "| car | 1 | 1 | 0 |" in page
    assert "Never seen: dog, rider, tornado, truck, van." in page
    assert "Licence of the pictures and labels: CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)." in page
    assert "| 1 | Longtail | CC0 | procedural |" in page
    assert "from distributions of 1 parameter with 0 more fixed" in page
    for heading in ("What it shows", "How it was made", "Licence and credits", "Known limits"):
        assert f"\n## {heading}\n" in page
    before = (root / "README.md").read_bytes()
    write_report(root)
    assert (root / "README.md").read_bytes() == before


def test_somebodys_own_page_is_left_alone(tmp_path: Path) -> None:
    root = dataset(tmp_path / "data")
    (root / "README.md").write_text("# Mine\n")
    write_report(root)
    assert (root / "README.md").read_text() == "# Mine\n"
    write_report(root, output=tmp_path / "data")
    (tmp_path / "stats").mkdir()
    write_report(root, output=tmp_path / "stats")
    assert not (tmp_path / "stats/README.md").exists()


def test_an_export_has_a_card_of_what_it_holds(tmp_path: Path) -> None:
    root = dataset(tmp_path / "data")
    export(Selection.of(Dataset.open(root), Splits(1, 0, 0)), EXPORTERS["yolo"], tmp_path / "yolo")
    page = (tmp_path / "yolo/README.md").read_text("utf-8")
    assert "`yolo`: boxes for Ultralytics' detectors" in page
    assert "What this format does not hold: masks, stuff, depth" in page
    assert "| train | 3 |" in page
    assert "Ultralytics trains on no data.yaml without val" in page


def test_names_break_nothing() -> None:
    assert table(("a",), [["x | y\n\n# <b>z</b> [link](http://e) `c`\x1b[0m"]]).splitlines() == [
        "| a |",
        "|---|",
        "| x \\| y \\# \\<b\\>z\\</b\\> \\[link\\](http://e) \\`c\\`\\\\x1b\\[0m |",
    ]
    evil = AssetCredit("a", "A | B\n# C", "<script>", "s")
    page = card(info(assets=(evil,)), Facts(0, {}, {}, {}, ()))
    assert "<script>" not in page
    assert "\n# C" not in page
    assert "| 1 | A \\| B \\# C | \\<script\\> | s |" in page


@pytest.mark.parametrize(("key", "value", "shown"), [
    ("variants", [{"name": "fog"}, {"name": "night"}], "fog, night"),
    ("clip", {"frames": 4, "rate_hz": 10.0}, '{"frames": 4, "rate\\_hz": 10.0}'),
    ("lidar", {"top": {"preset": "flat"}, "front": {"preset": "flat"}}, "top, front"),
    ("require", ["a >= 2"], '\\["a \\>= 2"\\]'),
])  # fmt: skip
def test_what_was_asked_of_all_draws_is_said(key: str, value: object, shown: str) -> None:
    page = card(info(config={"scenario": "boards", key: value}), Facts(1, {}, {}, {}, ()))
    assert f"| {key} | {shown} |" in page


def test_the_config_is_whole_and_ends_where_it_should() -> None:
    config = {"scenario": "boards", "air": "```\n# <b>", "camera": {"size_px": [64, 48]}}
    page = card(info(config=config), Facts(1, {}, {}, {}, ()))
    folded = page.partition("```json\n")[2].partition("\n```\n\n</details>")[0]
    assert json.loads(folded) == config
    assert page.count("```") == 2


def test_frames_that_are_missing_are_said() -> None:
    assert "Of 3 frames, 1 are there." in card(info(3), Facts(1, {}, {}, {}, ()))
    assert "are there." not in card(info(3), Facts(3, {}, {}, {}, ()))


def test_people_stand_in_the_card_and_the_report_by_degree(tmp_path: Path) -> None:
    about = [{"age_group": "adult", "skin_tone": "very_light"}, {"age_group": "child", "skin_tone": "dark"}, {}]
    frames = []
    for index, attributes in enumerate(about):
        frame = show(2)[1]
        things = [
            dataclasses.replace(one, attributes=attributes if one.category == "person" else {}) for one in frame.objects
        ]
        frames.append(dataclasses.replace(frame, index=index, objects=tuple(things)))
    store(tmp_path, frames, info(3))
    page = write_report(tmp_path).read_text("utf-8")
    text = (tmp_path / "README.md").read_text("utf-8")
    assert "| age group | child 1, adult 1, unknown 1 |" in text
    assert "| skin tone | very light 1, dark 1, unknown 1 |" in text
    assert page.index(">child<") < page.index(">adult<") < page.index(">very light<") < page.index(">dark<")
    assert facts_of(tmp_path) == Facts.of_statistics(statistics(Dataset.open(tmp_path)))


def test_where_nobody_is_seen_nothing_is_said_of_people(tmp_path: Path) -> None:
    root = dataset(tmp_path, 1)
    assert 'id="people"' not in write_report(root).read_text("utf-8")
    assert "People that count" not in (root / "README.md").read_text("utf-8")

"""The report, and labels drawn on pictures."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longtail.annotate.dataset.dataset import AssetCredit, Dataset
from longtail.annotate.dataset.record import dumps, record_of
from longtail.annotate.dataset.stored import loads
from longtail.annotate.labels.appearance import Appearance
from longtail.annotate.labels.draw import (
    blend,
    colour_of,
    draw_labels,
    drawn_of,
    luminance,
    mask_layer,
    outlines,
)
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.instances import label
from longtail.annotate.labels.taxonomy import BY_NAME, CATEGORIES
from longtail.annotate.report import render_report, write_report
from longtail.annotate.report.rows import REASONS
from longtail.annotate.statistics import counted, statistics_of
from tests.annotate.flood import flooded
from tests.annotate.pictures import TAXONOMY, Board, info, picture
from tests.annotate.stage import dataset, store

CONFIG = {
    "scenario": "boards",
    "weather": {"choice": {"clear": 4, "rain": 2}},
    "weather.rain.rate_mm_h": {"loguniform": [0.5, 80]},
    "lighting.sun_elevation_deg": {"uniform": [0, 1]},
    "fixed": 3,
}


class Tags(HTMLParser):
    """Every tag opened is closed, in order; what is opened is counted."""

    VOID = frozenset({"meta", "input", "img", "br", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + 1
        if tag not in self.VOID:
            self.open.append(tag)
        assert attrs is not None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + len(attrs[:1])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(root: Path) -> tuple[str, Tags]:
    page = write_report(root).read_text("utf-8")
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    return page, tags


def data_of(page: str) -> dict[str, Any]:
    """What the page's program reads."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_the_page_is_whole_and_loads_nothing(tmp_path: Path, frames: int) -> None:
    root = dataset(tmp_path, frames, config=CONFIG)
    page, tags = page_of(root)
    data = data_of(page)
    assert len(data["pictures"]) == len(data["frames"]) == frames
    # Nothing is fetched but the dataset's own files: every other source is inline.
    assert tags.seen.get("img", 0) == 0
    assert all(held["image"].startswith("data:image/webp") for held in data["pictures"].values())
    addresses = set(re.findall(r"\bhttps?:[^\s\"<]*", page))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in page
    assert str(tmp_path) not in page


def test_the_same_dataset_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write_report(dataset(tmp_path / name, config=CONFIG)).parent for name in "ab")
    for name in ("stats.json", "report.html"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_it_shows_parameters_and_conditions_and_credits(tmp_path: Path) -> None:
    page, _ = page_of(dataset(tmp_path, config=CONFIG))
    for text in ("sun_elevation_deg", "uniform [0, 1]", "choice clear 4, rain 2", "in no frame", "board_car", "CC0"):
        assert text in page
    assert data_of(page)["images"] == ["images/", ".png"]


def test_words_from_files_stay_words(tmp_path: Path) -> None:
    credit = AssetCredit("<script>alert(1)</script>", "<img src=x>", "CC0", '"><b>')
    page, tags = page_of(dataset(tmp_path, config={"x": "<script>"}, assets=(credit,)))
    assert tags.seen["script"] == 2
    assert "&lt;script&gt;alert(1)" in page
    assert '"><b>' not in page


def test_a_report_elsewhere_links_to_no_file(tmp_path: Path) -> None:
    root = dataset(tmp_path / "a")
    path = write_report(root, root / "annotations/instances.json", tmp_path / "b")
    assert path == tmp_path / "b/report.html"
    assert data_of(path.read_text("utf-8"))["images"] is None
    assert "Against instances.json" in path.read_text("utf-8")
    assert not (root / "report.html").exists()


def test_the_flood_shows_its_conditions_and_what_is_ignored(tmp_path: Path) -> None:
    store(tmp_path, [flooded()], info(1))
    page, _ = page_of(tmp_path)
    for title in ("Visibility", "Illuminance", "Transmission", "Contrast", "Submerged", "Ignored"):
        assert f"<h3>{title}</h3>" in page
    (held,) = data_of(page)["pictures"].values()
    assert len(held["notes"]) == 3
    assert sum("ignored for its" in note for note in held["notes"]) == 2
    # The car alone counts; the sign and the person are lost in the fog, and the person is too small as well.
    assert "2 of 3 things with a pixel in the picture, 67 %: no human could annotate them" in page
    assert "instances_all.json alone" in page
    assert {"few pixels", "lost in the air"} <= set(re.findall(r">([a-z ]+)</", page))
    assert "ignored for its transmission" in page


def test_what_nobody_stated_has_no_card(tmp_path: Path) -> None:
    page, _ = page_of(dataset(tmp_path))
    assert "<h3>Visibility</h3>" not in page
    assert "<h3>Contrast</h3>" in page


def test_every_reason_has_words() -> None:
    """A rule that nothing meets names all that it looks at."""
    nothing_meets = IgnoreRule(2, 1.0, 1.0, 1.0, 0.0)
    assert REASONS.keys() == set(nothing_meets.reasons(1, 0.0, Appearance(0.0, 0.0, 1.0)))


def test_ignored_things_have_corners_alone_and_waterlines_are_drawn() -> None:
    frame = flooded()
    things = drawn_of(label(frame).things)
    assert things == drawn_of(loads(dumps(record_of(frame, label(frame), {}, "flood", {})), "here", TAXONOMY).instances)
    car, sign = things[:2]
    black = np.zeros_like(frame.rgb)
    drawn = draw_labels(black, TAXONOMY, things=[car, sign], names=False)
    assert tuple(drawn[28, 15]) == colour_of(BY_NAME["water"])
    x, y, width, height = sign.box
    assert tuple(drawn[y, x]) == colour_of(sign.category)
    assert not drawn[y + height // 2, x].any()
    assert not drawn[y, x + width // 2].any()


def test_a_dataset_without_masks_is_shown_without(tmp_path: Path) -> None:
    opened = Dataset.open(dataset(tmp_path, outputs=("images",)))
    found = counted(opened)
    data = data_of(render_report(opened, statistics_of(opened, found), found.listing))
    assert data["layers"] == []
    assert [held["layers"] for held in data["pictures"].values()] == [{}, {}, {}]


def test_drawn_colours_are_those_of_the_taxonomy_made_visible() -> None:
    for category in CATEGORIES:
        assert luminance(colour_of(category)) >= 0.19
        if luminance(category.rgb) >= 0.19:
            assert colour_of(category) == category.rgb


def test_masks_tint_things_and_outlines_are_opaque() -> None:
    instance = np.zeros((4, 6), dtype=np.uint16)
    instance[1:3, 1:4] = 5
    # The two pixels in the first row with right neighbours of their own, but with the end of the thing below.
    assert outlines(instance).sum() == 4
    semantic = np.where(instance, TAXONOMY.ids["car"], 0).astype(np.uint8)
    layer = mask_layer(semantic, TAXONOMY, instance)
    assert layer[0, 0].tolist() == [0, 0, 0, 0]
    assert layer[1, 1, 3] == 128
    assert layer[2, 2, 3] == 255
    grey = np.full((4, 6, 3), 100, dtype=np.uint8)
    assert blend(grey, layer)[0, 0].tolist() == [100, 100, 100]
    assert blend(grey, layer)[2, 2].tolist() == list(colour_of(TAXONOMY["car"]))


@pytest.mark.parametrize("boards", [(), (Board(1, "car", -10, -5, 300, 300),), (Board(2, "dog", 60, 44, 9, 9),)])
def test_labels_are_drawn_on_a_copy_and_never_outside(boards: tuple[Board, ...]) -> None:
    frame = picture(boards)
    instances = label(frame)
    before = frame.rgb.copy()
    drawn = draw_labels(frame.rgb, TAXONOMY, instances.semantic, instances.instance, drawn_of(instances.things))
    assert drawn.shape == frame.rgb.shape
    assert drawn.dtype == np.uint8
    assert np.array_equal(frame.rgb, before)
    assert np.array_equal(draw_labels(frame.rgb, TAXONOMY), frame.rgb)
    for thing in drawn_of(instances.things):
        x, y, _, height = thing.box
        unnamed = draw_labels(frame.rgb, TAXONOMY, things=[thing], names=False)
        assert tuple(unnamed[y + height // 2, x]) == colour_of(thing.category)

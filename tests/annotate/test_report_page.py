"""What the report's page holds: the table of frames, the layers as pictures; and the page in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longtail.annotate.choosing.stored_flags import FLAGS, Raised, dumps
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.draw import colour_of
from longtail.annotate.report import render_report, write_of, write_report
from longtail.annotate.report.flags import flags_of
from longtail.annotate.report.gallery import gallery
from longtail.annotate.report.layers import MASKS, Scale, filter_of, painted, shown_layers, smaller, spectrum
from longtail.annotate.report.table import IGNORED, LETTERS, bins_of, packed, step_px
from longtail.annotate.statistics import counted, statistics_of
from longtail.annotate.statistics.census import Census, census
from tests.annotate.pictures import TAXONOMY
from tests.annotate.stage import dataset
from tests.annotate.test_report import CONFIG, data_of
from tests.browser import CHROMIUM, Page, browsing

LAYERED = ("coco", "panoptic", "semantic", "depth", "normals", "lens", "drivable", "distance", "world")
FLAGGED = {1: ["too dark"], 28: ["too dark", "near duplicate"]}


def written(root: Path, frames: int, flags: dict[int, list[str]] | None = None) -> dict[str, Any]:
    """What the program of a dataset's page reads, and the page beside it."""
    opened = Dataset.open(dataset(root, frames, config=CONFIG, outputs=LAYERED))
    found = counted(opened)
    path = write_of(opened, statistics_of(opened, found), found.listing, flags=flags)
    return data_of(path.read_text("utf-8"))


def numbers(text: str) -> list[int]:
    """Letters, two for each number."""
    return [64 * LETTERS.index(high) + LETTERS.index(low) for high, low in zip(text[::2], text[1::2], strict=True)]


def members(text: str) -> list[int]:
    """The rows of a set."""
    return [4 * place + bit for place, digit in enumerate(text) for bit in range(4) if int(digit, 16) >> bit & 1]


def test_the_table_says_of_each_frame_what_its_record_says(tmp_path: Path) -> None:
    data = written(tmp_path, 30, FLAGGED)
    opened = Dataset.open(tmp_path)
    assert data["frames"] == list(range(30))
    assert {name: members(rows) for name, rows in data["flags"].items()} == {
        "near duplicate": [28],
        "too dark": [1, 28],
    }
    for record in opened.records():
        row = record.index
        assert data["conditions"][data["condition"][row]] == record.condition
        assert tuple(data["sizes"][data["size"][row]]) == record.camera.size_px
        seen = {name for name, rows in data["seen"].items() if row in members(rows)}
        ids = {number for number in np.unique(opened.read("semantic", row)).tolist() if number}
        assert seen == {opened.info.taxonomy.categories[number].name for number in ids}
        held = data["pictures"].get(str(row))
        things = numbers(held["boxes"] if held else data["boxes"][str(row)])
        rows = [tuple(things[start : start + 5]) for start in range(0, len(things), 5)]
        shown = [thing for thing in record.instances if held or not thing.ignore]
        assert sorted(rows) == sorted((thing.category_id + IGNORED * thing.ignore, *thing.bbox) for thing in shown)


def test_bars_have_as_many_letters_as_frames(tmp_path: Path) -> None:
    opened = Dataset.open(dataset(tmp_path, 9, config=CONFIG))
    found = counted(opened)
    stats = statistics_of(opened, found)
    columns = data_of(render_report(opened, stats, found.listing))["columns"]
    rows = {row["path"]: row for row in stats["parameters"] if row["path"] in columns}
    assert {"weather", "lighting.sun_elevation_deg"} <= rows.keys()
    for path, row in rows.items():
        counts = row["options"]["counts"] if "options" in row else row["histogram"]["counts"]
        assert [columns[path].count(LETTERS[bar]) for bar in range(len(counts))] == counts
    assert columns["visibility_m"].count(".") == 9 - stats["visibility_m"]["n"] if "visibility_m" in columns else True


def test_values_fall_between_edges_that_are_rounded() -> None:
    assert bins_of([0.0, 0.5, 1.0, 1.0 + 1e-9, -1e-9, 2.0, np.nan], [0, 0.5, 1]).tolist() == [0, 1, 1, 1, 0, -1, -1]


def test_boxes_of_pictures_of_any_size_come_back_to_a_step() -> None:
    assert numbers(packed([(3 + IGNORED, 0, 63, 64, 4095)], (4095, 100))) == [259, 0, 63, 64, 4095]
    step = step_px((8192, 4320))
    found = numbers(packed([(3, 8000, 17, 150, 4000)], (8192, 4320)))
    assert np.abs(np.array(found[1:]) * step - (8000, 17, 150, 4000)).max() <= step / 2 + 1


def test_a_listing_is_the_same_wherever_a_dataset_is_cut(tmp_path: Path) -> None:
    opened = Dataset.open(dataset(tmp_path, 7, config=CONFIG))
    listed = {0, 2, 3, 6}
    whole = census(opened, range(7), (), listed=listed).listing
    joined = Census(opened.info.taxonomy)
    for part in (range(3), range(3, 4), range(4, 7)):
        joined.join(census(opened, part, (), listed=listed))
    assert whole.frames == joined.listing.frames == sorted(listed)
    assert whole.options("weather") == joined.listing.options("weather") == ["clear"] * 4
    elevations = [index / 3 for index in whole.frames]
    for listing in (whole, joined.listing):
        assert listing.numbers("lighting.sun_elevation_deg").tolist() == pytest.approx(elevations)
        assert np.isnan(listing.numbers("nowhere")).all()
    assert all((whole.boxes(row) == joined.listing.boxes(row)).all() for row in range(4))


def test_a_parameter_that_comes_late_or_ends_early_keeps_its_frames(tmp_path: Path) -> None:
    listing = Census(TAXONOMY).listing
    opened = Dataset.open(dataset(tmp_path, 1))
    for path in ("a", "b", "a"):
        glance = opened.glance(0)
        object.__setattr__(glance, "parameters", {path: True if path == "a" else 2})
        listing.add(glance)
    assert listing.options("a") == ["true", None, "true"]
    assert listing.options("b") == [None, "2", None]


def test_what_is_near_is_red_and_nothing_is_clear(tmp_path: Path) -> None:
    opened = Dataset.open(dataset(tmp_path, 2, outputs=("depth",)))
    depth = opened.read("depth", 1)
    height, width = depth.shape
    drawn = painted(opened, "depth", 1, (width, height), Scale(5.0, 50.0))
    assert drawn is not None
    assert ((drawn[..., 3] == 0) == ~np.isfinite(depth)).all()
    near, far = drawn[depth == depth[np.isfinite(depth)].min()][0], spectrum()[255]
    assert near[0] > near[2]
    assert far[2] > far[1]


def test_a_scale_suits_what_is_there() -> None:
    metres = np.concatenate([np.full(98, 4.0), [1e-3, 250.0], [np.inf] * 9])
    assert Scale.of(metres).near_m == 4.0
    assert Scale.of(np.array([np.inf])) == Scale()
    assert Scale(1.0, 100.0).shares(np.array([0.5, 1.0, 10.0, 100.0, 900.0])).tolist() == [0, 0, 0.5, 1, 1]


def test_every_layer_can_be_looked_at_and_browsers_paint_files_alike(tmp_path: Path) -> None:
    """The table that a browser looks a channel of a stored file up in gives what is painted here."""
    opened = Dataset.open(dataset(tmp_path, 2, outputs=LAYERED))
    names, scale = shown_layers(opened), Scale(8.0, 90.0)
    assert names == [MASKS, "depth", "normals", "lens", "drivable", "distance", "world"]
    size = (64, 48)
    for name in names:
        drawn = painted(opened, name, 1, size, scale)
        assert drawn is not None
        assert drawn.shape == (48, 64, 4)
        assert drawn.dtype == np.uint8
        found = filter_of(opened, name, scale)
        assert (found is None) == (name == "world")
        if found is not None and found[1] is not None:
            array = opened.read(found[0], 1)
            looked_up = found[1].colours[np.where(np.isfinite(array), array, 0).astype(np.int64)]
            assert (looked_up[..., 3] == drawn[..., 3]).mean() > 0.9  # outlines of things are in no stored category
            seen = (drawn[..., 3] > 0) & (looked_up[..., 3] > 0)
            apart = np.abs(looked_up.astype(int) - drawn)[seen][:, :3]
            assert apart.size == 0 or apart.max() <= (40 if name in ("depth", "distance") else 0), name


def test_depth_of_a_table_is_too_near_for_whole_metres(tmp_path: Path) -> None:
    opened = Dataset.open(dataset(tmp_path, 1, outputs=("depth",)))
    assert filter_of(opened, "depth", Scale(0.4, 2.0)) is None


def test_masks_without_categories_take_them_from_the_record(tmp_path: Path) -> None:
    opened = Dataset.open(dataset(tmp_path, 2, outputs=("coco",)))
    drawn = painted(opened, MASKS, 1, (64, 48), Scale())
    assert drawn is not None
    colours = {tuple(colour) for colour in drawn[drawn[..., 3] > 0][:, :3].tolist()}
    assert colours == {colour_of(thing.category) for thing in opened.record(1).instances}


@pytest.mark.parametrize(
    ("array", "has_a_picture"),
    [
        (np.eye(48, 64, dtype=np.bool_), True),
        (np.full((48, 64), 7, dtype=np.uint16), True),
        (np.linspace(-1, 1, 48 * 64).reshape(48, 64), True),
        (np.full((48, 64, 2), np.nan, dtype=np.float32), True),
        (np.ones((96, 128, 4), dtype=np.uint8), True),
        (np.zeros((5000, 4), dtype=np.float32), False),
        (np.zeros(64, dtype=np.float32), False),
    ],
    ids=["truths", "ids", "numbers", "nothing in two", "larger", "points", "a row"],
)
def test_layers_that_come_later_are_shown_by_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, array: Any, has_a_picture: bool
) -> None:
    opened = Dataset.open(dataset(tmp_path, 1, outputs=("normals",)))
    monkeypatch.setattr(Dataset, "read", lambda *_: array)
    drawn = painted(opened, "newcomer", 0, (64, 48), Scale())
    assert (drawn is not None) == has_a_picture
    assert drawn is None or drawn.shape == (48, 64, 4)


def test_smaller_arrays_have_only_values_of_the_larger_one() -> None:
    ids = np.arange(48).reshape(6, 8)
    assert smaller(ids, (4, 3)).tolist() == [[9, 11, 13, 15], [25, 27, 29, 31], [41, 43, 45, 47]]
    assert (smaller(ids, (8, 6)) == ids).all()


def test_flagged_frames_are_among_the_pictures(tmp_path: Path) -> None:
    opened = Dataset.open(dataset(tmp_path, 9, outputs=("images",)))
    assert [picture.index for picture in gallery(opened, Scale(), 2, also=[4, 5, 99])] == [0, 4, 5, 8]
    assert gallery(opened, Scale(), 0, also=[4]) == []


def test_flags_lie_beside_the_dataset_that_they_are_of(tmp_path: Path) -> None:
    opened = Dataset.open(dataset(tmp_path, 3))
    assert flags_of(opened) == {}
    raised = Raised("dark", 2.0, 2.0, "it is dark")
    file = tmp_path / FLAGS
    file.write_bytes(b"".join(dumps(opened.info, [], [(0, {}, []), (2, {"dark": 2.0}, [raised])])))
    assert flags_of(opened) == {2: ["dark"]}
    file.write_bytes(b"[]")
    with pytest.raises(DatasetError, match="expected flags of frames, got another file"):
        flags_of(opened)


def test_a_planted_flag_is_the_first_thing_that_the_page_says(tmp_path: Path) -> None:
    written(tmp_path, 30, FLAGGED)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.index("flagged too dark") < page.index('class="tiles"') < page.index('id="frames"')
    assert "2 findings" in page


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    with browsing(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def showing(page: Page) -> list[int]:
    """The frames whose tiles are shown."""
    hashes: list[str] = page.ask("[...document.querySelectorAll('.tile')].map(tile => tile.hash)")
    return [int(found[1]) for text in hashes if (found := re.search(r"frame=(\d+)", text))]


def test_a_person_filters_pages_and_turns(page: Page, tmp_path: Path) -> None:
    written(tmp_path, 30, FLAGGED)
    address = f"file://{tmp_path}/report.html"
    page.complaints.clear()
    page.asked_for.clear()
    page.size(1200, 800)
    page.open(address)
    page.until("document.querySelector('.tile')")
    assert showing(page) == list(range(24))
    page.click(".pager button:last-child")
    assert showing(page) == list(range(24, 30))
    page.ask("(s => { s.value = 'bus'; s.dispatchEvent(new Event('change')); })(document.getElementById('class'))")
    assert showing(page) == list(range(2, 30, 3))
    page.click("#verdicts [data-go='flag=too+dark']")
    assert showing(page) == []
    page.click("#none [data-clear]")
    page.click("#verdicts [data-go='flag=too+dark']")
    assert showing(page) == [1, 28]
    assert page.ask("location.hash") == "#flag=too+dark"
    # Enlarged, turned by keys, its layers changed, and closed again.
    page.click(".tile")
    page.until("document.getElementById('viewer').open")
    page.press("ArrowRight")
    page.press("l")
    assert page.ask("location.hash") == "#flag=too+dark&frame=28&layer=masks"
    assert page.ask("document.getElementById('title').textContent") == "Frame 28"
    assert page.ask("document.querySelector('#stage .layer').style.filter") == 'url("#filter-masks")'
    assert page.ask("document.getElementById('next').disabled")
    page.press("Escape")
    assert not page.ask("document.getElementById('viewer').open")
    # What was said of one address is what the same address says to somebody else.
    page.open(f"{address}#class=bus&frame=5&layer=depth")
    page.until("document.getElementById('viewer').open")
    assert page.ask("document.getElementById('place').textContent") == "2 of 10"
    page.size(390, 844, phone=True)
    page.swipe("#stage", -120)
    page.until("location.hash.includes('frame=8')")
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    assert page.complaints == []
    assert all(asked.startswith("file://") for asked in page.asked_for)


def test_a_bar_tells_its_numbers_and_filters(page: Page, tmp_path: Path) -> None:
    written(tmp_path, 30)
    page.complaints.clear()
    page.size(1200, 800)
    page.open(f"file://{tmp_path}/report.html")
    page.until("document.querySelector('.tile')")
    bar = "[id='lighting.sun_elevation_deg'] svg g[data-go] .hit"
    page.point(bar)
    told = page.ask("document.getElementById('tip').textContent")
    page.click(bar)
    assert f": {len(showing(page))} (" in told
    assert page.ask("document.querySelectorAll('.part').length") > 0
    page.click(bar)
    assert len(showing(page)) == 24
    assert page.ask("document.querySelectorAll('.part').length") == 0
    assert page.complaints == []


def test_a_page_that_was_sent_alone_shows_what_it_holds(page: Page, tmp_path: Path) -> None:
    written(tmp_path / "data", 30)
    alone = tmp_path / "alone.html"
    (tmp_path / "data/report.html").rename(alone)
    page.size(1200, 800)
    page.open(f"file://{alone}")
    page.until("document.querySelector('.tile')")
    assert (
        page.ask("document.querySelectorAll('.tile img').length")
        + page.ask("document.querySelectorAll('.absent').length")
        == 24
    )
    page.open(f"file://{alone}#frame=0&layer=masks")
    page.until("document.getElementById('viewer').open")
    assert page.ask("document.querySelector('#stage .layer').src").startswith("data:image/png")
    page.complaints.clear()


def test_an_empty_dataset_has_a_page_that_works(page: Page, tmp_path: Path) -> None:
    page.complaints.clear()
    path = write_report(dataset(tmp_path, 0, config=CONFIG))
    page.open(f"file://{path}")
    assert page.ask("document.querySelector('#frames .empty').textContent").startswith("There are none yet")
    assert page.complaints == []

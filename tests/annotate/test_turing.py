"""The page on which people guess: who is chosen, that nothing but pictures tells, and a browser that clicks through."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from scipy import stats

from longtail.annotate.against.opened import Opened
from longtail.annotate.dataset.encoders import encode_jpg, encode_png
from longtail.annotate.dataset.merge import merge
from longtail.annotate.labels.conditions import Conditions
from longtail.annotate.labels.shown import Shown
from longtail.annotate.turing.page import page
from longtail.annotate.turing.pairs import Shot, crops, framed, paired
from longtail.command_line import main
from tests.annotate.pictures import camera, info, picture
from tests.annotate.stage import SHOW, store
from tests.browser import CHROMIUM, browsing


def ran(*words: object, status: int = 0) -> str:
    answer = CliRunner().invoke(main, ["turing", *map(str, words)])
    assert answer.exit_code == status, answer.output
    return str(answer.output)


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Twelve frames of 160x120, half of them by night, and as many real pictures of several sizes and kinds of file."""
    root = tmp_path_factory.mktemp("turing")
    view = camera(160, 120, 80.0)
    frames = [
        dataclasses.replace(
            picture(SHOW[n % 3], n, view),
            shown=Shown(n // 2),
            rgb=np.full((120, 160, 3), 40 + n, dtype=np.uint8),
            conditions=Conditions(weather="clear" if n < 6 else "night"),
        )
        for n in range(12)
    ]
    store(root / "out", frames, info(12))
    merge(root / "out")
    (root / "real/images").mkdir(parents=True)
    images = []
    for n in range(12):
        width, height = ((320, 200), (200, 160), (90, 60))[n % 3]
        rgb = np.full((height, width, 3), 140 + n, dtype=np.uint8)
        name = f"{n}.jpg" if n % 2 else f"{n}.png"
        (root / "real/images" / name).write_bytes(encode_jpg(rgb) if n % 2 else encode_png(rgb))
        condition = "night" if n < 6 else "daytime"
        images.append({"id": n, "file_name": name, "width": width, "height": height, "condition": condition})
    raw = {"images": images, "annotations": [], "categories": [{"id": 1, "name": "car"}]}
    (root / "real/instances.json").write_text(json.dumps(raw))
    return root / "out", root / "real/instances.json"


def embedded(text: str) -> list[dict[str, Any]]:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    rows: list[dict[str, Any]] = json.loads(found[1])["pictures"]
    return rows


def opened(row: dict[str, Any]) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(row["image"].removeprefix("data:image/jpeg;base64,"))))


def test_both_sides_are_of_one_size_one_quality_and_half_of_the_page(sides: tuple[Path, Path], tmp_path: Path) -> None:
    said = ran(*sides, "-o", tmp_path / "page", "-n", 10)
    assert "10 pictures of 120x" in said
    assert said.count("pixels or more") == 4  # the smallest of the real ones
    text = (tmp_path / "page/index.html").read_text()
    rows = embedded(text)
    files = [opened(row) for row in rows]
    assert len({file.size for file in files}) == 1
    assert len({json.dumps(vars(file)["quantization"]) for file in files}) == 1
    assert not any(
        file.getexif() or set(file.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"} for file in files
    )
    bright = [int(np.asarray(file).mean()) > 100 for file in files]
    ours = [row["number"].bit_count() % 2 == 1 for row in rows]
    assert [not one for one in bright] == ours
    assert sum(ours) == 5
    # As many of a condition here as there.
    kinds = Counter((row["kind"], own) for row, own in zip(rows, ours, strict=True))
    assert kinds["day", True] == kinds["day", False] > 0
    assert kinds["night", True] == kinds["night", False] > 0
    assert not re.search(r"https?:", text)
    assert str(sides[0]) not in text
    ran(*sides, "-o", tmp_path / "again", "-n", 10)
    assert (tmp_path / "again/index.html").read_bytes() == (tmp_path / "page/index.html").read_bytes()


def test_a_folder_says_no_conditions_and_fewer_than_asked_for_is_told(sides: tuple[Path, Path], tmp_path: Path) -> None:
    said = ran(sides[0], sides[1].parent / "images", "-o", tmp_path / "page", "-n", 60)
    assert "says no conditions" in said
    assert "16 pictures of" in said
    assert "60 were asked for" in said


def test_numbers_do_not_tell_at_a_glance() -> None:
    rgb = np.zeros((4, 4, 3), dtype=np.uint8)
    rows = embedded(page([Shot(n % 2 == 0, "", rgb) for n in range(200)], (4, 4), "pictures", 1))
    ours = np.array([row["number"].bit_count() % 2 == 1 for row in rows])
    assert ours.sum() == 100
    numbers = np.array([row["number"] for row in rows])
    for tell in (numbers, *(numbers >> bit & 1 for bit in range(32)), np.arange(200)):
        assert abs(stats.spearmanr(tell, ours).statistic) < 0.3


def test_a_name_of_a_class_ends_no_script() -> None:
    rgb = np.zeros((4, 4, 3), dtype=np.uint8)
    text = page([Shot(True, "</script><b>", rgb), Shot(False, "", rgb)], (4, 4), "crops", 0)
    assert "</script><b>" not in text
    assert {row["kind"] for row in embedded(text)} == {"</script><b>", ""}


def test_pairs_are_of_one_kind_and_of_as_many_scenes_as_there_are() -> None:
    ours = [("day", str(n // 3)) for n in range(9)] + [("snow", "x")]
    theirs = [("day", str(n)) for n in range(4)] + [("fog", "y")]
    mine, foreign = paired(ours, theirs, 3, 0)
    assert {ours[place] for place in mine} == {("day", "0"), ("day", "1"), ("day", "2")}
    assert all(theirs[place][0] == "day" for place in foreign)
    assert [len(side) for side in paired(ours, theirs, 100, 0)] == [4, 4]
    assert [len(side) for side in paired(ours, [("", "a"), ("", "b")], 100, 0)] == [2, 2]


def test_the_middle_is_kept_and_nothing_is_enlarged() -> None:
    wide = np.zeros((100, 300, 3), dtype=np.uint8)
    wide[:, 75:225] = 9
    found = framed(wide, (120, 80))
    assert found is not None
    assert found.shape == (100, 150, 3)
    assert (found == 9).all()
    assert framed(wide, (120, 101)) is None
    one = Opened(
        "a", "", wide, ("car", "car", "dog"), ((20.0, 20.0, 60.0, 40.0), (0.0, 0.0, 20.0, 20.0), (9.0, 9.0, 70.0, 70.0))
    )
    (name, crop), *rest = crops(one, {"car": "car"})
    assert (name, crop.shape, rest) == ("car", (75, 75, 3), [])


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--crops"], "and 0 real; squares around things, 64 pixels wide or more"), (["--crops", "--size", 64], "--size"),
     (["--size", 4000], "expected 5 pictures or more")],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_shown_is_refused(sides: tuple[Path, Path], tmp_path: Path, words: list[Any], said: str) -> None:
    told = ran(*sides, "-o", tmp_path / "page", *words, status=2)
    assert said in told
    assert not told.rstrip("\n").endswith("; ")
    assert not (tmp_path / "page").exists()
    (tmp_path / "page").mkdir()
    (tmp_path / "page/mine").write_text("")
    assert "new or empty folder" in ran(*sides, "-o", tmp_path / "page", status=2)


_GUESS = """
const wait = () => new Promise((done) => setTimeout(done, 5));
document.getElementById("person").value = "Ada";
document.getElementById("start").click();
const seen = [], pictures = JSON.parse(document.getElementById("data").textContent).pictures;
const odd = (number) => number.toString(2).replaceAll("0", "").length % 2 === 1;
while (!document.getElementById("ask").hidden) {
  const one = pictures.find((row) => row.image === document.getElementById("picture").src);
  seen.push(pictures.indexOf(one));
  const right = seen.length > 3, ours = odd(one.number) === right;
  if (seen.length % 2) document.getElementById(ours ? "synthetic" : "real").click();
  else document.dispatchEvent(new KeyboardEvent("keydown", { key: ours ? "ArrowRight" : "ArrowLeft" }));
  await wait();
}
const shown = document.getElementById("seen").children.length;
let saved = "";
HTMLAnchorElement.prototype.click = function () { saved = this.download; };
document.getElementById("save").click();
const text = document.getElementById("text").value, interval = document.getElementById("interval").textContent;
document.getElementById("again").click();
document.getElementById("real").click();
document.getElementById("stop").click();
const once = JSON.parse(document.getElementById("text").value);
return { seen, shown, saved, told: JSON.parse(text), interval, once };
"""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_a_person_clicks_through_and_is_told_how_good_that_was(sides: tuple[Path, Path], tmp_path: Path) -> None:
    ran(*sides, "-o", tmp_path / "page", "-n", 10)
    with browsing(tmp_path / "browser") as page:
        page.open((tmp_path / "page/index.html").as_uri())
        found = page.ask(f"(async () => {{{_GUESS}}})()")
        assert page.complaints == []
    assert sorted(found["seen"]) == list(range(10))
    assert found["shown"] == 10
    told = found["told"]
    assert (told["person"], told["answered"], told["right"], told["accuracy"]) == ("Ada", 10, 7, 0.7)
    due = stats.binomtest(7, 10).proportion_ci(method="wilson")
    assert (told["low"], told["high"]) == pytest.approx((due.low, due.high))
    assert f"7 of 10: 70.0 %, with a 95 % interval from {100 * due.low:.1f} % to {100 * due.high:.1f} %" in found[
        "interval"
    ].replace("\N{NO-BREAK SPACE}", " ")
    assert [row["right"] for row in told["answers"]] == [False] * 3 + [True] * 7
    assert [row["picture"] for row in told["answers"]] == found["seen"]
    assert found["saved"] == f"answers-{told['page']}.json"
    assert found["once"]["answered"] == 1

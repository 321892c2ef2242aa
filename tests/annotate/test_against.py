"""A dataset beside a real one: known distances, planted shifts, real files with bad rows, and who can tell."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from numpy.typing import NDArray
from PIL import Image
from scipy import stats

from longtail.annotate.against.compare import against
from longtail.annotate.against.conditions import condition_of
from longtail.annotate.against.looking import Seen
from longtail.annotate.against.ranking import ranked
from longtail.annotate.against.real import read_coco, read_real
from longtail.annotate.against.samples import apart
from longtail.annotate.against.told import told
from longtail.annotate.against.told_apart import Rows, auc, telling
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import encode_png
from longtail.annotate.errors import DatasetError
from longtail.annotate.pixels.measure import PROPERTIES
from longtail.annotate.report import write_report
from longtail.annotate.statistics import FORMAT, counted
from longtail.annotate.statistics.schema import schema
from longtail.command_line import main
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, show, store, tree

REAL = Path(os.environ.get("LONGTAIL_REAL", "/nowhere"))
CONFIG = {"scenario": "boards", "lighting.exposure_ev": 0.0, "objects.vehicle.count": 3}


def compared(root: Path, real: Path) -> dict[str, Any]:
    opened = Dataset.open(root)
    return against(opened, counted(opened).content.boxes, read_real(real))


def test_distances_are_scipys_and_those_of_a_known_shift() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(2, 1, 700), rng.gamma(2, 1.5, 500)
    found = apart(a, b, (700, 500))
    assert found is not None
    test = stats.ks_2samp(a, b, method="asymp")
    assert found["ks"] == pytest.approx(test.statistic)
    assert found["p"] == pytest.approx(test.pvalue, rel=0.3)
    assert found["distance"] == pytest.approx(stats.wasserstein_distance(a, b) / b.std())
    # Twice the deviation and half a deviation to the right.
    even = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    found = apart(2 * even + 0.5, even, (2000, 2000))
    assert found is not None
    assert found["mean_difference"] == pytest.approx(0.5, abs=0.01)
    assert found["spread_difference"] == pytest.approx(1.0)
    shifted = apart(even + 3, even, (2000, 2000))
    assert shifted is not None
    assert shifted["distance"] == pytest.approx(3, abs=0.02)


def test_little_and_nothing_that_varies_have_no_distance() -> None:
    few, many, flat = np.arange(7.0), np.arange(9.0), np.zeros(9)
    assert apart(few, many, (7, 9)) is None
    assert apart(many, np.append(few, np.nan), (9, 8)) is None
    found = apart(many, flat, (9, 9))
    assert found is not None
    assert (found["distance"], found["ks"]) == (None, pytest.approx(8 / 9))


def test_things_of_few_pictures_are_little_evidence() -> None:
    a, b = np.linspace(0, 1, 400), np.linspace(0.2, 1.2, 400)
    many, few = apart(a, b, (400, 400)), apart(a, b, (10, 10))
    assert many is not None
    assert few is not None
    assert many["p"] < 1e-6 < 0.5 < few["p"]


def seen(seed: int, count: int, shift: float = 0.0, condition: str = "day") -> list[Seen]:
    rng = np.random.default_rng(seed)
    rows = [dict(zip(PROPERTIES, rng.normal(5, 1, len(PROPERTIES)), strict=True)) for _ in range(count)]
    return [
        Seen(f"{seed}-{place}", condition, 0.5, row | {"luminance": row["luminance"] + shift})
        for place, row in enumerate(rows)
    ]


def test_shifted_brightness_is_said_first_with_the_key_that_moves_it() -> None:
    for seed in range(10):
        rows = ranked(seen(seed, 60, shift=1.5), seen(seed + 100, 80), None, {}, CONFIG)
        assert {row["name"] for row in rows if row["differs"]} == {"luminance"}
        assert (rows[0]["name"], rows[0]["key"]) == ("luminance", "lighting.exposure_ev")
        assert rows[0]["mean_difference"] == pytest.approx(1.5, abs=0.7)


def test_alike_sets_differ_in_nothing() -> None:
    """All properties together may be wrong once in a hundred sets."""
    alarms = sum(
        any(row["differs"] for row in ranked(seen(seed, 60), seen(seed + 1000, 80), None, {}, CONFIG))
        for seed in range(200)
    )
    assert alarms <= 4


def test_a_shift_at_night_alone_is_told_of_the_night() -> None:
    ours = seen(1, 60) + seen(2, 60, 3.0, "night")
    rows = ranked(ours, seen(3, 60) + seen(4, 60, 0.0, "night"), None, {}, CONFIG)
    assert (rows[0]["name"], rows[0]["condition"]) == ("luminance", "night")
    assert not any(row["differs"] for row in rows if row["condition"] == "day")


@pytest.mark.parametrize(
    ("text", "name"),
    {
        "clear, day": "day", "clouds+wind, low_sun": "day", "Daytime": "day", "rainy": "rain",
        "fog, night": "fog+night", "night_fog": "fog+night", "rain+flood, day": "flood+rain",
        "snow+snow_cover, day": "snow",
    }.items(),
)  # fmt: skip
def test_conditions_have_one_name(text: str, name: str) -> None:
    assert condition_of(text) == name


def picture(seed: int, gain: float = 1.0) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    ramp = np.linspace(40, 120, 64)[None, :, None] * np.ones((48, 1, 3))
    return np.clip(gain * ramp + rng.normal(0, 6, (48, 64, 3)), 0, 255).astype(np.uint8)


def real_set(folder: Path, **changes: Any) -> Path:
    (folder / "images").mkdir(parents=True)
    for number in range(10):
        (folder / "images" / f"{number}.png").write_bytes(encode_png(picture(number)))
    raw = {
        "images": [
            {"id": number, "file_name": f"{number}.png", "width": 64, "height": 48, "condition": "clear"}
            for number in range(10)
        ],
        "categories": [{"id": 3, "name": "Car"}, {"id": 4, "name": "zebra"}],
        "annotations": [
            {"id": number, "image_id": number, "category_id": 3, "bbox": [5, 5, 20, 10 + number]}
            for number in range(10)
        ],
    }
    (folder / "instances.json").write_text(json.dumps(raw | changes))
    return folder / "instances.json"


def test_bad_rows_are_left_out_counted_and_named(tmp_path: Path) -> None:
    path = real_set(tmp_path / "real")
    raw = json.loads(path.read_text())
    raw["images"] += [{"id": 90, "width": 0, "height": 5}, "image", {"id": 3, "width": 5, "height": 5},
                      {"id": 91, "width": 9, "height": 9, "file_name": "../../etc/passwd"}]  # fmt: skip
    raw["annotations"] += [
        {"id": 70, "image_id": 90, "category_id": 3, "bbox": [0, 0, 1, 1]},
        {"id": 71, "image_id": 1, "category_id": 99, "bbox": [0, 0, 1, 1]},
        {"id": 72, "image_id": 1, "category_id": 3, "bbox": [0, 0, -1, 1]},
        {"id": 73, "image_id": 1, "category_id": 3, "bbox": [100, 0, 5, 5]},
        {"image_id": 1, "category_id": 3},
        "box",
    ]
    path.write_text(json.dumps(raw))
    (tmp_path / "real/images/7.png").write_bytes(b"no picture")
    (tmp_path / "real/images/8.png").write_bytes(encode_png(picture(1)[:40]))
    found = read_coco(path)
    assert (len(found.pictures), len(found.boxes)) == (11, 10)
    said = "\n".join(found.left_out)
    for words in ("image 90: expected a width", "image number 12", "image 3: another", "pixels of image 91",
                  "annotation 70: expected an image_id", "annotation 71", "annotation 72", "annotation 73",
                  "annotation number 15 of the file: expected a key 'bbox'", "annotation number 16"):  # fmt: skip
        assert words in said
    assert len(found.left_out) == 10
    section = compared(dataset(tmp_path / "out", 3), path)
    assert section["left_out"]["rows"] == 12
    assert (section["pictures"]["theirs"], section["images"]) == (8, 11)
    assert any("7.png" in text for text in section["left_out"]["named"])
    assert next(told(section)).startswith("left out: image 90")


@pytest.mark.parametrize(
    "changes",
    [
        {"images": None},
        {"categories": 3},
        {"categories": [{"id": math.inf, "name": "car"}]},
        {"categories": [{"id": 1, "name": "car"}, {"id": 1, "name": "bus"}]},
        {"annotations": None},
        {"images": []},
        {"images": [{"id": 1}]},
        {"images": [{"id": 1, "width": math.inf, "height": 1}]},
    ],
    ids=str,
)
def test_a_file_of_which_nothing_can_be_used_is_refused_in_words(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(DatasetError, match="--against"):
        read_coco(real_set(tmp_path, **changes))


def test_a_name_that_no_file_system_takes_is_that_of_no_file(tmp_path: Path) -> None:
    path = real_set(tmp_path / "real")
    raw = json.loads(path.read_text())
    raw["images"][0]["file_name"] = "a" * 5000
    path.write_text(json.dumps(raw))
    found = read_coco(path)
    assert [picture.path is None for picture in found.pictures] == [True, *[False] * 9]


def test_no_file_no_json_and_no_pictures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "empty").mkdir()
    for name, said in (
        ("text", "a file that is none"),
        ("none", "COCO annotations"),
        ("empty", "folder with pictures"),
    ):
        with pytest.raises(DatasetError, match=said):
            read_real(tmp_path / name)


def test_a_dataset_against_itself_is_alike(tmp_path: Path) -> None:
    root = dataset(tmp_path, 12)
    before = tree(root)
    found = compared(root, root / "annotations/instances.json")
    assert (found["per_image"]["ks"], found["size"]["wasserstein"], found["heat_map_distance"]) == (0, 0, 0)
    assert found["brightness"]["ks"] == 0
    assert (found["only_ours"], found["only_theirs"], found["left_out"]["rows"]) == ([], [], 0)
    assert not any(row["differs"] for row in found["properties"])
    assert "nothing differs by more than chance allows" in list(told(found))
    assert tree(root) == before


def test_the_command_compares_with_a_folder_and_with_features(tmp_path: Path) -> None:
    store(tmp_path / "out", [dataclasses.replace(frame, rgb=picture(frame.index, 1.8)) for frame in show(30)],
          info(30, config=CONFIG))  # fmt: skip
    real = real_set(tmp_path / "real").parent / "images"
    for number in range(10, 30):
        (real / f"{number}.png").write_bytes(encode_png(picture(number)))
    for name in "ab":
        np.save(tmp_path / name, np.random.default_rng(0).normal(size=(9, 4)))
    files = ["--features", str(tmp_path / "a.npy"), str(tmp_path / "b.npy")]
    ran = CliRunner().invoke(main, ["stats", str(tmp_path / "out"), "--no-flags", "--against", str(real), *files])
    assert ran.exit_code == 0, ran.output
    assert "luminance" in ran.output
    assert "lighting.exposure_ev" in ran.output
    assert "KID" in ran.output
    found = json.loads((tmp_path / "out/stats.json").read_bytes())
    assert list(Draft202012Validator(schema(FORMAT)).iter_errors(found)) == []
    page = (tmp_path / "out/report.html").read_text("utf-8")
    first = page[page.index("<ol>") :].split("</li>", 1)[0]  # the first thing that the page says
    assert "unlike real</span> luminance" in first
    assert "<code>lighting.exposure_ev</code> moves it" in first
    assert "farthest apart first" in page
    assert "KID" in page
    ran = CliRunner().invoke(main, ["stats", str(tmp_path / "out"), *files])
    assert (ran.exit_code, "--against" in ran.output) == (2, True)


def rows_of(seed: int, shift: float, groups: int = 60, each: int = 1) -> Rows:
    rng = np.random.default_rng(seed)
    names = ("light.a", "light.b", "colour.a", "colour.b", "edges.a", "texture.a", "layout.a")

    def side(by: float) -> list[tuple[str, dict[str, float]]]:
        found = []
        for group in range(groups):
            own = rng.normal(size=len(names))
            for _ in range(each):
                values = dict(zip(names, own + 0.01 * rng.normal(size=len(names)), strict=True))
                found.append((str(group), values | {"colour.b": values["colour.b"] + by}))
        return found

    return Rows.of(side(shift), side(0.0))


def test_auc_is_scikit_learns_and_on_paper() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    ours, scores = rng.uniform(size=90) < 0.4, rng.integers(0, 9, 90).astype(np.float64)
    assert auc(scores, ours) == pytest.approx(metrics.roc_auc_score(ours, scores))
    assert auc(np.array([1.0, 2, 3, 4]), np.array([False, True, False, True])) == 0.75


def test_a_classifier_tells_what_differs_and_by_what() -> None:
    """Of two normals of deviation 1 that are 2 apart the AUC is that of their difference: 0.921."""
    pytest.importorskip("sklearn")
    found = telling(rows_of(1, 2.0, groups=150))
    assert found["auc"] == pytest.approx(stats.norm.cdf(2 / np.sqrt(2)), abs=0.04)
    assert found["low"] < 0.921 < found["high"]
    assert found["beyond_chance"]
    assert found["by"][0]["group"] == "colour"
    assert (found["features"][0]["name"], found["features"][0]["ours"]) == ("colour.b", "higher")


def test_a_classifier_does_not_tell_alike_sets_apart_nor_learn_scenes_by_heart() -> None:
    pytest.importorskip("sklearn")
    found = [telling(rows_of(seed, 0.0, groups=25, each=2)) for seed in range(6)]
    assert not any(row["beyond_chance"] for row in found)
    assert np.mean([row["auc"] for row in found]) == pytest.approx(0.5, abs=0.1)


@pytest.mark.skipif(not (REAL / "day/instances.json").exists(), reason="LONGTAIL_REAL names no folder of real sets")
def test_real_pictures_by_night_are_darker_than_by_day(tmp_path: Path) -> None:
    found = read_real(REAL / "adverse/instances.json")
    assert {"night", "fog", "rain", "snow"} <= {picture.condition for picture in found.pictures}
    section = compared(dataset(tmp_path, 12), REAL / "day/instances.json")
    assert section["left_out"]["rows"] == 0
    assert write_report(tmp_path, REAL / "day/instances.json").exists()


@pytest.mark.parametrize("hidden", [".", "trip"])
def test_a_folder_that_may_not_be_looked_at_is_not_taken_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hidden: str
) -> None:
    """Its pictures were left out without a word."""
    for folder in (tmp_path / "real", tmp_path / "real/trip", tmp_path / "real/lost+found"):
        folder.mkdir()
        Image.new("RGB", (8, 8)).save(folder / "0.png")
    scandir = os.scandir
    locked: tuple[Path, ...] = (tmp_path / "real" / hidden, tmp_path / "real/lost+found")

    def guarded(place: Any) -> Any:
        if Path(place) in locked:
            raise PermissionError(13, "Permission denied", str(place))
        return scandir(place)

    monkeypatch.setattr(os, "scandir", guarded)
    with pytest.raises(DatasetError, match="expected a folder that may be looked at, but Permission denied"):
        read_real(tmp_path / "real")
    locked = (tmp_path / "real/lost+found",)
    assert len(read_real(tmp_path / "real").pictures) == 2


def test_a_name_that_this_process_cannot_spell_is_not_that_of_a_missing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under LC_ALL=C and PYTHONUTF8=0 pictures with emoji in their names were told to be missing."""
    path = real_set(tmp_path / "real")
    raw = json.loads(path.read_text())
    raw["images"][0]["file_name"] = "\U0001f600.png"
    path.write_text(json.dumps(raw))
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    with pytest.raises(DatasetError, match="expected a file name in ascii, as this process was started"):
        read_coco(path)

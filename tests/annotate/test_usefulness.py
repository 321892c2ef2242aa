"""What a set is worth: planted leaks, sets that help and sets that hurt, and numbers known on paper."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from numpy.typing import NDArray
from scipy import stats

from longtail.annotate.against.opened import Box, Opened
from longtail.annotate.dataset.encoders import decode_rgb, encode_jpg, encode_png
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.pixels.alike import ALIKE, mark
from longtail.annotate.usefulness.classes import BACKGROUND, shared_classes
from longtail.annotate.usefulness.cutting import Cut, cut
from longtail.annotate.usefulness.design import ALL, FOLDS, Setup, folds, setups
from longtail.annotate.usefulness.evaluate import installed
from longtail.annotate.usefulness.schema import schema
from longtail.annotate.usefulness.scoring import Tally, interval
from longtail.annotate.usefulness.sets import Crops
from longtail.annotate.usefulness.training import weights
from longtail.command_line import main
from longtail.render.commands.evaluate import shots_of
from tests.annotate.stage import dataset

REAL = Path(os.environ.get("LONGTAIL_REAL", "/nowhere"))
needs_sklearn = pytest.mark.skipif(not installed(), reason="scikit-learn is not installed")
Picture = NDArray[np.uint8]


def drawn(seed: int, swapped: bool = False) -> tuple[Picture, list[tuple[str, Box]]]:
    """A street with a bright wide thing and a dark tall one; `swapped` has each called the other."""
    rng = np.random.default_rng(seed)
    rgb = cv2.resize(street(seed + 1000), (160, 120), interpolation=cv2.INTER_AREA)
    x, y = int(rng.integers(4, 30)), int(rng.integers(10, 60))
    right = int(rng.integers(90, 130))
    cv2.rectangle(rgb, (x, y), (x + 44, y + 22), rng.integers(150, 250, 3).tolist(), -1)
    cv2.ellipse(rgb, (right + 10, y + 22), (9, 21), 0, 0, 360, rng.integers(0, 90, 3).tolist(), -1)
    names = ("person", "car") if swapped else ("car", "person")
    wide, tall = (float(x), float(y), 44.0, 22.0), (float(right), float(y), 20.0, 44.0)
    return np.asarray(rgb, dtype=np.uint8), [(names[0], wide), (names[1], tall)]


def coco_set(folder: Path, seeds: range, *, swapped: bool = False, conditions: tuple[str, ...] = ("day",)) -> Path:
    (folder / "images").mkdir(parents=True)
    ids = {"car": 1, "person": 2}
    raw: dict[str, Any] = {
        "images": [],
        "annotations": [],
        "categories": [{"id": n, "name": name} for name, n in ids.items()],
    }
    for seed in seeds:
        rgb, things = drawn(seed, swapped)
        (folder / "images" / f"{seed}.png").write_bytes(encode_png(rgb))
        raw["images"].append({"id": seed, "file_name": f"{seed}.png", "width": 160, "height": 120,
                              "condition": conditions[seed % len(conditions)]})  # fmt: skip
        raw["annotations"] += [
            {"id": 10 * seed + n, "image_id": seed, "category_id": ids[name], "bbox": box}
            for n, (name, box) in enumerate(things)
        ]
    (folder / "instances.json").write_text(json.dumps(raw))
    return folder / "instances.json"


def ran(*words: object, status: int = 0) -> str:
    answer = CliRunner().invoke(main, ["evaluate", *map(str, words)])
    assert answer.exit_code == status, answer.output
    return str(answer.output)


def shrunk_and_saved(rgb: Picture) -> Picture:
    small = cv2.resize(rgb, (rgb.shape[1] // 3, rgb.shape[0] // 3), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", np.clip(small * 0.8, 0, 255).astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, 40))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


def street(seed: int) -> Picture:
    """A picture of as much detail as a photograph: boxes of all sizes."""
    rng = np.random.default_rng(seed)
    rgb = np.full((360, 640, 3), 128, dtype=np.uint8)
    for side in np.geomspace(300, 6, 150).astype(int).tolist():
        x, y = rng.integers(-side, 640), rng.integers(-side, 360)
        cv2.rectangle(rgb, (int(x), int(y)), (int(x + side), int(y + side * 0.7)), rng.integers(0, 255, 3).tolist(), -1)
    return rgb


def test_a_picture_saved_anew_is_that_picture_and_others_are_not() -> None:
    marks = [mark(street(seed)) for seed in range(12)]
    others = [float(a @ b) for n, a in enumerate(marks) for b in marks[:n]]
    assert max(others) < 0.5 < ALIKE
    for seed in range(3):
        assert float(mark(shrunk_and_saved(street(seed))) @ marks[seed]) > 0.9
    assert not mark(np.full((40, 60, 3), 9, dtype=np.uint8)).any()


def test_names_are_one_class_as_other_sets_call_them() -> None:
    ours, theirs = shared_classes({"car", "van", "person", "rider", "dog"}, {"car", "pedestrian", "zebra"}, {})
    assert ours == {"car": "car", "van": "car", "person": "person", "rider": "person"}
    assert theirs == {"car": "car", "pedestrian": "person"}
    ours, theirs = shared_classes({"car"}, {"automobile"}, {"automobile": "car"})
    assert (ours, theirs) == ({"car": "car"}, {"automobile": "car"})
    with pytest.raises(ConfigError, match="--rename: expected a category of one of the sets, got 'vn'"):
        shared_classes({"van"}, {"van"}, {"vn": "car"})
    with pytest.raises(DatasetError, match="that both sets have, got car and zebra"):
        shared_classes({"car"}, {"zebra"}, {})


def test_crops_are_of_things_and_backgrounds_touch_none() -> None:
    rgb, things = drawn(3)
    names, boxes = tuple(name for name, _ in things), tuple(box for _, box in things)
    one, both = Opened("a", "day", rgb, names, boxes), {"car": "car", "person": "person"}
    found, again = cut(one, "a", 160, both), cut(one, "another folder/a", 160, both)
    assert found.labels == ("car", "person", BACKGROUND, BACKGROUND)
    assert found.features.shape == (4, 900 + 67)
    assert np.isfinite(found.features).all()
    assert np.array_equal(found.features, again.features)
    crowded = Opened("a", "day", rgb, names, boxes, crowds_px=((0.0, 0.0, 160.0, 120.0),))
    assert cut(crowded, "a", 160, {"car": "car"}).labels == ("car",)  # all else may be a crowd
    # What is no thing on the other side is background: there, nobody has marked where it is not.
    assert BACKGROUND in cut(Opened("a", "day", rgb, ("pole",), ((0.0, 0.0, 160.0, 120.0),)), "a", 160, both).labels
    known = Opened("a", "day", rgb, names, boxes, ((0.0, 0.0, 160.0, 120.0),), ("pole",))
    assert cut(known, "a", 160, both).labels == found.labels  # a pole is no thing of either class
    tiny = cut(Opened("a", "", rgb, ("car",), ((5.0, 5.0, 15.0, 40.0),)), "a", 160, {"car": "car"})
    assert set(tiny.labels) == {BACKGROUND}


def pictures(count: int, each: int = 1, condition: str = "day") -> Crops:
    rng = np.random.default_rng(count)
    cuts = [
        Cut(f"{n}", f"{n // each}", condition, ("car", BACKGROUND), rng.normal(size=(2, 3)).astype(np.float32),
            np.eye(count, dtype=np.float32)[n])
        for n in range(count)
    ]  # fmt: skip
    return Crops("set", tuple(cuts), ())


def test_every_picture_is_tested_once_and_groups_stay_together() -> None:
    train, test = pictures(20, each=2), pictures(30, each=3)
    dealt = list(folds(train, test, repeat=1))
    assert len(dealt) == FOLDS
    assert sorted(np.concatenate([fold.held for fold in dealt]).tolist()) == list(range(30))
    assert sorted(np.concatenate([fold.train_held for fold in dealt]).tolist()) == list(range(20))
    for fold in dealt:
        assert not set(test.groups[fold.held]) & set(test.groups[fold.pool])
        assert not set(train.groups[fold.train]) & set(train.groups[fold.train_held])
    again = list(folds(train, test, repeat=1))
    assert [fold.pool.tolist() for fold in dealt] == [fold.pool.tolist() for fold in again]
    assert [fold.pool.tolist() for fold in dealt] != [fold.pool.tolist() for fold in folds(train, test, repeat=2)]
    assert all(not len(fold.pool) for fold in folds(train, test, 0, few_of="night"))


def test_one_picture_twice_is_one_group() -> None:
    found = pictures(6)
    twice = Crops("set", (*found.pictures, Cut("x", "another", "day", ("car",), np.zeros((1, 3), dtype=np.float32),
                                               found.pictures[2].mark)), ())  # fmt: skip
    assert twice.groups[6] == twice.groups[2]
    assert len(set(twice.groups.tolist())) == 6


def test_setups_are_those_that_the_pool_has() -> None:
    found, missing = setups((10, 50, 200), 60)
    assert found == [Setup(0, True), Setup(ALL, False), Setup(ALL, True), Setup(10, False), Setup(10, True),
                     Setup(50, False), Setup(50, True)]  # fmt: skip
    assert missing == [200]
    assert shots_of("50, 10,0") == (10, 50)
    with pytest.raises(ConfigError, match="--shots: expected numbers of pictures"):
        shots_of("ten")


def test_few_pictures_weigh_as_much_as_many() -> None:
    labels = np.array(["car"] * 5 + ["dog"] * 2 + ["car"] * 3)
    side = np.array([0] * 7 + [1] * 3)
    found = weights(labels, side)
    assert found.sum() == pytest.approx(1)
    assert [found[:5].sum(), found[5:7].sum(), found[7:].sum()] == pytest.approx([0.25, 0.5, 0.25])


def test_balanced_accuracy_is_the_mean_of_recalls_and_its_interval_that_of_a_share() -> None:
    total = np.array([[10.0, 0], [10, 10], [0, 10], [0, 1]])
    right = np.array([[[5.0, 0], [5, 10], [0, 10], [0, 0]]])
    tally = Tally(right, total)
    assert tally.recalls.tolist() == pytest.approx([0.5, 20 / 21])
    assert tally.balanced == pytest.approx((0.5 + 20 / 21) / 2)
    few = Tally(right, np.array([[4.0, 0], [0, 10], [0, 10], [0, 1]]))
    assert np.isnan(few.recalls[0])
    # One class, one crop of each of 400 pictures: the interval is that of a share.
    rng = np.random.default_rng(0)
    hits = (rng.uniform(size=(1, 400, 1)) < 0.7).astype(np.float64)
    low, high = interval(Tally(hits, np.ones((400, 1))).resampled())
    due = stats.binomtest(int(hits.sum()), 400).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((due.low, due.high), abs=0.012)


def test_a_leak_is_named_and_nothing_is_trained(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    train, test = coco_set(tmp_path / "a", range(12)), coco_set(tmp_path / "b", range(20, 32))
    leaked = decode_rgb((tmp_path / "a/images/5.png").read_bytes())
    (tmp_path / "b/images/25.png").write_bytes(
        encode_png(decode_rgb(encode_jpg(np.clip(leaked * 0.9, 0, 255).astype(np.uint8))))
    )
    said = ran("--train", train, "--test", test, "-o", tmp_path / "x.json", status=1)
    assert f"{tmp_path}/a/images/5.png and {tmp_path}/b/images/25.png are" in said
    assert "shares 1 scene or picture" in said
    assert not (tmp_path / "x.json").exists()
    ours = dataset(tmp_path / "out", 6)
    said = ran("--train", ours, "--test", ours, status=1)
    assert "show one scene (100% of its things)" in said


def test_what_cannot_be_asked_is_refused_in_words(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    train, test = coco_set(tmp_path / "a", range(3)), coco_set(tmp_path / "b", range(20, 23))
    assert "expected two classes or more" in ran("--train", train, "--test", test, status=2)
    assert "--test" in ran("--train", train, "--test", tmp_path / "none.json", status=2)
    assert "--shots" in ran("--train", train, "--test", test, "--shots", "x", status=2)
    assert "Missing option '--test'" in ran("--train", train, status=2)


@needs_sklearn
def test_a_set_like_the_other_helps_and_one_with_wrong_names_hurts(tmp_path: Path) -> None:
    test = coco_set(tmp_path / "test", range(30), conditions=("day", "night"))
    points = {}
    for name, swapped in (("like", False), ("wrong", True)):
        train = coco_set(tmp_path / name, range(100, 130), swapped=swapped)
        said = ran(
            "--train", train, "--test", test, "--shots", "1,500", "--repeats", 2, "-o", tmp_path / f"{name}.json"
        )
        found = json.loads((tmp_path / f"{name}.json").read_text())
        assert list(Draft202012Validator(schema()).iter_errors(found)) == []
        points[name] = next(row for row in found["added"] if row["few"] == 1)["tested"]
        assert "500 pictures of test are more than the" in said
        assert f"{name} adds" in said
    assert {row["condition"] for row in points["like"]} == {"all", "day", "adverse", "night"}
    whole = {name: rows[0] for name, rows in points.items()}
    assert whole["like"]["points"] > 5
    assert whole["wrong"]["high"] < 0
    assert whole["wrong"]["low"] < whole["wrong"]["points"] < whole["wrong"]["high"]


@pytest.mark.skipif(not (REAL / "day/instances.json").exists(), reason="LONGTAIL_REAL names no folder of real sets")
@needs_sklearn
def test_real_pictures_teach_of_real_pictures(tmp_path: Path) -> None:
    words = ["--shots", "10", "--repeats", 2, "-o", tmp_path / "x.json"]
    ran("--train", REAL / "adverse/instances.json", "--test", REAL / "day/instances.json", *words)
    found = json.loads((tmp_path / "x.json").read_text())
    all_of_it = next(row for row in found["setups"] if row["few"] == "all" and not row["train"])["tested"][0]
    assert all_of_it["accuracy"] > 1 / len(found["classes"]) + 0.2

"""The detector's parts: what is known on paper, pycocotools' own sums, and what it learns where torch is."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from longtail.annotate.against.opened import Opened
from longtail.annotate.dataset.encoders import encode_jpg
from longtail.annotate.usefulness.cutting import Cut
from longtail.annotate.usefulness.detector import learning
from longtail.annotate.usefulness.detector.decoding import Detections, decoded
from longtail.annotate.usefulness.detector.evaluate import Side, Training, detected, trainings
from longtail.annotate.usefulness.detector.learning import rate_of
from longtail.annotate.usefulness.detector.precision import _rows, _truth, matched, precision
from longtail.annotate.usefulness.detector.shown import Shown, shown
from longtail.annotate.usefulness.detector.targets import STRIDE, map_size, targets
from longtail.annotate.usefulness.detector.windows import WINDOW_PX, window
from longtail.annotate.usefulness.sets import Crops
from longtail.command_line import main

needs_torch = pytest.mark.skipif(not learning.installed(), reason="PyTorch is not installed")
CLASSES = 2
WIDTH, HEIGHT = 200, 120


def scene(seed: int, things: int = 3, ignored: bool = False) -> Shown:
    """A grey picture with bright wide boxes (class 0) and dark tall ones (class 1), far apart."""
    rng = np.random.default_rng(seed)
    rgb = np.clip(rng.normal(110, 8, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)
    boxes, codes = [], []
    for place in range(things):
        code = int(rng.integers(CLASSES))
        width, height = (int(rng.integers(24, 40)), 16) if code == 0 else (12, int(rng.integers(24, 40)))
        x, y = 8 + place * 64 + int(rng.integers(0, 10)), int(rng.integers(4, HEIGHT - height - 4))
        rgb[y : y + height, x : x + width] = 220 if code == 0 else 15
        boxes.append([x, y, width, height])
        codes.append(code)
    rest = np.array([[0, 0, 30, 30]] if ignored else [], dtype=np.float32).reshape(-1, 4)
    return Shown(encode_jpg(rgb), (WIDTH, HEIGHT), np.array(boxes, dtype=np.float32).reshape(-1, 4),
                 np.array(codes, dtype=np.int64), rest)  # fmt: skip


def truth_of(one: Shown) -> Detections:
    return Detections(one.boxes_px, np.full(len(one.codes), 0.9, dtype=np.float32), one.codes)


def guesses(one: Shown, seed: int) -> Detections:
    """Boxes near the things, some of the wrong class, some of nothing."""
    rng = np.random.default_rng(seed)
    near = one.boxes_px[rng.uniform(size=len(one.boxes_px)) < 0.8]
    boxes = np.concatenate([near + rng.normal(0, 2, near.shape), near + rng.normal(0, 6, near.shape),
                            rng.uniform(5, 60, (3, 4))]).astype(np.float32)  # fmt: skip
    scores = np.round(rng.uniform(0.05, 1, len(boxes)), 3).astype(np.float32)
    return Detections(boxes, scores, rng.integers(0, CLASSES, len(boxes)))


def test_the_truth_has_an_average_precision_of_one_and_nothing_has_none() -> None:
    pictures = [scene(seed, ignored=seed % 2 == 0) for seed in range(8)]
    once = np.ones((1, len(pictures)))
    for one in matched(pictures, [truth_of(picture) for picture in pictures], CLASSES):
        assert precision(one, once).ravel().tolist() == [1.0] * 10
    nothing = Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64))
    for one in matched(pictures, [nothing] * len(pictures), CLASSES):
        assert not precision(one, once).any()
    assert np.isnan(precision(one, 0 * once)).all()  # nothing is to be found in no picture


def of_pycocotools(pictures: Sequence[Shown], found: Sequence[Detections]) -> NDArray[np.float64]:
    """(10, classes) by COCOeval's own accumulate."""
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = _truth(pictures, CLASSES)
        coco.createIndex()
        judge = COCOeval(coco, coco.loadRes(_rows(found)), "bbox")
        judge.evaluate()
        judge.accumulate()
    return np.asarray(judge.eval["precision"][:, :, :, 0, 2].mean(axis=1))


def test_sums_are_those_of_pycocotools_and_a_picture_that_is_there_twice_counts_twice() -> None:
    pictures = [scene(seed, things=seed % 4, ignored=seed % 3 == 0) for seed in range(12)]
    found = [guesses(one, seed) for seed, one in enumerate(pictures)]
    whole, made = of_pycocotools(pictures, found), matched(pictures, found, CLASSES)
    weights = np.ones((2, len(pictures)))
    weights[1, 3:6], weights[1, 8:] = 2, 0
    again = [place for place, times in enumerate(weights[1].astype(int)) for _ in range(times)]
    twice = of_pycocotools([pictures[place] for place in again], [found[place] for place in again])
    for code, one in enumerate(made):
        ap = precision(one, weights)
        assert ap[:, 0] == pytest.approx(whole[:, code], abs=1e-9)
        assert ap[:, 1] == pytest.approx(twice[:, code], abs=0.02)  # equal scores of one picture twice: order is chance
        assert 0.01 < ap[0, 0] < 0.99


def test_what_maps_should_say_is_read_back_as_the_same_boxes() -> None:
    for seed in range(6):
        one = scene(seed)
        wanted = targets(one.boxes_px, one.codes, one.ignored_px, one.size_px, CLASSES)
        assert wanted.heat.shape == (CLASSES, *map_size(*one.size_px)) == (CLASSES, HEIGHT // STRIDE, WIDTH // STRIDE)
        assert (wanted.heat == 1).sum() == len(one.codes)
        assert wanted.weight.sum() == pytest.approx(len(one.codes))
        found = decoded(wanted.heat, wanted.sides_px, one.size_px)
        sure = found.scores > 0.999
        order, due = np.lexsort(found.boxes_px[sure].T), np.lexsort(one.boxes_px.T)
        assert found.boxes_px[sure][order] == pytest.approx(one.boxes_px[due], abs=1e-3)
        assert found.codes[sure][order].tolist() == one.codes[due].tolist()


def test_what_is_ignored_teaches_nothing_but_where_a_thing_is_too() -> None:
    boxes, codes = np.array([[40, 40, 40, 20]], dtype=np.float32), np.array([1])
    wanted = targets(boxes, codes, np.array([[0, 0, 60, 60]], dtype=np.float32), (200, 120), CLASSES)
    assert not wanted.counts[2, 2]
    assert wanted.counts[20, 40]
    row, column = (int(place[0]) for place in np.nonzero(wanted.heat[1] == 1))
    assert wanted.counts[row, column]
    assert not wanted.heat[0].any()


def test_boxes_of_a_window_are_about_what_is_painted_in_it() -> None:
    one = scene(4)
    for seed in range(40):
        seen = window(one, one.rgb, np.random.default_rng(seed))
        assert seen.rgb.shape == (WINDOW_PX[1], WINDOW_PX[0], 3)
        for (x, y, width, height), code in zip(seen.boxes_px.tolist(), seen.codes.tolist(), strict=True):
            left, top, right, bottom = (round(side) for side in (x, y, x + width, y + height))
            inner = seen.rgb[top + 3 : bottom - 3, left + 3 : right - 3].astype(float)
            grey = seen.rgb[seen.rgb[..., 0] > 0].mean()
            assert (inner.mean() > grey + 30) if code == 0 else (inner.mean() < grey - 30)
            rim = seen.rgb[max(top - 8, 0) : bottom + 8, max(left - 8, 0) : right + 8].astype(float)
            assert rim.std() > inner.std()  # the border is within the rim, and not within the box
        assert len(seen.codes)
        assert (seen.boxes_px[:, :2] >= 0).all()
        assert (seen.boxes_px[:, :2] + seen.boxes_px[:, 2:] <= np.array(WINDOW_PX) + 1e-3).all()


def test_small_things_crowds_and_other_classes_are_no_mistakes() -> None:
    rgb = np.full((100, 200, 3), 90, dtype=np.uint8)
    boxes = ((10.0, 10.0, 40.0, 20.0), (60.0, 10.0, 7.0, 20.0), (190.0, 50.0, 30.0, 30.0), (90.0, 50.0, 30.0, 30.0))
    one = Opened("a", "day", rgb, ("car", "car", "van", "tree"), boxes, ((0.0, 60.0, 50.0, 30.0),))
    made = shown(one, "a", 200, {"car": "car", "van": "car"}, ["bus", "car"])
    assert made is not None
    assert made.boxes_px.tolist() == [[10, 10, 40, 20], [190, 50, 10, 30]]
    assert made.codes.tolist() == [1, 1]
    assert made.ignored_px.tolist() == [[60, 10, 7, 20], [0, 60, 50, 30]]
    assert shown(Opened("b", problem="it is damaged"), "b", 200, {}, []) is None


def side(seeds: range) -> Side:
    pictures = tuple(scene(seed) for seed in seeds)
    cuts = [
        Cut(str(seed), str(seed), "day" if seed % 2 else "fog", ("a",), np.zeros((1, 1), np.float32),
            np.eye(len(seeds), dtype=np.float32)[place])
        for place, seed in enumerate(seeds)
    ]  # fmt: skip
    return Side(Crops("set", tuple(cuts), ()), pictures)


def test_a_set_that_teaches_all_adds_all_and_nobody_is_tested_on_what_was_shown() -> None:
    train, test = side(range(100, 120)), side(range(20))
    told: list[int] = []

    def learner(sides: Sequence[Sequence[Shown]], _: int, steps: int, seed: int) -> Callable[[Shown], Detections]:
        """Who has seen ours finds everything; who has seen two real pictures finds the half on the left."""
        known = {id(one) for part in sides for one in part}
        told.append(steps)
        assert 0 <= seed < 10

        def finds(one: Shown) -> Detections:
            assert id(one) not in known
            all_of_it = truth_of(one)
            if len(sides[0]):
                return all_of_it
            left = one.boxes_px[:, 0] < WIDTH / 2
            return Detections(all_of_it.boxes_px[left], all_of_it.scores[left], all_of_it.codes[left])

        return finds

    asked = Training(2, 7, (2, 500))
    found = detected(train, test, ["wide", "tall"], asked, learner)
    assert told == [7] * trainings(test.crops, train.crops, asked) == [7] * 50
    rows = {(row["few"], row["train"]): row["tested"] for row in found["setups"]}
    assert set(rows) == {(0, True), ("all", False), ("all", True), (2, False), (2, True)}
    assert {(row["set"], row["condition"]) for row in rows[0, True]} == {
        (which, condition) for which in ("test", "train") for condition in ("all", "day", "adverse", "fog")
    }
    assert all(row["ap50"] == row["ap"] == row["low"] == row["high"] == 1 for row in rows[0, True])
    half = rows[2, False][0]
    assert 0.4 < half["low"] < half["ap50"] < half["high"] < 0.9
    added = next(row for row in found["added"] if row["few"] == 2)["tested"][0]
    assert added["points"] == pytest.approx(100 * (1 - half["ap50"]))
    assert added["low"] < added["points"] < added["high"]
    json.dumps(found, allow_nan=False)


def test_the_learning_rate_rises_and_falls() -> None:
    rates = [rate_of(step, 100) for step in range(100)]
    assert max(rates) == rates[9] == rates[10] == 1
    assert rates == sorted(rates[:10]) + sorted(rates[10:], reverse=True)
    assert rates[-1] < 0.001
    assert rate_of(0, 1) == 1


def test_without_torch_one_sentence_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.setattr(learning, "installed", lambda: False)
    words = ["--train", tmp_path / "a.json", "--test", tmp_path / "b.json", "--detector", 1]
    answer = CliRunner().invoke(main, ["evaluate", *map(str, words)])
    assert answer.exit_code == 2
    assert "evaluate --detector: PyTorch is not installed: pip install 'longtail[detector]'" in answer.output


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Threads that wait for each other on a busy machine take minutes for what takes seconds."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@needs_torch
@pytest.mark.usefixtures("one_thread")
def test_it_learns_plain_things_and_the_same_again() -> None:
    from longtail.annotate.usefulness.detector.network import find

    shown_to = [[scene(seed) for seed in range(100, 116)]]
    network = learning.trained(shown_to, CLASSES, 40, 0)
    pictures = [scene(seed) for seed in range(8)]
    found = [find(network, one) for one in pictures]
    once = np.ones((1, len(pictures)))
    assert min(precision(one, once)[0, 0] for one in matched(pictures, found, CLASSES)) > 0.8
    few = [find(learning.trained(shown_to, CLASSES, 3, 5), pictures[0]) for _ in range(2)]
    assert np.array_equal(few[0].scores, few[1].scores)
    assert not np.array_equal(few[0].scores, find(learning.trained(shown_to, CLASSES, 3, 6), pictures[0]).scores)

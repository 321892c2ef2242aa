"""What `benchmarks/read_back.py` does around its readers, without them."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.shown import Shown
from longtail.annotate.labels.video import VideoFrame
from tests.annotate import scanned
from tests.annotate.pictures import info
from tests.annotate.stage import show, store

with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    import read_back
    from reading import checks, clouds
    from reading.registry import CHECKS, ITSELF
    from reading.truth import Truth


def test_every_format_is_read_by_somebody() -> None:
    assert {export.removeprefix("trained/") for _, export, _ in CHECKS.values()} == {*EXPORTERS, ITSELF}


def test_a_dataset_is_exported_whole_and_once_more_to_train_on(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    shown = [Shown(n // 2, "ab"[n % 2], clip_frame=0, video=VideoFrame(n + 1, 0)) for n in range(8)]
    frames = [dataclasses.replace(show(3)[n % 3], index=n, shown=shown[n]) for n in range(8)]
    store(tmp_path / "data", frames, info(8, outputs=(*info().outputs, "keypoints")))
    read_back.write_exports(Dataset.open(tmp_path / "data"), tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*EXPORTERS, "trained"}
    for folder in ("train", "val"):
        assert list((tmp_path / "out/trained/yolo/images" / folder).iterdir())


def test_one_scene_is_too_few_to_train_on(tmp_path: Path) -> None:
    store(tmp_path, show(1), info(1))
    with pytest.raises(DatasetError, match="expected scenes on both sides of a split, got 1; render more"):
        read_back._split(Dataset.open(tmp_path))


def test_checks_find_what_is_there_and_fail_where_it_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path / "data", show(3), info(3), rule=IgnoreRule.nothing())
    for name in ("coco", "bop"):
        export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS[name], tmp_path / name)
    wrong = tmp_path / "bop/train/000000/scene_gt.json"
    words = ["checks", str(tmp_path / "data"), str(tmp_path), str(tmp_path / "results"), "coco", "average_precision"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        checks.main()
    assert ended.value.code == 0
    lines = (tmp_path / "results").read_text().splitlines()
    assert "5 boxes and masks, IoU at least 1.000" in lines[0]
    assert "AP 1.000 (boxes), 1.000 (masks)" in lines[1]
    truth = Truth(tmp_path / "data")
    assert "poses" in CHECKS["bop"][2](truth, tmp_path / "bop")
    # Every pose 5 mm off, of which the boards, which have no thickness, tell.
    wrong.write_text(wrong.read_text().replace("20000.0", "20005.0"))
    with pytest.raises(AssertionError):
        CHECKS["bop"][2](truth, tmp_path / "bop")


def test_points_are_held_against_depth_and_masks(tmp_path: Path) -> None:
    """Known on paper: the sensor is where the camera is, so that every point is on what its pixel shows."""
    truth = Truth(scanned.clouds(tmp_path))
    places, points = clouds.ours(truth, "top", 1), truth.points("top", 1)
    agreement = clouds.Agreement()
    agreement.add(truth, "top", 1, places, points)
    agreement.hold()
    assert int(str(agreement)) > 100
    assert "0.00% of them before what its depth shows" in agreement.said()
    for spoilt_places, spoilt_points in (
        (places - [0, 0, 3], points),
        (places + [9, 0, 0], points),
        (places, np.roll(points, 40)),
    ):
        agreement = clouds.Agreement()
        agreement.add(truth, "top", 1, spoilt_places, spoilt_points)
        with pytest.raises(AssertionError):
            agreement.hold()


@pytest.mark.parametrize("name", ["npy", "bin", "pcd"])
def test_all_files_of_points_are_read(tmp_path: Path, name: str) -> None:
    truth = Truth(scanned.clouds(tmp_path, name))
    assert truth.sensors == ["top"]
    assert (truth.points("top", 1) == Dataset.open(tmp_path).read("lidar/top", 1)).all()
    assert truth.has(f"lidar/*/*.{name}")
    assert not truth.has("lidar/*/*.laz")


def test_the_table_is_in_the_order_of_the_formats() -> None:
    rows = [
        {"check": "b", "reader": "r", "version": "1", "format": "nuscenes", "failed": "E: no"},
        {"check": "a", "reader": "r", "version": "1", "format": "coco", "read": "all"},
    ]
    assert read_back.table(rows).splitlines()[2:] == ["| coco | r 1 | all |", "| nuscenes | r 1 | E: no |"]

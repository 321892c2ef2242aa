"""Frames in the terms of other libraries, by the rules that these document. Small stand-ins take the place of torch,
supervision, FiftyOne, pandas and Polars, which the tests do without; docs/python.md says which versions were tried.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import longtail
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.labels.instances import label
from longtail.annotate.labels.taxonomy import CATEGORIES, Taxonomy
from longtail.annotate.reading.classes import class_names, classes_of
from longtail.annotate.reading.for_torch import collate
from tests import snippets, stand_ins
from tests.annotate.stage import reseal
from tests.annotate.test_taxonomy import OLD


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return snippets.stage(tmp_path_factory.mktemp("adapters") / "out")


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_ins.torch(monkeypatch)


@pytest.mark.usefixtures("torch")
def test_samples_are_what_torchvisions_training_takes(root: Path) -> None:
    """Image and target as its tutorial on detection lists them."""
    frames = longtail.open(root)
    samples = frames.torch()
    assert len(samples) == len(frames)
    for made, (image, target) in zip(snippets.frames(), samples, strict=False):
        kept = [thing for thing in label(made).things if not thing.ignore]
        assert image.array.dtype == np.float32
        assert np.array_equal(np.rint(image.array * 255).astype(np.uint8), made.rgb.transpose(2, 0, 1))
        assert {key: value.array.dtype for key, value in target.items() if key != "image_id"} == {
            "boxes": np.float32, "labels": np.int64, "area": np.float32, "iscrowd": np.int64, "masks": np.uint8,
        }  # fmt: skip
        assert target["image_id"] == made.index + 1
        assert target["boxes"].array.shape == (len(kept), 4)
        names = [samples.classes[number] for number in target["labels"].array]
        assert names == [thing.category.name for thing in kept]
        assert not target["iscrowd"].array.any()
        for box, mask, area in zip(target["boxes"].array, target["masks"].array, target["area"].array, strict=True):
            rows, columns = np.nonzero(mask)
            assert box.tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            assert area == mask.sum()


@pytest.mark.usefixtures("torch")
def test_what_nobody_sees_is_a_crowd_to_evaluate_on(root: Path) -> None:
    frames = longtail.open(root)
    _, target = frames.torch(ignored=True, masks=False)[4]
    assert sorted(target["iscrowd"].array) == [0, 1, 1]
    assert "masks" not in target
    assert frames.torch()[4][1]["iscrowd"].array.tolist() == [0]


@pytest.mark.usefixtures("torch")
def test_a_transform_gets_both_and_samples_travel(root: Path) -> None:
    samples = pickle.loads(pickle.dumps(longtail.open(root).torch(_counted)))
    assert [samples[n] for n in range(3)] == [("image", 3), ("image", 1), ("image", 0)]
    assert collate([("a", {"n": 1}), ("b", {"n": 2})]) == (("a", "b"), ({"n": 1}, {"n": 2}))


def _counted(_: Any, target: dict[str, Any]) -> tuple[str, int]:
    return "image", len(target["labels"].array)


def test_classes_have_no_gaps_where_ids_have() -> None:
    info = longtail.open(OLD).info
    names = class_names(info.taxonomy)
    assert (names[:2], len(names)) == (("background", "person"), 21)
    ids = np.array([number for number, kind in info.taxonomy if kind.is_thing], dtype=np.int64)
    assert classes_of(ids, info.taxonomy).tolist() == list(range(1, 21))
    dense = Taxonomy.of([category.name for category in CATEGORIES], "sky")
    assert classes_of(np.array([1, 7, 40], dtype=np.int64), dense).tolist() == [1, 7, 40]


def test_detections_of_supervision(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """xyxy (N, 4), mask (N, H, W) bool, class_id (N,) int, data of N rows: what its constructor validates."""
    stand_ins.tables(monkeypatch)
    frame = longtail.open(root)[4]
    for ignored, count in ((False, 1), (True, 3)):
        found: Any = frame.supervision(ignored=ignored)
        assert (found["xyxy"].shape, found["mask"].shape) == ((count, 4), (count, 48, 64))
        assert (found["mask"].dtype, found["class_id"].dtype.kind) == (np.bool_, "i")
        assert all(len(values) == count for values in found["data"].values())
        names = class_names(frame.dataset.info.taxonomy)
        assert [names[number] for number in found["class_id"]] == found["data"]["class_name"].tolist()


class _Said(dict[str, Any]):
    """What FiftyOne's documents are here: their fields by name."""


class _Detection(_Said):
    def __init__(self, **fields: Any) -> None:
        assert "instance_id" not in fields, "a reserved keyword of FiftyOne's detections"
        super().__init__(**fields)


class _Dataset:
    def __init__(self, name: str | None) -> None:
        self.name = name
        self.samples: list[_Said] = []

    def add_samples(self, samples: list[_Said]) -> None:
        self.samples += samples


@pytest.fixture
def fiftyone(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("fiftyone")
    module.Sample, module.Detection, module.Detections = _Said, _Detection, _Said
    module.Dataset = _Dataset
    monkeypatch.setitem(sys.modules, "fiftyone", module)


@pytest.mark.usefixtures("fiftyone")
def test_samples_of_fiftyone(root: Path) -> None:
    """Boxes are [left, top, width, height] in shares of the picture, masks are of the box alone."""
    dataset = longtail.open(root)[:5].fiftyone("boards")
    assert (dataset.name, len(dataset.samples)) == ("boards", 5)
    for made, sample in zip(snippets.frames(), dataset.samples, strict=False):
        assert Path(sample["filepath"]).is_absolute()
        assert Path(sample["filepath"]).read_bytes() == (root / f"images/{made.index:06d}.png").read_bytes()
        assert (sample["frame"], sample["scene"]) == (made.index, made.shown.scene if made.shown else None)
        labels = label(made)
        kept = [thing for thing in labels.things if not thing.ignore]
        found = sample["ground_truth"]["detections"]
        assert [detection["label"] for detection in found] == [thing.category.name for thing in kept]
        for thing, detection in zip(kept, found, strict=True):
            x, y, width, height = np.array(detection["bounding_box"]) * (64, 48, 64, 48)
            assert (x, y, width, height) == pytest.approx(thing.bbox)
            left, top, across, down = thing.bbox
            owned = labels.instance[top : top + down, left : left + across] == thing.id
            assert np.array_equal(detection["mask"], owned)
            assert detection["object_id"] == thing.id
    assert "water_level_m" not in dataset.samples[0]
    assert dataset.samples[4]["water_level_m"] == -1.5


@pytest.mark.usefixtures("fiftyone")
def test_fiftyone_opens_files_and_no_tars(tmp_path: Path) -> None:
    loose = snippets.stage(tmp_path / "out")
    snippets.into_tars(loose)
    with pytest.raises(DatasetError, match=r"000000\.tar:000000\.images\.png: expected a picture that is a file"):
        longtail.open(loose).fiftyone()


def test_a_row_a_frame(root: Path) -> None:
    frames = longtail.open(root)
    table = frames.columns()
    assert {len(column) for column in table.values()} == {len(frames)}
    assert table["frame"] == [0, 1, 2, 3, 4, 5]
    assert table["count.person"] == [1, 0, 0, 5, 0, 0]
    assert table["count.ignored"] == [0, 1, 0, 0, 2, 0]
    assert table["scene"] == list(snippets.SCENES)
    assert table["rain_rate_mm_h"] == [None, None, None, None, 25.0, None]
    elevations = [frame.record.parameters["lighting.sun_elevation_deg"] for frame in frames]
    assert table["lighting.sun_elevation_deg"] == elevations
    assert all((root / path).exists() for path in table["path"])


def test_a_row_a_thing(root: Path) -> None:
    frames = longtail.open(root)
    table = frames.columns("instances")
    assert {len(column) for column in table.values()} == {sum(len(frame.instances) for frame in frames)}
    whole = [thing for made in snippets.frames() for thing in label(made).things]
    assert table["category"] == [thing.category.name for thing in whole]
    assert list(zip(table["x"], table["y"], table["width"], table["height"], strict=True)) == [t.bbox for t in whole]
    assert table["ignored"] == [thing.ignore for thing in whole]
    assert table["x_m"] == [thing.item.world_from_object.matrix[0, 3] for thing in whole]
    assert frames[2:3].columns("instances") == {}
    with pytest.raises(ConfigError, match="rows: expected frames or instances, got 'things'"):
        frames.columns("things")  # type: ignore[arg-type]


def test_rows_that_have_not_the_same_to_say(tmp_path: Path) -> None:
    """Parameters of a weather stand in the records of frames that have it alone."""
    copy = snippets.stage(tmp_path / "out")
    reseal(copy, 3, lambda record: record["parameters"].update({"weather.fog.visibility_m": 50.0}))
    assert longtail.open(copy).columns()["weather.fog.visibility_m"] == [None, None, None, 50.0, None, None]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_tables_of_other_libraries_are_made_of_columns(
    root: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    stand_ins.tables(monkeypatch)
    frames = longtail.open(root)
    assert getattr(frames, library)("instances") == {"made of": frames.columns("instances")}


def test_nothing_of_them_is_imported_before_it_is_used(root: Path) -> None:
    libraries = ["torch", "supervision", "fiftyone", "pandas", "polars", "bpy"]
    program = (
        "import sys, longtail, longtail.annotate.reading.for_torch, longtail.annotate.reading.for_fiftyone\n"
        f"frames = longtail.open({str(root)!r}); frames.torch(), frames.columns(), frames[0].instances.masks\n"
        f"print(sorted(set({libraries!r}) & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

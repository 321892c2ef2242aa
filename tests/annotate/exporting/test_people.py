"""Keypoints in the formats that have them: COCO's, by pycocotools' own evaluation, and Ultralytics'."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.merge import merge
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from longtail.annotate.labels.keypoints import MIRRORED, NAMES
from tests.annotate.figures import Stand, drawn
from tests.annotate.pictures import info
from tests.annotate.stage import store

SHOW = (
    (Stand("person/man-standing", 3.0, 0.5), Stand("person/woman-walking-dress", 3.5, -0.4, 60.0)),
    (Stand("rider/cyclist-city", 3.5, 0.0, 140.0), Stand("person/child-running", 4.0, 0.9, joints=False)),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("people")
    frames = [drawn(stands, None, index) for index, stands in enumerate(SHOW)]
    store(root, frames, info(2, outputs=("coco", "depth", "keypoints"), taxonomy=frames[0].taxonomy, assets=()))
    merge(root)
    return root


def exported(root: Path, name: str, place: Path) -> Path:
    export(Selection.of(Dataset.open(root), Splits(1, 0, 0)), EXPORTERS[name], place)
    return place


def evaluated(document: Path) -> COCOeval:
    truth = COCO(str(document))
    found = [
        {**{key: row[key] for key in ("image_id", "category_id", "keypoints")}, "score": 1.0}
        for row in truth.dataset["annotations"]
    ]
    run = COCOeval(truth, truth.loadRes(found), "keypoints")
    run.evaluate()
    run.accumulate()
    run.summarize()
    return run


def test_the_truth_has_an_average_precision_of_1(root: Path, tmp_path: Path) -> None:
    files = [exported(root, "coco-keypoints", tmp_path / "coco") / "evaluation/person_keypoints_train.json"]
    for document in [*files, root / "annotations/instances.json", root / "annotations/instances_all.json"]:
        run = evaluated(document)
        assert run.stats[0] == run.stats[5] == pytest.approx(1.0)


def test_half_a_height_off_is_worth_nothing(root: Path, tmp_path: Path) -> None:
    """So that a precision of 1 means something."""
    path = exported(root, "coco-keypoints", tmp_path / "coco") / "evaluation/person_keypoints_train.json"
    truth = COCO(str(path))
    found = [
        {"image_id": row["image_id"], "category_id": 1, "score": 1.0,
         "keypoints": (np.array(row["keypoints"]).reshape(17, 3) + (0, row["bbox"][3] / 2, 0)).ravel().tolist()}
        for row in truth.dataset["annotations"]
    ]  # fmt: skip
    run = COCOeval(truth, truth.loadRes(found), "keypoints")
    run.evaluate()
    run.accumulate()
    run.summarize()
    assert run.stats[0] < 0.1


def test_coco_has_one_category_and_counts_from_centres(root: Path, tmp_path: Path) -> None:
    document = json.loads(
        (exported(root, "coco-keypoints", tmp_path / "coco") / "annotations/person_keypoints_train.json").read_text()
    )
    [category] = document["categories"]
    assert (category["id"], category["name"], category["keypoints"]) == (1, "person", list(NAMES))
    assert len(category["skeleton"]) == 19
    assert [row["rider"] for row in document["annotations"]] == [0, 0, 1, 0]
    things = [thing for index in (0, 1) for thing in Dataset.open(root).record(index).instances]
    for row, thing in zip(document["annotations"], things, strict=True):
        ours = np.array(thing.keypoints)
        theirs = np.array(row["keypoints"]).reshape(17, 3)
        assert np.allclose(theirs, np.where(ours[:, 2:] > 0, ours - (0.5, 0.5, 0), 0))
        assert row["num_keypoints"] == np.count_nonzero(ours[:, 2])
    assert document["annotations"][3]["num_keypoints"] == 0


def test_ultralytics_lines_have_56_numbers(root: Path, tmp_path: Path) -> None:
    """A class, a box, and 17 of x, y and flag (https://docs.ultralytics.com/datasets/pose/)."""
    place = exported(root, "yolo-pose", tmp_path / "yolo")
    about = yaml.safe_load((place / "data.yaml").read_text())
    assert (about["kpt_shape"], about["flip_idx"], about["names"]) == ([17, 3], list(MIRRORED), {0: "person"})
    for index in (0, 1):
        lines = (place / f"labels/train/{index:06d}.txt").read_text().splitlines()
        things = Dataset.open(root).record(index).instances
        for line, thing in zip(lines, things, strict=True):
            number, *values = (float(value) for value in line.split())
            assert (number, len(values)) == (0, 4 + 51)
            joints = np.array(values[4:]).reshape(17, 3) * (120, 160, 1)
            assert np.allclose(joints, np.array(thing.keypoints), atol=1e-3)


@pytest.mark.parametrize("name", ["coco-keypoints", "yolo-pose"])
def test_a_dataset_without_keypoints_is_refused(tmp_path: Path, name: str) -> None:
    frame = drawn(SHOW[0], None, 0)
    store(tmp_path / "bare", [frame], info(1, outputs=("coco",), taxonomy=frame.taxonomy, assets=()))
    merge(tmp_path / "bare")
    with pytest.raises(DatasetError, match=rf"{name} needs the output keypoints, .* has coco\. Render with --set"):
        exported(tmp_path / "bare", name, tmp_path / "out")
    assert not (tmp_path / "out").exists()

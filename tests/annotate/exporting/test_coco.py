"""COCO's files of the traps, read by pycocotools: masks bit for bit, areas, and an average precision of 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import decode_panoptic
from longtail.annotate.exporters import coco_masks
from longtail.annotate.exporters.coco_masks import Counted
from longtail.annotate.exporters.coco_panoptic import one_crowd_each
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.thing_parts import parts_of
from longtail.annotate.exporters.write import export
from tests.annotate.exporting.conftest import Exports
from tests.annotate.exporting.traps import (
    EMPTY,
    GRID,
    MANY,
    MASKS,
    PIXEL,
    RING,
    SHAPES,
    SPACED,
    TWO_DISCS,
    UMLAUT,
)
from tests.annotate.flood import FLOOD, flooded
from tests.annotate.pictures import Board, info, picture, with_silhouettes
from tests.annotate.stage import SHOW, show, store

WAYS = ("coco", "coco-uncompressed", "coco-polygons")


@pytest.mark.parametrize("name", WAYS)
def test_every_mask_is_read_back(name: str, exported: Exports) -> None:
    coco = COCO(str(exported(name) / "annotations/instances_train.json"))
    assert sorted(coco.imgs) == [1, 2, 3, 4]
    assert {row["name"] for row in coco.cats.values()} == {"car", SPACED, UMLAUT}
    assert len(coco.getAnnIds(imgIds=[EMPTY + 1])) == 0
    assert len(coco.getAnnIds(imgIds=[MANY + 1])) == 300
    for frame, masks in MASKS.items():
        rows = {row["instance_id"]: row for row in coco.loadAnns(coco.getAnnIds(imgIds=[frame + 1]))}
        assert rows.keys() == masks.keys()
        for number, mask in masks.items():
            assert (coco.annToMask(rows[number]).astype(bool) == mask).all(), (frame, number)
            assert rows[number]["area"] == np.count_nonzero(mask)
            assert rows[number]["iscrowd"] == 0


def test_every_polygon_is_right_and_holes_are_joined_by_slits(exported: Exports) -> None:
    root = exported("coco-polygons")
    rows = {
        (row["image_id"] - 1, row["instance_id"]): row["segmentation"]
        for row in json.loads((root / "annotations/instances_train.json").read_bytes())["annotations"]
    }
    assert all(isinstance(value, list) for value in rows.values())
    assert rows[SHAPES, PIXEL] == [[70, 70, 71, 70, 71, 71, 70, 71]]
    assert [len(rows[SHAPES, number]) for number in (RING, GRID, TWO_DISCS)] == [1, 1, 2]
    # By the usual formula, too, the area of a polygon is that of its mask.
    for (frame, number), polygons in rows.items():
        areas = [cross(np.array(flat).reshape(-1, 2)) for flat in polygons]
        assert sum(areas) == np.count_nonzero(MASKS[frame][number])
    assert "All 310 masks are polygons" in (root / "README.md").read_text("utf-8")


def cross(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    x, y = points.T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def test_a_polygon_that_would_be_wrong_is_a_code(
    trapped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if slits were no good: rings and grids would be filled."""
    monkeypatch.setattr(coco_masks, "parts_of", lambda thing: [part[:1] for part in parts_of(thing)])
    export(Selection.of(Dataset.open(trapped), Splits(1, 0, 0)), EXPORTERS["coco-polygons"], tmp_path / "out")
    document = json.loads((tmp_path / "out/annotations/instances_train.json").read_bytes())
    codes = [row for row in document["annotations"] if isinstance(row["segmentation"], dict)]
    assert [(row["image_id"] - 1, row["instance_id"]) for row in codes] == [(SHAPES, RING), (SHAPES, GRID)]
    assert all(isinstance(row["segmentation"]["counts"], list) for row in codes)
    assert "308 of 310 masks are polygons (99.4 %)" in (tmp_path / "out/README.md").read_text("utf-8")


def test_a_share_of_less_than_all_is_never_said_to_be_all() -> None:
    assert Counted(10_000, 10_000).said().startswith("All 10,000 masks are polygons")
    assert "(99.9 %)" in Counted(9_999, 10_000).said()
    assert Counted(0, 0).said().startswith("All 0 masks")


def test_uncompressed_codes_are_what_training_code_hands_to_frpyobjects(exported: Exports) -> None:
    document = json.loads((exported("coco-uncompressed") / "annotations/instances_train.json").read_bytes())
    for row in document["annotations"]:
        height, width = row["segmentation"]["size"]
        code = coco_mask.frPyObjects(row["segmentation"], height, width)
        assert (coco_mask.decode(code) == MASKS[row["image_id"] - 1][row["instance_id"]]).all()


@pytest.mark.parametrize("kind", ["bbox", "segm"])
@pytest.mark.parametrize("name", WAYS)
def test_the_truth_has_an_average_precision_of_1(name: str, kind: str, exported: Exports) -> None:
    truth = COCO(str(exported(name) / "evaluation/instances_train.json"))
    found = [
        {**{key: row[key] for key in ("image_id", "category_id", "bbox")}, "score": 1.0, "segmentation": code}
        for row in truth.dataset["annotations"]
        for code in [truth.annToRLE(row)]
    ]
    run = COCOeval(truth, truth.loadRes(found), kind)
    run.params.maxDets = [1, 10, 300]
    run.evaluate()
    run.accumulate()
    # Over all sizes and categories that there are, with as many detections as there are things.
    precision = run.eval["precision"][..., 0, -1]
    assert precision[precision >= 0].min() == pytest.approx(1.0)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A flood in which fog hides two signs and a person, and a street without any of it."""
    root = tmp_path_factory.mktemp("crowded")
    foggy = flooded([*FLOOD, Board(4, "traffic sign", 52, 14, 6, 10, 5.0)])
    store(root / "data", [foggy, show(2)[1]], info(2, outputs=("coco", "panoptic")))
    selection = Selection.of(Dataset.open(root / "data"), Splits(1, 0, 0))
    export(selection, EXPORTERS["coco"], root / "coco")
    export(selection, EXPORTERS["coco-panoptic"], root / "panoptic")
    return root


def test_what_nobody_could_annotate_is_a_crowd_to_evaluate_on_and_not_there_to_train_on(crowded: Path) -> None:
    train, whole = (
        json.loads((crowded / f"coco/{folder}/instances_train.json").read_bytes())["annotations"]
        for folder in ("annotations", "evaluation")
    )
    ignored = [row for row in whole if row["iscrowd"]]
    assert ignored
    assert all(row["ignored_for"] for row in ignored)
    assert train == [row for row in whole if not row["iscrowd"]]
    assert [row["id"] for row in whole] == list(range(1, len(whole) + 1))


def test_panoptic_segments_are_the_pngs(exported: Exports) -> None:
    root = exported("coco-panoptic")
    document = json.loads((root / "annotations/panoptic_train.json").read_bytes())
    assert [row["file_name"] for row in document["images"]] == [f"{n:06d}.png" for n in range(4)]
    for row in document["annotations"]:
        ids = decode_panoptic((root / "annotations/panoptic_train" / row["file_name"]).read_bytes())
        found = {int(n): int(np.count_nonzero(ids == n)) for n in np.unique(ids) if n}
        assert found == {segment["id"]: segment["area"] for segment in row["segments_info"]}
        for number, mask in MASKS[row["image_id"] - 1].items():
            (segment,) = {int(n) for n in np.unique(ids[mask])}
            assert segment & 0xFFFF == number


def segment(number: int, category: int, area: int, bbox: list[int], crowd: int) -> dict[str, Any]:
    return {"id": number, "category_id": category, "area": area, "bbox": bbox, "iscrowd": crowd}


def test_a_category_has_one_crowd_as_panopticapi_keeps_no_more() -> None:
    rows = [
        segment(1, 7, 5, [0, 0, 5, 1], 1),
        segment(2, 7, 4, [9, 3, 2, 2], 0),
        segment(3, 7, 6, [8, 8, 2, 3], 1),
        segment(4, 8, 1, [1, 1, 1, 1], 1),
    ]
    segments, became = one_crowd_each(rows)
    assert became == {3: 1}
    assert segments == [segment(1, 7, 11, [0, 0, 10, 11], 1), rows[1], rows[3]]
    assert one_crowd_each(rows[1:2]) == (rows[1:2], {})


def test_pixels_of_joined_crowds_are_joined(crowded: Path) -> None:
    dataset = Dataset.open(crowded / "data")
    hidden = [thing.category.name for thing in dataset[0].instances if thing.ignore]
    assert hidden.count("traffic sign") == 2
    document = json.loads((crowded / "panoptic/annotations/panoptic_train.json").read_bytes())
    for row in document["annotations"]:
        ids = decode_panoptic((crowded / "panoptic/annotations/panoptic_train" / row["file_name"]).read_bytes())
        crowds = [segment["category_id"] for segment in row["segments_info"] if segment["iscrowd"]]
        assert len(crowds) == len(set(crowds)) == (2 if row["image_id"] == 1 else 0)
        areas = {int(n): int(np.count_nonzero(ids == n)) for n in np.unique(ids) if n}
        assert areas == {segment["id"]: segment["area"] for segment in row["segments_info"]}


def test_the_truth_has_a_panoptic_quality_of_1(exported: Exports, crowded: Path) -> None:
    panoptic = pytest.importorskip("hotcoco.panoptic")
    for root in (exported("coco-panoptic"), crowded / "panoptic"):
        file, folder = (str(root / f"annotations/panoptic_train{ending}") for ending in (".json", ""))
        found = panoptic.pq_compute(file, file, folder, folder)
        assert found["All"]["pq"] == pytest.approx(1.0)
        assert found["All"]["n"] > 2


@pytest.mark.parametrize("name", WAYS)
def test_detectron2_keeps_every_annotation(name: str, exported: Exports) -> None:
    """By the rules of `detectron2/data/datasets/coco.py`."""
    document = json.loads((exported(name) / "annotations/instances_train.json").read_bytes())
    sizes = {row["id"]: (row["height"], row["width"]) for row in document["images"]}
    assert len({row["id"] for row in document["annotations"]}) == len(document["annotations"])
    for row in document["annotations"]:
        assert row.get("ignore", 0) == 0
        segmentation = row["segmentation"]
        if isinstance(segmentation, dict):
            assert tuple(segmentation["size"]) == sizes[row["image_id"]]
        else:
            assert all(len(polygon) % 2 == 0 and len(polygon) >= 6 for polygon in segmentation)


@pytest.mark.parametrize("name", WAYS)
def test_mmdetection_keeps_every_annotation(name: str, exported: Exports) -> None:
    """By the rules of `mmdet/datasets/coco.py`."""
    document = json.loads((exported(name) / "annotations/instances_train.json").read_bytes())
    sizes = {row["id"]: (row["width"], row["height"]) for row in document["images"]}
    categories = {row["id"] for row in document["categories"]}
    for row in document["annotations"]:
        (x, y, width, height), (across, down) = row["bbox"], sizes[row["image_id"]]
        assert min(x + width, across) - max(x, 0) > 0 < min(y + height, down) - max(y, 0)
        assert row["area"] > 0
        assert min(width, height) >= 1
        assert row["category_id"] in categories


@pytest.mark.parametrize("name", WAYS)
def test_whole_silhouettes_come_along(name: str, tmp_path: Path) -> None:
    store(tmp_path / "data", [with_silhouettes(picture(SHOW[1]), SHOW[1])], info(1, outputs=("coco", "amodal")))
    dataset = Dataset.open(tmp_path / "data")
    export(Selection.of(dataset, Splits(1, 0, 0)), EXPORTERS[name], tmp_path / name)
    rows = json.loads((tmp_path / name / "annotations/instances_train.json").read_bytes())["annotations"]
    for row, thing in zip(rows, dataset.record(0).instances, strict=True):
        assert thing.amodal is not None
        assert thing.amodal.to_json().items() <= row.items()
        assert coco_mask.decode(row["amodal_segmentation"]).sum() == row["amodal_area"]

"""COCO and its kin: pycocotools, its faster twins, torchvision's reference training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

from reading.registry import check, quietly
from reading.truth import Truth, iou


def coco_of(root: Path) -> Any:
    from pycocotools.coco import COCO

    return quietly(lambda: COCO(str(root / "annotations/instances_train.json")))


def masks_of(coco: Any, truth: Truth, least: float) -> str:
    worst, count = 1.0, 0
    for frame in truth.frames:
        rows = coco.loadAnns(coco.getAnnIds(imgIds=[frame + 1]))
        known = {thing.number: thing for thing in truth.things(frame)}
        assert {row["instance_id"] for row in rows} == known.keys()
        for row in rows:
            thing = known[row["instance_id"]]
            assert tuple(row["bbox"]) == thing.box
            assert row["area"] == np.count_nonzero(thing.mask)
            assert coco.cats[row["category_id"]]["name"] == thing.name
            worst, count = min(worst, iou(coco.annToMask(row).astype(bool), thing.mask)), count + 1
    assert worst >= least, worst
    return f"{count} boxes and masks, IoU at least {worst:.3f}"


@check("pycocotools", "coco")
def coco(truth: Truth, root: Path) -> str:
    return masks_of(coco_of(root), truth, 1.0)


@check("pycocotools", "coco-uncompressed")
def coco_uncompressed(truth: Truth, root: Path) -> str:
    return masks_of(coco_of(root), truth, 1.0)


@check("pycocotools", "coco-polygons")
def coco_polygons(truth: Truth, root: Path) -> str:
    return masks_of(coco_of(root), truth, 0.99)


def detections(coco: Any) -> list[dict[str, Any]]:
    return [
        {"image_id": row["image_id"], "category_id": row["category_id"], "bbox": row["bbox"], "score": 1.0,
         "segmentation": coco.annToRLE(row)}
        for row in coco.dataset["annotations"] if not row["iscrowd"]
    ]  # fmt: skip


@check("pycocotools", "coco")
def average_precision(_: Truth, root: Path) -> str:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    whole = quietly(lambda: COCO(str(root / "evaluation/instances_train.json")))
    found = {}
    for kind in ("bbox", "segm"):
        run = quietly(lambda: COCOeval(whole, whole.loadRes(detections(whole)), kind))  # noqa: B023
        quietly(lambda: (run.evaluate(), run.accumulate(), run.summarize()))  # noqa: B023
        found[kind] = run.stats[0]
        assert abs(run.stats[0] - 1) < 1e-9, run.stats[0]
    return f"COCOeval of the truth against itself: AP {found['bbox']:.3f} (boxes), {found['segm']:.3f} (masks)"


@check("faster-coco-eval", "coco")
def faster_average_precision(_: Truth, root: Path) -> str:
    from faster_coco_eval import COCO, COCOeval_faster

    whole = quietly(lambda: COCO(str(root / "evaluation/instances_train.json")))
    run = quietly(lambda: COCOeval_faster(whole, whole.loadRes(detections(whole)), "segm"))
    quietly(lambda: (run.evaluate(), run.accumulate(), run.summarize()))
    assert abs(run.stats[0] - 1) < 1e-9, run.stats[0]
    return f"the truth against itself: AP {run.stats[0]:.3f}"


@check("hotcoco", "coco-panoptic")
def panoptic_quality(_: Truth, root: Path) -> str:
    from hotcoco.panoptic import pq_compute

    file, folder = (str(root / f"annotations/panoptic_train{end}") for end in (".json", ""))
    found = quietly(lambda: pq_compute(file, file, folder, folder))
    everything = found["All"]
    assert abs(everything["pq"] - 1) < 1e-9, found
    return f"panoptic quality of the truth against itself {everything['pq']:.3f}, {everything['n']} categories"


@check("torchvision", "coco-uncompressed")
def torchvision_reference(truth: Truth, root: Path) -> str:
    return reference(truth, root)


@check("torchvision", "coco-polygons")
def torchvision_reference_polygons(truth: Truth, root: Path) -> str:
    return reference(truth, root)


def reference(truth: Truth, root: Path) -> str:
    """As `convert_coco_poly_to_mask` of torchvision's reference training has it."""
    from torchvision.datasets import CocoDetection

    found = quietly(lambda: CocoDetection(str(root / "images/train"), str(root / "annotations/instances_train.json")))
    count, worst = 0, 1.0
    for picture, targets in found:
        for row in targets:
            codes = coco_mask.frPyObjects(row["segmentation"], picture.height, picture.width)
            decoded = coco_mask.decode(codes)
            mask = decoded if decoded.ndim == 2 else decoded.any(axis=2)
            known = {t.number: t for t in truth.things(row["image_id"] - 1)}[row["instance_id"]]
            worst, count = min(worst, iou(mask.astype(bool), known.mask)), count + 1
    assert worst >= 0.99
    return f"CocoDetection, and {count} masks as its reference training makes them, IoU at least {worst:.3f}"

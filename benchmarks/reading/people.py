"""Keypoints: pycocotools' evaluation, and Ultralytics' lines by their documented rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from reading.registry import check, close, quietly
from reading.truth import Truth


def _counts(row: dict[str, Any]) -> bool:
    """A detection of somebody who is left out may be taken for that of a neighbour, who counts."""
    return bool(row["num_keypoints"]) and not row["iscrowd"]


@check("pycocotools", "coco-keypoints")
def keypoint_precision(_: Truth, root: Path) -> str:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    whole = quietly(lambda: COCO(str(root / "evaluation/person_keypoints_train.json")))
    keys = ("image_id", "category_id", "keypoints")
    found = [{**{key: row[key] for key in keys}, "score": 1.0} for row in whole.dataset["annotations"] if _counts(row)]
    run = quietly(lambda: COCOeval(whole, whole.loadRes(found), "keypoints"))
    # COCO takes 20 people of a picture; streets have more.
    run.params.maxDets = [300]
    quietly(lambda: (run.evaluate(), run.accumulate()))
    precision = run.eval["precision"][..., 0, -1]
    counted = precision[precision >= 0]
    assert not counted.size or counted.min() > 1 - 1e-9, counted.min()
    return f"COCOeval of the truth against itself: AP {counted.mean():.3f} (keypoints), {len(found)} people"


@check("numpy", "yolo-pose")
def yolo_pose(truth: Truth, root: Path) -> str:
    """https://docs.ultralytics.com/datasets/pose/: a class, a box, and 17 of x, y and flag in shares of the picture."""
    count = 0
    for frame in truth.frames:
        record = truth.record(frame)
        size = np.array([record["image"]["width"], record["image"]["height"], 1.0])
        known = [row["keypoints"] for row in record["annotations"] if "keypoints" in row and not row["iscrowd"]]
        lines = (root / f"labels/train/{frame:06d}.txt").read_text().splitlines()
        found = [[float(word) for word in line.split()[5:]] for line in lines]
        assert all(len(row) == 51 for row in found)
        close([(np.array(row).reshape(17, 3) * size).ravel() for row in found], known, 0.01)
        count += len(known)
    return f"{count} people with 17 keypoints, by the documented rules"

"""Formats of trackers: MOTChallenge by motmetrics, KITTI's tracking by the same, YouTube-VIS by pycocotools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

from reading.registry import check, close
from reading.truth import Thing, Truth

Boxes = Mapping[int, tuple[float, float, float, float]]


@check("motmetrics", "mot")
def motmetrics_mot(truth: Truth, root: Path) -> str:
    import motmetrics

    kinds = {"person", "rider", "car", "van", "truck", "bus", "bicycle", "motorcycle"}
    scored = []
    for video, frames in videos(truth).items():
        table = motmetrics.io.loadtxt(str(root / f"train/{video:06d}/gt/gt.txt"), fmt="mot16", min_confidence=1)
        moments = []
        for place, frame in enumerate(frames, start=1):
            rows = table.loc[[place]] if place in table.index.get_level_values(0) else table.iloc[:0]
            things = [thing for thing in truth.things(frame) if thing.name in kinds]
            whole = boxes_of(truth, frame)
            # motmetrics takes off the 1 from which MOTChallenge counts.
            found = rows[["X", "Y", "Width", "Height"]].to_numpy().tolist()
            close(found, [whole[thing.number] for thing in things])
            numbers = rows.index.get_level_values(1).tolist()
            moments.append({number: tuple(box) for number, box in zip(numbers, found, strict=True)})
        scored.append(itself(moments))
    return summary(scored)


@check("motmetrics", "kitti-tracking")
def motmetrics_kitti(truth: Truth, root: Path) -> str:
    scored = []
    for video, frames in videos(truth).items():
        rows = [line.split() for line in (root / f"training/label_02/{video:04d}.txt").read_text().splitlines()]
        assert {len(row) for row in rows} <= {17}
        moments = []
        for place, frame in enumerate(frames):
            own = [row for row in rows if int(row[0]) == place and row[2] != "DontCare"]
            corners = {int(row[1]): tuple(map(float, row[6:10])) for row in own}
            things = list(truth.things(frame))
            close(corners.values(), [(x, y, x + w - 1, y + h - 1) for t in things for x, y, w, h in [t.box]])
            moments.append({n: (x, y, right - x + 1, low - y + 1) for n, (x, y, right, low) in corners.items()})
        scored.append(itself(moments))
    return summary(scored)


@check("pycocotools", "youtube-vis")
def pycocotools_youtube_vis(truth: Truth, root: Path) -> str:
    found = json.loads((root / "train/instances.json").read_bytes())
    shown = videos(truth)
    count = 0
    for row in found["annotations"]:
        frames = shown[row["video_id"]]
        for frame, code in zip(frames, row["segmentations"], strict=True):
            own = next((t for t in things_of(truth, frame) if t.number == row["instance_id"]), None)
            assert (own is None) == (code is None)
            if own is not None:
                mask = coco_mask.decode(coco_mask.frPyObjects(code, row["height"], row["width"])).astype(bool)
                assert np.array_equal(mask, own.mask)
                count += 1
    assert count == sum(len(things_of(truth, frame)) for frame in truth.frames)
    return f"{count} masks of {len(found['annotations'])} tracks in {len(found['videos'])} videos"


def videos(truth: Truth) -> dict[int, list[int]]:
    """The frames of each video."""
    found: dict[int, list[int]] = {}
    for frame in truth.frames:
        found.setdefault(truth.record(frame)["shown"]["video"]["id"], []).append(frame)
    return found


def things_of(truth: Truth, frame: int) -> list[Thing]:
    return list(truth.things(frame, ignored=True))


def boxes_of(truth: Truth, frame: int) -> dict[int, tuple[float, ...]]:
    """The boxes of whole things, and of what is seen where the dataset has no silhouettes."""
    rows = truth.record(frame)["annotations"]
    return {row["instance_id"]: tuple(row.get("amodal_bbox", row["bbox"])) for row in rows}


def itself(moments: Iterable[Boxes]) -> Any:
    """A video's boxes scored against themselves."""
    import motmetrics

    scores = motmetrics.MOTAccumulator(auto_id=True)
    for boxes in moments:
        rows = np.array(list(boxes.values())).reshape(-1, 4)
        scores.update(list(boxes), list(boxes), motmetrics.distances.iou_matrix(rows, rows, max_iou=0.5))
    return scores


def summary(scored: list[Any]) -> str:
    import motmetrics

    asked = ["num_objects", "mota", "idf1", "num_switches"]
    table = motmetrics.metrics.create().compute_many(scored, metrics=asked, generate_overall=True)
    total = table.loc["OVERALL"]
    assert (total["mota"], total["idf1"], total["num_switches"]) == (1, 1, 0), dict(total)
    count = int(total["num_objects"])
    return f"the truth against itself: MOTA {total['mota']:.3f}, IDF1 {total['idf1']:.3f}; {count} boxes"

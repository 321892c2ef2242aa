"""Ultralytics: its reader of labels, and five epochs of training."""

from __future__ import annotations

import tempfile
from pathlib import Path

from reading.registry import check
from reading.truth import Truth, iou


def train(root: Path, model: str) -> str:
    from ultralytics import YOLO

    with tempfile.TemporaryDirectory() as runs:
        run = YOLO(model)
        run.train(
            data=str(root / "data.yaml"), epochs=5, imgsz=160, batch=4, device="cpu", workers=0, amp=False, plots=False,
            pretrained=False, project=runs, name="run", exist_ok=True, verbose=False, cache=False,
        )  # fmt: skip
        results = list((Path(runs) / "run").glob("results.csv"))
        rows = results[0].read_text().strip().splitlines()
    assert len(rows) == 6
    return f"{model}: 5 epochs of {len(list((root / 'images/train').iterdir()))} pictures, without one edit"


@check("ultralytics", "trained/yolo")
def ultralytics_detect(_: Truth, root: Path) -> str:
    return train(root, "yolov8n.yaml")


@check("ultralytics", "trained/yolo-segment")
def ultralytics_segment(truth: Truth, root: Path) -> str:
    return f"{labels_of_ultralytics(truth, root)}; {train(root, 'yolov8n-seg.yaml')}"


@check("ultralytics", "trained/yolo-obb")
def ultralytics_obb(_: Truth, root: Path) -> str:
    return train(root, "yolov8n-obb.yaml")


def labels_of_ultralytics(truth: Truth, root: Path) -> str:
    """What its own reader of label files makes of them, filled by its own `polygon2mask`."""
    from ultralytics.data.utils import polygon2mask, verify_image_label

    count, good, worst = 0, 0, 1.0
    for path in sorted((root / "images").rglob("*.png")):
        label = str(path).replace("/images/", "/labels/").replace(".png", ".txt")
        found = verify_image_label((str(path), label, "", False, len(truth.classes), 0, 0, False))
        rows, (height, width), segments, broken = found[1], found[2], found[3], found[-2]
        assert not broken, found[-1]
        things = list(truth.things(int(path.stem)))
        for row, segment, thing in zip(rows, segments, things, strict=True):
            assert truth.classes[int(row[0])] == thing.name
            mask = polygon2mask((height, width), [(segment * (width, height)).ravel()]).astype(bool)
            overlap = iou(mask, thing.mask)
            worst, count, good = min(worst, overlap), count + 1, good + (overlap >= 0.99)
    return f"{good} of {count} masks with an IoU of 0.99 or more, none under {worst:.2f}"


@check("ultralytics", "coco-polygons")
def ultralytics_converter(truth: Truth, root: Path) -> str:
    """Its own converter of COCO, which walks annotations/ and knows polygons alone."""
    from ultralytics.data.converter import convert_coco

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        convert_coco(str(root / "annotations"), save_dir=str(made), use_segments=True, cls91to80=False)
        count = 0
        for frame in truth.frames:
            path = made / f"labels/train/{frame:06d}.txt"
            lines = path.read_text().splitlines() if path.exists() else []
            things = list(truth.things(frame))
            names = sorted(truth.classes[int(line.split()[0])] for line in lines)
            assert names == sorted(thing.name for thing in things), (frame, names)
            count += len(lines)
    return f"convert_coco: {count} polygons, by name"

"""What converts between formats: supervision, globox, labelformat, datumaro; and labelme's rules."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from reading.registry import check, close, quietly
from reading.truth import Truth, iou


@check("supervision", "coco")
def supervision_coco(truth: Truth, root: Path) -> str:
    import supervision

    dataset = supervision.DetectionDataset.from_coco(
        str(root / "images/train"), str(root / "annotations/instances_train.json"), force_masks=True
    )
    return detections_of(dataset, truth, masks=1.0)


@check("supervision", "yolo")
def supervision_yolo(truth: Truth, root: Path) -> str:
    import supervision

    dataset = supervision.DetectionDataset.from_yolo(
        str(root / "images/train"), str(root / "labels/train"), str(root / "data.yaml")
    )
    return detections_of(dataset, truth)


@check("supervision", "voc")
def supervision_voc(truth: Truth, root: Path) -> str:
    import supervision

    folder = root / "VOCdevkit/VOC2012"
    dataset = supervision.DetectionDataset.from_pascal_voc(str(folder / "JPEGImages"), str(folder / "Annotations"))
    return detections_of(dataset, truth, ignored=True)


def detections_of(dataset: Any, truth: Truth, masks: float = 0.0, *, ignored: bool = False) -> str:
    count = 0
    for path, _, found in dataset:
        things = list(truth.things(int(Path(path).stem), ignored=ignored))
        names = [(*map(float, box), dataset.classes[n]) for box, n in zip(found.xyxy, found.class_id, strict=True)]
        for kind in {thing.name for thing in things} | {name for *_, name in names}:
            close(
                [row[:4] for row in names if row[4] == kind],
                [(x, y, x + w, y + h) for t in things if t.name == kind for x, y, w, h in [t.box]],
                0.02,
            )
        if masks and things:
            total = sum(np.count_nonzero(mask) for mask in found.mask)
            assert total == sum(np.count_nonzero(thing.mask) for thing in things)
        count += len(things)
    assert len(dataset) == len(truth.frames)
    return f"{count} boxes{' and masks' if masks else ''}, by name"


@check("globox", "coco")
def globox_coco(truth: Truth, root: Path) -> str:
    import globox

    found = globox.AnnotationSet.from_coco(root / "annotations/instances_train.json")
    return boxes_of_globox(found, truth)


@check("globox", "voc")
def globox_voc(truth: Truth, root: Path) -> str:
    import globox

    found = globox.AnnotationSet.from_pascal_voc(root / "VOCdevkit/VOC2012/Annotations")
    return boxes_of_globox(found, truth, ignored=True, inclusive=True)


@check("globox", "labelme")
def globox_labelme(_: Truth, root: Path) -> str:
    import globox

    found = globox.AnnotationSet.from_labelme(root / "train", include_poly=True)
    return f"{sum(len(one.boxes) for one in found)} shapes of {len(found)} pictures"


def boxes_of_globox(found: Any, truth: Truth, *, ignored: bool = False, inclusive: bool = False) -> str:
    count = 0
    for one in found:
        things = list(truth.things(int(Path(one.image_id).stem), ignored=ignored))
        first = 1 if inclusive else 0
        boxes = [(x + first, y + first, x + w, y + h) for thing in things for x, y, w, h in [thing.box]]
        close([(b.xmin, b.ymin, b.xmax, b.ymax) for b in one.boxes], boxes)
        assert Counter(box.label for box in one.boxes) == Counter(thing.name for thing in things)
        count += len(things)
    return f"{count} boxes, by name"


@check("labelformat", "coco-polygons")
def labelformat_polygons(truth: Truth, root: Path) -> str:
    from labelformat.formats import COCOInstanceSegmentationInput

    found = COCOInstanceSegmentationInput(input_file=root / "annotations/instances_train.json")
    rows = list(found.get_labels())
    expected = sum(len(list(truth.things(frame))) for frame in truth.frames)
    assert sum(len(row.objects) for row in rows) == expected
    return f"{expected} polygons or masks"


@check("labelformat", "yolo")
def labelformat_yolo(truth: Truth, root: Path) -> str:
    from labelformat.formats import YOLOv8ObjectDetectionInput

    found = YOLOv8ObjectDetectionInput(input_file=root / "data.yaml", input_split="train")
    count = 0
    for row in found.get_labels():
        things = list(truth.things(int(Path(row.image.filename).stem)))
        boxes = [(o.box.xmin, o.box.ymin, o.box.xmax, o.box.ymax) for o in row.objects]
        close(boxes, [(x, y, x + w, y + h) for t in things for x, y, w, h in [t.box]], 0.02)
        count += len(boxes)
    return f"{count} boxes"


def through_datumaro(root: Path, kind: str) -> Any:
    from datumaro import Dataset

    return quietly(lambda: Dataset.import_from(str(root), kind))


def compare_datumaro(dataset: Any, truth: Truth, *, ignored: bool, kind: str = "mask") -> str:
    from datumaro import AnnotationType

    labels = dataset.categories()[AnnotationType.label]
    count = 0
    for item in dataset:
        things = list(truth.things(int(item.id.split("/")[-1]), ignored=ignored))
        found = [ann for ann in item.annotations if ann.type == AnnotationType[kind]]
        assert Counter(labels[ann.label].name for ann in found) == Counter(thing.name for thing in things)
        if kind == "mask":
            assert sorted(np.count_nonzero(ann.image) for ann in found) == sorted(
                np.count_nonzero(thing.mask) for thing in things
            )
        else:
            close([ann.get_bbox() for ann in found], [thing.box for thing in things], 1.0)
        count += len(things)
    assert len(dataset) == len(truth.frames)
    return f"{count} {'masks' if kind == 'mask' else 'boxes'}, by name"


@check("datumaro", "coco")
def datumaro_coco(truth: Truth, root: Path) -> str:
    return compare_datumaro(through_datumaro(root, "coco_instances"), truth, ignored=False)


@check("datumaro", "datumaro")
def datumaro_own(truth: Truth, root: Path) -> str:
    return compare_datumaro(through_datumaro(root, "datumaro"), truth, ignored=True)


@check("datumaro", "coco-panoptic")
def datumaro_panoptic(truth: Truth, root: Path) -> str:
    found = through_datumaro(root, "coco_panoptic")
    segments = sum(
        len({(row["category_id"], -1 if row["iscrowd"] else row["id"]) for row in truth.record(frame)["segments_info"]})
        for frame in truth.frames
    )
    assert sum(len(item.annotations) for item in found) == segments
    return f"{segments} segments"


@check("datumaro", "voc")
def datumaro_voc(truth: Truth, root: Path) -> str:
    found = through_datumaro(root / "VOCdevkit/VOC2012", "voc_detection")
    return compare_datumaro(found, truth, ignored=True, kind="bbox")


@check("datumaro", "cityscapes")
def datumaro_cityscapes(truth: Truth, root: Path) -> str:
    found = through_datumaro(root, "cityscapes")
    assert len(found) == len(truth.frames)
    return f"{sum(len(item.annotations) for item in found)} regions of {len(found)} pictures"


@check("datumaro", "yolo")
def datumaro_yolo(truth: Truth, root: Path) -> str:
    return compare_datumaro(through_datumaro(root, "yolo"), truth, ignored=False, kind="bbox")


@check("pillow", "labelme")
def labelme(truth: Truth, root: Path) -> str:
    """By the rules of `labelme/utils/shape.py`: labelme itself wants a desktop."""
    import base64

    count, worst = 0, 1.0
    for path in sorted((root / "train").glob("*.json")):
        about = json.loads(path.read_text())
        masks: dict[int, Any] = {}
        for shape in about["shapes"]:
            mask = masks.setdefault(shape["group_id"], np.zeros((about["imageHeight"], about["imageWidth"]), bool))
            if shape["shape_type"] == "mask":
                (x1, y1), (x2, y2) = np.asarray(shape["points"]).astype(int)
                part = np.array(Image.open(io.BytesIO(base64.b64decode(shape["mask"])))).astype(bool)
                mask[y1 : y2 + 1, x1 : x2 + 1] |= part
            else:
                picture = Image.new("L", mask.shape[::-1], 0)
                ImageDraw.Draw(picture).polygon([tuple(p) for p in shape["points"]], outline=1, fill=1)
                mask |= np.array(picture).astype(bool)
        for thing in truth.things(int(path.stem), ignored=True):
            worst, count = min(worst, iou(masks[thing.number], thing.mask)), count + 1
    assert worst >= 0.99, worst
    return f"{count} masks, filled by the rules of labelme's utils/shape.py: IoU at least {worst:.3f}"

"""Runs among the readers: reads every export with others' software, and holds it against the dataset.

    python checks.py DATASET EXPORTS RESULTS [NAME...]

EXPORTS has a folder for each format, all frames in `train`, or split. RESULTS gets a line of JSON for each check.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from pycocotools import mask as coco_mask
from truth import Truth, iou

Check = Callable[[Truth, Path], str]
CHECKS: dict[str, tuple[str, str, Check]] = {}
"""By name: the distribution that reads, the export that is read, and what reads it."""

_TASKS = ("detect", "segment", "obb")


def check(reader: str, export: str) -> Callable[[Check], Check]:
    def added(function: Check) -> Check:
        CHECKS[function.__name__] = (reader, export, function)
        return function

    return added


def close(found: Any, expected: Any, slack: float = 1e-3) -> None:
    """Sorted rows of numbers that are the same but for rounding."""
    one, other = (np.array(sorted(map(tuple, rows)), dtype=float) for rows in (found, expected))
    assert one.shape == other.shape, f"expected {other.shape}, got {one.shape}"
    assert not one.size or np.abs(one - other).max() <= slack, np.abs(one - other).max()


def quietly(what: Callable[[], Any]) -> Any:
    with contextlib.redirect_stdout(io.StringIO()):
        return what()


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


@check("cityscapesscripts", "cityscapes")
def cityscapes_polygons(truth: Truth, root: Path) -> str:
    from cityscapesscripts.helpers.annotation import Annotation
    from cityscapesscripts.helpers.labels import id2label
    from cityscapesscripts.preparation.json2labelImg import createLabelImage

    wrong = total = 0
    for path in sorted(root.rglob("*_polygons.json")):
        annotation = Annotation()
        annotation.fromJsonFile(str(path))
        stem = str(path).removesuffix("polygons.json")
        labels = np.array(Image.open(f"{stem}labelIds.png"))
        wrong += np.count_nonzero(np.array(createLabelImage(annotation, "ids")) != labels)
        total += labels.size
        train = np.vectorize(lambda n: id2label[n].trainId)(labels)
        assert (np.array(Image.open(f"{stem}labelTrainIds.png")) == train).all()
        colours = np.array([id2label[n].color if n in id2label else (0, 0, 0) for n in range(34)])
        assert (np.array(Image.open(f"{stem}color.png").convert("RGB")) == colours[labels]).all()
        frame = int(path.stem.split("_")[2])
        semantic = truth.picture("masks/semantic", frame)
        for row in truth.rows.values():
            if row["cityscapes_id"]:
                assert set(np.unique(labels[semantic == row["id"]])) <= {row["cityscapes_id"]}
    assert wrong == 0, f"{wrong} of {total}"
    return f"label ids, train ids and colours; polygons painted by json2labelImg: {wrong} of {total:,} pixels differ"


@check("cityscapesscripts", "cityscapes")
def cityscapes_evaluation(truth: Truth, root: Path) -> str:
    from cityscapesscripts.evaluation import evalPixelLevelSemanticLabeling as pixels  # noqa: N813
    from cityscapesscripts.evaluation.instance import Instance

    files = sorted(map(str, root.rglob("*_labelIds.png")))
    pixels.args.quiet, pixels.args.JSONOutput, pixels.args.evalInstLevelScore = True, False, True
    results = quietly(lambda: pixels.evaluateImgLists(files, files, pixels.args))
    score = results["averageScoreClasses"]
    assert abs(score - 1) < 1e-9, score
    count = 0
    for path in sorted(root.rglob("*_instanceIds.png")):
        ids = np.array(Image.open(path))
        frame = int(path.stem.split("_")[2])
        things = [thing for thing in truth.things(frame) if 24 <= cityscapes_id(truth, thing.name) <= 33]
        instances = [Instance(ids, int(n)) for n in np.unique(ids) if n >= 1000]
        found = sorted((one.labelID, one.pixelCount) for one in instances)
        expected = sorted((cityscapes_id(truth, t.name), int(np.count_nonzero(t.mask))) for t in things)
        assert found == expected, (found, expected)
        count += len(found)
    return f"its evaluation of the truth against itself: IoU {score:.3f}; {count} instances"


def cityscapes_id(truth: Truth, name: str) -> int:
    return next(int(row["cityscapes_id"]) for row in truth.rows.values() if row["name"] == name)


@check("torchvision", "cityscapes")
def torchvision_cityscapes(truth: Truth, root: Path) -> str:
    from torchvision.datasets import Cityscapes

    kinds = ["semantic", "instance", "color", "polygon"]
    found = Cityscapes(str(root), split="train", mode="fine", target_type=kinds)
    picture, (semantic, instance, _, polygons) = found[0]
    assert picture.size == semantic.size == instance.size == (polygons["imgWidth"], polygons["imgHeight"])
    assert len(found) == len(truth.frames)
    return f"{len(found)} pictures with all four targets"


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


@check("torchvision", "voc")
def torchvision_voc(truth: Truth, root: Path) -> str:
    from torchvision.datasets import VOCDetection, VOCSegmentation

    boxes = VOCDetection(str(root), year="2012", image_set="train")
    masks = VOCSegmentation(str(root), year="2012", image_set="train")
    count = 0
    for (picture, target), (_, classes) in zip(boxes, masks, strict=True):
        about = target["annotation"]
        frame = int(about["filename"].split(".")[0])
        found = [
            tuple(int(row["bndbox"][key]) for key in ("xmin", "ymin", "xmax", "ymax"))
            for row in about.get("object", [])
        ]
        things = list(truth.things(frame, ignored=True))
        close(found, [(x + 1, y + 1, x + w, y + h) for t in things for x, y, w, h in [t.box]])
        pixels = np.array(classes)
        for thing in things:
            expected = 255 if thing.ignored else truth.classes.index(thing.name) + 1
            assert (pixels[thing.mask] == expected).all()
        assert picture.size == classes.size
        count += len(found)
    return f"{count} boxes, and class masks of {len(masks)} pictures"


@check("torchvision", "kitti")
def torchvision_kitti(truth: Truth, root: Path) -> str:
    from torchvision.datasets import Kitti

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Kitti").mkdir()
        (Path(folder) / "Kitti/raw").symlink_to(root)
        found = Kitti(folder, train=True)
        count, worst = 0, 0.0
        for place, (_, targets) in enumerate(found):
            frame = int(Path(found.images[place]).stem)
            things = list(truth.things(frame))
            rows = [row for row in targets if row["type"] != "DontCare"]
            close(
                [row["bbox"] for row in rows], [(x, y, x + w - 1, y + h - 1) for t in things for x, y, w, h in [t.box]]
            )
            worst, count = max(worst, reprojected(root, truth, frame, rows)), count + len(rows)
        assert len(found) == len(truth.frames)
    assert worst < 0.02, worst
    return f"{count} boxes; those of upright things in 3D project through P2 to within {worst:.3f} px of ours"


def reprojected(root: Path, truth: Truth, frame: int, rows: list[dict[str, Any]]) -> float:
    """By how many pixels corners of KITTI's boxes miss those of our own, both projected by the paper's rules."""
    lines = dict(line.split(": ") for line in (root / f"training/calib/{frame:06d}.txt").read_text().splitlines())
    p2 = np.array(lines["P2"].split(), dtype=float).reshape(3, 4)
    record = truth.record(frame)
    objects = {item["id"]: item for item in record["objects"]}
    worst = 0.0
    for row, thing in zip(rows, truth.things(frame), strict=True):
        item = objects[thing.number]
        pose = np.array(item["world_from_object"])
        if pose[2, 2] < 0.999999:
            continue
        height, width, length = row["dimensions"]
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 0) for z in (-1, 1)])
        corners = signs * [length / 2, height, width / 2]
        cos, sin = np.cos(row["rotation_y"]), np.sin(row["rotation_y"])
        corners = corners @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]]).T + row["location"]
        ours = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 2 * item["box_size_m"]
        world = (ours + item["box_centre_m"]) @ pose[:3, :3].T + pose[:3, 3]
        one, other = through(p2, corners), through(projection(record), world)
        if (one[:, 2] > 0.5).all():
            distances = np.linalg.norm(one[:, None, :2] - other[None, :, :2], axis=-1)
            worst = max(worst, float(distances.min(axis=1).max()))
    return worst


def projection(record: dict[str, Any]) -> Any:
    """(3, 4) from the world to OpenCV's pixels, by the record."""
    camera = record["camera"]
    (fx, fy), (cx, cy) = camera["focal_px"], camera["principal_point_px"]
    k = np.array([[fx, 0, cx - 0.5], [0, fy, cy - 0.5], [0, 0, 1]])
    return k @ np.linalg.inv(np.array(camera["world_from_camera"]))[:3]


def through(matrix: Any, points: Any) -> Any:
    found = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.column_stack([found[:, :2] / found[:, 2:], found[:, 2]])


@check("nuscenes-devkit", "nuscenes")
def nuscenes(truth: Truth, root: Path) -> str:
    from nuscenes import NuScenes
    from nuscenes.utils.geometry_utils import BoxVisibility, view_points

    database = NuScenes(version="v1.0-train", dataroot=str(root), verbose=False)
    count, worst = 0, 0.0
    for row in database.sample_data:
        frame = int(Path(row["filename"]).stem)
        record = truth.record(frame)
        path, boxes, matrix = database.get_sample_data(row["token"], box_vis_level=BoxVisibility.NONE)
        assert Image.open(path).size == (row["width"], row["height"])
        matrices = projection(record)
        for box in boxes:
            corners = box.corners()
            if (corners[2] < 0.5).any():
                continue
            found = view_points(corners, matrix, normalize=True)[:2].T
            middles = [np.array(item["box_centre_world_m"]) for item in record["objects"]]
            world = database.get("sample_annotation", box.token)["translation"]
            item = record["objects"][int(np.argmin([np.linalg.norm(m - world) for m in middles]))]
            pose = np.array(item["world_from_object"])
            ours = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 2 * item["box_size_m"]
            expected = through(matrices, (ours + item["box_centre_m"]) @ pose[:3, :3].T + pose[:3, 3])[:, :2]
            distances = np.linalg.norm(found[:, None] - expected[None], axis=-1)
            worst, count = max(worst, float(distances.min(axis=1).max())), count + 1
    assert worst < 0.02, worst
    return (
        f"{len(database.sample_data)} pictures, {len(database.sample_annotation)} annotations; {count} boxes project "
        f"to within {worst:.3f} px of ours"
    )


@check("mmengine", "mmdetection")
def mmdetection(truth: Truth, root: Path) -> str:
    from mmengine.dataset import BaseDataset

    found = BaseDataset(
        ann_file="annotations/train.json", data_root=str(root), data_prefix={"img_path": "images/train"}
    )
    count = 0
    for place in range(len(found)):
        one = found.get_data_info(place)
        assert Path(one["img_path"]).exists()
        things = list(truth.things(one["img_id"] - 1, ignored=True))
        close(
            [row["bbox"] for row in one["instances"]],
            [(x, y, x + w, y + h) for t in things for x, y, w, h in [t.box]],
        )
        names = [found.metainfo["classes"][row["bbox_label"]] for row in one["instances"]]
        assert Counter(names) == Counter(thing.name for thing in things)
        assert sum(row["ignore_flag"] for row in one["instances"]) == sum(thing.ignored for thing in things)
        count += len(things)
    return f"BaseDataset: {count} instances of {len(found)} pictures"


def rows_of_hub(truth: Truth, root: Path) -> Any:
    from datasets import load_dataset

    with tempfile.TemporaryDirectory() as cache:
        found = quietly(lambda: load_dataset(str(root), split="train", cache_dir=cache))
        names = found.features["objects"]["category"].feature.names
        for row in found:
            things = list(truth.things(row["image_id"] - 1, ignored=True))
            close(row["objects"]["bbox"], [thing.box for thing in things])
            found_names = [names[n] for n in row["objects"]["category"]]
            assert Counter(found_names) == Counter(thing.name for thing in things)
            yield row


@check("datasets", "huggingface")
def huggingface(truth: Truth, root: Path) -> str:
    rows = [row["image"].size for row in rows_of_hub(truth, root)]
    assert len(rows) == len(truth.frames)
    return f"load_dataset: {len(rows)} pictures with typed columns"


@check("datasets", "huggingface-parquet")
def huggingface_parquet(truth: Truth, root: Path) -> str:
    count = 0
    for row in rows_of_hub(truth, root):
        frame = row["image_id"] - 1
        assert (np.array(row["instance"]) == truth.picture("masks/instance", frame)).all()
        assert (np.array(row["depth"]) == truth.picture("depth", frame)).all()
        count += 1
    assert count == len(truth.frames)
    return f"load_dataset: {count} pictures with instance masks and 16-bit depth, pixel by pixel"


@check("webdataset", "webdataset")
def webdataset(truth: Truth, root: Path) -> str:
    import webdataset as tars

    count = 0
    for sample in tars.WebDataset(sorted(map(str, root.glob("train-*.tar"))), shardshuffle=False):
        frame = int(sample["__key__"])
        depth = np.array(Image.open(io.BytesIO(sample["depth.png16"])))
        assert (depth == truth.picture("depth", frame)).all()
        about = json.loads(sample["json"])
        close(about["objects"]["bbox"], [thing.box for thing in truth.things(frame, ignored=True)])
        count += 1
    assert count == len(truth.frames)
    return f"{count} samples with boxes and 16-bit depth, pixel by pixel"


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


@check("numpy", "bop")
def bop(truth: Truth, root: Path) -> str:
    """By the rules of bop_toolkit's docs/bop_datasets_format.md: it is on no index."""
    count, worst = 0, 0.0
    for scene in sorted((root / "train").iterdir()):
        cameras, poses, infos = (
            json.loads((scene / f"scene_{name}.json").read_text()) for name in ("camera", "gt", "gt_info")
        )
        models = json.loads((root / "models/models_info.json").read_text())
        for key, camera in cameras.items():
            frame = int(key)
            k = np.array(camera["cam_K"]).reshape(3, 3)
            depth = np.array(Image.open(scene / f"depth/{frame:06d}.png")) * camera["depth_scale"] / 1000
            owners, record = truth.picture("masks/instance", frame), truth.record(frame)
            for place, (pose, info) in enumerate(zip(poses[key], infos[key], strict=True)):
                mask = np.array(Image.open(scene / f"mask_visib/{frame:06d}_{place:06d}.png")) > 0
                assert np.count_nonzero(mask) == info["px_count_visib"]
                if not mask.any():
                    continue
                (number,) = np.unique(owners[mask]).tolist()
                (item,) = [item for item in record["objects"] if item["id"] == number]
                rotation = np.array(pose["cam_R_m2c"]).reshape(3, 3)
                model = models[str(pose["obj_id"])]
                assert model["name"] == item["asset"]
                # Every seen pixel, put into the model's frame by its depth, lies in the model's box.
                rows, columns = np.nonzero(mask & (depth > 0))
                z = depth[rows, columns]
                seen = np.linalg.inv(k) @ np.stack([columns, rows, np.ones_like(rows)]) * z
                inside = rotation.T @ (seen * 1000 - np.array(pose["cam_t_m2c"])[:, None])
                half = np.array(item["box_size_m"]) * 500
                step = 1000 * (1 / 512 + 2e-6 * z)  # half a step of the depth PNG
                beyond = (np.abs(inside) - half[:, None] - step).max() if z.size else 0.0
                worst, count = max(worst, float(beyond)), count + 1
    assert worst < 2.0, worst
    return f"{count} poses: by its depth, every seen pixel lies in its model's box, or {worst:.1f} mm from it at most"


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


@check("ultralytics", "yolo")
def ultralytics_detect(_: Truth, root: Path) -> str:
    return train(root, "yolov8n.yaml")


@check("ultralytics", "yolo-segment")
def ultralytics_segment(truth: Truth, root: Path) -> str:
    return f"{labels_of_ultralytics(truth, root)}; {train(root, 'yolov8n-seg.yaml')}"


@check("ultralytics", "yolo-obb")
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


def main() -> None:
    truth, exports, results, *names = Truth(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:]
    os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")
    failed = False
    with results.open("w") as file:
        for name, (reader, export, function) in CHECKS.items():
            if names and name not in names:
                continue
            row = {"check": name, "reader": reader, "version": version(reader), "format": export}
            try:
                row["read"] = function(truth, exports / export)
            except Exception as error:
                row["failed"] = f"{type(error).__name__}: {error}"[:500]
                failed = True
                if names:
                    raise
            file.write(json.dumps(row) + "\n")
            file.flush()
    sys.exit(int(failed))


if __name__ == "__main__":
    main()

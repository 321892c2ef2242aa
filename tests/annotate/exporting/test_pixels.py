"""Masks and boxes of the traps in formats that paint them otherwise than COCO, read by the formats' own rules."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
import yaml
from PIL import Image, ImageDraw

from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.cityscapes import LABELS
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.turned_box import turned_box
from longtail.annotate.exporters.write import export
from longtail.annotate.labels.outlines import outlines
from tests.annotate.exporting.conftest import Exports
from tests.annotate.exporting.traps import (
    BORDER,
    EMPTY,
    FOUR_PIXELS,
    HEIGHT,
    LARGE,
    LINE,
    MANY,
    MASKS,
    SHAPES,
    SPACED,
    TWO_DISCS,
    UMLAUT,
    WIDTH,
    Mask,
    traps,
)
from tests.annotate.flood import flooded
from tests.annotate.pictures import info
from tests.annotate.stage import show, store

NAMES = {SHAPES: "car", LARGE: UMLAUT, MANY: SPACED}


def iou(one: Mask, other: Mask) -> float:
    return np.count_nonzero(one & other) / max(np.count_nonzero(one | other), 1)


def rows_of(root: Path, frame: int) -> list[list[float]]:
    text = (root / f"labels/train/{frame:06d}.txt").read_text("ascii")
    return [[float(word) for word in line.split()] for line in text.splitlines()]


def test_ultralytics_gets_masks_back_as_it_fills_them(exported: Exports) -> None:
    root = exported("yolo-segment")
    names = yaml.safe_load((root / "data.yaml").read_text("utf-8"))["names"]
    assert names == {0: "car", 1: SPACED, 2: UMLAUT}
    assert rows_of(root, EMPTY) == []
    spoiled = []
    for frame, masks in MASKS.items():
        for (number, mask), (kind, *shares) in zip(sorted(masks.items()), rows_of(root, frame), strict=True):
            assert names[int(kind)] == NAMES[frame]
            # As its loader and `polygon2mask` have it: in 32 bits, times the size, cut to whole numbers, filled.
            points = np.array(shares, dtype=np.float32).reshape(-1, 2) * np.array([WIDTH, HEIGHT], dtype=np.float32)
            back = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
            cv2.fillPoly(back, [points.astype(np.int32)], (1,))
            if iou(back.astype(np.bool_), mask) < 0.99:
                spoiled.append((frame, number))
            box = np.array([points.min(axis=0), points.max(axis=0)]).ravel()
            rows, columns = np.nonzero(mask)
            expected = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            assert box == pytest.approx(expected, abs=0.03)
    # What lies apart is joined by lines, which weigh where things are small.
    assert spoiled == [(SHAPES, TWO_DISCS), (SHAPES, FOUR_PIXELS)]
    assert "308 of 310 masks come back" in (root / "README.md").read_text("utf-8")


def test_turned_boxes_are_tight_and_in_the_picture(exported: Exports) -> None:
    root = exported("yolo-obb")
    for frame, masks in MASKS.items():
        for (_, mask), (_, *shares) in zip(sorted(masks.items()), rows_of(root, frame), strict=True):
            corners = np.array(shares).reshape(4, 2)
            assert corners.min() >= 0
            assert corners.max() <= 1
            hull = cv2.convexHull((corners * [WIDTH, HEIGHT]).astype(np.float32))
            rows, columns = np.nonzero(mask)
            far = [cv2.pointPolygonTest(hull, (x + 0.5, y + 0.5), True) for x, y in zip(columns, rows, strict=True)]
            # The centre of each pixel lies inside, half a pixel from the side or more, but for what is turned.
            assert min(far) > 0.3


def test_a_turned_box_is_known_on_paper() -> None:
    square = np.zeros((80, 80), dtype=np.uint8)
    cv2.fillPoly(square, [np.array([[40, 10], [70, 40], [40, 70], [10, 40]])], (1,))
    box = turned_box(outlines(square.astype(np.bool_)), (80, 80))
    # A square on its corner, with diagonals of 61 pixels: its turned box has half the area of the upright one.
    area = cv2.contourArea(box.astype(np.float32))
    assert area == pytest.approx(61**2 / 2, rel=0.05)
    # In a picture that ends where the thing does, no turned box fits but the upright one.
    tight = turned_box(outlines(square[10:71, 10:71].astype(np.bool_)), (61, 61))
    assert cv2.contourArea(tight.astype(np.float32)) == pytest.approx(61**2)


def painted(path: Path) -> Mask:
    """Polygons as Cityscapes' json2labelImg.py paints them."""
    about = json.loads(path.read_text("utf-8"))
    numbers = {label.name: number for number, label in LABELS.items()}
    picture = Image.new("L", (about["imgWidth"], about["imgHeight"]), 0)
    for item in about["objects"]:
        name = item["label"] if item["label"] in numbers else item["label"].removesuffix("group")
        ImageDraw.Draw(picture).polygon([tuple(point) for point in item["polygon"]], fill=numbers[name])
    return np.array(picture)


def test_cityscapes_polygons_paint_the_label_ids(exported: Exports) -> None:
    root = exported("cityscapes") / "gtFine/train/longtail"
    for frame, masks in MASKS.items():
        stem = f"longtail_{frame:06d}_{frame:06d}_gtFine"
        labels = np.array(Image.open(root / f"{stem}_labelIds.png"))
        assert (painted(root / f"{stem}_polygons.json") == labels).all()
        expected = {SHAPES: 26, LARGE: 27, MANY: 19}
        for mask in masks.values():
            assert (labels[mask] == expected[frame]).all()
        seen = np.any(list(masks.values()), axis=0) if masks else np.zeros_like(labels, dtype=np.bool_)
        assert (labels[~seen] == 23).all()
        train = np.array(Image.open(root / f"{stem}_labelTrainIds.png"))
        assert {LABELS[int(n)].train_id for n in np.unique(labels)} == set(np.unique(train).tolist())
        colours = np.array(Image.open(root / f"{stem}_color.png"))
        assert (colours[~seen] == LABELS[23].rgb).all()
        instances = np.array(Image.open(root / f"{stem}_instanceIds.png"))
        if frame == MANY:  # signs have no instances there
            assert set(np.unique(instances)) == {19, 23}
        elif frame in expected:
            found = {int(np.unique(instances[mask])[0]) for mask in masks.values()}
            assert found == {expected[frame] * 1000 + n for n in range(len(masks))}


def test_cityscapes_has_groups_for_what_is_ignored_and_no_label_for_what_it_does_not_know(tmp_path: Path) -> None:
    store(tmp_path / "data", [flooded()], info(1))
    export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS["cityscapes"], tmp_path / "out")
    root = tmp_path / "out/gtFine/train/longtail"
    about = json.loads((root / "longtail_000000_000000_gtFine_polygons.json").read_bytes())
    labels = Counter(item["label"] for item in about["objects"])
    assert labels["persongroup"] == 1
    assert labels["person"] == 0
    assert labels["car"] >= 1
    # Water and signs: the one has no label of Cityscapes, the others no instances.
    assert labels["static"] >= 1
    assert "traffic signgroup" not in labels
    ids = np.array(Image.open(root / "longtail_000000_000000_gtFine_instanceIds.png"))
    assert {24, 26000} <= set(np.unique(ids).tolist())
    assert "Cityscapes has no label for dog, tornado, traffic cone, water" in (tmp_path / "out/README.md").read_text()


def test_voc_counts_from_1_and_has_masks(exported: Exports) -> None:
    root = exported("voc") / "VOCdevkit/VOC2012"
    for frame, masks in MASKS.items():
        about = ElementTree.parse(root / f"Annotations/{frame:06d}.xml").getroot()
        assert about.findtext("filename") == f"{frame:06d}.jpg"
        with Image.open(root / f"JPEGImages/{frame:06d}.jpg") as picture:
            assert (picture.format, picture.size) == ("JPEG", (WIDTH, HEIGHT))
        boxes = []
        for item in about.iter("object"):
            assert item.findtext("name") == NAMES[frame]
            boxes.append([int(item.findtext(f"bndbox/{key}") or 0) for key in ("xmin", "ymin", "xmax", "ymax")])
        rows = [np.nonzero(mask) for _, mask in sorted(masks.items())]
        assert boxes == [[x.min() + 1, y.min() + 1, x.max() + 1, y.max() + 1] for y, x in rows]
        classes = np.array(Image.open(root / f"SegmentationClass/{frame:06d}.png"))
        objects = np.array(Image.open(root / f"SegmentationObject/{frame:06d}.png"))
        for place, (_, mask) in enumerate(sorted(masks.items()), start=1):
            assert (classes[mask] == {SHAPES: 1, LARGE: 3, MANY: 2}[frame]).all()
            assert (objects[mask] == min(place, 255)).all()
    assert (root / f"ImageSets/Main/{SPACED}_train.txt").read_text("ascii").split()[4:6] == [f"{MANY:06d}", "1"]
    said = "More than 254 things: in 1 picture the object masks have the others as void"
    assert said in (exported("voc") / "README.md").read_text("utf-8")


def test_voc_calls_difficult_what_nobody_could_annotate(tmp_path: Path) -> None:
    store(tmp_path / "data", [flooded()], info(1))
    export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS["voc"], tmp_path / "out")
    about = ElementTree.parse(tmp_path / "out/VOCdevkit/VOC2012/Annotations/000000.xml").getroot()
    difficult = {item.findtext("name"): item.findtext("difficult") for item in about.iter("object")}
    assert difficult == {"car": "0", "person": "1", "traffic sign": "1"}
    classes = np.array(Image.open(tmp_path / "out/VOCdevkit/VOC2012/SegmentationClass/000000.png"))
    assert 255 in classes


def labelme_mask(shapes: list[dict[str, Any]]) -> Mask:
    """As `labelme/utils/shape.py` makes it."""
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    for shape in shapes:
        assert shape["shape_type"] == "polygon"
        drawn = Image.new("L", (WIDTH, HEIGHT))
        ImageDraw.Draw(drawn).polygon([tuple(point) for point in shape["points"]], outline=1, fill=1)
        mask |= np.array(drawn).astype(np.bool_)
    return mask


def test_labelme_gets_every_mask_back(exported: Exports) -> None:
    root = exported("labelme") / "train"
    for frame, masks in MASKS.items():
        about = json.loads((root / f"{frame:06d}.json").read_bytes())
        assert (root / about["imagePath"]).exists()
        shapes: dict[int, list[dict[str, Any]]] = {}
        for shape in about["shapes"]:
            assert shape["label"] == NAMES[frame]
            shapes.setdefault(shape["group_id"], []).append(shape)
        assert shapes.keys() == masks.keys()
        for number, mask in masks.items():
            assert (labelme_mask(shapes[number]) == mask).all()
    assert UMLAUT in (root.parent / "labels.txt").read_text("utf-8").splitlines()


def test_jpegs_become_pngs_where_a_format_has_no_others(tmp_path: Path) -> None:
    root = traps(tmp_path / "data", "jpg")
    for name, place in (
        ("kitti", "training/image_2/000001.png"),
        ("cityscapes", "leftImg8bit/train/longtail/longtail_000001_000001_leftImg8bit.png"),
        ("voc", "VOCdevkit/VOC2012/JPEGImages/000001.jpg"),
        ("bop", "train/000000/rgb/000001.jpg"),
    ):
        export(Selection.of(Dataset.open(root), Splits(1, 0, 0)), EXPORTERS[name], tmp_path / name)
        with Image.open(tmp_path / name / place) as picture:
            assert picture.format == ("PNG" if place.endswith("png") else "JPEG")
        taken = (tmp_path / name / place).read_bytes() == (root / "images/000001.jpg").read_bytes()
        assert taken is place.endswith("jpg")


@pytest.mark.parametrize(
    ("name", "missing"),
    [("coco-panoptic", "panoptic"), ("cityscapes", "semantic"), ("bop", "depth"), ("voc", "instance")],
)
def test_a_layer_that_a_format_needs_is_asked_for_before_anything_is_written(
    name: str, missing: str, tmp_path: Path
) -> None:
    outputs = [output for output in ("instance", "panoptic", "semantic", "depth") if output != missing]
    store(tmp_path / "data", show(1), info(1, outputs=tuple(outputs)))
    with pytest.raises(DatasetError, match=rf"{name} needs the .*{missing}, which this dataset does not have"):
        export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS[name], tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_the_line_and_the_border_keep_their_pixels(exported: Exports) -> None:
    rows = rows_of(exported("yolo"), SHAPES)
    numbers = sorted(MASKS[SHAPES])
    sides = {n: np.array(row[1:]) * [WIDTH, HEIGHT, WIDTH, HEIGHT] for n, row in zip(numbers, rows, strict=True)}
    assert sides[LINE] == pytest.approx([35.5, 70.5, 51, 1], abs=1e-3)
    assert sides[BORDER] == pytest.approx([5.5, 110.5, 11, 41], abs=1e-3)

"""Cityscapes and VOC, by Cityscapes' own scripts and torchvision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from reading.registry import check, close, quietly
from reading.truth import Truth


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

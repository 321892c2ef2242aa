"""From a config to a trained detector of cars, on a CPU, with nothing but what Longtail itself installs.

Run it as a script (`python examples/train_detector.py`), or cell by cell where `# %%` marks cells. It renders 60 small
frames, which takes most of its time, decides which scenes are to train on, fits a detector of 2005 to them (histograms
of oriented gradients and a linear support vector machine: Dalal and Triggs, CVPR 2005), and scores it on scenes that it
has not seen, with COCO's own evaluation. The path is what it shows; in the place of the detector goes yours.

Rendering took 374 CPU seconds, all else 5; AP at IoU 0.5 was 0.26. Six cars in ten are smaller than its window.
"""

# %% What to render: any config, as YAML would have it.
import os
from pathlib import Path

import cv2
import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

import longtail

OUT = Path(os.environ.get("OUT", "cars"))
CONFIG = {
    "scenario": "street",
    "seed": 21,
    "frames": int(os.environ.get("FRAMES", "60")),
    "camera": {"size_px": [480, 270], "horizontal_fov_deg": {"uniform": [45, 60]}},
    "weather": {"choice": {"clear": 2, "clouds": 2, "overcast": 1}},
    "lighting": {"sun_elevation_deg": {"uniform": [5, 60]}},
    "objects": {"vehicle": {"count": {"integers": [6, 12]}}},
    "render": {"samples": 8},
    "outputs": ["coco"],
}
CLASS, WINDOW, LEAST_PX = "car", (48, 32), 24
CHANCE = np.random.default_rng(0)

# %% Render it. The same call again goes on where it stopped, and opens what is there.
frames = longtail.render(CONFIG, OUT, device="cpu")

# %% Which frames are worth it, and which scenes are to train on.
print(f"{len(frames)} frames, {len(frames.find(f'count({CLASS}, visible > 0.6) >= 2'))} with two cars or more")
splits = frames.split(0.7, 0.0, 0.3)
train, test = splits["train"], splits["test"]
print(f"{len(train)} frames to train on, {len(test)} to test on")

# %% What the detector looks at: gradients in a window of fixed size.
hog = cv2.HOGDescriptor(WINDOW, (16, 16), (8, 8), (8, 8), 9)


def crop(image: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The window (H, W, 3) around a box [left, top, right, bottom], with a sixth of its size beside it."""
    left, top, right, bottom = box
    across, down = (right - left) / 6, (bottom - top) / 6
    corners = np.float32([[left - across, top - down], [right + across, top - down], [left - across, bottom + down]])
    to = np.float32([[0, 0], [WINDOW[0], 0], [0, WINDOW[1]]])
    return cv2.warpAffine(image, cv2.getAffineTransform(corners, to), WINDOW, borderMode=cv2.BORDER_REPLICATE)


def overlaps(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """IoU of a box (4,) with boxes (N, 4), as [left, top, right, bottom]."""
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.clip(sides, 0, None), axis=1)
    return shared / (np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) - shared)


def somewhere(size: tuple[int, int]) -> np.ndarray:
    """A box of a car's proportions anywhere in a picture of [height, width]."""
    width = CHANCE.uniform(LEAST_PX, size[1] / 3)
    height = width * CHANCE.uniform(0.5, 0.9)
    left, top = CHANCE.uniform(0, [size[1] - width, max(1.0, size[0] - height)])
    return np.array([left, top, left + width, top + height])


# %% What it learns from: cars that can be seen well, and whatever is none.
positives, negatives = [], []
for frame in train:
    things = frame.instances
    cars = things[things.categories == CLASS]
    clear = cars[(cars.visible_fraction > 0.6) & (cars.boxes[:, 2] >= LEAST_PX) & ~cars.ignored]
    for box in clear.corners:
        window = crop(frame.image, box)
        positives += [hog.compute(window), hog.compute(np.ascontiguousarray(window[:, ::-1]))]
    for _ in range(20):
        box = somewhere(things.size)
        if not (overlaps(box, cars.corners) > 0.2).any():
            negatives.append(hog.compute(crop(frame.image, box)))


# %% Fit it, let it find what it takes for cars and is none, and fit it again.
def fitted(positives: list[np.ndarray], negatives: list[np.ndarray]) -> None:
    machine = cv2.ml.SVM_create()
    machine.setType(cv2.ml.SVM_C_SVC)
    machine.setKernel(cv2.ml.SVM_LINEAR)
    machine.setC(0.01)
    rows = np.float32([row.ravel() for row in (*positives, *negatives)])
    machine.train(rows, cv2.ml.ROW_SAMPLE, np.int32([1] * len(positives) + [-1] * len(negatives)))
    bias, _, _ = machine.getDecisionFunction(0)
    weights = machine.getSupportVectors()[0]
    # Which class OpenCV's function is positive for is not documented: it is the one that the positives are on.
    towards = np.sign(np.median(rows[: len(positives)] @ weights) - np.median(rows[len(positives) :] @ weights))
    hog.setSVMDetector(np.float32([*(towards * weights), -towards * bias]))


def detect(image: np.ndarray, least: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (N, 4) [left, top, right, bottom] without the margin, and scores (N,), best first."""
    found, scores = hog.detectMultiScale(image, hitThreshold=least, winStride=(8, 8), scale=1.1, groupThreshold=0)
    if not len(found):
        return np.empty((0, 4)), np.empty(0)
    kept = cv2.dnn.NMSBoxes(found.tolist(), (scores.ravel() - least).tolist(), 0.0, 0.3)
    x, y, width, height = np.float64(found)[kept].T
    boxes = np.stack([x + width / 8, y + height / 8, x + width * 7 / 8, y + height * 7 / 8], axis=1)
    return boxes, scores.ravel()[kept]


fitted(positives, negatives)
hard = []
for frame in train:
    cars = frame.instances[frame.instances.categories == CLASS].corners
    for box in detect(frame.image)[0][:20]:
        if not (overlaps(box, cars) > 0.2).any():
            hard.append(hog.compute(crop(frame.image, box)))
print(f"{len(positives)} windows with a car, {len(negatives)} without, {len(hard)} that were taken for one")
fitted(positives, [*negatives, *hard])

# %% Score it on scenes that it has not seen: things that nobody could annotate count neither way.
truth = COCO(str(OUT / "annotations/instances_all.json"))
(category,) = truth.getCatIds(catNms=[CLASS])
rows = []
for frame in test:
    boxes, scores = detect(frame.image, -1.0)
    for (left, top, right, bottom), score in zip(boxes, scores, strict=True):
        box = [left, top, right - left, bottom - top]
        rows.append({"image_id": frame.index + 1, "category_id": category, "bbox": box, "score": float(score)})
ap50 = 0.0
if rows:
    run = COCOeval(truth, truth.loadRes(rows), "bbox")
    run.params.imgIds, run.params.catIds = [frame.index + 1 for frame in test], [category]
    run.evaluate()
    run.accumulate()
    run.summarize()
    ap50 = float(run.stats[1])
print(f"AP at IoU 0.5 on {len(test)} frames of other scenes: {ap50:.3f}")

"""COCO's average precision of detections, with pictures drawn again and again.

Which detection is which thing is pycocotools' own decision; only the sum over pictures is made here, since it is made
for a thousand draws of them.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.usefulness.detector.decoding import MOST, Detections
from longtail.annotate.usefulness.detector.shown import Shown

Array = NDArray[np.float64]

OVERLAPS = np.linspace(0.5, 0.95, 10)
"""Intersection over union from which a box counts as found, as COCO has them."""
_RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True, eq=False)
class Matches:
    """What is right of the detections of one class, the surest first.

    Attributes:
        picture: (N,) which picture each is of
        right: (10, N) whether it is a thing that no surer one is, for each of `OVERLAPS`
        ignored: (10, N) neither right nor wrong
        things: (pictures,) how many there are to be found
    """

    picture: NDArray[np.int64]
    right: NDArray[np.bool_]
    ignored: NDArray[np.bool_]
    things: Array


def matched(pictures: Sequence[Shown], found: Sequence[Detections], classes: int) -> list[Matches]:
    """Of each class, by pycocotools' `COCOeval`."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    truth, rows = _truth(pictures, classes), _rows(found)
    if not rows:
        things = np.zeros((classes, len(pictures)))
        for number, one in enumerate(pictures):
            np.add.at(things[:, number], one.codes, 1)
        none = np.zeros((len(OVERLAPS), 0), dtype=np.bool_)
        return [Matches(np.zeros(0, dtype=np.int64), none, none, row) for row in things]
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        judge = COCOeval(coco, coco.loadRes(rows), "bbox")
        judge.params.areaRng, judge.params.areaRngLbl = [[0, 1e10]], ["all"]
        judge.params.maxDets = [MOST]
        judge.evaluate()
    return [_of_class(judge.evalImgs[code * len(pictures) : (code + 1) * len(pictures)]) for code in range(classes)]


def _truth(pictures: Sequence[Shown], classes: int) -> dict[str, Any]:
    labels: list[dict[str, Any]] = []
    for number, one in enumerate(pictures):
        for box, code in zip(one.boxes_px.tolist(), one.codes.tolist(), strict=True):
            labels.append({"image_id": number + 1, "category_id": code + 1, "bbox": box, "iscrowd": 0})
        for box in one.ignored_px.tolist():
            # What nobody is asked about may be of any class.
            labels += [{"image_id": number + 1, "category_id": code + 1, "bbox": box, "iscrowd": 1}
                       for code in range(classes)]  # fmt: skip
    for number, label in enumerate(labels):
        label |= {"id": number + 1, "area": label["bbox"][2] * label["bbox"][3]}
    return {
        "images": [{"id": number + 1} for number in range(len(pictures))],
        "categories": [{"id": code + 1} for code in range(classes)],
        "annotations": labels,
    }


def _rows(found: Sequence[Detections]) -> list[dict[str, Any]]:
    return [
        {"image_id": number + 1, "category_id": code + 1, "bbox": box, "score": score}
        for number, one in enumerate(found)
        for box, score, code in zip(one.boxes_px.tolist(), one.scores.tolist(), one.codes.tolist(), strict=True)
    ]


def _of_class(images: Sequence[Any]) -> Matches:
    """`images` are COCOeval's results, one a picture; None where it has neither things nor detections."""
    there = [(number, one) for number, one in enumerate(images) if one is not None]
    things = np.zeros(len(images))
    for number, one in there:
        things[number] = np.count_nonzero(np.logical_not(one["gtIgnore"]))
    scores = np.concatenate([np.array(one["dtScores"], dtype=np.float64) for _, one in there] or [np.zeros(0)])
    order = np.argsort(-scores, kind="stable")
    picture = np.concatenate([np.full(len(one["dtScores"]), number, dtype=np.int64) for number, one in there] or
                             [np.zeros(0, dtype=np.int64)])  # fmt: skip
    empty = [np.zeros((len(OVERLAPS), 0), dtype=np.bool_)]
    ignored = np.concatenate([np.asarray(one["dtIgnore"], dtype=np.bool_) for _, one in there] or empty, axis=1)
    hit = np.concatenate([np.asarray(one["dtMatches"]) > 0 for _, one in there] or empty, axis=1)
    return Matches(picture[order], (hit & ~ignored)[:, order], ignored[:, order], things)


def precision(matches: Matches, weights: Array, overlaps: int = len(OVERLAPS)) -> Array:
    """(overlaps, S) AP at the first of `OVERLAPS`, of pictures that are there `weights` (S, pictures) times.

    The mean of the best precision from each of 101 recalls on, as COCO has it; NaN where there is nothing to find.
    """
    of = weights @ matches.things
    times = weights[:, matches.picture]
    found = np.full((overlaps, len(weights)), np.nan)
    for place, (right, ignored) in enumerate(zip(matches.right[:overlaps], matches.ignored[:overlaps], strict=True)):
        hits = np.cumsum(np.where(right, times, 0.0), axis=1)
        wrong = np.cumsum(np.where(right | ignored, 0.0, times), axis=1)
        shares = hits / np.maximum(hits + wrong, np.finfo(np.float64).eps)
        shares = np.maximum.accumulate(shares[:, ::-1], axis=1)[:, ::-1]
        for row in np.flatnonzero(of > 0).tolist():
            at = np.searchsorted(hits[row] / of[row], _RECALLS, side="left")
            found[place, row] = np.append(shares[row], 0.0)[at].mean()
    return found

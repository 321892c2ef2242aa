"""What a detector is shown in training: windows of pictures, larger or smaller, mirrored, lighter or darker."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.usefulness.detector.shown import LEAST_PX, Floats, Shown

WINDOW_PX = (256, 160)
"""(width, height): a network that is trained on windows is asked about whole pictures."""
_LEAST_SCALE, _MOST_SCALE = 0.7, 1.4
_STOPS = 0.5
_GREY = 118
_LEAST_LEFT = 0.4
"""Things of which less than this share is in the window are ignored in it."""


@dataclass(frozen=True, eq=False)
class Window:
    """As `Shown` has it, with pixels (h, w, 3) for a file."""

    rgb: NDArray[np.uint8]
    boxes_px: Floats
    codes: NDArray[np.int64]
    ignored_px: Floats


def window(one: Shown, rgb: NDArray[np.uint8], rng: np.random.Generator) -> Window:
    """A window of a picture whose pixels (H, W, 3) are `rgb`; about a thing, three times in four, where it has any."""
    width, height = WINDOW_PX
    scale = float(np.exp(rng.uniform(np.log(_LEAST_SCALE), np.log(_MOST_SCALE))))
    middle = rng.uniform(0, 1, 2) * one.size_px
    if len(one.boxes_px) and rng.uniform() < 0.75:
        x, y, w, h = one.boxes_px[int(rng.integers(len(one.boxes_px)))].tolist()
        middle = np.array([x + w / 2, y + h / 2]) + rng.uniform(-0.3, 0.3, 2) * WINDOW_PX / scale
    mirrored, stops = bool(rng.uniform() < 0.5), float(rng.uniform(-_STOPS, _STOPS))
    corner = np.array([_start(float(middle[axis]) * scale, WINDOW_PX[axis], one.size_px[axis] * scale)
                       for axis in (0, 1)])  # fmt: skip
    matrix = np.array([[scale, 0, -corner[0]], [0, scale, -corner[1]]])
    moved_px = cv2.warpAffine(rgb, matrix, WINDOW_PX, flags=cv2.INTER_LINEAR, borderValue=(_GREY,) * 3)
    pixels = np.clip(moved_px.astype(np.float32) * 2.0**stops, 0, 255).astype(np.uint8)
    moved = [_moved(boxes, scale, corner) for boxes in (one.boxes_px, one.ignored_px)]
    if mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
        for boxes in moved:
            boxes[:, 0] = width - boxes[:, 0] - boxes[:, 2]
    kept, cut = _within(moved[0], width, height)
    found = kept & (cut[:, 2:].min(axis=1, initial=np.inf) >= LEAST_PX)
    _, rest = _within(moved[1], width, height)
    left = (cut[:, 2:] > 0).all(axis=1) & ~found
    hidden = np.concatenate([rest[(rest[:, 2:] > 0).all(axis=1)], cut[left]])
    return Window(pixels, cut[found], one.codes[found], hidden)


def _start(middle: float, window_px: int, size_px: float) -> float:
    """Where a window begins: inside of the picture where that is larger, else about its middle."""
    if size_px <= window_px:
        return (size_px - window_px) / 2
    return float(np.clip(middle - window_px / 2, 0, size_px - window_px))


def _moved(boxes: Floats, scale: float, corner: NDArray[np.float64]) -> Floats:
    return np.asarray(boxes * scale - np.array([corner[0], corner[1], 0, 0]), dtype=np.float32)


def _within(boxes: Floats, width: int, height: int) -> tuple[NDArray[np.bool_], Floats]:
    """Which boxes (N, 4) have enough of themselves in the window, and all of them cut to it."""
    left, top = np.maximum(boxes[:, 0], 0), np.maximum(boxes[:, 1], 0)
    right = np.minimum(boxes[:, 0] + boxes[:, 2], width)
    bottom = np.minimum(boxes[:, 1] + boxes[:, 3], height)
    cut = np.stack([left, top, np.maximum(right - left, 0), np.maximum(bottom - top, 0)], axis=1)
    whole = np.maximum(boxes[:, 2] * boxes[:, 3], 1e-9)
    return cut[:, 2] * cut[:, 3] / whole >= _LEAST_LEFT, cut.astype(np.float32)

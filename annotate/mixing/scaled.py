"""Labels of pictures that were made smaller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as coco_mask

Segmentation = list[list[float]] | dict[str, Any]

_HALF = 0.5 - 1e-6
"""Of a pixel, but for what single precision makes of shares that add up to it."""


def annotation(row: Mapping[str, Any], before: tuple[int, int], after: tuple[int, int]) -> dict[str, Any] | None:
    """Box, mask and area of a COCO annotation in a picture that was scaled; None where less than a pixel is left.

    Masks stay what they are: polygons, or run-length codes, which hold the pixels that they cover by half or more; one
    that covers none by so much holds those that it covers most.
    """
    across, down = after[0] / before[0], after[1] / before[1]
    x, y, width, height = (float(side) for side in row["bbox"])
    box = [x * across, y * down, width * across, height * down]
    if box[2] * box[3] < 1:
        return None
    area = float(row["area"]) if "area" in row else width * height
    segmentation = row.get("segmentation") or []
    return {
        "bbox": [round(side, 3) for side in box],
        "area": round(area * across * down, 3),
        "segmentation": segmentation if before == after else _segmentation(segmentation, before, after),
        "iscrowd": int(row.get("iscrowd") or 0),
    }


def _segmentation(segmentation: Any, before: tuple[int, int], after: tuple[int, int]) -> Segmentation:
    if isinstance(segmentation, Mapping):
        return _code(segmentation, before, after)
    across, down = after[0] / before[0], after[1] / before[1]
    return [[round(value * (down if n % 2 else across), 3) for n, value in enumerate(line)] for line in segmentation]


def _code(segmentation: Mapping[str, Any], before: tuple[int, int], after: tuple[int, int]) -> dict[str, Any]:
    """ValueError where it is no run-length code of the picture's size."""
    counts: Sequence[int] | str = segmentation["counts"]
    height, width = segmentation["size"]
    if (width, height) != before:
        raise ValueError(f"expected a mask of {before[0]}x{before[1]} pixels, got {width}x{height}")
    code: Any = dict(segmentation)
    if not isinstance(counts, str):
        code = coco_mask.frPyObjects(code, height, width)
    # Shares, as the picture is made of means: a nearest pixel would lie up and left of those that it stands for.
    covered = cv2.resize(coco_mask.decode(code).astype(np.float32), after, interpolation=cv2.INTER_AREA)
    least = min(_HALF, float(covered.max()))
    small = coco_mask.encode(np.asfortranarray((covered >= least) & (covered > 0), dtype=np.uint8))
    return {"size": [after[1], after[0]], "counts": small["counts"].decode("ascii")}

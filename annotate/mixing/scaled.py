"""Labels of pictures that were made smaller."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as coco_mask

from longtail.annotate.against.coco_rows import called, number_of

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


def require_whole(row: Mapping[str, Any], size_px: tuple[int, int]) -> None:
    """ValueError where a COCO annotation's area, crowd or segmentation is none of a picture of (width, height)."""
    area, crowd = number_of(row.get("area", 0)), row.get("iscrowd") or 0
    if not 0 <= area < float("inf"):
        raise ValueError(f"expected an area of 0 pixels or more, got {called(row['area'])}")
    if crowd not in (0, 1):
        raise ValueError(f"expected 0 or 1 as iscrowd, got {called(crowd)}")
    segmentation = row.get("segmentation") or []
    if isinstance(segmentation, Mapping):
        try:
            coco_mask.decode(_readable(segmentation, size_px))
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError(f"expected a mask as size and counts, got {called(segmentation)}") from error
    elif not isinstance(segmentation, list) or not all(map(_is_polygon, segmentation)):
        raise ValueError(f"expected polygons as lists of x and y, or a mask, got {called(segmentation)}")


def _is_polygon(line: Any) -> bool:
    """Four numbers are what tools take for a box; fewer they stumble over."""
    if not isinstance(line, list) or len(line) < 4 or len(line) % 2:
        return False
    return all(not isinstance(value, str) and math.isfinite(number_of(value)) for value in line)


def _segmentation(segmentation: Any, before: tuple[int, int], after: tuple[int, int]) -> Segmentation:
    if isinstance(segmentation, Mapping):
        return _code(segmentation, before, after)
    across, down = after[0] / before[0], after[1] / before[1]
    return [[round(value * (down if n % 2 else across), 3) for n, value in enumerate(line)] for line in segmentation]


def _code(segmentation: Mapping[str, Any], before: tuple[int, int], after: tuple[int, int]) -> dict[str, Any]:
    # Shares, as the picture is made of means: a nearest pixel would lie up and left of those that it stands for.
    mask = coco_mask.decode(_readable(segmentation, before))
    covered = cv2.resize(mask.astype(np.float32), after, interpolation=cv2.INTER_AREA)
    least = min(_HALF, float(covered.max()))
    small = coco_mask.encode(np.asfortranarray((covered >= least) & (covered > 0), dtype=np.uint8))
    return {"size": [after[1], after[0]], "counts": small["counts"].decode("ascii")}


def _readable(segmentation: Mapping[str, Any], size_px: tuple[int, int]) -> Any:
    """As pycocotools decodes it; ValueError where it is no run-length code of a picture of (width, height)."""
    counts: Sequence[int] | str = segmentation["counts"]
    height, width = segmentation["size"]
    if (width, height) != size_px:
        raise ValueError(f"expected a mask of {size_px[0]}x{size_px[1]} pixels, got {width}x{height}")
    if isinstance(counts, str):
        return dict(segmentation)
    if min(counts, default=0) < 0 or sum(counts) != width * height:
        raise ValueError(f"expected runs of {width * height} pixels in all, got {called(counts)}")
    return coco_mask.frPyObjects(dict(segmentation), height, width)

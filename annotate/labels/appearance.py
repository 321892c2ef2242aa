"""How well a thing can be made out in the final picture: what the air, the lens and its surroundings leave of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.boxes import Box

REACH_PX = 6
"""How far from a pixel of a mask's border colours are averaged, along both axes."""

GAP_PX = 1
"""Pixels between a mask and its surroundings: a lens and a sensor mix both sides of an edge over about a pixel."""

_NEAR = np.ones((2 * GAP_PX + 1, 2 * GAP_PX + 1), dtype=np.uint8)
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], dtype=np.uint8)

_DECIMALS = 6
_CONTRAST_DECIMALS = 3

# 8-bit CIELAB of OpenCV: L* times 255 / 100, a* and b* plus 128.
_LAB_UNITS = np.array([100 / 255, 1.0, 1.0])


@dataclass(frozen=True)
class Appearance:
    """Of the visible pixels of one thing:

    Attributes:
        transmission: the mean share, 0 to 1, of its surface's light that reaches the camera through fog, dust, smoke
            and rain; None where the renderer did not say
        contrast: how much its outline stands out, in units of CIELAB, see `contrasts`; None where it has no
            surroundings in the picture
        lens_fraction: the share, 0 to 1, that drops, dirt or frost on the lens block or distort; 0 for a clean lens
    """

    transmission: float | None
    contrast: float | None
    lens_fraction: float


def appearances(
    rgb: NDArray[np.uint8],
    instance: NDArray[np.uint16],
    boxes: Mapping[int, Box],
    transmission: NDArray[np.float32] | None = None,
    lens: NDArray[np.bool_] | None = None,
    circle: NDArray[np.bool_] | None = None,
) -> dict[int, Appearance]:
    """The appearance of every id in `boxes`, which are the tight boxes of the ids in `instance` (H, W).

    `rgb` (H, W, 3) is sRGB, `transmission` (H, W) 0 to 1, `lens` (H, W) true where the lens blocks the view, `circle`
    (H, W) true where it has a ray at all, as it has everywhere if None.
    """
    contrast = contrasts(rgb, instance, boxes, circle)
    left = None if transmission is None else shares(instance, transmission, boxes)
    blocked = None if lens is None else shares(instance, lens, boxes)
    return {
        owner: Appearance(
            None if left is None else left[owner], contrast[owner], 0.0 if blocked is None else blocked[owner]
        )
        for owner in boxes
    }


def shares(
    instance: NDArray[np.uint16], values: NDArray[np.float32] | NDArray[np.bool_], boxes: Mapping[int, Box]
) -> dict[int, float]:
    """The mean of values (H, W) within 0 to 1 over the pixels of each id in `boxes`, to six decimals."""
    numbers = values.astype(np.float32, copy=False)
    found = {}
    for owner, (x, y, w, h) in boxes.items():
        crop = np.s_[y : y + h, x : x + w]
        mean = cv2.mean(numbers[crop], mask=(instance[crop] == owner).view(np.uint8))[0]
        found[owner] = min(max(round(mean, _DECIMALS), 0.0), 1.0)
    return found


def contrasts(
    rgb: NDArray[np.uint8],
    instance: NDArray[np.uint16],
    boxes: Mapping[int, Box],
    circle: NDArray[np.bool_] | None = None,
) -> dict[int, float | None]:
    """How much each id's outline stands out: the root mean square, along the mask's border, of the colour difference
    between the mean colour of the mask and of what surrounds it, both within `REACH_PX` of the border's pixel.

    Differences are those of CIE 1976 (CIELAB's dE*ab), in which some 2.3 are just noticeable (Mahy, Van Eycken and
    Oosterlinck, 1994). Local means are taken because a car half in sunlight has the street's mean colour as a whole,
    and because they hold little of the sensor's noise. Surroundings start `GAP_PX` off the mask. None where the mask
    has no border with surroundings in the picture, which ends with the lens's image `circle` (H, W). 8-bit CIELAB and
    its sums are exact, the same on every processor; the steps are 0.4 in L* and 1 in a* and b*.
    """
    height, width = instance.shape
    lab = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2Lab)
    # A fourth channel of ones, whose sums count pixels.
    counted = cv2.merge([*cv2.split(lab), np.ones((height, width), dtype=np.uint8)])
    beyond = REACH_PX + 1
    found: dict[int, float | None] = {}
    for owner, (x, y, w, h) in boxes.items():
        crop = np.s_[max(y - beyond, 0) : min(y + h + beyond, height), max(x - beyond, 0) : min(x + w + beyond, width)]
        own = (instance[crop] == owner).view(np.uint8)
        inside = np.ones_like(own) if circle is None else circle[crop].astype(np.uint8)
        around = np.where(cv2.dilate(own, _NEAR) > 0, np.uint8(0), inside)
        # Beyond the picture's edge nothing is known: there the mask has no border.
        rows, columns = np.nonzero(own & ~cv2.erode(own | (1 - inside), _CROSS))
        inner, outer = (_window_sums(counted[crop], mask, rows, columns) for mask in (own, around))
        both = outer[:, 3] > 0
        if not both.any():
            found[owner] = None
            continue
        means = [sums[both, :3] / sums[both, 3:] * _LAB_UNITS for sums in (inner, outer)]
        found[owner] = round(math.sqrt(float(((means[0] - means[1]) ** 2).sum(axis=1).mean())), _CONTRAST_DECIMALS)
    return found


def _window_sums(
    colours: NDArray[Any], mask: NDArray[Any], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.int32]:
    """Sums (N, C) of the masked colours (h, w, C) over the square window of `REACH_PX` around each of N pixels."""
    sums = cv2.integral(cv2.bitwise_and(colours, colours, mask=mask))
    height, width = mask.shape
    top, bottom = np.maximum(rows - REACH_PX, 0), np.minimum(rows + REACH_PX + 1, height)
    left, right = np.maximum(columns - REACH_PX, 0), np.minimum(columns + REACH_PX + 1, width)
    return np.asarray(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left], dtype=np.int32)

"""What stands out of a picture at a glance: all things at once, in the time that measuring one outline takes."""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np
from numpy.typing import NDArray

_APART_PX = 6
"""Pixels whose colours are compared are so far apart, one of a thing and one of something else."""
_BLUR_PX = 5
"""Means of so many pixels are compared, which hold little of the sensor's noise."""
_EVERY = 2
"""Of rows and columns only each second is looked at."""
_LAB_UNITS = np.array([100 / 255, 1.0, 1.0], dtype=np.float32)


def at_a_glance(rgb: NDArray[np.uint8], instance: NDArray[np.uint16], wanted: Collection[int]) -> dict[int, float]:
    """The root mean square colour difference of each of the wanted ids in `instance` (H, W) to what lies beside, below
    and above it in a picture (H, W, 3): CIE 1976 dE*ab between pixels `_APART_PX` apart, of which one is the thing's.

    Not the contrast by which labels are ignored, whose surroundings are nearer, but large where that is large: what a
    car has lost all of its outline in has no difference here either. Ids without such pixels are left out.
    """
    width, flat = instance.shape[1], instance.ravel()
    colours = cv2.blur(rgb, (_BLUR_PX, _BLUR_PX)).reshape(-1, 3)
    beside = np.nonzero(instance[::_EVERY, :-_APART_PX] != instance[::_EVERY, _APART_PX:])
    below = np.nonzero(instance[:-_APART_PX, ::_EVERY] != instance[_APART_PX:, ::_EVERY])
    first = np.concatenate([beside[0] * _EVERY * width + beside[1], below[0] * width + below[1] * _EVERY])
    second = first + np.repeat([_APART_PX, _APART_PX * width], [len(beside[0]), len(below[0])])
    if not len(first):
        return {}
    lab = cv2.cvtColor(np.stack([colours[first], colours[second]], axis=1), cv2.COLOR_RGB2Lab).astype(np.float32)
    apart = (((lab[:, 0] - lab[:, 1]) * _LAB_UNITS) ** 2).sum(axis=1)
    ids = np.concatenate([flat[first], flat[second]])
    most = int(ids.max()) + 1
    squares, counts = np.bincount(ids, np.concatenate([apart, apart]), most), np.bincount(ids, minlength=most)
    return {
        number: float(np.sqrt(squares[number] / counts[number]))
        for number in wanted
        if number < most and counts[number]
    }

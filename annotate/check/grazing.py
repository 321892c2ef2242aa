"""Pixels at which rays graze what turns: seen edge-on, a tyre is met anywhere along it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

_FEW, _SHARE = 2, 0.02


def but_for_grazing(wrong: Mask, wheels: Mask) -> Mask:
    """`wrong` (H, W) without the pixels of `wheels` (H, W), where those that are wrong are few enough to be grazed.

    So are two, or one in fifty of all.
    """
    few = np.count_nonzero(wrong & wheels) <= max(_FEW, _SHARE * np.count_nonzero(wheels))
    return wrong & ~wheels if few else wrong

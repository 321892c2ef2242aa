"""Numbers that are numbers: a fault in one step of a picture is named there, before it turns black in another."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import RenderError


def finite(picture: NDArray[np.float32], after: str, before: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """`picture` itself, of any shape, which came out of the step `after`; nothing is asked of what it got as `before`.

    RenderError where it holds what is not a number, or infinite. Tone curve and encoder would make black of these.
    """
    # The extremes are not finite where any value is not, and need no array of their own.
    if picture is not before and picture.size and not math.isfinite(float(picture.min()) + float(picture.max())):
        broken = int(np.count_nonzero(~np.isfinite(picture)))
        raise RenderError(f"the picture after {after}: expected finite numbers, got {broken} values that are not")
    return picture

"""A picture that shows nothing while its labels are full: what a renderer leaves that failed without a word."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from numpy.typing import NDArray

from longtail.annotate.camera import in_image_circle
from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.stored import StoredFrame

# Pixels between those that are looked at first.
_APART = 8
# Nearer than this fog can make a street one grey: a car's length.
_BLIND_M = 5.0
# The least and the greatest linear signal, white being 1, that 8 bits tell from black and that a sensor tells apart.
_BLACK, _BLOWN = 0.5 / 255 / 12.92, 8.0
# The share of the light that the brightest and the darkest things of a street send back.
_WHITE, _SOOT = 0.9, 0.03


def check_picture(dataset: Dataset, stored: StoredFrame, arrays: Mapping[str, NDArray[Any]]) -> Iterator[Finding]:
    """A finding where all of the picture has one colour, more than one surface is labelled, and neither the air nor
    the exposure explains it."""
    if "images" not in arrays or len(stored.segments_info) < 2 or _blind(stored):
        return
    circle = in_image_circle(stored.camera.lens)
    if _varied(arrays["images"][::_APART, ::_APART][circle[::_APART, ::_APART]]):
        return
    seen = arrays["images"][circle]
    if not len(seen) or _varied(seen):
        return
    level = int(seen[0].max())
    if (level == 0 and _too_dark(stored)) or (level == 255 and _too_bright(stored)):
        return
    path = dataset.info.layers()["images"].path(stored.index)
    came = f"one colour, {tuple(seen[0].tolist())}, all over it"
    yield Finding(path, stored.index, f"a picture of the {len(stored.segments_info)} segments that are labelled", came)


def _varied(colours: NDArray[Any]) -> bool:
    """Whether colours (N, 3) are not all the same."""
    return len(colours) > 0 and bool((colours != colours[0]).any())


def _blind(stored: StoredFrame) -> bool:
    visibility_m = stored.conditions.visibility_m
    return visibility_m is not None and visibility_m < _BLIND_M


def _too_dark(stored: StoredFrame) -> bool:
    """Whether even what is white would come out black at the frame's own exposure."""
    signal = _signal(stored)
    return signal is not None and _WHITE * signal < _BLACK


def _too_bright(stored: StoredFrame) -> bool:
    """Whether even what is black would come out white."""
    signal = _signal(stored)
    return signal is not None and _SOOT * signal > _BLOWN


def _signal(stored: StoredFrame) -> float | None:
    """The linear signal of a perfectly white card on the ground; None where the record does not say.

    A card sends back E / pi; at EV100 a luminance of 2^EV100 * 12.5 / 100 cd/m2 becomes 0.18 (ISO 2720).
    """
    exposure = stored.extra.get("exposure")
    lux = stored.conditions.illuminance_lux
    if not isinstance(exposure, dict) or not isinstance(exposure.get("ev100"), int | float) or lux is None:
        return None
    return 0.18 * lux / math.pi / (2 ** float(exposure["ev100"]) * 0.125)

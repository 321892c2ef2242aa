"""What comes through the air against the air: transmission by Koschmieder's law from visibility and distance."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import OF_A_THING, Places
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame

Array = NDArray[np.float64]

_THRESHOLD = 0.05
"""What is left of contrast at the meteorological optical range (WMO No. 8, chapter 9)."""

_CLEAR_M = 30_000.0
"""Clean air: no record says more, and none of its light is counted as lost."""

_LAYERED = "mist"
"""Weather with a top, of which the range at eye level says little."""

_SLACK = 1e-3
"""A thing's mean is of all its pixels, and here of some, put back with a depth in steps."""


def check_air(stored: StoredFrame, places: Places | None) -> Iterator[Finding]:
    """A finding for each thing whose stated transmission is not that of the air before it."""
    range_m, weather = stored.conditions.visibility_m, stored.conditions.weather
    if places is None or not range_m:
        return
    layered = weather is None or _LAYERED in weather.split("+")
    lost_1_m = -math.log(_THRESHOLD) / range_m
    for number, appearance in stored.appearance.items():
        its = places.owner == number
        stated = appearance.transmission
        if stated is None or not its.any():
            continue
        shares = np.exp(-lost_1_m * places.depth_m[its] / places.rays[its, 2])
        low, high = _between(shares, stored.visibility[number].visible_px, _of_box(stored, number, lost_1_m))
        if layered or range_m >= _CLEAR_M:
            # What lies in layers may take any more of it, and clean air takes nothing.
            low, high = (0.0, 1.0) if layered else (low, 1.0)
        if not low - _SLACK <= stated <= high + _SLACK:
            law = f"{shares.mean():.4f}, as {range_m:.0f} m of visibility leave over {_distance(places, its):.1f} m"
            where = record_path(stored.index)
            yield Finding(where, stored.index, f"object {number} transmission {law}", f"{stated}")


def _between(shares: Array, pixels: int, of_box: tuple[float, float]) -> tuple[float, float]:
    """Between which values the mean over all of a thing's pixels lies: that of those seen, where these are all."""
    mean, spread = float(shares.mean()), float(np.ptp(shares))
    if shares.size >= pixels:
        return mean, mean
    # Those that are left out for want of a depth may lie anywhere in the box; the rest are as those that are not.
    return (mean - spread, mean + spread) if shares.size >= min(pixels, OF_A_THING) else of_box


def _of_box(stored: StoredFrame, number: int, lost_1_m: float) -> tuple[float, float]:
    """What comes from the far and from the near end of the ball around a thing's 3D box."""
    item = next(item for item in stored.objects if item.id == number)
    away_m = math.dist(stored.middles_m[number], stored.camera.world_from_camera.matrix[:3, 3])
    half_m = math.hypot(*item.box_size_m) / 2
    return math.exp(-lost_1_m * (away_m + half_m)), math.exp(-lost_1_m * max(away_m - half_m, 0.0))


def _distance(places: Places, its: NDArray[np.bool_]) -> float:
    return float((places.depth_m[its] / places.rays[its, 2]).mean())

"""The camera stays above a flood: what looks up through the water's surface is no picture of a street."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.occurrence import occurs
from longtail.scenes.space.impossible import Ends, Impossible, LensRequest
from longtail.scenes.space.parameters import Rule

HEIGHT, DEPTH = "camera.height_m", "weather.flood.depth_m"
_CLEARANCE_M = 0.1
"""Ripples and the lens's own size."""


def _flooded(values: Mapping[str, Any]) -> bool:
    return occurs(DEPTH, values)


RULES = (
    Rule(
        DEPTH,
        when=_flooded,
        high=lambda values: float(values[HEIGHT]) - _CLEARANCE_M,
        because="the camera is not under water",
    ),
)


def _can(_asked: LensRequest, ends: Ends) -> bool:
    return ends[HEIGHT].low - _CLEARANCE_M < ends[DEPTH].unruled


def _why(_asked: LensRequest, values: Mapping[str, Any]) -> str:
    height_m, depth_m = float(values[HEIGHT]), float(values[DEPTH])
    if not _flooded(values) or depth_m <= height_m - _CLEARANCE_M:
        return ""
    return (
        f"expected a camera at least {_CLEARANCE_M:g} m above the water, got one {height_m:.4g} m over the road in a "
        f"flood of {depth_m:.4g} m; try a lower {DEPTH}, or raise the camera"
    )


UNDER_WATER = Impossible(lambda _: (HEIGHT, DEPTH), _can, _why)

"""Which way things face along a street: what drives keeps to its side, and looks where it goes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.frame import SceneObject

_MOVING = frozenset({"driving", "riding", "ridden"})
_ALONG_RAD = math.radians(30)
"""Lanes may be changed, and turned out of, at less; roads that cross do so at right angles."""


def check_lanes(stored: StoredFrame) -> Iterator[Finding]:
    """A finding for each thing that drives against its lane; roads are driven on the right."""
    ground = stored.extra.get("ground")
    if not isinstance(ground, Mapping) or ground.get("kind") != "street":
        return
    for item in stored.objects:
        if item.attributes.get("state") not in _MOVING:
            continue
        turned_rad, left_m = _beside(ground, item)
        if abs(math.sin(turned_rad)) > math.sin(_ALONG_RAD):
            continue
        if (math.cos(turned_rad) > 0) == (left_m > 0):
            side = "left" if left_m > 0 else "right"
            came = (
                f"{'with' if math.cos(turned_rad) > 0 else 'against'} the street's course, {abs(left_m):.1f} m {side}"
            )
            expected = f"object {item.id} ({item.category}) to face where its lane goes"
            yield Finding(record_path(stored.index), stored.index, expected, f"one that faces {came} of it")


def _beside(ground: Mapping[str, Any], item: SceneObject) -> tuple[float, float]:
    """Its heading against the course beside it, in radians, and how far to the left of that it is, in metres.

    The course is an arc of constant curvature.
    """
    course = ground["course"]
    heading, bend = float(course["heading_rad"]), float(course["curvature_1_m"])
    matrix = item.world_from_object.matrix
    away = matrix[:2, 3] - (float(course["x_m"]), float(course["y_m"]))
    along, left = _turned(away, -heading)
    facing = math.atan2(matrix[1, 0], matrix[0, 0]) - heading
    # Towards the arc's middle, at 1 / bend to the left, from wherever it is.
    course_rad = math.atan2(bend * along, 1 - bend * left)
    if abs(bend) < 1e-9:
        return facing, left
    return facing - course_rad, (1 - math.hypot(bend * along, 1 - bend * left)) / bend


def _turned(vector: np.ndarray[tuple[int], np.dtype[np.float64]], angle_rad: float) -> tuple[float, float]:
    cos, sin = math.cos(angle_rad), math.sin(angle_rad)
    return float(cos * vector[0] - sin * vector[1]), float(sin * vector[0] + cos * vector[1])

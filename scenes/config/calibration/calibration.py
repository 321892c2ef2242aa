"""One camera out of a file of calibrations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from longtail.distributions.grammar import shown


@dataclass(frozen=True)
class Calibration:
    """A lens model with its numbers, as a config has them: pixels count from the centre of the first one.

    Attributes:
        model: a name in `annotate.camera.LENSES`
        matrix: fx, fy, cx, cy in pixels
        distortion: every coefficient of the model by name
        size_px: (width, height) of the pictures that it is for; None where the file does not say
    """

    model: str
    matrix: tuple[float, float, float, float]
    distortion: Mapping[str, float] = field(default_factory=dict)
    size_px: tuple[int, int] | None = None


def numbers(node: Any, what: str, count: int | None = None) -> list[float]:
    """A list of finite numbers, or of so many. ValueError: "expected ..., got ..."."""
    fits = isinstance(node, list | tuple) and (count is None or len(node) == count)
    if not fits or not all(_is_number(value) for value in node):
        many = "" if count is None else f"{count} "
        raise ValueError(f"{what}: expected {many}numbers, got {shown(node)}")
    return [float(value) for value in node]


def size_of(width: Any, height: Any) -> tuple[int, int] | None:
    """(width, height); None where neither is said. ValueError: "expected ..., got ..."."""
    if width is None and height is None:
        return None
    if not all(_is_number(side) and side == int(side) and side > 0 for side in (width, height)):
        raise ValueError(f"expected a picture's width and height in pixels, got {shown([width, height])}")
    return int(width), int(height)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

"""Flat drawings on the sides of upright boxes: labels, prints, tape."""

from __future__ import annotations

import numpy as np
import shapely

from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import polygon

# From a drawing (right, up) to a side that looks along +X.
_TO_FRONT = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
PROUD_M = 0.0006
"""How far a print stands before what it is on: no two faces share a place."""


def on_side(
    shape: shapely.Geometry, material: Material, quarter: int, away_m: float, at_m: tuple[float, float], layer: int = 1
) -> Mesh:
    """`shape` about its own origin, on the upright plane `away_m` from the middle that looks `quarter` turns from +X.

    `at_m` is (to the right as a reader sees it, up) of the drawing's origin; a higher `layer` lies over a lower one.
    """
    flat = polygon(shape, 0.0, material).transformed(_TO_FRONT)
    return flat.moved(away_m + layer * PROUD_M, *at_m).rotated(2, quarter * np.pi / 2)


def rectangle(width_m: float, height_m: float) -> shapely.Polygon:
    return shapely.box(-width_m / 2, -height_m / 2, width_m / 2, height_m / 2)

"""Printed plates: flat drawings in several colours, cut out of each other so that no two faces share a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from longtail.scenes.geometry.materials import Principled, Rgb, SignFace, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import polygon, prism

Layers = Sequence[tuple[shapely.Geometry, Rgb]]

# Traffic colours after RAL: 3020 red, 5017 blue, 1023 yellow, 9016 white, 9017 black, 6024 green.
RED, BLUE, YELLOW = srgb("#bb1e10"), srgb("#00508a"), srgb("#eda500")
WHITE, BLACK, GREEN = srgb("#ecefee"), srgb("#17181a"), srgb("#1f7a4d")
BACK = Principled((0.4, 0.41, 0.42), roughness=0.5, metallic=0.6, mottle=0.2)

# From a drawing (right, up) onto a plate that looks to +X: a reader of the plate has +Y on the right.
TO_FACE = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
_DEEP_M = 0.02


@dataclass(frozen=True)
class Plate:
    """A plate's outline about its own centre, and what is printed on it (drawn only when the mesh is)."""

    outline: shapely.Polygon
    draw: Callable[[], Layers]

    @property
    def size_m(self) -> tuple[float, float]:
        """Width and height."""
        left, low, right, high = self.outline.bounds
        return right - left, high - low


def printed(plate: Plate) -> Mesh:
    """The plate's print in the plane x = 0, looking to +X, and the edge of 2 cm of folded sheet, open behind."""
    parts = [polygon(seen, 0.0, SignFace(rgb)) for seen, rgb in cut_apart(plate.draw(), plate.outline)]
    sheet = prism(plate.outline, -_DEEP_M, -0.004, BACK, floor=False)
    return join([*parts, sheet]).part("sign plate").transformed(TO_FACE).smoothed()


def cut_apart(layers: Layers, outline: shapely.Geometry) -> list[tuple[shapely.Geometry, Rgb]]:
    """What is seen of each layer within `outline`, the uppermost (the last of `layers`) first."""
    covered: shapely.Geometry = shapely.Polygon()
    found = []
    for shape, rgb in reversed(list(layers)):
        seen = shapely.intersection(shape, outline).difference(covered)
        pieces = [p for p in shapely.get_parts(seen) if isinstance(p, shapely.Polygon) and p.area > 1e-6]
        if pieces:
            found.append((shapely.MultiPolygon(pieces), rgb))
        covered = covered.union(shape)
    return found


def back_of(plate: Plate) -> Mesh:
    """The grey back that closes what is `printed`."""
    behind = polygon(plate.outline, 0.0, BACK).scaled(1.0, 1.0, -1.0).moved(z_m=-_DEEP_M)
    return behind.transformed(TO_FACE).smoothed()


def disc(radius_m: float) -> shapely.Polygon:
    return shapely.Point(0, 0).buffer(radius_m, quad_segs=8)


def rounded(shape: shapely.Polygon, radius_m: float) -> shapely.Polygon:
    """`shape` with its corners rounded off."""
    return shape.buffer(-radius_m).buffer(radius_m, quad_segs=3)


def rectangle(width_m: float, height_m: float, radius_m: float = 0.03) -> shapely.Polygon:
    return rounded(shapely.box(-width_m / 2, -height_m / 2, width_m / 2, height_m / 2), radius_m)


def stroke(points: Sequence[tuple[float, float]], width_m: float, *, round_ends: bool = False) -> shapely.Geometry:
    """A line of constant width."""
    cap = "round" if round_ends else "flat"
    return shapely.LineString(points).buffer(width_m / 2, cap_style=cap, quad_segs=4)


def arrow(points: Sequence[tuple[float, float]], width_m: float) -> shapely.Geometry:
    """A line that ends in an arrow head."""
    end, before = np.array(points[-1]), np.array(points[-2])
    along = (end - before) / np.linalg.norm(end - before)
    side = np.array([-along[1], along[0]])
    neck = end - along * 2.0 * width_m
    head = shapely.Polygon([end, neck + side * 1.5 * width_m, neck - side * 1.5 * width_m])
    shaft = [*points[:-1], tuple((neck + along * 0.05 * width_m).tolist())]
    return stroke(shaft, width_m).union(head)


def walker(height_m: float) -> shapely.Geometry:
    """A walking figure, centred about the origin, striding to the left."""
    lines = [
        ([(0.02, 0.28), (0.0, -0.05)], 0.17),
        ([(0.0, -0.05), (-0.14, -0.25), (-0.19, -0.48)], 0.1),
        ([(0.02, -0.05), (0.12, -0.28), (0.22, -0.46)], 0.1),
        ([(0.0, 0.24), (-0.17, 0.08), (-0.24, -0.02)], 0.07),
        ([(0.03, 0.24), (0.14, 0.07), (0.2, -0.03)], 0.07),
    ]
    parts = [stroke(points, width, round_ends=True) for points, width in lines]
    figure = shapely.unary_union([*parts, shapely.Point(0.0, 0.42).buffer(0.085, quad_segs=4)])
    return shapely.affinity.scale(figure, height_m, height_m, origin=(0, 0))

"""What is painted on roads: many pieces at once are the same as one after the other."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from longtail.scenes.geometry.materials import RoadPaint
from longtail.scenes.geometry.mesh import join
from longtail.scenes.geometry.solids import polygon
from longtail.scenes.scenarios.street.painting import painted
from longtail.scenes.scenarios.street.road import Course

PAINT = RoadPaint(rgb=(0.9, 0.9, 0.85))
STATIONS = np.arange(-40.3, 60.0, 9.0)


def strips(curvature_1_m: float) -> list[shapely.Polygon]:
    course = Course(3.0, -2.0, 0.4, curvature_1_m)
    return course.strips(STATIONS, np.minimum(STATIONS + np.linspace(2.0, 14.0, len(STATIONS)), 60.0), 1.44, 1.56)


@pytest.mark.parametrize("curvature_1_m", [0.0, 0.012, -0.004])
def test_many_strips_at_once_are_those_made_one_by_one(curvature_1_m: float) -> None:
    course = Course(3.0, -2.0, 0.4, curvature_1_m)
    ends = np.minimum(STATIONS + np.linspace(2.0, 14.0, len(STATIONS)), 60.0)
    alone = [course.strip(float(s), float(end), 1.44, 1.56) for s, end in zip(STATIONS, ends, strict=True)]
    assert [shape.wkb for shape in strips(curvature_1_m)] == [shape.wkb for shape in alone]


def test_paint_is_what_its_pieces_joined_are_to_the_last_bit() -> None:
    ring = shapely.Point(5.0, 5.0).buffer(2.0).difference(shapely.Point(5.0, 5.0).buffer(1.0))
    touching = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    shapes = [*strips(0.012), ring, shapely.Polygon(), *touching]
    whole, parts = painted(shapes, 0.004, PAINT), join(polygon(shape, 0.004, PAINT) for shape in shapes)
    for name in ("vertices_m", "triangles", "slots", "smooth", "uv"):
        one, other = getattr(whole, name), getattr(parts, name)
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    assert whole.materials == parts.materials == (PAINT,)
    assert [tuple(v[:2]) for v in whole.vertices_m.tolist()].count((1.0, 0.0)) == 2  # squares share no corner


def test_paint_without_an_area_is_refused() -> None:
    with pytest.raises(ValueError, match="expected at least one shape with an area"):
        painted([shapely.Polygon()], 0.004, PAINT)

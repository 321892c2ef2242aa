"""Lanes of streets: on the paint that is there, between kerbs, and each where it belongs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from longtail.annotate.labels.arc import Arc
from longtail.annotate.labels.lanes import Line, RoadLanes, drivable
from longtail.scenes.scenarios.street.areas import areas
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.road import Course, Junction
from longtail.scenes.scenarios.street.surfaces import surfaces

PLAIN = Street(
    course=Course(1.0, 2.0, 0.3, 0.004), start_m=-45.0, end_m=190.0, lanes_forward=2, lanes_oncoming=1,
    lane_width_m=3.2, pavement_m=3.0, setback_m=0.0, verge="paved", paving="slab", bay_paving="asphalt",
    asphalt_age=0.5, marking_wear=0.3, edge_lines=True,
)  # fmt: skip
CROSSED = replace(PLAIN, lanes_oncoming=2, junction=Junction(50.0, 2, (-1, 1), True), crossings_m=(20.0,))
STREETS = pytest.mark.parametrize("street", [PLAIN, CROSSED], ids=["plain", "crossed"])


def of_kind(lanes: RoadLanes, kind: str) -> list[Line]:
    return [line for line in lanes.lines if line.kind == kind]


@pytest.mark.parametrize("bend", [0.0, 0.006, -0.006, 1e-9])
def test_places_beside_an_arc_are_found_again(bend: float) -> None:
    arc = Arc(3.0, -4.0, 2.0, bend)
    s, t = np.meshgrid(np.linspace(-45, 190, 30), np.linspace(-12, 12, 9))
    found = arc.beside(arc.at(s, t))
    tolerance = 1e-9 if abs(bend) != 1e-9 else 1e-5
    np.testing.assert_allclose(found, (s, t), atol=tolerance)


@STREETS
def test_lines_run_along_paint_and_kerbs(street: Street) -> None:
    lanes = street.lanes((0.0, 0.0))
    paint = next(piece for piece in surfaces(street) if piece.name == "lane markings").mesh
    shapes = shapely.union_all([shapely.Polygon(paint.vertices_m[face][:, :2]) for face in paint.triangles])
    ground = areas(street)
    for line in lanes.lines:
        points = shapely.points(line.points_m()[:, :2])
        on_paint = shapely.dwithin(points, shapes, 0.05)
        share = {"solid": 1.0, "double solid": 0.0, "dashed": 1 / 3}.get(line.style)
        if share is not None and line.end_m - line.start_m > 60:
            assert on_paint.mean() == pytest.approx(share, abs=0.15)
        if line.style == "double solid":
            assert shapely.dwithin(points, shapes, 0.07).all()
        if line.kind == "border":
            assert (shapely.distance(points, shapely.boundary(ground.carriageway)) < 0.01).mean() > 0.8


@STREETS
def test_each_lane_has_a_middle_inside_of_it(street: Street) -> None:
    lanes = street.lanes((0.0, 0.0))
    middles = of_kind(lanes, "lane centre")
    assert len(middles) == street.lanes_forward + street.lanes_oncoming
    main = [lane for lane in lanes.lanes if lane.way != "crossing"]
    for lane in main:
        inside = [lane.inside_m(line.points_m()[:, :2]).max() for line in middles]
        assert max(inside) == pytest.approx(street.lane_width_m / 2)
        assert sum(value > 0 for value in inside) == 1


@pytest.mark.parametrize(("t_m", "own"), [(-1.6, 0), (-4.8, 1)])
def test_the_carriers_lane_is_its_own_and_may_be_driven(t_m: float, own: int) -> None:
    place = tuple(float(v) for v in PLAIN.course.at(0.0, t_m))
    lanes = PLAIN.lanes((place[0], place[1]))
    assert [lane.way for lane in lanes.lanes] == ["own" if n == own else "same" for n in (0, 1)] + ["oncoming"]
    points = PLAIN.course.at([10.0] * 5, [-1.6, -4.8, 1.6, 5.0, -7.0])
    codes = drivable(lanes.lanes, points, np.array([1, 1, 1, 0, 0], bool), np.array([0, 0, 0, 1, 1], bool))
    assert codes.tolist() == [1 if own == 0 else 2, 1 if own == 1 else 2, 0, 0, 0]


def test_where_roads_cross_one_may_turn_and_drive_on() -> None:
    lanes = CROSSED.lanes((1.0, 2.0 - 1.6))
    points = np.stack([CROSSED.course.at(50.0, t) for t in (-1.6, 1.6, -20.0)])
    road = np.ones(3, dtype=bool)
    assert drivable(lanes.lanes, points, road, ~road).tolist() == [1, 2, 2]


@STREETS
def test_lanes_are_read_back(street: Street) -> None:
    lanes = street.lanes((0.0, 0.0))
    assert RoadLanes.from_json(lanes.to_json()).to_json() == lanes.to_json()
    assert {line.category for line in lanes.lines} == ({0, 1, 2, 20, 21} | ({4} if street is CROSSED else set()))

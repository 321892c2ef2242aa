"""Projected 3D boxes at the near plane, where naive projection turns boxes inside out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.boxes import areas_and_boxes, canvas, projected_boxes, tight_box, truncations
from longtail.annotate.labels.frame import SceneObject
from tests.annotate.pictures import camera

MILLIMETRES_TO_6_M = st.integers(-6000, 6000).map(lambda mm: mm / 1000)


def box(centre_m: tuple[float, float, float], size_m: tuple[float, float, float], heading: float = 0.0) -> SceneObject:
    pose = Transform.upright("world", "object", centre_m, heading)
    return SceneObject(1, "car", "box", pose, (0.0, 0.0, 0.0), size_m, 1)


def test_nothing_projects_to_nothing() -> None:
    assert projected_boxes(camera(), []).shape == (0, 4)
    assert truncations(camera(), [], np.empty((0, 4))).shape == (0,)
    assert tight_box(np.zeros((3, 3), dtype=bool)) is None


def truncation(item: SceneObject) -> float:
    (share,) = truncations(camera(), [item], projected_boxes(camera(), [item])).tolist()
    return float(share)


def test_a_cube_ahead_is_as_large_as_its_near_face() -> None:
    # Near face at 9 m, 2 m wide, focal length 32 px: 2 * 32 / 9 px wide around the middle (32, 24).
    (found,) = projected_boxes(camera(), [box((10, 0, 0), (2, 2, 2))])
    side = 2 * 32 / 9
    assert found == pytest.approx([32 - side / 2, 24 - side / 2, side, side])


def test_a_box_behind_the_camera_has_no_picture() -> None:
    assert np.isnan(projected_boxes(camera(), [box((-10, 0, 0), (2, 2, 2))])).all()
    assert truncation(box((-10, 0, 0), (2, 2, 2))) == 1.0


def test_a_box_around_the_camera_is_all_of_the_canvas() -> None:
    item = box((0, 0, 0), (4, 2, 2))
    assert projected_boxes(camera(), [item])[0] == pytest.approx([-64, -48, 192, 144])
    assert truncation(item) == pytest.approx(seen_by_many_points(item), abs=0.005)


def test_a_car_beside_the_camera_reaches_out_on_its_own_side_only() -> None:
    # To the left (world +Y), from 3 m behind to 3 m ahead: it ends at the canvas's border, and its right end is the far
    # face's inner edge, 1 m left at 3 m.
    item = box((0, 2, 0), (6, 2, 1))
    (found,) = projected_boxes(camera(), [item])
    assert found[0] == -64
    assert found[0] + found[2] == pytest.approx(32 - 32 * 1 / 3)
    # What is behind the camera's plane is outside, and so is what lies more than 45 degrees aside.
    assert truncation(item) == pytest.approx(seen_by_many_points(item), abs=0.005)
    assert truncation(item) > 0.5


def test_a_truck_that_passes_the_camera_has_finite_numbers() -> None:
    """Its projected box was 54,710 px wide once, and its truncation 1 with thousands of pixels in the picture."""
    item = box((4.0, 2.0, 0.3), (12.0, 2.5, 3.5), 0.05)
    (found,) = projected_boxes(camera(), [item])
    assert found[0] == -64
    assert found[2] <= 192
    assert found[3] <= 144
    assert truncation(item) == pytest.approx(seen_by_many_points(item), abs=0.005)
    assert 0.1 < truncation(item) < 0.9


def seen_by_many_points(item: SceneObject) -> float:
    """The share of a dense grid of points on the box that the picture does not show, the slow way."""
    side = (np.arange(301) + 0.5) / 301 - 0.5
    a, b = (axis.ravel() for axis in np.meshgrid(side, side))
    total = outside = 0.0
    for axis in range(3):
        for end in (-0.5, 0.5):
            face = np.roll(np.stack([np.full_like(a, end), a, b], axis=-1), axis, axis=1)
            area = np.delete(np.array(item.box_size_m), axis).prod()
            pixels = camera().project(item.world_from_object.points(face * item.box_size_m))
            with np.errstate(invalid="ignore"):
                shown = ((pixels >= 0) & (pixels <= (64, 48))).all(axis=-1)
            total, outside = total + area, outside + area * (1 - shown.mean())
    return float(outside / total)


@pytest.mark.parametrize("y_m", [0.0, 3.0, -4.0, 9.9, 10.0, 10.1, 30.0])
def test_truncation_is_the_share_of_the_surface_outside(y_m: float) -> None:
    item = box((12, y_m, 1.0), (4, 1.8, 1.5), 0.4)
    assert truncation(item) == pytest.approx(seen_by_many_points(item), abs=0.005)


def test_a_flat_box_seen_edge_on_is_in_or_out() -> None:
    inside, half, outside = (box((10, y, 0), (4.0, 0.0, 0.0)) for y in (0, 10, 40))
    assert [truncation(item) for item in (inside, outside)] == [0.0, 1.0]
    # Along the left border's ray, at 10 m: the nearer half of it is out.
    assert truncation(half) == pytest.approx(0.5, abs=0.01)


@given(
    place=st.tuples(*[MILLIMETRES_TO_6_M] * 3),
    size=st.tuples(*[MILLIMETRES_TO_6_M.map(abs)] * 3),
    turn=st.floats(0, 7),
)
def test_a_projected_box_bounds_what_is_on_the_canvas(
    place: tuple[float, float, float], size: tuple[float, float, float], turn: float
) -> None:
    item = box(place, size, turn)
    pixels = on_edges_and_sides(item)
    left, top, width, height = canvas((64, 48))
    first, last = np.array([left, top]), np.array([left + width, top + height])
    with np.errstate(invalid="ignore"):
        shown = pixels[((pixels >= first) & (pixels <= last)).all(axis=-1)]
    (found,) = projected_boxes(camera(), [item])
    if not shown.size:
        return
    low, high = shown.min(axis=0), shown.max(axis=0)
    assert (found[:2] <= low + 1e-6).all()
    assert (found[:2] + found[2:] >= high - 1e-6).all()
    assert (found[:2] >= first).all()
    assert (found[:2] + found[2:] <= last).all()


def on_edges_and_sides(item: SceneObject) -> Any:
    side = np.linspace(-0.5, 0.5, 21)
    points = np.stack(np.meshgrid(side, side, side), axis=-1).reshape(-1, 3)
    points = points[(np.abs(points) == 0.5).any(axis=1)]
    return camera().project(item.world_from_object.points(points * item.box_size_m))


def test_turned_boxes_agree_with_their_corners() -> None:
    item = box((8, 1, -1), (4.0, 1.8, 1.5), 0.7)
    pixels = camera().project(item.box_corners_m())
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    assert projected_boxes(camera(), [item])[0] == pytest.approx([*low, *(high - low)])


@given(raster=arrays(np.int32, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3)))
def test_areas_and_boxes_are_those_of_each_mask(raster: Any) -> None:
    expected = {
        value: (int((raster == value).sum()), tight_box(raster == value)) for value in np.unique(raster).tolist()
    }
    assert areas_and_boxes(raster) == expected

"""Projected 3D boxes at the near plane, where naive projection turns boxes inside out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.boxes import NEAR_M, areas_and_boxes, projected_boxes, tight_box, truncations
from longtail.annotate.labels.frame import SceneObject
from tests.annotate.pictures import camera


def box(centre_m: tuple[float, float, float], size_m: tuple[float, float, float], heading: float = 0.0) -> SceneObject:
    pose = Transform.upright("world", "object", centre_m, heading)
    return SceneObject(1, "car", "box", pose, (0.0, 0.0, 0.0), size_m, 1)


def test_nothing_projects_to_nothing() -> None:
    assert projected_boxes(camera(), []).shape == (0, 4)
    assert truncations(np.empty((0, 4)), (64, 48)).shape == (0,)
    assert tight_box(np.zeros((3, 3), dtype=bool)) is None


def test_a_cube_ahead_is_as_large_as_its_near_face() -> None:
    # Near face at 9 m, 2 m wide, focal length 32 px: 2 * 32 / 9 px wide around the middle (32, 24).
    (found,) = projected_boxes(camera(), [box((10, 0, 0), (2, 2, 2))])
    side = 2 * 32 / 9
    assert found == pytest.approx([32 - side / 2, 24 - side / 2, side, side])


def test_a_box_behind_the_camera_has_no_picture() -> None:
    boxes = projected_boxes(camera(), [box((-10, 0, 0), (2, 2, 2))])
    assert np.isnan(boxes).all()
    assert truncations(boxes, (64, 48)).tolist() == [1.0]


def test_a_box_around_the_camera_fills_more_than_the_picture() -> None:
    boxes = projected_boxes(camera(), [box((0, 0, 0), (4, 2, 2))])
    reach = 32 * 1 / NEAR_M
    assert boxes[0] == pytest.approx([32 - reach, 24 - reach, 2 * reach, 2 * reach])
    assert truncations(boxes, (64, 48))[0] == pytest.approx(1 - 64 * 48 / (2 * reach) ** 2)


def test_a_car_beside_the_camera_reaches_out_on_its_own_side_only() -> None:
    # To the left (world +Y), from 3 m behind to 3 m ahead: clipped at the near plane it ends at the far left, and its
    # right end is the far face's inner edge, 1 m left at 3 m.
    (found,) = projected_boxes(camera(), [box((0, 2, 0), (6, 2, 1))])
    assert found[0] == pytest.approx(32 - 32 * 3 / NEAR_M)
    assert found[0] + found[2] == pytest.approx(32 - 32 * 1 / 3)


def test_a_flat_box_seen_edge_on_is_in_or_out() -> None:
    boxes = np.array([[10.0, 10.0, 5.0, 0.0], [100.0, 10.0, 5.0, 0.0]])
    assert truncations(boxes, (64, 48)).tolist() == [0.0, 1.0]


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

"""3D boxes through lenses that bend lines or see behind the camera's plane."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera import BrownConrady, Camera, KannalaBrandt, Lens
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.boxes import projected_boxes, truncations
from longtail.annotate.labels.frame import SceneObject
from tests.annotate.pictures import FORWARD

FISHEYE = KannalaBrandt(400, 400, 100.0, 100.0, 200.0, 200.0)
FOLDING = BrownConrady(200, 200, 100.0, 100.0, 100.0, 100.0, k1=-0.25)
SHORT = KannalaBrandt(400, 400, 100.0, 100.0, 200.0, 200.0, k1=-0.05)


def box(centre_m: tuple[float, float, float], size_m: tuple[float, float, float]) -> SceneObject:
    return SceneObject(1, "car", "box", Transform.upright("world", "object", centre_m, 0.0), (0.0, 0.0, 0.0), size_m, 1)


def surface_box(lens: Lens, item: SceneObject) -> NDArray[np.float64]:
    """The rectangle of a dense cloud of points on the box's faces, the slow way."""
    side = np.linspace(-0.5, 0.5, 201)
    a, b = (axis.ravel() for axis in np.meshgrid(side, side))
    faces = [
        np.roll(np.stack([np.full_like(a, end), a, b], -1), axis, axis=1) for axis in range(3) for end in (-0.5, 0.5)
    ]
    points = item.world_from_object.points(np.concatenate(faces) * item.box_size_m)
    pixels = Camera(lens, FORWARD).project(points)
    low, high = np.nanmin(pixels, axis=0), np.nanmax(pixels, axis=0)
    return np.array([*low, *(high - low)])


@pytest.mark.parametrize(
    ("lens", "centre_m", "size_m"),
    [
        (FISHEYE, (4, 1, 0), (2, 2, 1)),
        (FISHEYE, (0, 3, -0.5), (6, 2, 2)),
        (FISHEYE, (-2, -3, 0.5), (1, 2, 2)),
        (FOLDING, (6, 1, 0), (2, 3, 2)),
        (FOLDING, (5, 4, 0.5), (2, 4, 2)),
    ],
    ids=["ahead", "beside", "behind", "barrel", "across the fold"],
)
def test_a_curved_box_bounds_its_surface(
    lens: Lens, centre_m: tuple[float, float, float], size_m: tuple[float, float, float]
) -> None:
    item = box(centre_m, size_m)
    (found,) = projected_boxes(Camera(lens, FORWARD), [item])
    np.testing.assert_allclose(found, surface_box(lens, item), atol=1.5)


def test_a_wall_without_an_edge_in_view_fills_the_field() -> None:
    item = box((5, 0, 0), (1, 90, 90))
    (found,) = projected_boxes(Camera(FOLDING, FORWARD), [item])
    radius = 100 * math.sqrt(4 / 3) * 2 / 3
    np.testing.assert_allclose(found, [100 - radius, 100 - radius, 2 * radius, 2 * radius], atol=0.01)
    # The field's circle lies inside the picture here, and most of the wall outside of it.
    assert truncations(Camera(FOLDING, FORWARD), [item], found[None])[0] > 0.98


def test_a_fisheye_sees_a_box_beside_and_behind_its_plane() -> None:
    item = box((-1, 4, 0), (0.5, 0.5, 0.5))
    (found,) = projected_boxes(Camera(FISHEYE, FORWARD), [item])
    angle = math.atan2(4, -1)
    # World Y is left of a camera that looks along X.
    assert found[0] < 200 - 100 * angle < found[0] + found[2]
    assert truncations(Camera(FISHEYE, FORWARD), [item], found[None]).tolist() == [0.0]


def test_out_of_a_fisheyes_field_is_out_of_the_picture() -> None:
    assert SHORT.limit_rad > math.pi / 2
    boxes = projected_boxes(Camera(SHORT, FORWARD), [box((-5, 0, 0), (1, 1, 1)), box((0.5, 3, 0), (1, 1, 1))])
    assert np.isnan(boxes[0]).all()
    assert np.isfinite(boxes[1]).all()

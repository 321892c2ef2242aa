"""The parallel projection on paper: what it shows where, where its rays begin, and what labels make of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from longtail.annotate.camera import Camera, Orthographic, Pinhole
from longtail.annotate.camera.overlap import overlap
from longtail.annotate.camera.ray_lengths import ray_lengths_m, world_points_m
from longtail.annotate.camera.seat import seated
from longtail.annotate.camera.transform import Transform
from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.boxes import projected_boxes, truncations
from longtail.annotate.labels.frame import SceneObject
from longtail.scenes.camera.lenses import lens_of
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw

LENS = Orthographic(640, 480, 100.0, 100.0, 300.0, 250.0)
# Straight down from ten metres, world X at the picture's top.
ABOVE = Camera(LENS, Transform("world", "camera", seated((5.0, 2.0, 10.0), 0.0, -90.0, 0.0)))


def box(x_m: float, y_m: float, z_m: float, size_m: tuple[float, float, float] = (1.0, 0.5, 0.4)) -> SceneObject:
    pose = Transform.upright("world", "object", (x_m, y_m, z_m), 0.0)
    return SceneObject(1, "car", "box", pose, (0.0, 0.0, 0.0), size_m)


def test_near_and_far_are_alike() -> None:
    """OpenCV has no such camera; a pinhole from ten kilometres that is as much longer is one, to a thousandth."""
    points = np.random.default_rng(2).uniform((-3, -2, 0.1), (3, 2, 30), (200, 3))
    far = 1e7
    matrix = np.array([[LENS.fx_px * far, 0, LENS.cx_px - 0.5], [0, LENS.fy_px * far, LENS.cy_px - 0.5], [0, 0, 1]])
    expected, _ = cv2.projectPoints(points, np.zeros(3), np.array([0.0, 0.0, far]), matrix, np.zeros(5))
    np.testing.assert_allclose(LENS.project(points), expected[:, 0] + 0.5, atol=2e-3)
    assert np.isnan(LENS.project([0, 0, -1])).all()


def test_pixels_lead_back_to_their_places() -> None:
    pixels = np.array([[0.5, 0.5], [300.0, 250.0], [639.5, 479.5]])
    for depth_m in (0.5, 9.0):
        world = ABOVE.unproject(pixels, np.full(3, depth_m))
        np.testing.assert_allclose(ABOVE.project(world), pixels, atol=1e-9)
        np.testing.assert_allclose(world[:, 2], 10.0 - depth_m)
    # 100 pixels up are a metre ahead, 100 to the right one to the right, which is -Y.
    np.testing.assert_allclose(ABOVE.unproject([[400.0, 150.0]], [10.0]), [[6.0, 1.0, 0.0]], atol=1e-9)


def test_lengths_and_places_of_pixels() -> None:
    depth = np.full((480, 640), 4.0, np.float32)
    np.testing.assert_array_equal(ray_lengths_m(LENS, depth), depth)
    places = world_points_m(ABOVE, depth)
    np.testing.assert_allclose(ABOVE.project(places), ABOVE.pixel_centres(), atol=1e-3)


def test_boxes_are_as_large_at_any_depth() -> None:
    boxes = projected_boxes(ABOVE, [box(5.0, 2.0, z) for z in (0.0, 5.0, 9.0)])
    np.testing.assert_allclose(boxes, [[275.0, 200.0, 50.0, 100.0]] * 3, atol=1e-6)
    # Behind the camera's plane there is nothing, and half of a box across it is seen whole.
    behind, across = projected_boxes(ABOVE, [box(5.0, 2.0, 11.0), box(5.0, 2.0, 10.0)])
    assert np.isnan(behind).all()
    np.testing.assert_allclose(across, [275.0, 200.0, 50.0, 100.0], atol=1e-6)


def test_a_box_larger_than_the_canvas_ends_with_it() -> None:
    large = box(5.0, 2.0, 0.0, (100.0, 100.0, 1.0))
    np.testing.assert_allclose(projected_boxes(ABOVE, [large]), [[-640.0, -480.0, 1920.0, 1440.0]], atol=1e-6)
    half = box(5.0 + 2.5, 2.0, 0.0)  # its middle is on the picture's upper border
    boxes = projected_boxes(ABOVE, [half])
    assert truncations(ABOVE, [half], boxes)[0] == pytest.approx(0.5, abs=0.05)


def test_it_shares_no_view_without_end() -> None:
    other = Camera(Pinhole.from_fov(640, 480, 90), ABOVE.world_from_camera)
    assert overlap(ABOVE, other) == overlap(other, ABOVE) == 0.0


def test_a_config_has_it_by_its_width_or_its_matrix() -> None:
    by_width = load("tabletop", ["camera.model=orthographic", "camera.orthographic.width_m=0.8"])
    lens = lens_of(by_width.camera.lens_request, draw(by_width.asked, 0).values)
    assert lens == Orthographic(960, 540, 1200.0, 1200.0, 480.0, 270.0)
    assert by_width.lens_kind == "orthographic"
    by_matrix = load("tabletop", ["camera.model=orthographic", "camera.size_px=[640, 480]",
                                  "camera.k=[[1000, 0, 319.5], [0, 1000, 200], [0, 0, 1]]"])  # fmt: skip
    lens = lens_of(by_matrix.camera.lens_request, draw(by_matrix.asked, 0).values)
    assert lens == Orthographic(640, 480, 1000.0, 1000.0, 320.0, 200.5)
    with pytest.raises(ConfigError, match="expected an orthographic camera of square pixels"):
        load("tabletop", ["camera.model=orthographic", "camera.size_px=[640, 480]",
                          "camera.k=[[1000, 0, 319.5], [0, 900, 200], [0, 0, 1]]"])  # fmt: skip

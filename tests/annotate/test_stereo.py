"""Pairs of cameras against OpenCV: rectification of distorted and turned ones, and points on equal rows."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera import BrownConrady, Camera, KannalaBrandt, Lens, Pinhole
from longtail.annotate.camera.seat import seated
from longtail.annotate.camera.stereo import camera_matrix, coefficients, stereo_of
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.rig import Rig

SIZE = (640, 480)
FRONT = BrownConrady(*SIZE, 520.0, 515.0, 322.0, 238.0, k1=-0.28, k2=0.09, p1=0.001, p2=-0.0005)
OTHER = BrownConrady(*SIZE, 510.0, 512.0, 317.0, 244.0, k1=-0.26, k2=0.08)
HOLE = Pinhole(*SIZE, 500.0, 500.0, 320.0, 240.0)


def at(lens: Lens, place: tuple[float, float, float], yaw_deg: float = 0.0, pitch_deg: float = 0.0) -> Camera:
    pose = seated(place, math.radians(yaw_deg), pitch_deg, 0.0)
    return Camera(lens, Transform("world", "camera", pose))


def points() -> NDArray[np.float64]:
    """World points (N, 3) before cameras that look along X."""
    rng = np.random.default_rng(5)
    return np.column_stack([rng.uniform(4, 30, 100), rng.uniform(-1, 1, 100), rng.uniform(-0.8, 0.8, 100)])


TURNED = {"left": at(FRONT, (0.0, 0.3, 0.02), 1.5, -0.5), "right": at(OTHER, (0.01, -0.3, 0.0), -1.0, 0.7)}
STRAIGHT = {"right": at(HOLE, (0.0, -0.3, 0.0)), "left": at(HOLE, (0.0, 0.3, 0.0))}


def test_rectification_is_that_of_opencv() -> None:
    left, right = TURNED["left"], TURNED["right"]
    relative = (right.world_from_camera.inverse() @ left.world_from_camera).matrix
    expected = cv2.stereoRectify(
        camera_matrix(FRONT), coefficients(FRONT), camera_matrix(OTHER), coefficients(OTHER), SIZE,
        relative[:3, :3], relative[:3, 3],
    )  # fmt: skip
    for name, rotation, projection in zip(TURNED, expected[:2], expected[2:4], strict=True):
        pair = stereo_of(name, TURNED)
        assert pair is not None
        assert (pair.side, pair.rectified) == (name, False)
        np.testing.assert_allclose(pair.rotation, rotation, atol=1e-12)
        np.testing.assert_allclose(pair.projection, projection, atol=1e-9)
        assert pair.baseline_m == pytest.approx(math.sqrt(0.6**2 + 0.01**2 + 0.02**2))


@pytest.mark.parametrize("cameras", [TURNED, STRAIGHT], ids=["turned and bent", "rectified"])
def test_rectified_points_are_in_one_row_and_apart_by_their_disparity(cameras: dict[str, Camera]) -> None:
    """u_left - u_right = f b / z, with all of it in the rectified pictures, by the matrices alone."""
    pixels, depths = {}, {}
    for name, camera in cameras.items():
        pair = stereo_of(name, cameras)
        assert pair is not None
        own = camera.world_from_camera.inverse().points(points())
        turned = own @ pair.rotation.T
        # The second camera's matrix takes points of the first one's rectified frame.
        if name == "right":
            turned = turned + [pair.baseline_m, 0.0, 0.0]
        homogeneous = np.column_stack([turned, np.ones(len(turned))]) @ pair.projection.T
        pixels[name], depths[name] = homogeneous[:, :2] / homogeneous[:, 2:], turned[:, 2]
        focal, baseline = pair.projection[0, 0], pair.baseline_m
    np.testing.assert_allclose(pixels["left"][:, 1], pixels["right"][:, 1], atol=1e-6)
    apart = pixels["left"][:, 0] - pixels["right"][:, 0]
    np.testing.assert_allclose(apart, focal * baseline / depths["left"], rtol=1e-6)


def test_opencv_undistorts_our_pixels_to_the_rectified_ones() -> None:
    """`initUndistortRectifyMap` looks up, for each rectified pixel, the very pixel that our lens projects to."""
    camera, pair = TURNED["left"], stereo_of("left", TURNED)
    assert pair is not None
    across, down = cv2.initUndistortRectifyMap(
        camera_matrix(FRONT), coefficients(FRONT), pair.rotation, pair.projection[:, :3], SIZE, cv2.CV_32FC1
    )
    rows, columns = np.mgrid[40:440:40, 40:600:40]
    rays = np.stack([columns, rows, np.ones_like(rows)], axis=-1) @ np.linalg.inv(pair.projection[:, :3]).T
    ours = camera.lens.project(rays @ pair.rotation) - 0.5
    theirs = np.stack([across[rows, columns], down[rows, columns]], axis=-1)
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_a_rectified_pair_keeps_its_own_matrix() -> None:
    left, right = (stereo_of(name, STRAIGHT) for name in ("left", "right"))
    assert left is not None
    assert right is not None
    assert (left.rectified, right.rectified, left.partner, right.side) == (True, True, "right", "right")
    np.testing.assert_array_equal(left.rotation, np.eye(3))
    np.testing.assert_allclose(left.projection, np.column_stack([camera_matrix(HOLE), np.zeros(3)]))
    np.testing.assert_allclose(right.projection[:, 3], [-500.0 * 0.6, 0, 0])


def test_who_is_no_partner() -> None:
    fish = KannalaBrandt.from_fov(*SIZE, 150.0)
    for other in (
        at(fish, (0.0, -0.3, 0.0)), at(HOLE, (1.0, -0.3, 0.0)), at(HOLE, (0.0, 0.0, 1.0)), at(HOLE, (0.0, -0.3, 0), 60),
        at(Pinhole.from_fov(320, 240, 60), (0.0, -0.3, 0.0)), at(HOLE, (0.0, 0.0, 0.0)),
    ):  # fmt: skip
        assert stereo_of("own", {"own": at(HOLE, (0.0, 0.0, 0.0)), "other": other}) is None


def test_the_nearest_is_the_partner() -> None:
    three = {name: at(HOLE, (0.0, y, 0.0)) for name, y in (("a", 0.0), ("b", -0.2), ("c", -0.5))}
    assert [pair.partner for name in three if (pair := stereo_of(name, three))] == ["b", "a", "b"]


def test_a_rig_survives_its_json() -> None:
    rig = Rig.of("right", 3, {"right": 6, "left": 7}, STRAIGHT)
    told = rig.to_json()
    assert told["overlaps"]["left"] > 0.9
    np.testing.assert_allclose(rig.reference_from_camera, np.eye(4), atol=1e-12)
    assert Rig.from_json(told).to_json() == told
    with pytest.raises(ValueError, match="expected side left or right"):
        Rig.from_json({**told, "stereo": {**told["stereo"], "side": "up"}})
    with pytest.raises(ValueError, match="expected 3x3 and 3x4 matrices"):
        Rig.from_json({**told, "stereo": {**told["stereo"], "rotation": [1]}})
    with pytest.raises(ValueError, match="a 4x4 matrix"):
        Rig.from_json({**told, "reference_from_camera": [[1]]})

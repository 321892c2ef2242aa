"""OpenCV on rendered pictures of a checker board: found, undistorted and rectified by a calibration as we give it."""

from __future__ import annotations

import dataclasses
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera import BrownConrady, Camera, KannalaBrandt, Lens
from longtail.annotate.camera.stereo import stereo_of
from longtail.annotate.camera.transform import Transform
from longtail.render.blender.session import Session
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box
from tests.blender.stage import at, expose
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

Array = NDArray[np.float64]
SIZE = WIDTH, HEIGHT = 320, 240
FRONT = BrownConrady(WIDTH, HEIGHT, 240.0, 242.0, 163.0, 117.0, -0.3, 0.1, 0.002, -0.001, -0.01)
OTHER = BrownConrady(WIDTH, HEIGHT, 236.0, 239.0, 155.0, 124.0, -0.25, 0.08, -0.001, 0.002)
FISHEYE = KannalaBrandt(WIDTH, HEIGHT, 120.0, 119.0, 163.0, 117.0, 0.02, -0.005, 0.002, -0.0003)
BLACK = Principled((0.0, 0.0, 0.0), roughness=1.0)
LENSES = {"left": FRONT, "right": OTHER}
AHEAD_M, COLUMNS, ROWS = 3.0, 7, 5
CLOSE_PX = 0.3


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(16)


def board(side_m: float) -> list[tuple[str, str, Mesh, Transform]]:
    """The black squares of a checker board across world X, before a white sky."""
    black = box((0.001, side_m, side_m), BLACK)
    places = [(row, column) for row in range(ROWS) for column in range(COLUMNS) if (row + column) % 2 == 0]
    middle = (COLUMNS - 1) / 2, (ROWS - 1) / 2
    return [
        (f"square {i}", "car", black, at(AHEAD_M, (middle[0] - column) * side_m, (middle[1] - row) * side_m))
        for i, (row, column) in enumerate(places)
    ]


def corners(side_m: float) -> Array:
    """The corners (N, 3) inside the board in the world, by rows from the upper left."""
    columns, rows = np.meshgrid(np.arange(COLUMNS - 1), np.arange(ROWS - 1))
    y, z = (COLUMNS / 2 - 1 - columns) * side_m, (ROWS / 2 - 1 - rows) * side_m
    return np.asarray(np.stack([np.full(y.shape, AHEAD_M), y, z], axis=-1).reshape(-1, 3))


def looking(lens: Lens, place: tuple[float, float, float], *turn: float) -> Camera:
    """Along world X from a place, turned by a vector."""
    level = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
    turned, _ = cv2.Rodrigues(np.array(turn))
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = level @ turned, place
    return Camera(lens, Transform("world", "camera", matrix))


def matrix_of(lens: Lens) -> Array:
    """OpenCV counts pixels from the centre of the first one."""
    return np.array([[lens.fx_px, 0, lens.cx_px - 0.5], [0, lens.fy_px, lens.cy_px - 0.5], [0, 0, 1]])


def distortion_of(lens: BrownConrady | KannalaBrandt) -> Array:
    return np.array([getattr(lens, name) for name in lens.DISTORTION])


def photographed(session: Session, camera: Camera, side_m: float) -> NDArray[np.uint8]:
    """(H, W): the board in grey."""
    shown = expose(session, camera, board(side_m))
    return np.asarray(shown.radiance.mean(axis=2).clip(0, 1) * 255, dtype=np.uint8)


def found(picture: NDArray[Any]) -> Array:
    """(N, 2) corners in OpenCV's pixels, which nobody has shown it where to look for, by rows from the upper left."""
    there, places = cv2.findChessboardCorners(picture, (COLUMNS - 1, ROWS - 1))
    assert there
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 50, 1e-4)
    fine = cv2.cornerSubPix(picture, places, (4, 4), (-1, -1), stop)[:, 0].astype(np.float64)
    # It may begin at either end of a board that looks the same from both.
    return fine if fine[0].sum() < fine[-1].sum() else fine[::-1]


def in_camera(camera: Camera, points: Array) -> Array:
    return np.asarray(camera.world_from_camera.inverse().points(points))


@pytest.mark.parametrize("lens", [FRONT, FISHEYE], ids=["brown_conrady", "fisheye"])
def test_opencv_projects_to_where_it_finds_the_corners(session: Session, lens: BrownConrady | KannalaBrandt) -> None:
    """`projectPoints` and `fisheye.projectPoints` with our numbers against `findChessboardCorners` in our picture."""
    camera, side_m = looking(lens, (0.2, 0.1, -0.05), 0.05, -0.08, 0.1), 0.3
    points = in_camera(camera, corners(side_m))[:, None]
    project = cv2.fisheye.projectPoints if isinstance(lens, KannalaBrandt) else cv2.projectPoints
    expected, _ = project(points, np.zeros(3), np.zeros(3), matrix_of(lens), distortion_of(lens))
    places = found(photographed(session, camera, side_m))
    assert np.abs(places - expected[:, 0]).max() < CLOSE_PX
    # One per cent of the focal length is more than that lets pass.
    wrong = dataclasses.replace(lens, fx_px=1.01 * lens.fx_px)
    assert np.abs(places - (camera.project(corners(side_m)) - 0.5)).max() < CLOSE_PX
    assert np.abs(places - (wrong.project(points[:, 0]) - 0.5)).max() > CLOSE_PX


def test_an_undistorted_fisheye_is_a_pinhole(session: Session) -> None:
    """By `fisheye.initUndistortRectifyMap` of our calibration, of the very matrix that it is asked for."""
    camera, side_m = looking(FISHEYE, (0.0, 0.0, 0.0), 0.05, -0.1, 0.15), 0.6
    wanted = np.array([[110.0, 0, 160], [0, 110, 120], [0, 0, 1]])
    maps = cv2.fisheye.initUndistortRectifyMap(
        matrix_of(FISHEYE), distortion_of(FISHEYE), np.eye(3), wanted, SIZE, cv2.CV_32FC1
    )
    straight = cv2.remap(photographed(session, camera, side_m), *maps, cv2.INTER_LINEAR)
    expected = in_camera(camera, corners(side_m)) @ wanted.T
    assert np.abs(found(straight) - expected[:, :2] / expected[:, 2:]).max() < CLOSE_PX


def test_a_rectified_pair_has_its_corners_in_one_row_and_apart_by_their_disparity(session: Session) -> None:
    """Two lenses that bend and turn apart, rectified by `stereoRectify` and `initUndistortRectifyMap`."""
    side_m = 0.24
    pair = {
        "left": looking(FRONT, (0.0, 0.2, 0.02), 0.01, -0.04, 0.02),
        "right": looking(OTHER, (0.02, -0.2, -0.01), -0.01, 0.05, -0.03),
    }
    left, right = pair.values()
    relative = (right.world_from_camera.inverse() @ left.world_from_camera).matrix
    projections = cv2.stereoRectify(
        matrix_of(FRONT), distortion_of(FRONT), matrix_of(OTHER), distortion_of(OTHER), SIZE,
        relative[:3, :3], relative[:3, 3],
    )[2:4]  # fmt: skip
    places, apart_px = {}, np.zeros(0)
    for (name, camera), projection in zip(pair.items(), projections, strict=True):
        said = stereo_of(name, pair)
        assert said is not None
        # What the record says of the pair is what OpenCV says.
        np.testing.assert_allclose(said.projection, projection, atol=1e-9)
        lens = LENSES[name]
        maps = cv2.initUndistortRectifyMap(
            matrix_of(lens), distortion_of(lens), said.rotation, said.projection[:, :3], SIZE, cv2.CV_32FC1
        )
        places[name] = found(cv2.remap(photographed(session, camera, side_m), *maps, cv2.INTER_LINEAR))
        turned = in_camera(camera, corners(side_m)) @ said.rotation.T
        straight = turned @ said.projection[:, :3].T
        assert np.abs(places[name] - straight[:, :2] / straight[:, 2:]).max() < CLOSE_PX
        apart_px = said.projection[0, 0] * said.baseline_m / turned[:, 2]
    assert np.abs(places["left"][:, 1] - places["right"][:, 1]).max() < CLOSE_PX
    assert np.abs(places["left"][:, 0] - places["right"][:, 0] - apart_px).max() < CLOSE_PX

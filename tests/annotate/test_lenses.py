"""Camera models against OpenCV, and against themselves there and back."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from longtail.annotate.camera import (
    LENSES,
    BrownConrady,
    Camera,
    Equirectangular,
    FTheta,
    KannalaBrandt,
    Lens,
    Pinhole,
)
from longtail.annotate.camera.transform import Transform

# Published calibrations: KITTI raw camera 0, EuRoC MAV camera 0, TUM VI camera 0 (see scenes/camera/lenses.py).
KITTI = BrownConrady(
    1392, 512, 984.2439, 980.8141, 690.5, 234.2, -0.3728755, 0.2037299, 0.002219027, 0.001383707, -0.07233722
)
EUROC = BrownConrady(752, 480, 458.654, 457.296, 367.7, 248.9, -0.28340811, 0.07395907, 0.00019359, 1.76187114e-05)
TUM_VI = KannalaBrandt(
    512, 512, 190.978477, 190.973307, 255.4, 257.4, 0.0034823894, 0.00071503484, -0.00205323614, 0.00020293673
)  # fmt: skip
EQUIDISTANT = KannalaBrandt.from_fov(320, 180, 200.0)
PINCUSHION = BrownConrady.from_fov(640, 360, 70.0, k1=0.15, k2=0.02, p1=-0.003, p2=0.002)
# As Azure Kinect's colour camera is calibrated in the factory, about.
RATIONAL = BrownConrady(
    1280, 720, 607.4, 607.3, 638.2, 366.9, 0.4885, -2.664, 0.0007, -0.0002, 1.531, 0.3699, -2.486, 1.456
)  # fmt: skip
PLAIN = Pinhole(640, 480, 500.0, 510.0, 300.0, 250.0)
EVERY: dict[str, Lens] = {
    "kitti": KITTI,
    "euroc": EUROC,
    "tum_vi": TUM_VI,
    "equidistant": EQUIDISTANT,
    "pincushion": PINCUSHION,
    "pinhole": PLAIN,
    "rational": RATIONAL,
    "f_theta": FTheta(640, 480, 250.0, 252.0, 310.0, 250.0, 0.02, -0.03, 0.02, -0.001),
    "panorama": Equirectangular(640, 480, 105.0, 160.0, 318.0, 235.0),
}
each_lens = pytest.mark.parametrize("lens", EVERY.values(), ids=EVERY)
shares = st.floats(0, 1, allow_nan=False)


def checker(lens: Lens, depth_m: float = 2.0) -> NDArray[np.float64]:
    """The corners (N, 3) of a board square to the optical axis, within the pixels of `lens` that look forward."""
    u, v = np.meshgrid(np.linspace(1, lens.width_px - 1, 13), np.linspace(1, lens.height_px - 1, 9))
    rays = lens.rays(np.stack([u, v], axis=-1).reshape(-1, 2))
    rays = rays[rays[:, 2] > 0.05]
    return np.asarray(rays / rays[:, 2:] * depth_m)


def camera_matrix(lens: Lens) -> NDArray[np.float64]:
    """OpenCV counts pixels from the centre of the first one."""
    return np.array([[lens.fx_px, 0, lens.cx_px - 0.5], [0, lens.fy_px, lens.cy_px - 0.5], [0, 0, 1]])


@pytest.mark.parametrize("lens", [KITTI, EUROC, PINCUSHION, RATIONAL], ids=["kitti", "euroc", "pincushion", "rational"])
def test_brown_conrady_is_opencvs(lens: BrownConrady) -> None:
    points = checker(lens)
    distortion = np.array([getattr(lens, name) for name in BrownConrady.DISTORTION])
    expected, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), camera_matrix(lens), distortion)
    assert len(points) == 13 * 9
    np.testing.assert_allclose(lens.project(points), expected[:, 0] + 0.5, atol=1e-6)


@pytest.mark.parametrize("lens", [TUM_VI, EQUIDISTANT], ids=["tum_vi", "equidistant"])
def test_kannala_brandt_is_opencvs_fisheye(lens: KannalaBrandt) -> None:
    points = checker(lens)
    distortion = np.array([lens.k1, lens.k2, lens.k3, lens.k4])
    expected, _ = cv2.fisheye.projectPoints(points[:, None], np.zeros(3), np.zeros(3), camera_matrix(lens), distortion)
    assert len(points) > 80
    np.testing.assert_allclose(lens.project(points), expected[:, 0] + 0.5, atol=1e-6)


def test_a_panorama_is_longitude_and_latitude() -> None:
    lens = Equirectangular.from_fov(360, 180, 360)
    seen = lens.project([[0, 0, 1], [1, 0, 0], [-1, 0, 0], [0, -1, 1], [1, 0, -1], [0, -1, 0]])
    np.testing.assert_allclose(seen[:5], [[180, 90], [270, 90], [90, 90], [180, 45], [315, 90]], atol=1e-6)
    assert seen[5, 1] == pytest.approx(0, abs=1e-6)
    # Straight behind are both borders, and beyond them there is nothing.
    np.testing.assert_allclose(lens.rays([[0, 90], [360, 90]]), [[0, 0, -1], [0, 0, -1]], atol=1e-6)
    assert np.isnan(lens.rays([[-0.1, 90], [360.1, 90], [180, -0.1], [180, 180.1]])).all()
    with pytest.raises(ValueError, match=r"up to 180 deg high, got 202\.5 deg"):
        Equirectangular.from_fov(960, 540, 360)


@pytest.mark.parametrize("k", [(0.1, -0.3, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0), (0.0, 0.01, 0.0, 0.02)])
def test_f_thetas_picture_ends_where_its_polynomial_turns(k: tuple[float, float, float, float]) -> None:
    lens = FTheta(400, 400, 60.0, 60.0, 200.0, 200.0, *k)
    r = np.linspace(0, 6, 60_001)
    theta = r + sum(a * r**power for power, a in enumerate(k, start=2))
    ends = np.flatnonzero((np.diff(theta) <= 0) | (theta[1:] >= math.pi))[0]
    assert lens.limit_rad == pytest.approx(theta[ends], abs=1e-3)
    pixels = 200 + 60 * np.array([[0.9999 * r[ends], 0], [1.0001 * r[ends + 1], 0]])
    seen = np.isfinite(lens.rays(pixels)).all(axis=-1)
    assert seen.tolist() == [True, False]
    beyond = lens.limit_rad + 0.01
    if beyond < math.pi:
        assert np.isnan(lens.project([math.sin(beyond), 0, math.cos(beyond)])).all()


def test_pinhole_is_opencvs() -> None:
    points = checker(PLAIN)
    expected, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), camera_matrix(PLAIN), np.zeros(5))
    np.testing.assert_allclose(PLAIN.project(points), expected[:, 0] + 0.5, atol=1e-6)


@each_lens
@given(across=shares, down=shares, distance_m=st.floats(0.01, 1000))
def test_a_pixels_ray_leads_back_to_it(lens: Lens, across: float, down: float, distance_m: float) -> None:
    pixel = np.array([across * lens.width_px, down * lens.height_px])
    ray = lens.rays(pixel)
    assert np.linalg.norm(ray) == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(lens.project(ray * distance_m), pixel, atol=1e-6)


@given(
    across=shares,
    down=shares,
    k1=st.floats(-0.5, 0.5),
    k2=st.floats(-0.3, 0.3),
    p1=st.floats(-0.01, 0.01),
    p2=st.floats(-0.01, 0.01),
    k3=st.floats(-0.1, 0.1),
    rational=st.tuples(*[st.floats(-0.3, 0.6)] * 3) | st.just((0.0, 0.0, 0.0)),
)
def test_any_distortion_has_a_true_ray_or_none(
    across: float,
    down: float,
    k1: float,
    k2: float,
    p1: float,
    p2: float,
    k3: float,
    rational: tuple[float, float, float],
) -> None:
    lens = BrownConrady(400, 300, 220.0, 230.0, 190.0, 160.0, k1, k2, p1, p2, k3, *rational)
    pixel = np.array([across * 400, down * 300])
    ray = lens.rays(pixel)
    if np.isfinite(ray).all():
        np.testing.assert_allclose(lens.project(ray), pixel, atol=1e-6)
        assert math.atan2(math.hypot(ray[0], ray[1]), ray[2]) <= lens.limit_rad + 1e-12


@given(
    theta=st.floats(0, 3.1), phi=st.floats(-3, 3), k=st.tuples(*[st.floats(-0.02, 0.02)] * 4), size_m=st.floats(0.1, 99)
)
def test_any_fisheye_shows_points_up_to_its_limit(
    theta: float, phi: float, k: tuple[float, float, float, float], size_m: float
) -> None:
    lens = KannalaBrandt(400, 300, 120.0, 118.0, 190.0, 160.0, *k)
    ray = np.array([math.sin(theta) * math.cos(phi), math.sin(theta) * math.sin(phi), math.cos(theta)])
    pixel = lens.project(ray * size_m)
    assert np.isfinite(pixel).all() == (math.atan2(math.hypot(ray[0], ray[1]), ray[2]) <= lens.limit_rad)
    if theta < 0.99 * lens.limit_rad:
        np.testing.assert_allclose(lens.rays(pixel), ray, atol=1e-6)


def test_an_equidistant_lens_grows_with_the_angle() -> None:
    lens = KannalaBrandt(200, 200, 50.0, 50.0, 100.0, 100.0)
    np.testing.assert_allclose(lens.project([3.0, 0, 0]), [100 + 50 * math.pi / 2, 100])
    np.testing.assert_allclose(lens.project([0, -1.0, -1.0]), [100, 100 - 50 * 3 * math.pi / 4])
    np.testing.assert_allclose(lens.rays([100.0, 100.0]), [0, 0, 1])
    np.testing.assert_allclose(lens.rays([100.0 + 50 * 2, 100.0]), [math.sin(2), 0, math.cos(2)])
    assert np.isnan(lens.project([0.0, 0.0, 0.0])).all()
    assert np.isnan(lens.rays([100 + 50 * 3.2, 100.0])).all()


def test_a_barrel_ends_where_its_formula_folds_back() -> None:
    # r (1 - r^2 / 4) rises up to r^2 = 4 / 3.
    lens = BrownConrady(200, 200, 100.0, 100.0, 100.0, 100.0, k1=-0.25)
    end = math.sqrt(4 / 3)
    assert lens.limit_rad == pytest.approx(math.atan(end))
    np.testing.assert_allclose(lens.project([end - 1e-6, 0, 1]), [100 + 100 * end * 2 / 3, 100])
    assert np.isnan(lens.project(np.array([[end + 1e-6, 0, 1], [0, 0, -1], [0.5, 0, -1]]))).all()
    assert np.isnan(lens.rays([100 + 100 * end * 2 / 3 + 0.01, 100])).all()


@each_lens
def test_what_cannot_be_seen_has_no_pixel(lens: Lens) -> None:
    rear = -lens.rays([lens.cx_px + 1, lens.cy_px])
    assert np.isnan(lens.project(rear)).all() == (lens.limit_rad < math.pi - 0.1)


@each_lens
def test_lenses_come_back_from_json(lens: Lens) -> None:
    pose = Transform.upright("world", "camera", (1, 2, 3), 0.4)
    stored = json.loads(json.dumps(Camera(lens, pose).to_json()))
    found = Camera.from_json(stored)
    assert found.lens == lens
    assert stored["model"] in LENSES
    np.testing.assert_array_equal(found.world_from_camera.matrix, pose.matrix)


MADE: dict[str, Callable[[float], Lens]] = {
    "pinhole": lambda fov_deg: Pinhole.from_fov(320, 180, fov_deg),
    "brown_conrady": lambda fov_deg: BrownConrady.from_fov(320, 180, fov_deg, k1=-0.3, k2=0.1),
    "kannala_brandt": lambda fov_deg: KannalaBrandt.from_fov(320, 180, fov_deg, k1=0.01, k3=-0.002),
    "f_theta": lambda fov_deg: FTheta.from_fov(320, 180, fov_deg, k2=0.01, k4=-0.002),
    "equirectangular": lambda fov_deg: Equirectangular.from_fov(320, 180, fov_deg),
}


@pytest.mark.parametrize("model", [model for model, lens in LENSES.items() if lens.central])
@pytest.mark.parametrize("fov_deg", [40.0, 90.0, 120.0])
def test_the_field_is_what_was_asked_for(model: str, fov_deg: float) -> None:
    lens = MADE[model](fov_deg)
    left, right = lens.rays([[0, 90], [320, 90]])
    assert math.degrees(math.acos(left @ right)) == pytest.approx(fov_deg)
    assert lens.horizontal_fov_deg == pytest.approx(fov_deg)


def test_a_field_beyond_the_fold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a horizontal field under 98\.\d deg.*got 120 deg"):
        BrownConrady.from_fov(320, 180, 120, k1=-0.25)
    with pytest.raises(ValueError, match=r"expected a horizontal field up to .* deg.*got 220 deg"):
        KannalaBrandt.from_fov(320, 180, 220, k1=-0.2)


def test_without_distortion_brown_conrady_is_a_pinhole() -> None:
    plain, bare = Pinhole.from_fov(320, 180, 80), BrownConrady.from_fov(320, 180, 80)
    points = checker(plain)
    np.testing.assert_allclose(bare.project(points), plain.project(points), atol=1e-9)

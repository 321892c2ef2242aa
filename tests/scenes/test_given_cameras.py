"""Cameras as users have them: a matrix and coefficients, calibration files, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera import Lens
from longtail.annotate.errors import ConfigError
from longtail.scenes.camera.lenses import lens_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve
from longtail.scenes.drawing.sampling import draw

K = [[1000.0, 0, 620.5], [0, 1010.0, 350.0], [0, 0, 1]]
SIZE = [1280, 720]
PINHOLE: dict[str, Any] = {"size_px": SIZE, "k": K}


def configured(camera: Mapping[str, Any], **others: Any) -> Config:
    return resolve({"scenario": "street", "camera": camera, **others})


def lens_in(config: Config, index: int = 0) -> Lens:
    return lens_of(config.camera.lens_request, draw(config.asked, index).values)


def refused(camera: Mapping[str, Any], **others: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        configured(camera, **others)
    assert len(str(caught.value)) < 1000
    return str(caught.value)


def points() -> NDArray[np.float64]:
    """Points (N, 3) before a camera."""
    rng = np.random.default_rng(3)
    slopes = np.column_stack([rng.uniform(-0.5, 0.5, 200), rng.uniform(-0.3, 0.3, 200), np.ones(200)])
    return np.asarray(slopes * 7, dtype=np.float64)


@pytest.mark.parametrize(
    "distortion",
    [
        None,
        [-0.3, 0.1, 0.001, -0.002],
        [-0.3, 0.1, 0.001, -0.002, 0.02],
        [0.4, -0.05, 0.001, -0.002, 0.01, 0.75, 0.1, 0.02],
        [-0.3, 0.1, 0.001, -0.002, 0.02, 0, 0, 0, 0, 0, 0, 0],
        [-0.3, 0.1, 0.001, -0.002, 0.02, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ],
    ids=["none", "4", "5", "8", "12", "14"],
)
def test_a_matrix_gives_opencvs_very_camera(distortion: list[float] | None) -> None:
    bent = {} if distortion is None else {"distortion": distortion}
    lens = lens_in(configured({**PINHOLE, **bent}))
    expected, _ = cv2.projectPoints(
        points(), np.zeros(3), np.zeros(3), np.array(K), np.array(distortion or [0.0] * 4, dtype=np.float64)
    )
    # OpenCV counts from the centre of the first pixel.
    np.testing.assert_allclose(lens.project(points()), expected[:, 0] + 0.5, atol=1e-6)


@pytest.mark.parametrize("given", [[0.01, -0.02, 0.003, 0.001], [0, 0, 0, 0]])
def test_a_matrix_gives_opencvs_fisheye(given: list[float]) -> None:
    matrix = [[300.0, 0, 630.5], [0, 302.0, 355.5], [0, 0, 1]]
    lens = lens_in(configured({"model": "kannala_brandt", "size_px": SIZE, "k": matrix, "distortion": given}))
    expected, _ = cv2.fisheye.projectPoints(
        points()[:, None], np.zeros(3), np.zeros(3), np.array(matrix), np.array(given, dtype=np.float64)
    )
    np.testing.assert_allclose(lens.project(points()), expected[:, 0] + 0.5, atol=1e-6)


def test_from_telephoto_to_220_degrees() -> None:
    tele = lens_in(configured({"size_px": [640, 360], "k": [[36665.0, 0, 300], [0, 36665.0, 200], [0, 0, 1]]}))
    assert tele.horizontal_fov_deg == pytest.approx(1.0, abs=1e-3)
    wide = lens_in(configured({
        "model": "kannala_brandt", "size_px": [640, 640], "distortion": [0, 0, 0, 0],
        "k": [[166.67, 0, 319.5], [0, 166.67, 319.5], [0, 0, 1]],
    }))  # fmt: skip
    assert wide.horizontal_fov_deg == pytest.approx(220.0, abs=0.1)
    assert lens_in(configured({"horizontal_fov_deg": 1.0})).horizontal_fov_deg == pytest.approx(1.0)


def test_nvidias_polynomial_is_that_of_pixels() -> None:
    """theta = c1 d + c2 d^2 + ..., d in pixels from the principal point."""
    terms = [0.0, 1e-3, 1e-8, -2e-11, 3e-14, 1e-18]
    camera = {"polynomial": terms, "principal_point_px": [955.5, 600.0], "size_px": [1920, 1208]}
    lens = lens_in(configured(camera))
    pixels = np.array([[955.5, 600.0], [1500.0, 600.0], [200.0, 1100.0]])
    distances = np.hypot(*(pixels - [955.5, 600.0]).T)
    angles = np.arccos(lens.rays(pixels + 0.5)[:, 2])
    np.testing.assert_allclose(angles, np.polynomial.Polynomial(terms)(distances), atol=1e-9)
    np.testing.assert_allclose(lens.project(lens.rays(pixels + 0.5)), pixels + 0.5, atol=1e-6)


def test_every_number_may_be_a_distribution() -> None:
    spread = {"normal": [1000, 4]}
    camera = {
        "size_px": SIZE,
        "k": [[spread, 0, {"uniform": [630, 650]}], [0, {"normal": [1010, 4]}, 359.5], [0, 0, 1]],
        "distortion": [{"normal": [-0.3, 0.001]}, 0.1, 0, 0],
    }
    config = configured(camera)
    drawn = [draw(config.asked, index).values for index in range(60)]
    lenses = [lens_in(config, index) for index in range(60)]
    assert len({lens.fx_px for lens in lenses}) == 60
    assert np.std([values["camera.intrinsics.fx_px"] for values in drawn]) == pytest.approx(4, rel=0.2)
    for values, lens in zip(drawn, lenses, strict=True):
        assert lens.fx_px == pytest.approx(values["camera.intrinsics.fx_px"], abs=1e-9)
        assert lens.cx_px == pytest.approx(values["camera.intrinsics.cx_px"] + 0.5, abs=1e-9)
        assert lens.to_json()["distortion"]["k1"] == pytest.approx(values["camera.brown_conrady.k1"], abs=1e-9)


def test_a_leaf_laid_over_a_matrix_keeps_the_rest() -> None:
    config = load("street", [f"camera.size_px={SIZE}", f"camera.k={K}", "camera.intrinsics.fx_px={normal: [1000, 2]}"])
    assert lens_in(config).fy_px == 1010.0
    assert lens_in(config, 1).fx_px != lens_in(config).fx_px
    # Alone, a focal length has square pixels and the middle of the picture.
    lens = lens_in(configured({"intrinsics": {"fx_px": 800}}))
    assert (lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px) == (800, 800, 480, 270)


def test_a_matrix_travels_with_its_config() -> None:
    config = configured({**PINHOLE, "distortion": [-0.3, 0.1, 0, 0]})
    again = resolve(config.to_json())
    assert again.digest == config.digest
    assert lens_in(again) == lens_in(config)
    assert configured({**PINHOLE, "k": [[1000.0, 0, 620.0], *K[1:]]}).digest != config.digest


def test_configs_without_a_matrix_have_the_digest_that_they_had() -> None:
    told = load("street").to_json()
    assert not [path for path in told if path.startswith(("camera.intrinsics", "camera.f_theta"))]
    assert "k_size_px" not in told["camera"]


def test_a_smaller_picture_of_the_same_camera() -> None:
    small = {**PINHOLE, "size_px": [640, 360], "k_size_px": SIZE}
    whole, half = lens_in(configured(PINHOLE)), lens_in(configured(small))
    np.testing.assert_allclose(half.project(points()) * 2, whole.project(points()), atol=1e-9)
    assert "expected a size that has the sides' ratio of 1280 x 720" in refused({**small, "size_px": [640, 480]})


@pytest.mark.parametrize(
    ("camera", "words"),
    [
        ({"k": K}, "camera.k: expected camera.size_px beside it"),
        ({**PINHOLE, "k": [[1, 2], [3, 4]]}, "camera.k: expected a matrix [[fx, 0, cx]"),
        ({**PINHOLE, "k": [[1000, 3, 5], [0, 1, 5], [0, 0, 1]]}, "camera.k: expected a matrix without skew"),
        ({**PINHOLE, "k": [[0, 0, 5], [0, 1, 5], [0, 0, 1]]}, "camera.k: expected fx over 0"),
        ({**PINHOLE, "distortion": [0.1, 0.2]}, "camera.distortion: expected 4, 5 or 8 coefficients"),
        ({**PINHOLE, "distortion": [*[0.1] * 8, 0.01, 0, 0, 0]}, "expected no thin prism"),
        ({**PINHOLE, "distortion": [*[0.1] * 8, 0, 0, 0, 0, 0.1, 0]}, "no tilt"),
        ({**PINHOLE, "distortion": "plumb"}, "camera.distortion: expected a list"),
        ({**PINHOLE, "distortion": ["a", 0, 0, 0]}, "camera.brown_conrady.k1: expected a number"),
        ({**PINHOLE, "model": "pinhole", "distortion": [0.1, 0, 0, 0]}, "expected no distortion of a pinhole"),
        ({**PINHOLE, "model": "kannala_brandt", "distortion": [0.1] * 5}, "expected 4 coefficients of a fisheye"),
        ({**PINHOLE, "model": "equirectangular", "distortion": [0.1] * 5}, "got the model equirectangular"),
        ({"intrinsics": {"cx_px": 3}}, "camera.intrinsics.cx_px: expected camera.intrinsics.fx_px beside it"),
        ({"polynomial": [0, 1e-3], "model": "pinhole", "size_px": SIZE}, "expected camera.model: f_theta"),
        ({"polynomial": [0.1, 1e-3], "size_px": SIZE}, "polynomial: expected 0, a positive rad per pixel"),
        ({"in_file": "cam0"}, "camera.file: expected the path of a calibration"),
        ({"size_px": [640, 360], "k": [[3e5, 0, 0], [0, 3e5, 0], [0, 0, 1]]}, "expected a pinhole whose focal length"),
        ({"model": "equirectangular", "size_px": SIZE}, "expected a picture up to 180 deg high, got 202.5 deg"),
    ],
)  # fmt: skip
def test_what_is_no_camera_is_refused(camera: dict[str, Any], words: str) -> None:
    assert words in refused(camera)


@pytest.mark.parametrize(
    ("camera", "angle"),
    [
        ({**PINHOLE, "distortion": [-1, 0, 0, 0]}, "30.0 deg"),
        ({**PINHOLE, "distortion": [0, 0, 0, 0, 0, 1.5, 0, 0], "model": "brown_conrady"}, "39.2 deg"),
        ({"model": "kannala_brandt", "size_px": SIZE, "k": [[300, 0, 640], [0, 300, 360], [0, 0, 1]],
          "distortion": [-0.3, 0, 0, 0]}, "60.4 deg"),
        ({"size_px": SIZE, "polynomial": [0, 1e-3, -1e-6]}, "14.3 deg"),
    ],
    ids=["k1", "k4", "fisheye", "f-theta"],
)  # fmt: skip
def test_a_matrix_that_folds_back_is_refused_with_the_angle(camera: dict[str, Any], angle: str) -> None:
    """1 - 3 s is 0 at 30 deg; t / (1 + 1.5 t^2) is greatest at 39.2; 1 - 0.9 t^2 is 0 at 60.4; 1e-3 d - 1e-6 d^2 is
    greatest at d = 500, where it is 0.25."""
    said = refused(camera)
    assert f"folds back {angle} from the optical axis" in said
    assert "try a calibration of the whole picture" in said


def test_a_circle_within_the_picture_is_a_fisheye() -> None:
    """What ends half a turn or more is the image circle's rim, and its corners are void."""
    camera = {"model": "kannala_brandt", "size_px": SIZE, "k": [[200, 0, 640], [0, 200, 360], [0, 0, 1]],
              "distortion": [-0.07, 0, 0, 0]}  # fmt: skip
    assert lens_in(configured(camera)).limit_rad > np.pi / 2


def test_draws_that_fold_are_counted() -> None:
    said = refused({**PINHOLE, "distortion": [{"uniform": [-1, 0]}, 0, 0, 0]}, frames=200)
    assert "of the first 200 frames" in said


OPENCV_YAML = """%YAML:1.0
---
calibration_time: "Fri Nov 27 10:00:00 2026"
image_width: 1280
image_height: 720
camera_matrix: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 1000., 0., 6.205e+02, 0., 1010., 350., 0., 0., 1. ]
distortion_coefficients: !!opencv-matrix
   rows: 5
   cols: 1
   dt: d
   data: [ -0.3, 0.1, 1.0000000000000000e-03, -2.e-03, 0.02 ]
"""
ROS_YAML = """image_width: 1280
image_height: 720
camera_name: front
camera_matrix: {rows: 3, cols: 3, data: [1000, 0, 620.5, 0, 1010, 350, 0, 0, 1]}
distortion_model: plumb_bob
distortion_coefficients: {rows: 1, cols: 5, data: [-0.3, 0.1, 0.001, -0.002, 0.02]}
rectification_matrix: {rows: 3, cols: 3, data: [1, 0, 0, 0, 1, 0, 0, 0, 1]}
projection_matrix: {rows: 3, cols: 4, data: [1000, 0, 620.5, 0, 0, 1010, 350, 0, 0, 0, 1, 0]}
"""
ROS_MESSAGE = """height: 720
width: 1280
distortion_model: equidistant
d: [0.01, -0.02, 0.003, 0.001]
k: [300, 0, 620.5, 0, 301, 350, 0, 0, 1]
"""
KALIBR = """cam0:
  camera_model: pinhole
  distortion_coeffs: [-0.3, 0.1, 0.001, -0.002]
  distortion_model: radtan
  intrinsics: [1000, 1010, 620.5, 350]
  resolution: [1280, 720]
cam1:
  camera_model: pinhole
  distortion_coeffs: [0.01, -0.02, 0.003, 0.001]
  distortion_model: equidistant
  intrinsics: [300, 301, 620.5, 350]
  resolution: [1280, 720]
"""
KITTI_OBJECT = "\n".join(
    [*(f"P{n}: 1000 0 620.5 {-10 * n} 0 1010 350 0 0 0 1 0.003" for n in range(4)), "R0_rect: 1 0 0 0 1 0 0 0 1", ""]
)
KITTI_RAW = """calib_time: 09-Jan-2012 13:57:47
corner_dist: 9.950000e-02
S_00: 1.280000e+03 7.200000e+02
K_00: 1000 0 620.5 0 1010 350 0 0 1
D_00: -0.3 0.1 0.001 -0.002 0.02
S_rect_00: 1.242000e+03 3.750000e+02
P_rect_00: 721.5 0 609.5 0 0 721.5 172.8 0 0 0 1 0
"""
NUSCENES = [
    {"token": "lidar", "sensor_token": "s0", "camera_intrinsic": []},
    {"token": "front", "sensor_token": "s1", "camera_intrinsic": K},
    {"token": "back", "sensor_token": "s2", "camera_intrinsic": [[800, 0, 3], [0, 800, 4], [0, 0, 1]]},
]
NVIDIA = {"rig": {"sensors": [
    {"name": "lidar", "properties": {}},
    {"name": "camera:front:wide:120fov", "properties": {
        "Model": "ftheta", "width": "1920", "height": "1208", "cx": "955.5", "cy": "600",
        "polynomial": "0 0.001 1e-8 -2e-11 3e-14", "polynomial-type": "pixeldistance-to-angle"}},
]}}  # fmt: skip
FIVE = [-0.3, 0.1, 0.001, -0.002, 0.02]
FISHEYE = [0.01, -0.02, 0.003, 0.001]


@pytest.mark.parametrize(
    ("name", "text", "which", "same"),
    [
        ("c.yaml", OPENCV_YAML, None, {**PINHOLE, "distortion": FIVE}),
        ("c.yml", ROS_YAML, None, {**PINHOLE, "distortion": FIVE}),
        ("c.yml", ROS_MESSAGE, None, {"model": "kannala_brandt", "size_px": SIZE, "distortion": FISHEYE,
                                      "k": [[300, 0, 620.5], [0, 301, 350], [0, 0, 1]]}),
        ("camchain.yaml", KALIBR, "cam0", {**PINHOLE, "distortion": FIVE[:4]}),
        ("camchain.yaml", KALIBR, "cam1", {"model": "kannala_brandt", "size_px": SIZE, "distortion": FISHEYE,
                                           "k": [[300, 0, 620.5], [0, 301, 350], [0, 0, 1]]}),
        ("000000.txt", KITTI_OBJECT, "P2", PINHOLE),
        ("calib_cam_to_cam.txt", KITTI_RAW, "00", {**PINHOLE, "distortion": FIVE}),
        ("calib_cam_to_cam.txt", KITTI_RAW, "rect_00", {"size_px": [1242, 375],
                                                        "k": [[721.5, 0, 609.5], [0, 721.5, 172.8], [0, 0, 1]]}),
        ("calibrated_sensor.json", json.dumps(NUSCENES), "front", PINHOLE),
        ("rig.json", json.dumps(NVIDIA), None, {"size_px": [1920, 1208], "principal_point_px": [955.5, 600],
                                                "polynomial": [0, 0.001, 1e-8, -2e-11, 3e-14]}),
    ],
)  # fmt: skip
def test_a_file_gives_the_camera_that_it_holds(
    tmp_path: Path, name: str, text: str, which: str | None, same: dict[str, Any]
) -> None:
    (tmp_path / name).write_text(text)
    named = {} if which is None else {"in_file": which}
    sized = {"size_px": same["size_px"]} if name in ("000000.txt", "calibrated_sensor.json") else {}
    found = configured({"file": str(tmp_path / name), **named, **sized})
    assert lens_in(found) == lens_in(configured(same))


def test_opencvs_own_files_are_read(tmp_path: Path) -> None:
    for ending in ("yaml", "xml", "json"):
        path = tmp_path / f"c.{ending}"
        storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
        storage.write("image_width", 1280)
        storage.write("image_height", 720)
        storage.write("camera_matrix", np.array(K))
        storage.write("distortion_coefficients", np.array([FIVE]))
        storage.release()
        assert lens_in(configured({"file": str(path)})) == lens_in(configured({**PINHOLE, "distortion": FIVE})), ending


def test_a_file_lies_beside_its_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text(OPENCV_YAML)
    (tmp_path / "street.yaml").write_text("camera: {file: c.yaml}\nframes: 1\n")
    config = load(tmp_path / "street.yaml")
    assert config.camera.size_px == tuple(SIZE)
    # From the command line it is where the command is given.
    monkeypatch.chdir(tmp_path)
    assert load("street", ["camera.file=c.yaml"], frames=1).digest == config.digest
    # Its content is part of the digest.
    (tmp_path / "c.yaml").write_text(OPENCV_YAML.replace("1010.", "1011."))
    assert load(tmp_path / "street.yaml").digest != config.digest


def test_channels_of_nuscenes_are_known_by_the_table_of_sensors(tmp_path: Path) -> None:
    (tmp_path / "calibrated_sensor.json").write_text(json.dumps(NUSCENES))
    (tmp_path / "sensor.json").write_text(json.dumps([{"token": "s1", "channel": "CAM_FRONT"}]))
    camera = {"file": str(tmp_path / "calibrated_sensor.json"), "size_px": SIZE}
    assert lens_in(configured({**camera, "in_file": "CAM_FRONT"})) == lens_in(configured(PINHOLE))
    other = [*NUSCENES, {"token": "z", "sensor_token": "s1", "camera_intrinsic": [[9, 0, 3], [0, 9, 4], [0, 0, 1]]}]
    (tmp_path / "calibrated_sensor.json").write_text(json.dumps(other))
    assert "expected one calibration, got others in other logs" in refused({**camera, "in_file": "CAM_FRONT"})


@pytest.mark.parametrize(
    ("name", "text", "camera", "words"),
    [
        ("camchain.yaml", KALIBR, {}, "expected camera.in_file to name one of the cameras of camchain.yaml, cam0"),
        ("camchain.yaml", KALIBR, {"in_file": "cam2"}, "expected one of the cameras of camchain.yaml, cam0, cam1"),
        ("camchain.yaml", KALIBR.replace("radtan", "fov"), {"in_file": "cam0"}, "distortion_model: expected one of"),
        ("camchain.yaml", KALIBR.replace("pinhole", "omni"), {"in_file": "cam0"}, "camera_model: expected pinhole"),
        ("c.yaml", ROS_YAML.replace("plumb_bob", "thin"), {}, "distortion_model: expected one of plumb_bob"),
        ("c.yaml", ROS_YAML.replace("plumb_bob", "rational_polynomial"), {}, "expected 8 or 12 or 14 coefficients"),
        ("c.yaml", ROS_YAML.replace("1000", "nan"), {}, "expected 9 numbers"),
        ("c.yaml", OPENCV_YAML, {"model": "kannala_brandt"}, "expected camera.model: brown_conrady"),
        ("c.yaml", OPENCV_YAML, {"size_px": [640, 480]}, "expected a size that has the sides' ratio of 1280 x 720"),
        ("c.yaml", "a: 1\n", {}, "got a file without a camera's matrix"),
        ("c.yaml", "a: !!python/object/apply:os.system [x]\n", {}, "tags are not allowed"),
        ("c.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><opencv_storage/>', {}, "got declarations"),
        ("c.xml", "<html></html>", {}, "got XML of <html>"),
        ("c.xml", "<opencv", {}, "expected OpenCV's XML"),
        ("c.json", "{", {}, "expected JSON"),
        ("000000.txt", KITTI_OBJECT, {"in_file": "P2"}, "expected camera.size_px beside it"),
        ("rig.json", json.dumps(NVIDIA).replace("pixeldistance-to-angle", "angle-to-pixeldistance"), {},
         "polynomial-type: expected pixeldistance-to-angle"),
    ],
)  # fmt: skip
def test_a_file_that_gives_no_camera_is_refused(
    tmp_path: Path, name: str, text: str, camera: dict[str, Any], words: str
) -> None:
    (tmp_path / name).write_text(text)
    assert words in refused({"file": str(tmp_path / name), **camera})


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    assert "expected a readable file of a calibration" in refused({"file": str(tmp_path / "none.yaml")})
    assert "expected a readable file of a calibration" in refused({"file": str(tmp_path)})
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe\x00")
    assert "got no text" in refused({"file": str(tmp_path / "c.yaml")})

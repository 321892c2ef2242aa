"""Point clouds on disk: formats, what is read of them, what `check` finds, and what other tools get."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import longtail
from longtail.annotate.check import points as checking
from longtail.annotate.check.check import check
from longtail.annotate.choosing.chosen import Wanted, choose
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.point_files import POINT_FORMATS
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from longtail.annotate.labels.points import POINT
from longtail.annotate.report import write_report
from longtail.annotate.report.layers import shown_layers
from tests.annotate.pictures import TAXONOMY
from tests.annotate.scanned import SENSOR, clouds
from tests.annotate.stage import dataset, messages, repaint, reseal

CAR, PERSON = 1, 2
Cloud = np.ndarray[Any, np.dtype[Any]]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clouds(tmp_path_factory.mktemp("clouds"))


def some(count: int = 5) -> Cloud:
    rng = np.random.default_rng(1)
    made = np.zeros(count, POINT)
    for name in POINT.names or ():
        made[name] = rng.uniform(-50, 50, count) if POINT[name].kind == "f" else rng.integers(0, 65536, count)
    return made


@pytest.mark.parametrize("name", POINT_FORMATS)
def test_formats_give_back_what_they_were_given(name: str) -> None:
    write, read = POINT_FORMATS[name]
    for points in (some(), some(0)):
        assert (read(write(points)) == points).all()
        assert write(points) == write(points.copy())


@pytest.mark.parametrize("name", POINT_FORMATS)
def test_damaged_files_are_refused(name: str) -> None:
    write, read = POINT_FORMATS[name]
    whole = write(some())
    for data in (whole[:-1], whole + b"\0", b"?" + whole[1:] if name != "bin" else whole[:20], b"P6"):
        with pytest.raises(ValueError, match=r"\w"):
            read(data)


def test_foreign_files_are_refused() -> None:
    columns = np.full((2, 7), 0.5, "<f4")
    with pytest.raises(ValueError, match="whole numbers of 0 to 65535 for ring"):
        POINT_FORMATS["bin"][1](columns.tobytes())


def test_a_pcd_says_what_it_holds() -> None:
    """As the Point Cloud Library's page on the format has it: packed fields of these sizes follow the header."""
    points = some(3)
    head, _, body = POINT_FORMATS["pcd"][0](points).partition(b"DATA binary\n")
    words = dict(line.split(" ", 1) for line in head.decode("ascii").splitlines()[1:])
    assert words["FIELDS"] == "x y z intensity ring instance category"
    assert words["POINTS"] == words["WIDTH"] == "3"
    sizes, kinds = words["SIZE"].split(), words["TYPE"].split()
    fields = [
        (name, f"<{kind.lower()}{size}") for name, kind, size in zip(words["FIELDS"].split(), kinds, sizes, strict=True)
    ]
    read = np.frombuffer(body, fields)
    assert all((read[name] == points[name]).all() for name in POINT.names or ())


@pytest.mark.parametrize("name", POINT_FORMATS)
def test_all_formats_are_sound_and_read_alike(tmp_path: Path, sound: Path, name: str) -> None:
    root = sound if name == "npy" else clouds(tmp_path, name)
    assert check(root) == []
    points = longtail.open(root)[1].points["top"]
    assert (points.array == longtail.open(sound)[1].points["top"].array).all()


def test_points_are_seen_where_the_labels_are(sound: Path) -> None:
    frame = longtail.open(sound)[1]
    points = frame.points["top"]
    assert len(points) == len(points.intensity) == len(points.ring) > 100
    pixels, depth_m = points.seen_by(frame.camera)
    column, row = np.floor(pixels).astype(int).T
    assert (frame.instance_mask[row, column] == points.instance).all()
    assert (frame.semantic[row, column] == points.category).all()
    on_car = points.instance == CAR
    np.testing.assert_allclose(depth_m[on_car], 20.0, atol=1e-4)
    np.testing.assert_allclose(points.world_m[on_car][:, 0], 20.0, atol=1e-4)


def test_a_dataset_without_them_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"expected a dataset with point clouds, .*render it with lidar:"):
        _ = longtail.open(dataset(tmp_path))[0].points


def test_a_cloud_without_points_is_sound(tmp_path: Path) -> None:
    """As of a sensor that looks into the sky."""
    root = clouds(tmp_path)
    repaint(root, 1, "lidar/top/000001.npy", POINT_FORMATS["npy"][0](np.zeros(0, POINT)))
    assert messages(root) == ""


def moved(points: Cloud) -> None:
    for axis in "xyz":
        points[axis][points["instance"] == CAR] *= 1.01


def beside(points: Cloud) -> None:
    points["z"] += 0.2


def renamed(points: Cloud) -> None:
    points["category"][points["instance"] == CAR] = TAXONOMY.ids["person"]


def stranger(points: Cloud) -> None:
    points["instance"][points["instance"] == CAR] = 77


def unknown(points: Cloud) -> None:
    points["category"][points["instance"] == 0] = 200


def nobodys(points: Cloud) -> None:
    points["instance"][:] = 0


def swapped(points: Cloud) -> None:
    """Road is called wall."""
    points["category"][points["instance"] == 0] = TAXONOMY.ids["wall"]


def floating(points: Cloud) -> None:
    """Road halfway to the sensor."""
    for axis in "xyz":
        points[axis][points["instance"] == 0] *= 0.5


def higher(points: Cloud) -> None:
    points["ring"] += 5


def nowhere(points: Cloud) -> None:
    points["x"][3] = np.nan


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (moved, "object 1: its points inside its 3D box"),
        (beside, "points on the beams of their rings"),
        (renamed, "object 1 of category"),
        (stranger, "object 77 of category that the record knows"),
        (unknown, "categories of the dataset's taxonomy"),
        (nobodys, "an object for each point on car"),
        (swapped, "the category that the mask has at the same place"),
        (floating, "no points before what the camera sees"),
        (higher, "rings of 0 to 4"),
        (nowhere, "finite places"),
    ],
)
def test_check_finds_clouds_that_lie(tmp_path: Path, damage: Callable[[Cloud], None], said: str) -> None:
    root = clouds(tmp_path)
    points = Dataset.open(root).read("lidar/top", 1)
    damage(points)
    repaint(root, 1, "lidar/top/000001.npy", POINT_FORMATS["npy"][0](points))
    found = messages(root)
    assert said in found
    assert len(found.splitlines()) <= 3, found


def test_coarse_pixels_say_nothing_of_what_points_are_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A map from above has pixels of half a metre, which lose a line on the road and whoever stands there."""
    monkeypatch.setattr(checking, "_COARSE_M", 0.01)
    root = clouds(tmp_path)
    points = Dataset.open(root).read("lidar/top", 1)
    swapped(points)
    repaint(root, 1, "lidar/top/000001.npy", POINT_FORMATS["npy"][0](points))
    assert "the mask has" not in messages(root)


def test_check_finds_a_sensor_elsewhere_or_unknown(tmp_path: Path) -> None:
    root = clouds(tmp_path)
    pose = np.eye(4)
    pose[0, 3] = 0.5
    reseal(root, 1, lambda record: record["extra"]["lidar"]["top"].update(world_from_lidar=pose.tolist()))
    assert "its points inside its 3D box" in messages(root)
    reseal(root, 1, lambda record: record["extra"]["lidar"].update(top={**SENSOR, "world_from_lidar": 3}))
    assert "expected a record that says where the sensor was" in messages(root)
    reseal(root, 1, lambda record: record["extra"].pop("lidar"))
    assert "lidar.top: what the sensor is" in messages(root)


def test_classes_that_are_left_out_have_no_points(sound: Path) -> None:
    chosen = choose(Dataset.open(sound), Wanted(classes=("car",)))
    points = chosen.read("lidar/top", 1)
    assert set(points["category"].tolist()) <= {0, *chosen.info.taxonomy.categories}
    assert CAR in points["instance"]
    assert PERSON not in points["instance"]


def exported(root: Path, name: str, place: Path) -> Path:
    export(Selection.of(Dataset.open(root), Splits(1, 0, 0)), EXPORTERS[name], place)
    return place


def test_a_webdataset_has_them_under_their_samples_key(sound: Path, tmp_path: Path) -> None:
    out = exported(sound, "webdataset", tmp_path / "tars")
    with tarfile.open(out / "train-000000.tar") as tar:
        names = tar.getnames()
    assert "000001.lidar_top.npy" in names
    assert not any("/" in name for name in names)


def test_a_report_shows_what_has_pixels(sound: Path, tmp_path: Path) -> None:
    assert "lidar/top" not in shown_layers(Dataset.open(sound))
    assert write_report(sound, output=tmp_path).exists()


def test_kitti_has_the_points_before_its_camera(sound: Path, tmp_path: Path) -> None:
    """Put through Tr_velo_to_cam and P2, as KITTI's development kit does, they lie on the labels' pixels."""
    out = exported(sound, "kitti", tmp_path / "kitti")
    velo = np.fromfile(out / "training/velodyne/000001.bin", "<f4").reshape(-1, 4)
    lines = dict(line.split(": ") for line in (out / "training/calib/000001.txt").read_text().splitlines())
    p2, tr = (np.array(lines[key].split(), dtype=float).reshape(3, 4) for key in ("P2", "Tr_velo_to_cam"))
    frame = longtail.open(sound)[1]
    points = frame.points["top"]
    homogeneous = np.column_stack([velo[:, :3], np.ones(len(velo))])
    seen = np.column_stack([homogeneous @ tr.T, np.ones(len(velo))]) @ p2.T
    pixels, _ = points.seen_by(frame.camera)
    np.testing.assert_allclose(seen[:, :2] / seen[:, 2:] + 0.5, pixels, atol=1e-3)
    np.testing.assert_allclose(velo[:, 3], points.intensity)


def test_nuscenes_has_the_points_before_its_camera(sound: Path, tmp_path: Path) -> None:
    """From the sensor to the vehicle, to the world, and back to the camera, as its development kit does."""
    out = exported(sound, "nuscenes", tmp_path / "nuscenes")
    tables = {path.stem: json.loads(path.read_text()) for path in (out / "v1.0-train").glob("*.json")}
    by_token = {row["token"]: row for rows in tables.values() for row in rows}
    data = {row["filename"].split("/")[1]: row for row in tables["sample_data"] if "000001" in row["filename"]}
    xyz = np.fromfile(out / data["LIDAR_TOP"]["filename"], "<f4").reshape(-1, 5)[:, :3].astype(np.float64)
    links = ("calibrated_sensor_token", "ego_pose_token")
    chains = {name: [by_token[row[link]] for link in links] for name, row in data.items()}
    for pose in chains["LIDAR_TOP"]:
        xyz = turned(pose).apply(xyz) + pose["translation"]
    for pose in reversed(chains["CAM_FRONT"]):
        xyz = turned(pose).inv().apply(xyz - pose["translation"])
    seen = xyz @ np.array(chains["CAM_FRONT"][0]["camera_intrinsic"]).T
    frame = longtail.open(sound)[1]
    pixels, _ = frame.points["top"].seen_by(frame.camera)
    np.testing.assert_allclose(seen[:, :2] / seen[:, 2:] + 0.5, pixels, atol=1e-3)


def turned(pose: dict[str, Any]) -> Rotation:
    w, x, y, z = pose["rotation"]
    return Rotation.from_quat([x, y, z, w])


def test_nuscenes_counts_the_points_on_each_box(sound: Path, tmp_path: Path) -> None:
    out = exported(sound, "nuscenes", tmp_path / "nuscenes")
    tables = {path.stem: json.loads(path.read_text()) for path in (out / "v1.0-train").glob("*.json")}
    by_token = {row["token"]: row for rows in tables.values() for row in rows}
    (data,) = [row for row in tables["sample_data"] if row["filename"] == "samples/LIDAR_TOP/000001.pcd.bin"]
    assert {row["channel"]: row["modality"] for row in tables["sensor"]}["LIDAR_TOP"] == "lidar"
    read = np.fromfile(out / data["filename"], "<f4").reshape(-1, 5)
    points = longtail.open(sound)[1].points["top"]
    # Right, ahead, up.
    np.testing.assert_allclose(
        read[:, :3], np.stack([-points.array["y"], points.array["x"], points.array["z"]], axis=-1)
    )
    assert (read[:, 3] == 25).all()
    assert (read[:, 4] == points.ring).all()
    w, x, y, z = by_token[data["calibrated_sensor_token"]]["rotation"]
    # A quarter of a turn about Z: the ego frame looks along X.
    np.testing.assert_allclose(np.abs([w, x, y, z]), [0.5**0.5, 0, 0, 0.5**0.5], atol=1e-9)
    counts = sorted(
        row["num_lidar_pts"] for row in tables["sample_annotation"] if row["sample_token"] == data["sample_token"]
    )
    assert counts == sorted(int((points.instance == number).sum()) for number in (1, 2, 7))

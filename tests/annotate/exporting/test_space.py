"""Formats with cameras and 3D boxes: known on paper for boards, and against our own projection for what is turned."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial.transform import Rotation

from longtail.annotate.camera import Camera, KannalaBrandt, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.kitti import upright_box
from longtail.annotate.exporters.nuscenes import attribute_of
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.shown import Shown
from longtail.annotate.labels.taxonomy import BY_NAME
from tests.annotate.flood import flooded
from tests.annotate.pictures import FORWARD, info, picture, with_silhouettes
from tests.annotate.stage import SHOW, show, store

Matrix = NDArray[np.float64]
NOTHING = IgnoreRule.nothing()


def leaning(frame: Frame) -> Frame:
    """The frame seen by a camera that looks down by 6 degrees, leans by 3 and is turned and moved, as are its things.

    Masks stay as they are: they have no part in what is looked at here.
    """
    turned = Rotation.from_euler("ZYX", [40, 6, 3], degrees=True).as_matrix()
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = turned @ FORWARD.matrix[:3, :3], (2.0, -3.0, 1.5)
    camera = Camera(Pinhole(64, 48, 32.0, 33.0, 30.0, 26.0), Transform("world", "camera", matrix))
    objects = []
    for place, item in enumerate(frame.objects):
        ahead = camera.world_from_camera.points([place - 1.0, 0.5, 12.0 + place])
        pose = Transform.upright("world", "object", ahead, 0.7 * place)
        objects.append(dataclasses.replace(item, world_from_object=pose, box_size_m=(4.0, 1.8, 1.5)))
    return dataclasses.replace(frame, camera=camera, objects=tuple(objects))


@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames 0 to 2 as they are, 3 and 4 by a camera that leans; 1 and 3 show one scene from two cameras of a rig."""
    frames = [*show(3), *(leaning(dataclasses.replace(frame)) for frame in show(3)[1:])]
    frames = [dataclasses.replace(frame, index=index) for index, frame in enumerate(frames)]
    root = tmp_path_factory.mktemp("space") / "data"
    store(root, frames, info(5), rule=NOTHING)
    return root


def written(boards: Path, name: str) -> Path:
    place = boards.parent / name
    if not place.exists():
        export(Selection.of(Dataset.open(boards), Splits(1, 0, 0)), EXPORTERS[name], place)
    return place


def labels(root: Path, frame: int) -> list[list[str]]:
    return [line.split() for line in (root / f"training/label_2/{frame:06d}.txt").read_text("ascii").splitlines()]


def projection(root: Path, frame: int) -> Matrix:
    text = (root / f"training/calib/{frame:06d}.txt").read_text("ascii")
    rows = dict(line.split(": ") for line in text.splitlines())
    assert rows.keys() == {"P0", "P1", "P2", "P3", "R0_rect", "Tr_velo_to_cam", "Tr_imu_to_velo"}
    return np.array(rows["P2"].split(), dtype=np.float64).reshape(3, 4)


def projected(matrix: Matrix, points: Matrix) -> Matrix:
    found = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(found[:, :2] / found[:, 2:])


def test_kitti_is_known_on_paper(boards: Path) -> None:
    root = written(boards, "kitti")
    car, person, sign = labels(root, 1)
    # 20 m ahead a pixel is 0.625 m; the board's middle is 7 columns left of the camera's, its lower edge 8 rows below.
    assert car[0] == "Car"
    assert [float(word) for word in car[4:8]] == [10, 20, 39, 31]
    assert [float(word) for word in car[8:14]] == pytest.approx([7.5, 18.75, 0, -4.375, 5.0, 20.0], abs=1e-3)
    # It looks away from the camera, along Z; seen from there it is turned by the angle at which it stands.
    assert float(car[14]) == pytest.approx(-math.pi / 2, abs=1e-3)
    assert float(car[3]) == pytest.approx(-math.pi / 2 + math.atan2(4.375, 20), abs=1e-3)
    # The person before it hides 48 of its 360 pixels; half of the sign is outside.
    assert (car[1], car[2]) == ("0.00", "1")
    assert (person[0], person[2]) == ("Pedestrian", "0")
    assert (sign[0], sign[1]) == ("traffic_sign", "0.50")
    # KITTI's pixels have whole numbers at their centres.
    assert projection(root, 1) == pytest.approx(np.array([[32, 0, 31.5, 0], [0, 32, 23.5, 0], [0, 0, 1, 0]]), abs=1e-9)
    assert labels(root, 0) == []
    assert (root / "training/depth_2/000001.png").read_bytes() == (boards / "depth/000001.png").read_bytes()


@pytest.mark.parametrize("frame", [1, 2, 3, 4])
def test_kitti_boxes_project_to_ours(boards: Path, frame: int) -> None:
    root, record = written(boards, "kitti"), Dataset.open(boards)[frame]
    matrix, objects = projection(root, frame), {item.id: item for item in record.objects}
    for row, thing in zip(labels(root, frame), record.instances, strict=True):
        height, width, length, *place, turn = map(float, row[8:15])
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 0) for z in (-1, 1)])
        cos, sin = math.cos(turn), math.sin(turn)
        corners = signs * [length / 2, height, width / 2] @ np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]]) + place
        ours = record.camera.project(objects[thing.id].box_corners_m()) - 0.5
        distances = np.linalg.norm(projected(matrix, corners)[:, None] - ours[None], axis=-1)
        assert distances.min(axis=1).max() < 0.02


def test_what_nobody_could_annotate_is_dontcare(tmp_path: Path) -> None:
    store(tmp_path / "data", [flooded()], info(1))
    export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS["kitti"], tmp_path / "out")
    rows = labels(tmp_path / "out", 0)
    assert [row[0] for row in rows] == ["Car", "DontCare", "DontCare"]
    assert " ".join(rows[2][1:]) == "-1 -1 -10 60.00 22.00 60.00 24.00 -1 -1 -1 -1000 -1000 -1000 -10"


def test_what_leans_has_an_upright_box_around_it() -> None:
    pole = SceneObject(1, "pole", "pole", Transform.upright("world", "object", (10, 0, 0), 0), (0, 0, 2), (0.2, 0.2, 4))
    fallen = dataclasses.replace(pole, world_from_object=pole.world_from_object.tilted(math.pi / 2, towards_rad=0))
    level = np.array([[0, -1, 0, 0], [0, 0, -1, 1.5], [1, 0, 0, 0], [0, 0, 0, 1.0]])
    size, place, turn = upright_box(pole, level)
    assert (size.round(9).tolist(), place.round(9).tolist()) == ([4, 0.2, 0.2], [0, 1.5, 10])
    assert turn == pytest.approx(-math.pi / 2)
    size, place, _ = upright_box(fallen, level)
    assert sorted(size.round(9).tolist()) == [0.2, 0.2, 4]
    assert size[0] == pytest.approx(0.2)
    assert place.tolist() == pytest.approx([0, 1.6, 12])


def corners_of(row: dict[str, Any]) -> Matrix:
    """The corners (8, 3) of a nuScenes box in its global frame, by the schema."""
    width, length, height = row["size"]
    w, x, y, z = row["rotation"]
    signs = np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)]) / 2
    turned = Rotation.from_quat([x, y, z, w]).apply(signs * [length, width, height])
    return np.asarray(turned + row["translation"])


def tables(root: Path, version: str = "v1.0-train") -> dict[str, list[dict[str, Any]]]:
    return {path.stem: json.loads(path.read_bytes()) for path in (root / version).glob("*.json")}


def seen_boxes(root: Path, frame: int) -> tuple[Matrix, list[Matrix]]:
    """The camera matrix of a picture and the corners of its boxes in the camera's frame, as the devkit has them."""
    found = tables(root)
    by_token = {row["token"]: row for rows in found.values() for row in rows}
    (data,) = [row for row in found["sample_data"] if row["filename"].endswith(f"/{frame:06d}.png")]
    sensor, ego = by_token[data["calibrated_sensor_token"]], by_token[data["ego_pose_token"]]
    boxes = []
    for row in found["sample_annotation"]:
        if row["sample_token"] == data["sample_token"]:
            corners = corners_of(row)
            for pose in (ego, sensor):
                w, x, y, z = pose["rotation"]
                corners = Rotation.from_quat([x, y, z, w]).inv().apply(corners - pose["translation"])
            boxes.append(corners)
    return np.array(sensor["camera_intrinsic"]), boxes


@pytest.mark.parametrize("frame", [1, 2, 3, 4])
def test_nuscenes_boxes_project_to_ours(boards: Path, frame: int) -> None:
    record: StoredFrame = Dataset.open(boards)[frame]
    matrix, boxes = seen_boxes(written(boards, "nuscenes"), frame)
    objects = {item.id: item for item in record.objects}
    assert len(boxes) == len(record.instances)
    for corners, thing in zip(boxes, record.instances, strict=True):
        ours = record.camera.project(objects[thing.id].box_corners_m()) - 0.5
        found = projected(np.column_stack([matrix, np.zeros(3)]), corners)
        assert np.linalg.norm(found[:, None] - ours[None], axis=-1).min(axis=1).max() < 1e-4


def test_nuscenes_tables_point_at_each_other(boards: Path) -> None:
    found = tables(written(boards, "nuscenes"))
    tokens = {name: {row["token"] for row in rows} for name, rows in found.items()}
    everything = [row["token"] for rows in found.values() for row in rows]
    assert len(set(everything)) == len(everything)
    for rows in found.values():
        for row in rows:
            for key, value in row.items():
                table = key.removesuffix("_token")
                for prefix in ("first_", "last_"):
                    table = table.removeprefix(prefix)
                table = {"annotation": "sample_annotation"}.get(table, table)
                if key.endswith("_token") and table in tokens:
                    assert value in tokens[table], (key, value)
    assert found["map"][0]["log_tokens"] == [found["log"][0]["token"]]
    assert (written(boards, "nuscenes") / found["map"][0]["filename"]).exists()
    assert {row["name"] for row in found["category"]} >= {"vehicle.car", "longtail.traffic_sign", "animal"}
    assert sorted({row["translation"][2] for row in found["ego_pose"]}) == [0.0]


def test_pictures_of_a_rig_are_one_sample(tmp_path: Path) -> None:
    frames = [dataclasses.replace(show(2)[1], index=n, shown=Shown(0, camera=name)) for n, name in enumerate("ab")]
    store(tmp_path / "data", frames, info(2), rule=NOTHING)
    export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS["nuscenes"], tmp_path / "out")
    found = tables(tmp_path / "out")
    assert (len(found["scene"]), len(found["sample"]), len(found["sample_data"])) == (1, 1, 2)
    assert [row["channel"] for row in found["sensor"]] == ["CAM_A", "CAM_B"]
    assert len(found["sample_annotation"]) == 3


def test_states_are_nuscenes_attributes() -> None:
    pose = Transform.upright("world", "object", (0, 0, 0), 0)

    def attribute(name: str, state: str) -> str | None:
        item = SceneObject(1, name, "x", pose, (0, 0, 0), (1, 1, 1), attributes={"state": state})
        return attribute_of(item, BY_NAME[name])

    assert attribute("car", "parked") == "vehicle.parked"
    assert attribute("bicycle", "ridden") == "cycle.with_rider"
    assert attribute("person", "lying") == "pedestrian.sitting_lying_down"
    assert attribute("dog", "standing") is None


def test_bop_is_known_on_paper(boards: Path) -> None:
    root = written(boards, "bop") / "train/000000"
    cameras, poses, infos = (json.loads((root / f"scene_{n}.json").read_bytes()) for n in ("camera", "gt", "gt_info"))
    assert cameras["1"]["cam_K"] == [32, 0, 31.5, 0, 32, 23.5, 0, 0, 1]
    assert cameras["1"]["depth_scale"] == 1000 / 256
    car = poses["1"][0]
    assert car["cam_t_m2c"] == pytest.approx([-4375, (20 + 6 - 24) * 625, 20000], abs=1e-2)
    # The object's X is the camera's Z, its Y the camera's -X, its Z the camera's -Y.
    assert np.array(car["cam_R_m2c"]).reshape(3, 3).round(9).tolist() == [[0, -1, 0], [0, 0, -1], [1, 0, 0]]
    assert infos["1"][0] == {
        "bbox_obj": [10, 20, 30, 12],
        "bbox_visib": [10, 20, 30, 12],
        "px_count_all": 360,
        "px_count_valid": 312,
        "px_count_visib": 312,
        "visib_fract": pytest.approx(312 / 360),
    }
    mask = np.array(Image.open(root / "mask_visib/000001_000000.png"))
    assert (set(np.unique(mask)), np.count_nonzero(mask)) == ({0, 255}, 312)
    # The cone beyond the depth's range is seen without a depth; the dog behind the bus is there and not seen.
    assert [row["px_count_valid"] for row in infos["2"]] == [1600, 0, 0]
    assert infos["2"][1] == {
        "bbox_obj": [10, 30, 5, 5],
        "bbox_visib": [-1, -1, -1, -1],
        "px_count_all": 25,
        "px_count_valid": 0,
        "px_count_visib": 0,
        "visib_fract": 0,
    }
    assert not np.array(Image.open(root / "mask_visib/000002_000001.png")).any()
    models = json.loads((root.parent.parent / "models/models_info.json").read_bytes())
    about = models[str(car["obj_id"])]
    assert (about["name"], about["size_y"], about["min_z"]) == ("board_car", 18750, -3750)
    assert about["diameter"] == pytest.approx(math.hypot(18750, 7500))


def test_bop_poses_project_to_ours(boards: Path) -> None:
    root = written(boards, "bop") / "train/000000"
    cameras, poses = (json.loads((root / f"scene_{name}.json").read_bytes()) for name in ("camera", "gt"))
    for record in Dataset.open(boards):
        camera = cameras[str(record.index)]
        matrix = np.array(camera["cam_K"]).reshape(3, 3)
        for pose, item in zip(poses[str(record.index)], record.objects[:-1], strict=True):
            rotation = np.array(pose["cam_R_m2c"]).reshape(3, 3)
            signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 2
            inside = signs * item.box_size_m * 1000 @ rotation.T + pose["cam_t_m2c"]
            found = projected(np.column_stack([matrix, np.zeros(3)]), inside)
            assert found == pytest.approx(record.camera.project(item.box_corners_m()) - 0.5, abs=1e-4)
            world = np.array(camera["cam_R_w2c"]).reshape(3, 3) @ item.box_corners_m().T * 1000
            assert world.T + camera["cam_t_w2c"] == pytest.approx(inside, abs=0.01)


def test_what_changes_its_shape_is_said(tmp_path: Path) -> None:
    """As people do who walk: at the second moment the car is longer, and less high."""
    first, second = (picture(SHOW[1], index) for index in range(2))
    (size_m,) = [item.box_size_m for item in first.objects if item.category == "car"]
    other = (size_m[0] + 0.5, size_m[1], size_m[2] - 0.25)
    changed = [dataclasses.replace(item, box_size_m=other) if item.category == "car" else item
               for item in second.objects]  # fmt: skip
    for name, last, says in (("same", second, 0), ("changing", dataclasses.replace(second, objects=tuple(changed)), 1)):
        store(tmp_path / name, [first, last], info(2))
        selection = Selection.of(Dataset.open(tmp_path / name), Splits(1, 0, 0))
        done = export(selection, EXPORTERS["bop"], tmp_path / f"{name}.bop")
        assert sum("1 model with other shapes" in said and "(board_car)" in said for said in done.said) == says
        rows = json.loads((tmp_path / f"{name}.bop/models/models_info.json").read_bytes()).values()
        (about,) = [row for row in rows if row["name"] == "board_car"]
        assert [about[f"size_{axis}"] for axis in "xyz"] == pytest.approx([1000 * side for side in size_m])


def test_test_pictures_of_bop_have_targets(boards: Path, tmp_path: Path) -> None:
    export(Selection.of(Dataset.open(boards), Splits(0, 0, 1)), EXPORTERS["bop"], tmp_path / "bop")
    targets = json.loads((tmp_path / "bop/test_targets_bop19.json").read_bytes())
    assert {row["im_id"] for row in targets} == {1, 2, 3, 4}
    assert [row["inst_count"] for row in targets] == [1] * len(targets)
    assert (tmp_path / "bop/test/000000/scene_gt.json").exists()


@pytest.mark.parametrize(
    ("name", "mount", "way"),
    [("kitti", "", "render with"), ("bop", "", "render with"), ("nuscenes", "rear", r"--where .camera != 'rear'")],
)
def test_a_lens_that_bends_lines_is_refused_in_words(name: str, mount: str, way: str, tmp_path: Path) -> None:
    lens = KannalaBrandt.from_fov(64, 48, 90.0)
    frame = show(2)[1]
    camera, shown = Camera(lens, frame.camera.world_from_camera), Shown(0, camera=mount)
    fisheye = dataclasses.replace(frame, index=0, camera=camera, shown=shown)
    store(tmp_path / "data", [fisheye], info(1))
    with pytest.raises(
        DatasetError, match=rf"frame 0: expected a pinhole camera, the only one that {name} has, got kan.*{way}"
    ):
        export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS[name], tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_bop_has_whole_silhouettes_where_the_dataset_does(tmp_path: Path) -> None:
    frames = [with_silhouettes(picture(boards, index), boards) for index, boards in enumerate(SHOW)]
    outputs = ("coco", "instance", "depth", "amodal")
    store(tmp_path / "data", frames, info(3, outputs=outputs), rule=NOTHING)
    said = export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS["bop"], tmp_path / "bop")
    assert not any("amodal" in line for line in said.said)
    root = tmp_path / "bop/train/000000"
    car, _, sign = json.loads((root / "scene_gt_info.json").read_bytes())["1"]
    # The person hides 48 pixels of the car, of which all have a depth; half of the sign is beyond the border.
    assert (car["px_count_all"], car["px_count_valid"], car["px_count_visib"]) == (360, 360, 312)
    assert sign == {
        "bbox_obj": [-5, 5, 10, 4],
        "bbox_visib": [0, 5, 5, 4],
        "px_count_all": 40,
        "px_count_valid": 20,
        "px_count_visib": 20,
        "visib_fract": 0.5,
    }
    whole, seen = (np.array(Image.open(root / f"{name}/000001_000000.png")) for name in ("mask", "mask_visib"))
    expected = np.zeros((48, 64), np.uint8)
    expected[20:32, 10:40] = 255
    np.testing.assert_array_equal(whole, expected)
    assert np.count_nonzero(seen) == 312
    # A dog that the bus hides has a mask, and none of what is seen.
    assert np.count_nonzero(np.array(Image.open(root / "mask/000002_000001.png"))) == 25


def test_bop_says_that_it_has_no_silhouettes(boards: Path, tmp_path: Path) -> None:
    said = export(Selection.of(Dataset.open(boards), Splits(1, 0, 0)), EXPORTERS["bop"], tmp_path / "bop")
    assert [line for line in said.said if "without the output amodal: there is no mask/" in line]
    assert not (tmp_path / "bop/train/000000/mask").exists()

"""What formats for rigs make of one: KITTI's two colour cameras, nuScenes' vehicle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from longtail.annotate.camera.transform import Transform
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from tests.annotate.paired import BASELINE_M, cameras, paired
from tests.annotate.stage import reseal

CARRIER = Transform.upright("world", "carrier", (-1.0, 0.5, -1.5), 0.3)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = paired(tmp_path_factory.mktemp("rig") / "data")
    for index in (0, 1):
        carrier = {"world_from_carrier": CARRIER.matrix.tolist()}
        reseal(root, index, lambda record, carrier=carrier: record["extra"].update(carrier=carrier))  # type: ignore[misc]
    return root


def written(data: Path, name: str) -> Path:
    export(Selection.of(Dataset.open(data), Splits(1, 0, 0)), EXPORTERS[name], data.parent / name)
    return data.parent / name


def matrices(text: str) -> dict[str, NDArray[np.float64]]:
    rows = dict(line.split(": ") for line in text.splitlines())
    return {f"P{n}": np.array(rows[f"P{n}"].split(), dtype=np.float64).reshape(3, 4) for n in range(4)}


def test_kittis_second_camera_is_the_right_one(data: Path) -> None:
    root = written(data, "kitti")
    assert [path.name for path in sorted((root / "training/image_3").iterdir())] == ["000000.png"]
    assert [path.name for path in sorted((root / "training/image_2").iterdir())] == ["000000.png"]
    assert (root / "training/image_3/000000.png").read_bytes() == (data / "images/000001.png").read_bytes()
    assert (root / "ImageSets/train.txt").read_text() == "000000\n"
    found = matrices((root / "training/calib/000000.txt").read_text("ascii"))
    np.testing.assert_array_equal(found["P0"], found["P2"])
    np.testing.assert_array_equal(found["P1"], found["P3"])
    np.testing.assert_allclose(
        found["P3"] - found["P2"], [[0.0, 0.0, 0.0, -32 * BASELINE_M], [0.0] * 4, [0.0] * 4], atol=1e-9
    )
    # A point of the first camera's level frame, by both matrices, against our own projection.
    point = np.array([0.7, 0.4, 9.0])
    world = cameras()["left"].world_from_camera.points(point)
    for name, matrix in (("left", found["P2"]), ("right", found["P3"])):
        seen = matrix @ np.append(point, 1.0)
        np.testing.assert_allclose(seen[:2] / seen[2] + 0.5, cameras()[name].project(world), atol=1e-6)


def test_nuscenes_has_both_cameras_on_the_vehicle(data: Path) -> None:
    tables: dict[str, list[dict[str, Any]]] = {
        path.stem: json.loads(path.read_text()) for path in (written(data, "nuscenes") / "v1.0-train").glob("*.json")
    }
    assert sorted(row["channel"] for row in tables["sensor"]) == ["CAM_LEFT", "CAM_RIGHT"]
    assert len(tables["sample"]) == len(tables["ego_pose"]) == 1
    assert len(tables["sample_data"]) == len(tables["calibrated_sensor"]) == 2
    (ego,) = tables["ego_pose"]
    np.testing.assert_allclose(pose(ego), CARRIER.matrix, atol=1e-9)
    seats = {row["token"]: row for row in tables["calibrated_sensor"]}
    for row, camera in zip(tables["sample_data"], cameras().values(), strict=True):
        seat = seats[row["calibrated_sensor_token"]]
        np.testing.assert_allclose(pose(ego) @ pose(seat), camera.world_from_camera.matrix, atol=1e-9)


def pose(row: dict[str, Any]) -> NDArray[np.float64]:
    w, x, y, z = row["rotation"]
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = Rotation.from_quat([x, y, z, w]).as_matrix(), row["translation"]
    return matrix

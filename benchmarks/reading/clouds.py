"""Point clouds: nuScenes' and KITTI's exports, and .pcd files, read by others and held against the camera's labels.

What a point is on is known from the dataset's own files, which have an id for each point in the exports' order. Where
the depth picture is as far away as the point, the instance mask must name the same thing; no point may float before
what the camera sees. Rays of camera and LiDAR never meet the very same spot, so that few points at edges may differ.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from reading.registry import check, quietly
from reading.space import projection, through
from reading.truth import Truth

_FEW = 0.03
_SLANT = 0.02
_SIGMAS = 6
_CLOSE_PX = 0.02
_ROUNDED_M = 1e-3


@check("nuscenes-devkit", "nuscenes", needs="lidar/*/*")
def nuscenes_clouds(truth: Truth, root: Path) -> str:
    """Its own code projects every cloud into every camera of its sample."""
    from nuscenes import NuScenes

    database = NuScenes(version="v1.0-train", dataroot=str(root), verbose=False)
    names = {channel: name for name, channel in channels(truth).items()}
    agreement, worst = Agreement(), 0.0
    for sample in database.sample:
        for channel, lidar in sample["data"].items():
            if channel not in names:
                continue
            for camera, token in sample["data"].items():
                if camera in names:
                    continue
                frame = int(Path(database.get("sample_data", token)["filename"]).stem)
                found, depth_m, _ = database.explorer.map_pointcloud_to_image(lidar, token)
                points, expected = truth.points(names[channel], frame), ours(truth, names[channel], frame)
                order, apart = in_order(np.vstack([found[:2], depth_m]).T, expected)
                worst = max(worst, apart)
                agreement.add(truth, names[channel], frame, expected[order], points[order])
    agreement.hold()
    assert worst < _CLOSE_PX, worst
    return (
        f"map_pointcloud_to_image: {agreement} points in the pictures, within {worst:.3f} px of ours; "
        f"{agreement.said()}"
    )


@check("nuscenes-devkit", "nuscenes", needs="lidar/*/*")
def nuscenes_points_in_boxes(truth: Truth, root: Path) -> str:
    """Every box has at least the points that its annotation counts; none is left out."""
    from nuscenes import NuScenes
    from nuscenes.utils.data_classes import LidarPointCloud
    from nuscenes.utils.geometry_utils import points_in_box

    database = NuScenes(version="v1.0-train", dataroot=str(root), verbose=False)
    names = {channel: name for name, channel in channels(truth).items()}
    total = 0
    for sample in database.sample:
        inside: dict[str, int] = {}
        for channel, token in sample["data"].items():
            if channel not in names:
                continue
            path, boxes, _ = database.get_sample_data(token)
            frame = int(Path(path).name.split(".")[0])
            cloud = LidarPointCloud.from_file(path)
            for box in boxes:
                # Noise moves points along their beams, and so out of boxes that fit.
                box.wlh = box.wlh + 2 * slack_m(truth, names[channel], frame)
                inside[box.token] = inside.get(box.token, 0) + int(points_in_box(box, cloud.points[:3]).sum())
        for token, count in inside.items():
            counted = database.get("sample_annotation", token)["num_lidar_pts"]
            assert count >= counted, (token, count, counted)
            total += counted
    assert total
    return f"points_in_box: all {total} points that annotations count are in their boxes"


@check("nuscenes-devkit", "nuscenes", needs="lidar/*/*")
def nuscenes_score(_: Truth, root: Path) -> str:
    """Its detection score of the truth against itself."""
    from nuscenes import NuScenes
    from nuscenes.eval.common.config import config_factory
    from nuscenes.eval.detection.data_classes import DetectionBox
    from nuscenes.eval.detection.evaluate import DetectionEval
    from nuscenes.eval.detection.utils import category_to_detection_name

    database = NuScenes(version="v1.0-train", dataroot=str(root), verbose=False)
    names = {row["token"]: row["name"] for row in database.attribute}
    results: dict[str, list[Any]] = {row["token"]: [] for row in database.sample}
    for row in database.sample_annotation:
        kind = category_to_detection_name(row["category_name"])
        # A submission knows nothing of points; the kit leaves out what it counts none on.
        if kind and row["num_lidar_pts"]:
            velocity = np.nan_to_num(database.box_velocity(row["token"])[:2]).tolist()
            attribute = names[row["attribute_tokens"][0]] if row["attribute_tokens"] else ""
            results[row["sample_token"]].append(DetectionBox(
                row["sample_token"], row["translation"], row["size"], row["rotation"], velocity,
                detection_name=kind, detection_score=1.0, attribute_name=attribute,
            ).serialize())  # fmt: skip
    if not any(results.values()):
        return "nothing of the classes that it scores"
    with tempfile.TemporaryDirectory() as folder:
        # The kit knows splits by the names of nuScenes' own scenes, others by this file.
        splits = root / "v1.0-train/splits.json"
        splits.write_text(json.dumps({"ours": [row["name"] for row in database.scene]}))
        try:
            submission = Path(folder) / "submission.json"
            submission.write_text(json.dumps({"meta": {}, "results": results}))
            scoring = DetectionEval(
                database, config_factory("detection_cvpr_2019"), str(submission), "ours", folder, verbose=False
            )
            metrics, _ = quietly(scoring.evaluate)
        finally:
            splits.unlink()
    shown = {box.detection_name for boxes in scoring.gt_boxes.boxes.values() for box in boxes}
    count = sum(len(boxes) for boxes in scoring.gt_boxes.boxes.values())
    precision = {name: metrics.mean_dist_aps[name] for name in sorted(shown)}
    assert precision
    assert min(precision.values()) > 1 - 1e-9, precision
    return f"detection score of the truth against itself: AP 1.000 for {', '.join(precision)}; {count} boxes"


@check("pykitti", "kitti", needs="lidar/*/*")
def pykitti_clouds(truth: Truth, root: Path) -> str:
    """Its readers; projected as KITTI's paper says, x = P2 R0_rect Tr_velo_to_cam y."""
    from pykitti.utils import load_velo_scan, read_calib_file

    (name, *_) = truth.sensors
    agreement, worst = Agreement(), 0.0
    for path in sorted((root / "training/velodyne").iterdir()):
        frame, points = int(path.stem), load_velo_scan(str(path))
        lines = read_calib_file(str(root / f"training/calib/{path.stem}.txt"))
        rectified = np.vstack([lines["Tr_velo_to_cam"].reshape(3, 4), [0, 0, 0, 1]])
        turned = np.eye(4)
        turned[:3, :3] = lines["R0_rect"].reshape(3, 3)
        found = through(lines["P2"].reshape(3, 4) @ turned @ rectified, points[:, :3])
        expected = ours(truth, name, frame)
        assert found.shape == expected.shape
        seen = expected[:, 2] > 1
        worst = max(worst, float(np.abs(found - expected)[seen].max(initial=0.0)))
        agreement.add(truth, name, frame, found, truth.points(name, frame))
    agreement.hold()
    assert worst < _CLOSE_PX, worst
    return (
        f"load_velo_scan, read_calib_file: {agreement} points in the pictures, within {worst:.3f} px of ours; "
        f"{agreement.said()}"
    )


@check("pypcd4", "the dataset", needs="lidar/*/*.pcd")
def pypcd4_files(truth: Truth, root: Path) -> str:
    """All columns with their types, number by number."""
    from pypcd4 import PointCloud

    count, files = 0, sorted((root / "lidar").glob("*/*.pcd"))
    for path in files:
        found, points = PointCloud.from_path(path), truth.points(path.parent.name, int(path.stem))
        assert tuple(found.fields) == points.dtype.names
        for name in found.fields:
            assert np.array_equal(found.pc_data[name], points[name]), name
        count += len(points)
    return f"{count} points of {len(files)} .pcd files, all seven columns"


class Agreement:
    """How many points agree with depth and masks, over all pictures."""

    def __init__(self) -> None:
        self._inside = self._floating = self._seen = self._wrong = self._on_things = 0

    def __str__(self) -> str:
        return f"{self._inside}"

    def add(self, truth: Truth, name: str, frame: int, places: Any, points: Any) -> None:
        """Points of a sensor's file (N,) at `places` (N, 3): column and row as OpenCV counts, and depth."""
        depth_m, owners = truth.depth_m(frame), truth.picture("masks/instance", frame)
        height, width = owners.shape
        with np.errstate(invalid="ignore"):
            column, row = np.floor(places[:, 0] + 0.5), np.floor(places[:, 1] + 0.5)
            inside = (places[:, 2] > 1) & (column >= 0) & (column < width) & (row >= 0) & (row < height)
        # Of drops and flakes in the air the depth knows nothing.
        inside &= points["category"] > 0
        column, row, z = column[inside].astype(int), row[inside].astype(int), places[inside, 2]
        things = points["instance"][inside]
        slack = slack_m(truth, name, frame) + _SLANT * z
        around_depth, around_owner = around(depth_m), around(owners)
        floating = z < around_depth.min(axis=0)[row, column] - slack
        flat = (around_owner == owners).all(axis=0)[row, column]
        seen = flat & (np.abs(z - depth_m[row, column]) < slack)
        self._inside += len(z)
        self._floating += int(floating.sum())
        self._seen += int(seen.sum())
        self._on_things += int((seen & (things > 0)).sum())
        self._wrong += int((owners[row, column] != things)[seen].sum())

    def hold(self) -> None:
        assert self._on_things > 0
        assert self._floating <= _FEW * self._inside, (self._floating, self._inside)
        assert self._wrong <= _FEW * self._seen, (self._wrong, self._seen)

    def said(self) -> str:
        return (
            f"{self._floating / self._inside:.2%} of them before what its depth shows; of {self._seen} that it shows, "
            f"{self._wrong} with another instance than the mask's"
        )


def around(array: Any) -> Any:
    """(9, H, W): each pixel and its neighbours."""
    wide = np.pad(array, 1, mode="edge")
    height, width = array.shape
    return np.stack([wide[down : down + height, right : right + width] for down in range(3) for right in range(3)])


def ours(truth: Truth, name: str, frame: int) -> Any:
    """(N, 3) columns, rows and depths of a sensor's points in a picture, by the record alone."""
    record, points = truth.record(frame), truth.points(name, frame)
    pose = np.array(record["extra"]["lidar"][name]["world_from_lidar"])
    xyz = np.column_stack([points[axis] for axis in "xyz"]).astype(float)
    return through(projection(record), xyz @ pose[:3, :3].T + pose[:3, 3])


def in_order(found: Any, expected: Any) -> tuple[Any, float]:
    """Which of `expected` (M, 3) each of `found` (N, 3) is, both in one order; by how many pixels they differ at most.

    Only some of them are found; what is as near to the border as rounding may be on either side.
    """
    from scipy.spatial import cKDTree

    known = np.isfinite(expected).all(axis=1) & (expected[:, 2] > 0.5)
    places = np.flatnonzero(known)
    _, nearest = cKDTree(expected[places]).query(found)
    order = places[nearest]
    apart = np.abs(expected[order] - found)
    return order, float(apart.max(initial=0.0))


def slack_m(truth: Truth, name: str, frame: int) -> float:
    """How far a point may be from the surface that it is on, along its beam and beside it."""
    sensor = truth.record(frame)["extra"]["lidar"][name]
    wide = int(sensor["rays"]) > 1
    apart_m = float(sensor["pulse_m"]) * (int(sensor["rays"]) - 1) if wide else 0.0
    aside_m = float(sensor["range_m"]) * float(sensor["divergence_mrad"]) / 2000 if wide else 0.0
    noise_m = _SIGMAS * float(sensor["range_noise_m"]) + float(sensor["range_step_m"]) / 2
    return noise_m + apart_m + aside_m + _ROUNDED_M


def channels(truth: Truth) -> dict[str, str]:
    """nuScenes' channel of each sensor: the first is LIDAR_TOP where none is called so."""
    found = {name: f"LIDAR_{name.upper().replace('-', '_')}" for name in truth.sensors}
    if "LIDAR_TOP" not in found.values():
        found[truth.sensors[0]] = "LIDAR_TOP"
    return found

"""Formats with cameras and 3D boxes: KITTI, nuScenes, BOP."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from reading.registry import check, close
from reading.truth import Truth


@check("torchvision", "kitti")
def torchvision_kitti(truth: Truth, root: Path) -> str:
    from torchvision.datasets import Kitti

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Kitti").mkdir()
        (Path(folder) / "Kitti/raw").symlink_to(root)
        found = Kitti(folder, train=True)
        count, worst = 0, 0.0
        for place, (_, targets) in enumerate(found):
            frame = int(Path(found.images[place]).stem)
            things = list(truth.things(frame))
            rows = [row for row in targets if row["type"] != "DontCare"]
            close(
                [row["bbox"] for row in rows], [(x, y, x + w - 1, y + h - 1) for t in things for x, y, w, h in [t.box]]
            )
            worst, count = max(worst, reprojected(root, truth, frame, rows)), count + len(rows)
        assert len(found) == len(truth.frames)
    assert worst < 0.02, worst
    return f"{count} boxes; those of upright things in 3D project through P2 to within {worst:.3f} px of ours"


def reprojected(root: Path, truth: Truth, frame: int, rows: list[dict[str, Any]]) -> float:
    """By how many pixels corners of KITTI's boxes miss those of our own, both projected by the paper's rules."""
    lines = dict(line.split(": ") for line in (root / f"training/calib/{frame:06d}.txt").read_text().splitlines())
    p2 = np.array(lines["P2"].split(), dtype=float).reshape(3, 4)
    record = truth.record(frame)
    objects = {item["id"]: item for item in record["objects"]}
    worst = 0.0
    for row, thing in zip(rows, truth.things(frame), strict=True):
        item = objects[thing.number]
        pose = np.array(item["world_from_object"])
        if pose[2, 2] < 1 - 1e-8:
            continue
        height, width, length = row["dimensions"]
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 0) for z in (-1, 1)])
        corners = signs * [length / 2, height, width / 2]
        cos, sin = np.cos(row["rotation_y"]), np.sin(row["rotation_y"])
        corners = corners @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]]).T + row["location"]
        ours = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 2 * item["box_size_m"]
        world = (ours + item["box_centre_m"]) @ pose[:3, :3].T + pose[:3, 3]
        one, other = through(p2, corners), through(projection(record), world)
        if (one[:, 2] > 0.5).all():
            distances = np.linalg.norm(one[:, None, :2] - other[None, :, :2], axis=-1)
            worst = max(worst, float(distances.min(axis=1).max()))
    return worst


def projection(record: dict[str, Any]) -> Any:
    """(3, 4) from the world to OpenCV's pixels, by the record."""
    camera = record["camera"]
    (fx, fy), (cx, cy) = camera["focal_px"], camera["principal_point_px"]
    k = np.array([[fx, 0, cx - 0.5], [0, fy, cy - 0.5], [0, 0, 1]])
    return k @ np.linalg.inv(np.array(camera["world_from_camera"]))[:3]


def through(matrix: Any, points: Any) -> Any:
    found = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.column_stack([found[:, :2] / found[:, 2:], found[:, 2]])


@check("nuscenes-devkit", "nuscenes")
def nuscenes(truth: Truth, root: Path) -> str:
    from nuscenes import NuScenes
    from nuscenes.utils.geometry_utils import BoxVisibility, view_points

    database = NuScenes(version="v1.0-train", dataroot=str(root), verbose=False)
    count, worst = 0, 0.0
    for row in database.sample_data:
        frame = int(Path(row["filename"]).stem)
        record = truth.record(frame)
        path, boxes, matrix = database.get_sample_data(row["token"], box_vis_level=BoxVisibility.NONE)
        assert Image.open(path).size == (row["width"], row["height"])
        matrices = projection(record)
        for box in boxes:
            corners = box.corners()
            if (corners[2] < 0.5).any():
                continue
            found = view_points(corners, matrix, normalize=True)[:2].T
            middles = [np.array(item["box_centre_world_m"]) for item in record["objects"]]
            world = database.get("sample_annotation", box.token)["translation"]
            item = record["objects"][int(np.argmin([np.linalg.norm(m - world) for m in middles]))]
            pose = np.array(item["world_from_object"])
            ours = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 2 * item["box_size_m"]
            expected = through(matrices, (ours + item["box_centre_m"]) @ pose[:3, :3].T + pose[:3, 3])[:, :2]
            distances = np.linalg.norm(found[:, None] - expected[None], axis=-1)
            worst, count = max(worst, float(distances.min(axis=1).max())), count + 1
    assert worst < 0.02, worst
    return (
        f"{len(database.sample_data)} pictures, {len(database.sample_annotation)} annotations; {count} boxes project "
        f"to within {worst:.3f} px of ours"
    )


@check("numpy", "bop")
def bop(truth: Truth, root: Path) -> str:
    """By the rules of bop_toolkit's docs/bop_datasets_format.md: it is on no index."""
    count, worst = 0, 0.0
    for scene in sorted((root / "train").iterdir()):
        cameras, poses, infos = (
            json.loads((scene / f"scene_{name}.json").read_text()) for name in ("camera", "gt", "gt_info")
        )
        models = json.loads((root / "models/models_info.json").read_text())
        for key, camera in cameras.items():
            frame = int(key)
            k = np.array(camera["cam_K"]).reshape(3, 3)
            depth = np.array(Image.open(scene / f"depth/{frame:06d}.png")) * camera["depth_scale"] / 1000
            owners, record = truth.picture("masks/instance", frame), truth.record(frame)
            for place, (pose, info) in enumerate(zip(poses[key], infos[key], strict=True)):
                mask = np.array(Image.open(scene / f"mask_visib/{frame:06d}_{place:06d}.png")) > 0
                assert np.count_nonzero(mask) == info["px_count_visib"]
                if not mask.any():
                    continue
                (number,) = np.unique(owners[mask]).tolist()
                (item,) = [item for item in record["objects"] if item["id"] == number]
                rotation = np.array(pose["cam_R_m2c"]).reshape(3, 3)
                model = models[str(pose["obj_id"])]
                assert model["name"] == item["asset"]
                # Every seen pixel, put into the model's frame by its depth, lies in the model's box.
                rows, columns = np.nonzero(mask & (depth > 0))
                z = depth[rows, columns]
                seen = np.linalg.inv(k) @ np.stack([columns, rows, np.ones_like(rows)]) * z
                inside = rotation.T @ (seen * 1000 - np.array(pose["cam_t_m2c"])[:, None])
                half = np.array(item["box_size_m"]) * 500
                step = 1000 * (1 / 512 + 2e-6 * z)  # half a step of the depth PNG
                beyond = (np.abs(inside) - half[:, None] - step).max() if z.size else 0.0
                worst, count = max(worst, float(beyond)), count + 1
    assert worst < 2.0, worst
    return f"{count} poses: by its depth, every seen pixel lies in its model's box, or {worst:.1f} mm from it at most"

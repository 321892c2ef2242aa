"""Boards with a LiDAR where the camera is: both look along the same rays, so that points are known on paper."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from longtail.annotate.camera import Beams
from longtail.annotate.camera.beams import LIDAR_FROM_CAMERA
from longtail.annotate.camera.transform import Transform
from longtail.annotate.dataset.merge import merge
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.points import POINT, Points
from tests.annotate.pictures import ROAD, ROAD_BELOW_M, info
from tests.annotate.stage import show, store

ELEVATIONS_DEG = (-20.0, -12.0, -5.0, 2.0, 8.0)
BEAMS = Beams(tuple(np.radians(ELEVATIONS_DEG).tolist()), (0.0,) * 5, np.radians(44.0), np.radians(0.5), 177)
HERE = Transform("world", "lidar", np.eye(4))
SENSOR: dict[str, Any] = {
    "world_from_lidar": np.eye(4).tolist(), "elevations_deg": list(ELEVATIONS_DEG), "rays": 1, "pulse_m": 0.75,
    "divergence_mrad": 0.0, "range_noise_m": 0.0, "range_step_m": 0.0,
}  # fmt: skip


def scanned(frame: Frame) -> Points:
    """What the beams meet of a frame: boards at their depths, and the road below."""
    columns, rows = np.meshgrid(np.arange(BEAMS.width_px), np.arange(BEAMS.height_px))
    rays = BEAMS.rays(np.stack([columns, rows], axis=-1) + 0.5)
    pixels = np.floor(frame.camera.lens.project(rays))
    inside = ((pixels >= 0) & (pixels < frame.camera.size_px)).all(axis=-1)
    depth_m = np.where(np.isfinite(frame.depth_m), frame.depth_m, 0)
    column, row = np.where(inside[..., None], pixels, 0).astype(int).reshape(-1, 2).T
    owner = np.where(inside, frame.object_ids[row, column].reshape(inside.shape), 0)
    depth = depth_m[row, column].reshape(inside.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(owner == ROAD, ROAD_BELOW_M / rays[..., 1], depth / rays[..., 2])
    met = owner > 0
    made = np.zeros(int(met.sum()), POINT)
    for axis, along in zip("xyz", (rays @ LIDAR_FROM_CAMERA[:3, :3].T)[met].T, strict=True):
        made[axis] = along * reach[met]
    made["intensity"], made["ring"] = 0.25, rows[met]
    kinds = {item.id: frame.taxonomy.ids[item.category] for item in frame.objects}
    made["category"] = [kinds[number] for number in owner[met].tolist()]
    made["instance"] = np.where(owner[met] == ROAD, 0, owner[met])
    return Points(made, HERE)


def clouds(root: Path, point_format: str = "npy", **about: Any) -> Path:
    """A dataset of boards with the LiDAR `top`."""
    frames = [dataclasses.replace(frame, points={"top": scanned(frame)}) for frame in show(3)]
    config = {
        "scenario": "boards",
        "seed": 7,
        "camera": {"size_px": [64, 48]},
        "lidar": {"top": {"format": point_format}},
    }
    outputs = ("coco", "panoptic", "semantic", "depth", "normals", "lidar")
    store(root, frames, info(3, config=config, outputs=outputs, **about), extra={"lidar": {"top": SENSOR}})
    merge(root)
    return root

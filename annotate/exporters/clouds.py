"""Point clouds as other tools take them: which sensor's, in which frame, with which columns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.labels.points import LIDAR, Points, pose_of

AHEAD_IS_Y = np.array([[0.0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
"""nuScenes' LiDAR frame (X right, Y ahead, Z up) from ours (X ahead, Y left, Z up)."""

_TOP = "LIDAR_TOP"


def sensors_of(selection: Selection) -> list[str]:
    """The names of a dataset's LiDARs, in the config's order."""
    names = (name for name in selection.info.layers() if name.startswith(f"{LIDAR}/"))
    return [name.removeprefix(f"{LIDAR}/") for name in names]


def cloud_of(sample: Sample, name: str) -> Points:
    """The points of a sensor in one frame; DatasetError where its file is missing or damaged."""
    return Points(sample.read(f"{LIDAR}/{name}"), pose_of(sample.record.extra, name))


def velodyne(points: Points) -> bytes:
    """KITTI's file: x y z in the sensor's frame and reflectance 0 to 1, float32, point by point."""
    columns = np.column_stack([points.xyz_m, np.minimum(points.intensity, 1)])
    return bytes(columns.astype("<f4").tobytes())


def pcd_bin(points: Points) -> bytes:
    """nuScenes' file: x y z in its own LiDAR frame, intensity 0 to 255 in hundredths of white, ring; float32."""
    turned = points.xyz_m @ AHEAD_IS_Y[:3, :3].T
    columns = np.column_stack([turned, np.rint(np.clip(100 * points.intensity, 0, 255)), points.ring])
    return bytes(columns.astype("<f4").tobytes())


def camera_from_lidar(sample: Sample, name: str, camera_from_world: Matrix) -> NDArray[np.float64]:
    """(3, 4) from the sensor's frame to that of some camera (4, 4)."""
    product: NDArray[np.float64] = (camera_from_world @ pose_of(sample.record.extra, name).matrix)[:3]
    return product


def turned_pose(world_from_lidar: Transform) -> Transform:
    """The pose of nuScenes' LiDAR frame at the same place."""
    return Transform("world", "lidar", world_from_lidar.matrix @ AHEAD_IS_Y.T)


def channels(names: list[str]) -> Mapping[str, str]:
    """nuScenes' channels by the names of sensors; the first is LIDAR_TOP where none is called so.

    Its development kit measures from LIDAR_TOP how far away a box is, and scores nothing without it.

    Examples:
        >>> channels(["roof"]), channels(["front", "top"])
        ({'roof': 'LIDAR_TOP'}, {'front': 'LIDAR_FRONT', 'top': 'LIDAR_TOP'})
        >>> channels(["left", "right"])
        {'left': 'LIDAR_TOP', 'right': 'LIDAR_RIGHT'}
    """
    found = {name: f"LIDAR_{name.upper().replace('-', '_')}" for name in names}
    if names and _TOP not in found.values():
        found[names[0]] = _TOP
    return found


def hits_of(clouds: Mapping[str, Points]) -> dict[int, int]:
    """How many points of all sensors are on each object, by its id."""
    ids = np.concatenate([np.empty(0, np.uint16), *(points.instance for points in clouds.values())])
    return dict(zip(*(array.tolist() for array in np.unique(ids[ids > 0], return_counts=True)), strict=True))

"""nuScenes' calibrated_sensor.json: a row for each sensor of each log, whose pictures are undistorted.

A camera is named by its token, or by its channel (CAM_FRONT) where sensor.json lies beside the table and all its rows
agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.scenes.config.calibration.calibration import Calibration, numbers
from longtail.scenes.config.calibration.camera_matrix import matrix_cells


def cameras_of(rows: Any, sensors: Any) -> Mapping[str, Any] | None:
    """The cameras by name, as far as the file is of this kind; None where it is not. Each is read by `calibration`."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return None
    cameras = [row for row in rows if row.get("camera_intrinsic")]
    channels = _channels(sensors)
    named: dict[str, Any] = {}
    for row in cameras:
        channel = channels.get(row.get("sensor_token"))
        if channel:
            same = channel not in named or named[channel]["camera_intrinsic"] == row["camera_intrinsic"]
            named[channel] = row if same else {"camera_intrinsic": None, "channel": channel}
    return {**named, **{str(row.get("token")): row for row in cameras}} or None


def _channels(sensors: Any) -> dict[Any, str]:
    if not isinstance(sensors, list):
        return {}
    return {row.get("token"): str(row.get("channel")) for row in sensors if isinstance(row, dict)}


def calibration(camera: Mapping[str, Any]) -> Calibration:
    """What `cameras_of` found. ValueError: "expected ..., got ..."."""
    if camera["camera_intrinsic"] is None:
        raise ValueError(f"{camera['channel']}: expected one calibration, got others in other logs; "
                         "name one by its token")  # fmt: skip
    node = camera["camera_intrinsic"]
    flat = [cell for row in node for cell in row] if all(isinstance(row, list) for row in node) else node
    return Calibration("pinhole", matrix_cells(numbers(flat, "camera_intrinsic", 9)))

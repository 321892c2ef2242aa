"""Ready rigs, by name: mounts as a config spells them.

`surround`: the places of nuScenes' six cameras, to the centimetre, counted from its front camera (H. Caesar et al.,
"nuScenes: a multimodal dataset for autonomous driving", CVPR 2020, figure 4; calibrated_sensor.json of v1.0-mini, whose
front camera sits 1.70 m ahead of the rear axle), with the fields of its calibrations, 1266 and 809 pixels at 1600.
`stereo`: the baseline of KITTI's colour cameras, 0.54 m. `stereo_near`: that of an Intel RealSense D435, 50 mm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ReadyRig:
    """Mounts by their names, and in a few words what they are."""

    summary: str
    mounts: Mapping[str, Mapping[str, Any]]


def _around(x_m: float, y_m: float, z_m: float, yaw_deg: float, field_deg: float = 64.6) -> dict[str, Any]:
    place = {"frame": "carrier", "x_m": x_m, "y_m": y_m, "z_m": z_m, "yaw_deg": yaw_deg}
    return {**place, "model": "pinhole", "horizontal_fov_deg": field_deg}


RIGS: Mapping[str, ReadyRig] = {
    "surround": ReadyRig(
        "six cameras around a vehicle, as nuScenes has them",
        {
            "front": _around(0.0, 0.02, 1.51, 0.0),
            "front_left": _around(-0.18, 0.49, 1.51, 55.0),
            "front_right": _around(-0.15, -0.49, 1.5, -55.0),
            "back": _around(-1.67, 0.0, 1.58, 180.0, 89.3),
            "back_left": _around(-0.66, 0.48, 1.59, 110.0),
            "back_right": _around(-0.69, -0.48, 1.56, -110.0),
        },
    ),
    "stereo": ReadyRig("a rectified pair, 0.54 m apart as KITTI's", {"left": {"y_m": 0.27}, "right": {"y_m": -0.27}}),
    "stereo_near": ReadyRig(
        "a rectified pair for what is near, 50 mm apart", {"left": {"y_m": 0.025}, "right": {"y_m": -0.025}}
    ),
    "wrist_and_tripod": ReadyRig(
        "the drawn camera, to be on a wrist (camera.mount: wrist), and one that stands before the table",
        {
            "wrist": {},
            "tripod": {
                "frame": "world", "x_m": -0.6, "y_m": -1.0, "z_m": 1.5, "yaw_deg": 59.0, "pitch_deg": -33.0,
                "model": "pinhole", "horizontal_fov_deg": 65.0,
            },
        },
    ),
}  # fmt: skip

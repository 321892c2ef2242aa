"""What a frame of a rig knows of the other cameras: their frames, where it is beside them, what they both see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from longtail.annotate.camera import Camera
from longtail.annotate.camera.overlap import overlap
from longtail.annotate.camera.stereo import Stereo, stereo_of
from longtail.annotate.camera.transform import Matrix, Transform

_DECIMALS = 9
"""Of extrinsics, as poses have them."""
_COARSER = 6
"""Of what is computed from them."""


@dataclass(frozen=True, eq=False)
class Rig:
    """The place of one picture in its rig.

    Attributes:
        sample: which moment of which scene under which condition the rig took: all its pictures share the number
        frames: the frame of each camera's picture, by the camera's name, in the config's order
        reference_from_camera: (4, 4), the camera's pose in the frame of the rig's first one
        overlaps: by the name of each other camera, the share 0..1 of this one's view that it has too (`overlap`);
            without those that have nothing of it
        stereo: the pair that it is in; None where it is in none
    """

    sample: int
    frames: Mapping[str, int]
    reference_from_camera: Matrix
    overlaps: Mapping[str, float] = field(default_factory=dict)
    stereo: Stereo | None = None

    @classmethod
    def of(cls, name: str, sample: int, frames: Mapping[str, int], cameras: Mapping[str, Camera]) -> Self:
        """That of the picture of the camera `name`, one of `cameras`, whose first is the rig's."""
        own, first = cameras[name], next(iter(cameras.values()))
        reference = first.world_from_camera.inverse()
        placed = Transform("reference", "world", reference.matrix) @ own.world_from_camera
        shares = {other: overlap(own, camera) for other, camera in cameras.items() if other != name}
        seen = {other: share for other, share in shares.items() if share}
        return cls(sample, dict(frames), placed.matrix, seen, stereo_of(name, cameras))

    @property
    def disparity_m_px(self) -> float:
        """The disparity in pixels of what is a metre deep, of a picture of a rectified pair; 0 of any other."""
        pair = self.stereo
        return float(pair.projection[0, 0]) * pair.baseline_m if pair and pair.rectified else 0.0

    def to_json(self) -> dict[str, Any]:
        """JSON values, rounded to where processors agree."""
        return {
            "sample": self.sample,
            "frames": dict(self.frames),
            "reference_from_camera": _rounded(self.reference_from_camera, _DECIMALS),
            "overlaps": {name: _rounded(share, _COARSER) for name, share in self.overlaps.items()},
            **({"stereo": _rounded(self.stereo.to_json(), _DECIMALS)} if self.stereo else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        pose = np.asarray(data["reference_from_camera"], dtype=np.float64)
        if pose.shape != (4, 4):
            raise ValueError(f"rig: expected reference_from_camera to be a 4x4 matrix, got one of {pose.shape}")
        return cls(
            int(data["sample"]),
            {str(name): int(frame) for name, frame in data["frames"].items()},
            pose,
            {str(name): float(share) for name, share in data["overlaps"].items()},
            Stereo.from_json(data["stereo"]) if "stereo" in data else None,
        )


def _rounded(value: Any, decimals: int) -> Any:
    """Numbers to so many decimals, and no minus zero."""
    if isinstance(value, Mapping):
        return {key: _rounded(item, decimals) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _rounded(value.tolist(), decimals)
    if isinstance(value, list):
        return [_rounded(item, decimals) for item in value]
    return round(value, decimals) + 0.0 if isinstance(value, float) else value

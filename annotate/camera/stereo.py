"""Two cameras that look the same way from side by side: their baseline, and how their pictures are rectified."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

import cv2
import numpy as np

from longtail.annotate.camera.brown_conrady import BrownConrady
from longtail.annotate.camera.camera import Camera
from longtail.annotate.camera.lens import Lens
from longtail.annotate.camera.pinhole import Pinhole
from longtail.annotate.camera.transform import Matrix

HALF_PX = 0.5
"""OpenCV's pixels have whole numbers at their centres, Longtail's at their corners."""

_MOST_APART_RAD = math.radians(45)
_EXACT = 1e-7
"""Radians and metres by which a pair may miss being parallel: a ten-thousandth of a pixel at a thousand for a metre."""

Side = Literal["left", "right"]


@dataclass(frozen=True, eq=False)
class Stereo:
    """One camera of a pair.

    Attributes:
        partner: the name of the other
        side: of the pair, which this one is
        baseline_m: between the two
        rectified: whether the pictures are a rectified pair as they are: what one shows in a row, the other shows in
            the same row, `fx * baseline_m / z` pixels farther left (seen from the left one)
        rotation: (3, 3) from this camera's frame to that of the rectified one: R1 or R2 of OpenCV's `stereoRectify`
        projection: (3, 4) in the rectified camera's frame, in OpenCV's pixels: its P1 or P2. Of a rectified pair it is
            the camera's own matrix.
    """

    partner: str
    side: Side
    baseline_m: float
    rectified: bool
    rotation: Matrix
    projection: Matrix

    def to_json(self) -> dict[str, Any]:
        """JSON values; matrices row by row."""
        return {
            "partner": self.partner,
            "side": self.side,
            "baseline_m": self.baseline_m,
            "rectified": self.rectified,
            "rotation": self.rotation.tolist(),
            "projection": self.projection.tolist(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        side = data["side"]
        if side not in ("left", "right"):
            raise ValueError(f"stereo: expected side left or right, got {side!r}")
        rotation, projection = (np.asarray(data[key], dtype=np.float64) for key in ("rotation", "projection"))
        if rotation.shape != (3, 3) or projection.shape != (3, 4):
            raise ValueError(f"stereo: expected 3x3 and 3x4 matrices, got {rotation.shape} and {projection.shape}")
        return cls(str(data["partner"]), side, float(data["baseline_m"]), bool(data["rectified"]), rotation, projection)


def stereo_of(name: str, cameras: Mapping[str, Camera]) -> Stereo | None:
    """The pair that the camera of that name is in; None where no other one can be its partner.

    The partner is the nearest of those with a lens that OpenCV rectifies (pinhole, Brown-Conrady), the same size, an
    axis within 45 degrees and a place that is farther to the side than it is up or ahead.
    """
    own = cameras[name]
    beside = {other: _beside_m(own, camera) for other, camera in cameras.items() if other != name}
    apart = {other: abs(x) for other, x in beside.items() if x}
    if not apart:
        return None
    partner = min(apart, key=lambda other: round(apart[other], 6))
    other = cameras[partner]
    on_left = beside[partner] > 0
    left, right = (own, other) if on_left else (other, own)
    baseline_m = math.dist(left.world_from_camera.matrix[:3, 3], right.world_from_camera.matrix[:3, 3])
    rectified = is_rectified(left, right)
    rotations, projections = (_as_they_are if rectified else _rectified)(left, right, baseline_m)
    side: Side = "left" if on_left else "right"
    which = 0 if on_left else 1
    return Stereo(partner, side, baseline_m, rectified, rotations[which], projections[which])


def is_rectified(left: Camera, right: Camera) -> bool:
    """Whether two cameras are one pinhole at two places along the rows of their pictures, the first on the left.

    Examples:
        >>> from longtail.annotate.camera.transform import Transform
        >>> lens = Pinhole.from_fov(640, 480, 90)
        >>> places = [Transform.upright("world", "camera", (x, 0, 0), 0) for x in (0.0, 0.5)]
        >>> is_rectified(*(Camera(lens, place) for place in places))
        True
    """
    if left.lens != right.lens or not isinstance(left.lens, Pinhole):
        return False
    left_from_right = (left.world_from_camera.inverse() @ right.world_from_camera).matrix
    x, y, z = left_from_right[:3, 3]
    turned = float(np.abs(left_from_right[:3, :3] - np.eye(3)).max())
    return bool(x > 0 and max(abs(y), abs(z), turned) <= _EXACT)


def camera_matrix(lens: Lens) -> Matrix:
    """OpenCV's K (3, 3), whose principal point counts from the centre of the first pixel."""
    return np.array([[lens.fx_px, 0.0, lens.cx_px - HALF_PX], [0.0, lens.fy_px, lens.cy_px - HALF_PX], [0, 0, 1.0]])


def coefficients(lens: Lens) -> Matrix:
    """OpenCV's distortion (8,), in its order; zeros of a pinhole."""
    if isinstance(lens, BrownConrady):
        return np.array([getattr(lens, name) for name in lens.DISTORTION])
    return np.zeros(8)


def _beside_m(own: Camera, other: Camera) -> float:
    """How far to the right of `own` a partner is, 0 where `other` cannot be one."""
    both = (own.lens, other.lens)
    if own.size_px != other.size_px or not all(isinstance(lens, Pinhole | BrownConrady) for lens in both):
        return 0.0
    own_from_other = (own.world_from_camera.inverse() @ other.world_from_camera).matrix
    x, y, z = (float(value) for value in own_from_other[:3, 3])
    # The angle of the turn between the two, by its trace.
    apart_rad = math.acos(min(max((float(np.trace(own_from_other[:3, :3])) - 1) / 2, -1.0), 1.0))
    return x if abs(x) > max(abs(y), abs(z)) and apart_rad < _MOST_APART_RAD else 0.0


_Pair = tuple[tuple[Matrix, Matrix], tuple[Matrix, Matrix]]


def _as_they_are(left: Camera, _right: Camera, baseline_m: float) -> _Pair:
    first = np.column_stack([camera_matrix(left.lens), np.zeros(3)])
    second = first.copy()
    second[0, 3] = -left.lens.fx_px * baseline_m
    return (np.eye(3), np.eye(3)), (first, second)


def _rectified(left: Camera, right: Camera, _baseline_m: float) -> _Pair:
    """OpenCV's `stereoRectify` as it is by default: all disparities of what is without end are 0."""
    right_from_left = (right.world_from_camera.inverse() @ left.world_from_camera).matrix
    one, other, first, second, *_ = cv2.stereoRectify(
        camera_matrix(left.lens),
        coefficients(left.lens),
        camera_matrix(right.lens),
        coefficients(right.lens),
        left.size_px,
        right_from_left[:3, :3],
        right_from_left[:3, 3],
    )
    return (np.asarray(one), np.asarray(other)), (np.asarray(first), np.asarray(second))

"""COCO's 17 keypoints of people: where their joints are in the picture, and which of these it shows.

The format: https://cocodataset.org/#format-data, https://cocodataset.org/#keypoints-2017. Left and right are the
person's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.labels.frame import Frame, SceneObject

NAMES = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
"""In COCO's order."""

SKELETON = (
    (16, 14), (14, 12), (17, 15), (15, 13), (12, 13), (6, 12), (7, 13), (6, 7), (6, 8), (7, 9), (8, 10), (9, 11),
    (2, 3), (1, 2), (1, 3), (2, 4), (3, 5), (4, 6), (5, 7),
)  # fmt: skip
"""What COCO joins by lines, counted from 1."""

MIRRORED = (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15)
"""Which keypoint each is in a mirrored picture, counted from 0."""

CATEGORIES = frozenset({"person", "rider"})
"""Who has keypoints."""

ABSENT, HIDDEN, VISIBLE = 0, 1, 2
"""COCO's flags: outside the picture, or where the lens has no ray; in the picture and hidden; seen."""

Keypoint = tuple[float, float, int]
Keypoints = tuple[Keypoint, ...]
"""17 of (x, y, flag) in pixels, the first two 0 where the flag is. All are 0 of somebody whose joints are not known."""

UNKNOWN: Keypoints = ((0.0, 0.0, ABSENT),) * len(NAMES)

_DECIMALS = 3
"""Of pixels: as many as a record keeps."""


def keypoints(frame: Frame) -> dict[int, Keypoints]:
    """Of everybody whom a pixel shows, by object id.

    A joint is visible where the pixel that holds it shows that person, by a surface that lies behind the joint, or
    before it by no more than the joint's reach. So a wrist behind one's own back is hidden, and one in a sleeve is not.
    """
    seen = set(np.unique(frame.object_ids).tolist())
    people = [item for item in frame.objects if item.category in CATEGORIES and item.id in seen]
    return {item.id: keypoints_of(frame.camera, frame.object_ids, frame.depth_m, item) for item in people}


def keypoints_of(
    camera: Camera, object_ids: NDArray[np.integer[Any]], depth_m: NDArray[np.floating[Any]], item: SceneObject
) -> Keypoints:
    """Of one person; `object_ids` and `depth_m` (H, W) are what the picture shows."""
    if not item.joints_m:
        return UNKNOWN
    pixels = projected(camera, item)
    within = inside(camera, pixels)
    before_m = before(camera, depth_m, item, pixels)
    own = np.zeros(len(pixels), dtype=np.bool_)
    columns, rows = np.floor(pixels[within]).astype(np.intp).T
    own[within] = object_ids[rows, columns] == item.id
    shown = own & (before_m <= reaches(item))
    flags = np.where(within, np.where(shown, VISIBLE, HIDDEN), ABSENT)
    pixels[~within] = 0.0
    return tuple((x, y, flag) for (x, y), flag in zip(pixels.tolist(), flags.tolist(), strict=True))


def projected(camera: Camera, item: SceneObject) -> Matrix:
    """The pixels (17, 2) of a person's joints, NaN where the lens cannot see them."""
    pixels: Matrix = np.round(camera.lens.project(_in_camera(camera, item)), _DECIMALS) + 0.0
    return pixels


def inside(camera: Camera, pixels: Matrix) -> NDArray[np.bool_]:
    """Which of pixels (N, 2) lie in the picture, where the lens has a ray."""
    with np.errstate(invalid="ignore"):
        within: NDArray[np.bool_] = ((pixels >= 0) & (pixels < camera.size_px)).all(axis=1)
    within[within] = np.isfinite(camera.lens.rays(np.floor(pixels[within]) + 0.5)).all(axis=1)
    return within


def before(camera: Camera, depth_m: NDArray[np.floating[Any]], item: SceneObject, pixels: Matrix) -> Matrix:
    """How far (17,) the surface lies before each joint along the ray through the centre of the pixel that holds it.

    Metres; negative where it lies behind, infinite where there is none, NaN outside the picture.
    """
    within, along = inside(camera, pixels), np.full(len(pixels), np.nan)
    columns, rows = np.floor(pixels[within]).astype(np.intp).T
    centres = np.floor(pixels[within]) + 0.5
    rays = camera.lens.rays(centres)
    away = np.linalg.norm(_in_camera(camera, item)[within] - camera.lens.origins(centres), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        surface = depth_m[rows, columns].astype(np.float64) / rays[:, 2]
    along[within] = np.where(np.isfinite(surface) & (surface > 0), away - surface, np.inf)
    return along


def reaches(item: SceneObject) -> Matrix:
    """How far (17,) before each joint its own limb's surface may lie, metres."""
    return np.array(item.joints_m, dtype=np.float64)[:, 3]


def _in_camera(camera: Camera, item: SceneObject) -> Matrix:
    joints = np.array(item.joints_m, dtype=np.float64)[:, :3]
    points: Matrix = camera.world_from_camera.inverse().points(item.world_from_object.points(joints))
    return points


def annotated(found: Keypoints) -> dict[str, Any]:
    """What a COCO annotation says of them: 51 numbers, and how many keypoints are labelled."""
    return {"keypoints": [number for row in found for number in row], "num_keypoints": labelled(found)}


def labelled(found: Keypoints) -> int:
    """How many are in the picture, hidden or not."""
    return sum(flag > ABSENT for *_, flag in found)


def with_keypoints(categories: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of COCO's categories, where those of people list the keypoints and what joins them."""
    listed = {"keypoints": list(NAMES), "skeleton": [list(pair) for pair in SKELETON]}
    return [{**row, **(listed if row["name"] in CATEGORIES else {})} for row in categories]

"""Pictures of 3D boxes: what a record says of them against its camera, and masks against both."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from longtail.annotate.camera.transform import Matrix, placed
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import BEAM_PX
from longtail.annotate.check.reach import reach_px
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.boxes import NEAR_M, projected_boxes, projected_edges, truncation_bounds
from longtail.annotate.labels.frame import boxes_of, poses_of

# Records keep nine decimals of poses. Of rotations that is 1e-7 m some hundred metres from the world's origin, and so
# at the least depth, by which the projection divides.
_POSE_M = 1e-7
_ROUNDED = 1e-6
# How far the points that truncation is told by may be off, where one lies at the picture's border.
_SLACK_PX = 1e-3
_RIGID = 1e-6


def check_projection(stored: StoredFrame) -> Iterator[Finding]:
    """Findings of one frame: poses that are none, middles, projected boxes and truncations that do not follow from
    camera and pose, and masks that reach out of their projected box."""
    for name, expected, came in (*_poses(stored), *_middles(stored), *_projected(stored), *_masks(stored)):
        yield Finding(record_path(stored.index), stored.index, f"{name} {expected}", came)


_Lie = tuple[str, str, str]


def _poses(stored: StoredFrame) -> Iterator[_Lie]:
    matrices = poses_of(stored.objects)
    if not _rigid(stored.camera.world_from_camera.matrix[None])[0]:
        yield "camera world_from_camera", "a turn and a shift", _shown(stored.camera.world_from_camera.matrix)
    for row in np.flatnonzero(~_rigid(matrices)).tolist():
        yield f"object {stored.objects[row].id} world_from_object", "a turn and a shift", _shown(matrices[row])


def _rigid(matrices: Matrix) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether (M,) matrices (M, 4, 4) neither mirror nor stretch."""
    turns = matrices[:, :3, :3]
    square = np.abs(np.einsum("mij,mkj->mik", turns, turns) - np.eye(3)).max(axis=(1, 2), initial=0) < _RIGID
    proper = (np.cross(turns[:, 0], turns[:, 1]) * turns[:, 2]).sum(axis=1) > 0
    return np.asarray(square & proper & (matrices[:, 3] == (0, 0, 0, 1)).all(axis=1))


def _middles(stored: StoredFrame) -> Iterator[_Lie]:
    stated = np.array([stored.middles_m[item.id] for item in stored.objects], dtype=np.float64).reshape(-1, 3)
    middles = placed(poses_of(stored.objects), boxes_of(stored.objects)[0][:, None])[:, 0]
    for row in np.flatnonzero(np.abs(middles - stated).max(axis=1, initial=0) > _ROUNDED).tolist():
        yield f"object {stored.objects[row].id} box_centre_world_m", _shown(middles[row]), _shown(stated[row])


def _projected(stored: StoredFrame) -> Iterator[_Lie]:
    if stored.is_older:
        return
    boxes = projected_boxes(stored.camera, stored.objects)
    stated = np.array([_stated(stored, item.id) for item in stored.objects], dtype=np.float64).reshape(-1, 4)
    lens = stored.camera.lens
    # A point that is off by so much at the depth z moves by that share of its distance from the principal point.
    reach_px = lens.fx_px + np.abs(np.nan_to_num(boxes)).max(axis=1, initial=0)
    slack_px = _ROUNDED + _POSE_M / NEAR_M * reach_px
    same = (np.abs(boxes - stated).max(axis=1) <= slack_px) | (np.isnan(boxes) & np.isnan(stated)).all(axis=1)
    least, most = truncation_bounds(stored.camera, stored.objects, boxes, _SLACK_PX)
    bounds = zip(least.tolist(), most.tolist(), strict=True)
    for item, fine, box, said, (low, high) in zip(stored.objects, same.tolist(), boxes, stated, bounds, strict=True):
        if not fine:
            yield f"object {item.id} projected_box_px", _box(box), _box(said)
        truncation = stored.visibility[item.id].truncation
        if not low - _ROUNDED <= truncation <= high + _ROUNDED:
            expected = f"{(low + high) / 2:.6g}, as of its 3D box"
            yield f"object {item.id} truncation", expected, f"{truncation:.6g}"


def _masks(stored: StoredFrame) -> Iterator[_Lie]:
    objects = {item.id: item for item in stored.objects}
    things = [thing for thing in stored.instances if thing.id in objects]
    slack_px = BEAM_PX + _sags_px(stored, [thing.id for thing in things])
    for thing, slack in zip(things, slack_px.tolist(), strict=True):
        x, y, width, height = reach_px(stored, objects[thing.id]) or (math.nan,) * 4
        left, top, across, down = thing.bbox
        # A pixel is seen where its middle is.
        inside = left + 0.5 >= x - slack and left + across - 0.5 <= x + width + slack
        inside &= top + 0.5 >= y - slack and top + down - 0.5 <= y + height + slack
        if not inside:
            expected = f"bbox inside its projected box {_box(np.array([x, y, width, height]))}"
            yield f"annotation of object {thing.id}", expected, f"{list(thing.bbox)}"


def _sags_px(stored: StoredFrame, numbers: list[int]) -> Matrix:
    """How far (N,) the straight pieces that the boxes' bent edges are drawn with run inside the true ones, in pixels.

    Of a smooth curve that is an eighth of the second difference between points.
    """
    if stored.camera.lens.straight or not numbers:
        return np.zeros(len(numbers))
    chosen = set(numbers)
    items = {item.id: item for item in stored.objects if item.id in chosen}
    edges = projected_edges(stored.camera, [items[number] for number in numbers])
    bends = np.linalg.norm(np.diff(edges, n=2, axis=2), axis=-1)
    return np.asarray(np.nan_to_num(bends).max(axis=(1, 2), initial=0) / 8)


def _stated(stored: StoredFrame, number: int) -> tuple[float, float, float, float]:
    return stored.visibility[number].projected_box_px or (math.nan,) * 4


def _box(box: Matrix) -> str:
    return "null" if np.isnan(box).any() else _shown(box)


def _shown(values: Matrix) -> str:
    return str(np.round(values, 6).tolist())

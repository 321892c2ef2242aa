"""Keypoints made anew from pose, camera, masks and depth, and held against what annotations say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.encoders import DEPTH_STEP_M
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.labels.boxes import NEAR_M
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.keypoints import (
    ABSENT,
    CATEGORIES,
    HIDDEN,
    NAMES,
    UNKNOWN,
    VISIBLE,
    Keypoints,
    before,
    inside,
    projected,
    reaches,
)

Layers = Mapping[str, NDArray[Any]]

# Records keep six decimals of joints and nine of poses; both move a pixel by that share of its distance from the axis.
_PLACE_M = 2e-6
_ROUNDED_PX = 1e-3
_STICKS_OUT_M = 0.03
"""How far out of its mesh's box a joint may lie: a bend that is rounded runs inside its joint."""


def check_keypoints(stored: StoredFrame, arrays: Layers, *, asked: bool) -> Iterator[Finding]:
    """Findings of one frame: keypoints that are there unasked or lacking, joints that are none, and pixels and flags
    that do not follow from joints, pose, camera, instance mask and depth. Flags need both of these layers."""
    objects = {item.id: item for item in stored.objects}
    for thing in stored.instances:
        if thing.id in objects:
            for expected, came in _of(stored, thing, objects[thing.id], arrays, asked):
                yield Finding(
                    record_path(stored.index), stored.index, f"annotation of object {thing.id}: {expected}", came
                )


_Lie = tuple[str, str]


def _of(stored: StoredFrame, thing: StoredInstance, item: SceneObject, arrays: Layers, asked: bool) -> Iterator[_Lie]:
    wanted = asked and item.category in CATEGORIES
    if wanted != (thing.keypoints is not None):
        yield ("keypoints" if wanted else "no keypoints"), "none" if wanted else "some"
        return
    found = thing.keypoints
    if found is None:
        return
    if not item.joints_m:
        if found != UNKNOWN:
            yield "17 times 0, as its joints are not known", f"{found}"
        return
    if len(item.joints_m) != len(NAMES):
        yield f"{len(NAMES)} joints", f"{len(item.joints_m)}"
        return
    yield from _joints(item)
    yield from _pixels(stored, item, found)
    if "instance" in arrays and "depth" in arrays:
        yield from _flags(stored, item, found, arrays)


def _joints(item: SceneObject) -> Iterator[_Lie]:
    """Joints lie in their body, whose box is known."""
    away = np.abs(np.array(item.joints_m)[:, :3] - item.box_centre_m) - np.asarray(item.box_size_m) / 2
    for name, out in zip(NAMES, away.max(axis=1).tolist(), strict=True):
        if out > _STICKS_OUT_M:
            yield f"its {name} inside its 3D box", f"{out:.3f} m outside"


def _slack_px(stored: StoredFrame, item: SceneObject) -> float:
    """How far a pixel may be off for what is rounded."""
    eye = stored.camera.world_from_camera.matrix[:3, 3]
    joints = item.world_from_object.points(np.array(item.joints_m)[:, :3])
    nearest = max(float(np.linalg.norm(joints - eye, axis=1).min()), NEAR_M)
    return _ROUNDED_PX + _PLACE_M / nearest * (stored.camera.lens.fx_px + max(stored.camera.size_px))


def _pixels(stored: StoredFrame, item: SceneObject, found: Keypoints) -> Iterator[_Lie]:
    pixels, slack = projected(stored.camera, item), _slack_px(stored, item)
    surely_in = inside(stored.camera, pixels)
    near_border = _near(pixels, np.asarray(stored.camera.size_px), slack)
    for name, (x, y, flag), pixel, within, unsure in zip(
        NAMES, found, pixels.tolist(), surely_in.tolist(), near_border.tolist(), strict=True
    ):
        if flag not in (ABSENT, HIDDEN, VISIBLE):
            yield f"{name} of flag 0, 1 or 2", f"{flag}"
        elif (flag > ABSENT) != within and not unsure:
            yield f"{name} {'in' if within else 'outside'} the picture", f"flag {flag}"
        elif flag == ABSENT and (x, y) != (0, 0):
            yield f"{name} at [0, 0], as it is outside", f"[{x}, {y}]"
        elif flag > ABSENT and np.abs(np.subtract(pixel, (x, y))).max() > slack:
            yield f"{name} at {pixel}, as joint, pose and camera say", f"[{x}, {y}]"


def _near(pixels: Matrix, borders: Matrix, slack: float) -> NDArray[np.bool_]:
    """Whether pixels (N, 2) lie at a border within what they may be off."""
    with np.errstate(invalid="ignore"):
        at: NDArray[np.bool_] = (np.minimum(np.abs(pixels), np.abs(pixels - borders)) <= slack).any(axis=1)
    return at


def _flags(stored: StoredFrame, item: SceneObject, found: Keypoints, arrays: Layers) -> Iterator[_Lie]:
    """Flags that hang by less than a step of the stored depth, or by less than a pixel is rounded, are left alone."""
    pixels, slack = projected(stored.camera, item), _slack_px(stored, item)
    within = inside(stored.camera, pixels)
    pixels[~within] = 0.0
    columns, rows = np.floor(pixels).astype(np.intp).T
    between = (np.abs(pixels - np.round(pixels)) <= slack).any(axis=1)
    steps_m = DEPTH_STEP_M / np.maximum(np.abs(stored.camera.lens.rays(np.floor(pixels) + 0.5)[:, 2]), 1e-6)
    over_m = before(stored.camera, arrays["depth"], item, pixels) - reaches(item)
    own = arrays["instance"][rows, columns] == item.id
    deep = np.isfinite(arrays["depth"][rows, columns])
    shown = own & (over_m <= 0)
    # What an instance mask shows without a depth lies out of that layer's range.
    sure = within & ~between & (~own | (deep & (np.abs(over_m) > steps_m)))
    for name, (*_, flag), truth, known in zip(NAMES, found, shown.tolist(), sure.tolist(), strict=True):
        if known and flag > ABSENT and (flag == VISIBLE) != truth:
            yield f"{name} {'visible' if truth else 'hidden'}, as mask and depth say", f"flag {flag}"

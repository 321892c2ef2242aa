"""A clip of the yard of boxes: things drive, the camera drives and turns, and what hides what is traced on paper."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, Lens
from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.labels.conditions import Conditions
from longtail.annotate.labels.flow import Moment, carried_m, is_outside, places_m, rays_of, targets_px
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.motion import Flow, Motion
from longtail.annotate.labels.shown import Shown
from longtail.annotate.labels.video import VideoFrame
from tests.annotate.yard import LENS, PAVEMENT, ROAD, THINGS, WALL, Shot, Yard, about, also, camera, drawn, traced

OUTPUTS = ("images", "coco", "semantic", "instance", "depth", "keypoints", "flow", "scene_flow")
FRAMES, RATE_HZ = 4, 5.0
# Metres a second along its own X, and degrees a second to the left.
_PACE = {1: (9.0, 20.0), 2: (8.0, 0.0), 3: (1.3, 30.0), 7: (12.0, 0.0), 8: (9.0, 0.0)}
_EGO_M_S = 7.0


def things_at(time_s: float) -> tuple[SceneObject, ...]:
    """All objects of the yard at a moment."""
    moved = []
    for item in THINGS:
        speed, turn = _PACE.get(item.id, (0.0, 0.0))
        heading = math.atan2(*item.world_from_object.matrix[1::-1, 0]) + math.radians(turn) * time_s
        x, y, z = item.world_from_object.points([speed * time_s, 0.0, 0.0])
        moved.append(replace(item, world_from_object=Transform.upright("world", "object", (x, y, z), heading)))
    return (*moved, WALL, ROAD, PAVEMENT)


def view_at(time_s: float, lens: Lens = LENS) -> Camera:
    """The yard's camera, driven ahead."""
    here = camera(lens)
    matrix = here.world_from_camera.matrix.copy()
    matrix[0, 3] += _EGO_M_S * time_s
    return Camera(here.lens, Transform("world", "camera", matrix))


@cache
def reel(lens: Lens = LENS) -> tuple[Frame, ...]:
    """The frames of the clip, with their flow."""
    clear = Conditions("clear", 30_000.0, 60_000.0, None, {"rain": 0.0, "snow": 0.0})
    frames = []
    for index in range(FRAMES):
        video = VideoFrame(1, index, index - 1 if index else None, index + 1 if index + 1 < FRAMES else None)
        others = tuple(other for other in range(FRAMES) if other != index)
        shown = Shown(0, "", {}, others, time_s=index / RATE_HZ, clip_frame=index, video=video)
        frame = traced(view_at(index / RATE_HZ, lens), things_at(index / RATE_HZ), clear, index, shown)
        objects = tuple(replace(item, silhouette=None, nearer_px={}) for item in frame.objects)
        clear_air = np.ones_like(frame.depth_m)
        frames.append(replace(frame, objects=objects, transmission=clear_air, lens=None, surfaces=None))
    return tuple(
        replace(frame, motion=Motion(*(on_paper(frame, frames, index + step) for step in (1, -1))))
        for index, frame in enumerate(frames)
    )


def on_paper(frame: Frame, frames: list[Frame], index: int) -> Flow:
    """The flow to another frame: who is in front there is found by rays at the boxes themselves."""
    if not 0 <= index < len(frames):
        return Flow.unknown(frame.camera.size_px)
    other = frames[index]
    then = Moment(other.camera, {item.id: item.world_from_object for item in other.objects})
    places = places_m(frame.camera, frame.depth_m)
    carried = carried_m(places, frame.object_ids, frame.objects, then)
    targets = targets_px(carried, frame.object_ids, frame.camera, other.camera)
    pixels = (targets - frame.camera.pixel_centres()).astype(np.float32)
    outside = is_outside(targets, frame.camera.size_px)
    hidden = _hidden(carried, targets, frame.object_ids == 0, other)
    return Flow(pixels, outside | hidden, (carried - places).astype(np.float32))


def _hidden(carried: Matrix, targets: Matrix, endless: NDArray[np.bool_], other: Frame) -> NDArray[np.bool_]:
    starts, along = (rays.reshape(carried.shape) for rays in rays_of(other.camera, targets.reshape(-1, 2)))
    lengths = np.linalg.norm(carried - starts, axis=-1)
    reach = np.where(endless, np.inf, lengths * (1 - 1e-4) - 2e-3)
    found = np.zeros(endless.shape, dtype=np.bool_)
    for item in other.objects:
        found |= _away(starts, along, item) < reach
    return found


def _away(starts: Matrix, along: Matrix, item: SceneObject) -> Matrix:
    """How far (H, W) rays in the world go to an object's box; infinite where they miss it."""
    own = item.world_from_object.inverse()
    start, way, half = own.points(starts) - item.box_centre_m, own.directions(along), np.asarray(item.box_size_m) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = ((side * np.sign(way) * half - start) / way for side in (-1, 1))
        enter = np.nan_to_num(near, nan=-np.inf).max(axis=-1)
        leave = np.nan_to_num(far, nan=np.inf).min(axis=-1)
        return np.where((enter <= leave) & (enter > 0), enter, np.inf)


def clip() -> Yard:
    """The dataset of the clip, to be written."""
    known = about()
    config = {**known.config, "outputs": list(OUTPUTS), "frames": FRAMES}
    shots = [Shot(frame, drawn(LENS, "clear", 40.0), also(14.0), "clear, day") for frame in reel()]
    return Yard(replace(known, config=config, frames=FRAMES, outputs=OUTPUTS), shots)

"""Motion blur: what stands is smeared along the flow that the camera's own motion makes while the shutter is open.

The blur lies evenly around the middle of the exposure, which is the instant of the labels: a blurred edge has its
middle on the edge of its mask. In a clip what moves is smeared along its own motion, too; a picture by
itself is that of an instant at which nothing but the camera moves. The rolling shutter is left out: it would take each
row at another time, and the labels with it, by several pixels at town speeds; a dataset whose labels are exact to the
pixel is that of a global shutter.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Lens
from longtail.render.sensor.shot import Array, Exposure, View
from longtail.render.sensor.smooth_field import smooth_field
from longtail.scenes.camera.sensor import Sensor

# Less flow than this is not seen beside the blur of the pixel grid itself.
_LEAST_PX = 0.35
# A smear longer than this share of the width has outrun the first order of the flow.
_LONGEST = 0.12
# How far a near surface's smear reaches over what is behind it, at most.
_REACH_PX = 10
_AXES = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def motion_blurred(radiance: Array, view: View, sensor: Sensor, exposure: Exposure) -> Array:
    """`radiance` (H, W, 3) averaged over the exposure; the same array where nothing moves.

    Belongs before all that is painted into the picture with a motion of its own, as raindrops are, and before all that
    the lens adds.
    """
    if not sensor.motion_blur or (not view.velocity_m_s.any() and view.nearing_m_s is None):
        return radiance
    flow = _nearest_flow(view, exposure.shutter_s)
    if flow is None:
        return radiance
    rows, columns = _box(np.abs(flow).max(axis=-1) > _LEAST_PX)
    # Two passes of three samples each make nine, evenly spaced.
    result = radiance.copy()
    part = _thrice(radiance, flow, 1 / 9, rows, columns)
    result[rows, columns] = part
    result[rows, columns] = _thrice(result, flow, 1 / 3, rows, columns)
    return result


def _nearest_flow(view: View, shutter_s: float) -> Array | None:
    """How far each pixel's nearest surface within half a smear moves; None where that cannot be seen."""
    lens, depth_m = view.camera.lens, view.depth_m
    if view.nearing_m_s is not None:
        paths_m = view.nearing_m_s * np.float32(shutter_s)
        longest_px = float(np.abs(flow := _flows(lens, depth_m, paths_m)).max())
        return None if longest_px <= _LEAST_PX else _of_nearest(depth_m, flow, longest_px)
    path_m = view.camera.world_from_camera.matrix[:3, :3].T @ view.velocity_m_s * shutter_s
    longest_px = float(np.abs(image_flow(lens, depth_m, path_m)).max())
    return None if longest_px <= _LEAST_PX else image_flow(lens, _nearest(depth_m, longest_px), path_m)


def _flows(lens: Lens, depth_m: Array, paths_m: Array) -> Array:
    """As `image_flow`, with a path (H, W, 3) for each pixel: flows add up as paths do."""
    nearness = np.divide(np.float32(1), depth_m, out=np.zeros_like(depth_m), where=depth_m != 0)
    flow = sum(
        _flow_per_path(lens, axis) * (paths_m[..., number] * nearness)[..., None] for number, axis in enumerate(_AXES)
    )
    longest = np.float32(_LONGEST * lens.width_px)
    return np.asarray(np.clip(flow, -longest, longest), dtype=np.float32)


def _of_nearest(depth_m: Array, flow: Array, longest_px: float) -> Array:
    """The flow (H, W, 2) of the nearest surface within half a smear, of its corners, sides and middle."""
    reach = min(math.ceil(longest_px / 2), _REACH_PX)
    best, result = depth_m.copy(), flow.copy()
    for step in dict.fromkeys((math.ceil(reach / 2), reach)):
        for down in (-step, 0, step):
            for across in (-step, 0, step):
                shift = np.array([[1, 0, across], [0, 1, down]], dtype=np.float32)
                size = depth_m.shape[1], depth_m.shape[0]
                there = cv2.warpAffine(depth_m, shift, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
                nearer = there < best
                if nearer.any():
                    moved = cv2.warpAffine(flow, shift, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
                    best[nearer], result[nearer] = there[nearer], moved[nearer]
    return result


def image_flow(lens: Lens, depth_m: Array, path_m: NDArray[np.float64]) -> Array:
    """How far each pixel's surface at `depth_m` (H, W) moves in the picture, (H, W, 2) float32 px, as the camera moves
    by `path_m` (3,) in its own frame; 0 at the sky.

    To first order around the middle of the path: the lens's picture of a direction does not depend on the distance, so
    a path short against the distance moves a point by (d pixel / d direction) . path / distance.
    """
    size_m = float(np.linalg.norm(path_m))
    along = _flow_per_path(lens, tuple(path_m / size_m))
    if not lens.central:
        # Near and far move alike.
        return np.asarray(along * np.float32(size_m) * np.isfinite(depth_m)[..., None], dtype=np.float32)
    # A depth of 0 is a fisheye's, a quarter turn from the axis, where the flow per path / z is 0 too.
    nearness = np.divide(np.float32(size_m), depth_m, out=np.zeros_like(depth_m), where=depth_m != 0)
    longest = np.float32(_LONGEST * lens.width_px)
    return np.asarray(np.clip(along * nearness[..., None], -longest, longest), dtype=np.float32)


@lru_cache(maxsize=8)
def _flow_per_path(lens: Lens, towards: tuple[float, float, float]) -> Array:
    """Pixels (H, W, 2) by which a surface of depth z moves per path / z of the camera `towards`, a unit vector."""
    step = 1e-3 * np.array(towards)

    def flow(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        rays = lens.rays(pixels) + lens.origins(pixels)
        moved = lens.project(rays - step) - lens.project(rays + step)
        return np.asarray(moved / 2e-3 * rays[:, 2:])

    return smooth_field(lens, flow)


def _nearest(depth_m: Array, longest_px: float) -> Array:
    """The depth of the nearest surface within half a smear: its blurred edge covers what is behind it."""
    reach = min(math.ceil(longest_px / 2), _REACH_PX)
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(cv2.erode(depth_m, kernel), dtype=np.float32)


def _box(moved: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The rows and columns that hold all that moves."""
    rows, columns = np.flatnonzero(moved.any(axis=1)), np.flatnonzero(moved.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _thrice(picture: Array, flow: Array, share: float, rows: slice, columns: slice) -> Array:
    """The mean of a part of the picture with itself moved by `share` of the flow, back and forth."""
    part = flow[rows, columns] * np.float32(share)
    x = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :]
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
    total = picture[rows, columns].copy()
    for sign in (-1, 1):
        total += cv2.remap(
            picture, x + sign * part[..., 0], y + sign * part[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    total *= np.float32(1 / 3)
    return total

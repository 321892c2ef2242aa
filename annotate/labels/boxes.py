"""Boxes: tight ones around pixels, and the picture of a 3D box.

A box is `[x, y, width, height]` in the pixel frame, whose (0, 0) is the top-left corner of the first pixel: a mask of
the one pixel in column 3, row 5 has the box [3, 5, 1, 1].
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.labels.frame import SceneObject

NEAR_M = 0.05
"""Parts of a 3D box nearer than this to the camera's plane are cut off before projection."""

_SAMPLES = 33
"""Points per box edge where the lens bends lines; one that keeps them straight needs only the ends."""

_RIM = 64
"""Directions along the rim of a lens's field."""

Box = tuple[int, int, int, int]

_CORNERS = np.arange(8)
# Corners are numbered by the bits of (x, y, z); two corners that differ in one bit share one of the twelve edges.
_EDGES = np.array([[corner, corner | bit] for bit in (1, 2, 4) for corner in _CORNERS if not corner & bit])


def tight_boxes(labels: NDArray[np.int32], count: int) -> list[Box | None]:
    """The tight boxes of labels 1..count in a raster (H, W); None for a label that owns no pixel.

    Examples:
        >>> raster = np.array([[1, 1, 0], [0, 3, 3]], dtype=np.int32)
        >>> tight_boxes(raster, 3)
        [(0, 0, 2, 1), None, (1, 1, 2, 1)]
    """
    boxes: list[Box | None] = []
    slices: Sequence[tuple[slice, ...] | None] = ndimage.find_objects(labels, max_label=count)
    for found in slices:
        if found is None:
            boxes.append(None)
            continue
        rows, columns = found
        boxes.append((columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start))
    return boxes


def tight_box(mask: NDArray[np.bool_]) -> Box | None:
    """The tight box of one mask (H, W); None where it is empty.

    Examples:
        >>> mask = np.zeros((8, 8), dtype=np.bool_)
        >>> mask[5, 3] = True
        >>> tight_box(mask)
        (3, 5, 1, 1)
    """
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if not columns.size:
        return None
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1


def areas_and_boxes(raster: NDArray[np.integer[Any]]) -> dict[int, tuple[int, Box]]:
    """The number of pixels and the tight box of each value of a raster (H, W), in one pass for all values.

    Examples:
        >>> areas_and_boxes(np.array([[7, 7, 0], [0, 7, 7]]))
        {0: (2, (0, 0, 3, 2)), 7: (4, (0, 0, 3, 2))}
    """
    flat = raster.ravel()
    # Sorting the values of runs is quicker than sorting those of all pixels.
    starts = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    lengths = np.diff(starts, append=flat.size)
    values, places = np.unique(flat[starts], return_inverse=True)
    areas = np.bincount(places, weights=lengths, minlength=values.size).astype(int).tolist()
    boxes = tight_boxes(np.repeat(places + 1, lengths).reshape(raster.shape).astype(np.int32), values.size)
    return {
        value: (area, box) for value, area, box in zip(values.tolist(), areas, boxes, strict=True) if box is not None
    }


def projected_boxes(camera: Camera, objects: Sequence[SceneObject]) -> Matrix:
    """The bounding rectangles (N, 4) in pixels of the objects' projected 3D boxes, not cut at the picture's border.

    What the lens cannot see is cut off: at the angle where its field ends and, unless it sees more than half a turn,
    `NEAR_M` in front of the camera. A box wholly out of the field has a row of NaN.
    """
    if not objects:
        return np.empty((0, 4))
    edges = projected_edges(camera, objects).reshape(len(objects), -1, 2)
    pixels = np.concatenate([edges, _projected_rim(camera, objects)], axis=1)
    seen = np.isfinite(pixels).all(axis=-1, keepdims=True)
    low = np.where(seen, pixels, np.inf).min(axis=1)
    high = np.where(seen, pixels, -np.inf).max(axis=1)
    boxes: Matrix = np.concatenate([low, high - low], axis=1)
    boxes[~np.isfinite(boxes).all(axis=1)] = np.nan
    return boxes


def projected_edges(camera: Camera, objects: Sequence[SceneObject]) -> Matrix:
    """Pixels (N, 12, S, 2) along the edges of the objects' 3D boxes, NaN where the lens cannot see them.

    S is 2 where the lens keeps lines straight. Edges that cross the plane `NEAR_M` in front of the camera are cut
    there, unless the lens sees more than half a turn.
    """
    world = np.stack([item.box_corners_m() for item in objects])
    ends = camera.world_from_camera.inverse().points(world)[:, _EDGES]
    near, far = ends[..., 0, :], ends[..., 1, :]
    along = np.linspace(0, 1, 2 if camera.lens.straight else _SAMPLES)
    if camera.lens.limit_rad > math.pi / 2:
        return camera.lens.project(near[..., None, :] + along[:, None] * (far - near)[..., None, :])
    step = far[..., 2] - near[..., 2]
    # Where along each edge, from 0 to 1, it crosses the near plane; edges parallel to the plane never do.
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = np.where(step == 0, 0.0, (NEAR_M - near[..., 2]) / step)
    first = np.where(near[..., 2] < NEAR_M, crossing, 0.0)
    last = np.where(far[..., 2] < NEAR_M, crossing, 1.0)
    behind = (near[..., 2] < NEAR_M) & (far[..., 2] < NEAR_M)
    cut = first[..., None] + (last - first)[..., None] * along
    points = near[..., None, :] + cut[..., None] * (far - near)[..., None, :]
    points[behind] = np.nan
    return camera.lens.project(points)


def _projected_rim(camera: Camera, objects: Sequence[SceneObject]) -> Matrix:
    """Pixels (N, R, 2) of the optical axis and of the rim of the lens's field, NaN where they miss the object's 3D box.

    A box can fill the field without any edge in it. With the rim's pixels its rectangle is the whole field's. Straight
    up and down are a panorama's borders, which a box can reach with no edge near them.
    """
    lens = camera.lens
    if math.isclose(lens.limit_rad, math.pi / 2):
        return np.empty((len(objects), 0, 2))
    around = np.linspace(0, 2 * math.pi, _RIM, endpoint=False)
    limit = lens.limit_rad * (1 - 1e-9)
    rim = np.stack(
        [math.sin(limit) * np.cos(around), math.sin(limit) * np.sin(around), np.full(_RIM, math.cos(limit))], -1
    )
    rays = np.concatenate([rim, [[0.0, 0.0, 1.0], [0.0, -1.0, 0.0], [0.0, 1.0, 0.0]]])
    pixels = lens.project(rays)
    world = camera.world_from_camera.directions(rays)
    eye = camera.world_from_camera.matrix[:3, 3]
    return np.stack([np.where(_meets(item, eye, world)[:, None], pixels, np.nan) for item in objects])


def _meets(item: SceneObject, eye: Matrix, directions: Matrix) -> NDArray[np.bool_]:
    """Whether rays (R, 3) from `eye` (3,), both in the world, meet the object's 3D box: the slab test."""
    object_from_world = item.world_from_object.inverse()
    start = object_from_world.points(eye) - item.box_centre_m
    with np.errstate(divide="ignore"):
        inverse = 1 / object_from_world.directions(directions)
    half = np.asarray(item.box_size_m) / 2
    with np.errstate(invalid="ignore"):
        one, other = (-half - start) * inverse, (half - start) * inverse
    enter, leave = np.fmin(one, other).max(axis=-1), np.fmax(one, other).min(axis=-1)
    met: NDArray[np.bool_] = (leave >= enter) & (leave > 0)
    return met


def truncations(boxes: Matrix, size_px: tuple[int, int]) -> NDArray[np.float64]:
    """The share (N,) of each box's area that lies outside a picture of (width, height); 1 where a box is NaN.

    A box without area (a flat thing seen edge-on) counts as inside where its middle is inside.

    Examples:
        >>> half, whole, nowhere = [-5.0, 0.0, 10.0, 10.0], [5.0, 0.0, 10.0, 10.0], [np.nan] * 4
        >>> truncations(np.array([half, whole, nowhere]), (20, 10)).tolist()
        [0.5, 0.0, 1.0]
    """
    low, size = boxes[:, :2], boxes[:, 2:]
    border = np.asarray(size_px, dtype=np.float64)
    inside = np.clip(np.minimum(low + size, border) - np.maximum(low, 0.0), 0.0, None).prod(axis=1)
    area = size.prod(axis=1)
    middle = low + size / 2
    flat = np.where(((middle >= 0) & (middle <= border)).all(axis=1), 0.0, 1.0)
    share = np.where(area > 0, 1.0 - inside / np.where(area > 0, area, 1.0), flat)
    return np.clip(np.nan_to_num(share, nan=1.0), 0.0, 1.0)


def box_list(box: Box | NDArray[Any]) -> list[int] | list[float]:
    """A box as JSON writes it."""
    return [value.item() if isinstance(value, np.generic) else value for value in box]

"""Amodal pixels against mask, 3D box and depth: what is hidden of a thing must be hidden behind something."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Lens
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import BEAM_PX, Layers, origins_of, owners_of, rays_of
from longtail.annotate.check.reach import reach_px
from longtail.annotate.dataset.encoders import DEPTH_STEP_M
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.antenna import with_antenna
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.taxonomy import Taxonomy

_EDGE = np.ones((3, 3), dtype=np.uint8)
_RAYS = 256
"""The most pixels of one thing's rectangle that are looked at; of a larger one every second, every third, ..."""

_SAG = 3e-4
"""How far the straight pieces that boxes are drawn with may run inside a bent edge, as a share of its length: an arc of
a quarter turn in 32 pieces."""

Crop = tuple[slice, slice]
Mask = NDArray[np.bool_]


def check_amodal(stored: StoredFrame, taxonomy: Taxonomy, arrays: Layers) -> Iterator[Finding]:
    """A finding for each thing with more amodal pixels than its projected box has room for, or than can be hidden."""
    owners, depth_m = owners_of(arrays), arrays.get("depth")
    in_part = []
    for item in stored.objects:
        seen = stored.visibility[item.id]
        if seen.amodal_px is None or not taxonomy[item.category].is_thing:
            continue
        crop = _crop(stored, item)
        if seen.amodal_px > (room := _size(crop)):
            yield _finding(stored, item.id, f"{room}, the pixels in its projected box", seen.amodal_px)
        elif 0 < seen.visible_px < seen.amodal_px:
            in_part.append((item, crop))
    if owners is None or depth_m is None:
        return
    lens, sides = stored.camera.lens, [_apart(_size(crop)) for _, crop in in_part]
    beams = _rays(lens, [crop for _, crop in in_part], sides)
    for (item, crop), apart, beam in zip(in_part, sides, beams, strict=True):
        amodal, own, near_m = stored.visibility[item.id].amodal_px or 0, owners[crop] == item.id, depth_m[crop]
        most = _most(stored, item, own, near_m, apart, beam)
        if amodal > most and apart > 1:
            # Something thinner than what is between two looks may have been missed.
            most = _most(stored, item, own, near_m, 1, next(_rays(lens, [crop], [1])))
        if amodal > most:
            yield _finding(stored, item.id, f"{most}: its own, and those of what may hide it", amodal)


def _finding(stored: StoredFrame, number: int, most: str, amodal: int) -> Finding:
    return Finding(record_path(stored.index), stored.index, f"object {number} amodal_px at most {most}", f"{amodal}")


def _crop(stored: StoredFrame, item: SceneObject) -> Crop:
    """The rows and columns of pixels whose middles lie in the projected box, and in the picture."""
    box = reach_px(stored, item)
    if box is None:
        return slice(0, 0), slice(0, 0)
    x, y, width, height = box
    columns, rows = stored.camera.size_px
    return _between(y, height, rows), _between(x, width, columns)


def _between(start: float, length: float, end: int) -> slice:
    slack = BEAM_PX + _SAG * length
    first = min(max(math.ceil(start - 0.5 - slack), 0), end)
    last = min(max(math.floor(start + length - 0.5 + slack) + 1, 0), end)
    return slice(first, max(last, first))


def _size(crop: Crop) -> int:
    return math.prod(side.stop - side.start for side in crop)


def _rays(lens: Lens, crops: Sequence[Crop], sides: Sequence[int]) -> Iterator[tuple[Matrix, Matrix]]:
    """The rays (R, C, 3) of every pixel of each crop, or every second, third, ..., and where they begin (R, C, 3)."""
    grids = [
        np.meshgrid(*(np.arange(side.start, side.stop, apart) for side in reversed(crop)))
        for crop, apart in zip(crops, sides, strict=True)
    ]
    if not grids:
        return
    # At once, as lenses that bend solve for each ray in many small steps.
    columns, rows = (np.concatenate([grid[axis].ravel() for grid in grids]) for axis in (0, 1))
    rays, origins_m, start = rays_of(lens, rows, columns), origins_of(lens, rows, columns), 0
    for across, _ in grids:
        its = slice(start, start + across.size)
        yield rays[its].reshape(*across.shape, 3), origins_m[its].reshape(*across.shape, 3)
        start += across.size


def _apart(pixels: int) -> int:
    return max(math.ceil(math.sqrt(pixels / _RAYS)), 1)


def _most(
    stored: StoredFrame,
    item: SceneObject,
    own: Mask,
    depth_m: NDArray[np.float32],
    apart: int,
    beam: tuple[Matrix, Matrix],
) -> int:
    """The pixels of a crop whose rays meet the 3D box, and something else before they leave it.

    Older records count what is cut out of a thing, too, which lies between its pixels: within their convex hull. A
    pixel around both is allowed for: of large things not every pixel is looked at.
    """
    rays, origins_m = beam
    away_m = leave_m(stored, with_antenna(item), rays, origins_m)
    with np.errstate(invalid="ignore", divide="ignore"):
        before = depth_m[::apart, ::apart] / rays[..., 2] < away_m + DEPTH_STEP_M / np.abs(rays[..., 2])
    between = _hull(own) if stored.is_older else own
    room = (np.isfinite(away_m) & (before | between[::apart, ::apart])).astype(np.uint8)
    count: int = np.count_nonzero(cv2.dilate(room, _EDGE)) * apart * apart
    return count


def leave_m(stored: StoredFrame, item: SceneObject, rays: Matrix, origins_m: Matrix, slack_m: float = 0.0) -> Matrix:
    """How far (...) along each ray (..., 3) of the camera, which begins at `origins_m` (..., 3) in its frame, it leaves
    an object's 3D box; NaN where it misses it. The box is `slack_m` larger on each side."""
    pose, camera = item.world_from_object.matrix, stored.camera.world_from_camera.matrix
    turn = camera[:3, :3].T @ pose[:3, :3]
    start = (camera[:3, 3] - pose[:3, 3]) @ pose[:3, :3] - item.box_centre_m
    if not stored.camera.lens.central:
        start = start + origins_m @ turn
    half, along = np.asarray(item.box_size_m) / 2 + slack_m, rays @ turn
    with np.errstate(invalid="ignore", divide="ignore"):
        one, other = (-half - start) / along, (half - start) / along
        enter, leave = np.fmin(one, other).max(axis=-1), np.fmax(one, other).min(axis=-1)
        return np.asarray(np.where((leave >= enter) & (leave > 0), leave, np.nan))


def _hull(own: Mask) -> Mask:
    hull = np.zeros(own.shape, dtype=np.uint8)
    points = cv2.findNonZero(own.view(np.uint8))
    if points is not None:
        cv2.fillConvexPoly(hull, cv2.convexHull(points).astype(np.int32), (1.0,))
    return hull > 0

"""Which points of the world a camera does not see, as something else is before them (Embree)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.labels.boxes import projected_boxes
from longtail.annotate.labels.flow import rays_of
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.rounding import product
from longtail.render.view.amodal import margins_px, rectangle_px
from longtail.render.view.casting import Meshes
from longtail.render.view.embree import NOTHING

# How much nearer than a point something must be to be before it, and not its own surface in single precision.
_ALIKE, _ALIKE_M = 1e-4, 2e-3


def hidden(
    targets_px: Matrix,
    points_m: Matrix,
    camera: Camera,
    items: Sequence[SceneObject],
    meshes: Meshes,
    names: Mapping[int, str],
) -> NDArray[np.bool_]:
    """Which of the points (N, 3) in the world, seen at the pixels `targets_px` (N, 2), something hides from `camera`.

    A point that is NaN is endlessly far behind its pixel. `items` are all that may hide one, `names` their meshes.
    """
    order = np.argsort(targets_px[:, 1], kind="stable")
    pixels = targets_px[order]
    starts, along, away_m = _rays(pixels, points_m[order], camera)
    with np.errstate(invalid="ignore"):
        reach = np.where(np.isfinite(away_m), 1 - _ALIKE - _ALIKE_M / away_m, NOTHING)
    found = np.zeros(len(order), dtype=np.bool_)
    boxes, margins = projected_boxes(camera, items), margins_px(camera, items)
    width, height = camera.size_px
    for item, box, margin in zip(items, boxes, margins, strict=True):
        room = rectangle_px(box, margin, (0, 0, width, height))
        if room is None:
            continue
        left, top, right, bottom = room
        first, last = np.searchsorted(pixels[:, 1], (top, bottom))
        own = slice(first, last)
        across = pixels[own, 0]
        may = (across >= left) & (across < right) & ~found[own]
        may &= away_m[own] > _nearest_m(item, camera)
        asked = np.flatnonzero(may) + first
        pose = item.world_from_object.matrix
        begun = product(starts[asked] - pose[:3, 3], pose[:3, :3])
        towards = product(along[asked], pose[:3, :3]).astype(np.float32)
        found[asked] = meshes.away(names[item.id], begun, towards) < reach[asked]
    back = np.empty_like(found)
    back[order] = found
    return back


def in_view(camera: Camera, items: Sequence[SceneObject]) -> list[SceneObject]:
    """Those of `items` that may be before something in the picture."""
    width, height = camera.size_px
    boxes, margins = projected_boxes(camera, items), margins_px(camera, items)
    rooms = (rectangle_px(box, margin, (0, 0, width, height)) for box, margin in zip(boxes, margins, strict=True))
    return [item for item, room in zip(items, rooms, strict=True) if room is not None]


def _rays(pixels: Matrix, points_m: Matrix, camera: Camera) -> tuple[Matrix, Matrix, Matrix]:
    """Where the rays to points (N, 3) begin (N, 3), the ways from there (N, 3), and how long they are (N,): where
    points are endlessly far, unit vectors and inf."""
    starts, directions = rays_of(camera, pixels)
    endless = np.isnan(points_m).any(axis=1)
    along = np.where(endless[:, None], directions, points_m - starts)
    return starts, along, np.where(endless, np.inf, np.linalg.norm(along, axis=1))


def _nearest_m(item: SceneObject, camera: Camera) -> float:
    """Nothing of a thing is met by a shorter ray: none is shorter than what it makes along the optical axis."""
    corners, pose = item.box_corners_m(), camera.world_from_camera.matrix
    middle = corners.mean(axis=0)
    ahead = float(np.sum((middle - pose[:3, 3]) * pose[:3, 2]))
    return ahead - float(np.linalg.norm(corners[0] - middle)) - _ALIKE_M

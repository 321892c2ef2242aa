"""Which points of the world a camera does not see, as something else is before them (Embree)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.labels.boxes import projected_boxes
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.rounding import product
from longtail.render.view.amodal import margins_px, rectangle_px
from longtail.render.view.casting import NOTHING, Meshes

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
    eye = camera.world_from_camera.matrix[:3, 3]
    order = np.argsort(targets_px[:, 1], kind="stable")
    pixels, along, away_m = targets_px[order], *_rays(targets_px[order], points_m[order], camera, eye)
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
        may = (across >= left) & (across < right) & (away_m[own] > _nearest_m(item, eye)) & ~found[own]
        asked = np.flatnonzero(may) + first
        pose = item.world_from_object.matrix
        start = product((eye - pose[:3, 3])[None], pose[:3, :3])[0]
        towards = product(along[asked], pose[:3, :3]).astype(np.float32)
        found[asked] = meshes.away(names[item.id], start, towards) < reach[asked]
    back = np.empty_like(found)
    back[order] = found
    return back


def in_view(camera: Camera, items: Sequence[SceneObject]) -> list[SceneObject]:
    """Those of `items` that may be before something in the picture."""
    width, height = camera.size_px
    boxes, margins = projected_boxes(camera, items), margins_px(camera, items)
    rooms = (rectangle_px(box, margin, (0, 0, width, height)) for box, margin in zip(boxes, margins, strict=True))
    return [item for item, room in zip(items, rooms, strict=True) if room is not None]


def _rays(pixels: Matrix, points_m: Matrix, camera: Camera, eye: Matrix) -> tuple[Matrix, Matrix]:
    """From the eye to points (N, 3), and how far they are (N,): where they are endlessly far, unit vectors and inf."""
    along = points_m - eye
    endless = np.isnan(along).any(axis=1)
    if endless.any():
        along[endless] = camera.world_from_camera.directions(camera.lens.rays(pixels[endless]))
    return along, np.where(endless, np.inf, np.linalg.norm(along, axis=1))


def _nearest_m(item: SceneObject, eye: Matrix) -> float:
    """Nearer to the eye than this nothing of a thing is."""
    corners = item.box_corners_m()
    middle = corners.mean(axis=0)
    return float(np.linalg.norm(middle - eye) - np.linalg.norm(corners[0] - middle) - _ALIKE_M)

"""Where what each pixel shows is at another moment: in the world, and in the picture of that moment.

A pixel's point is put back into the world by its depth, taken along by the object that it is a point of, and projected
by the other moment's camera. So the flow of whatever is rigid is exact. What a ray meets nowhere is endlessly far: its
flow is that of its direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.ray_lengths import centre_rays
from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.labels.frame import SceneObject

Pixels = tuple[slice, slice]
ALL = slice(None), slice(None)

_ENDLESS_M = 1e12
"""What is so far moves by less than a millionth of a pixel, however the camera goes within a frame."""


@dataclass(frozen=True, eq=False)
class Moment:
    """Another moment: its camera, and by id the poses that objects have then. Of others nobody knows where they are."""

    camera: Camera
    poses: Mapping[int, Transform]


def places_m(camera: Camera, depth_m: NDArray[np.floating[Any]], pixels: Pixels = ALL) -> Matrix:
    """The places (H, W, 3) float64 in the world of what each pixel's centre shows, NaN where there is no surface.

    Where `depth_m` (H, W) is that of some `pixels` alone, so are the places.
    """
    places = camera.unproject(camera.pixel_centres()[pixels], depth_m)
    behind = depth_m < 0
    if behind.any():
        rays = centre_rays(camera.lens)[pixels][behind]
        along = depth_m[behind] / rays[:, 2]
        places[behind] = camera.world_from_camera.points(rays * np.where(along > 0, along, np.nan)[:, None])
    return places


def carried_m(places: Matrix, ids: NDArray[np.int32], objects: Iterable[SceneObject], then: Moment) -> Matrix:
    """Where the points at `places` (H, W, 3) of the objects `ids` (H, W) are then; NaN where nobody knows."""
    carried = places.copy()
    for item in among(objects, ids):
        pose = then.poses.get(item.id)
        if pose == item.world_from_object:
            continue
        own = ids == item.id
        carried[own] = np.nan if pose is None else (pose @ item.world_from_object.inverse()).points(places[own])
    return carried


def targets_px(carried: Matrix, ids: NDArray[np.int32], camera: Camera, then: Camera, pixels: Pixels = ALL) -> Matrix:
    """Where (H, W, 2) the points `carried` (H, W, 3) are in the picture of `then`, NaN where it has no pixel for them.

    Where `ids` is 0, it is the pixel of the direction in which `camera` looks there; `pixels` as with `places_m`.
    """
    targets = then.project(carried)
    endless = ids == 0
    if endless.any():
        starts, along = rays_of(camera, camera.pixel_centres()[pixels][endless])
        targets[endless] = then.project(starts + _ENDLESS_M * along)
    return targets


def rays_of(camera: Camera, at_px: Matrix) -> tuple[Matrix, Matrix]:
    """Where the rays of pixels (N, 2) begin (N, 3), and their unit directions (N, 3), in the world; NaN without one."""
    rays = camera.lens.rays(at_px)
    along = camera.world_from_camera.directions(rays)
    starts = np.broadcast_to(camera.world_from_camera.matrix[:3, 3], along.shape).copy()
    # What `unproject` knows of lenses whose rays begin elsewhere is known here, too.
    ahead = rays[:, 2] > 0
    away = 1 / rays[ahead, 2]
    starts[ahead] = camera.unproject(at_px[ahead], np.ones(len(away))) - along[ahead] * away[:, None]
    return starts, along


def is_outside(targets: Matrix, size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """Which targets (..., 2) no picture (width, height) shows."""
    with np.errstate(invalid="ignore"):
        return np.asarray(~((targets >= 0) & (targets < np.array(size_px))).all(axis=-1))


def among(objects: Iterable[SceneObject], ids: NDArray[np.int32]) -> list[SceneObject]:
    """Those of `objects` that own a pixel of `ids` (H, W)."""
    shown = np.bincount(ids.ravel(), minlength=1)
    return [item for item in objects if item.id < len(shown) and shown[item.id]]

"""Where what a picture shows is at another moment, and whether the camera sees it there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, in_image_circle
from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.labels.flow import Moment, among, carried_m, is_outside, places_m, rays_of, targets_px
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.motion import Flow
from longtail.annotate.rounding import product
from longtail.render.view.amodal import Shown
from longtail.render.view.casting import Meshes
from longtail.render.view.hidden import hidden
from longtail.scenes.scene import Scene


@dataclass(frozen=True)
class Elsewhen:
    """A scene at another moment, and the camera that looks at it then."""

    scene: Scene
    camera: Camera


@dataclass(frozen=True, eq=False)
class Deformed:
    """A thing whose mesh is another one then: the corners (F, 3, 3) of the same triangles, in its own frame.

    `changed` (F,) says of which triangles that is so, None of all; the others go with the thing.
    """

    pose: Transform
    corners_m: NDArray[np.float32]
    changed: NDArray[np.bool_] | None = None

    @property
    def box_m(self) -> tuple[Matrix, Matrix]:
        """The middle and the size (3,) of the box around it, in its own frame."""
        low, high = self.corners_m.min(axis=(0, 1)), self.corners_m.max(axis=(0, 1))
        return np.asarray((low + high) / 2, dtype=np.float64), np.asarray(high - low, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Cast:
    """What rays are cast at: `meshes`, and by object id the names of those of now and of then."""

    meshes: Meshes
    now: Mapping[int, str]
    then: Mapping[int, str]
    deformed: Mapping[int, Deformed] = field(default_factory=dict)


def poses_then(
    objects: Sequence[SceneObject], loose: Collection[int], now: Scene, then: Scene, on: Mapping[int, int]
) -> dict[int, Transform]:
    """The poses, by id, that `objects` of the scene `now` have in the same scene `then`.

    Placed objects have the ids 1, 2, ... in both; what is attached to one (`on` has its id) moves with it. The ground
    stays. Nobody knows of what is `loose`, of things whose mesh is another one then, and of a ground that is another.
    """
    same_ground = now.ground == then.ground
    poses = {}
    for item in objects:
        carrier = item.id if item.id <= len(now.objects) else on.get(item.id)
        if carrier is not None:
            before, after = now.objects[carrier - 1], then.objects[carrier - 1]
            if (before.asset, before.phase, before.settled) == (after.asset, after.phase, after.settled):
                poses[item.id] = after.world_from_object
        elif same_ground and item.id not in loose:
            poses[item.id] = item.world_from_object
    return poses


def flow_to(camera: Camera, shown: Shown, objects: Sequence[SceneObject], then: Moment, cast: Cast) -> Flow:
    """The flow from what `camera` sees, `shown`, to what it sees `then`."""
    places = places_m(camera, shown.depth_m)
    carried = carried_m(places, shown.ids, objects, then)
    for item in among(objects, shown.ids):
        if item.id in cast.deformed:
            own = shown.ids == item.id
            carried[own] = _deformed_m(item, own, camera, cast, carried[own])
    targets = targets_px(carried, shown.ids, camera, then.camera)
    known = ~np.isnan(carried[..., 0]) | ((shown.ids == 0) & in_image_circle(camera.lens))
    outside = is_outside(targets, camera.size_px)
    seen = known & ~outside
    occluded = known & outside
    standing = [_then(item, then, cast) for item in objects if item.id in cast.then]
    occluded[seen] = hidden(targets[seen], carried[seen], then.camera, standing, cast.meshes, cast.then)
    pixels = targets - camera.pixel_centres()
    pixels[~known] = np.nan
    return Flow(pixels.astype(np.float32), occluded, (carried - places).astype(np.float32))


def _then(item: SceneObject, then: Moment, cast: Cast) -> SceneObject:
    """An object as it stands then."""
    if item.id not in cast.deformed:
        return replace(item, world_from_object=then.poses.get(item.id, item.world_from_object))
    changed = cast.deformed[item.id]
    middle, size = (tuple(map(float, side)) for side in changed.box_m)
    return replace(
        item,
        world_from_object=changed.pose,
        box_centre_m=(middle[0], middle[1], middle[2]),
        box_size_m=(size[0], size[1], size[2]),
    )


def _deformed_m(item: SceneObject, own: NDArray[np.bool_], camera: Camera, cast: Cast, carried_m: Matrix) -> Matrix:
    """Where the points of a thing at its pixels are then (N, 3): at the same places of the same triangles.

    `carried_m` (N, 3) is where they were if its mesh stayed the same.
    """
    rows, columns = np.nonzero(own)
    pose = item.world_from_object.matrix
    starts, along = rays_of(camera, np.stack([columns, rows], axis=-1) + 0.5)
    begun = product(starts - pose[:3, 3], pose[:3, :3])
    met = cast.meshes.hits(cast.now[item.id], begun, product(along, pose[:3, :3]).astype(np.float32))
    changed = cast.deformed[item.id]
    corners = changed.corners_m[met.triangles].astype(np.float64)
    u, v = met.u[:, None].astype(np.float64), met.v[:, None].astype(np.float64)
    points = corners[:, 0] * (1 - u - v) + corners[:, 1] * u + corners[:, 2] * v
    points[met.triangles < 0] = np.nan
    moved = changed.pose.points(points)
    if changed.changed is None:
        return moved
    turned = (met.triangles >= 0) & changed.changed[met.triangles]
    return np.where(turned[:, None], moved, carried_m)

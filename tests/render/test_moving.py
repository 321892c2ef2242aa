"""Flow of rays at meshes against the yard of boxes, whose pictures and shadows of sight are known on paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from longtail.annotate.camera import KannalaBrandt, Lens
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.flow import Moment
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.motion import Flow
from longtail.render.view.amodal import Shown
from longtail.render.view.casting import Meshes
from longtail.render.view.moving import Cast, Deformed, flow_to
from tests.annotate.reel import reel
from tests.annotate.yard import LENS

FISHEYE = KannalaBrandt.centred(96, 60, 40.0, k1=0.0, k2=0.0, k3=0.0, k4=0.0)
_SIDES = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
TRIANGLES = np.concatenate([_SIDES[:, [0, 1, 2]], _SIDES[:, [0, 2, 3]]]).astype(np.int32)


def box(item: SceneObject) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The corners (8, 3) of an object's box in its own frame."""
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 2
    return np.asarray(item.box_centre_m + signs * item.box_size_m, dtype=np.float32)


def cast_at(objects: tuple[SceneObject, ...]) -> Cast:
    meshes = Meshes()
    for item in objects:
        meshes.add(str(item.id), box(item), TRIANGLES)
    names = {item.id: str(item.id) for item in objects}
    return Cast(meshes, names, names)


def to(frame: Frame, other: Frame, cast: Cast, unknown: int = 0) -> Flow:
    poses = {item.id: item.world_from_object for item in other.objects if item.id != unknown}
    shown = Shown(frame.object_ids, frame.depth_m)
    return flow_to(frame.camera, shown, frame.objects, Moment(other.camera, poses), cast)


@pytest.mark.parametrize("lens", [LENS, FISHEYE], ids=["pinhole", "fisheye"])
@pytest.mark.parametrize(("here", "there"), [(0, 1), (2, 1)])
def test_what_is_hidden_is_hidden_by_boxes(lens: Lens, here: int, there: int) -> None:
    frames = reel(lens)
    frame, motion = frames[here], frames[here].motion
    assert motion is not None
    expected = motion.forward if there > here else motion.backward
    found = to(frame, frames[there], cast_at(frame.objects))
    assert np.allclose(found.pixels, expected.pixels, equal_nan=True, atol=1e-4)
    assert np.allclose(found.motion_m, expected.motion_m, equal_nan=True, atol=1e-5)
    assert np.count_nonzero(expected.occluded) > 50
    # Rays that graze an edge may go either way.
    assert np.count_nonzero(found.occluded != expected.occluded) <= 2


def test_of_what_nobody_knows_nothing_is_said() -> None:
    frame, other, *_ = reel()
    flow = to(frame, other, cast_at(frame.objects), unknown=1)
    own = frame.object_ids == 1
    assert np.isnan(flow.pixels[own]).all()
    assert np.isnan(flow.motion_m[own]).all()
    assert not flow.occluded[own].any()
    assert np.isfinite(flow.pixels[~own]).all(axis=-1).mean() > 0.9


def test_who_deforms_takes_its_points_along() -> None:
    """A box that grows by a half in each direction and moves: every point goes to as much of it as before."""
    frame, other, *_ = reel()
    item = next(item for item in frame.objects if item.id == 1)
    pose = Transform.upright("world", "object", (14.0, -1.0, 0.0), 0.3)
    corners = (1.5 * box(item))[TRIANGLES]
    cast = replace(cast_at(frame.objects), deformed={1: Deformed(pose, corners)})
    flow = to(frame, other, cast, unknown=1)
    rows, columns = np.nonzero(frame.object_ids == 1)
    centres = frame.camera.pixel_centres()[rows, columns]
    here = frame.camera.unproject(centres, frame.depth_m[rows, columns])
    there = pose.points(1.5 * item.world_from_object.inverse().points(here))
    assert np.allclose(flow.pixels[rows, columns], other.camera.project(there) - centres, atol=1e-3)
    assert np.allclose(flow.motion_m[rows, columns], there - here, atol=1e-4)

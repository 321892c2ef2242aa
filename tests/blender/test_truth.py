"""Labels against truths known on paper: silhouettes, depth, boxes and visible fractions of simple solids."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate import label
from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.render.blender.session import Session
from longtail.scenes.geometry.materials import Glass, Principled
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box, ellipsoid
from tests.blender.stage import at, expose, frame_of, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

GREY = Principled()


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session()


def centre_rays(camera: Camera) -> NDArray[np.float64]:
    """World directions (H, W, 3) through all pixel centres."""
    width, height = camera.size_px
    u, v = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    return camera.world_from_camera.directions(camera.lens.rays(np.stack([u, v], axis=-1)))


def sphere_mask(camera: Camera, centre_m: tuple[float, float, float], radius_m: float) -> NDArray[np.bool_]:
    """Pixels whose centre ray meets a sphere."""
    rays = centre_rays(camera)
    to_centre = np.asarray(centre_m) - camera.world_from_camera.matrix[:3, 3]
    along = rays @ to_centre
    hit: NDArray[np.bool_] = (to_centre @ to_centre - along**2 < radius_m**2) & (along > 0)
    return hit


def cube_mask(camera: Camera, pose: Transform, size_m: float) -> NDArray[np.bool_]:
    """Pixels whose centre ray meets an axis-aligned cube of the object frame (slab test)."""
    inverse = pose.inverse()
    rays = inverse.directions(centre_rays(camera))
    eye = inverse.points(camera.world_from_camera.matrix[:3, 3])
    with np.errstate(divide="ignore"):
        near, far = (-size_m / 2 - eye) / rays, (size_m / 2 - eye) / rays
    enter, leave = np.minimum(near, far).max(axis=-1), np.maximum(near, far).min(axis=-1)
    hit: NDArray[np.bool_] = (leave > np.maximum(enter, 0)) & (leave > 0)
    return hit


def iou(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize(("x_m", "y_m", "z_m", "radius_m"), [(5, 0, 0, 1), (8, 3, -1.5, 1.2), (3, -1.4, 0.8, 0.5)])
def test_sphere_silhouette(session: Session, x_m: float, y_m: float, z_m: float, radius_m: float) -> None:
    camera = looking_along_x()
    ball = ellipsoid((radius_m,) * 3, GREY, sides=128)
    shown = expose(session, camera, [("ball", "car", ball, at(x_m, y_m, z_m))])
    truth = sphere_mask(camera, (x_m, y_m, z_m), radius_m)
    assert iou(shown.object_ids == 1, truth) > 0.99


@pytest.mark.parametrize("heading_deg", [0, 20, 45, 77])
def test_cube_silhouette_and_box(session: Session, heading_deg: float) -> None:
    camera = looking_along_x()
    pose = at(6, 1, -0.4, math.radians(heading_deg))
    shown = expose(session, camera, [("cube", "car", box((2, 2, 2), GREY), pose)])
    truth = cube_mask(camera, pose, 2.0)
    assert iou(shown.object_ids == 1, truth) > 0.995
    thing = label(frame_of(shown, camera)).things[0]
    rows, columns = np.nonzero(truth)
    expected = (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
    np.testing.assert_allclose(thing.bbox, expected, atol=1)


def test_projected_3d_box_encloses_the_mask(session: Session) -> None:
    camera = looking_along_x()
    ball = ellipsoid((1.0, 0.6, 1.4), GREY, sides=64)
    shown = expose(session, camera, [("egg", "car", ball, at(5, 0.7, 0.3, 0.5))])
    corners = camera.project(shown.objects[0].box_corners_m())
    rows, columns = np.nonzero(shown.object_ids == 1)
    assert corners[:, 0].min() <= columns.min() + 0.5
    assert corners[:, 0].max() >= columns.max() + 0.5
    assert corners[:, 1].min() <= rows.min() + 0.5
    assert corners[:, 1].max() >= rows.max() + 0.5


def test_plane_depth_is_z_and_not_ray_length(session: Session) -> None:
    camera = looking_along_x()
    plane = box((0.01, 60, 60), GREY, (0.005, 0, 0))
    shown = expose(session, camera, [("plane", "building", plane, at(7.5))])
    np.testing.assert_allclose(shown.depth_m, 7.5, rtol=1e-3)
    for normals in (shown.normals, shown.facets):
        assert normals is not None
        np.testing.assert_allclose(normals, np.broadcast_to((0, 0, -1), normals.shape), atol=1e-3)


def test_ground_depth_follows_perspective(session: Session) -> None:
    camera = looking_along_x(height_m=1.5)
    ground = Mesh.of([[-5, -50, 0], [90, -50, 0], [90, 50, 0], [-5, 50, 0]], [[0, 1, 2], [0, 2, 3]], GREY)
    shown = expose(session, camera, [("ground", "road", ground, at(0))])
    _, height = camera.size_px
    rows = np.arange(height) + 0.5
    column = shown.depth_m[:, 80]
    hit = np.isfinite(column)
    expected = camera.lens.fy_px * 1.5 / (rows - camera.lens.cy_px)
    np.testing.assert_allclose(column[hit], expected[hit], rtol=1e-3)
    assert hit.sum() == ((expected > 0) & (expected < 90)).sum()


def test_visible_fraction_of_two_overlapping_boxes(session: Session) -> None:
    """A near plate hides the right half of a far one of the same projected height."""
    camera = looking_along_x()
    far = box((0.02, 2, 2), GREY, (0.01, 0, 0))
    near = box((0.02, 1, 1), GREY, (0.01, 0, 0))
    shown = expose(session, camera, [("far", "car", far, at(8)), ("near", "car", near, at(4, -0.5))])
    things = {thing.id: thing for thing in label(frame_of(shown, camera)).things}
    focal = camera.lens.fx_px
    side = 2 * focal / 8
    assert things[1].visibility.amodal_px == pytest.approx(side**2, rel=0.05)
    assert things[1].visibility.visible_fraction == pytest.approx(0.5, abs=0.03)
    assert things[2].visibility.visible_fraction == 1.0


def test_truncation_of_a_cube_cut_by_the_border(session: Session) -> None:
    """A plate whose middle projects onto the left border is half outside."""
    camera = looking_along_x()
    depth = 5.0
    left_m = camera.size_px[0] / 2 / camera.lens.fx_px * depth
    plate = box((0.001, 1, 1), GREY)
    shown = expose(session, camera, [("plate", "car", plate, at(depth, left_m))])
    thing = label(frame_of(shown, camera)).things[0]
    assert thing.visibility.truncation == pytest.approx(0.5, abs=0.02)


def test_glass_belongs_to_what_it_glazes(session: Session) -> None:
    camera = looking_along_x()
    pane, wall = box((0.02, 1, 1), Glass()), box((0.2, 4, 4), GREY)
    shown = expose(session, camera, [("pane", "car", pane, at(4)), ("wall", "building", wall, at(8))])
    width, height = camera.size_px
    assert shown.object_ids[height // 2, width // 2] == 1
    assert shown.depth_m[height // 2, width // 2] == pytest.approx(3.99, abs=0.01)


def test_id_pass_has_no_filter_jitter(session: Session) -> None:
    """An edge at a known column: every row changes owner at the same pixel."""
    camera = looking_along_x()
    left, right = box((0.02, 8, 8), GREY, (0, 4.013, 0)), box((0.02, 8, 8), GREY, (0, -3.987, 0))
    shown = expose(session, camera, [("left", "car", left, at(5)), ("right", "van", right, at(5))])
    edge = camera.project([5.0, 0.013, 0.0])[0]
    owner = np.where(np.arange(camera.size_px[0]) + 0.5 < edge, 1, 2)
    np.testing.assert_array_equal(shown.object_ids, np.broadcast_to(owner, shown.object_ids.shape))

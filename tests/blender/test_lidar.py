"""A LiDAR's rays against truths known on paper: a cube and planes at known places."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import SceneObject
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.scene import Built, clear_scene, vector
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from tests.blender.stage import at, looking_along_x, session
from tests.sensors import lidar

pytestmark = pytest.mark.blender

Array = NDArray[np.float64]

GREY = Principled((0.4, 0.3, 0.2))
STEEL = Principled((0.5, 0.4, 0.4), roughness=0.3, metallic=0.9)
THINGS = (
    ("ground", "road", box((300, 300, 1), GREY, (0, 0, -0.5)), at(0)),
    ("wall", "building", box((1, 80, 60), GREY, (0.5, 0, 0)), at(70, 0, 0, 0.1)),
    ("cube", "car", box((2, 2, 2), STEEL), at(12, 3, 1, 0.4)),
)


def built() -> Built:
    made = Built(bpy.data.scenes.new("stage"))
    for number, (name, category, mesh, pose) in enumerate(THINGS, start=1):
        item = bpy.data.objects.new(name, to_blender(mesh, name))
        item.matrix_world = Matrix(pose.matrix)
        low, high = mesh.bounds_m
        made.add(item, SceneObject(number, category, name, pose, vector((low + high) / 2), vector(high - low)))
    return made


def entered_m(eye: Array, rays: Array, number: int) -> Array:
    """How far along unit vectors (..., 3) a box of `THINGS` begins, inf where it is missed (slab test)."""
    _, _, mesh, pose = THINGS[number]
    inverse: Transform = pose.inverse()
    start, along = inverse.points(eye), inverse.directions(rays)
    low, high = mesh.bounds_m
    with np.errstate(divide="ignore"):
        one, other = (low - start) / along, (high - start) / along
    enter, leave = np.minimum(one, other).max(axis=-1), np.maximum(one, other).min(axis=-1)
    return np.where((leave > np.maximum(enter, 0)), enter, np.inf)


def test_a_cube_and_planes_are_where_they_are_within_a_millimetre() -> None:
    """Rows of any elevation, all around: rays are those of the lens, and as long as geometry says; labels stay."""
    sensor = lidar(
        world_from_lidar=Transform.upright("world", "lidar", (0.0, 0.5, 1.8), 0.3).tilted(0.03, 1.0),
        elevations_deg=(-24.33, -13.1, -8.83, -2.0, -1 / 3, 0.0, 2.0),
        azimuth_low_deg=-180.0,
        azimuth_high_deg=180.0,
        azimuth_step_deg=0.5,
    )
    renderer, stage, view = session(), built(), looking_along_x(height_m=1.5)
    try:
        before = renderer.labels(stage, view)
        scanned = renderer.scan(stage, sensor.camera)
        after = renderer.labels(stage, view)
        again = renderer.scan(stage, sensor.camera)
    finally:
        clear_scene(stage)
    lens, pose = sensor.lens, sensor.camera.world_from_camera
    rays = pose.directions(lens.rays(sensor.camera.pixel_centres()))
    truth = np.stack([entered_m(pose.matrix[:3, 3], rays, number) for number in range(len(THINGS))])
    nearest = truth.min(axis=0)
    owners = np.where(np.isfinite(nearest), truth.argmin(axis=0) + 1, 0)
    same = scanned.object_ids == owners
    assert scanned.reach_m.shape == (7, 720)
    assert same.mean() > 0.999
    assert set(np.unique(owners)) == {0, 1, 2, 3}
    there = same & (owners > 0)
    np.testing.assert_allclose(scanned.reach_m[there], nearest[there], atol=1e-3)
    assert scanned.surfaces.albedo is not None
    # At grazing angles a share of the light is mirrored.
    share = scanned.surfaces.albedo[there & (owners < 3)] / (0.4, 0.3, 0.2)
    assert (share > 0.75).all()
    assert (share < 1.01).all()
    assert list(scanned.metals.values()) == [pytest.approx(0.5 * 0.3 * 0.9)]
    # A camera that has looked through a LiDAR's lens looks through its own again.
    assert (before.object_ids == after.object_ids).all()
    assert (before.depth_m == after.depth_m).all()
    assert (scanned.reach_m == again.reach_m).all()
    assert (scanned.surfaces.albedo == again.surfaces.albedo).all()

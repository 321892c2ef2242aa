"""Labels against a second ray caster: triangles as Blender would draw them, traced by Embree through pixel centres.

Nothing of the label pass takes part: triangles are exported from Blender's evaluated scene, ids are those of its
objects, and depth is where Embree meets them. Both round in single precision, so that rays which graze an edge may end
on either side of it; everywhere else they must agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.check.places import BEAM_PX
from longtail.scenes.blender.scene import Built
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from tests.blender.stage import session

rtcore_scene = pytest.importorskip("embreex.rtcore_scene")
mesh_construction = pytest.importorskip("embreex.mesh_construction")

pytestmark = [pytest.mark.blender, pytest.mark.slow]

_FAR_M = 1e30
_INNER_EDGES, _PROUD_M = 5e-4, 0.1
"""The share of pixels on an edge within a thing, and by how much a sill or a handle stands out from what bears it."""
SET = ("assets.packs=false", "render.samples=1", "weather=clear")
# Packs are left out, as their leaves and spokes are cut out of cards, which Embree takes for whole.
SCENES = [
    ("street", "pinhole", 3, ("camera.size_px=[192, 108]",)),
    ("street", "kannala_brandt", 4, ("camera.size_px=[160, 120]",)),
    ("tabletop", "brown_conrady", 2, ("camera.size_px=[192, 108]",)),
]


@pytest.mark.parametrize(("scenario", "model", "seed", "more"), SCENES, ids=[f"{row[0]}-{row[1]}" for row in SCENES])
def test_ids_and_depth_are_those_of_another_ray_caster(
    scenario: str, model: str, seed: int, more: tuple[str, ...]
) -> None:
    pins = [pin for pin in SET if scenario == "street" or not pin.startswith("weather")]
    config = load(scenario, [*pins, *more, f"camera.model={model}"], seed=seed, frames=1)
    assets = catalogue_of(config)
    scene = scene_of(config, 0, assets)
    renderer = session()
    built = renderer.build(scene, assets)
    labels = renderer.labels(built, scene.camera)
    ids, depth_m = _cast(built, scene.camera)
    inside = ~_edges(ids) & ~_edges(labels.object_ids)
    differing = ids != labels.object_ids
    assert inside.mean() > 0.5
    assert np.count_nonzero(differing & inside) == 0
    assert differing.mean() < 0.01
    same = inside & (ids > 0)
    off_m = np.abs(labels.depth_m[same] - depth_m[same])
    # Single precision, and what a beam is wide where surfaces run away from the camera.
    slack_m = 1e-4 + 2e-4 * np.abs(depth_m[same]) + BEAM_PX * _slopes_m(depth_m)[same]
    # Things have edges of their own, narrower than a pixel, which show in no id.
    assert np.count_nonzero(off_m > slack_m) <= _INNER_EDGES * off_m.size
    assert off_m.max() < _PROUD_M
    assert len(np.unique(ids)) > 8
    # Pictures are Cycles': by a pass of its own the same is there.
    pictured = renderer.scan(built, scene.camera).object_ids
    inside &= ~_edges(pictured)
    differing = pictured != labels.object_ids
    assert np.count_nonzero(differing & inside) == 0
    assert differing.mean() < 1e-3


def _edges(ids: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Pixels (H, W) whose neighbours, or that themselves, may be on two things."""
    padded = np.pad(ids, 1, mode="edge")
    height, width = ids.shape
    around = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return np.asarray(np.any([other != ids for other in around], axis=0))


def _slopes_m(depth_m: Matrix) -> Matrix:
    """By how much the depth of each pixel (H, W) differs from a neighbour's at most."""
    padded = np.pad(depth_m, 1, mode="edge")
    height, width = depth_m.shape
    around = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    with np.errstate(invalid="ignore"):
        return np.asarray(np.max([np.nan_to_num(np.abs(other - depth_m), nan=0.0) for other in around], axis=0))


def _cast(built: Built, camera: Camera) -> tuple[NDArray[np.int32], Matrix]:
    """Ids (H, W) of what pixel-centre rays meet first, 0 for nothing, and its depth (H, W)."""
    width, height = camera.size_px
    centres = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1).reshape(-1, 2)
    rays = camera.lens.rays(centres)
    there = np.isfinite(rays).all(axis=-1)
    world = camera.world_from_camera.directions(np.where(there[:, None], rays, (0.0, 0.0, 1.0)))
    eye = camera.world_from_camera.matrix[:3, 3]
    scene, owners = rtcore_scene.EmbreeScene(), []
    for number, corners in _triangles(built.scene):
        # About the eye, where single precision is finest.
        vertices = np.ascontiguousarray(corners.reshape(-1, 3) - eye, dtype=np.float32)
        indices = np.arange(len(vertices), dtype=np.int32).reshape(-1, 3)
        mesh_construction.TriangleMesh(scene, vertices, indices)
        owners.append(number)
    assert set(owners) <= {item.id for item in built.objects}
    origins = np.zeros(world.shape, dtype=np.float32)
    hit: Any = scene.run(origins, np.ascontiguousarray(world, dtype=np.float32), output=True)
    meets = there & (np.asarray(hit["geomID"]) >= 0) & (np.asarray(hit["tfar"]) < _FAR_M)
    ids = np.where(meets, np.array(owners)[np.where(meets, hit["geomID"], 0)], 0).astype(np.int32)
    depth_m = np.where(meets, np.asarray(hit["tfar"], dtype=np.float64) * rays[:, 2], np.inf)
    return ids.reshape(height, width), depth_m.reshape(height, width)


def _triangles(scene: bpy.types.Scene) -> Iterator[tuple[int, Matrix]]:
    """The id and the corners (F, 3, 3) in the world of each object that has an id."""
    layer = scene.view_layers[0]
    layer.update()
    for instance in layer.depsgraph.object_instances:
        item = instance.object
        if item.type != "MESH" or not item.pass_index or item.hide_render:
            continue
        mesh = item.to_mesh()
        mesh.calc_loop_triangles()
        vertices = np.empty(3 * len(mesh.vertices), dtype=np.float32)
        mesh.vertices.foreach_get("co", vertices)
        corners = np.empty(3 * len(mesh.loop_triangles), dtype=np.int32)
        mesh.loop_triangles.foreach_get("vertices", corners)
        matrix = np.array(instance.matrix_world, dtype=np.float64)
        world = vertices.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
        number = int(item.pass_index)
        item.to_mesh_clear()
        yield number, world[corners].reshape(-1, 3, 3)

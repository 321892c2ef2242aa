"""What Cycles says of surfaces: albedo is the paint's, panes and metals have none, ids do not tell what came before."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.parts import PARTS
from longtail.annotate.labels.surfaces import Pass
from longtail.render.blender.session import Session
from longtail.render.view.exposing import Labelled
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.scene import Built, clear_scene, vector
from longtail.scenes.geometry.materials import Glass, LampGlass, Material, Principled
from longtail.scenes.geometry.solids import box
from longtail.scenes.lamps import kinds
from tests.blender.stage import at, looking_along_x, session

pytestmark = pytest.mark.blender

CAMERA = looking_along_x(48, 36)
ALL: frozenset[Pass] = frozenset({"albedo", "material"})
RED = Principled((0.5, 0.05, 0.02), roughness=1.0)
METAL = Principled((0.7, 0.7, 0.7), roughness=0.2, metallic=1.0)
PANE, LAMP = Glass(part="window"), LampGlass(kinds.HEAD, (1.0, 0.9, 0.8), (0.4, 0.4, 0.4))
# A red wall; before it from the left to the right a metal, a pane and a lamp, of which rows and columns stand below.
THINGS: tuple[tuple[Material, tuple[float, float, float], Transform], ...] = (
    (RED, (0.2, 40.0, 40.0), at(10.0)),
    (METAL, (0.1, 1.0, 1.0), at(6.0, 2.0)),
    (PANE, (0.01, 1.0, 1.0), at(6.0, 0.0)),
    (LAMP, (0.1, 1.0, 1.0), at(6.0, -2.0)),
)


def labelled(renderer: Session, things: Sequence[int], passes: frozenset[Pass]) -> Labelled:
    built = Built(bpy.data.scenes.new("stage"))
    for number in things:
        value, size, pose = THINGS[number]
        mesh = box(size, value)
        item = bpy.data.objects.new(f"{number}", to_blender(mesh, f"{number}"))
        item.matrix_world = Matrix(pose.matrix)
        low, high = mesh.bounds_m
        known = SceneObject(number + 1, "car", f"{number}", pose, vector((low + high) / 2), vector(high - low))
        item.pass_index = known.id
        built.scene.collection.objects.link(item)
        built.objects.append(known)
        built.shapes[known.id] = item
    try:
        return renderer.labels(built, CAMERA, passes)
    finally:
        clear_scene(built)


def test_surfaces_are_what_they_were_made_of() -> None:
    renderer = session()
    labelled(renderer, (3, 1), ALL)  # another scene, which numbers its materials
    seen = labelled(renderer, (0, 1, 2, 3), ALL)
    surfaces = seen.surfaces
    assert surfaces is not None
    assert surfaces.albedo is not None
    assert surfaces.material is not None
    fresh = labelled(session(), (0, 1, 2, 3), ALL).surfaces
    assert fresh is not None
    assert fresh.material is not None
    assert fresh.albedo is not None
    assert fresh.materials == surfaces.materials
    assert fresh.material.tobytes() == surfaces.material.tobytes()
    assert fresh.albedo.tobytes() == surfaces.albedo.tobytes()

    plain = labelled(renderer, (0, 1, 2, 3), frozenset())
    assert plain.surfaces is None
    assert plain.object_ids.tobytes() == seen.object_ids.tobytes()
    assert plain.depth_m.tobytes() == seen.depth_m.tobytes()
    assert plain.facets.tobytes() == seen.facets.tobytes()
    assert plain.normals is None

    kinds_by_id = {row.id: (row.kind, row.part) for row in surfaces.materials}
    for number, kind in enumerate(
        [("principled", ""), ("principled", ""), ("glass", "window"), ("lamp glass", "light")], start=1
    ):
        own = np.unique(surfaces.material[seen.object_ids == number]).tolist()
        assert [kinds_by_id[value] for value in own] == [kind]
    assert len(kinds_by_id) == 4
    parts = surfaces.parts()
    assert parts is not None
    assert np.array_equal(parts == PARTS["window"].id, seen.object_ids == 3)

    wall, metal, pane, lamp = (surfaces.albedo[seen.object_ids == number] for number in (1, 2, 3, 4))
    # The dielectric's own reflection takes a few percent from what is under it.
    assert np.allclose(wall / (0.5, 0.05, 0.02), 1.0, atol=0.12)
    assert np.allclose(wall, wall[0], atol=0.05)
    assert not metal.any()
    assert not pane.any()
    assert 0.2 < lamp.mean() < 0.4

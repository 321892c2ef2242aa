"""Meshes in Blender: what is parted at sharp edges looks as before."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.blender import meshes
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.geometry.materials import Glass
from longtail.scenes.geometry.mesh import Mesh

pytestmark = pytest.mark.blender


def corner_normals(data: bpy.types.Mesh) -> NDArray[np.float32]:
    """(corners, 3)"""
    found = np.empty(len(data.loops) * 3, dtype=np.float32)
    data.corner_normals.foreach_get("vector", found)
    return found.reshape(-1, 3)


def test_where_three_faces_meet_each_keeps_its_normal() -> None:
    """Two halves of a floor, and a flap on their seam that rises by less than what makes an edge sharp."""
    points = np.array([[0, 0, 0], [0, 1, 0], [1, 0.5, 0], [-1, 0.5, 0], [1, 0.5, 0.5]], dtype=np.float32)
    mesh = Mesh.of(points, [[1, 0, 2], [0, 1, 3], [1, 0, 4]], Glass(), smooth=True)
    data = to_blender(mesh, "flap")
    assert data.normals_domain == "POINT"
    flap = np.array([-0.5, 0.0, 1.0]) / np.sqrt(1.25)
    expected = np.repeat([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], flap], 3, axis=0)
    normals = corner_normals(data)
    np.testing.assert_allclose(normals * np.sign(normals[:, 2:]), expected, atol=1e-6)


def test_a_parted_car_has_the_normals_of_a_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    car = catalogue(packs=False)["car/hatchback"]
    assert isinstance(car, Procedural)
    parted = to_blender(car.recipe(), "parted")
    monkeypatch.setattr(meshes, "parted_at_creases", lambda mesh: mesh)
    whole = to_blender(car.recipe(), "whole")
    whole.set_sharp_from_angle(angle=math.radians(40))
    assert (parted.normals_domain, whole.normals_domain) == ("POINT", "CORNER")
    cosines = (corner_normals(parted) * corner_normals(whole)).sum(axis=1)
    # A hair of a triangle may round to another: one of less than a square millimetre.
    large = np.repeat([face.area > 1e-6 for face in whole.polygons], 3)
    assert cosines[large].min() > 0.9999


def test_a_mesh_holds_what_is_rendered_and_nothing_else() -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float32)
    bare = {"position", ".edge_verts", ".corner_vert", ".corner_edge", "material_index"}
    for smooth, more in ((True, set()), (False, {"sharp_face"})):
        mesh = Mesh.of(points, [[0, 2, 1], [0, 1, 3]], Glass(), smooth=smooth)
        assert set(to_blender(mesh, "two faces").attributes.keys()) == bare | more

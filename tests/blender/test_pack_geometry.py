"""What is read of a pack without Blender is what Blender shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.scenes.assets.packs.curated import Curated
from longtail.scenes.assets.packs.geometry import cut, geometry, triangulated
from longtail.scenes.assets.packs.locate import find_packs, of_one_shape, open_packs, pack_asset
from longtail.scenes.assets.packs.obj_faces import ObjFaces
from longtail.scenes.geometry.texture_coordinates import FARTHEST

pytestmark = [
    pytest.mark.blender,
    pytest.mark.skipif(not find_packs(), reason="no model packs (apt-get install sweethome3d-furniture)"),
]

# Open sheets and seams; a model turned upright and of concave faces; one of quarter turns and another scale.
ROWS = (
    Curated("Kator Legaz#coffee-mug", "cup"),
    Curated("Blend Swap CC-0#comb", "scissors"),
    Curated("Scopia#marteau", "hammer", yaw_deg=90.0, scale=0.5),
)


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    yield
    bpy.ops.wm.read_factory_settings(use_empty=True)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.entry)
def test_the_vertices_are_blenders_to_the_last_bit(row: Curated) -> None:
    import longtail.scenes.blender.packs  # noqa: F401
    from longtail.scenes.blender.assets import asset_object
    from longtail.scenes.blender.meshes import triangles_of

    homes = {entry.id: (pack, entry) for pack in open_packs(find_packs()) for entry in pack.entries}
    asset = pack_asset(row, *homes[row.entry])
    vertices, triangles = triangles_of(asset_object(asset, "item").data)
    mesh = geometry(asset)
    # Blender's are parted at sharp edges: some stand there twice.
    assert np.unique(mesh.vertices_m, axis=0).tobytes() == np.unique(vertices, axis=0).tobytes()
    # Concave faces may be cut into other triangles, of the same area.
    assert len(mesh.triangles) == pytest.approx(len(triangles), rel=1e-3)
    assert _area(mesh.vertices_m, mesh.triangles) == pytest.approx(_area(vertices, triangles), rel=1e-3)


def test_a_model_in_another_size_shows_the_same_mesh_as_large_as_itself() -> None:
    import longtail.scenes.blender.packs  # noqa: F401
    from longtail.scenes.blender.assets import asset_object
    from longtail.scenes.blender.meshes import triangles_of
    from longtail.scenes.blender.stretch import corners_shown, seat_of, stretch_of

    row = ROWS[0]
    homes = {entry.id: (pack, entry) for pack in open_packs(find_packs()) for entry in pack.entries}
    young = replace(row, scale=0.68, variant="-young")
    red = replace(row, variant="-red", texture_rgb=(1.0, 0.0, 0.0))
    tall, small, other = of_one_shape(pack_asset(one, *homes[row.entry]) for one in (row, young, red))
    assert (tall.shape, small.shape, other.shape) == (None, tall, None)
    item = asset_object(small, "small")
    assert item.data == asset_object(tall, "tall").data
    vertices = triangles_of(item.data)[0] * stretch_of(item)
    own = geometry(small).vertices_m
    for found in (vertices, corners_shown(item)):
        np.testing.assert_allclose(
            [found.min(axis=0), found.max(axis=0)], [own.min(axis=0), own.max(axis=0)], atol=1e-7
        )
    in_world = [seat_of(item) @ vertex.co for vertex in item.data.vertices[:50]]
    np.testing.assert_allclose(in_world, vertices[:50], atol=1e-7)


def test_no_texture_is_looked_up_where_none_is() -> None:
    """One corner of this model lies 3.4e9 widths of its texture away."""
    import longtail.scenes.blender.packs  # noqa: F401
    from longtail.scenes.blender.assets import asset_object

    row = Curated("Scopia#vase1", "vase")
    homes = {entry.id: (pack, entry) for pack in open_packs(find_packs()) for entry in pack.entries}
    data = asset_object(pack_asset(row, *homes[row.entry]), "item").data
    uv = np.empty(len(data.loops) * 2, dtype=np.float32)
    data.uv_layers[0].uv.foreach_get("vector", uv)
    assert 0 < np.abs(uv).max() <= FARTHEST


def _area(vertices: NDArray[np.float32], triangles: NDArray[np.int32]) -> float:
    a, b, c = (vertices[triangles[:, k]].astype(np.float64) for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def test_faces_are_cut_together_as_each_by_itself() -> None:
    rng = np.random.default_rng(5)
    points = np.round(rng.normal(size=(400, 3)) * (1.0, 1.0, 0.2), 1).astype(np.float32)
    fours = [rng.permutation(400)[:4].tolist() for _ in range(300)]
    fives = [rng.permutation(400)[:5].tolist() for _ in range(100)]
    others = [[0, 1, 2], [3, 4, 3], [3, 4, 3, 5], [6, 7, 6, 7], [8, 9], []]
    faces = [*fours, *others, *fives]
    triangles, counts = cut(ObjFaces.of(points.tolist(), faces, [0] * len(faces)))
    parts = [list(map(tuple, part.tolist())) for part in np.split(triangles, np.cumsum(counts))[:-1]]
    assert parts == [triangulated(points, face) for face in faces]
    for alike, fewest in ((fours, 20), (fives, 1)):
        fans = [face for face, part in zip(faces, parts, strict=True) if face in alike and part[0] == tuple(face[:3])]
        assert fewest <= len(fans) < len(alike) - 10

"""What is read of a pack without Blender is what Blender shows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.scenes.assets.packs.curated import Curated
from longtail.scenes.assets.packs.geometry import geometry
from longtail.scenes.assets.packs.locate import find_packs, open_packs, pack_asset
from longtail.scenes.geometry.texture_coordinates import FARTHEST

pytestmark = [
    pytest.mark.blender,
    pytest.mark.skipif(not find_packs(), reason="no model packs (apt-get install sweethome3d-furniture)"),
]

# Open sheets and seams; a model turned upright and of concave faces; one of quarter turns and another scale.
ROWS = (
    Curated("Kator Legaz#coffee-mug", "cup"),
    Curated("Blend Swap CC-0#comb", "comb"),
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

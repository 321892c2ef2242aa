"""The table of household models, and the geometry of packs without Blender."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from longtail.scenes.assets.asset import Procedural
from longtail.scenes.assets.household import ASSETS
from longtail.scenes.assets.packs.geometry import triangulated
from longtail.scenes.assets.packs.household import HOUSEHOLD
from longtail.scenes.assets.packs.locate import find_packs, open_packs, pack_asset

packs = pytest.mark.skipif(not find_packs(), reason="no model packs (apt-get install sweethome3d-furniture)")


def test_rows_are_what_they_say() -> None:
    assert len({row.model.entry for row in HOUSEHOLD}) == len(HOUSEHOLD)
    for row in HOUSEHOLD:
        assert 50 < row.stuff.density_kg_m3 < 9000
        assert 0.2 < row.stuff.friction < 1
        assert 0 < row.stuff.filled <= 1
        assert row.mass_kg(1e-4) == pytest.approx(max(1e-4 * row.stuff.density_kg_m3 * row.stuff.filled, 1e-3))


def test_ours_state_the_sizes_of_their_meshes() -> None:
    made = [asset for asset in ASSETS if isinstance(asset, Procedural)]
    assert len(made) > 50
    for asset in made:
        assert asset.size_m == pytest.approx(asset.mesh().size_m, abs=6e-5), asset.name


@packs
def test_every_row_is_a_model_that_fits_on_a_table() -> None:
    homes = {entry.id: (pack, entry) for pack in open_packs(find_packs()) for entry in pack.entries}
    for row in HOUSEHOLD:
        asset = pack_asset(row.model, *homes[row.model.entry])
        assert 0.05 < max(asset.size_m) < 0.45, row.model.entry
        assert asset.credit.licence in {"CC0-1.0", "CC-BY-3.0", "CC-BY-3.0-US"}


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("axes", [[0, 1, 2], [1, 2, 0], [2, 0, 1]])
def test_faces_are_cut_within_their_outline(axes: list[int], reverse: bool) -> None:
    # An L: area 3, and the fan from its first corner would leave it.
    outline = np.array([[2, 1, 0], [1, 1, 0], [1, 2, 0], [0, 2, 0], [0, 0, 0], [2, 0, 0]], dtype=np.float32)[:, axes]
    polygon = list(range(6))[:: -1 if reverse else 1]
    triangles = triangulated(outline, polygon)
    a, b, c = (outline[[t[k] for t in triangles]].astype(float) for k in range(3))
    areas = np.cross(b - a, c - a).sum(axis=1) / 2
    assert np.abs(areas).sum() == pytest.approx(3)
    # All the same way round as the face.
    assert (areas < 0).all() if reverse else (areas > 0).all()
    flat = [shapely.Polygon(np.delete(outline, axes.index(2), axis=1)[list(t)]) for t in triangles]
    assert shapely.union_all(flat).area == pytest.approx(3)


def test_corners_given_twice_count_once() -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], dtype=np.float32)
    assert triangulated(points, [0, 1, 1, 2]) == [(0, 1, 2)]
    assert triangulated(points, [0, 1, 0]) == []
    assert triangulated(points, [0, 1, 2, 3]) == [(0, 1, 2), (0, 2, 3)]

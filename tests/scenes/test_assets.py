"""Every procedural asset: named, sized, sound and the right way out. A newcomer is tested by being in the table."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.scenes.assets import ASSETS, FAMILIES, WITH_ATTACHED
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.geometry.mesh import Mesh

# What each kind of thing measures in the world, as (least, most) of its longest side in metres.
SIDES_M = {
    "car": (3.0, 5.8), "van": (4.5, 7.5), "truck": (5.5, 18.8), "bus": (7.0, 18.8), "motorcycle": (1.6, 2.5),
    "bicycle": (1.5, 2.0), "person": (0.6, 2.4), "rider": (1.0, 2.2), "street light": (3.0, 13.0),
    "traffic light": (0.5, 1.3), "traffic sign": (0.5, 1.6), "trash can": (0.6, 2.2), "bench": (1.2, 3.0),
    "traffic cone": (0.3, 1.1), "barrier": (0.8, 4.5), "building": (3.0, 32.0), "vegetation": (0.2, 18.0),
    "forklift": (2.5, 4.0), "pallet": (1.1, 1.3), "unit load": (0.9, 1.4), "sign": (0.4, 0.8),
    "backdrop": (300.0, 400.0), "distractor": (0.1, 0.4),
}  # fmt: skip


def mesh_of(name: str) -> Mesh:
    asset = WITH_ATTACHED[name]
    assert isinstance(asset, Procedural)
    return asset.mesh()


def lowest_m(name: str) -> float:
    """Of an asset with all that is attached to it."""
    parts = [name, *(other.name for other in ASSETS[name].attached)] if name in ASSETS else [name]
    return min(float(mesh_of(part).bounds_m[0][2]) for part in parts)


def test_names_are_unique() -> None:
    assert sum(len(family) for family in FAMILIES.values()) == len(ASSETS)


@pytest.mark.parametrize("name", WITH_ATTACHED)
def test_asset(name: str) -> None:
    asset, mesh = WITH_ATTACHED[name], mesh_of(name)
    assert asset.category in BY_NAME
    assert np.isfinite(mesh.vertices_m).all()
    assert mesh.triangles.min() >= 0
    assert mesh.triangles.max() < len(mesh.vertices_m)
    assert mesh.slots.max() < len(mesh.materials)
    assert mesh.smooth.shape == mesh.slots.shape == (len(mesh.triangles),)
    assert mesh.uv is None or (mesh.uv.shape == (len(mesh.triangles), 3, 2) and np.isfinite(mesh.uv).all())
    small = asset in FAMILIES["household"]
    low, high = (0.02, 0.42) if small and asset.category != "lamp" else SIDES_M.get(asset.category, (0.2, 20.0))
    if asset.attributes.get("sign") == "guide":
        low, high = 2.0, 4.0
    assert low <= max(asset.size_m) <= high
    # A rider shares the frame of the bike it sits on, so its own middle is elsewhere.
    if asset.category != "rider":
        np.testing.assert_allclose(mesh.size_m, asset.size_m, atol=0.015, rtol=0.012)
    if asset.category != "rider" and (name in ASSETS or asset.carries):
        assert lowest_m(name) == pytest.approx(0.0, abs=0.006)
    corners = mesh.vertices_m[mesh.triangles]
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    # Around the poles of small balls.
    assert (areas < 1e-10).mean() < (0.05 if small else 0.01)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, asset in ASSETS.items()
        if asset.category == "car" or (asset.category == "building" and "gable" not in asset.tags)
    ],
)
def test_solid_assets_enclose_a_volume_from_outside(name: str) -> None:
    """The divergence theorem: faces that look outwards enclose a positive volume."""
    mesh = mesh_of(name)
    a, b, c = (mesh.vertices_m[mesh.triangles[:, i]].astype(np.float64) for i in range(3))
    volume = float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)
    assert volume > 0

"""From a model's own frame and units to the asset frame: pure geometry."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import AssetError
from longtail.scenes.assets.packs.asset import PackAsset
from longtail.scenes.assets.packs.wavefront import Imported, rank
from longtail.scenes.geometry.materials import CarPaint, Material
from longtail.scenes.geometry.mesh import Mesh

# Sweet Home 3D has X along the width, Y up and Z out of the front; we have X forward, Y left, Z up.
_ASSET_FROM_SWEET_HOME = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
_WELD_SHARE = 1e-5


def fit(mesh: Mesh, asset: PackAsset) -> Mesh:
    """The model at its real size, front along X, its footprint centred on the origin and its lowest point at z = 0."""
    if not len(mesh.triangles) or not np.isfinite(mesh.vertices_m).all():
        raise AssetError(
            f"{asset.name}: expected finite vertices and faces in {asset.entry.model!r} of {asset.pack.path}, "
            "got none or broken ones; try another copy of the pack"
        )
    upright = np.array(asset.entry.rotation).reshape(3, 3)
    turned = _yaw(asset.yaw_deg) @ _ASSET_FROM_SWEET_HOME @ upright
    used = np.unique(mesh.triangles)
    points = mesh.vertices_m.astype(np.float64) @ turned.T
    low, high = points[used].min(axis=0), points[used].max(axis=0)
    extent = high - low
    if (extent <= 0).any():
        raise AssetError(f"{asset.name}: expected a solid model in {asset.entry.model!r}, got one of extent {extent}")
    middle = (low + high) / 2
    middle[2] = low[2]
    scale = np.array(asset.size_m) / extent
    return weld(
        Mesh(
            ((points - middle) * scale).astype(np.float32),
            mesh.triangles,
            mesh.slots,
            mesh.materials,
            mesh.smooth,
            mesh.uv,
        )
    )


def weld(mesh: Mesh) -> Mesh:
    """The mesh with coincident vertices merged, unused ones dropped, and each face once.

    Exporters split vertices along seams; merged again, faces shade smoothly over them. Many models give a sheet two
    coincident faces, one for each side: their normals would cancel out, so only the better dressed one stays.
    """
    step = max(float(mesh.size_m.max()) * _WELD_SHARE, 1e-9)
    grid = np.round(mesh.vertices_m.astype(np.float64) / step).astype(np.int64)
    is_used = np.zeros(len(grid), dtype=np.bool_)
    is_used[mesh.triangles] = True
    used = np.flatnonzero(is_used)
    first, merged = _different(grid[used])
    triangles = merged[(np.cumsum(is_used) - 1)[mesh.triangles]].astype(np.int32)
    ranks = np.array([_rank(value) for value in mesh.materials])
    keep = _once(triangles, ranks[mesh.slots])
    return Mesh(
        mesh.vertices_m[used[first]],
        triangles[keep],
        mesh.slots[keep],
        mesh.materials,
        mesh.smooth[keep],
        None if mesh.uv is None else mesh.uv[keep],
    )


def _rank(value: Material) -> int:
    """`wavefront.rank` of any material."""
    if isinstance(value, CarPaint):
        return 0
    if isinstance(value, Imported):
        return rank(value)
    return 3


def _once(triangles: NDArray[np.int32], ranks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which faces to keep: one of each set of corners, the one of lowest rank, and none without area."""
    ranked = np.argsort(ranks, kind="stable")
    first, _ = _different(np.sort(triangles[ranked], axis=1))
    kept = np.zeros(len(triangles), dtype=np.bool_)
    kept[ranked[first]] = True
    a, b, c = triangles.T
    kept &= (a != b) & (b != c) & (c != a)
    return kept


def _different(rows: NDArray[np.integer[Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of rows (N, 3) of whole numbers, in their order: where each stands first, and which of these each row is (N,)."""
    low, high = rows.min(axis=0, initial=0), rows.max(axis=0, initial=0)
    _, height, depth = (int(most) - int(least) + 1 for least, most in zip(low, high, strict=True))
    if (int(high[0]) - int(low[0]) + 1) * height * depth > np.iinfo(np.int64).max:
        _, first, numbers = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        return first, numbers.reshape(-1)
    # As one number each, they are sorted in a fifth of the time.
    x, y, z = (rows.astype(np.int64) - low).T
    _, first, numbers = np.unique((x * height + y) * depth + z, return_index=True, return_inverse=True)
    return first, numbers


def _yaw(degrees: float) -> NDArray[np.float64]:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0], [0.0, 0.0, 1.0]])

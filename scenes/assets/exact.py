"""An asset's mesh without Blender: the very vertices that its pictures and labels show."""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.assets.packs.asset import PackAsset
from longtail.scenes.assets.packs.fitting import weld
from longtail.scenes.assets.packs.geometry import geometry
from longtail.scenes.geometry.mesh import Mesh


def mesh_of(asset: Asset) -> Mesh:
    """The mesh in the asset's frame, metres. TypeError for an asset whose mesh only its own package knows."""
    if isinstance(asset, Procedural):
        return asset.mesh()
    if isinstance(asset, PackAsset):
        return geometry(asset)
    if isinstance(asset, LibraryAsset):
        return weld(asset.read().mesh)
    raise TypeError(
        f"{asset.name}: expected a procedural asset, or a model of a pack or the library, got {type(asset).__name__}"
    )

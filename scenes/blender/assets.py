"""Assets as Blender objects. Meshes are built once per session and shared; builders are found by the asset's type."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch

import bpy
import numpy as np

from longtail.annotate.labels.antenna import ANTENNA
from longtail.annotate.labels.joints import Joints
from longtail.scenes.assets import WITH_ATTACHED
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.at_hand import AtHand
from longtail.scenes.assets.library.model import category_of
from longtail.scenes.blender.images import load_images
from longtail.scenes.blender.kept_models import ready
from longtail.scenes.blender.marks import JOINTS
from longtail.scenes.blender.meshes import as_given, parted_to_blender, to_blender
from longtail.scenes.blender.stretch import stretch
from longtail.scenes.geometry.antenna import antenna_m
from longtail.scenes.geometry.ready import Ready


def asset_object(asset: Asset, name: str) -> bpy.types.Object:
    """An unlinked object that shows `asset`, in the asset's frame."""
    item = bpy.data.objects.new(name, mesh_of(asset.shape or asset))
    if asset.shape is not None:
        length, width, height = (here / there for here, there in zip(asset.size_m, asset.shape.size_m, strict=True))
        stretch(item, (length, width, height))
    return item


def mesh_of(asset: Asset) -> bpy.types.Mesh:
    """The mesh of an asset that has one of its own, which all objects share that show it."""
    data = bpy.data.meshes.get(asset.name)
    if data is None:
        data = build(asset)
        data.name = asset.name
        data.use_fake_user = True
    return data


def joints_on(asset: Asset, data: bpy.types.Mesh) -> Joints:
    """The joints of `asset`, whose mesh is `data`: as they were kept with it, or else worked out with all of a body."""
    if JOINTS not in data:
        return asset.joints()
    return tuple((x, y, z, reach) for x, y, z, reach in np.array(data[JOINTS]).reshape(-1, 4).tolist())


@singledispatch
def build(asset: Asset) -> bpy.types.Mesh:
    """The Blender mesh of an asset; one builder is registered per asset type."""
    raise TypeError(f"expected an asset that has a Blender builder, got {type(asset).__name__} {asset.name!r}")


@build.register
def _procedural(asset: Procedural) -> bpy.types.Mesh:
    # Not `mesh()`, which keeps a copy: Blender's is the one that stays.
    if WITH_ATTACHED.get(asset.name) is not asset:
        return to_blender(asset.recipe(), asset.name)  # somebody else's, of whose code nothing is known
    return ready_to_blender(ready(asset, "", lambda: _made(asset)), asset.name)


def _made(asset: Procedural) -> Ready:
    return as_kept(asset, Ready(asset.recipe(), joints=asset.joints()))


def as_kept(asset: Asset, made: Ready) -> Ready:
    """What is kept of the model of `asset`: the mesh as Blender is given it, and what all of its kind are asked for.

    To part a mesh at its creases, and to have Blender find its edges, takes longer than to read all that.
    """
    mesh, edges = as_given(made.mesh)
    vehicle = category_of(asset).supercategory == "vehicle"
    height_m = round(antenna_m(mesh.vertices_m, mesh.triangles), 6) if vehicle else None
    return replace(made, mesh=mesh, edges=edges, antenna_m=height_m)


def ready_to_blender(found: Ready, name: str) -> bpy.types.Mesh:
    """The mesh of a model that was made ready, with what is known of it."""
    load_images(found.images)
    if found.edges is None:
        return to_blender(found.mesh, name)
    data = parted_to_blender(found.mesh, found.edges, name)
    if found.joints:
        data[JOINTS] = [number for joint in found.joints for number in joint]
    if found.antenna_m is not None:
        data[ANTENNA] = found.antenna_m
    return data


@build.register
def _at_hand(asset: AtHand) -> bpy.types.Mesh:
    return ready_to_blender(asset.ready, asset.name)

"""Traffic lights that show something else than at the scene's own moment: heads of the same shape, lit otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import bpy

from longtail.annotate.labels.frame import SceneObject
from longtail.scenes.assets.asset import Asset
from longtail.scenes.blender.assets import mesh_of
from longtail.scenes.blender.scene import Built, Circuits, stated
from longtail.scenes.scene import Placed


def show_aspect(
    built: Built, known: SceneObject, placed: Placed, assets: Mapping[str, Asset], circuits: Circuits
) -> SceneObject:
    """Have the traffic light `known` show its aspect, on all of its heads; returns what is known of it then."""
    assert placed.aspect is not None
    own = assets[placed.asset]
    alike = {other.phase: other for other in assets.values() if other.phase and other.tags == own.tags}
    to_vehicles = alike[placed.aspect.vehicles]
    # Walkers go while vehicles are held, in what is built as one.
    to_walkers = alike["red" if placed.aspect.walkers == "green" else "green"]
    hanging = sorted(item for item, carrying in built.attached_to.items() if carrying == known.id)
    for place, item in enumerate(hanging):
        faces = own.attached[place].attributes.get("signal_for")
        if faces is not None:
            other = (to_walkers if faces == "walkers" else to_vehicles).attached[place]
            built.objects[item - 1] = _lit(built.shapes[item], built.objects[item - 1], other, circuits)
    return _lit(built.shapes[known.id], known, to_vehicles, circuits)


def _lit(shape: bpy.types.Object, known: SceneObject, asset: Asset, circuits: Circuits) -> SceneObject:
    shape.data = mesh_of(asset)
    return replace(known, attributes={**known.attributes, **stated(asset, circuits)})

"""Noise that labels are made of, against Blender's own."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.scenes.geometry.noise import flat_noise

pytestmark = pytest.mark.blender

Array = NDArray[np.float64]


def of_blender(places: Array, scale: float, detail: int, roughness: float) -> Array:
    """What a noise texture of geometry nodes, which shaders share, says at places (N, 3)."""
    tree = bpy.data.node_groups.new("noise", "GeometryNodeTree")
    for way in ("INPUT", "OUTPUT"):
        tree.interface.new_socket("Geometry", in_out=way, socket_type="NodeSocketGeometry")
    noise, stored = tree.nodes.new("ShaderNodeTexNoise"), tree.nodes.new("GeometryNodeStoreNamedAttribute")
    noise.noise_dimensions = "2D"
    for name, value in (("Scale", scale), ("Detail", detail), ("Roughness", roughness)):
        noise.inputs[name].default_value = value
    stored.inputs["Name"].default_value = "noise"
    links = tree.links
    links.new(tree.nodes.new("GeometryNodeInputPosition").outputs[0], noise.inputs["Vector"])
    links.new(tree.nodes.new("NodeGroupInput").outputs[0], stored.inputs["Geometry"])
    links.new(noise.outputs[0], stored.inputs["Value"])
    links.new(stored.outputs["Geometry"], tree.nodes.new("NodeGroupOutput").inputs[0])
    data = bpy.data.meshes.new("places")
    data.vertices.add(len(places))
    data.vertices.foreach_set("co", places.astype(np.float32).ravel())
    item = bpy.data.objects.new("places", data)
    bpy.context.scene.collection.objects.link(item)
    item.modifiers.new("noise", "NODES").node_group = tree
    graph = bpy.context.evaluated_depsgraph_get()
    found = np.zeros(len(places), dtype=np.float32)
    item.evaluated_get(graph).data.attributes["noise"].data.foreach_get("value", found)
    bpy.data.batch_remove([item, data, tree])
    return found.astype(np.float64)


@pytest.mark.parametrize(
    ("scale", "detail", "roughness"), [(1.0, 0, 0.5), (0.9, 4, 0.6), (3.0, 4, 0.65), (1.0, 1, 0.5)]
)
def test_flat_noise_is_blenders(scale: float, detail: int, roughness: float) -> None:
    places = np.random.default_rng(3).uniform(-150, 150, (4000, 3)).astype(np.float32).astype(np.float64)
    found = flat_noise(places[:, 0] * scale, places[:, 1] * scale, detail, roughness)
    # Blender works in single precision, which has 1e-5 of a cell 150 m from the origin.
    assert found == pytest.approx(of_blender(places, scale, detail, roughness), abs=1e-3)
    assert found.std() > 0.05


def test_noise_has_no_seams() -> None:
    """From one cell to the next, over the axes, too, it changes by no more than within one."""
    x = np.arange(-3.0, 3.0, 1e-3)
    found = flat_noise(x, 0 * x + 0.3, 4, 0.6)
    assert np.abs(np.diff(found)).max() < 0.02

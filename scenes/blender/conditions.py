"""What weather and light ask of every material, in one node group that all materials read.

A frame changes these few numbers instead of rebuilding shaders: how wet surfaces are, how far puddles have grown, and
how brightly each kind of lamp shines.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import bpy

from scenes.blender.nodes import Graph, Socket

_GROUP = "longtail conditions"


@dataclass(frozen=True)
class Conditions:
    """`wetness` and `puddles` in 0..1; lamp levels in kcd/m2 of the glowing glass; `windows_lit` a share in 0..1.

    `retro` is what a white retroreflector sends back to the camera from its own headlights, in kcd (kcd/m2 at 1 m).
    """

    wetness: float = 0.0
    puddles: float = 0.0
    head: float = 0.0
    tail: float = 0.0
    brake: float = 0.0
    indicator: float = 0.0
    street: float = 0.0
    sign: float = 0.0
    retro: float = 0.0
    signal: float = 3.0
    windows_lit: float = 0.0
    window: float = 0.0


def condition(graph: Graph, name: str) -> Socket:
    """The socket that carries the field `name` of `Conditions`."""
    node = graph.node("ShaderNodeGroup", {"node_tree": _group()})
    return node.outputs[name]


def set_conditions(conditions: Conditions) -> None:
    """Give every material the values of `conditions`."""
    nodes = _group().nodes
    for name, value in asdict(conditions).items():
        nodes[name].outputs[0].default_value = value


def condition_value(name: str) -> float:
    """The value that materials now read for the field `name` of `Conditions`."""
    return float(_group().nodes[name].outputs[0].default_value)


def _group() -> bpy.types.NodeTree:
    group = bpy.data.node_groups.get(_GROUP)
    if group is None:
        group = bpy.data.node_groups.new(_GROUP, "ShaderNodeTree")
        group.use_fake_user = True
        output = group.nodes.new("NodeGroupOutput")
        for name, value in asdict(Conditions()).items():
            group.interface.new_socket(name, in_out="OUTPUT", socket_type="NodeSocketFloat")
            node = group.nodes.new("ShaderNodeValue")
            node.name = name
            node.outputs[0].default_value = value
            group.links.new(node.outputs[0], output.inputs[name])
    return group

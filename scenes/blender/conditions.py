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

    `snow_lies` and `flooded` are 0 or 1; `snow` 0..1 says how much of the ground lying snow covers, `snow_tracks` how
    far traffic has worn it; `silt` 0..1 how much mud the flood carries. The street's reference line has the signed
    radius `street_radius_m`, its carriageway lies between `road_right_m` and `road_left_m` (offsets to the left).
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
    tunnel: float = 0.0
    windows_lit: float = 0.0
    window: float = 0.0
    snow_lies: float = 0.0
    snow: float = 0.0
    snow_tracks: float = 0.0
    flooded: float = 0.0
    water_level_m: float = 0.0
    silt: float = 0.0
    street_radius_m: float = 1e5
    lane_width_m: float = 3.0
    road_left_m: float = 0.0
    road_right_m: float = 0.0


def condition(graph: Graph, name: str) -> Socket:
    """The socket that carries the field `name` of `Conditions`."""
    node = graph.node("ShaderNodeGroup", {"node_tree": _group()})
    return node.outputs[name]


def set_conditions(conditions: Conditions) -> None:
    """Give every material the values of `conditions`."""
    nodes = _group().nodes
    for name, value in asdict(conditions).items():
        nodes[name].outputs[0].default_value = value


def dry_off() -> None:
    """Take water and snow off every surface: films and relief of their own would show in the normals."""
    nodes = _group().nodes
    for name in ("wetness", "puddles", "snow_lies", "flooded", "silt"):
        # Writing a value, even the same one, has Cycles compile every material again.
        if nodes[name].outputs[0].default_value:
            nodes[name].outputs[0].default_value = 0.0


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

"""A thin pen for shader graphs: sockets in, sockets out, constants wherever a socket may stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import bpy
import numpy as np

Socket = Any
Value = Socket | float | Sequence[float]

# What sockets carry, as group interfaces name it.
_CARRIED = {"VALUE": "Float", "RGBA": "Color", "VECTOR": "Vector", "SHADER": "Shader"}


class Graph:
    """Adds nodes to one node tree. Methods take sockets or constants and return the output socket."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self.tree = tree
        self._given: dict[tuple[str, str], Any] = {}

    def node(self, kind: str, settings: dict[str, Any] | None = None, **inputs: Value | None) -> Any:
        """A node of type `kind`; `settings` are its properties, `inputs` its sockets by name (spaces as `_`)."""
        node = self.tree.nodes.new(kind)
        for name, value in (settings or {}).items():
            setattr(node, name, value)
        for name, value in inputs.items():
            if value is not None:
                self.feed(node.inputs[name.replace("_", " ")], value)
        return node

    def given(self, kind: str, group: bpy.types.NodeTree | None = None) -> Any:
        """The tree's one node of type `kind` (of `group`, if it shows one): for types that take no input.

        A node takes some 12 kB whatever it does, and there are hundreds of materials.
        """
        key = (kind, group.name if group else "")
        if key not in self._given:
            self._given[key] = self.node(kind, {"node_tree": group} if group else None)
        return self._given[key]

    def feed(self, socket: Socket, value: Value) -> None:
        """Link `value` into `socket`, or set it as the socket's constant."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif socket.type == "RGBA" and not isinstance(value, int | float) and len(value) == 3:
            socket.default_value = (*value, 1.0)
        else:
            socket.default_value = value

    def math(self, operation: str, a: Value, b: Value = 0.0, *, clamp: bool = False) -> Socket:
        """One scalar operation, such as "MULTIPLY" or "GREATER_THAN"."""
        node = self.tree.nodes.new("ShaderNodeMath")
        node.operation, node.use_clamp = operation, clamp
        self.feed(node.inputs[0], a)
        self.feed(node.inputs[1], b)
        return node.outputs[0]

    def number(self, value: float) -> Socket:
        """A constant, where a socket must be."""
        node = self.tree.nodes.new("ShaderNodeValue")
        node.outputs[0].default_value = value
        return node.outputs[0]

    def vector(self, operation: str, a: Value, b: Value | None = None) -> Socket:
        """One vector operation; DOT_PRODUCT, LENGTH and DISTANCE give a scalar."""
        node = self.tree.nodes.new("ShaderNodeVectorMath")
        node.operation = operation
        self.feed(node.inputs[0], a)
        if b is not None:
            self.feed(node.inputs[3] if operation == "SCALE" else node.inputs[1], b)
        return node.outputs["Value" if operation in ("DOT_PRODUCT", "LENGTH", "DISTANCE") else "Vector"]

    def mix(self, factor: Value, a: Value, b: Value, *, blend: str = "MIX") -> Socket:
        """Blend two colours; factor 0 gives `a`."""
        node = self.tree.nodes.new("ShaderNodeMix")
        node.data_type, node.blend_type, node.clamp_factor = "RGBA", blend, True
        self.feed(node.inputs[0], factor)
        self.feed(node.inputs[6], a)
        self.feed(node.inputs[7], b)
        return node.outputs[2]

    def lerp(self, factor: Value, a: Value, b: Value) -> Socket:
        """Blend two scalars; factor 0 gives `a`."""
        node = self.tree.nodes.new("ShaderNodeMix")
        node.data_type, node.clamp_factor = "FLOAT", True
        self.feed(node.inputs[0], factor)
        self.feed(node.inputs[2], a)
        self.feed(node.inputs[3], b)
        return node.outputs[0]

    def blend(self, factor: Value, a: Socket, b: Socket) -> Socket:
        """Blend two shaders; factor 0 gives `a`."""
        node = self.tree.nodes.new("ShaderNodeMixShader")
        for place, item in enumerate((factor, a, b)):
            self.feed(node.inputs[place], item)
        return node.outputs[0]

    def step(self, value: Value, low: float, high: float, to_low: float = 0.0, to_high: float = 1.0) -> Socket:
        """Smoothly from `to_low` where value <= low to `to_high` where value >= high."""
        node = self.tree.nodes.new("ShaderNodeMapRange")
        node.interpolation_type = "SMOOTHSTEP"
        for place, item in enumerate((value, low, high, to_low, to_high)):
            self.feed(node.inputs[place], item)
        return node.outputs[0]

    def noise(
        self, vector: Value, scale: float, *, detail: float = 2.0, roughness: float = 0.5, flat: bool = False
    ) -> Socket:
        """Fractal noise in 0..1 with features of about 1 / scale metres; `flat` noise varies in X and Y only."""
        node = self.node(
            "ShaderNodeTexNoise",
            {"noise_dimensions": "2D" if flat else "3D"},
            Vector=vector,
            Scale=scale,
            Detail=detail,
            Roughness=roughness,
        )
        return node.outputs["Fac"]

    def specks(self, vector: Value, scale: float) -> Socket:
        """A number in 0..1 for every cell of a grid of 1 / scale metres: grain and flakes, far cheaper than noise."""
        cell = self.vector("FLOOR", self.vector("SCALE", vector, scale))
        return self.node("ShaderNodeTexWhiteNoise", {"noise_dimensions": "3D"}, Vector=cell).outputs["Value"]

    def bump(self, height: Value, strength: float, distance_m: float, normal: Value | None = None) -> Socket:
        """A perturbed normal from a height field in 0..1 that stands for `distance_m`."""
        node = self.node("ShaderNodeBump", Strength=strength, Distance=distance_m, Height=height, Normal=normal)
        return node.outputs["Normal"]

    def split(self, vector: Value) -> tuple[Socket, Socket, Socket]:
        """The X, Y and Z of a vector."""
        node = self.node("ShaderNodeSeparateXYZ", Vector=vector)
        return node.outputs[0], node.outputs[1], node.outputs[2]

    def combine(self, x: Value, y: Value, z: Value) -> Socket:
        """A vector of three scalars."""
        return self.node("ShaderNodeCombineXYZ", X=x, Y=y, Z=z).outputs[0]

    def world_position(self) -> Socket:
        """The shading point in world metres."""
        return self.given("ShaderNodeNewGeometry").outputs["Position"]

    def world_normal(self) -> Socket:
        """The surface's normal in the world."""
        return self.given("ShaderNodeNewGeometry").outputs["Normal"]

    def object_position(self) -> Socket:
        """The shading point in the object's own metres."""
        return self.given("ShaderNodeTexCoord").outputs["Object"]

    def uv(self) -> Socket:
        """The mesh's UV coordinates."""
        return self.given("ShaderNodeTexCoord").outputs["UV"]

    def object_random(self) -> Socket:
        """A number in 0..1 that differs from object to object."""
        return self.given("ShaderNodeObjectInfo").outputs["Random"]

    def tint(self) -> Socket:
        """The object's own colour."""
        return self.given("ShaderNodeObjectInfo").outputs["Color"]

    def own_value(self, name: str) -> Socket:
        """The object's own property of that name, 0 where it has none."""
        node = self.node("ShaderNodeAttribute", {"attribute_type": "OBJECT", "attribute_name": name})
        return node.outputs["Fac"]

    def lamps_on(self) -> Socket:
        """1 where the object's lamps are switched on (its colour's alpha), else 0."""
        return self.given("ShaderNodeObjectInfo").outputs["Alpha"]


def fill(socket: Socket, values: Value) -> None:
    """Set the constant of a socket in a tree that nobody has seen yet.

    Blender goes through its trees at every constant that is assigned, but not where an array is filled. Whoever sees
    the tree first takes it as it is by then.
    """
    if isinstance(values, int | float):
        socket.default_value = values
    else:
        whole = (*values, 1.0) if socket.type == "RGBA" and len(values) == 3 else values
        socket.default_value.foreach_set(np.array(whole, np.float32))


def shared_group(
    name: str, build: Callable[..., Mapping[str, Socket]], inputs: Mapping[str, str]
) -> bpy.types.NodeTree:
    """The group called `name`, which gives what `build` returns; built at first use, kept for the session.

    `build` takes a graph and the sockets of `inputs`, in their order: names, and what each carries ("Float", "Color",
    "Shader", or "Normal", which is the surface's own where nothing is linked).

    What hundreds of materials have in common belongs into a group: a socket takes 2 kB wherever it stands.
    """
    found = bpy.data.node_groups.get(name)
    if found is not None:
        return found
    group = bpy.data.node_groups.new(name, "ShaderNodeTree")
    group.use_fake_user = True
    for label, carries in inputs.items():
        kind = "Vector" if carries == "Normal" else carries
        socket = group.interface.new_socket(label, socket_type=f"NodeSocket{kind}")
        socket.hide_value = carries == "Normal"
    graph = Graph(group)
    taken = graph.given("NodeGroupInput").outputs
    given = build(graph, *(taken[label] for label in inputs))
    for label, socket in given.items():
        group.interface.new_socket(label, in_out="OUTPUT", socket_type=f"NodeSocket{_CARRIED[socket.type]}")
    output = group.nodes.new("NodeGroupOutput")
    for label, socket in given.items():
        group.links.new(socket, output.inputs[label])
    return group

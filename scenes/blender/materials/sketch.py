"""Shader trees that are written down before they are made: those that differ in constants alone are copies of one.

Blender goes through a whole tree at every node, link and constant that it is given, 60 microseconds each time, and a
material takes up to two hundred of them. A copy is had at the price of two, and then its constants are set that differ.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import bpy

from longtail.scenes.blender.marks import TEMPLATE
from longtail.scenes.blender.materials.named import named, note
from longtail.scenes.blender.nodes import Graph, Socket, Value, fill

Step = tuple[Any, ...]


@dataclass(frozen=True)
class SketchedSocket:
    """The input or output `key` (its name or its place) of the node `node`."""

    node: int
    key: str | int


@dataclass(frozen=True)
class _Sockets:
    node: int

    def __getitem__(self, key: str | int) -> SketchedSocket:
        return SketchedSocket(self.node, key)


class _Node:
    """A node that will be: what it is told is written down."""

    _number: int
    _steps: list[Step]
    inputs: _Sockets
    outputs: _Sockets

    def __init__(self, number: int, steps: list[Step]) -> None:
        vars(self).update(_number=number, _steps=steps, inputs=_Sockets(number), outputs=_Sockets(number))

    def __setattr__(self, name: str, value: Any) -> None:
        self._steps.append(("set", self._number, name, value))


@dataclass(eq=False)
class _Tree:
    """As much of a `bpy.types.NodeTree` as a `Graph` needs."""

    steps: list[Step] = field(default_factory=list)
    count: int = 0

    @property
    def nodes(self) -> _Nodes:
        return _Nodes(self)


@dataclass(frozen=True)
class _Nodes:
    tree: _Tree

    def new(self, kind: str) -> _Node:
        self.tree.steps.append(("node", self.tree.count, kind))
        self.tree.count += 1
        return _Node(self.tree.count - 1, self.tree.steps)


class Sketch(Graph):
    """A graph in no node tree yet."""

    def __init__(self) -> None:
        self._sketched = _Tree()
        super().__init__(self._sketched)

    def feed(self, socket: Socket, value: Value) -> None:
        """Note that `value` goes into `socket`."""
        if isinstance(value, SketchedSocket):
            step: Step = ("link", socket.node, socket.key, value.node, value.key)
        else:
            step = ("feed", socket.node, socket.key, value)
        self._sketched.steps.append(step)

    def made(self, name: str) -> bpy.types.Material:
        """A material with these nodes, and no user; `name` is what it will be called."""
        steps = self._sketched.steps
        kind = f"{name.split()[0]} template {_digest(steps)}"
        template = named(kind)
        if template is None:
            template = _template(kind, steps)
        made = template.copy()
        _set_constants(made.node_tree, steps, _written[kind])
        del made[TEMPLATE]
        return made


# The texts of what was written into each template as a constant, by its name, and None for all other steps.
_written: dict[str, list[str | None]] = {}


def _template(name: str, steps: list[Step]) -> bpy.types.Material:
    """A material that nothing wears, with nodes as `steps` say."""
    made = note(name, bpy.data.materials.new(name))
    made.use_fake_user = True
    made[TEMPLATE] = True
    tree = made.node_tree
    tree.nodes.clear()
    graph = Graph(tree)
    nodes: list[Any] = []
    for what, number, *rest in steps:
        if what == "node":
            nodes.append(tree.nodes.new(*rest))
        elif what == "link":
            key, source, output = rest
            tree.links.new(nodes[source].outputs[output], nodes[number].inputs[key])
        elif what == "set":
            _set(nodes[number], *rest)
        else:
            graph.feed(nodes[number].inputs[rest[0]], rest[1])
    _written[name] = [repr(step[-1]) if _is_constant(step[0], step[-1]) else None for step in steps]
    return made


def _set(node: Any, name: str, value: Any) -> None:
    """Set a property of a node, unless it has that value from the beginning: to look costs nothing."""
    if getattr(node, name) != value:
        setattr(node, name, value)


def _set_constants(tree: bpy.types.NodeTree, steps: list[Step], written: list[str | None]) -> None:
    """Give a copy of the template that was `written` the constants of `steps`."""
    nodes = list(tree.nodes)
    for (what, number, *rest), was in zip(steps, written, strict=True):
        # By their texts: what is equal may still be another number, as 0.0 and -0.0 are.
        if was is not None and repr(rest[-1]) != was:
            key, value = rest
            if what == "set":
                setattr(nodes[number], key, value)
            else:
                fill(nodes[number].inputs[key], value)


def _is_constant(what: str, value: Any) -> bool:
    """Whether trees may be copies of each other that differ in it."""
    return what == "feed" or (what == "set" and isinstance(value, bpy.types.Image))


def _digest(steps: list[Step]) -> str:
    """Of all of `steps` but their constants."""
    kept = [step[:-1] if _is_constant(step[0], step[-1]) else (*step[:-1], _plain(step[-1])) for step in steps]
    return hashlib.sha256(repr(kept).encode()).hexdigest()[:24]


def _plain(value: Any) -> Any:
    """A data block by its kind and name: its address says nothing."""
    return (type(value).__name__, value.name) if isinstance(value, bpy.types.ID) else value

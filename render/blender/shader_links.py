"""Shader nodes followed back: through groups, reroutes and muted nodes, to where a value or a closure comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import bpy

_MOST_STEPS = 200
_MOST_CLOSURES = 64


@dataclass(frozen=True, eq=False)
class Source:
    """Where an input's value comes from: the output `socket` of a `node`; or `socket` is an input that holds it itself,
    where `node` is None. `within` are the groups around it, the outermost first."""

    socket: Any
    node: Any
    within: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False)
class Weight:
    """A mix of two shaders: by how much of an input's value the closure counts, or by how much of the rest."""

    socket: Any
    within: tuple[Any, ...]
    rest: bool


@dataclass(frozen=True, eq=False)
class Closure:
    """A node that is a shader of its own, and what it is mixed in by."""

    node: Any
    within: tuple[Any, ...]
    weights: tuple[Weight, ...] = ()


def source_of(socket: Any, within: tuple[Any, ...] = ()) -> Source:
    """Where an input, in groups of which the innermost comes last, has its value from."""
    for _ in range(_MOST_STEPS):
        link = next((link for link in socket.links if not link.is_muted), None)
        if link is None:
            break
        node, out = link.from_node, link.from_socket
        if node.type == "REROUTE":
            socket = node.inputs[0]
        elif node.mute:
            passed = next((inner.from_socket for inner in node.internal_links if inner.to_socket == out), None)
            if passed is None:
                break
            socket = passed
        elif node.type == "GROUP" and node.node_tree is not None:
            ends = [inner for inner in node.node_tree.nodes if inner.type == "GROUP_OUTPUT" and inner.is_active_output]
            if not ends:
                break
            socket, within = _same(ends[0].inputs, out), (*within, node)
        elif node.type == "GROUP_INPUT" and within:
            socket, within = _same(within[-1].inputs, out), within[:-1]
        else:
            return Source(out, node, within)
        if socket is None:
            raise LookupError("a socket of a group that it does not have")
    return Source(socket, None, within)


def closures_of(made: bpy.types.Material) -> list[Closure]:
    """What shades the surface of a material as Cycles renders it; nothing where it has no surface."""
    output = None if made.node_tree is None else made.node_tree.get_output_node("CYCLES")
    return [] if output is None else list(_closures(output.inputs["Surface"], (), (), _MOST_CLOSURES))


def _closures(socket: Any, within: tuple[Any, ...], weights: tuple[Weight, ...], left: int) -> Iterator[Closure]:
    found = source_of(socket, within)
    if found.node is None or left <= 0:
        return
    inputs = found.node.inputs
    if found.node.type == "MIX_SHADER":
        for place in (1, 2):
            weight = Weight(inputs[0], found.within, rest=place == 1)
            yield from _closures(inputs[place], found.within, (*weights, weight), left // 2)
    elif found.node.type == "ADD_SHADER":
        for given in inputs:
            yield from _closures(given, found.within, weights, left // 2)
    else:
        yield Closure(found.node, found.within, weights)


def _same(sockets: Any, wanted: Any) -> Any:
    return next((socket for socket in sockets if socket.identifier == wanted.identifier), None)

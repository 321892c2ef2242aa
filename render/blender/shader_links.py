"""Shader nodes followed back: through groups, reroutes and muted nodes, to where a value or a closure comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy

_MOST_STEPS = 200
# Of closures and mixes together, which may refer to each other in a circle.
_MOST_SHADERS = 128


class UnknownValueError(Exception):
    """A value that follows from more than numbers and textures; the message says from what."""


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
    """Where an input, in groups of which the innermost comes last, has its value from.

    UnknownValueError where a group lacks what is linked to it.
    """
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
            raise UnknownValueError("a socket of a group that it does not have")
    return Source(socket, None, within)


def closures_of(made: bpy.types.Material) -> tuple[list[Closure], list[str]]:
    """What shades the surface of a material as Cycles renders it, nothing where it has no surface; and what could not
    be followed, as ends of sentences about the material."""
    output = None if made.node_tree is None else made.node_tree.get_output_node("CYCLES")
    if output is None:
        return [], []
    closures: list[Closure] = []
    waiting: list[tuple[Any, tuple[Any, ...], tuple[Weight, ...]]] = [(output.inputs["Surface"], (), ())]
    for _ in range(_MOST_SHADERS):
        if not waiting:
            return closures, []
        socket, within, weights = waiting.pop()
        try:
            found = source_of(socket, within)
        except UnknownValueError as error:
            return closures, [f"has {error}, and is not followed beyond it"]
        if found.node is None:
            continue
        inputs = found.node.inputs
        if found.node.type == "MIX_SHADER":
            for place in (2, 1):
                weight = Weight(inputs[0], found.within, rest=place == 1)
                waiting.append((inputs[place], found.within, (*weights, weight)))
        elif found.node.type == "ADD_SHADER":
            waiting.extend((given, found.within, weights) for given in reversed(tuple(inputs)))
        else:
            closures.append(Closure(found.node, found.within, weights))
    return closures, [f"has more than {_MOST_SHADERS} shaders and mixes of them, of which the first count"]


def _same(sockets: Any, wanted: Any) -> Any:
    return next((socket for socket in sockets if socket.identifier == wanted.identifier), None)

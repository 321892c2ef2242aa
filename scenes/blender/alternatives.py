"""Node groups that are one of two trees: all that weather asks for, or what is left of it where it asks for nothing.

Blender writes the trees of all groups out in each material before it hands that to Cycles, which folds away what comes
to nothing. A street has 270 materials, of some ninety nodes each with water and snow, and of a dozen without: most of
what handing over materials takes is these nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import bpy

from longtail.scenes.blender.nodes import Graph, Socket, shared_group

_ASKED_BY = "longtail asked by"
"""On a group of two: the names of the values that ask for its full tree, where any of them is not 0."""
_SHOWN = "shown"

Build = Callable[..., Mapping[str, Socket]]


def group_of_two(
    name: str, asked_by: Sequence[str], full: Build, least: Build, inputs: Mapping[str, str]
) -> bpy.types.NodeTree:
    """The group called `name`, as `shared_group` has it, that is built by `full` or, in the end, by `least`.

    Both take the sockets of `inputs` and give the same outputs; where all values `asked_by` names are 0 they must come
    to the same. It is `full` until `choose` is told of values.
    """
    found = bpy.data.node_groups.get(name)
    if found is not None:
        return found
    shared_group(_least(name), least, inputs)
    whole = shared_group(_full(name), full, inputs)

    def one_of_both(graph: Graph, *taken: Socket) -> Mapping[str, Socket]:
        node = graph.node("ShaderNodeGroup", {"node_tree": whole, "name": _SHOWN})
        for label, socket in zip(inputs, taken, strict=True):
            graph.feed(node.inputs[label], socket)
        return {socket.name: socket for socket in node.outputs}

    made = shared_group(name, one_of_both, inputs)
    made[_ASKED_BY] = " ".join(asked_by)
    return made


def choose(values: Mapping[str, float]) -> None:
    """Have each group of two be the tree that `values` ask for."""
    for group in bpy.data.node_groups:
        asked_by = group.get(_ASKED_BY)
        if asked_by is not None:
            asked = any(values[name] for name in asked_by.split())
            wanted = bpy.data.node_groups[_full(group.name) if asked else _least(group.name)]
            node = group.nodes[_SHOWN]
            if node.node_tree != wanted:
                node.node_tree = wanted


def _full(name: str) -> str:
    return f"{name}, all of it"


def _least(name: str) -> str:
    return f"{name}, the least"

"""Surfaces of one colour: most materials of models. All in which two of them differ are a few vectors.

To sketch a material's tree and to set the numbers in a copy takes half a millisecond in a session with hundreds, as
Blender goes through its trees at every number that is set by itself. Arrays are filled without that (`foreach_set`): a
flat material is one node, whose inputs are arrays, and costs a fifth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch

import bpy

from longtail.scenes.blender.marks import TEMPLATE
from longtail.scenes.blender.materials.named import named, note
from longtail.scenes.blender.materials.shading import NUMBERS, or_matt, surface, tinted
from longtail.scenes.blender.materials.snow import on_things
from longtail.scenes.blender.nodes import Graph, Socket, fill, shared_group
from longtail.scenes.geometry.materials import Material, Rgb

# Three numbers travel together, as vectors are what can be filled.
_VECTORS = tuple(NUMBERS[k : k + 3] for k in range(0, len(NUMBERS), 3))


@dataclass(frozen=True)
class Flat:
    """A principled surface of one colour, as things are made of.

    Attributes:
        rgb: linear, as the camera sees it
        matt_rgb: linear, as a matt surface passes it on to others
        numbers: those of `shading.NUMBERS`
        tinted: whether the object's tint multiplies both colours
    """

    rgb: Rgb
    matt_rgb: Rgb
    numbers: Mapping[str, float]
    tinted: bool = False


@singledispatch
def flat_of(_value: Material) -> Flat | None:
    """A material as a flat one; None for what is more than that, and for types that nobody has registered."""
    return None


def flat_material(flat: Flat, name: str) -> bpy.types.Material:
    """A material of that surface, under snow and water, and with no user; `name` is what it will be called."""
    kind = f"{name.split()[0]} template flat {flat.tinted}"
    template = named(kind) or _template(kind, flat.tinted)
    made = template.copy()
    del made[TEMPLATE]
    inputs = made.node_tree.nodes[_NODE].inputs
    for label, rgb in (("Color", flat.rgb), ("Matt", flat.matt_rgb)):
        fill(inputs[label], rgb)
    for names in _VECTORS:
        fill(inputs[" ".join(names)], [flat.numbers[name] for name in names] + [0.0] * (3 - len(names)))
    return made


_NODE = "flat"


def _template(name: str, is_tinted: bool) -> bpy.types.Material:
    made = note(name, bpy.data.materials.new(name))
    made.use_fake_user = True
    made[TEMPLATE] = True
    made.node_tree.nodes.clear()
    graph = Graph(made.node_tree)
    carried = {"Color": "Color", "Matt": "Color"} | {" ".join(names): "Vector" for names in _VECTORS}
    group = shared_group(f"longtail flat {is_tinted}", _tinted if is_tinted else _untinted, carried)
    node = graph.node("ShaderNodeGroup", {"node_tree": group, "name": _NODE})
    output = graph.node("ShaderNodeOutputMaterial", Surface=node.outputs[0])
    output.is_active_output = True
    return made


def _tinted(graph: Graph, rgb: Socket, matt: Socket, *vectors: Socket) -> dict[str, Socket]:
    return _untinted(graph, tinted(graph, rgb), tinted(graph, matt), *vectors)


def _untinted(graph: Graph, rgb: Socket, matt: Socket, *vectors: Socket) -> dict[str, Socket]:
    """As `snowed`, `seen_directly` and the builders of flat materials have it, with sockets for numbers."""
    numbers = {
        name: part
        for names, vector in zip(_VECTORS, vectors, strict=True)
        for name, part in zip(names, graph.split(vector), strict=False)
    }
    return {"Shader": on_things(graph, or_matt(graph, surface(graph, rgb, None, numbers), matt))}

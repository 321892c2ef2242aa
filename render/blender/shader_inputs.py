"""What the inputs of a shader take: a number or a colour, and the image that it is multiplied by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import bpy

from longtail.render.blender.shader_links import UnknownValueError, source_of

# Nodes between a shader and the image that it takes: circles end there.
_DEEPEST = 12


@dataclass(frozen=True)
class Given:
    """What a socket takes: a number or colour, times an image's channel (None is all of them) if there is one.

    `strength` is of a normal map; `painted` is whether it is what the mesh is painted with; `image_node` is the image's
    node, and the groups that it lies in.
    """

    value: tuple[float, ...]
    image: bpy.types.Image | None = None
    channel: int | None = None
    strength: float = 1.0
    painted: bool = False
    image_node: tuple[Any, tuple[Any, ...]] | None = None


def resolved(socket: Any, notes: set[str], within: tuple[Any, ...] = (), depth: int = 0) -> Given:
    """What a socket takes, followed back over the nodes that exporters and importers use; `within` are the groups that
    it lies in. What is left out is added to `notes`."""
    try:
        found = source_of(socket, within)
    except UnknownValueError as error:
        notes.add(f"a material has {error}, and takes the input's own value for it")
        return Given(_constant(socket))
    node, within = found.node, found.within
    if node is None or depth > _DEEPEST:
        return Given(_constant(found.socket if node is None else socket))
    name = found.socket.name
    if node.type == "TEX_IMAGE":
        ones = (1.0,) * max(len(_constant(socket)), 1)
        return Given(ones, node.image, None if name == "Color" else 3, image_node=(node, within))
    if node.type in ("SEPARATE_COLOR", "SEPRGB"):
        inner = resolved(node.inputs[0], notes, within, depth + 1)
        channel = {"Red": 0, "R": 0, "Green": 1, "G": 1, "Blue": 2, "B": 2}.get(name, 0)
        return Given(
            (inner.value[min(channel, len(inner.value) - 1)],), inner.image, channel, image_node=inner.image_node
        )
    if node.type == "NORMAL_MAP":
        inner = resolved(node.inputs["Color"], notes, within, depth + 1)
        return replace(inner, strength=round(float(node.inputs["Strength"].default_value), 4))
    if node.type == "BUMP":
        if node.inputs["Height"].is_linked:
            notes.add("the heights of a Bump node are left out: bumps come from normal maps alone")
        return resolved(node.inputs["Normal"], notes, within, depth + 1)
    if node.type in ("VERTEX_COLOR", "ATTRIBUTE"):
        return Given((1.0, 1.0, 1.0), painted=True)
    return _combined(node, notes, within, depth)


def _combined(node: Any, notes: set[str], within: tuple[Any, ...], depth: int) -> Given:
    """What a node mixes: of products both factors, of all else the input that has an image."""
    usable = [socket for socket in node.inputs if socket.enabled and socket.type in ("RGBA", "VALUE", "VECTOR")]
    parts = [resolved(socket, notes, within, depth + 1) for socket in usable]
    pictured = next((part for part in parts if part.image is not None), None)
    painted = next((part for part in parts if part.painted), None)
    chosen = pictured or painted
    if chosen is None:
        colours = [part for part in parts if len(part.value) > 1] or parts
        return colours[0] if colours else Given((0.5, 0.5, 0.5))
    times = getattr(node, "blend_type", getattr(node, "operation", "")) == "MULTIPLY"
    if times:
        for other in parts:
            if other is not chosen and len(other.value) == len(chosen.value) and other.image is None:
                return replace(chosen, value=tuple(a * b for a, b in zip(chosen.value, other.value, strict=True)))
    return chosen


def _constant(socket: Any) -> tuple[float, ...]:
    value = getattr(socket, "default_value", 0.0)
    if isinstance(value, int | float):
        return (float(value),)
    return tuple(float(v) for v in value)[:3]

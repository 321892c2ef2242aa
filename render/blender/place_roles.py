"""What the collections of a .blend say of its objects: which stay, which are swapped, and where things may stand.

    fixed: CATEGORY      swap: CATEGORY, ...      region: CATEGORY, ...

A property `category` of the collection stands in the place of the words behind the colon, one of an object in the place
of its collection's. Collections within one of these are what it is, unless their own names say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy

FIXED, SWAP, REGION = "fixed", "swap", "region"
_NAMED = re.compile(r"(fixed|swap|region)\s*(?::\s*(.*?))?\s*(?:\.\d{3,})?", re.IGNORECASE | re.DOTALL)
_MOST_WORDS = 20


@dataclass(frozen=True)
class Role:
    """What a collection makes of its objects.

    Attributes:
        where: the collection's name, for messages
        count: how many things are usual in its regions, None where it says nothing
        supercategory: of a category of the user's own, "" where it says none
    """

    kind: str
    categories: tuple[str, ...]
    where: str
    count: float | None = None
    supercategory: str = ""


def roles_of(scene: bpy.types.Scene) -> dict[str, list[Role]]:
    """The roles of a scene's objects by their names, in the order of its collections."""
    found: dict[str, list[Role]] = {}
    for collection, role in _collections(scene.collection, None):
        if role is not None:
            for item in collection.objects:
                own = _words(item.get("category"))
                found.setdefault(item.name, []).append(
                    role if own is None else replace(role, categories=own, where=f"object {shown(item.name)}")
                )
    return found


def _collections(
    collection: bpy.types.Collection, inherited: Role | None
) -> Iterator[tuple[bpy.types.Collection, Role | None]]:
    role = _own(collection, inherited)
    yield collection, role
    for child in collection.children:
        yield from _collections(child, role)


def unrendered(scene: bpy.types.Scene, roles: Mapping[str, Sequence[Role]]) -> set[str]:
    """The names of the objects that renders do not show: hidden ones, and those of hidden or excluded collections.

    Afterwards renders of the first view layer show all that others of its view layers do, and what marks places, which
    mostly is hidden. Collections without either are excluded from it: what they hold may be large.
    """
    shown_by: set[str] = set()

    def look(layer: bpy.types.LayerCollection, hidden: bool) -> None:
        within = layer.collection
        hidden = hidden or within.hide_render or layer.exclude
        if not hidden:
            shown_by.update(item.name for item in within.objects if not item.hide_render)
        for child in layer.children:
            look(child, hidden)

    for layer in [layer for layer in scene.view_layers if layer.use] or scene.view_layers[:1]:
        look(layer.layer_collection, False)
    marks = {name for name, own in roles.items() if any(role.kind != FIXED for role in own)}

    def show(layer: bpy.types.LayerCollection) -> bool:
        wanted = any(item.name in shown_by or item.name in marks for item in layer.collection.objects)
        # Before its children, which Blender sets with it. The scene's own collection cannot be excluded.
        if layer != top and layer.exclude == wanted:
            layer.exclude = not wanted
        within = [show(child) for child in layer.children]
        if wanted or any(within):
            layer.collection.hide_render = False
        return wanted or any(within)

    top = scene.view_layers[0].layer_collection
    show(top)
    for item in scene.objects:
        if item.name in marks:
            item.hide_render = False
    return {item.name for item in scene.objects} - shown_by


def _own(collection: bpy.types.Collection, inherited: Role | None) -> Role | None:
    named = _NAMED.fullmatch(collection.name)
    stated, where = _words(collection.get("category")), f"collection {shown(collection.name)}"
    count = collection.get("count")
    usual = float(count) if isinstance(count, int | float) and 0 < count <= 500 else None
    above = (_words(collection.get("supercategory")) or ("",))[0]
    if named:
        words = stated if stated is not None else _words(named[2] or "") or ()
        return Role(named[1].lower(), words, where, usual, above)
    if inherited is not None and (stated is not None or usual is not None or above):
        return Role(
            inherited.kind,
            stated or inherited.categories,
            where,
            usual or inherited.count,
            above or inherited.supercategory,
        )
    return inherited


def _words(given: Any) -> tuple[str, ...] | None:
    """The categories that a text names; None for what is no text."""
    if not isinstance(given, str):
        return None
    words = (" ".join(word.lower().split()) for word in given.split(","))
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST_WORDS]


def shown(name: str) -> str:
    """A name as messages have it."""
    return "'" + "".join(letter if letter.isprintable() else "?" for letter in name)[:80] + "'"

"""Blender's meshes as what rays are cast at: those of models are kept from scene to scene."""

from __future__ import annotations

from collections.abc import Collection

import bpy
import numpy as np

from longtail.render.view.casting import Solid
from longtail.render.view.first_hits import Stood
from longtail.scenes.blender.cut_outs import cut_outs_of, holes_known
from longtail.scenes.blender.meshes import triangles_of
from longtail.scenes.blender.moment import own_shape
from longtail.scenes.blender.scene import Built

MOST_TRIANGLES = 5_000_000
"""How many triangles of models are kept from scene to scene, at 41 bytes each and more where they are cut out."""


class Trees:
    """Trees of triangles: of models for as long as they are not too many, of pieces of one scene until it is cleared,
    and of the shapes that things have at one moment for one view."""

    def __init__(self) -> None:
        # By the numbers that Blender gives to no other mesh.
        self._models: dict[int, Solid] = {}
        self._pieces: dict[int, Solid] = {}
        self._passing: dict[int, Solid] = {}

    def of(self, item: bpy.types.Object) -> Solid:
        """That of the mesh which an object shows, in the mesh's own frame."""
        data = item.data
        kept = self._passing if own_shape(item) else self._models if data.use_fake_user else self._pieces
        found = kept.get(data.session_uid)
        if found is None:
            found = kept[data.session_uid] = Solid.of(*triangles_of(data), cut_outs_of(data))
        return found

    def stood(self, built: Built, but: Collection[int] = ()) -> list[Stood]:
        """All objects that labels know, but for some, where they stand."""
        return [
            Stood(number, self.of(item), np.array(item.matrix_basis, dtype=np.float64))
            for number, item in built.shapes.items()
            if number not in but and not item.hide_render and item.visible_camera and len(item.data.polygons)
        ]

    def next_view(self) -> None:
        """Forget what was of one view."""
        self._passing.clear()

    def clear(self) -> None:
        """Forget what was of one scene, and the models where there are too many."""
        self.next_view()
        self._pieces.clear()
        if sum(len(solid.tree) for solid in self._models.values()) > MOST_TRIANGLES:
            self._models.clear()


def unsure(built: Built) -> set[int]:
    """The ids of objects that Blender may show otherwise than as their meshes with the holes that are known."""
    return {number for number, item in built.shapes.items() if not _is_its_mesh(item)}


def _is_its_mesh(item: bpy.types.Object) -> bool:
    if item.type != "MESH" or item.parent or item.modifiers or item.constraints or item.instance_type != "NONE":
        return False
    slots = item.material_slots
    return all(slot.link == "DATA" and (slot.material is None or holes_known(slot.material)) for slot in slots)

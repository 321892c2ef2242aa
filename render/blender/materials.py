"""Numbers for the materials of a built scene, which Cycles' pass of material indices then says of each pixel."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from longtail.annotate.errors import RenderError
from longtail.annotate.labels.surfaces import SeenMaterial
from longtail.render.view.surfaces import Worn, kind_in_words
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.assets.packs.wavefront import Imported
from longtail.scenes.blender.materials import MOST_NUMBERS, value_of
from longtail.scenes.blender.scene import Built
from longtail.scenes.geometry.interior_materials import StretchFilm
from longtail.scenes.geometry.materials import Glass, Principled


def number_materials(built: Built) -> dict[int, Worn]:
    """Give each material of the scene a number of its own, and say what each number is.

    Those that were made with one keep it, unless another has it: a material that is written to is handed to Cycles
    again. Which number a material has therefore follows from what was rendered before, and no label may.
    """
    worn = list(dict.fromkeys(_materials(built)))
    if len(worn) > MOST_NUMBERS:
        raise RenderError(f"expected at most {MOST_NUMBERS} materials in a scene, got {len(worn)}")
    taken: dict[int, bpy.types.Material] = {}
    for made in worn:
        if made.pass_index:
            taken.setdefault(made.pass_index, made)
    free = iter(number for number in range(1, MOST_NUMBERS + 1) if number not in taken)
    for made in worn:
        if taken.get(made.pass_index) is not made:
            made.pass_index = next(free)
            taken[made.pass_index] = made
    return {number: _described(made) for number, made in taken.items()}


def first_numbers(built: Built) -> dict[int, int]:
    """The number of the first material of each object, by ids, once `number_materials` has given them."""
    worn = {number: [made for made in item.data.materials if made is not None] for number, item in built.shapes.items()}
    return {number: made[0].pass_index for number, made in worn.items() if made}


def _materials(built: Built) -> Iterator[bpy.types.Material]:
    for item in built.shapes.values():
        yield from (made for made in item.data.materials if made is not None)


def _described(made: bpy.types.Material) -> Worn:
    value = value_of(made)
    if value is None:  # water, or a tornado; Blender ends a name that it has already with a number
        name = made.name.partition(".")[0]
        return Worn(SeenMaterial(0, name, name), clear=True)
    clear = isinstance(value, Glass | StretchFilm) or (isinstance(value, Imported) and value.opacity < 1)
    metal = value.metallic * value.roughness * max(value.rgb) if isinstance(value, Principled | Textured) else 0.0
    seen = SeenMaterial(0, made.name, kind_in_words(type(value).__name__), value.part, value.link)
    return Worn(seen, clear, metal)

"""Materials as Blender shaders. `material(value)` builds each value once per session; builders are found by type."""

from __future__ import annotations

import hashlib

import bpy

from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.assets.packs.wavefront import Imported
from longtail.scenes.blender.cut_outs import may_have_holes
from longtail.scenes.blender.marks import CUT_OUT, HOLES_KNOWN, ROAD
from longtail.scenes.blender.materials import (  # noqa: F401  (each registers its builders)
    ground,
    halls,
    interior,
    patterns,
    plain,
    plants,
    walls,
)
from longtail.scenes.blender.materials.flat import flat_material, flat_of
from longtail.scenes.blender.materials.named import named, note
from longtail.scenes.blender.materials.shading import cut_out, seen_directly, shade
from longtail.scenes.blender.materials.sketch import Sketch
from longtail.scenes.blender.materials.snow import is_road, snowed
from longtail.scenes.geometry.interior_materials import Outlook, StretchFilm
from longtail.scenes.geometry.materials import Glass, Material

MOST_NUMBERS = 32_767
"""The material-index pass of Blender is a 16-bit number."""

# Their alpha is nowhere under `CLEAR_ALPHA`, as they mirror where they let light through; of what comes with pictures
# `cut_out` says all.
_NOWHERE_HOLES = (Glass, StretchFilm, Outlook, Imported, Textured)

_values: dict[str, Material] = {}


def value_of(made: bpy.types.Material) -> Material | None:
    """What a Blender material was built of; None for what `material` has not built."""
    return _values.get(made.name)


def material(value: Material) -> bpy.types.Material:
    """The Blender material of `value`, built at first use."""
    # Blender cuts names at 63 bytes, so the value's digest is what tells two materials apart.
    text = f"{value!r} link {value.link}" if value.link else repr(value)
    name = f"{type(value).__name__} {hashlib.sha256(text.encode()).hexdigest()[:24]}"
    found = named(name)
    if found is not None:
        return found
    flat = flat_of(value)
    made = note(name, _sketched(value, name) if flat is None else flat_material(flat, name))
    _values[name] = value
    # Before it is worn: Cycles is handed a material anew for a number that comes later, which takes a second a street.
    made.pass_index = 1 + (len(_values) - 1) % MOST_NUMBERS
    made.use_fake_user = True
    if (cut := cut_out(value)) is not None:
        made[CUT_OUT] = cut
    if is_road(value):
        made[ROAD] = True
    if flat is not None or cut is not None or isinstance(value, _NOWHERE_HOLES) or not may_have_holes(made.node_tree):
        made[HOLES_KNOWN] = True
    # Light sources of their own do a lamp's work, signs shine at the camera alone, and lit windows are large enough to
    # be found by chance: a ray from each shading point to one of thousands of panes took a quarter of the time by day,
    # and at night nearly all rays from the lamps.
    made.cycles.emission_sampling = "NONE"
    return made


def _sketched(value: Material, name: str) -> bpy.types.Material:
    graph = Sketch()
    surface = snowed(value, graph, seen_directly(value, graph, shade(value, graph)))
    output = graph.node("ShaderNodeOutputMaterial", Surface=surface)
    output.is_active_output = True
    return graph.made(name)

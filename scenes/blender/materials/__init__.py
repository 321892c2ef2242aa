"""Materials as Blender shaders. `material(value)` builds each value once per session; builders are found by type."""

from __future__ import annotations

import hashlib

import bpy

from longtail.scenes.blender.marks import CUT_OUT
from longtail.scenes.blender.materials import (  # noqa: F401  (each registers its builders)
    ground,
    interior,
    plain,
    plants,
    walls,
)
from longtail.scenes.blender.materials.shading import cut_out, seen_directly, shade
from longtail.scenes.blender.materials.sketch import Sketch
from longtail.scenes.blender.materials.snow import snowed
from longtail.scenes.geometry.materials import Material


def material(value: Material) -> bpy.types.Material:
    """The Blender material of `value`, built at first use."""
    # Blender cuts names at 63 bytes, so the value's digest is what tells two materials apart.
    name = f"{type(value).__name__} {hashlib.sha256(repr(value).encode()).hexdigest()[:24]}"
    found = bpy.data.materials.get(name)
    if found is not None:
        return found
    graph = Sketch()
    surface = snowed(value, graph, seen_directly(value, graph, shade(value, graph)))
    output = graph.node("ShaderNodeOutputMaterial", Surface=surface)
    output.is_active_output = True
    made = graph.made(name)
    made.use_fake_user = True
    if (cut := cut_out(value)) is not None:
        made[CUT_OUT] = cut
    # Light sources of their own do a lamp's work, signs shine at the camera alone, and lit windows are large enough to
    # be found by chance: a ray from each shading point to one of thousands of panes took a quarter of the time by day,
    # and at night nearly all rays from the lamps.
    made.cycles.emission_sampling = "NONE"
    return made

"""A pass that says how much of each surface snow covers, for the time of one render."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy

from longtail.scenes.blender.materials.snow import COVER


@contextmanager
def covering(target: bpy.types.Scene) -> Iterator[None]:
    """Have renders of `target` hold the pass `COVER`, 0..1, as long as this lasts."""
    layer = target.view_layers[0]
    added = layer.aovs.add()
    added.name, added.type = COVER, "VALUE"
    try:
        yield
    finally:
        layer.active_aov_index = len(layer.aovs) - 1
        layer.aovs.remove(added)

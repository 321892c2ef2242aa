"""Writing Blender's settings only where they change.

Blender takes every write for a change. That of the engine, even to the same one, throws away all that Cycles keeps of a
scene between two renders, and building that again takes longer than a small picture (see docs/performance.md).
"""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np


def assign(owner: Any, **values: Any) -> None:
    """Give `owner` these values of its properties; those that it has already are left alone."""
    for name, value in values.items():
        now = getattr(owner, name)
        # Blender keeps single floats.
        if now != value and not (isinstance(now, float) and np.float32(now) == np.float32(value)):
            setattr(owner, name, value)


def notice_settings(target: bpy.types.Scene) -> None:
    """Have Cycles read the settings of `target` again at its next render.

    It keeps a scene of its own, and looks at settings only where Blender's scene is said to have changed. What
    `update_tag` says reaches every object, whose meshes are then all handed over again; a pass that is switched reaches
    the scene alone.
    """
    layer = target.view_layers[0]
    for _ in range(2):
        layer.use_pass_uv = not layer.use_pass_uv

"""What objects say of the light sources that do their glass's work, so that nothing shines twice, or not at all.

Whether a lamp has a source is known only where a scene is built: far lamps have none, nor have most by day, and a dead
one shows glass that its surroundings light.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.blender.materials.lamp_glow import MIRRORED, SOURCE

# A source may begin a little clear of the glass that shows it.
_CLEAR_M = 0.05


def tell_glass(item: bpy.types.Object, lamps: Sequence[Lamp]) -> None:
    """Have the glass of `item` know that these lamps, which have sources, light the scene in its place."""
    if lamps:
        item[SOURCE] = 1.0
    if any(lamp.kind.mirrored for lamp in lamps):
        item[MIRRORED] = 1.0


def tell_glass_around(items: Iterable[bpy.types.Object], lamps: Sequence[Lamp]) -> None:
    """`tell_glass` of each of `items` with those of `lamps`, in the world's frame, that are within its box."""
    if not lamps:
        return
    at_m = np.array([(*lamp.position_m, 1.0) for lamp in lamps])
    for item in items:
        corners = _corners_m(item)
        low, high = corners.min(axis=0) - _CLEAR_M, corners.max(axis=0) + _CLEAR_M
        within = at_m @ _object_from_world(item).T
        inside = ((within[:, :3] >= low) & (within[:, :3] <= high)).all(axis=1)
        tell_glass(item, [lamp for lamp, is_in in zip(lamps, inside, strict=True) if is_in])


def _object_from_world(item: bpy.types.Object) -> NDArray[np.float64]:
    """Turned and shifted only: a stretched object's box is in metres."""
    place, turn, _ = item.matrix_world.decompose()
    return np.array(Matrix.LocRotScale(place, turn, None).inverted())


def _corners_m(item: bpy.types.Object) -> NDArray[np.float64]:
    corners = np.array([tuple(corner) for corner in item.bound_box], dtype=np.float64)
    return np.asarray(corners * np.array(item.matrix_world.to_scale(), dtype=np.float64))

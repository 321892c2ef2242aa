"""Objects that show the mesh of the same model in another size: Cycles builds one tree of triangles for all sizes."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Vector

_STRETCH = "longtail stretch"


def stretch(item: bpy.types.Object, factors: Vector) -> None:
    """Have `item` show its mesh by so much longer, wider and higher."""
    item[_STRETCH] = factors
    item.matrix_world = seat_of(item)


def stretch_of(item: bpy.types.Object) -> NDArray[np.float64]:
    """(3,) by how much longer, wider and higher than its mesh an object is."""
    return np.array(item.get(_STRETCH, (1.0, 1.0, 1.0)), dtype=np.float64)


def seat_of(item: bpy.types.Object) -> Matrix:
    """The pose of an object's mesh in the frame of what it shows."""
    return Matrix.Diagonal((*stretch_of(item), 1.0))


def corners_shown(item: bpy.types.Object) -> NDArray[np.float64]:
    """(8, 3) the corners of the box around an object's mesh, in the frame of what it shows, in metres."""
    return np.array([tuple(corner) for corner in item.bound_box]) * stretch_of(item)

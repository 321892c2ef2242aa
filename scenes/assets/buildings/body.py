"""What all styles share: the rear of a building, and its place in the asset frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from longtail.scenes.assets.buildings.elevation import Elevation, Window
from longtail.scenes.assets.buildings.planes import rectangles
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh

# Whatever projects from a terraced facade (steps, awnings, balconies, canopies) ends this far in front of it, in every
# style: placed with their footprints in line, neighbours of different styles have their facades in one plane.
REACH_M = 0.6
EAVES_M = 0.4
DEPTH_M = 11.0


def rear(
    width_m: float, depth_m: float, sills_m: Sequence[float], top_m: float, wall: Material, *, height_m: float = 1.4
) -> Mesh:
    """A plain back wall with windows at `sills_m`."""
    face = Elevation(width_m, wall, side=1)
    count = max(2, round(width_m / 3.2))
    face.windows(rectangles(face.bays(count), sills_m, 1.15, height_m), Window(sill=None))
    face.band(0.0, top_m, wall)
    return face.mesh().rotated(2, np.pi).moved(x_m=-depth_m)


def set_down(mesh: Mesh, length_m: float, reach_m: float = REACH_M) -> Mesh:
    """From the frame of the street facade to the asset frame: the origin in the middle of the footprint."""
    return mesh.moved(x_m=length_m / 2 - reach_m)

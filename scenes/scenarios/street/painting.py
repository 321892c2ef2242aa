"""What is painted on roads, as one mesh: a street has a hundred dashes, whose triangles are found all at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh


def painted(shapes: Sequence[shapely.Geometry], height_m: float, material: Material) -> Mesh:
    """The mesh that joins the `polygon` of each shape at z = `height_m`, to the last bit; UVs are x and y in metres.

    Raises:
        ValueError: where no shape has an area
    """
    triangles, owner = shapely.get_parts(
        shapely.constrained_delaunay_triangles(np.array(shapes, dtype=object)), return_index=True
    )
    if len(triangles) == 0:
        raise ValueError("painted: expected at least one shape with an area, got none")
    points = shapely.get_coordinates(shapely.orient_polygons(triangles)).reshape(-1, 4, 2)[:, :3].reshape(-1, 2)
    shape_of = np.repeat(owner, 3)
    # Points of one shape are one vertex where they are equal; shapes share none, as each is a piece of paint.
    order = np.lexsort((points[:, 1], points[:, 0], shape_of))
    ordered, owners = points[order], shape_of[order]
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1) | (owners[1:] != owners[:-1])
    index = np.empty(len(ordered), dtype=np.intp)
    index[order] = np.cumsum(first) - 1
    flat = ordered[first]
    vertices = np.column_stack([flat, np.full(len(flat), height_m)])
    return Mesh.of(vertices, index.reshape(-1, 3), material, uv=flat)

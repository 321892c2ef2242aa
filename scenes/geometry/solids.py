"""Building blocks for procedural assets: boxes, prisms, tubes, lathed and lofted surfaces. All lengths in metres."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join

Points = NDArray[np.float64]

# The six sides of a box, two for each axis. `_ACROSS` and `_UP` are the axes that a side's corners lie along, in the
# order of `_CORNERS`; `_SIDES` is 1 where that order winds around what faces outwards, else -1.
_CORNERS = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
_ALONG, _ACROSS, _UP = np.array([0, 0, 1, 1, 2, 2]), np.array([1, 1, 0, 0, 0, 0]), np.array([2, 2, 2, 2, 1, 1])
_SIGNS = np.array([-1.0, 1.0] * 3)
_SIDES = _SIGNS * np.array([1, 1, -1, -1, 1, 1])
_ORDER, _ORDER_BACK = np.array([(0, 1, 2), (0, 2, 3)]), np.array([(0, 3, 2), (0, 2, 1)])


def _cube() -> Points:
    """The corners (24, 3) of all sides of the box from -1 to 1."""
    cube = np.empty((6, 4, 3))
    for side in range(6):
        cube[side, :, _ALONG[side]] = _SIGNS[side]
        cube[side, :, _ACROSS[side]], cube[side, :, _UP[side]] = _CORNERS.T
    return cube.reshape(-1, 3)


_CUBE = _cube()


def box(
    size_m: Sequence[float], material: Material, centre_m: Sequence[float] = (0, 0, 0), *, bevel_m: float = 0.0
) -> Mesh:
    """A box (length X, width Y, height Z) about `centre_m`; `bevel_m` chamfers all its edges.

    UVs are metres along each face: horizontal distance and height on the sides, x and y on top and bottom.
    """
    half = np.asarray(size_m, dtype=np.float64) / 2
    if bevel_m > 0:
        return _chamfered_box(half, min(bevel_m, 0.49 * 2 * half.min()), material).moved(*centre_m)
    half_across, half_up = half[_ACROSS], half[_UP]
    # Of a side without an extent either order faces outwards.
    outward = _SIDES * half_across * half_up > 0
    faces = np.where(outward[:, None, None], _ORDER, _ORDER_BACK) + 4 * np.arange(6)[:, None, None]
    uv = _CORNERS[None] * np.stack([half_across, half_up], axis=1)[:, None]
    return Mesh.of(_CUBE * half, faces, material, uv=uv.reshape(-1, 2)).moved(*centre_m)


def _chamfered_box(half: Points, bevel_m: float, material: Material) -> Mesh:
    inner = half - bevel_m
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    points = np.concatenate([signs * inner + np.eye(3)[axis] * signs * bevel_m for axis in range(3)])
    hull = convex_hull(points, material)
    return Mesh(hull.vertices_m, hull.triangles, hull.slots, hull.materials, np.zeros(len(hull.triangles), bool))


def convex_hull(points_m: ArrayLike, material: Material, *, smooth: bool = False) -> Mesh:
    """The convex hull of points (N, 3)."""
    from scipy.spatial import ConvexHull

    points = np.asarray(points_m, dtype=np.float64)
    hull = ConvexHull(points)
    faces = hull.simplices.copy()
    normals = np.cross(points[faces[:, 1]] - points[faces[:, 0]], points[faces[:, 2]] - points[faces[:, 0]])
    flipped = np.einsum("ij,ij->i", normals, hull.equations[:, :3]) < 0
    faces[flipped] = faces[flipped][:, ::-1]
    return Mesh.of(points, faces, material, smooth=smooth)


def circle(radius_m: float, sides: int, *, phase: float = 0.0) -> Points:
    """Points (sides, 2), counter-clockwise."""
    angle = 2 * np.pi * (np.arange(sides) + phase) / sides
    return np.asarray(radius_m * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def loft(
    rings_m: ArrayLike, material: Material, *, closed: bool = True, caps: bool = True, smooth: bool = True
) -> Mesh:
    """A skin over cross-sections (R, N, 3), each counter-clockwise seen against the direction of travel.

    `closed` joins the last point of every ring to its first; `caps` closes both ends with fans.
    """
    rings = np.asarray(rings_m, dtype=np.float64)
    count, sides = rings.shape[:2]
    steps = sides if closed else sides - 1
    i, j = np.meshgrid(np.arange(count - 1), np.arange(steps), indexing="ij")
    a, b = i * sides + j, i * sides + (j + 1) % sides
    c, d = a + sides, b + sides
    faces = np.concatenate([np.stack([a, b, d], axis=-1).reshape(-1, 3), np.stack([a, d, c], axis=-1).reshape(-1, 3)])
    around = np.linalg.norm(np.diff(rings, axis=1, append=rings[:, :1]), axis=2)
    u = np.concatenate([np.zeros((count, 1)), np.cumsum(around, axis=1)[:, :-1]], axis=1)
    along = np.linalg.norm(np.diff(rings.mean(axis=1), axis=0), axis=1)
    v = np.broadcast_to(np.concatenate([[0.0], np.cumsum(along)])[:, None], u.shape)
    skin = Mesh.of(rings.reshape(-1, 3), faces, material, smooth=smooth, uv=np.stack([u, v], axis=-1).reshape(-1, 2))
    if not (caps and closed):
        return skin
    return join([skin, _fan(rings[0][::-1], material), _fan(rings[-1], material)])


def _fan(ring: Points, material: Material) -> Mesh:
    """A flat cap over a star-shaped ring (N, 3)."""
    count = len(ring)
    index = np.arange(count)
    faces = np.stack([np.full(count, count), index, (index + 1) % count], axis=1)
    return Mesh.of(np.concatenate([ring, ring.mean(axis=0, keepdims=True)]), faces, material)


def tube(path_m: ArrayLike, radius_m: ArrayLike, material: Material, *, sides: int = 10, smooth: bool = True) -> Mesh:
    """A round tube along points (N, 3); `radius_m` is one radius or one per point."""
    path = np.asarray(path_m, dtype=np.float64)
    radii = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), (len(path),))
    tangents = np.gradient(path, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    side = np.cross(tangents[0], [0.0, 0.0, 1.0] if abs(tangents[0, 2]) < 0.9 else [1.0, 0.0, 0.0])
    rings = []
    profile = circle(1.0, sides)
    for point, tangent, radius in zip(path, tangents, radii, strict=True):
        side = side - tangent * (side @ tangent)
        side /= np.linalg.norm(side)
        up = np.cross(tangent, side)
        rings.append(point + radius * (profile[:, :1] * side + profile[:, 1:] * up))
    return loft(np.array(rings), material, smooth=smooth)


def cylinder(
    radius_m: float, height_m: float, material: Material, *, sides: int = 16, top_radius_m: float | None = None
) -> Mesh:
    """An upright cylinder or cone frustum standing on z = 0."""
    low, high = circle(radius_m, sides), circle(radius_m if top_radius_m is None else top_radius_m, sides)
    rings = np.stack([np.column_stack([low, np.zeros(sides)]), np.column_stack([high, np.full(sides, height_m)])])
    return loft(rings, material)


def lathe(profile_m: ArrayLike, material: Material, *, sides: int = 24, smooth: bool = True) -> Mesh:
    """A profile (N, 2) of (radius, height), bottom to top, turned about Z."""
    profile = np.asarray(profile_m, dtype=np.float64)
    unit = circle(1.0, sides)
    rings = np.array(
        [np.column_stack([unit * max(radius, 1e-4), np.full(sides, height)]) for radius, height in profile]
    )
    return loft(rings, material, smooth=smooth)


def ellipsoid(
    radii_m: Sequence[float], material: Material, centre_m: Sequence[float] = (0, 0, 0), *, sides: int = 16
) -> Mesh:
    """An ellipsoid with half-axes along X, Y and Z."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, max(sides // 2, 4) + 1)
    ball = lathe(np.column_stack([np.cos(angle), np.sin(angle)]), material, sides=sides)
    return ball.scaled(*radii_m).moved(*centre_m)


def polygon(shape: shapely.Geometry, height_m: float, material: Material) -> Mesh:
    """A flat (multi)polygon with holes at z = `height_m`, facing up; UVs are x and y."""
    corners = _triangles(shape)
    points = np.column_stack([corners.reshape(-1, 2), np.full(len(corners) * 3, height_m)])
    unique, index = np.unique(points, axis=0, return_inverse=True)
    return Mesh.of(unique, index.reshape(-1, 3), material, uv=unique[:, :2])


def prism(shape: shapely.Geometry, bottom_m: float, top_m: float, material: Material, *, floor: bool = True) -> Mesh:
    """A (multi)polygon raised from `bottom_m` to `top_m`, closed unless `floor` is False; side UVs run in metres."""
    parts = [polygon(shape, top_m, material)]
    if floor:
        below = polygon(shape, bottom_m, material)
        parts.append(
            Mesh(below.vertices_m, below.triangles[:, ::-1], below.slots, below.materials, below.smooth, below.uv)
        )
    for part in shapely.get_parts(shape):
        oriented = shapely.orient_polygons(part)
        for ring in [oriented.exterior, *oriented.interiors]:
            parts.append(wall(shapely.get_coordinates(ring), bottom_m, top_m, material))
    return join(parts)


def wall(line_m: ArrayLike, bottom_m: float, top_m: float, material: Material) -> Mesh:
    """A vertical band over a line of points (N, 2), seen from the line's right-hand side; UVs are length and height."""
    line = np.asarray(line_m, dtype=np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    count = len(line)
    vertices = np.concatenate(
        [np.column_stack([line, np.full(count, bottom_m)]), np.column_stack([line, np.full(count, top_m)])]
    )
    a = np.arange(count - 1)
    faces = np.concatenate(
        [np.stack([a, a + 1, a + 1 + count], axis=1), np.stack([a, a + 1 + count, a + count], axis=1)]
    )
    uv = np.concatenate(
        [np.column_stack([length, np.full(count, bottom_m)]), np.column_stack([length, np.full(count, top_m)])]
    )
    return Mesh.of(vertices, faces, material, uv=uv)


def _triangles(shape: shapely.Geometry) -> Points:
    """Counter-clockwise triangles (F, 3, 2) that cover a (multi)polygon."""
    triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(shape))
    if len(triangles) == 0:
        return np.zeros((0, 3, 2))
    corners = shapely.get_coordinates(shapely.orient_polygons(triangles)).reshape(-1, 4, 2)[:, :3]
    return np.asarray(corners, dtype=np.float64)

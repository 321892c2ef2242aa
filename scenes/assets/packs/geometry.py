"""A pack model's surface without Blender: the very vertices that Blender places, for physics and measurements."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from longtail.annotate.errors import AssetError
from longtail.scenes.assets.packs.asset import PackAsset
from longtail.scenes.assets.packs.fitting import fit
from longtail.scenes.assets.packs.obj_faces import ObjFaces, plain_faces
from longtail.scenes.assets.packs.wavefront import Imported, Model, read_model
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh

_CORNER = re.compile(rb"[ \t](-?\d+)")


def geometry(asset: PackAsset) -> Mesh:
    """The model in the asset frame, in metres, without texture coordinates.

    Its vertices are, one for one, those of the mesh that Blender shows; faces of more than three corners may be cut
    into other triangles.
    """
    return fit(unfitted(read_model(asset.pack, asset.entry), asset), asset)


def unfitted(model: Model, asset: PackAsset) -> Mesh:
    """The model as it lies in its file, with the materials that it is to wear."""
    given = plain_faces(model.obj) or _line_by_line(model, asset)
    triangles, counts = cut(given)
    materials: list[Material] = [asset.material(name, model.materials.get(name, Imported())) for name in model.names]
    return Mesh(
        given.points,
        triangles,
        np.repeat(given.slots, counts),
        tuple(materials) or (Imported(),),
        np.full(len(triangles), True),
    )


def _line_by_line(model: Model, asset: PackAsset) -> ObjFaces:
    """The surface of any file; AssetError for what is wrong with a broken one."""
    vertices: list[list[float]] = []
    polygons: list[list[int]] = []
    worn: list[int] = []
    slot = 0
    for line in model.obj.split(b"\n"):
        if line.startswith((b"v ", b"v\t")):
            vertices.append(_position(line, asset))
        elif line.startswith((b"f ", b"f\t")):
            given = [int(number) for number in _CORNER.findall(line)]
            polygons.append([k - 1 if k > 0 else len(vertices) + k for k in given])
            worn.append(slot)
        elif line.startswith(b"usemtl "):
            slot = int(line[7:])
    # As Python's numbers: a broken file may have some that no integer of numpy holds.
    least, most = min(map(min, filter(None, polygons)), default=0), max(map(max, filter(None, polygons)), default=-1)
    if least < 0 or most >= len(vertices):
        raise AssetError(
            f"{asset.name}: expected faces of the {len(vertices)} vertices in {asset.entry.model!r} of "
            f"{asset.pack.path}, got other corners; try another copy of the pack"
        )
    return ObjFaces.of(vertices, polygons, worn)


def cut(given: ObjFaces) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The triangles (T, 3) of all faces, as `triangulated` has them, and how many are each face's (F,).

    Faces of as many corners that are convex, as nearly all are, become fans all at once.
    """
    begins = np.cumsum(given.counts) - given.counts
    faces: list[NDArray[np.int64]] = []
    parts: list[NDArray[np.int64]] = []
    for count in np.unique(given.counts[given.counts >= 3]).tolist():
        numbers = np.flatnonzero(given.counts == count)
        polygons = given.corners[begins[numbers, None] + np.arange(count)]
        fans = (np.diff(np.sort(polygons, axis=1), axis=1) > 0).all(axis=1)
        if count > 3:
            fans[fans] = _are_convex(given.points[polygons[fans]].astype(np.float64))
        fan = [(0, k, k + 1) for k in range(1, count - 1)]
        faces.append(np.repeat(numbers[fans], len(fan)))
        parts.append(polygons[fans][:, fan].reshape(-1, 3))
        for number, polygon in zip(numbers[~fans].tolist(), polygons[~fans].tolist(), strict=True):
            others = np.array(triangulated(given.points, polygon), dtype=np.int64).reshape(-1, 3)
            faces.append(np.full(len(others), number))
            parts.append(others)
    worn = np.concatenate([np.empty(0, np.int64), *faces])
    triangles = np.concatenate([np.empty((0, 3), np.int64), *parts])[np.argsort(worn, kind="stable")]
    return triangles.astype(np.int32), np.bincount(worn, minlength=len(given.counts))


def _are_convex(places: NDArray[np.float64]) -> NDArray[np.bool_]:
    """As `_is_convex` of `_flat`, to the last bit, of faces (N, C, 3)."""
    x, y, z = (places[..., axis] for axis in range(3))
    normal = np.zeros((3, len(places)))
    for k in range(places.shape[1]):
        after = (k + 1) % places.shape[1]
        normal[0] += y[:, k] * z[:, after] - z[:, k] * y[:, after]
        normal[1] += z[:, k] * x[:, after] - x[:, k] * z[:, after]
        normal[2] += x[:, k] * y[:, after] - y[:, k] * x[:, after]
    across = np.abs(normal).argmax(axis=0)
    rows = np.arange(len(places))
    sign = np.where(normal[across, rows] > 0, 1.0, -1.0)
    u = places[rows, :, np.array([1, 2, 0])[across]]
    v = places[rows, :, np.array([2, 0, 1])[across]] * sign[:, None]
    along, up = np.roll(u, -1, axis=1) - u, np.roll(v, -1, axis=1) - v
    return np.asarray((along * np.roll(up, -1, axis=1) - up * np.roll(along, -1, axis=1) >= 0).all(axis=1))


def _position(line: bytes, asset: PackAsset) -> list[float]:
    try:
        x, y, z = (float(word) for word in line.split()[1:4])
    except ValueError:
        raise AssetError(
            f"{asset.name}: expected three numbers after v in {asset.entry.model!r} of {asset.pack.path}, "
            f"got {line!r}; try another copy of the pack"
        ) from None
    return [x, y, z]


def triangulated(points: NDArray[np.float32], polygon: Sequence[int]) -> list[tuple[int, int, int]]:
    """A face's triangles: a fan where the face is convex, else Delaunay's within its outline.

    Corners that are given twice count once, as in Blender.
    """
    corners = list(dict.fromkeys(polygon))
    if len(corners) < 3:
        return []
    fan = [(corners[0], corners[k], corners[k + 1]) for k in range(1, len(corners) - 1)]
    if len(corners) == 3:
        return fan
    # As numbers of Python's: a model has ten thousand faces, each of a few corners.
    outline = _flat(points[corners].astype(np.float64).tolist())
    if _is_convex(outline):
        return fan
    places = dict(zip(outline, corners, strict=True))
    shape = shapely.Polygon(outline)
    if len(places) < len(corners) or not shape.is_valid:
        return fan
    return [
        (places[a], places[b], places[c])
        for part in shapely.constrained_delaunay_triangles(shape).geoms
        for a, b, c in [shapely.get_coordinates(shapely.orient_polygons(part)).tolist()[:3]]
        for a, b, c in [(tuple(a), tuple(b), tuple(c))]
    ]


def _flat(points: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The corners of a face seen along its normal (Newell's), counter-clockwise."""
    x = y = z = 0.0
    for (ax, ay, az), (bx, by, bz) in zip(points, (*points[1:], points[0]), strict=True):
        x += ay * bz - az * by
        y += az * bx - ax * bz
        z += ax * by - ay * bx
    sizes = (abs(x), abs(y), abs(z))
    across = sizes.index(max(sizes))
    u, v = ((1, 2), (2, 0), (0, 1))[across]
    sign = 1.0 if (x, y, z)[across] > 0 else -1.0
    return [(point[u], point[v] * sign) for point in points]


def _is_convex(outline: Sequence[tuple[float, float]]) -> bool:
    edges = [(u - s, v - t) for (s, t), (u, v) in zip(outline, (*outline[1:], outline[0]), strict=True)]
    return all(a * d - b * c >= 0 for (a, b), (c, d) in zip(edges, (*edges[1:], edges[0]), strict=True))

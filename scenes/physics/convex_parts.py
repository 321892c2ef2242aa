"""Convex parts that stand for a mesh: it is cut by planes until no part's hull bridges room for other things.

Like CoACD (Wei et al., "Approximate convex decomposition for 3D meshes with collision-aware concavity and tree search",
2022) this goes by how deep other things could get into a part's hull. But it takes meshes as they are, torn and open
ones too, so that all corners of the parts lie on the mesh: CoACD first makes a torn mesh anew, 0.6 mm thicker for a
mug, and takes 86 s of CPU time for that mug.

To find the cuts takes seconds, to make them a tenth of that: of our own things both are known (see `known_parts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.rounding import cos_sin, product
from longtail.scenes.physics.body import Points, Triangles, hull_of
from longtail.scenes.physics.voids import voids_of

if TYPE_CHECKING:
    from scipy.spatial import ConvexHull

# A part is good where nothing gets deeper into its hull than this: 1.2 % of the longest side.
_GOOD_VOXELS = 1.5
_MOST_PARTS = 64
# No hull has more corners than these: those furthest along as many directions, which takes 0.2 % of a ball's radius.
_CORNERS = 400
# Choices of a plane are tried with so many corners of the hulls, and so many points.
_ROUGH_CORNERS = 100
_SAMPLE = 600
# Of cuts that leave as much room within the hulls, compact halves are better: a ring is to be cut into arcs, not into
# thinner rings. The room in a half counts as its diagonal to this power: with 0.25 a mug has 51 parts, with 1 over 64.
_COMPACT = 0.25
# Sheets are given this thickness, or things would fall through.
_SHEET_M = 1e-3
DIGITS = 7
"""Corners of parts are metres of so many decimal places."""
# Points on a plane of a hull are without, whatever the last digit of a product is.
_ON_PLANE = 1e-7
_PLANES = 24
_HEIGHTS = 20_000
_PRODUCTS = 1 << 15


class Cut(NamedTuple):
    """A part, by its place among all by then, is cut in two by the plane of that normal and offset; see `_normals`."""

    part: int
    normal: int
    offset_m: float


def convex_parts(vertices_m: Points, triangles: Triangles, cuts: Sequence[Cut] | None = None) -> tuple[Points, ...]:
    """The corners (N, 3) of each part: a pure function of the mesh. `cuts` are what `find_cuts` finds, where known."""
    soups = [_Soup.of(vertices_m, triangles)]
    for cut in find_cuts(vertices_m, triangles) if cuts is None else cuts:
        plane = _Plane(_NORMALS[cut.normal], cut.offset_m)
        soups[cut.part : cut.part + 1] = [_clipped(soups[cut.part], side) for side in (plane, plane.turned())]
    return tuple(np.round(_corners(soup.points_m, _CORNERS)[0], DIGITS) for soup in soups)


def find_cuts(vertices_m: Points, triangles: Triangles) -> tuple[Cut, ...]:
    """The cuts that make a mesh (V, 3), (F, 3) into convex parts, one after the other."""
    voids = voids_of(vertices_m, triangles)
    deep = voids.depths_m > _GOOD_VOXELS * voids.voxel_m
    parts = [_Part.of(_Soup.of(vertices_m, triangles), voids.points_m[deep], voids.depths_m[deep])]
    cuts: list[Cut] = []
    while len(parts) < _MOST_PARTS:
        worst = max(range(len(parts)), key=lambda k: parts[k].depth_m)
        found = _best(parts[worst]) if parts[worst].depth_m > 0 else None
        if found is None:
            break
        normal, offset_m = found
        cuts.append(Cut(worst, normal, offset_m))
        parts[worst : worst + 1] = _halves(parts[worst], _Plane(_NORMALS[normal], offset_m))
    return tuple(cuts)


class _Soup(NamedTuple):
    """Vertices (V, 3), each of them used, and triangles (F, 3)."""

    points_m: Points
    triangles: NDArray[np.int64]

    @classmethod
    def of(cls, points_m: Points, triangles: NDArray[np.int64] | Triangles) -> _Soup:
        # As `np.unique` would number them, which sorts.
        used = np.zeros(len(points_m), dtype=np.bool_)
        used[triangles] = True
        return cls(points_m[used], (np.cumsum(used) - 1)[triangles])


class _Part(NamedTuple):
    """A piece of the mesh, the empty points within its hull with their depths, and how deep other things could get
    into it: 0 where that does not matter."""

    soup: _Soup
    points_m: Points
    depths_m: Points
    depth_m: float

    @classmethod
    def of(cls, soup: _Soup, points_m: Points, depths_m: Points) -> _Part:
        hull, planes = _hull(soup.points_m, _CORNERS)
        inside = _within(points_m, hull, planes)
        points, depths = points_m[inside], depths_m[inside]
        return cls(soup, points, depths, float(depths.max()) if len(depths) else 0.0)


class _Plane(NamedTuple):
    normal: Points
    offset_m: float

    def heights_m(self, points_m: Points) -> Points:
        """How far points (N, 3) lie beyond it: (N,)."""
        return product(points_m, self.normal[:, None])[:, 0] - self.offset_m

    def turned(self) -> _Plane:
        return _Plane(-self.normal, -self.offset_m)


def _normals() -> Points:
    """Up, and eight directions around."""
    cos, sin = cos_sin(np.pi * np.arange(8) / 8)
    return np.concatenate([[[0.0, 0.0, 1.0]], np.column_stack([cos, sin, np.zeros(8)])])


def _directions(count: int) -> Points:
    """Spread evenly over all sides: Fibonacci's sphere (Swinbank and Purser, "Fibonacci grids", 2006)."""
    k = np.arange(count) + 0.5
    z = 1 - 2 * k / count
    cos, sin = cos_sin(np.pi * (1 + np.sqrt(5)) * k)
    around = np.sqrt(1 - z * z)
    return np.column_stack([around * cos, around * sin, z])


_NORMALS = _normals()
_DIRECTIONS = {count: _directions(count) for count in (_CORNERS, _ROUGH_CORNERS)}


def _best(part: _Part) -> tuple[int, float] | None:
    """The normal and offset of the plane that leaves least room within two hulls; None where no plane cuts the part."""
    chosen = np.random.default_rng(0).permutation(len(part.points_m))[:_SAMPLE]
    sample = part._replace(points_m=part.points_m[chosen], depths_m=part.depths_m[chosen])
    deepest = part.points_m[np.argmax(part.depths_m)]
    through = [float(product(deepest[None], normal[:, None])[0, 0]) for normal in _NORMALS]
    tried = [(room, k, offset) for k, offset in enumerate(through) if (room := _room(sample, k, offset)) is not None]
    tried.sort(key=lambda item: item[0])
    for _, k, offset in tried[:2]:
        heights = _Plane(_NORMALS[k], offset).heights_m(part.points_m)
        for edge in (float(heights.min()), float(heights.max())):
            if (room := _room(sample, k, offset + edge)) is not None:
                tried.append((room, k, offset + edge))
    return min(tried, key=lambda item: item[0])[1:] if tried else None


def _halves(part: _Part, plane: _Plane) -> list[_Part]:
    """Both sides of the plane."""
    above = plane.heights_m(part.points_m) > 0
    return [
        _Part.of(_clipped(part.soup, cut), part.points_m[side], part.depths_m[side])
        for cut, side in ((plane, above), (plane.turned(), ~above))
    ]


def _room(part: _Part, normal: int, offset_m: float) -> float | None:
    """The sum of the depths of those points that two halves' hulls hold, weighed; None where a half is empty."""
    plane = _Plane(_NORMALS[normal], offset_m)
    room = 0.0
    for cut in (plane, plane.turned()):
        soup = _clipped(part.soup, cut)
        if not len(soup.triangles):
            return None
        side = cut.heights_m(part.points_m) > 0
        hull, planes = _hull(soup.points_m, _ROUGH_CORNERS)
        inside = _within(part.points_m[side], hull, planes)
        room += float(part.depths_m[side][inside].sum()) * _reach_m(hull) ** _COMPACT
    return room


def _reach_m(points: Points) -> float:
    """The diagonal of the upright box of points (N, 3)."""
    return float(np.sqrt(((points.max(axis=0) - points.min(axis=0)) ** 2).sum()))


def _clipped(soup: _Soup, plane: _Plane) -> _Soup:
    """What of the triangles lies beyond the plane."""
    heights = plane.heights_m(soup.points_m)
    above = heights > 0
    count = above[soup.triangles].sum(axis=1)
    points, kept, total = [soup.points_m], [soup.triangles[count == 3]], len(soup.points_m)
    for number, alone in ((1, True), (2, False)):
        cut = soup.triangles[count == number]
        # The corner that is alone on its side comes first.
        first = np.argmax(above[cut] == alone, axis=1)
        a, b, c = np.take_along_axis(cut, (first[:, None] + np.arange(3)) % 3, axis=1).T
        ab, ac = total + np.arange(len(cut)), total + len(cut) + np.arange(len(cut))
        for end in (b, c):
            share = heights[a] / (heights[a] - heights[end])
            points.append(soup.points_m[a] + (soup.points_m[end] - soup.points_m[a]) * share[:, None])
        total += 2 * len(cut)
        kept += [np.column_stack(t) for t in ([(a, ab, ac)] if alone else [(ab, b, c), (ab, c, ac)])]
    return _Soup.of(np.concatenate(points), np.concatenate(kept))


def _hull(points: Points, most: int) -> tuple[Points, Points]:
    """The corners (N, 3) of the hull of points, as `_corners` has them, and its planes (M, 4)."""
    corners, hull = _corners(points, most)
    return corners, np.unique(np.round(hull.equations, 9), axis=0)


def _corners(points: Points, most: int) -> tuple[Points, ConvexHull]:
    """The corners (N, 3) of the hull of points, at most about `most`, and that hull; sheets are thickened."""
    if len(points) > most:
        points = points[np.unique(_furthest(points, _DIRECTIONS[most]))]
    hull = _solid(points)
    if hull is None:
        points = _thickened(points)
        hull = hull_of(points)
    return points[hull.vertices], hull


def _furthest(points: Points, directions: Points) -> NDArray[np.int64]:
    """Which of the points (N, 3) is furthest along each of the directions (M, 3), the first of several: (M,).

    Added up in the order of the axes, so that it is the same everywhere, and for as many directions at a time as a
    processor's own memory holds, which takes an eighth of the time of a whole table of products.
    """
    x, y, z = np.ascontiguousarray(points.T)
    step = max(1, _PRODUCTS // len(points))
    found = np.empty(len(directions), dtype=np.int64)
    for start in range(0, len(directions), step):
        along_x, along_y, along_z = directions[start : start + step].T[..., None]
        heights = along_x * x
        heights += along_y * y
        heights += along_z * z
        found[start : start + step] = heights.argmax(axis=1)
    return found


def _solid(points: Points) -> ConvexHull | None:
    """The hull of points; None where they are a sheet, a rod or a speck."""
    from scipy.spatial import QhullError  # slow to import, and needed where things are shaped only

    try:
        hull = hull_of(points)
    except (QhullError, ValueError):
        return None
    # Of a wide sheet the volume is half the area times the thickness.
    return None if hull.volume < hull.area / 2 * _SHEET_M / 2 else hull


def _thickened(points: Points) -> Points:
    """Points with copies on both sides of the sheet that they lie in; of a rod or a speck, on all sides."""
    centred = points - points.mean(axis=0)
    spreads, axes = np.linalg.eigh(product(centred.T, centred) / len(points))
    thin = axes[:, spreads <= max(float(spreads[0]), (_SHEET_M / 4) ** 2)]
    copies = [points]
    for axis in thin.T:
        copies = [part + sign * _SHEET_M / 2 * axis for part in copies for sign in (-1, 1)]
    return np.concatenate(copies)


def _within(points: Points, hull_m: Points, planes: Points) -> NDArray[np.bool_]:
    """Which of the points (N, 3) a hull holds."""
    x, y, z = points.T
    (x_low, y_low, z_low), (x_high, y_high, z_high) = hull_m.min(axis=0), hull_m.max(axis=0)
    in_box = (x >= x_low) & (x <= x_high) & (y >= y_low) & (y <= y_high) & (z >= z_low) & (z <= z_high)
    places = np.flatnonzero(in_box)
    left, start = np.ascontiguousarray(points[places].T), 0
    # Some planes at a time: most points lie beyond one of the first. Of few points all at once.
    while start < len(planes) and len(places):
        some = planes[start : start + max(_PLANES, _HEIGHTS // len(places))]
        beneath = (some[:, :3] @ left + some[:, 3, None]).max(axis=0) < -_ON_PLANE
        places, left, start = places[beneath], left[:, beneath], start + len(some)
    inside = np.zeros(len(points), dtype=np.bool_)
    inside[places] = True
    return inside

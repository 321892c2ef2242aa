"""Convex parts that stand for a mesh: it is cut by planes until no part's hull bridges room for other things.

Like CoACD (Wei et al., "Approximate convex decomposition for 3D meshes with collision-aware concavity and tree search",
2022) this goes by how deep other things could get into a part's hull. But it takes meshes as they are, torn and open
ones too, so that all corners of the parts lie on the mesh: CoACD first makes a torn mesh anew, 0.6 mm thicker for a
mug, and takes 86 s of CPU time for that mug.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from longtail.annotate.rounding import cos_sin, product
from longtail.scenes.physics.body import Points, Triangles
from longtail.scenes.physics.voids import voids_of

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
_DIGITS = 7
# Points on a plane of a hull are without, whatever the last digit of a product is.
_ON_PLANE = 1e-7


def convex_parts(vertices_m: Points, triangles: Triangles) -> tuple[Points, ...]:
    """The corners (N, 3) of each part: a pure function of the mesh."""
    voids = voids_of(vertices_m, triangles)
    good_m = _GOOD_VOXELS * voids.voxel_m
    deep = voids.depths_m > good_m
    parts = [_Part.of(_Soup.of(vertices_m, triangles), voids.points_m[deep], voids.depths_m[deep])]
    while len(parts) < _MOST_PARTS:
        worst = max(range(len(parts)), key=lambda k: parts[k].depth_m)
        halves = _halves(parts[worst]) if parts[worst].depth_m > 0 else []
        if not halves:
            break
        parts[worst : worst + 1] = halves
    return tuple(np.round(part.hull_m, _DIGITS) for part in parts)


class _Soup(NamedTuple):
    """Vertices (V, 3), each of them used, and triangles (F, 3)."""

    points_m: Points
    triangles: NDArray[np.int64]

    @classmethod
    def of(cls, points_m: Points, triangles: NDArray[np.int64] | Triangles) -> _Soup:
        used, numbers = np.unique(triangles, return_inverse=True)
        return cls(points_m[used], numbers.reshape(-1, 3))


class _Part(NamedTuple):
    """A piece of the mesh, the corners of its hull, and the empty points within that with their depths."""

    soup: _Soup
    hull_m: Points
    points_m: Points
    depths_m: Points

    @classmethod
    def of(cls, soup: _Soup, points_m: Points, depths_m: Points) -> _Part:
        hull, planes = _hull(soup.points_m, _CORNERS)
        inside = _within(points_m, hull, planes)
        return cls(soup, hull, points_m[inside], depths_m[inside])

    @property
    def depth_m(self) -> float:
        """How deep other things could get into the hull; 0 where that does not matter."""
        return float(self.depths_m.max()) if len(self.depths_m) else 0.0


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


def _halves(part: _Part) -> list[_Part]:
    """Both sides of the plane that leaves least room within two hulls; none where no plane cuts the part."""
    chosen = np.random.default_rng(0).permutation(len(part.points_m))[:_SAMPLE]
    sample = part._replace(points_m=part.points_m[chosen], depths_m=part.depths_m[chosen])
    deepest = part.points_m[np.argmax(part.depths_m)]
    through = [_Plane(normal, float(product(deepest[None], normal[:, None])[0, 0])) for normal in _NORMALS]
    tried = [(room, plane) for plane in through if (room := _room(sample, plane)) is not None]
    tried.sort(key=lambda item: item[0])
    for _, plane in tried[:2]:
        heights = plane.heights_m(part.points_m)
        for edge in (float(heights.min()), float(heights.max())):
            beside = _Plane(plane.normal, plane.offset_m + edge)
            if (room := _room(sample, beside)) is not None:
                tried.append((room, beside))
    if not tried:
        return []
    _, plane = min(tried, key=lambda item: item[0])
    above = plane.heights_m(part.points_m) > 0
    return [
        _Part.of(_clipped(part.soup, cut), part.points_m[side], part.depths_m[side])
        for cut, side in ((plane, above), (plane.turned(), ~above))
    ]


def _room(part: _Part, plane: _Plane) -> float | None:
    """The sum of the depths of those points that two halves' hulls hold, weighed; None where a half is empty."""
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
    """The corners (N, 3) of the hull of points, at most about `most`, and its planes (M, 4); sheets are thickened."""
    if len(points) > most:
        points = points[np.unique(np.argmax(product(points, _DIRECTIONS[most].T), axis=0))]
    if _flat(points):
        points = _thickened(points)
    hull = ConvexHull(points)
    return points[hull.vertices], np.unique(np.round(hull.equations, 9), axis=0)


def _flat(points: Points) -> bool:
    try:
        hull = ConvexHull(points)
    except (QhullError, ValueError):
        return True
    # Of a wide sheet the volume is half the area times the thickness.
    return bool(hull.volume < hull.area / 2 * _SHEET_M / 2)


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
    inside: NDArray[np.bool_] = ((points >= hull_m.min(axis=0)) & (points <= hull_m.max(axis=0))).all(axis=1)
    places = np.flatnonzero(inside)
    for start in range(0, len(places), 20_000):
        some = places[start : start + 20_000]
        inside[some] = (points[some] @ planes[:, :3].T + planes[:, 3] < -_ON_PLANE).all(axis=1)
    return inside

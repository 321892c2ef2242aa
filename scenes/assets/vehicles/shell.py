"""The skin of a vehicle: half a surface (y >= 0) that is cut along fields, painted, sunk and finally mirrored.

A field is a function of points (N, 3) that is negative inside a region. Cutting splits every triangle that the field's
zero line crosses, at shared edge points, so that windows, lamps and shut lines get clean edges on one smooth surface.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join

Points = NDArray[np.float64]
Field = Callable[[Points], Points]


class Shell:
    """A half surface under construction; only a recipe holds one."""

    def __init__(self, points_m: Points, triangles: NDArray[np.int64], material: Material) -> None:
        self.points = np.asarray(points_m, dtype=np.float64)
        self.triangles = np.asarray(triangles, dtype=np.int64)
        self.materials: list[Material] = [material]
        self.slots = np.zeros(len(self.triangles), dtype=np.int64)
        self.linings: list[Mesh] = []

    def slot(self, material: Material) -> int:
        if material not in self.materials:
            self.materials.append(material)
        return self.materials.index(material)

    def split(self, field: Field) -> Points:
        """Cuts triangles along the zero line; returns the field at all vertices, exactly 0 on the line."""
        value = field(self.points)
        faces = self.triangles
        sign = np.sign(value)
        mixed = (sign[faces].min(axis=1) < 0) & (sign[faces].max(axis=1) > 0)
        if not mixed.any():
            return value
        # A vertex that almost lies on the line is put on it: a sliver would have no usable normal.
        hit = faces[mixed]
        edges = np.concatenate([hit[:, [0, 1]], hit[:, [1, 2]], hit[:, [2, 0]]])
        edges = edges[sign[edges[:, 0]] * sign[edges[:, 1]] < 0]
        share = np.abs(value[edges[:, 0]]) / np.abs(value[edges[:, 0]] - value[edges[:, 1]])
        value[edges[share < 0.03, 0]] = 0.0
        value[edges[share > 0.97, 1]] = 0.0
        sign = np.sign(value)
        mixed = (sign[faces].min(axis=1) < 0) & (sign[faces].max(axis=1) > 0)
        hit, slots = faces[mixed], self.slots[mixed]
        # Turned so that the first corner is alone on its side, or, where a corner lies on the line, is that corner.
        s = sign[hit]
        on_line = (s == 0).any(axis=1)
        alone = np.where(on_line, (s == 0).argmax(axis=1), (s == -np.sign(s.sum(axis=1))[:, None]).argmax(axis=1))
        hit = hit[np.arange(len(hit))[:, None], (alone[:, None] + np.arange(3)) % 3]
        a, b, c = hit.T
        count = len(self.points)
        pairs = np.concatenate([hit[on_line][:, [1, 2]], hit[~on_line][:, [0, 1]], hit[~on_line][:, [0, 2]]])
        low, high = pairs.min(axis=1), pairs.max(axis=1)
        unique, inverse = np.unique(low * count + high, return_inverse=True)
        low, high = unique // count, unique % count
        t = (value[low] / (value[low] - value[high]))[:, None]
        self.points = np.concatenate([self.points, self.points[low] * (1 - t) + self.points[high] * t])
        new = count + inverse
        one, two = int(on_line.sum()), int((~on_line).sum())
        m = new[:one]
        a1, b1, c1 = a[on_line], b[on_line], c[on_line]
        p, q = new[one : one + two], new[one + two :]
        a2, b2, c2 = a[~on_line], b[~on_line], c[~on_line]
        made = [(a1, b1, m), (a1, m, c1), (a2, p, q), (p, b2, c2), (p, c2, q)]
        origin = [slots[on_line]] * 2 + [slots[~on_line]] * 3
        self.triangles = np.concatenate([faces[~mixed], *[np.stack(part, axis=1) for part in made]])
        self.slots = np.concatenate([self.slots[~mixed], *origin])
        return np.concatenate([value, np.zeros(len(unique))])

    def inside(self, value: Points) -> NDArray[np.bool_]:
        """Which triangles lie inside, given the vertex values that `split` returned."""
        inner: NDArray[np.bool_] = value[self.triangles].mean(axis=1) < 0
        return inner

    def paint(self, field: Field, material: Material, *, only: Sequence[Material] = ()) -> None:
        """Gives the inside of the field a material; `only` limits this to faces that wear one of these."""
        chosen = self.inside(self.split(field))
        if only:
            chosen &= np.isin(self.slots, [self.slot(one) for one in only])
        self.slots[chosen] = self.slot(material)

    def line(self, field: Field, width_m: float, material: Material, *, only: Sequence[Material] = ()) -> None:
        """Draws the field's zero line as a band of `width_m` outside of it."""
        self.split(field)
        self.split(lambda p: field(p) - width_m)
        value = field(self.points)[self.triangles]
        # A field bends inside of a triangle; the middle tells on which side of both lines the triangle lies.
        middle = field(self.points[self.triangles].mean(axis=1))
        chosen = (middle > 0) & (middle < width_m) & (value.max(axis=1) < 1.6 * width_m)
        if only:
            chosen &= np.isin(self.slots, [self.slot(one) for one in only])
        self.slots[chosen] = self.slot(material)

    def remove(self, field: Field) -> Points:
        """Cuts a hole; returns the points of its rim."""
        value = self.split(field)
        gone = self.inside(value)
        rim = np.intersect1d(self.triangles[gone], self.triangles[~gone])
        self.triangles, self.slots = self.triangles[~gone], self.slots[~gone]
        return np.asarray(self.points[rim])

    def normals(self) -> Points:
        """Unit normals at vertices (V, 3)."""
        corner = self.points[self.triangles]
        face = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        total = np.zeros_like(self.points)
        for axis in range(3):
            total[:, axis] = np.bincount(
                self.triangles.ravel(), np.repeat(face[:, axis], 3), minlength=len(self.points)
            )
        total[np.abs(self.points[:, 1]) < 1e-6, 1] = 0.0
        length = np.linalg.norm(total, axis=1, keepdims=True)
        return np.asarray(total / np.maximum(length, 1e-12))

    def sink(self, material: Material, depth_m: float, wall: Material, *, bed: Material | None = None) -> None:
        """Presses the faces of a material inwards and walls the step; with `bed`, a sunk copy in that material is
        put below instead and the faces stay as a cover."""
        chosen = self.slots == self.slot(material)
        faces = self.triangles[chosen]
        if not len(faces):
            return
        used = np.unique(faces)
        lower = self.points[used] - depth_m * self.normals()[used]
        start = len(self.points)
        lookup = np.zeros(start, dtype=np.int64)
        lookup[used] = start + np.arange(len(used))
        edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        keys = edges.min(axis=1) * start + edges.max(axis=1)
        _, first, times = np.unique(keys, return_index=True, return_counts=True)
        rim = edges[first[times == 1]]
        rim = rim[(np.abs(self.points[rim, 1]) > 1e-6).any(axis=1)]
        self.points = np.concatenate([self.points, lower])
        i, j = rim.T
        walls = np.concatenate([np.stack([i, j, lookup[j]], axis=1), np.stack([i, lookup[j], lookup[i]], axis=1)])
        if bed is None:
            self.triangles[chosen] = lookup[faces]
        else:
            self.triangles = np.concatenate([self.triangles, lookup[faces]])
            self.slots = np.concatenate([self.slots, np.full(len(faces), self.slot(bed))])
        self.triangles = np.concatenate([self.triangles, walls])
        self.slots = np.concatenate([self.slots, np.full(len(walls), self.slot(wall))])

    def line_with(self, field: Field, material: Material, lining: Material, depth_m: float = 0.025) -> None:
        """Adds an inner face behind the faces of `material` inside the field: the trim one sees through windows."""
        centre = self.points[self.triangles].mean(axis=1)
        chosen = (self.slots == self.slot(material)) & (field(centre) < 0)
        used, inverse = np.unique(self.triangles[chosen], return_inverse=True)
        inner = self.points[used] - depth_m * self.normals()[used]
        # Kept apart, so that later cuts leave it alone.
        left = Mesh.of(inner, inverse.reshape(-1, 3)[:, ::-1], lining, smooth=True)
        self.linings += [left, left.scaled(1, -1, 1)]

    def back(self, lamps: Sequence[Material], material: Material) -> None:
        """Puts a dark housing behind lamp faces, which would otherwise shine into the body and out of its windows."""
        for lamp in lamps:
            self.line_with(lambda p: np.full(len(p), -1.0), lamp, material, 0.006)

    def at(
        self, x_m: float | None = None, y_m: float | None = None, z_m: float | None = None, *, low: bool = False
    ) -> float:
        """The missing coordinate of the outermost surface point near two given ones (`low`: the lowest such)."""
        wanted = [x_m, y_m, z_m]
        known = [axis for axis in range(3) if wanted[axis] is not None]
        target = np.array([float(wanted[axis] or 0.0) for axis in known])
        missing = ({0, 1, 2} - set(known)).pop()
        used = np.unique(self.triangles)
        gap = np.linalg.norm(self.points[used][:, known] - target, axis=1)
        value = self.points[used, missing] * (-1 if low else 1)
        near = gap < max(0.06, float(gap.min()) + 0.02)
        return float((value[near] - 0.5 * gap[near]).max()) * (-1 if low else 1)

    def mesh(self) -> Mesh:
        """Both halves, welded in the middle."""
        used, inverse = np.unique(self.triangles, return_inverse=True)
        points, faces = self.points[used].copy(), inverse.reshape(-1, 3)
        middle = np.abs(points[:, 1]) < 1e-6
        points[middle, 1] = 0.0
        mirror = np.where(middle, np.arange(len(points)), len(points) + np.cumsum(~middle) - 1)
        both = np.concatenate([points, points[~middle] * (1, -1, 1)])
        triangles = np.concatenate([faces, mirror[faces][:, ::-1]])
        corner = both[triangles]
        area = np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1)
        keep = area > 1e-9
        skin = Mesh(
            both.astype(np.float32),
            triangles[keep].astype(np.int32),
            np.tile(self.slots, 2)[keep].astype(np.int32),
            tuple(self.materials),
            np.full(int(keep.sum()), True),
        )
        return join([skin, *self.linings])


def _distance(points: Points, outline: Points) -> Points:
    """Signed distance (N,) of points (N, 2) to a polygon, negative inside."""
    start, end = outline, np.roll(outline, -1, axis=0)
    edge = end - start
    to = points[:, None] - start
    t = np.clip((to * edge).sum(-1) / (edge**2).sum(-1), 0, 1)
    gap = np.linalg.norm(to - t[..., None] * edge, axis=2).min(axis=1)
    above = points[:, None, 1] >= start[:, 1]
    crosses = (above != (points[:, None, 1] >= end[:, 1])) & (
        (edge[:, 0] * to[..., 1] - edge[:, 1] * to[..., 0]) * np.sign(edge[:, 1]) > 0
    )
    return np.asarray(np.where(crosses.sum(axis=1) % 2 == 1, -gap, gap))


def outline(axes: tuple[int, int], corners: Sequence[tuple[float, float]], round_m: float = 0.0) -> Field:
    """The inside of a polygon in two of the axes, seen along the third, with rounded corners."""
    shape = shapely.Polygon(corners).buffer(-round_m, join_style="mitre") if round_m else shapely.Polygon(corners)
    ring = np.asarray(shapely.get_coordinates(shape.exterior))[:-1]
    low, high = ring.min(axis=0) - 0.25, ring.max(axis=0) + 0.25

    def field(points: Points) -> Points:
        flat = points[:, axes]
        near = ((flat > low) & (flat < high)).all(axis=1)
        value = np.full(len(points), 1.0)
        value[near] = _distance(flat[near], ring) - round_m
        return value

    return field


def side(corners: Sequence[tuple[float, float]], round_m: float = 0.0) -> Field:
    """A region on the flank, given in (x, z)."""
    return both(outline((0, 2), corners, round_m), lambda p: 0.3 - p[:, 1])


def front(corners: Sequence[tuple[float, float]], round_m: float = 0.0, beyond_m: float = 0.5) -> Field:
    """A region on the front, given in (y, z) with y >= 0, for x > beyond_m. Corners at y = 0 continue on the right."""
    return both(outline((1, 2), _across(corners), round_m), lambda p: beyond_m - p[:, 0])


def rear(corners: Sequence[tuple[float, float]], round_m: float = 0.0, beyond_m: float = -0.5) -> Field:
    """A region on the rear, given in (y, z) with y >= 0, for x < beyond_m. Corners at y = 0 continue on the right."""
    return both(outline((1, 2), _across(corners), round_m), lambda p: p[:, 0] - beyond_m)


def _across(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(y if y > 0 else -0.5, z) for y, z in corners]


def wheel_circle(x_m: float, z_m: float, radius_m: float, inner_m: float) -> Field:
    return both(lambda p: np.hypot(p[:, 0] - x_m, p[:, 2] - z_m) - radius_m, lambda p: inner_m - p[:, 1])


def both(*fields: Field) -> Field:
    """Where all fields are inside."""
    return lambda p: np.max([field(p) for field in fields], axis=0)

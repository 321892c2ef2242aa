"""The hall: floor with its lines, walls of sheet, a roof on trusses, columns, doors, roof windows, what is fitted.

The world's X runs along the aisles; the camera's aisle has its middle at y = 0, and its racks begin at x = 0.
Columns stand between racks that are back to back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from longtail.scenes.geometry.interior_materials import FloorPaint, FloorSlab, Glow
from longtail.scenes.geometry.materials import (
    Material,
    Principled,
    Rgb,
    srgb,
)
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, polygon, tube
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.fitments.fitment import Fitment
from longtail.scenes.scenarios.warehouse import openings
from longtail.scenes.scenarios.warehouse.openings import DOCK_M, STEEL, Opening
from longtail.scenes.scenarios.warehouse.trailers import trailer

PLINTH_M, TRUSS_M = 1.2, 6.0
PLINTH_FACE_M, SHEET_FACE_M = 0.06, 0.02
"""How far within the hall's border its plinth ends, and how far without it its sheets begin."""
_FOLD_M = 0.035
_SHEET = Principled((0.8, 0.8, 0.8), roughness=0.42, mottle=0.1, tinted=True)
_ROOF = Principled(srgb("#b9bcbd"), roughness=0.5, mottle=0.1)
_PLINTH = Principled(srgb("#9b9a94"), roughness=0.85, mottle=0.35)
_PAINTS: dict[str, Rgb] = {"yellow": srgb("#e0a80c"), "white": srgb("#d8d8d2"), "blue": srgb("#2f5f96")}
_RED_KCD_M2, _GREEN_KCD_M2 = (1.6, 0.06, 0.04), (0.06, 1.2, 0.3)
# Over the slab: a step that no picture shows.
_PAINT_M = 0.001


@dataclass(frozen=True)
class Marking:
    """A stroke of paint on the floor between two places, `width_m` wide; `hatched` is an area with slanted bars."""

    start_m: tuple[float, float]
    end_m: tuple[float, float]
    width_m: float
    paint: str = "yellow"
    hatched: bool = False


SLAB_REFLECTS = 0.34
"""Of the light, what a slab throws back whose colour is white."""


@dataclass(frozen=True)
class Hall:
    """What does not move.

    Attributes:
        low_m, high_m: its corners in X and Y, the floor at z = 0
        height_m: to the roof's sheets
        wall_rgb, door_rgb, floor_rgb: linear reflectances
        joint_m, shine, wear: of the slab, see `FloorSlab`
        columns_m: the middles of columns of 0.35 m
        openings: behind those that are open there is a trailer
        roof_windows_m: (x, y) of their middles, each 1.2 m along Y and 2.4 m along X
        fitments: what stands along its walls and hangs on them; their walls are 0 for the racks' far end, 1 for the
            one at the highest Y, 2 for that at the racks' start, 3 for that at the lowest Y
    """

    low_m: tuple[float, float]
    high_m: tuple[float, float]
    height_m: float
    wall_rgb: Rgb
    door_rgb: Rgb
    floor_rgb: Rgb
    joint_m: float
    shine: float
    wear: float
    columns_m: tuple[tuple[float, float], ...] = ()
    openings: tuple[Opening, ...] = ()
    markings: tuple[Marking, ...] = ()
    roof_windows_m: tuple[tuple[float, float], ...] = ()
    fitments: tuple[Fitment, ...] = ()

    @property
    def size_m(self) -> tuple[float, float]:
        return self.high_m[0] - self.low_m[0], self.high_m[1] - self.low_m[1]

    @property
    def reflectance(self) -> float:
        """The mean of floor, walls and roof, with racks and their loads as walls of cardboard."""
        red, green, blue = self.floor_rgb
        return 0.3 * SLAB_REFLECTS * (0.2126 * red + 0.7152 * green + 0.0722 * blue) + 0.45 * 0.3 + 0.25 * 0.4

    def surfaces(self, sky_rgb: Rgb) -> tuple[Surface, ...]:
        """Its pieces; `sky_rgb` is the luminance of what one sees through its roof windows, in kcd/m2."""
        (x0, y0), (x1, y1) = self.low_m, self.high_m
        floor = polygon(
            shapely.box(x0, y0, x1, y1), 0.0, FloorSlab(joint_m=self.joint_m, shine=self.shine, wear=self.wear)
        )
        panes = [self._roof_window(x, y) for x, y in self.roof_windows_m]
        columns = [_column(self.height_m).moved(x, y) for x, y in self.columns_m]
        return (
            Surface("floor", "floor", floor, self.floor_rgb),
            Surface("roof", "ceiling", self._roof()),
            Surface("trusses", "ceiling", self._trusses()),
            *(Surface(f"wall {k}", "wall", mesh, self.wall_rgb) for k, mesh in enumerate(self._walls())),
            Surface("plinth", "wall", self._plinth()),
            *self._painted(),
            *([Surface("columns", "column", join(columns))] if columns else ()),
            *self._doors(),
            *self._trailers(),
            *([Surface("roof windows", "window", join(panes), sky_rgb)] if panes else ()),
            *self._fitted(),
        )

    def _painted(self) -> Iterator[Surface]:
        """The lines on the floor, of each paint in one piece."""
        for colour, rgb in _PAINTS.items():
            strokes = [mark for mark in self.markings if mark.paint == colour]
            if strokes:
                drawn = shapely.union_all([_stroke(mark) for mark in strokes])
                paint = FloorPaint(rgb, self.wear)
                yield Surface(f"{colour} lines", "floor marking", polygon(drawn, _PAINT_M, paint), painted_on="floor")

    def _doors(self) -> Iterator[Surface]:
        """Doors with their frames, and the lights beside docks: green where a trailer may be entered."""
        x0, x1 = self.low_m[0], self.high_m[0]
        for name, dock in (("dock doors", True), ("doors", False)):
            doors = [opening for opening in self.openings if opening.dock is dock]
            if doors:
                meshes = (openings.door(one, x0, x1, self.height_m) for one in doors)
                yield Surface(name, "door", join(meshes), self.door_rgb)
        for name, is_open, rgb in (("red lights", False, _RED_KCD_M2), ("green lights", True, _GREEN_KCD_M2)):
            shining = [one for one in self.openings if one.dock and one.is_open is is_open]
            if shining:
                yield Surface(name, "door", join(openings.signal(one, x0, x1) for one in shining), rgb)

    def _trailers(self) -> Iterator[Surface]:
        """What stands behind open docks, seen from within."""
        behind = [trailer(one, self.high_m[0]) for one in self.openings if one.is_open]
        if behind:
            yield Surface("trailers", "wall", join(walls for walls, _ in behind))
            yield Surface("trailers' floors", "floor", join(floors for _, floors in behind))

    def _fitted(self) -> Iterator[Surface]:
        """All of a category in one mesh: stuff is not told apart, and fifty things more would be handed over."""
        fitted: dict[str, list[Surface]] = {}
        for number, one in enumerate(self.fitments):
            for piece in one.surfaces(number):
                fitted.setdefault(piece.category, []).append(piece)
        for category, pieces in fitted.items():
            yield Surface(f"fitted {category}", category, join(piece.mesh for piece in pieces))

    def _roof(self) -> Mesh:
        """Trapezoidal sheets, seen from below; their folds run along Y."""
        x0, x1 = self.low_m[0] - 0.2, self.high_m[0] + 0.2
        folds = _folds(x0, x1, 0.25)
        line = np.array([(x, self.height_m + z) for x, z in folds])
        near = np.column_stack([line[:, 0], np.full(len(line), self.low_m[1] - 0.2), line[:, 1]])
        far = near + (0.0, self.size_m[1] + 0.4, 0.0)
        return _band(near, far, _ROOF)

    def _trusses(self) -> Mesh:
        (x0, y0), (x1, y1) = self.low_m, self.high_m
        z, made = self.height_m - 0.06, []
        middle, wide = (y0 + y1) / 2, y1 - y0
        for x in np.arange(x0 + TRUSS_M / 2, x1, TRUSS_M):
            made.append(box((0.16, wide, 0.02), STEEL, (x, middle, z)))
            made.append(box((0.16, wide, 0.02), STEEL, (x, middle, z - 0.7)))
            steps = np.linspace(y0, y1, max(int(wide / 1.2), 2) + 1)
            for k, (a, b) in enumerate(pairwise(steps)):
                ends = ((a, z), (b, z - 0.7)) if k % 2 else ((a, z - 0.7), (b, z))
                made.append(tube([(x, *ends[0]), (x, *ends[1])], 0.03, STEEL, sides=4))
        for y in np.arange(y0 + 1.0, y1, 2.4):
            made.append(box((x1 - x0, 0.06, 0.12), STEEL, ((x0 + x1) / 2, y, self.height_m - 0.02)))
        pipes = [
            tube([(x0, y, z - 0.35), (x1, y, z - 0.35)], 0.05, Principled(srgb("#9c2d22"), roughness=0.45), sides=8)
            for y in (middle - 3.1, middle + 3.4)
        ]
        return join([*made, *pipes])

    def _walls(self) -> list[Mesh]:
        """Sheets with upright folds over a plinth of concrete, and over the docks that are open."""
        (x0, y0), (x1, y1) = self.low_m, self.high_m
        corners = ((x1, y0, x1, y1), (x1, y1, x0, y1), (x0, y1, x0, y0), (x0, y0, x1, y0))
        holes = [(low - y0, high - y0) for low, high in self._holes()]
        return [_wall(*ends, self.height_m + 0.2, holes if k == 0 else []) for k, ends in enumerate(corners)]

    def _holes(self) -> list[tuple[float, float]]:
        """What open docks take of the wall at the racks' far end, along Y."""
        half = DOCK_M[0] / 2
        return sorted((one.y_m - half, one.y_m + half) for one in self.openings if one.is_open)

    def _plinth(self) -> Mesh:
        (x0, y0), (x1, y1) = self.low_m, self.high_m
        thick, z = 2 * PLINTH_FACE_M, PLINTH_M / 2
        sides = [box((x1 - x0, thick, PLINTH_M), _PLINTH, ((x0 + x1) / 2, y, z)) for y in (y0, y1)]
        near = box((thick, y1 - y0, PLINTH_M), _PLINTH, (x0, (y0 + y1) / 2, z))
        edges = [y0, *(edge for hole in self._holes() for edge in hole), y1]
        far = [
            box((thick, end - start, PLINTH_M), _PLINTH, (x1, (start + end) / 2, z))
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]
        return join([*sides, near, *far])

    def _roof_window(self, x: float, y: float) -> Mesh:
        z = self.height_m - 0.1
        pane = box((2.4, 1.2, 0.002), Glow(), (x, y, z - 0.001))
        rim = [box((2.5, 0.05, 0.16), _ROOF, (x, y + s * 0.625, z + 0.03)) for s in (-1, 1)]
        rim += [box((0.05, 1.2, 0.16), _ROOF, (x + s * 1.225, y, z + 0.03)) for s in (-1, 1)]
        return join([pane, *rim])


def _wall(x0: float, y0: float, x1: float, y1: float, top_m: float, holes: Sequence[tuple[float, float]]) -> Mesh:
    """A hall's wall with the hall to its left; over `holes`, (start, end) along it, it begins at a dock's height."""
    length = float(np.hypot(x1 - x0, y1 - y0))
    ahead = np.array([(x1 - x0) / length, (y1 - y0) / length])
    out = np.array([ahead[1], -ahead[0]])
    line = np.array(_folds(-0.2, length + 0.2, 0.3))
    edges = [line[0, 0], *(edge for hole in holes for edge in hole), line[-1, 0]]
    bands = []
    for number, (start, end) in enumerate(pairwise(edges)):
        within = line[(line[:, 0] > start) & (line[:, 0] < end), 0]
        along = np.array([start, *within, end])
        depth = SHEET_FACE_M + np.interp(along, line[:, 0], line[:, 1])
        flat = np.array([x0, y0]) + along[:, None] * ahead + depth[:, None] * out
        foot = DOCK_M[1] if number % 2 else PLINTH_M
        low = np.column_stack([flat, np.full(len(flat), foot)])
        bands.append(_band(low, low + (0, 0, top_m - foot), _SHEET))
    return join(bands)


def _folds(start: float, end: float, pitch: float) -> list[tuple[float, float]]:
    """The profile of a trapezoidal sheet: (along, depth)."""
    line: list[tuple[float, float]] = []
    at = start
    while at < end:
        line += [(at, 0.0), (at + 0.45 * pitch, 0.0), (at + 0.58 * pitch, _FOLD_M), (at + 0.87 * pitch, _FOLD_M)]
        at += pitch
    return [*line, (at, 0.0)]


def _band(upper: np.ndarray, lower: np.ndarray, material: Material) -> Mesh:  # type: ignore[type-arg]
    """A strip between two lines (N, 3)."""
    count = len(upper)
    a = np.arange(count - 1)
    faces = np.concatenate([np.stack([a, a + count, a + count + 1], 1), np.stack([a, a + count + 1, a + 1], 1)])
    return Mesh.of(np.concatenate([upper, lower]), faces, material)


def _stroke(mark: Marking) -> shapely.Geometry:
    line = shapely.LineString([mark.start_m, mark.end_m])
    whole = line.buffer(mark.width_m / 2, cap_style="flat")
    if not mark.hatched:
        return whole
    x0, y0, x1, y1 = whole.bounds
    bars = [
        shapely.LineString([(x, y0 - 1), (x + (y1 - y0) + 2, y1 + 1)]).buffer(0.06, cap_style="flat")
        for x in np.arange(x0 - (y1 - y0) - 2, x1, 0.45)
    ]
    rim = whole.boundary.buffer(0.05)
    return shapely.union_all([shapely.union_all(bars).intersection(whole), rim])


def _column(height_m: float) -> Mesh:
    """Concrete, with its foot in yellow and black, as trucks respect it."""
    parts = [
        box(
            (0.35, 0.35, height_m),
            Principled(srgb("#a9a8a2"), roughness=0.8, mottle=0.25),
            (0, 0, height_m / 2),
            bevel_m=0.02,
        )
    ]
    for k in range(8):
        rgb = srgb("#e0a80c") if k % 2 == 0 else srgb("#1a1a1b")
        parts.append(
            box((0.354, 0.354, 0.2), Principled(rgb, roughness=0.45, mottle=0.35), (0, 0, 0.1 + 0.2 * k), bevel_m=0.02)
        )
    return join(parts)

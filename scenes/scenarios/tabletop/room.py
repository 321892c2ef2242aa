"""The room: four walls, a window in one of them, a door, and what they are made of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import shapely

from longtail.scenes.geometry.interior_materials import Carpet, Outlook, Tiles, Timber, WallPaint
from longtail.scenes.geometry.materials import CHROME, Material, Principled, Rgb, Stone
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, polygon
from longtail.scenes.geometry.surface import Surface

Floor = Literal["parquet", "tiles", "carpet", "concrete"]

WALLS = 4
"""Walls are numbered from the one beyond +X counter-clockwise."""
_REVEAL_M = 0.14
_FRAME_M = 0.055
_SKIRTING_M = (0.08, 0.014)
DOOR_M = (0.86, 2.02)
"""Width and height of the door's leaf."""
_JOINERY = Principled((0.74, 0.73, 0.7), roughness=0.35, coat=0.2)
_PARQUET = Timber((0.47, 0.29, 0.15), (0.26, 0.14, 0.06), board_m=0.09, length_m=0.62, finish="satin")


@dataclass(frozen=True)
class Window:
    """A window: the number of its wall, where its middle is along it from the wall's own middle, and its size."""

    wall: int
    along_m: float
    sill_m: float
    width_m: float
    height_m: float


@dataclass(frozen=True)
class Room:
    """A rectangular room, floor at z = 0. `low_m` and `high_m` are its corners in X and Y.

    `wall_rgb` and `floor_rgb` are linear reflectances; `door_wall` the wall that has the door.
    """

    low_m: tuple[float, float]
    high_m: tuple[float, float]
    height_m: float
    floor: Floor
    wall_rgb: Rgb
    floor_rgb: Rgb
    window: Window
    door_wall: int
    floor_reflects: float = 0.3

    @property
    def reflectance(self) -> float:
        """The mean over all of its surfaces; the window throws nothing back."""
        (length, width), height = self.size_m, self.height_m
        red, green, blue = self.wall_rgb
        walls = 2 * (length + width) * height
        pane = self.window.width_m * self.window.height_m
        light = (walls - pane) * (0.2126 * red + 0.7152 * green + 0.0722 * blue) + pane * 0.05
        level = length * width
        return (light + level * (0.84 + self.floor_reflects)) / (walls + 2 * level)

    @property
    def middle_m(self) -> tuple[float, float]:
        return (self.low_m[0] + self.high_m[0]) / 2, (self.low_m[1] + self.high_m[1]) / 2

    @property
    def size_m(self) -> tuple[float, float]:
        return self.high_m[0] - self.low_m[0], self.high_m[1] - self.low_m[1]

    def wall_length_m(self, wall: int) -> float:
        return self.size_m[1 - wall % 2]

    def frame(self, wall: int) -> np.ndarray:  # type: ignore[type-arg]
        """world_from_wall (4, 4): X along the wall with the room to its left, Y out of the room, Z up; its middle at 0.

        Seen from inside, X points to the right.
        """
        out = ((1, 0), (0, 1), (-1, 0), (0, -1))[wall]
        x = self.middle_m[0] + out[0] * self.size_m[0] / 2
        y = self.middle_m[1] + out[1] * self.size_m[1] / 2
        matrix = np.eye(4)
        matrix[:2, 0] = out[1], -out[0]
        matrix[:2, 1] = out
        matrix[:2, 3] = x, y
        return matrix

    def surfaces(self, outlook_rgb: Rgb) -> tuple[Surface, ...]:
        """The room's pieces; `outlook_rgb` is the luminance of what one sees through the window, in kcd/m2."""
        (x0, y0), (x1, y1) = self.low_m, self.high_m
        ground = shapely.box(x0, y0, x1, y1)
        above = polygon(ground, self.height_m, WallPaint())
        window = self.window
        place = partial(_placed, matrix=self.frame(window.wall))
        return (
            Surface("floor", "floor", polygon(ground, 0.0, _floor(self.floor)), self.floor_rgb),
            Surface("ceiling", "ceiling", _flipped(above), (0.84, 0.84, 0.83)),
            *(Surface(f"wall {wall}", "wall", self._wall(wall), self.wall_rgb) for wall in range(WALLS)),
            Surface("skirting", "wall", join(self._skirting(wall) for wall in range(WALLS)), (1.0, 1.0, 1.0)),
            Surface("window frame", "window", place(_frame(window)), (1.0, 1.0, 1.0)),
            Surface("window pane", "window", place(_pane(window)), outlook_rgb),
            Surface("door", "door", _placed(_door(), self.frame(self.door_wall)), (1.0, 1.0, 1.0)),
        )

    def _wall(self, wall: int) -> Mesh:
        half = self.wall_length_m(wall) / 2
        shape = shapely.box(-half, 0, half, self.height_m)
        if wall == self.window.wall:
            shape = shape.difference(_opening(self.window))
        return _placed(_upright(polygon(shape, 0.0, WallPaint())), self.frame(wall))

    def _skirting(self, wall: int) -> Mesh:
        height, depth = _SKIRTING_M
        half = self.wall_length_m(wall) / 2
        spans = [(-half, half)]
        if wall == self.door_wall:
            edge = DOOR_M[0] / 2 + 0.07
            spans = [(-half, -edge), (edge, half)]
        parts = [
            box((b - a, depth, height), _JOINERY, ((a + b) / 2, -depth / 2, height / 2), bevel_m=0.004)
            for a, b in spans
            if b - a > 0.05
        ]
        return _placed(join(parts), self.frame(wall))


def _opening(window: Window) -> shapely.Polygon:
    half = window.width_m / 2
    return shapely.box(window.along_m - half, window.sill_m, window.along_m + half, window.sill_m + window.height_m)


def _upright(flat: Mesh) -> Mesh:
    """A polygon of the X-Y plane, facing up, as one of the wall's X-Z plane that faces the room."""
    turn = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
    return flat.transformed(turn)


def _flipped(mesh: Mesh) -> Mesh:
    return Mesh(
        mesh.vertices_m,
        mesh.triangles[:, ::-1],
        mesh.slots,
        mesh.materials,
        mesh.smooth,
        None if mesh.uv is None else mesh.uv[:, ::-1],
    )


def _placed(mesh: Mesh, matrix: np.ndarray) -> Mesh:  # type: ignore[type-arg]
    return mesh.transformed(matrix)


def _floor(kind: Floor) -> Material:
    return {"parquet": _PARQUET, "tiles": Tiles(0.45), "carpet": Carpet(), "concrete": Stone(tinted=True)}[kind]


def _frame(window: Window) -> Mesh:
    """Sill, reveal, frame and mullion in the wall's own frame."""
    x, z, width, height = window.along_m, window.sill_m, window.width_m, window.height_m
    paint = Principled((0.75, 0.75, 0.73), roughness=0.6)
    thin = 0.01
    reveal = [
        box((thin, _REVEAL_M, height), paint, (x - width / 2 - thin / 2, _REVEAL_M / 2, z + height / 2)),
        box((thin, _REVEAL_M, height), paint, (x + width / 2 + thin / 2, _REVEAL_M / 2, z + height / 2)),
        box((width + 2 * thin, _REVEAL_M, thin), paint, (x, _REVEAL_M / 2, z + height + thin / 2)),
    ]
    sill = box((width + 0.1, _REVEAL_M + 0.06, 0.025), _JOINERY, (x, _REVEAL_M / 2 - 0.03, z - 0.0125), bevel_m=0.004)
    bar, deep, at = _FRAME_M, 0.06, _REVEAL_M - 0.04
    bars = [
        box((bar, deep, height), _JOINERY, (x - width / 2 + bar / 2, at, z + height / 2), bevel_m=0.004),
        box((bar, deep, height), _JOINERY, (x + width / 2 - bar / 2, at, z + height / 2), bevel_m=0.004),
        box((width - 2 * bar, deep, bar), _JOINERY, (x, at, z + bar / 2), bevel_m=0.004),
        box((width - 2 * bar, deep, bar), _JOINERY, (x, at, z + height - bar / 2), bevel_m=0.004),
    ]
    if width > 1.0:
        bars.append(box((1.6 * bar, deep, height - 2 * bar), _JOINERY, (x, at, z + height / 2), bevel_m=0.004))
    handle = box((0.018, 0.03, 0.11), CHROME, (x + 0.02, at - deep / 2 - 0.02, z + height / 2), bevel_m=0.005)
    return join([*reveal, sill, *bars, handle])


def _pane(window: Window) -> Mesh:
    half = window.width_m / 2
    flat = polygon(shapely.box(-half, 0, half, window.height_m), 0.0, Outlook())
    assert flat.uv is not None
    share = (flat.uv + np.array([half, 0.0], np.float32)) / np.array([window.width_m, window.height_m], np.float32)
    shown = Mesh(flat.vertices_m, flat.triangles, flat.slots, flat.materials, flat.smooth, share.astype(np.float32))
    return _upright(shown).moved(window.along_m, _REVEAL_M - 0.005, window.sill_m)


def _door() -> Mesh:
    """A flush leaf with its frame and handle, before the wall."""
    width, height = DOOR_M
    parts = [
        box((width, 0.03, height), _JOINERY, (0, -0.005, height / 2), bevel_m=0.003),
        box((0.07, 0.04, height + 0.07), _JOINERY, (-width / 2 - 0.035, -0.015, (height + 0.07) / 2), bevel_m=0.004),
        box((0.07, 0.04, height + 0.07), _JOINERY, (width / 2 + 0.035, -0.015, (height + 0.07) / 2), bevel_m=0.004),
        box((width + 0.14, 0.04, 0.07), _JOINERY, (0, -0.015, height + 0.035), bevel_m=0.004),
        box((0.045, 0.012, 0.2), CHROME, (width / 2 - 0.07, -0.025, 1.03), bevel_m=0.003),
        box((0.13, 0.018, 0.02), CHROME, (width / 2 - 0.12, -0.06, 1.06), bevel_m=0.008),
    ]
    return join(parts)


def wall_towards(room: Room, from_m: tuple[float, float], heading_rad: float) -> tuple[int, float]:
    """(wall, along_m): which wall a level ray meets, and how far from the wall's middle."""
    cos, sin = math.cos(heading_rad), math.sin(heading_rad)
    best: tuple[float, int, float] | None = None
    for wall in range(WALLS):
        frame = room.frame(wall)
        out, along = frame[:2, 1], frame[:2, 0]
        towards = float(out[0] * cos + out[1] * sin)
        if towards < 1e-9:
            continue
        gap = float((frame[0, 3] - from_m[0]) * out[0] + (frame[1, 3] - from_m[1]) * out[1])
        way = gap / towards
        x, y = from_m[0] + way * cos - frame[0, 3], from_m[1] + way * sin - frame[1, 3]
        if best is None or way < best[0]:
            best = way, wall, float(x * along[0] + y * along[1])
    assert best is not None
    return best[1], best[2]

"""What the things lie on: a table, a bin on a table, a shelf. Meshes for the eye, convex solids for physics."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
import shapely

from longtail.scenes.geometry.interior_materials import TIMBERS, Finish, Granite, Marble, Timber, Woven
from longtail.scenes.geometry.materials import Material, Principled, Rgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, prism
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.physics.body import Shape, Support
from longtail.scenes.physics.body import box as solid

Kind = Literal["table", "bin", "shelf"]
Stuff = Literal["wood", "stone", "plastic", "cloth", "steel"]

_TOP_M = 0.028
_LEG_M = 0.055
# A Euro container of 600 x 400 mm (DIN EN 13199), 220 mm high.
BIN_M = (0.6, 0.4, 0.22)
_BIN_WALL_M = 0.006
_BOARD_M = 0.022
_CLOTH_M = 0.0012

_FRICTION: dict[Stuff, float] = {"wood": 0.5, "stone": 0.45, "plastic": 0.4, "cloth": 0.6, "steel": 0.4}


@dataclass(frozen=True)
class Furniture:
    """What the things lie on.

    Attributes:
        size_m: (length X, width Y, height Z of the surface that they lie on)
        stuff: what its top is made of, and of `variant` (a timber, a stone, a weave) and `finish`
        rgb: colour of plastic or cloth, linear
        clear_m: of a shelf, from board to board
        bin_rgb: colour of the bin, linear
    """

    kind: Kind
    size_m: tuple[float, float, float]
    stuff: Stuff
    variant: str
    finish: Finish
    rgb: Rgb
    clear_m: float = 0.4
    bin_rgb: Rgb = (1.0, 1.0, 1.0)

    @property
    def top_m(self) -> float:
        """Height of the surface that the things lie on."""
        return self.size_m[2] + {"table": 0.0, "bin": _BIN_WALL_M, "shelf": 0.0}[self.kind]

    @property
    def area_m(self) -> tuple[float, float]:
        """(length X, width Y) of the surface, about the origin."""
        if self.kind == "bin":
            return BIN_M[0] - 2 * _BIN_WALL_M, BIN_M[1] - 2 * _BIN_WALL_M
        return self.size_m[0], self.size_m[1]

    def supports(self) -> tuple[Support, ...]:
        """What carries the things and what they lean on; no board that is above them. The same ones each time."""
        return _supports(self)

    def surfaces(self) -> tuple[Surface, ...]:
        """Its pieces in world metres."""
        if self.kind == "shelf":
            return (Surface("shelf", "shelf", _shelf(self), self.rgb),)
        # Were the cloth's upper side that of the wood, too, each would shade the other.
        under = _CLOTH_M if self.kind == "table" and self.stuff == "cloth" else 0.0
        pieces = [Surface("table", "table", _table(self, under), self.rgb)]
        if self.kind == "bin":
            grey = Principled((1.0, 1.0, 1.0), roughness=0.42, tinted=True)
            boxes = [box(size, grey, centre, bevel_m=0.0015) for size, centre in _bin_boxes(self.size_m[2])]
            pieces.append(Surface("bin", "bin", join([*boxes, *_bin_trim(self.size_m[2], grey)]), self.bin_rgb))
        elif self.stuff == "cloth":
            pieces.append(Surface("tablecloth", "table", _cloth(self), self.rgb))
        return tuple(pieces)


@lru_cache(maxsize=16)
def _supports(item: Furniture) -> tuple[Support, ...]:
    friction = _FRICTION[item.stuff]
    length, width, height = item.size_m
    parts: list[Shape] = [solid((length, width, 0.1), (0, 0, height - 0.05))]
    if item.kind == "bin":
        parts = [solid(size, centre) for size, centre in (*_bin_boxes(height), *_rim_boxes(height))]
        friction = _FRICTION["plastic"]
    elif item.kind == "shelf":
        parts += [solid(size, centre) for size, centre in _shelf_walls(item)]
    return tuple(Support(part, friction) for part in parts)


def top_material(item: Furniture) -> Material:
    """What the surface is made of."""
    if item.stuff == "wood" or item.stuff == "cloth":
        light, dark = TIMBERS[item.variant if item.variant in TIMBERS else "oak"]
        return Timber(light, dark, finish=item.finish)
    if item.stuff == "stone":
        return Granite(finish=item.finish) if item.variant == "granite" else Marble(finish=item.finish)
    if item.stuff == "steel":
        return Principled((0.58, 0.57, 0.55), roughness=0.12 if item.finish == "polished" else 0.28, metallic=1.0)
    rough = {"oiled": 0.55, "satin": 0.35, "polished": 0.12}[item.finish]
    return Principled((1.0, 1.0, 1.0), roughness=rough, coat=0.3 if item.finish == "polished" else 0.0, tinted=True)


def _table(item: Furniture, lower_m: float) -> Mesh:
    """A top with its edge rounded, an apron and four legs; tables of stone, steel and plastic stand on steel."""
    length, width, height = item.size_m
    height -= lower_m
    top = top_material(item)
    under, leg = _beneath(top)
    parts = [box((length, width, _TOP_M), top, (0, 0, height - _TOP_M / 2), bevel_m=0.003)]
    x, y = length / 2 - 0.07, width / 2 - 0.07
    leg_height = height - _TOP_M
    for sx in (-1, 1):
        for sy in (-1, 1):
            parts.append(box((_LEG_M, _LEG_M, leg_height), leg, (sx * x, sy * y, leg_height / 2), bevel_m=0.003))
    for sy in (-1, 1):
        parts.append(box((2 * x - _LEG_M, 0.02, 0.07), under, (0, sy * y, leg_height - 0.035)))
    for sx in (-1, 1):
        parts.append(box((0.02, 2 * y - _LEG_M, 0.07), under, (sx * x, 0, leg_height - 0.035)))
    return join(parts)


def _beneath(top: Material) -> tuple[Material, Material]:
    """What the apron and the legs are of: the top's own wood, whose grain runs along them, or dark steel."""
    if isinstance(top, Timber):
        return top, replace(top, upright=True)
    steel = Principled((0.045, 0.045, 0.047), roughness=0.4, metallic=0.6)
    return steel, steel


def _bin_boxes(height_m: float) -> list[tuple[tuple[float, float, float], tuple[float, float, float]]]:
    """(size, centre) of the floor and the walls of a bin that stands on the table."""
    length, width, depth = BIN_M
    t = _BIN_WALL_M
    middle = height_m + depth / 2
    return [
        ((length, width, t), (0, 0, height_m + t / 2)),
        ((t, width, depth), (-length / 2 + t / 2, 0, middle)),
        ((t, width, depth), (length / 2 - t / 2, 0, middle)),
        ((length - 2 * t, t, depth), (0, -width / 2 + t / 2, middle)),
        ((length - 2 * t, t, depth), (0, width / 2 - t / 2, middle)),
    ]


def _rim_boxes(height_m: float) -> list[tuple[tuple[float, float, float], tuple[float, float, float]]]:
    """(size, centre) of the collar around a bin's mouth, on which what sticks out may lie."""
    length, width, depth = BIN_M
    z = height_m + depth - 0.012
    out = 0.01
    return [
        *(((length + 2 * out, out, 0.024), (0.0, sign * (width / 2 + out / 2), z)) for sign in (-1, 1)),
        *(((out, width, 0.024), (sign * (length / 2 + out / 2), 0.0, z)) for sign in (-1, 1)),
    ]


def _bin_trim(height_m: float, material: Material) -> list[Mesh]:
    """The collar around its mouth, and ribs on its sides: outside, where nothing touches them."""
    _, width, depth = BIN_M
    rim = [box(size, material, centre, bevel_m=0.003) for size, centre in _rim_boxes(height_m)]
    ribs = [
        box((0.004, 0.008, depth - 0.03), material, (x, sign * (width / 2 + 0.004), height_m + depth / 2))
        for x in (-0.2, -0.1, 0.0, 0.1, 0.2)
        for sign in (-1, 1)
    ]
    return rim + ribs


def _shelf_walls(item: Furniture) -> list[tuple[tuple[float, float, float], tuple[float, float, float]]]:
    """(size, centre) of the sides and the back beside the board."""
    length, width, height = item.size_m
    middle = height + item.clear_m / 2
    return [
        ((_BOARD_M, width, item.clear_m), (-length / 2 - _BOARD_M / 2, 0, middle)),
        ((_BOARD_M, width, item.clear_m), (length / 2 + _BOARD_M / 2, 0, middle)),
        ((length + 2 * _BOARD_M, 0.008, item.clear_m), (0, width / 2 + 0.004, middle)),
    ]


def _shelf(item: Furniture) -> Mesh:
    """A bookcase whose middle board carries the things; its front looks along -Y."""
    length, width, height = item.size_m
    material = top_material(item)
    upright = replace(material, upright=True) if isinstance(material, Timber) else material
    tall = height + 2 * item.clear_m + 3 * _BOARD_M
    parts = [
        box((_BOARD_M, width, tall), upright, (sx * (length / 2 + _BOARD_M / 2), 0, tall / 2), bevel_m=0.001)
        for sx in (-1, 1)
    ]
    parts.append(box((length + 2 * _BOARD_M, 0.008, tall), material, (0, width / 2 + 0.004, tall / 2)))
    step = item.clear_m + _BOARD_M
    level = height
    while level > 0.05:
        parts.append(box((length, width, _BOARD_M), material, (0, 0, level - _BOARD_M / 2), bevel_m=0.001))
        level -= step
    for up in (1, 2):
        parts.append(box((length, width, _BOARD_M), material, (0, 0, height + up * step - _BOARD_M / 2), bevel_m=0.001))
    return join(parts)


def _cloth(item: Furniture) -> Mesh:
    """A sheet over the top that hangs down all around, in folds that grow towards its hem."""
    length, width, height = item.size_m
    weave = Woven(item.variant if item.variant in ("stripes", "check") else "plain")  # type: ignore[arg-type]
    outline = shapely.box(-length / 2 - 0.002, -width / 2 - 0.002, length / 2 + 0.002, width / 2 + 0.002)
    outline = outline.buffer(0.012, quad_segs=4)
    sheet = prism(outline, height - 0.004, height, weave, floor=False)
    ring = shapely.get_coordinates(shapely.segmentize(outline.exterior, 0.02))[::-1]
    steps = np.linalg.norm(np.diff(ring, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    rows = []
    for share in np.linspace(0, 1, 7):
        fold = 0.012 * share * (np.sin(along * 2 * np.pi / 0.17) + 0.5 * np.sin(along * 2 * np.pi / 0.27 + 1.3))
        outward = ring / np.maximum(np.linalg.norm(ring, axis=1, keepdims=True), 1e-6)
        xy = ring + outward * (fold + 0.008 * share)[:, None]
        rows.append(np.column_stack([xy, np.full(len(ring), height - 0.003 - 0.2 * share)]))
    return join([sheet, _skin(np.array(rows)[::-1], along, weave)])


def _skin(rows: np.ndarray, along: np.ndarray, material: Material) -> Mesh:  # type: ignore[type-arg]
    count, points = rows.shape[:2]
    i, j = np.meshgrid(np.arange(count - 1), np.arange(points - 1), indexing="ij")
    a = i * points + j
    faces = np.concatenate(
        [
            np.stack([a, a + 1, a + points + 1], -1).reshape(-1, 3),
            np.stack([a, a + points + 1, a + points], -1).reshape(-1, 3),
        ]
    )
    v = rows[:, :, 2]
    uv = np.stack([np.broadcast_to(along, v.shape), v], axis=-1).reshape(-1, 2)
    return Mesh.of(rows.reshape(-1, 3), faces, material, smooth=True, uv=uv)

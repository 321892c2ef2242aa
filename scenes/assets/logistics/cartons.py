"""Closed cartons by the modules of ISO 3394 (600 by 400 mm and what it divides into), taped, printed and labelled."""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.debris import packaging
from longtail.scenes.assets.lettering import word
from longtail.scenes.assets.logistics.facing import PROUD_M, on_side, rectangle
from longtail.scenes.assets.logistics.labels import (
    BROWN_INK,
    CLEAR_TAPE,
    INK,
    RED_INK,
    TAPE,
    handling_marks,
    transport_label,
)
from longtail.scenes.geometry.interior_materials import Cardboard
from longtail.scenes.geometry.materials import Material, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, polygon

KRAFT, PALE, WHITE = Cardboard(), Cardboard(srgb("#b9946a")), Cardboard(srgb("#d9d7d0"))
BLUE, GREEN = Cardboard(srgb("#2f5f96")), Cardboard(srgb("#3f7a55"))
_EDGE_M = 0.005
_TAPE_M = 0.05
# Makers that do not exist.
_MAKERS = ("NORDVIK", "HALDEN", "ORTEGA & CO", "LUMEN", "FJORD PARTS", "KOBALT", "TERRANO", "AXIS SUPPLY")


def body(size_m: Vector, board: Material, number: int) -> Mesh:
    """A carton on z = 0: its body, tape, prints and labels, which follow from `number`."""
    length, width, height = size_m
    parts = [box(size_m, board, (0, 0, height / 2), bevel_m=_EDGE_M), *_taped(size_m, number)]
    ink = (BROWN_INK, INK, RED_INK, BROWN_INK)[number % 4]
    big = min(0.22 * height, 0.1 * length / 0.4)
    if number % 3 != 2:
        # On both long sides.
        maker = word(_MAKERS[number % len(_MAKERS)], min(big, 0.09))
        room = 0.8 * length / max(maker.bounds[2] - maker.bounds[0], 1e-6)
        maker = shapely.affinity.scale(maker, min(room, 1.0), min(room, 1.0), origin=(0, 0))
        parts += [on_side(maker, ink, q, width / 2, (0.0, 0.64 * height)) for q in (1, 3)]
    if number % 2 == 0 and height > 0.18:
        marks = handling_marks(min(0.22 * height, 0.07, 0.11 * length), number // 2)
        parts += [on_side(marks, ink, q, width / 2, (-0.2 * length, 0.25 * height)) for q in (1, 3)]
    if number % 3 != 1 and height > 0.17:
        scale = min(1.0, 0.75 * height / 0.148)
        parts.append(transport_label(0, length / 2, (0.16 * width, 0.46 * height), number, scale))
        parts.append(transport_label(3, width / 2, (0.28 * length, 0.36 * height), number + 1, scale))
    return join(parts)


def _taped(size_m: Vector, number: int) -> list[Mesh]:
    """Over the slit along the top and down both ends."""
    length, _, height = size_m
    tape, down = (TAPE, CLEAR_TAPE)[number % 2], min(0.08, 0.4 * height)
    flat = shapely.box(-length / 2 + _EDGE_M, -_TAPE_M / 2, length / 2 - _EDGE_M, _TAPE_M / 2)
    slit = shapely.box(-length / 2 + _EDGE_M, -0.0015, length / 2 - _EDGE_M, 0.0015)
    over = polygon(flat, height + PROUD_M, tape)
    ends = [on_side(rectangle(_TAPE_M, down), tape, q, length / 2, (0, height - _EDGE_M - down / 2)) for q in (0, 2)]
    return [over, polygon(slit, height + 2 * PROUD_M, Cardboard(srgb("#5d4226"))), *ends]


def crushed(size_m: Vector, board: Material, number: int) -> Mesh:
    """A carton that fell on a corner: its walls bulge, one edge is knocked in, and it has come open on top."""
    length, width, height = size_m
    steps = 9
    rng = np.random.default_rng(number)
    faces, points, offset = [], [], 0
    for axis in range(3):
        others = [k for k in range(3) if k != axis]
        for sign in (-1, 1):
            u, v = np.meshgrid(np.linspace(-0.5, 0.5, steps), np.linspace(-0.5, 0.5, steps), indexing="ij")
            place = np.zeros((steps, steps, 3))
            place[..., axis], place[..., others[0]], place[..., others[1]] = 0.5 * sign, u, v
            i, j = np.meshgrid(np.arange(steps - 1), np.arange(steps - 1), indexing="ij")
            a = (i * steps + j).ravel() + offset
            quads = np.concatenate([np.stack([a, a + steps, a + steps + 1], 1), np.stack([a, a + steps + 1, a + 1], 1)])
            outward = (axis != 1) == (sign > 0)
            faces.append(quads if outward else quads[:, ::-1])
            points.append(place.reshape(-1, 3))
            offset += steps * steps
    unit = np.concatenate(points)
    bulge = 0.03 * np.cos(0.9 * np.pi * unit[:, 0]) * np.cos(0.9 * np.pi * unit[:, 1])
    corner = np.exp(-(((unit - np.array([0.5, 0.5, 0.5])) ** 2).sum(axis=1)) / 0.09)
    edge = np.exp(-((unit[:, 0] + 0.5) ** 2 + (unit[:, 2] - 0.5) ** 2) / 0.02) * (0.5 + 0.5 * np.cos(3 * unit[:, 1]))
    moved = unit.copy()
    moved[:, 0] *= 1 + 2 * bulge
    moved[:, 1] *= 1 + 2 * bulge
    moved -= corner[:, None] * np.array([0.12, 0.14, 0.16])
    moved[:, 2] -= 0.1 * edge
    moved += 0.006 * np.sin(7 * unit[:, [1, 2, 0]] + rng.uniform(0, 6, 3))
    moved *= (length, width, height)
    moved[:, 2] -= moved[:, 2].min()
    moved[:, :2] -= (moved[:, :2].min(axis=0) + moved[:, :2].max(axis=0)) / 2
    return Mesh.of(moved, np.concatenate(faces), board)


# Name, size, board. Each stands for several, which differ in their prints.
_SIZES: tuple[tuple[str, Vector, Material], ...] = (
    ("600x400x400", (0.6, 0.4, 0.4), KRAFT),
    ("600x400x300", (0.6, 0.4, 0.3), PALE),
    ("600x400x220", (0.6, 0.4, 0.22), KRAFT),
    ("400x300x300", (0.4, 0.3, 0.3), KRAFT),
    ("400x300x200", (0.4, 0.3, 0.2), WHITE),
    ("800x600x500", (0.8, 0.6, 0.5), KRAFT),
    ("300x200x150", (0.3, 0.2, 0.15), PALE),
    ("600x400x350-blue", (0.6, 0.4, 0.35), BLUE),
    ("400x300x250-green", (0.4, 0.3, 0.25), GREEN),
)
_PRINTS = 3
_FOUND = {asset.name.removeprefix("debris/"): asset for asset in packaging.ASSETS}


def _of_debris(name: str, as_name: str, category: str) -> Asset:
    """What storms leave on streets lies in halls, too."""
    found = _FOUND[name]
    assert isinstance(found, Procedural)
    return Procedural(
        as_name, category, found.size_m, tags=frozenset({"litter"}), tints=found.tints, recipe=found.recipe
    )


ASSETS: tuple[Asset, ...] = (
    *(
        Procedural(
            f"carton/{name}-{number}", "box", size, tags=frozenset({"carton"}),
            recipe=partial(body, size, board, 5 * row + number),
        )
        for row, (name, size, board) in enumerate(_SIZES)
        for number in range(_PRINTS)
    ),
    _of_debris("carton-open", "carton/open", "box"),
    _of_debris("carton-flat", "carton/flat", "box"),
)  # fmt: skip
CRUSHED: tuple[Asset, ...] = (
    Procedural.measured(
        "carton/crushed-1", "box", partial(crushed, (0.6, 0.4, 0.4), KRAFT, 1), tags=frozenset({"crushed"})
    ),
    Procedural.measured(
        "carton/crushed-2", "box", partial(crushed, (0.4, 0.3, 0.3), PALE, 2), tags=frozenset({"crushed"})
    ),
)

"""Doors in a hall's walls: for lorries, closed or with a trailer behind them, and for people.

A dock door is 3.0 by 3.2 m, a door for people 1.0 by 2.1 m.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.scenes.assets.lettering import word
from longtail.scenes.assets.logistics.facing import on_side, rectangle
from longtail.scenes.geometry.interior_materials import Glow
from longtail.scenes.geometry.materials import BLACK_PLASTIC, GALVANISED, RUBBER, Principled, SignFace, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, tube

DOCK_M, DOOR_M = (3.0, 3.2), (1.0, 2.1)
_LEAF = Principled((0.85, 0.85, 0.85), roughness=0.4, mottle=0.15, tinted=True)
STEEL = Principled(srgb("#7f868b"), roughness=0.5, mottle=0.2)
"""Painted frames of doors, and what carries the roof."""
_YELLOW = Principled(srgb("#e0a80c"), roughness=0.45, mottle=0.3)
_DARK = Principled(srgb("#2c2f33"), roughness=0.4)
_PLATE = Principled(srgb("#6d6f70"), roughness=0.5, metallic=0.7, mottle=0.5)
_PANELS = 5
_UNDER_ROOF_M = 1.0
"""A leaf that has no room on the wall goes on between the trusses and the lamps, which hang 1.31 m under the roof."""
LEAST_ROOF_M = DOCK_M[1] + 0.3 + _UNDER_ROOF_M
"""Under a lower roof no leaf could be lifted."""
_SIGNAL_M = ((DOCK_M[0] / 2 + 0.4,), (2.17, 2.03))
"""Of the two lights: how far to the left of the door's middle, and the heights of the red and of the green one."""


@dataclass(frozen=True)
class Opening:
    """A dock door or a door for people: `wall` is 1 for the one at the racks' far end, -1 for that at their start.

    `is_open` is of dock doors: a trailer stands behind it.
    """

    wall: int
    y_m: float
    dock: bool
    number: int = 0
    is_open: bool = False


def door(opening: Opening, low_x_m: float, high_x_m: float, roof_m: float) -> Mesh:
    """In world metres, at the walls of a hall that reaches from `low_x_m` to `high_x_m` and is `roof_m` high."""
    return _at_wall(_dock(opening, roof_m) if opening.dock else _door_leaf(), opening, low_x_m, high_x_m)


def signal(opening: Opening, low_x_m: float, high_x_m: float) -> Mesh:
    """The light beside a dock door that shines: the lower one, which is green, where it is open, else the red one."""
    lens = cylinder(0.04, 0.006, Glow(), sides=18).rotated(1, -np.pi / 2)
    shining = lens.moved(-0.096, *_SIGNAL_M[0], _SIGNAL_M[1][opening.is_open])
    return _at_wall(shining, opening, low_x_m, high_x_m)


def _at_wall(mesh: Mesh, opening: Opening, low_x_m: float, high_x_m: float) -> Mesh:
    """What was made to look along -X before x = 0, at the wall there, or turned around at the other one."""
    turned = mesh if opening.wall > 0 else mesh.rotated(2, np.pi)
    return turned.moved(high_x_m if opening.wall > 0 else low_x_m, opening.y_m)


def _dock(opening: Opening, roof_m: float) -> Mesh:
    """A sectional door with its frame, tracks, bumpers, and what belongs to it, before x = 0, which looks along -X."""
    wide, tall = DOCK_M
    parts = [*(_lifted(roof_m) if opening.is_open else _closed())]
    for side in (-1, 1):
        parts.append(box((0.16, 0.12, tall + 0.2), GALVANISED, (-0.11, side * (wide / 2 + 0.06), (tall + 0.2) / 2)))
        parts.append(box((0.12, 0.14, 1.0), _YELLOW, (-0.3, side * (wide / 2 + 0.22), 0.5), bevel_m=0.02))
    if not opening.is_open:
        parts.append(box((0.2, wide + 0.3, 0.3), STEEL, (-0.12, 0, tall + 0.2)))
    parts += _controls()
    # Beside the leaf's way where the leaf lies above the opening.
    aside, up = (wide / 2 + 0.62, 2.75) if opening.is_open else (0.0, tall + 0.7)
    parts.append(on_side(rectangle(0.55, 0.55), SignFace(srgb("#00508a")), 2, 0.0, (aside, up), 1))
    parts.append(on_side(word(str(opening.number), 0.36), SignFace(srgb("#ecefee")), 2, 0.0, (aside, up), 2))
    return join(parts)


def _closed() -> list[Mesh]:
    wide, tall = DOCK_M
    panel = tall / _PANELS
    parts = [
        box((0.04, wide, panel - 0.012), _LEAF, (-0.1, 0, (k + 0.5) * panel), bevel_m=0.006) for k in range(_PANELS)
    ]
    parts += [box((0.05, wide, 0.014), RUBBER, (-0.085, 0, k * panel)) for k in range(1, _PANELS)]
    parts += [box((0.01, 0.5, 0.28), BLACK_PLASTIC, (-0.122, s * 0.7, 0.62 * tall)) for s in (-1, 1)]
    # The leveller's plate in the floor.
    return [*parts, box((1.6, 2.0, 0.006), _PLATE, (-1.0, 0, 0.003))]


def _lifted(roof_m: float) -> list[Mesh]:
    """The leaf on its tracks, up the wall and under the roof where that is too low, and the leveller's lip."""
    wide, tall = DOCK_M
    panel, turn = tall / _PANELS, min(2 * tall + 0.1, roof_m - _UNDER_ROOF_M)
    parts = []
    for k in range(_PANELS):
        # How far along the track the panel's middle is, from the opening's upper edge.
        way = (k + 0.5) * panel + 0.05
        if tall + way + panel / 2 <= turn:
            parts.append(box((0.04, wide, panel - 0.012), _LEAF, (-0.1, 0, tall + way), bevel_m=0.006))
        else:
            beyond = max(tall + way - turn, panel / 2 + 0.12)
            parts.append(box((panel - 0.012, wide, 0.04), _LEAF, (-0.1 - beyond, 0, turn), bevel_m=0.006))
    reach = max(2 * tall + 0.2 - turn, 0.3)
    for side in (-1, 1):
        y = side * (wide / 2 + 0.04)
        bend = [(-0.1, y, tall - 0.1), (-0.1, y, turn - 0.25), (-0.16, y, turn - 0.07), (-0.32, y, turn)]
        parts.append(tube([*bend, (-0.32 - reach, y, turn)], 0.03, GALVANISED, sides=6))
        parts.append(box((0.1, 0.1, turn - tall), GALVANISED, (-0.03, y + side * 0.06, (turn + tall) / 2)))
        for x in (-0.3, -0.25 - reach):
            parts.append(tube([(x, y, turn), (x, y, roof_m - 0.1)], 0.014, GALVANISED, sides=4))
    # The sheets end behind a flashing, and the trailer begins below it.
    parts.append(box((0.16, wide + 0.24, 0.14), STEEL, (0.02, 0, tall + 0.05)))
    parts.append(box((1.6, 2.0, 0.006), _PLATE, (-1.0, 0, 0.003)))
    parts.append(box((1.0, 1.9, 0.012), _PLATE, (0.25, 0, 0.012)))
    return parts


def _controls() -> list[Mesh]:
    """The box with its buttons and their cable up the wall, a red and a green light, a lamp on an arm."""
    wide = DOCK_M[0]
    y, parts = wide / 2 + 0.4, []
    parts.append(box((0.1, 0.22, 0.3), _DARK, (-0.06, y, 1.5), bevel_m=0.008))
    for k, code in enumerate(("#1f7a34", "#b3140f", "#d8d8d2")):
        button = cylinder(0.016, 0.014, Principled(srgb(code), roughness=0.35), sides=14).rotated(1, -np.pi / 2)
        parts.append(button.moved(-0.109, y, 1.42 + 0.07 * k))
    parts.append(tube([(0.0, y, 1.64), (0.0, y, 4.2)], 0.012, GALVANISED, sides=6))
    parts.append(box((0.1, 0.14, 0.3), _DARK, (-0.04, y, 2.1), bevel_m=0.006))
    for z, code in zip(_SIGNAL_M[1], ("#5a0d0a", "#0b3d20"), strict=True):
        lens = cylinder(0.045, 0.012, Principled(srgb(code), roughness=0.3), sides=18).rotated(1, -np.pi / 2)
        parts.append(lens.moved(-0.084, *_SIGNAL_M[0], z))
    arm = [(-0.02, -y, 2.35), (-0.35, -y, 2.42), (-0.62, -y + 0.28, 2.42)]
    parts.append(tube(arm, 0.017, _YELLOW, sides=8))
    parts.append(box((0.2, 0.2, 0.16), _DARK, (-0.64, -y + 0.3, 2.36), bevel_m=0.03))
    return parts


def _door_leaf() -> Mesh:
    wide, tall = DOOR_M
    parts = [box((0.04, wide, tall), _LEAF, (-0.1, 0, tall / 2), bevel_m=0.004)]
    parts += [box((0.08, 0.07, tall + 0.07), STEEL, (-0.1, s * (wide / 2 + 0.035), (tall + 0.07) / 2)) for s in (-1, 1)]
    parts += [
        box((0.08, wide + 0.14, 0.07), STEEL, (-0.1, 0, tall + 0.035)),
        box((0.04, 0.12, 0.02), BLACK_PLASTIC, (-0.15, 0.4, 1.03)),
    ]
    return join(parts)

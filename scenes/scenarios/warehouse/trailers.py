"""Trailers at open dock doors, as one sees them from within the hall: a box with its floor.

A box of 13.6 m for 33 or 34 EUR pallets: 2.48 m wide and 2.65 m high within (Directive 96/53/EC leaves 2.55 m
without and 13.6 m to makers; inner sizes from memory).
"""

from __future__ import annotations

from longtail.scenes.geometry.materials import RUBBER, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box
from longtail.scenes.scenarios.warehouse.openings import DOCK_M, Opening

LONG_M, _WIDE_M, _HIGH_M = 13.6, 2.48, 2.65
SHELTER_M = 0.42
"""From the wall to the trailer: cushions close the gap."""
_LINING = Principled(srgb("#c9c6bd"), roughness=0.5, mottle=0.35)
_RAIL = Principled((0.55, 0.56, 0.57), roughness=0.4, metallic=0.9, mottle=0.3)
_ROOF = Principled(srgb("#dcdcd6"), roughness=0.6)
_PLY = Principled(srgb("#3d2f26"), roughness=0.55, mottle=0.5)
_CUSHION = Principled(srgb("#17181a"), roughness=0.8, mottle=0.2)


def trailer(opening: Opening, wall_x_m: float) -> tuple[Mesh, Mesh]:
    """(its walls and roof with the cushions about its end, its floor) behind the wall at `wall_x_m`."""
    start, half = SHELTER_M, _WIDE_M / 2
    middle = start + LONG_M / 2
    walls = [box((LONG_M, _WIDE_M, 0.02), _ROOF, (middle, 0, _HIGH_M + 0.01))]
    walls.append(box((0.03, _WIDE_M, _HIGH_M), _LINING, (start + LONG_M + 0.015, 0, _HIGH_M / 2)))
    for side in (-1, 1):
        walls.append(box((LONG_M, 0.03, _HIGH_M), _LINING, (middle, side * (half + 0.015), _HIGH_M / 2)))
        walls += [
            box((LONG_M, 0.014, tall), _RAIL, (middle, side * (half - 0.007), z))
            for z, tall in ((0.14, 0.28), (0.95, 0.1), (1.6, 0.1))
        ]
        # The posts of the end's frame, and the cushions beside it.
        walls.append(box((0.1, 0.05, _HIGH_M), _RAIL, (start + 0.05, side * (half + 0.02), _HIGH_M / 2)))
        reach = DOCK_M[0] / 2 + 0.15
        cushion = box((0.36, reach - half + 0.06, DOCK_M[1] + 0.2), _CUSHION, bevel_m=0.05)
        walls.append(cushion.moved(start - 0.18, side * (reach + half - 0.06) / 2, (DOCK_M[1] + 0.2) / 2))
    head = box((0.36, DOCK_M[0] + 0.3, DOCK_M[1] + 0.2 - _HIGH_M + 0.08), _CUSHION, bevel_m=0.05)
    walls.append(head.moved(start - 0.2, 0, (DOCK_M[1] + 0.2 + _HIGH_M - 0.08) / 2))
    walls += [box((0.03, _WIDE_M, 0.1), _RAIL, (start + LONG_M - 0.02, 0, z)) for z in (0.95, 1.6)]
    floors = [box((LONG_M, _WIDE_M, 0.03), _PLY, (middle, 0, -0.015))]
    floors.append(box((start + 0.02, DOCK_M[0], 0.02), RUBBER, (start / 2, 0, -0.02)))
    return join(walls).moved(wall_x_m, opening.y_m), join(floors).moved(wall_x_m, opening.y_m)

"""The ground of a street on its relief, and the plinths of its houses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from longtail.annotate.labels.relief import Relief
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.geometry.draped import draped
from longtail.scenes.geometry.materials import Stone
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.road import Plinth

if TYPE_CHECKING:
    from longtail.scenes.scenarios.street.ground import Street


def on_relief(street: Street) -> tuple[Surface, ...]:
    """All pieces of a street's ground as they lie on its relief, and under its houses what closes their bases."""
    pieces = tuple(replace(piece, mesh=draped(piece.mesh, street.relief)) for piece in street.level_pieces())
    return (*pieces, *_plinths(street.plinths))


def lifted(lamp: Lamp, relief: Relief) -> Lamp:
    """A lamp of the ground as high over the relief as it is over level ground."""
    x, y, z = lamp.position_m
    return lamp if relief.is_level else replace(lamp, position_m=(x, y, z + float(relief.height_m(x))))


def _plinths(plinths: Sequence[Plinth]) -> tuple[Surface, ...]:
    if not plinths:
        return ()
    return (Surface("plinths", "building", join(_block(plinth) for plinth in plinths)),)


def _block(plinth: Plinth) -> Mesh:
    height = plinth.top_m - plinth.bottom_m
    size = (plinth.depth_m, plinth.width_m, height)
    standing = box(size, Stone(), (0.0, 0.0, plinth.bottom_m + height / 2))
    return standing.rotated(2, math.remainder(plinth.heading_rad, math.tau)).moved(plinth.x_m, plinth.y_m)

"""One thing that is fitted out with a room: where it is, how large, and of which look."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.geometry.boxes import crosses
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.fitments.cabinets import kitchen, sideboard, splashback, wardrobe
from longtail.scenes.scenarios.fitments.hall_cabinets import first_aid, hose_cabinet, lockers, switch_cabinet
from longtail.scenes.scenarios.fitments.hangings import curtain, pin_board, poster, whiteboard
from longtail.scenes.scenarios.fitments.radiators import radiator
from longtail.scenes.scenarios.fitments.rugs import rug
from longtail.scenes.scenarios.fitments.shelving import binders
from longtail.scenes.scenarios.fitments.steelwork import cable_tray, pipe, post, sockets

Array = NDArray[np.float64]
Kind = Literal[
    "kitchen", "wardrobe", "sideboard", "binders", "poster", "whiteboard", "pin board", "curtain", "radiator", "rug",
    "switch cabinet", "hose cabinet", "lockers", "first aid", "post", "cable tray", "pipe", "sockets",
]  # fmt: skip

_QUARTER = ((0, -1), (1, 0), (0, 1), (-1, 0))
"""Which way X goes along a wall, by the wall's number: to the right as seen from within the room."""


@dataclass(frozen=True)
class Fitment:
    """A fitment whose back is at `place_m`, on the wall's side, in the middle of its width and at its foot.

    Attributes:
        wall: of the wall that it has at its back, as a room numbers them
        size_m: (width along the wall, depth into the room, height)
        look: what its colours, fronts and contents are drawn by
    """

    kind: Kind
    wall: int
    place_m: tuple[float, float, float]
    size_m: tuple[float, float, float]
    look: int

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"expected a kind of {', '.join(get_args(Kind))}, got {self.kind!r}")

    @property
    def box_m(self) -> Array:
        """Its lowest and its highest corner (2, 3) in the world."""
        width, depth, height = self.size_m
        ends = np.array([(-width / 2, -depth, 0.0), (width / 2, 0.0, height)])
        placed = ends @ self._world_from_wall()[:3, :3].T + self.place_m
        return np.array([placed.min(axis=0), placed.max(axis=0)])

    def surfaces(self, number: int) -> tuple[Surface, ...]:
        """Its meshes, in world metres; `number` tells it from the room's others."""
        world = self._world_from_wall()
        return tuple(
            Surface(
                f"{self.kind} {number}" if part == 0 else f"{self.kind} {number}, {category}",
                category,
                make(self.size_m, np.random.default_rng((self.look, part))).transformed(world),
            )
            for part, (category, make) in enumerate(_MADE[self.kind])
        )

    def _world_from_wall(self) -> Array:
        """(4, 4): X along the wall, Y out of the room."""
        x, y = _QUARTER[self.wall]
        matrix = np.eye(4)
        matrix[:2, :2] = (x, -y), (y, x)
        matrix[:3, 3] = self.place_m
        return matrix

    def hides(self, from_m: Array, to_m: Array) -> bool:
        """Whether its box is between two places (3,), in world metres."""
        return crosses(from_m, to_m, self.box_m[None])

    def nearest_m(self, place_m: Array) -> float:
        """How far its box is from a place; 0 within."""
        low, high = self.box_m
        return math.sqrt(float((np.maximum(np.maximum(low - place_m, place_m - high), 0.0) ** 2).sum()))


_Make = Callable[[tuple[float, float, float], np.random.Generator], Mesh]

_MADE: Mapping[Kind, tuple[tuple[str, _Make], ...]] = {
    "kitchen": (("cabinet", kitchen), ("wall", splashback)),
    "wardrobe": (("cabinet", wardrobe),),
    "sideboard": (("cabinet", sideboard),),
    "binders": (("shelf", binders),),
    "poster": (("poster", poster),),
    "whiteboard": (("poster", whiteboard),),
    "pin board": (("poster", pin_board),),
    "curtain": (("curtain", curtain),),
    "radiator": (("radiator", radiator),),
    "rug": (("rug", rug),),
    "switch cabinet": (("cabinet", switch_cabinet),),
    "hose cabinet": (("cabinet", hose_cabinet),),
    "lockers": (("cabinet", lockers),),
    "first aid": (("cabinet", first_aid),),
    "post": (("column", post),),
    "cable tray": (("wall", cable_tray),),
    "pipe": (("wall", pipe),),
    "sockets": (("wall", sockets),),
}
"""The category of what each kind shows, and what makes it: from its size (width, depth, height), its back at Y = 0, its
front looking along -Y, its foot at Z = 0."""

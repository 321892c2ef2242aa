"""Suburban houses of the 20th century: hipped or gabled, with dormers, porches, front gables, bays and garages.

Frame while building: the asset frame. The front wall lies behind the front edge of the footprint, so that porches, bays
and front gables have room in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.additions import (
    Plan,
    around,
    bay_window,
    cross_roof,
    gable_dormer,
    gable_wall,
    garage,
    hip_roof,
    parapet_roof,
    porch,
    stand,
)
from longtail.scenes.assets.buildings.elevation import ANTHRACITE, GREY_STONE, WHITE_PAINT, ZINC, Elevation, Window
from longtail.scenes.assets.buildings.palette import BRICK, PLASTER, PLINTH_STONE
from longtail.scenes.assets.buildings.planes import boxes, plates, rectangles
from longtail.scenes.assets.buildings.roofs import BROWN_TILES, RED_TILES, SLATES, chimney, gable_profile, gutter, roof
from longtail.scenes.geometry.materials import WHITE, Brick, Material, Plaster, Principled, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join

_LENGTH = 10.0
_YARD_M = {"porch": 1.4, "cross": 1.4, "pair": 0.95, "cube": 1.2}
_FLOOR_M, _STOREY_M, _KNEE_M = 0.34, 2.75, 0.95
_GARAGE_M = 3.3
_PALE = tuple(srgb(code) for code in ("#e6e1d6", "#d9d6cd", "#c7c9c4", "#d9cfb8", "#9fa3a0"))
_RENDER = Plaster(srgb("#e2dccd"), tinted=False)
_BROWN = Principled(srgb("#6b4a30"), roughness=0.5)
_PINE, _WHITE_WOOD = Wood(srgb("#6b5138")), Wood(srgb("#dcd8cd"))
_DOORS = tuple(Wood(srgb(code)) for code in ("#4a3524", "#2a3f52", "#5c1f1f", "#23402f"))


@dataclass(frozen=True)
class _Villa:
    """`front` is what stands before the facade; `storeys` is 1.5 where the upper floor lies half in the roof."""

    width_m: int
    storeys: float
    roof: Literal["hip", "gable", "flat"]
    front: Literal["porch", "cross", "pair", "cube"]
    wall: Literal["plaster", "brick", "both"]
    garage: bool = False
    cover: Material = RED_TILES
    dormers: int = 0

    @property
    def eave_m(self) -> float:
        """How far the roof hangs over the walls, and so how far these stay from the edges of the footprint."""
        return 0.1 if self.roof == "flat" else 0.5

    @property
    def yard_m(self) -> float:
        return _YARD_M[self.front]

    @property
    def plan(self) -> Plan:
        y0 = -self.width_m / 2 + (_GARAGE_M if self.garage else self.eave_m)
        return (-_LENGTH / 2 + self.eave_m, _LENGTH / 2 - self.yard_m, y0, self.width_m / 2 - self.eave_m)

    @property
    def eaves_m(self) -> float:
        knee = _KNEE_M if self.storeys == 1.5 else 0.0
        return _FLOOR_M + _STOREY_M * int(self.storeys) + knee

    @property
    def slope(self) -> float:
        return {"hip": 0.65, "gable": 0.85, "flat": 0.0}[self.roof]

    @property
    def ridge_m(self) -> float:
        """The roof's underside at the ridge of a gable, the very top of a hip, a parapet's coping."""
        x0, x1, y0, y1 = self.plan
        if self.roof == "flat":
            return self.eaves_m + 0.5
        if self.roof == "gable":
            return self.eaves_m + self.slope * (x1 - x0) / 2
        return self.eaves_m + 0.18 + self.slope * (min(x1 - x0, y1 - y0) / 2 + self.eave_m)

    @property
    def top_m(self) -> float:
        return self.ridge_m + (0.9 if self.roof != "flat" else 0.0)

    def mesh(self) -> Mesh:
        rng = np.random.default_rng([self.width_m, int(2 * self.storeys), len(self.roof), len(self.front)])
        wall: Material = Plaster(WHITE) if self.wall == "plaster" else Brick(WHITE, tinted=True)
        frame = ANTHRACITE if self.front == "cube" else (WHITE_PAINT, WHITE_PAINT, _BROWN)[int(rng.integers(3))]
        leaf = _DOORS[int(rng.integers(len(_DOORS)))]
        style = Window(
            frame=frame,
            verticals=(0.5,),
            lintel=GREY_STONE if self.wall == "brick" else None,
            sill=ZINC if self.front == "cube" else GREY_STONE,
        )
        x0, x1, y0, _ = self.plan
        faces = around(self.plan, wall)
        parts = self._front(faces[0], wall, style, leaf, frame)
        self._sides(faces, style)
        for side, face in enumerate(faces):
            self._walls(face, wall)
            if self.roof == "gable" and side % 2:
                gable_wall(face, self.eaves_m, self.ridge_m, _RENDER if self.wall == "both" else wall, style)
            if self.roof != "flat" and side % 2 == 0:
                face.downpipe(face.width_m / 2 - 0.15, self.eaves_m - 0.2)
        parts += [stand(faces, self.plan), *self._roof(style)]
        if self.garage:
            parts.append(garage((x0 + 2.0, x1 - 0.5, -self.width_m / 2, y0), wall))
        return join(parts)

    def _walls(self, face: Elevation, wall: Material) -> None:
        """Brick below and render above where the wall is of "both"."""
        if self.wall == "both":
            middle = _FLOOR_M + _STOREY_M - 0.15
            face.band(0.0, middle, wall)
            face.band(middle, self.eaves_m, _RENDER)
            face.ledge(middle - 0.06, middle + 0.06, 0.04, GREY_STONE)
        else:
            top = self.eaves_m + (0.45 if self.roof == "flat" else 0.0)
            face.band(0.0, top, wall)
        face.ledge(0.0, _FLOOR_M - 0.04, 0.03, PLINTH_STONE)

    def _sides(self, faces: list[Elevation], style: Window) -> None:
        """Back and side windows; none where the garage stands."""
        sills = [_FLOOR_M + 0.9 + _STOREY_M * k for k in range(int(self.storeys))]
        for side in (1, 2, 3):
            rows = sills[1:] if side == 3 and self.garage else sills
            if rows:
                count = 3 if side == 2 else 2
                faces[side].windows(rectangles(faces[side].bays(count, 0.6), rows, 1.2, 1.3), style)

    def _front(self, face: Elevation, wall: Material, style: Window, leaf: Wood, frame: Principled) -> list[Mesh]:
        """Openings of the street side, and what stands before it (in the asset frame)."""
        x1, middle = self.plan[1], (self.plan[2] + self.plan[3]) / 2
        upper = self._upper_sills
        wide = face.width_m
        parts: list[Mesh] = []
        if self.front == "pair":
            return self._pair(face, wall, style, leaf, frame)
        if self.front == "cube":
            self._cube(face, leaf, frame)
            return []
        if self.front == "cross":
            # A wing before the facade takes the left third, its eaves within the side wall; beside it is the door.
            span = min(3.8, wide * 0.42)
            y = wide / 2 - span / 2 - 0.3
            parts += self._wing(middle + y, span, wall, style)
            rest = wide - span - 0.3
            bays = -wide / 2 + rest * np.array([0.27, 0.74])
            face.windows(rectangles(bays[:1], [_FLOOR_M + 0.75], 1.9, 1.45), style)
            face.door(float(bays[1]), _FLOOR_M, leaf=leaf, frame=frame, fanlight_m=0.0, steps_to_m=0.8)
            face.parts.append(boxes((0.0, bays[1] - 0.9, 2.62), (1.0, bays[1] + 0.9, 2.76), _PINE, skip=("back",)))
            face.windows(rectangles(bays, upper, 1.2, 1.3), style)
            return parts
        bays = face.bays(3, 0.4)
        face.windows(rectangles(bays[[0, 2]], [_FLOOR_M + 0.7], 1.8, 1.5), style)
        face.windows(rectangles(bays, upper, 1.25, 1.3), style) if upper else None
        face.door(float(bays[1]), _FLOOR_M, leaf=leaf, frame=frame, fanlight_m=0.0, steps_to_m=0.9)
        wood = _WHITE_WOOD if self.wall == "brick" else _PINE
        parts.append(porch(middle + float(bays[1]), x1, self.yard_m, wood, self.cover))
        return parts

    def _pair(self, face: Elevation, wall: Material, style: Window, leaf: Wood, frame: Principled) -> list[Mesh]:
        """The mirrored fronts of two houses under one roof: doors in the middle, bays at the ends."""
        x1, middle, wide = self.plan[1], (self.plan[2] + self.plan[3]) / 2, face.width_m
        parts: list[Mesh] = []
        for sign in (-1, 1):
            face.windows(rectangles([sign * wide * 0.1, sign * wide * 0.33], self._upper_sills, 1.2, 1.3), style)
            y = sign * wide * 0.09
            face.door(y, _FLOOR_M, leaf=leaf, frame=frame, fanlight_m=0.0, steps_to_m=0.7)
            face.parts.append(boxes((0.0, y - 0.75, 2.62), (0.75, y + 0.75, 2.74), GREY_STONE, skip=("back",)))
            face.openings.append(np.array([(sign * wide * 0.33 - 0.9, 0.0, sign * wide * 0.33 + 0.9, 2.4)]))
            parts.append(bay_window(middle + sign * wide * 0.33, x1, wall, style, self.cover, _FLOOR_M))
        return parts

    def _cube(self, face: Elevation, leaf: Wood, frame: Principled) -> None:
        """A modern front: few and large windows, a canopy, a panel of timber."""
        wide, upper = face.width_m, self._upper_sills
        face.door(-wide * 0.1, 0.17, leaf=leaf, frame=frame, fanlight_m=0.3, steps_to_m=1.0, width_m=1.1)
        face.parts.append(
            boxes((0.0, -wide * 0.1 - 1.2, 2.75), (1.2, wide * 0.1 + 0.2, 2.9), ANTHRACITE, skip=("back",))
        )
        wide_style = Window(frame=frame, verticals=(0.33, 0.67), sill=ZINC, inset_m=0.2, frame_m=0.06)
        face.windows(rectangles([wide * 0.26], [0.55], 2.6, 2.0), wide_style)
        face.windows(rectangles([wide * 0.26], upper, 2.6, 1.5), wide_style)
        face.windows(
            rectangles([-wide * 0.1], upper, 0.8, 1.5), Window(frame=frame, verticals=(), sill=ZINC, inset_m=0.2)
        )
        face.windows(
            rectangles([-wide * 0.36], [1.3, *upper], 1.0, 1.1),
            Window(frame=frame, verticals=(), sill=ZINC, inset_m=0.2),
        )
        board = np.array([(0.02 * wide, _FLOOR_M + _STOREY_M - 0.1, wide * 0.26 + 1.5, _FLOOR_M + _STOREY_M + 0.75)])
        face.parts.append(plates(board, 0.0, 0.035, _PINE))

    @property
    def _upper_sills(self) -> list[float]:
        return [_FLOOR_M + 0.9 + _STOREY_M * k for k in range(1, int(self.storeys))]

    def _wing(self, y_m: float, wide_m: float, wall: Material, style: Window) -> list[Mesh]:
        """A gabled wing before the facade, as high as the main eaves."""
        x1, deep = self.plan[1], self.yard_m - 0.25
        plan = (x1, x1 + deep, y_m - wide_m / 2, y_m + wide_m / 2)
        faces = around(plan, wall, first_side=50)
        peak = self.eaves_m + self.slope * wide_m / 2
        sills = [_FLOOR_M + 0.75 + _STOREY_M * k for k in range(int(self.storeys))]
        faces[0].windows(rectangles([0.0], sills, 2.1, 1.45), Window(**{**style.__dict__, "verticals": (0.33, 0.67)}))
        for side in (0, 1, 3):
            faces[side].band(0.0, self.eaves_m, wall)
            faces[side].ledge(0.0, _FLOOR_M - 0.04, 0.03, PLINTH_STONE)
        gable_wall(faces[0], self.eaves_m, peak, wall, style, 0.9 if self.storeys != 1.5 else 1.2)
        run = deep + (wide_m / 2 + 0.3)  # Until its ridge meets a main roof of the same slope.
        lid = cross_roof(y_m, wide_m, x1 + deep, run, self.eaves_m, self.slope, self.cover, verge_m=0.25)
        return [stand(faces, plan), lid]

    def _roof(self, style: Window) -> list[Mesh]:
        x0, x1, y0, y1 = self.plan
        middle, breadth, depth = (y0 + y1) / 2, y1 - y0, x1 - x0
        if self.roof == "flat":
            return [parapet_roof(self.plan, self.eaves_m + 0.45)]
        stack = chimney(
            (x0 + x1) / 2 - 0.5,
            middle + (0.0 if self.front == "pair" else 0.22) * breadth,
            self.ridge_m - 1.3,
            self.ridge_m + 0.5,
        )
        if self.roof == "hip":
            e = self.eave_m
            outline = (x0 - e, x1 + e, y0 - e, y1 + e)
            pipes = [
                gutter(breadth + 2 * e, x1 + e + 0.065, self.eaves_m + 0.1).moved(y_m=middle),
            ]
            return [hip_roof(outline, self.eaves_m, self.slope, self.cover), stack, *pipes]
        profile = gable_profile(depth, self.eaves_m, self.slope * depth / 2)
        verge = self.eave_m
        parts = [
            roof(
                breadth,
                profile,
                [self.cover, self.cover],
                overhang_m=self.eave_m - 0.08,
                verge_m=verge,
                trim=_WHITE_WOOD,
            ),
            gutter(breadth + 2 * verge, self.eave_m - 0.065, self.eaves_m - self.slope * self.eave_m + 0.14),
            gutter(breadth + 2 * verge, -depth - self.eave_m + 0.065, self.eaves_m - self.slope * self.eave_m + 0.14),
        ]
        body = join(parts).moved(x1, middle)
        dormers = []
        if self.dormers:
            # Its window stands over the knee wall, 0.9 m behind the facade.
            back, cheeks = 0.9, Plaster(srgb("#d9d4c8"), tinted=False)
            look = Window(frame=style.frame, verticals=(0.5,), inset_m=0.06, sill=None)
            for share in np.linspace(-0.28, 0.28, self.dormers):
                sill = self.eaves_m + self.slope * back + 0.05
                y = middle + share * breadth
                dormers.append(gable_dormer(x1 - back, y, sill, 1.7, cheeks, self.cover, look))
        return [body, stack, *dormers]


_VILLAS: dict[str, _Villa] = {
    "hip-11x2": _Villa(11, 2, "hip", "porch", "plaster"),
    "hip-12x1": _Villa(12, 1, "hip", "porch", "brick", garage=True, cover=BROWN_TILES),
    "hip-13x2": _Villa(13, 2, "hip", "porch", "brick", garage=True, cover=SLATES),
    "chalet-10x1": _Villa(10, 1.5, "gable", "porch", "plaster", dormers=2),
    "chalet-13x1": _Villa(13, 1.5, "gable", "porch", "brick", garage=True, cover=BROWN_TILES, dormers=2),
    "cross-11x1": _Villa(11, 1.5, "gable", "cross", "plaster", cover=SLATES),
    "cross-13x2": _Villa(13, 2, "gable", "cross", "plaster", garage=True),
    "cross-10x2": _Villa(10, 2, "gable", "cross", "both", cover=BROWN_TILES),
    "pair-13x2": _Villa(13, 2, "hip", "pair", "both"),
    "pair-12x2": _Villa(12, 2, "hip", "pair", "brick", cover=SLATES),
    "cube-12x2": _Villa(12, 2, "flat", "cube", "plaster", garage=True),
    "cube-9x2": _Villa(9, 2, "flat", "cube", "plaster"),
}


def _asset(name: str, villa: _Villa) -> Asset:
    return Procedural(
        f"building/villa-{name}",
        "building",
        (_LENGTH, float(villa.width_m), villa.top_m),
        tags=frozenset({"detached"}),
        tints=_PALE if villa.front == "cube" else PLASTER if villa.wall == "plaster" else BRICK,
        recipe=partial(_Villa.mesh, villa),
    )


ASSETS: tuple[Asset, ...] = tuple(_asset(name, villa) for name, villa in _VILLAS.items())

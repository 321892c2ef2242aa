"""One face of a building: a wall in the plane x = 0 that looks to +X, with windows, doors and trim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from longtail.scenes.assets.buildings.planes import (
    Array,
    boxes,
    grown,
    panels,
    plates,
    quads,
    rectangles,
    reveals,
    ring,
    wall,
)
from longtail.scenes.geometry.materials import Material, Principled, Stone, WindowPane, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import tube

PALE_STONE = Stone(srgb("#cfc6b4"))
GREY_STONE = Stone(srgb("#a09b92"))
WHITE_PAINT = Principled(srgb("#e9e7e0"), roughness=0.45)
ANTHRACITE = Principled(srgb("#383c40"), roughness=0.45)
ZINC = Principled(srgb("#8b9196"), roughness=0.45, metallic=0.6, mottle=0.3)


@dataclass(frozen=True)
class Window:
    """How windows look: `verticals` and `horizontals` are the bars' places as shares of width and height.

    Behind panes with `curtains` some are drawn.
    """

    frame: Material = WHITE_PAINT
    verticals: tuple[float, ...] = (0.5,)
    horizontals: tuple[float, ...] = ()
    inset_m: float = 0.13
    frame_m: float = 0.07
    bar_m: float = 0.06
    sill: Material | None = GREY_STONE
    surround: Material | None = None
    surround_m: float = 0.14
    lintel: Material | None = None
    hood: bool = False
    shutters: Material | None = None
    reveal: Material | None = None
    curtains: bool = True


@dataclass
class Elevation:
    """Collects openings and parts; `band` then builds the wall around the openings. `side` tells panes apart."""

    width_m: float
    reveal: Material
    side: int = 0
    openings: list[Array] = field(default_factory=list)
    parts: list[Mesh] = field(default_factory=list)
    panes: int = 0

    @property
    def holes(self) -> Array:
        return np.concatenate(self.openings) if self.openings else np.zeros((0, 4))

    def bays(self, count: int, margin_m: float = 0.0) -> Array:
        """Centres of `count` equal bays across the width."""
        free = self.width_m - 2 * margin_m
        return -free / 2 + free * (np.arange(count) + 0.5) / count

    def windows(self, openings: Array, style: Window) -> None:
        """Recessed windows with frames, bars and panes, and around them what `style` asks for."""
        if not len(openings):
            return
        self.openings.append(openings)
        self.parts.append(reveals(openings, 0.0, -style.inset_m, style.reveal or style.surround or self.reveal))
        self.parts.append(self.glazing(openings, style))
        if style.sill is not None:
            areas = np.column_stack(
                [openings[:, 0] - 0.06, openings[:, 1] - 0.07, openings[:, 2] + 0.06, openings[:, 1]]
            )
            self.parts.append(plates(areas, 0.0, 0.09, style.sill))
        if style.lintel is not None:
            top = openings[:, 3]
            areas = np.column_stack([openings[:, 0] - 0.12, top, openings[:, 2] + 0.12, top + 0.24])
            self.parts.append(plates(areas, 0.0, 0.02, style.lintel))
        if style.surround is not None:
            self.surround(openings, style.surround, style.surround_m, style.hood)
        if style.shutters is not None:
            self._shutters(openings, style.shutters)

    def glazing(self, openings: Array, style: Window, *, x_m: float | None = None, shop: bool = False) -> Mesh:
        """Frames, bars and panes set into `openings`, without the hole in the wall."""
        front = -style.inset_m if x_m is None else x_m
        back = front - 0.05
        inner = grown(openings, -style.frame_m)
        parts = [ring(openings, inner, front, style.frame), reveals(inner, front, back, style.frame)]
        y0, z0, y1, z1 = inner.T
        half = style.bar_m / 2
        bars = []
        for share in style.verticals:
            y = y0 + share * (y1 - y0)
            bars.append(np.column_stack([y - half, z0, y + half, z1]))
        if bars:
            parts.append(plates(np.concatenate(bars), back, front - 0.008, style.frame, skip=("back", "top", "bottom")))
        bars = []
        for share in style.horizontals:
            z = z0 + share * (z1 - z0)
            bars.append(np.column_stack([y0, z - half, y1, z + half]))
        if bars:
            parts.append(plates(np.concatenate(bars), back, front - 0.014, style.frame, skip=("back", "left", "right")))
        number = self.panes + np.arange(len(openings))
        self.panes += len(openings)
        uv = np.empty((len(openings), 4, 2))
        for corner, (u, v) in enumerate([(0.002, 0.002), (0.998, 0.002), (0.998, 0.998), (0.002, 0.998)]):
            uv[:, corner] = np.column_stack([number + u, np.full(len(openings), self.side + v)])
        parts.append(panels(inner, back, WindowPane(shop=shop, curtains=style.curtains), uv))
        return join(parts)

    def surround(self, openings: Array, material: Material, width_m: float, hood: bool = False) -> None:
        """A flat architrave, with a projecting hood on top if asked for."""
        y0, z0, y1, z1 = openings.T
        left = np.column_stack([y0 - width_m, z0, y0, z1])
        right = np.column_stack([y1, z0, y1 + width_m, z1])
        top = np.column_stack([y0 - width_m, z1, y1 + width_m, z1 + width_m])
        self.parts.append(plates(np.concatenate([left, right, top]), 0.0, 0.045, material))
        if hood:
            base = z1 + width_m
            frieze = np.column_stack([y0 - width_m, base, y1 + width_m, base + 0.14])
            slab = np.column_stack([y0 - width_m - 0.1, base + 0.14, y1 + width_m + 0.1, base + 0.24])
            self.parts += [plates(frieze, 0.0, 0.035, material), plates(slab, 0.0, 0.2, material)]

    def _shutters(self, openings: Array, material: Material) -> None:
        y0, z0, y1, z1 = openings.T
        wide = (y1 - y0) * 0.48
        leaves = np.concatenate(
            [
                np.column_stack([y0 - 0.03 - wide, z0, y0 - 0.03, z1]),
                np.column_stack([y1 + 0.03, z0, y1 + 0.03 + wide, z1]),
            ]
        )
        inner = grown(leaves, -0.06)
        self.parts += [
            plates(leaves, 0.0, 0.035, material, skip=("back", "front")),
            ring(leaves, inner, 0.035, material),
        ]
        # Louvres: each slat is one tilted face, its lower edge in front.
        count = 14
        step = (inner[:, 3] - inner[:, 1]) / count
        slats = []
        for index in range(count):
            low = inner[:, 1] + index * step
            front, back = np.full(len(low), 0.033), np.full(len(low), 0.008)
            corners = [(front, 0, low), (front, 2, low), (back, 2, low + step), (back, 0, low + step)]
            slats.append(np.stack([np.stack([x, inner[:, k], z], axis=1) for x, k, z in corners], axis=1))
        self.parts.append(quads(np.concatenate(slats), material))

    def door(
        self,
        y_m: float,
        floor_m: float,
        *,
        width_m: float = 1.0,
        height_m: float = 2.1,
        fanlight_m: float = 0.4,
        leaf: Material | None = None,
        frame: Material = WHITE_PAINT,
        steps_to_m: float = 0.6,
        glazed: bool = False,
        inset_m: float = 0.2,
        shop: bool = False,
    ) -> Array:
        """A door with a fanlight above and steps up to `floor_m`, of a `shop` or not; returns its opening (1, 4)."""
        colour = leaf or Wood(srgb("#4a3524"))
        opening = rectangles([y_m], [floor_m], width_m, height_m + fanlight_m)
        self.openings.append(opening)
        self.parts.append(reveals(opening, 0.0, -inset_m, self.reveal))
        leaf_area = opening.copy()
        leaf_area[:, 3] = floor_m + height_m
        if fanlight_m > 0:
            light = opening.copy()
            light[:, 1] = floor_m + height_m
            self.parts.append(
                self.glazing(light, Window(frame=frame, verticals=(), frame_m=0.06), x_m=-inset_m, shop=shop)
            )
        if glazed:
            style = Window(frame=colour, verticals=(0.5,) if width_m > 1.3 else (), horizontals=(0.35,), frame_m=0.11)
            self.parts.append(self.glazing(leaf_area, style, x_m=-inset_m, shop=shop))
        else:
            inner = grown(leaf_area, -0.07, -0.03, -0.07)
            self.parts += [
                ring(leaf_area, inner, -inset_m, frame),
                reveals(inner, -inset_m, -inset_m - 0.04, frame),
                panels(inner, -inset_m - 0.04, colour),
                _door_panels(inner[0], -inset_m - 0.04, colour, double=width_m > 1.3),
            ]
        if steps_to_m > 0 and floor_m > 0.1:
            count = max(1, round(floor_m / 0.17))
            tread = steps_to_m / count
            index = np.arange(count)
            low = np.column_stack([np.zeros(count), np.full(count, y_m - width_m / 2 - 0.2), index * floor_m / count])
            high = np.column_stack(
                [steps_to_m - index * tread, np.full(count, y_m + width_m / 2 + 0.2), (index + 1) * floor_m / count]
            )
            self.parts.append(boxes(low, high, GREY_STONE, skip=("back", "bottom")))
        return opening

    def band(self, bottom_m: float, top_m: float, material: Material) -> None:
        """The wall between two heights, with holes for all openings so far."""
        half = self.width_m / 2
        self.parts.append(wall((-half, bottom_m, half, top_m), self.holes, material))

    def ledge(self, bottom_m: float, top_m: float, reach_m: float, material: Material) -> None:
        """A course across the whole width (a plinth, a string course, a cornice), broken by the openings it meets."""
        self.parts.append(plates(self.spans(bottom_m, top_m), 0.0, reach_m, material))

    def spans(self, bottom_m: float, top_m: float) -> Array:
        """The stretches (N, 4) of a horizontal band that no opening cuts."""
        cuts = [(h[0], h[2]) for h in self.holes if h[1] < top_m - 1e-6 and h[3] > bottom_m + 1e-6]
        spans, start = [], -self.width_m / 2
        for low, high in sorted(cuts):
            if low > start + 0.02:
                spans.append((start, bottom_m, low, top_m))
            start = max(start, high)
        if start < self.width_m / 2 - 0.02:
            spans.append((start, bottom_m, self.width_m / 2, top_m))
        return np.array(spans, float).reshape(-1, 4)

    def downpipe(self, y_m: float, top_m: float, material: Material = ZINC) -> None:
        self.parts.append(tube([(0.07, y_m, 0.02), (0.07, y_m, top_m)], 0.045, material, sides=6))

    def mesh(self) -> Mesh:
        return join(self.parts)


def _door_panels(leaf: Array, x_m: float, material: Material, *, double: bool) -> Mesh:
    """Raised fields on a door leaf, a handle, and the gap between two leaves."""
    y0, z0, y1, z1 = leaf
    columns = [(y0, (y0 + y1) / 2), ((y0 + y1) / 2, y1)]
    rows = [(z0 + 0.15, z0 + 0.75), (z0 + 0.95, z1 - 0.12)]
    areas = np.array([(a + 0.07, low, b - 0.07, high) for a, b in columns for low, high in rows])
    handle_y = (y0 + y1) / 2 + 0.05 if double else y1 - 0.08
    return join(
        [
            plates(areas, x_m, x_m + 0.025, material),
            plates(np.array([(handle_y - 0.015, z0 + 0.95, handle_y + 0.015, z0 + 1.15)]), x_m, x_m + 0.06, ZINC),
        ]
    )


def grid(rows: Sequence[float], first_m: float, step_m: float) -> Array:
    """Heights `first_m` + row * `step_m`."""
    return first_m + step_m * np.asarray(rows, float)

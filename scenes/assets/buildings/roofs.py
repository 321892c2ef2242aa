"""Roofs: pitched and mansard ones over a profile, flat ones behind a parapet, with dormers, chimneys and gutters.

Frame of a building under construction: the street facade is the plane x = 0, the back wall x = -depth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from longtail.scenes.assets.buildings.elevation import GREY_STONE, WHITE_PAINT, ZINC, Elevation, Window
from longtail.scenes.assets.buildings.planes import Array, boxes, quads, rectangles
from longtail.scenes.geometry.materials import Brick, Material, Principled, RoofTiles, Stone, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import cylinder, tube

RED_TILES = RoofTiles(srgb("#7c3f2d"))
BROWN_TILES = RoofTiles(srgb("#5f463c"))
SLATES = RoofTiles(srgb("#4a4e55"))
_POTS = Principled(srgb("#a8593c"), roughness=0.8)
_GRAVEL = Stone(srgb("#7a776f"))


def gable_profile(depth_m: float, eaves_m: float, rise_m: float) -> Array:
    """The line (N, 2) of (x, z) where a gable roof meets the side walls, from the street to the back."""
    return np.array([(0.0, eaves_m), (-depth_m / 2, eaves_m + rise_m), (-depth_m, eaves_m)])


def mansard_profile(depth_m: float, eaves_m: float, steep_m: float, rise_m: float) -> Array:
    """A steep lower slope with windows, then a shallow upper one."""
    lean = 0.34 * steep_m
    return np.array(
        [
            (0.0, eaves_m),
            (-lean, eaves_m + steep_m),
            (-depth_m / 2, eaves_m + steep_m + rise_m),
            (-depth_m + lean, eaves_m + steep_m),
            (-depth_m, eaves_m),
        ]
    )


def party_walls(width_m: float, profile_m: Array, material: Material, *, base_m: float = 0.0) -> Mesh:
    """Both side walls up to the roof's line: convex polygons, fanned out."""
    outline = np.concatenate([[(profile_m[-1, 0], base_m), (profile_m[0, 0], base_m)], profile_m])
    count = len(outline)
    fan = np.stack([np.zeros(count - 2, int), np.arange(1, count - 1), np.arange(2, count)], axis=1)
    right = np.column_stack([outline[:, 0], np.full(count, -width_m / 2), outline[:, 1]])
    left = np.column_stack([outline[:, 0], np.full(count, width_m / 2), outline[:, 1]])
    return join(
        [
            Mesh.of(right, fan, material, uv=outline),
            Mesh.of(left, fan[:, ::-1], material, uv=outline),
        ]
    )


def roof(
    width_m: float,
    profile_m: Array,
    covers: Sequence[Material],
    *,
    overhang_m: float = 0.4,
    thick_m: float = 0.18,
    trim: Material = WHITE_PAINT,
    verge_m: float = 0.0,
) -> Mesh:
    """A slab over `profile_m`; `covers` are the materials of its slopes. It hangs over the eaves and, by `verge_m`,
    over the side walls. The first and last points of the profile are the eaves."""
    line = np.asarray(profile_m, float)
    first, last = line[0] - line[1], line[-1] - line[-2]
    under = np.concatenate(
        [[line[0] + first / abs(first[0]) * overhang_m], line[1:-1], [line[-1] + last / abs(last[0]) * overhang_m]]
    )
    # The seam with the wall stays where it is: the slab lies on it, and its soffit runs on outside.
    over = under + [0.0, thick_m]
    half = width_m / 2 + verge_m
    count = len(line) - 1

    def strip(points: Array, index: int, y0: float, y1: float) -> Array:
        (xa, za), (xb, zb) = points[index], points[index + 1]
        return np.array([(xa, y0, za), (xa, y1, za), (xb, y1, zb), (xb, y0, zb)])

    parts = []
    for index in range(count):
        slope = float(np.linalg.norm(over[index + 1] - over[index]))
        uv = [(-half, 0), (half, 0), (half, slope), (-half, slope)]
        flip = index >= count / 2  # Courses rise from the eaves on both sides.
        uv = [(u, slope - v) for u, v in uv] if flip else uv
        parts.append(quads([strip(over, index, -half, half)], covers[index], [uv]))
        parts.append(quads([strip(under, index, -half, half)[::-1]], trim))
        for y, turn in ((-half, 1), (half, -1)):
            (xa, za), (xb, zb) = under[index], under[index + 1]
            face = np.array([(xb, y, zb), (xa, y, za), (xa, y, za + thick_m), (xb, y, zb + thick_m)])
            parts.append(quads([face[::turn]], trim))
    for point, turn in ((under[0], 1), (under[-1], -1)):
        x, z = point
        face = np.array([(x, -half, z), (x, half, z), (x, half, z + thick_m), (x, -half, z + thick_m)])
        parts.append(quads([face[::turn]], trim))
    return join(parts)


def gutter(width_m: float, x_m: float, z_m: float, material: Material = ZINC) -> Mesh:
    """A gutter along the eaves."""
    half = width_m / 2
    return tube([(x_m, -half, z_m), (x_m, half, z_m)], 0.065, material, sides=6)


def chimney(
    x_m: float, y_m: float, bottom_m: float, top_m: float, *, pots: int = 2, brick: Material | None = None
) -> Mesh:
    """A stack with a corbelled head and clay pots."""
    material = brick or Brick(srgb("#7d4a3a"))
    wide, deep = 0.34 * pots + 0.2, 0.5
    parts = [
        boxes(
            (x_m - deep / 2, y_m - wide / 2, bottom_m),
            (x_m + deep / 2, y_m + wide / 2, top_m),
            material,
            skip=("bottom",),
        ),
        boxes(
            (x_m - deep / 2 - 0.05, y_m - wide / 2 - 0.05, top_m - 0.16),
            (x_m + deep / 2 + 0.05, y_m + wide / 2 + 0.05, top_m + 0.02),
            GREY_STONE,
        ),
    ]
    pot = cylinder(0.11, 0.38, _POTS, sides=8, top_radius_m=0.09)
    for index in range(pots):
        parts.append(pot.moved(x_m, y_m + 0.34 * (index - (pots - 1) / 2), top_m + 0.02))
    return join(parts)


def dormers(
    centres_m: ArrayLike,
    x_m: float,
    sill_m: float,
    *,
    width_m: float = 1.3,
    height_m: float = 1.35,
    run_m: float = 2.4,
    cheeks: Material = ZINC,
    cover: Material = ZINC,
    style: Window | None = None,
    side: int = 4,
) -> Mesh:
    """Dormer windows: fronts at x = `x_m`, cheeks running back `run_m` into the roof, a flat hood on top."""
    parts = []
    look = style or Window(verticals=(0.5,), inset_m=0.06, sill=None)
    outer = width_m + 0.3
    for number, y in enumerate(np.asarray(centres_m, float)):
        front = Elevation(outer, cheeks, side=side + number)
        front.windows(rectangles([0.0], [0.12], width_m, height_m), look)
        front.band(0.0, height_m + 0.3, cheeks)
        parts.append(front.mesh().moved(x_m, y, sill_m))
        body = boxes(
            (x_m - run_m, y - outer / 2, sill_m),
            (x_m, y + outer / 2, sill_m + height_m + 0.3),
            cheeks,
            skip=("front", "back", "bottom", "top"),
        )
        hood = boxes(
            (x_m - run_m, y - outer / 2 - 0.1, sill_m + height_m + 0.3),
            (x_m + 0.14, y + outer / 2 + 0.1, sill_m + height_m + 0.42),
            cover,
        )
        parts += [body, hood]
    return join(parts)


def skylights(centres_m: ArrayLike, profile_m: Array, share: float, thick_m: float, frame: Material) -> Mesh:
    """Roof windows 0.8 x 1.2 m in the street slope, `share` of the way up; they stand 8 cm proud of the tiles."""
    (xa, za), (xb, zb) = profile_m[0], profile_m[1]
    along = np.array([xb - xa, 0.0, zb - za])
    length = float(np.linalg.norm(along))
    pitch = float(np.arctan2(zb - za, xa - xb))
    parts = []
    for number, y in enumerate(np.asarray(centres_m, float)):
        pane = Elevation(0.8, frame, side=20 + number)
        area = np.array([(-0.4, 0.0, 0.4, 1.2)])
        parts_of = join(
            [
                pane.glazing(area, Window(frame=frame, verticals=(), frame_m=0.08), x_m=0.08),
                boxes((-0.1, -0.4, 0.0), (0.08, 0.4, 1.2), frame, skip=("front", "back")),
            ]
        )
        spot = np.array([xa, 0.0, za + thick_m]) + along * share
        parts.append(parts_of.moved(z_m=-0.6).rotated(1, -(np.pi / 2 - pitch)).moved(spot[0], y, spot[2]))
    assert length > 0
    return join(parts)


def flat_roof(
    width_m: float,
    depth_m: float,
    top_m: float,
    wall: Material,
    *,
    parapet_m: float = 0.7,
    coping: Material = ZINC,
    lift_house: bool = True,
    seed: int = 0,
) -> Mesh:
    """A roof deck behind a parapet whose top is `top_m`; the parapet's outside belongs to the walls."""
    half, thick = width_m / 2, 0.25
    deck = top_m - parapet_m
    inner = half - thick
    floor = [
        (-thick, -inner, deck),
        (-thick, inner, deck),
        (-depth_m + thick, inner, deck),
        (-depth_m + thick, -inner, deck),
    ]
    sides = []
    loop = [(p[0], p[1]) for p in floor]
    for (xa, ya), (xb, yb) in zip(loop, loop[1:] + loop[:1], strict=True):
        sides.append([(xb, yb, deck), (xa, ya, deck), (xa, ya, top_m), (xb, yb, top_m)])
    edge = [
        ((-thick, -half, top_m), (0.05, half, top_m + 0.06)),
        ((-depth_m, -half, top_m), (-depth_m + thick, half, top_m + 0.06)),
        ((-depth_m + thick, -half, top_m), (-thick, -inner, top_m + 0.06)),
        ((-depth_m + thick, inner, top_m), (-thick, half, top_m + 0.06)),
    ]
    parts = [
        quads([floor], _GRAVEL),
        quads(sides, wall),
        boxes([low for low, _ in edge], [high for _, high in edge], coping),
    ]
    rng = np.random.default_rng(seed)
    if lift_house:
        y = float(rng.uniform(-0.2, 0.2)) * width_m
        parts.append(
            boxes((-depth_m * 0.7, y - 1.4, deck), (-depth_m * 0.42, y + 1.4, deck + 2.6), wall, skip=("bottom",))
        )
        parts.append(
            boxes((-depth_m * 0.7 - 0.1, y - 1.5, deck + 2.6), (-depth_m * 0.42 + 0.1, y + 1.5, deck + 2.72), coping)
        )
    for _ in range(int(width_m / 4)):
        x, y = float(rng.uniform(-0.9, -0.2)) * depth_m, float(rng.uniform(-0.4, 0.4)) * width_m
        tall = float(rng.uniform(0.5, 1.1)) if lift_house else float(rng.uniform(0.35, parapet_m))
        parts.append(boxes((x - 0.3, y - 0.35, deck), (x + 0.3, y + 0.35, deck + tall), ZINC, skip=("bottom",)))
    return join(parts)

"""What detached houses are made up of: hipped roofs, gable walls, wings with gables, dormers, porches, garages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from longtail.scenes.assets.buildings.elevation import ANTHRACITE, GREY_STONE, WHITE_PAINT, ZINC, Elevation, Window
from longtail.scenes.assets.buildings.palette import PLINTH_STONE
from longtail.scenes.assets.buildings.planes import Array, boxes, plates, rectangles, reveals, wall
from longtail.scenes.assets.buildings.roofs import gable_profile, roof
from longtail.scenes.geometry.materials import Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join

# (x0, x1, y0, y1): the outline of a block of a house, seen from above.
Plan = tuple[float, float, float, float]
_UPRIGHT = ("front", "back", "left", "right", "bottom")
_GARAGE_DOOR = Principled(srgb("#d5d3cc"), roughness=0.45)


def around(plan: Plan, wall_material: Material, first_side: int = 0) -> list[Elevation]:
    """Empty faces for the street, left, back and right sides of a block."""
    x0, x1, y0, y1 = plan
    return [
        Elevation(y1 - y0 if side % 2 == 0 else x1 - x0, wall_material, side=first_side + side) for side in range(4)
    ]


def stand(faces: Sequence[Elevation], plan: Plan) -> Mesh:
    """The four faces of `around`, brought to the edges of their block."""
    x0, x1, y0, y1 = plan
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    spots = [(x1, middle[1]), (middle[0], y1), (x0, middle[1]), (middle[0], y0)]
    meshes = [
        face.mesh().rotated(2, side * np.pi / 2).moved(*spot)
        for side, (face, spot) in enumerate(zip(faces, spots, strict=True))
        if face.parts
    ]
    return join(meshes)


def hip_roof(plan: Plan, eaves_m: float, slope: float, cover: Material, trim: Material = WHITE_PAINT) -> Mesh:
    """Four slopes over an outline that already includes the overhang, on a fascia 18 cm high with a flat soffit."""
    x0, x1, y0, y1 = plan
    low, rim = eaves_m, eaves_m + 0.18
    half = min(x1 - x0, y1 - y0) / 2
    top = rim + slope * half
    mx, my = (x0 + x1) / 2, (y0 + y1) / 2
    if y1 - y0 >= x1 - x0:
        a, b = (mx, y0 + half, top), (mx, y1 - half, top)
        slopes = [
            [(x1, y0, rim), (x1, y1, rim), b, a],
            [(x1, y1, rim), (x0, y1, rim), b],
            [(x0, y1, rim), (x0, y0, rim), a, b],
            [(x0, y0, rim), (x1, y0, rim), a],
        ]
    else:
        a, b = (x0 + half, my, top), (x1 - half, my, top)
        slopes = [
            [(x1, y0, rim), (x1, y1, rim), b],
            [(x1, y1, rim), (x0, y1, rim), a, b],
            [(x0, y1, rim), (x0, y0, rim), a],
            [(x0, y0, rim), (x1, y0, rim), b, a],
        ]
    parts = [_slope(np.array(corners), cover) for corners in slopes]
    parts.append(boxes((x0, y0, low), (x1, y1, rim), trim, skip=("top",)))
    return join(parts)


def _slope(corners: Array, cover: Material) -> Mesh:
    """A roof plane over its eaves, which are its first two corners; UVs are metres along and up from them."""
    along = corners[1] - corners[0]
    along /= np.linalg.norm(along)
    reach = corners - corners[0]
    u = reach @ along
    v = np.linalg.norm(reach - u[:, None] * along, axis=1)
    faces = [[0, 1, 2]] if len(corners) == 3 else [[0, 1, 2], [0, 2, 3]]
    if len(corners) == 4 and np.linalg.norm(corners[2] - corners[3]) < 0.02:  # A square plan has no ridge.
        faces = [[0, 1, 2]]
    return Mesh.of(corners, faces, cover, uv=np.column_stack([u, v]))


def parapet_roof(plan: Plan, top_m: float) -> Mesh:
    """A gravelled deck behind walls that end at `top_m` under a metal coping."""
    x0, x1, y0, y1 = plan
    deck = boxes((x0, y0, top_m - 0.4), (x1, y1, top_m - 0.3), PLINTH_STONE, skip=_UPRIGHT)
    low = [(x1 - 0.25, y0), (x0, y0), (x0 + 0.25, y0), (x0 + 0.25, y1 - 0.25)]
    high = [(x1 + 0.04, y1), (x0 + 0.25, y1), (x1 - 0.25, y0 + 0.25), (x1 - 0.25, y1)]
    rims = boxes([(*p, top_m) for p in low], [(*p, top_m + 0.05) for p in high], ANTHRACITE)
    return join([deck, rims])


def gable_wall(
    face: Elevation, eaves_m: float, peak_m: float, material: Material, style: Window | None, wide_m: float = 1.0
) -> None:
    """The triangle over the eaves of a face, with a window of the attic in it unless `style` is None."""
    half = face.width_m / 2
    slope = (peak_m - eaves_m) / half
    strip = min(wide_m / 2 + 0.25, half * 0.7)
    top = peak_m - slope * strip
    openings = np.zeros((0, 4))
    if style is not None:
        low = eaves_m + min(0.45, max(0.1, top - eaves_m - 1.3))
        openings = rectangles([0.0], [low], wide_m, min(1.15, top - low - 0.1))
        face.windows(openings, style)
    face.parts.append(wall((-strip, eaves_m, strip, top), openings, material))
    pieces = [
        [(-half, eaves_m), (-strip, eaves_m), (-strip, top)],
        [(strip, eaves_m), (half, eaves_m), (strip, top)],
        [(-strip, top), (strip, top), (0.0, peak_m)],
    ]
    for piece in pieces:
        points = np.array([(0.0, y, z) for y, z in piece])
        face.parts.append(Mesh.of(points, [[0, 1, 2]], material, uv=points[:, 1:]))


def cross_roof(
    y_m: float,
    width_m: float,
    front_m: float,
    run_m: float,
    eaves_m: float,
    slope: float,
    cover: Material,
    *,
    overhang_m: float = 0.25,
    verge_m: float = 0.2,
    thick_m: float = 0.14,
    trim: Material = WHITE_PAINT,
) -> Mesh:
    """A gable roof whose ridge runs along X, from a gable at x = `front_m` back into the main roof."""
    profile = gable_profile(width_m, eaves_m, slope * width_m / 2)
    slab = roof(run_m + verge_m, profile, [cover, cover], overhang_m=overhang_m, thick_m=thick_m, trim=trim)
    turned = slab.moved(x_m=width_m / 2).rotated(2, np.pi / 2)
    return turned.moved(front_m + verge_m - (run_m + verge_m) / 2, y_m)


def gable_dormer(
    x_m: float, y_m: float, sill_m: float, run_m: float, wall_material: Material, cover: Material, style: Window
) -> Mesh:
    """A dormer 1.5 m wide with a little gable, its window at x = `x_m`."""
    wide, tall, slope = 1.5, 1.35, 0.8
    face = Elevation(wide, wall_material, side=40 + int(abs(10 * y_m)))
    face.windows(rectangles([0.0], [0.12], 1.1, 1.12), style)
    face.band(0.0, tall, wall_material)
    gable_wall(face, tall, tall + slope * wide / 2, wall_material, None)
    half = wide / 2
    cheeks = boxes(
        (x_m - run_m, y_m - half, sill_m),
        (x_m, y_m + half, sill_m + tall),
        wall_material,
        skip=("front", "back", "top", "bottom"),
    )
    lid = cross_roof(
        y_m, wide, x_m, run_m + 1.1, sill_m + tall, slope, cover, overhang_m=0.16, verge_m=0.16, thick_m=0.08
    )
    return join([face.mesh().moved(x_m, y_m, sill_m), cheeks, lid])


def porch(y_m: float, front_m: float, reach_m: float, wood: Material, cover: Material, *, width_m: float = 2.2) -> Mesh:
    """Two posts that carry a small gable over the steps of a front door."""
    half, slope, top = width_m / 2, 0.7, 2.5
    x = front_m + reach_m - 0.3
    posts = [
        boxes((x - 0.07, y - 0.07, 0.0), (x + 0.07, y + 0.07, top), wood)
        for y in (y_m - half + 0.15, y_m + half - 0.15)
    ]
    beams = [
        boxes((front_m, y - 0.06, top), (x + 0.07, y + 0.06, top + 0.16), wood, skip=("back",))
        for y in (y_m - half + 0.15, y_m + half - 0.15)
    ]
    peak = top + 0.14 + slope * half
    gable = np.array([(x, y_m - half, top + 0.14), (x, y_m + half, top + 0.14), (x, y_m, peak)])
    tympanum = Mesh.of(gable, [[0, 1, 2]], wood, uv=gable[:, 1:])
    lid = cross_roof(
        y_m, width_m, x, x - front_m, top + 0.14, slope, cover, overhang_m=0.12, verge_m=0.3, thick_m=0.1, trim=wood
    )
    return join([*posts, *beams, tympanum, lid])


def bay_window(y_m: float, front_m: float, material: Material, style: Window, cover: Material, floor_m: float) -> Mesh:
    """A square bay 2.4 m wide on the ground floor with windows on three sides under a hipped lid."""
    plan = (front_m, front_m + 0.8, y_m - 1.2, y_m + 1.2)
    faces = around(plan, material, first_side=70)
    top = 2.55
    faces[0].windows(
        rectangles([0.0], [floor_m + 0.7], 1.9, 1.4), Window(frame=style.frame, verticals=(0.33, 0.67), inset_m=0.08)
    )
    for side in (1, 3):
        faces[side].windows(
            rectangles([0.0], [floor_m + 0.7], 0.5, 1.4), Window(frame=style.frame, verticals=(), inset_m=0.08)
        )
    for side in (0, 1, 3):
        faces[side].band(0.0, top, material)
    low = np.array([(0.95, -1.35), (0.95, 1.35), (0.0, 1.35), (0.0, -1.35)])
    lid = [
        [(*low[0], top), (*low[1], top), (0.0, 0.9, top + 0.55), (0.0, -0.9, top + 0.55)],
        [(*low[1], top), (*low[2], top), (0.0, 0.9, top + 0.55)],
        [(*low[3], top), (*low[0], top), (0.0, -0.9, top + 0.55)],
    ]
    planes = [_slope(np.array(corners), cover).moved(front_m, y_m) for corners in lid]
    soffit = boxes(
        (front_m, y_m - 1.35, top - 0.06), (front_m + 0.95, y_m + 1.35, top), WHITE_PAINT, skip=("back", "top")
    )
    return join([stand(faces, plan), *planes, soffit])


def garage_door(face: Elevation, y_m: float, width_m: float, height_m: float = 2.2) -> None:
    """A sectional door set 12 cm into the wall."""
    opening = rectangles([y_m], [0.0], width_m, height_m)
    face.openings.append(opening)
    face.parts.append(reveals(opening, 0.0, -0.16, face.reveal, floor=False))
    rows = np.arange(4) * height_m / 4
    low = np.column_stack([np.full(4, -0.18), np.full(4, y_m - width_m / 2), rows])
    face.parts.append(boxes(low, low + [0.06, width_m, height_m / 4 - 0.015], _GARAGE_DOOR, skip=("back",)))
    face.parts.append(plates(opening, -0.19, -0.17, ZINC))


def garage(plan: Plan, material: Material, *, height_m: float = 2.7) -> Mesh:
    """A flat-roofed garage beside the house."""
    x0, x1, y0, y1 = plan
    faces = around(plan, material, first_side=60)
    garage_door(faces[0], 0.0, min(2.5, y1 - y0 - 0.5))
    for face in faces:
        face.band(0.0, height_m, material)
    lid = boxes((x0, y0, height_m), (x1 + 0.1, y1, height_m + 0.2), ZINC, skip=())
    step = boxes((x1, y0 + 0.3, 0.0), (x1 + 0.5, y1 - 0.3, 0.03), GREY_STONE, skip=("back", "bottom"))
    return join([stand(faces, plan), lid, step])

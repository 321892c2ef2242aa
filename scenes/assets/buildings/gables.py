"""What is on the bare side walls of terraced houses that nobody built against: windows, pipes, patches, old paint.

They stand before a wall, in the frame of its own: X away from it, the origin on the ground below its middle. All are as
wide as the sides of the shallowest house allow, and as high as its storeys.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.buildings.elevation import GREY_STONE, WHITE_PAINT, ZINC, Elevation, Window
from longtail.scenes.assets.buildings.palette import PARTY_WALL, WHITE_TRIM
from longtail.scenes.assets.buildings.planes import panels, plates, rectangles
from longtail.scenes.assets.furniture.printing import cut_apart
from longtail.scenes.assets.lettering import word
from longtail.scenes.assets.posters import poster
from longtail.scenes.geometry.materials import Brick, Material, Plaster, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import polygon, tube

Rng = np.random.Generator

REACH_M = 0.115
"""How far what is on a wall reaches from it."""
_WIDE_M, _PIPE_M = 6.69, 0.045
# Terraces of brick have no more storeys.
_MOST_OF_BRICK = 3
_STOREY_M, _BASE_M = 2.85, 0.5
_TURN = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
# Goods that no trader of today sells, in the paint of a hundred years ago.
_WORDS = ("COAL", "SOAP", "COCOA", "CIGARS", "MILLS", "STARCH")
_PAINTS = (("#6f7f86", "#cfc8b2"), ("#8a6a52", "#d6cba8"), ("#a8a28c", "#5b5f63"), ("#7c7d5f", "#d9d3bd"))
_MENDED = ("#bdb5a7", "#aaa193", "#b8b1a4", "#ada597")
_SPRAYS = ("#2d3f73", "#8c2f35", "#3a6b4a", "#1d1d20", "#b3a33a")


def height_m(storeys: int) -> float:
    """How high the dressing of a wall with so many storeys is: no house of ours has lower eaves."""
    return _STOREY_M * storeys + _BASE_M


def _flat(shape: shapely.Geometry, x_m: float, material: Material) -> Mesh:
    """A shape drawn on the wall: its x runs along Y, its y up."""
    return polygon(shape, 0.0, material).transformed(_TURN).moved(x_m)


def _blot(rng: Rng, y_m: float, z_m: float, wide_m: float, high_m: float) -> shapely.Polygon:
    """Where plaster fell off or was mended: roundish or with the corners of a trowel's work, and a ragged edge."""
    turn = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    waves = sum(rng.normal(0, 0.2 / k**0.8) * np.cos(k * turn + rng.uniform(0, 6.3)) for k in range(2, 30))
    squareness = float(rng.choice([1.0, 0.45, 0.3]))
    out = 1 + np.clip(waves, -0.5, 0.5) * (0.5 if squareness < 1 else 1.0)
    y, z = (np.sign(v) * np.abs(v) ** squareness for v in (np.cos(turn), np.sin(turn)))
    corners = np.column_stack([y_m + wide_m / 2 * out * y, z_m + high_m / 2 * out * z])
    return shapely.Polygon(corners).buffer(0)


def _within(shape: shapely.Geometry, high_m: float) -> shapely.Geometry:
    return shape.intersection(shapely.box(-3.25, 0.02, 3.25, high_m - 0.1))


def _worn(rng: Rng, storeys: int) -> list[Mesh]:
    """Damp at the foot of a plastered wall, mended places, and bricks where plaster is gone."""
    high = height_m(storeys)
    top = 0.5 + 0.25 * np.cumsum(rng.normal(0, 0.3, 60))
    line = np.column_stack([np.linspace(3.25, -3.25, 60), np.clip(top, 0.12, 1.2)])
    taken = shapely.Polygon([(-3.25, 0.02), (3.25, 0.02), *line.tolist()]).buffer(0)
    parts = [_flat(taken, 0.004, Plaster(srgb("#a1988a"), tinted=False))]
    mended = [(Plaster(srgb(str(tone)), tinted=False), 2.6) for tone in rng.permutation(_MENDED)]
    bare = [(Brick(srgb("#8a5a48")), 1.1)] * int(rng.integers(0, 3))
    for material, size in [*mended[: int(rng.integers(1, 4))], *bare]:
        place = float(rng.uniform(-2.4, 2.4)), float(rng.uniform(0.7, high - 1.2))
        blot = _blot(rng, *place, *(size * rng.uniform(0.4, 1.1, 2)))
        # Nothing lies over anything else in one plane.
        shown = _within(blot, high).difference(taken.buffer(0.01))
        taken = taken.union(shown)
        if not shown.is_empty:
            parts.append(_flat(shown, 0.006, material))
    return parts


def _pipes(storeys: int) -> list[Mesh]:
    """A downpipe at one end of the wall, the conductor of the lightning rod at the other, and vents."""
    high, x = height_m(storeys), REACH_M - _PIPE_M
    places = ((3.3, ZINC), (-3.3, Principled(srgb("#5d5a55"), roughness=0.6)))
    parts = [tube([(x, y, 0.0), (x, y, high)], _PIPE_M, material, sides=8) for y, material in places]
    levels = [_STOREY_M * k + 2.35 for k in range(storeys)]
    return [*parts, plates(rectangles([2.45], levels, 0.24, 0.18), 0.0, 0.03, ZINC)]


def _windows(rng: Rng, storeys: int, columns: tuple[float, ...], wide_m: float, tall_m: float) -> list[Mesh]:
    """Windows one above the other, in frames before the wall; a few are walled up."""
    face = Elevation(_WIDE_M, PARTY_WALL, side=9)
    openings = rectangles(columns, [_STOREY_M * k + 1.35 for k in range(storeys)], wide_m, tall_m)
    blind = rng.random(len(openings)) < 0.12
    face.surround(openings, WHITE_TRIM, 0.1)
    style = Window(frame=WHITE_PAINT, verticals=(0.5,) if wide_m > 0.9 else (), sill=None)
    face.parts.append(face.glazing(openings[~blind], style, x_m=0.062))
    if blind.any():
        face.parts.append(panels(openings[blind], 0.02, PARTY_WALL))
    sills = np.column_stack([openings[:, 0] - 0.12, openings[:, 1] - 0.08, openings[:, 2] + 0.12, openings[:, 1]])
    return [*face.parts, plates(sills, 0.0, 0.1, GREY_STONE)]


def _advertisement(rng: Rng, storeys: int) -> list[Mesh]:
    """A word in faded paint, high up on a ground of its own."""
    ground, ink = _PAINTS[int(rng.integers(len(_PAINTS)))]
    wide, tall = 4.6, 2.2 if storeys < 3 else 3.2
    low, left = height_m(storeys) - tall - 0.35, -3.1
    letters = word(_WORDS[int(rng.integers(len(_WORDS)))], 0.9)
    letters = shapely.affinity.scale(
        letters, *(0.85 * wide / (letters.bounds[2] - letters.bounds[0]),) * 2, origin=(0, 0)
    )
    letters = shapely.affinity.translate(letters, left + wide / 2, low + tall * 0.55)
    field = shapely.box(left, low, left + wide, low + tall)
    rule = shapely.box(left + 0.3, low + 0.35, left + wide - 0.3, low + 0.47)
    # Paint has come off in places.
    for _ in range(5):
        gone = _blot(rng, rng.uniform(left, left + wide), rng.uniform(low, low + tall), rng.uniform(0.3, 1.3), 0.5)
        field, letters, rule = field.difference(gone), letters.difference(gone), rule.difference(gone)
    paint, old = (Plaster(srgb(code), tinted=False) for code in (ground, ink))
    return [_flat(field, 0.011, paint), _flat(letters.union(rule), 0.014, old)]


def _scrawls(rng: Rng) -> list[Mesh]:
    """What hands reach: posters in a row, and loops of spray."""
    parts = []
    first = float(rng.uniform(-1.7, -0.1))
    for number in range(int(rng.integers(2, 6))):
        y, z = first + 0.66 * number, 0.95 + float(rng.normal(0, 0.03))
        sheet = poster(rng, 0.594, 0.84)
        for seen, rgb in cut_apart(sheet, sheet[0][0]):
            paper = Principled(rgb, roughness=0.8)
            parts.append(_flat(seen, 0.018, paper).moved(0.0, y + 0.3, z + 0.42))
    for _ in range(int(rng.integers(1, 4))):
        t = np.linspace(0, 1, 60)
        y, z = float(rng.uniform(-2.4, 1.2)), float(rng.uniform(0.7, 1.7))
        wild = rng.normal(0, 1, (2, 4))
        along = y + 1.5 * t + sum(0.16 * w * np.sin(2 * np.pi * (k + 2) * t) for k, w in enumerate(wild[0]))
        over = z + sum(0.15 * w * np.sin(2 * np.pi * (k + 2) * t + 1) for k, w in enumerate(wild[1]))
        loop = shapely.LineString(np.column_stack([along, over])).buffer(0.035)
        spray = Principled(srgb(_SPRAYS[int(rng.integers(len(_SPRAYS)))]), roughness=0.7)
        parts.append(_flat(_within(loop, 2.6), 0.024, spray))
    return parts


def gable(variant: str, storeys: int) -> Mesh:
    """What is on one wall: "flats" have two columns of windows, "stairs" one of small ones, "paint" an advertisement,
    "street" posters and spray; "brick" is for walls without plaster."""
    rng = np.random.default_rng([sum(map(ord, variant)), storeys])
    parts = _pipes(storeys) if variant == "brick" else [*_worn(rng, storeys), *_pipes(storeys)]
    if variant == "flats":
        parts += _windows(rng, storeys, (-1.7, 1.1), 1.0, 1.25)
    elif variant == "stairs":
        parts += _windows(rng, storeys, (1.2,), 0.62, 0.95)
    elif variant == "brick":
        parts += [*_windows(rng, storeys, (2.4,), 0.62, 1.0), *_advertisement(rng, storeys)]
    elif variant == "paint":
        parts += [*_advertisement(rng, storeys), *_windows(rng, storeys - 1, (2.55,), 0.5, 0.75)]
    else:
        parts += [*_scrawls(rng), *_windows(rng, 1, (-2.3,), 0.62, 0.8)]
        parts = [*parts, *(part.moved(z_m=_STOREY_M) for part in _windows(rng, storeys - 1, (0.4,), 0.9, 1.15))]
    return join(parts).moved(x_m=-REACH_M / 2)


ASSETS: tuple[Asset, ...] = tuple(
    Procedural(
        f"gable/{variant}-{storeys}",
        "building",
        (REACH_M, _WIDE_M, height_m(storeys)),
        tags=frozenset({"gable", f"{storeys} storeys", "on brick" if variant == "brick" else "on plaster"}),
        recipe=partial(gable, variant, storeys),
    )
    for storeys in (2, 3, 4, 5, 6)
    for variant in ("flats", "stairs", "paint", "street", *(("brick",) if storeys <= _MOST_OF_BRICK else ()))
)

"""What hangs on walls: posters, whiteboards, pin boards, and curtains beside a window."""

from __future__ import annotations

import numpy as np
import shapely

from longtail.scenes.geometry.interior_materials import Woven
from longtail.scenes.geometry.materials import GALVANISED, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, loft, polygon

Rng = np.random.Generator
Size = tuple[float, float, float]

_PAPER_M = 0.0015
_PALETTES = tuple(
    tuple(srgb(code) for code in codes)
    for codes in (
        ("#e8ddc7", "#d9a441", "#b5532c", "#5b2b2a", "#28304a"),
        ("#cfe0ea", "#8fb6cc", "#4f7f9e", "#2b4a5f", "#1c2a33"),
        ("#f3efe6", "#c7cfb7", "#8ea082", "#56684f", "#2c3a30"),
        ("#f6f3ee", "#e4b7a0", "#c9705e", "#7d3c4a", "#2e2233"),
        ("#f2f2f0", "#c9c9c7", "#8b8b8a", "#4a4a4b", "#161617"),
    )
)
_CLOTHS = tuple(srgb(code) for code in ("#e9e4d8", "#cfcabd", "#8b98a3", "#7d8f77", "#a2584c", "#4c5666", "#c8b48a"))
_INKS = tuple(Principled(srgb(code), roughness=0.7) for code in ("#1c2a6b", "#1c1c1e", "#8b1f24", "#1f6b3a"))
_WHITE = Principled((0.8, 0.8, 0.79), roughness=0.15, coat=0.5)
_CORK = Principled((0.33, 0.2, 0.1), roughness=0.85, mottle=0.6)
_NOTES = tuple(srgb(code) for code in ("#f5f4f0", "#f5f4f0", "#f3e37c", "#f0a9b8", "#a9d3ea", "#bfe0a4"))


def poster(size_m: Size, rng: Rng) -> Mesh:
    """A print without a frame: hills, or flat forms, with or without a white border."""
    width, _, height = size_m
    palette = _PALETTES[int(rng.integers(len(_PALETTES)))]
    border = float(rng.choice((0.0, 0.0, 0.04)))
    sheet = shapely.box(-width / 2, 0, width / 2, height)
    inner = sheet.buffer(-border, join_style="mitre") if border else sheet
    layers = [(sheet, (0.8, 0.79, 0.77)), (inner, palette[0])]
    layers += _hills(inner, palette, rng) if rng.random() < 0.55 else _forms(inner, palette, rng)
    covered: list[tuple[shapely.Geometry, Rgb]] = []
    # Each is cut out of those beneath it: in one plane two would flicker.
    for number, (shape, rgb) in enumerate(layers):
        above = shapely.union_all([other for other, _ in layers[number + 1 :]])
        if not (left := shape.difference(above)).is_empty:
            covered.append((left, rgb))
    face = join(polygon(shape, 0.0, Principled(rgb, roughness=0.55)) for shape, rgb in covered if shape.area > 1e-5)
    return _upright(face).moved(0.0, -_PAPER_M, 0.0)


def _hills(sheet: shapely.Geometry, palette: tuple[Rgb, ...], rng: Rng) -> list[tuple[shapely.Geometry, Rgb]]:
    """A sun, and ridges that grow darker towards the foot."""
    x0, y0, x1, y1 = sheet.bounds
    tall = y1 - y0
    sun = shapely.Point(rng.uniform(x0, x1), y0 + tall * rng.uniform(0.6, 0.85)).buffer(0.09 * tall)
    layers = [(sun.intersection(sheet), palette[1])]
    along = np.linspace(x0 - 0.01, x1 + 0.01, 40)
    for number, rgb in enumerate(palette[1:]):
        level = y0 + tall * (0.58 - 0.14 * number)
        waves = sum(
            tall * 0.07 / k * np.sin(along * 2 * np.pi * k * rng.uniform(0.6, 1.6) / (x1 - x0) + rng.uniform(0, 6.3))
            for k in (1, 2, 4)
        )
        ridge = np.column_stack([along, level + waves])
        ground = shapely.Polygon([*ridge, (x1 + 0.01, y0 - 1), (x0 - 0.01, y0 - 1)]).buffer(0)
        layers.append((ground.intersection(sheet), rgb))
    return layers


def _forms(sheet: shapely.Geometry, palette: tuple[Rgb, ...], rng: Rng) -> list[tuple[shapely.Geometry, Rgb]]:
    """Circles and rectangles over each other."""
    x0, y0, x1, y1 = sheet.bounds
    size = min(x1 - x0, y1 - y0)
    layers = []
    for number in range(int(rng.integers(4, 10))):
        x, y = rng.uniform(x0, x1), rng.uniform(y0, y1)
        a, b = rng.uniform(0.08, 0.4, 2) * size
        shape = shapely.Point(x, y).buffer(a) if rng.random() < 0.5 else shapely.box(x - a, y - b, x + a, y + b)
        layers.append((shape.intersection(sheet), palette[1 + number % 4]))
    return layers


def whiteboard(size_m: Size, rng: Rng) -> Mesh:
    """An enamelled board in its frame, with its tray, and lines that somebody has written."""
    width, depth, height = size_m
    parts = [box((width - 0.04, 0.01, height - 0.04), _WHITE, (0, -0.005, height / 2)), *_rim(size_m)]
    parts.append(box((width * 0.6, min(0.06, depth), 0.012), GALVANISED, (0, -min(0.06, depth) / 2, 0.006)))
    for _ in range(int(rng.integers(0, 5))):
        ink = _INKS[int(rng.integers(len(_INKS)))]
        x, z = float(rng.uniform(-0.4, 0.1)) * width, float(rng.uniform(0.35, 0.85)) * height
        for line in range(int(rng.integers(1, 6))):
            parts += _written(x, z - 0.07 * line, float(rng.uniform(0.15, 0.4)) * width, height, ink, rng)
    return join(parts)


def _written(x: float, z: float, long: float, height: float, ink: Principled, rng: Rng) -> list[Mesh]:
    """A line of words as one sees it from afar: strokes of the height of letters."""
    words, at = [], x
    while at < x + long and 0.08 < z < height - 0.08:
        word = float(rng.uniform(0.03, 0.1))
        count = max(4, int(word / 0.006))
        zigzag = np.column_stack([np.linspace(at, at + word, count), z + rng.uniform(-0.014, 0.014, count)])
        stroke = shapely.LineString(zigzag).buffer(0.0016, quad_segs=1)
        words.append(_upright(polygon(stroke, 0.0, ink)).moved(0.0, -0.0105, 0.0))
        at += word + 0.03
    return words


def pin_board(size_m: Size, rng: Rng) -> Mesh:
    """Cork in its frame, with sheets and notes pinned to it."""
    width, _, height = size_m
    parts = [box((width - 0.04, 0.01, height - 0.04), _CORK, (0, -0.005, height / 2)), *_rim(size_m)]
    for layer in range(int(rng.integers(3, 14))):
        wide, tall = ((0.21, 0.297), (0.076, 0.076), (0.148, 0.105))[int(rng.integers(3))]
        if wide > width - 0.1 or tall > height - 0.1:
            continue
        x = float(rng.uniform(-(width - wide) / 2 + 0.03, (width - wide) / 2 - 0.03))
        z = float(rng.uniform(tall / 2 + 0.03, height - tall / 2 - 0.03))
        rgb = _NOTES[int(rng.integers(len(_NOTES)))]
        out = -0.0105 - 0.0006 * layer
        sheet = polygon(shapely.box(-wide / 2, -tall / 2, wide / 2, tall / 2), 0.0, Principled(rgb, roughness=0.7))
        leaning = sheet.rotated(2, float(rng.normal(0, 0.04)))
        parts.append(_upright(leaning).moved(x, out, z))
        pin = Principled(_PALETTES[int(rng.integers(4))][2], roughness=0.3)
        parts.append(box((0.009, 0.008, 0.009), pin, (x, out - 0.004, z + tall / 2 - 0.012), bevel_m=0.003))
    return join(parts)


def _rim(size_m: Size) -> list[Mesh]:
    width, _, height = size_m
    bar, deep = 0.02, 0.018
    parts = [
        box((bar, deep, height), GALVANISED, (x, -deep / 2, height / 2), bevel_m=0.003)
        for x in (-width / 2 + bar / 2, width / 2 - bar / 2)
    ]
    return parts + [
        box((width - 2 * bar, deep, bar), GALVANISED, (0, -deep / 2, z), bevel_m=0.003)
        for z in (bar / 2, height - bar / 2)
    ]


def curtain(size_m: Size, rng: Rng) -> Mesh:
    """A length of cloth in folds that hangs from a rail at its top."""
    width, depth, height = size_m
    count = max(24, int(width / 0.012))
    along = np.linspace(-width / 2, width / 2, count)
    folds = width / float(rng.uniform(0.085, 0.12))
    phase = float(rng.uniform(0, 6.3))
    rings = []
    deep = depth / 2 - 0.02
    for share in np.linspace(0, 1, 6):
        # Gathered at the top, the folds open and wander towards the hem.
        swing = np.sin(2 * np.pi * folds * (along / width + 0.5) + phase + 0.5 * share * np.sin(along * 9 + phase))
        y = -depth / 2 + deep * (0.55 + 0.45 * share) * swing
        rings.append(np.column_stack([along, y, np.full(count, height - 0.02 - share * (height - 0.05))]))
    cloth = Woven("plain", _CLOTHS[int(rng.integers(len(_CLOTHS)))], tinted=False)
    front = loft(np.array(rings)[::-1], cloth, closed=False)
    rod = box((width + 0.06, 0.022, 0.022), GALVANISED, (0, -depth / 2, height - 0.011), bevel_m=0.008)
    return join([front, rod])


def _upright(flat: Mesh) -> Mesh:
    """From the X-Y plane, facing up, into the X-Z plane, facing -Y."""
    return flat.transformed(np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]]))

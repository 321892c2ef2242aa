"""Posters: a picture, a title and lines of small print, as they are pasted on columns, walls and shelters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely

from longtail.scenes.assets.lettering import word
from longtail.scenes.geometry.materials import Rgb, srgb

Rng = np.random.Generator
Layer = tuple[shapely.Geometry, Rgb]
Box = tuple[float, float, float, float]
"""Left, lower, right and upper end."""

# Few inks, which all posters share: each is a material. Printed colours that have hung in the sun for some weeks.
PAPER, CREAM, INK, GREY = srgb("#dcd8cc"), srgb("#cdbb93"), srgb("#222327"), srgb("#8b8d8b")
_RED, _OCHRE, _BLUE, _SKY = srgb("#9c3a33"), srgb("#b88a3e"), srgb("#33557a"), srgb("#8faabb")
_GREEN, _LEAF, _PLUM, _SKIN = srgb("#3f5f4b"), srgb("#7d8f62"), srgb("#56405c"), srgb("#a97f63")
_GROUNDS = (PAPER, PAPER, CREAM, _RED, _OCHRE, _BLUE, _GREEN, _PLUM, INK)
_TITLES = ("JAZZ", "CIRCUS", "OPERA", "EXPO", "CINEMA", "THEATRE", "MARKET", "MUSEUM", "CITY RUN", "SALE", "BALLET")


def poster(rng: Rng, wide_m: float, tall_m: float) -> list[Layer]:
    """What is printed on a sheet about the origin, each layer over those before it; the first is the sheet itself."""
    ground = _GROUNDS[int(rng.integers(len(_GROUNDS)))]
    ink = INK if _is_light(ground) else PAPER
    left, low, right, high = -wide_m / 2, -tall_m / 2, wide_m / 2, tall_m / 2
    layers: list[Layer] = [(shapely.box(left, low, right, high), ground)]
    edge = 0.06 * min(wide_m, tall_m)
    inner = (left + edge, low + edge, right - edge, high - edge)
    motif = _MOTIFS[int(rng.integers(len(_MOTIFS)))]
    layout = rng.choice(["over", "above", "below", "print"], p=[0.3, 0.35, 0.2, 0.15])
    share = float(rng.uniform(0.5, 0.68))
    if layout == "over":
        # The picture fills the sheet, and what is to be read stands on a bar across it.
        layers += motif(rng, (left, low, right, high))
        foot = low + 0.24 * tall_m
        layers.append((shapely.box(left, low, right, foot), ground))
        layers += _words(rng, (inner[0], inner[1], inner[2], foot - edge), ink)
    elif layout == "print":
        middle = low + share * tall_m
        layers += _words(rng, (inner[0], middle, inner[2], inner[3]), ink)
        layers += _small_print(rng, (inner[0], inner[1], inner[2], middle - edge), ink)
    else:
        cut = inner[1] + (1 - share) * (inner[3] - inner[1])
        if layout == "below":
            cut = low + high - cut
        upper, lower = (inner[0], cut + edge / 2, inner[2], inner[3]), (inner[0], inner[1], inner[2], cut - edge / 2)
        picture, text = (upper, lower) if layout == "above" else (lower, upper)
        layers += motif(rng, picture)
        layers += _words(rng, text, ink)
    return layers


def _is_light(rgb: Rgb) -> bool:
    return sum(rgb) > 0.9


def _words(rng: Rng, area: Box, ink: Rgb) -> list[Layer]:
    """A title over the width, and lines of small print in what is left below."""
    left, low, right, high = area
    title = word(_TITLES[int(rng.integers(len(_TITLES)))], 1.0, narrow=0.8)
    across = title.bounds[2] - title.bounds[0]
    size = min(float(rng.uniform(0.75, 1.0)) * (right - left) / across, 0.6 * (high - low))
    middle = (left + right) / 2 if rng.random() < 0.6 else left + size * across / 2
    placed = shapely.affinity.translate(
        shapely.affinity.scale(title, size, size, origin=(0, 0)), middle, high - size / 2
    )
    return [(placed, ink), *_small_print(rng, (left, low, right, high - 1.35 * size), ink)]


def _small_print(rng: Rng, area: Box, ink: Rgb) -> list[Layer]:
    """Lines of words too small to be read, ragged at the right."""
    left, low, right, high = area
    tall = 0.018
    rows = int(np.clip((high - low) / (2.1 * tall), 0, 9))
    boxes = []
    for row in range(rows):
        x, end, y = left, left + float(rng.uniform(0.5, 1.0)) * (right - left), high - 2.1 * tall * (row + 1)
        while x < end - 0.02:
            long = min(float(rng.uniform(0.03, 0.11)), end - x)
            boxes.append(shapely.box(x, y, x + long, y + tall))
            x += long + 0.016
    return [(shapely.MultiPolygon(boxes), ink)] if boxes else []


def _hills(rng: Rng, area: Box) -> list[Layer]:
    """A sun over three ranges, each darker than the one behind it."""
    left, low, right, high = area
    wide, tall = right - left, high - low
    evening = rng.random() < 0.5
    layers: list[Layer] = [(shapely.box(*area), _OCHRE if evening else _SKY)]
    sun = shapely.Point(left + wide * rng.uniform(0.2, 0.8), low + tall * rng.uniform(0.55, 0.85))
    layers.append(
        (sun.buffer(0.09 * min(wide, tall) * rng.uniform(0.8, 1.8), quad_segs=6), CREAM if evening else PAPER)
    )
    along = np.linspace(0, 1, 24)
    for number, rgb in enumerate((_PLUM, _RED, INK) if evening else (GREY, _LEAF, _GREEN)):
        waves = sum(np.sin(2 * np.pi * k * along + rng.uniform(0, 6.3)) / k for k in (1, 2, 3))
        top = low + tall * (0.5 - 0.15 * number + 0.06 * waves)
        ridge = np.column_stack([left + wide * along, top])
        layers.append((shapely.Polygon([(left, low), *ridge, (right, low)]), rgb))
    return layers


def _face(rng: Rng, area: Box) -> list[Layer]:
    """Somebody from the chest on before an even wall."""
    left, low, right, high = area
    wide, tall = right - left, high - low
    behind, shirt = (_WALLS[k] for k in rng.permutation(len(_WALLS))[:2])
    hair = INK if rng.random() < 0.5 else _OCHRE
    size, middle = 0.2 * min(wide, 0.8 * tall), (left + right) / 2 + 0.08 * wide * rng.normal()
    eye = low + tall * float(rng.uniform(0.58, 0.68))

    def oval(x: float, y: float, across: float, up: float) -> shapely.Geometry:
        return shapely.affinity.scale(shapely.Point(x, y).buffer(1.0, quad_segs=6), across, up)

    layers: list[Layer] = [(shapely.box(*area), behind)]
    layers.append((oval(middle, eye + 0.25 * size, 1.15 * size, 1.35 * size), hair))
    layers.append((oval(middle, eye - 2.9 * size, 2.3 * size, 1.9 * size), shirt))
    layers.append((shapely.box(middle - 0.4 * size, eye - 1.6 * size, middle + 0.4 * size, eye - 0.6 * size), _SKIN))
    layers.append((oval(middle, eye - 0.1 * size, 0.85 * size, 1.15 * size), _SKIN))
    return [(shape.intersection(shapely.box(*area)), rgb) for shape, rgb in layers]


_WALLS = (_SKY, _RED, _BLUE, CREAM, _GREEN, PAPER, INK)


def _discs(rng: Rng, area: Box) -> list[Layer]:
    """Overlapping discs and half-discs on an even ground."""
    left, low, right, high = area
    inks = [(_RED, _OCHRE, _BLUE, CREAM, INK, _SKY, _LEAF)[k] for k in rng.permutation(7)]
    layers: list[Layer] = [(shapely.box(*area), inks[0])]
    for number in range(int(rng.integers(3, 6))):
        x, y = rng.uniform(left, right), rng.uniform(low, high)
        disc = shapely.Point(x, y).buffer(float(rng.uniform(0.12, 0.4)) * (right - left), quad_segs=8)
        if rng.random() < 0.4:
            disc = disc.intersection(shapely.box(left, low, x, high))
        layers.append((disc.intersection(shapely.box(*area)), inks[1 + number % 4]))
    return layers


def _stripes(rng: Rng, area: Box) -> list[Layer]:
    """Slanting bands."""
    left, low, right, high = area
    inks = [(_RED, _OCHRE, _BLUE, CREAM, _PLUM, PAPER)[k] for k in rng.permutation(6)]
    layers: list[Layer] = [(shapely.box(*area), inks[0])]
    slant, x = float(rng.uniform(-0.7, 0.7)) * (high - low), left - (high - low)
    while x < right + (high - low):
        wide = float(rng.uniform(0.08, 0.25)) * (right - left)
        band = shapely.Polygon([(x, low), (x + wide, low), (x + wide + slant, high), (x + slant, high)])
        layers.append((band.intersection(shapely.box(*area)), inks[int(rng.integers(1, 4))]))
        x += wide * float(rng.uniform(1.2, 2.2))
    return [layer for layer in layers if not layer[0].is_empty]


def _town(rng: Rng, area: Box) -> list[Layer]:
    """Houses and towers against the sky, two rows of them."""
    left, low, right, high = area
    night = rng.random() < 0.4
    layers: list[Layer] = [(shapely.box(*area), _BLUE if night else CREAM)]
    for height, rgb in ((0.75, _PLUM if night else _SKY), (0.5, INK if night else _RED)):
        x, blocks = left, []
        while x < right:
            wide = float(rng.uniform(0.06, 0.18)) * (right - left)
            top = low + (high - low) * height * float(rng.uniform(0.5, 1.0))
            blocks.append(shapely.box(x, low, min(x + wide, right), top))
            x += wide
        layers.append((shapely.unary_union(blocks), rgb))
    return layers


_MOTIFS: Sequence[Callable[[Rng, Box], list[Layer]]] = (_hills, _face, _discs, _stripes, _town)

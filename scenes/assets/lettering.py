"""Words and digits as flat shapes, from the outlines of DejaVu Sans Bold, which matplotlib ships."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

_SIZE = 100.0


@lru_cache(maxsize=128)
def _glyph(letter: str) -> tuple[shapely.Geometry, float]:
    """Shape and advance of one letter, in units of the capital height."""
    # A tenth of a second to import, which processes without a letter to draw would pay.
    import matplotlib
    from matplotlib.ft2font import FT2Font
    from matplotlib.path import Path as Outline

    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"))
    font.set_size(_SIZE, 72)
    capital = 0.729 * _SIZE  # DejaVu's capitals are 1493 of 2048 units high.
    advance = font.load_char(ord(letter)).linearHoriAdvance / 65536 / capital
    vertices, codes = font.get_path()
    points: NDArray[np.float64] = np.asarray(vertices)
    if len(points) == 0:
        return shapely.Polygon(), advance
    shape: shapely.Geometry = shapely.Polygon()
    for ring in Outline(points / capital, codes).to_polygons():
        corners = np.asarray(ring)
        if len(corners) > 3:
            shape = shape.symmetric_difference(shapely.Polygon(corners).buffer(0))
    return shape.simplify(0.012), advance


@lru_cache(maxsize=256)
def word(text: str, height_m: float, *, narrow: float = 0.84) -> shapely.Geometry:
    """`text` centred about the origin, capitals `height_m` high; `narrow` squeezes it to a road sign's proportions."""
    shapes, x = [], 0.0
    for letter in text:
        shape, advance = _glyph(letter)
        shapes.append(shapely.affinity.translate(shape, x))
        x += advance
    union = shapely.unary_union(shapes)
    scaled = shapely.affinity.scale(union, height_m * narrow, height_m, origin=(0, 0))
    low_x, _, high_x, _ = scaled.bounds
    return shapely.affinity.translate(scaled, -(low_x + high_x) / 2, -height_m / 2)

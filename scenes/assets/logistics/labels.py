"""What is stuck and printed on goods: transport labels with bars and text, hazard diamonds, arrows, warnings, tape."""

from __future__ import annotations

import math

import numpy as np
import shapely

from longtail.scenes.assets.lettering import word
from longtail.scenes.assets.logistics.facing import on_side, rectangle
from longtail.scenes.geometry.materials import Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join

PAPER = Principled(srgb("#e9e8e3"), roughness=0.55)
INK = Principled(srgb("#15161a"), roughness=0.6)
BROWN_INK = Principled(srgb("#4a3018"), roughness=0.8)
RED_INK = Principled(srgb("#b3261c"), roughness=0.6)
TAPE = Principled(srgb("#b08a57"), roughness=0.22, coat=0.4)
CLEAR_TAPE = Principled(srgb("#a5855a"), roughness=0.12, coat=0.6)


def bars(width_m: float, height_m: float, seed: int) -> shapely.Geometry:
    """A bar code's bars about the origin: 1 to 4 modules each, as Code 128 has them (ISO/IEC 15417)."""
    rng = np.random.default_rng(seed)
    modules, runs = 0, []
    while modules < 90:
        bar, gap = (int(n) for n in rng.integers(1, 5, 2))
        runs.append((modules, bar))
        modules += bar + gap
    module = width_m / (runs[-1][0] + runs[-1][1])
    left = -width_m / 2
    return shapely.MultiPolygon(
        [shapely.box(left + at * module, -height_m / 2, left + (at + wide) * module, height_m / 2) for at, wide in runs]
    )


def _moved(shape: shapely.Geometry, x: float, y: float) -> shapely.Geometry:
    return shapely.affinity.translate(shape, x, y)


def _lines(words: tuple[tuple[str, float, float, float], ...]) -> shapely.Geometry:
    """Words as (text, height, right, up)."""
    return shapely.union_all([_moved(word(text, height), x, y) for text, height, x, y in words])


def transport_label(quarter: int, away_m: float, at_m: tuple[float, float], seed: int, scale: float = 1.0) -> Mesh:
    """A label of 105 by 148 mm (A6, as GS1 logistic labels often are): an address, a number, two bar codes."""
    width, height = 0.105 * scale, 0.148 * scale
    number = f"{seed * 7919 % 1_000_000:06d}"
    print_ = shapely.union_all(
        [
            _moved(bars(0.8 * width, 0.2 * height, seed), 0, -0.33 * height),
            _moved(bars(0.6 * width, 0.13 * height, seed + 50), -0.1 * width, -0.02 * height),
            _moved(rectangle(0.92 * width, 0.006 * height), 0, 0.14 * height),
            _moved(rectangle(0.92 * width, 0.006 * height), 0, -0.16 * height),
            _lines(
                (
                    (("HALL 4", "DOCK 12", "ZONE B", "RETURN")[seed % 4], 0.075 * height, -0.12 * width, 0.39 * height),
                    (number, 0.05 * height, -0.16 * width, 0.27 * height),
                )
            ),
        ]
    )
    return join(
        [
            on_side(rectangle(width, height), PAPER, quarter, away_m, at_m, 2),
            on_side(print_, INK, quarter, away_m, at_m, 3),
        ]
    )


def _arrow(height_m: float) -> shapely.Geometry:
    """This way up (ISO 780): two arrows over a line."""
    h = height_m
    one = shapely.union_all(
        [
            shapely.box(-0.06 * h, -0.3 * h, 0.06 * h, 0.15 * h),
            shapely.Polygon([(-0.2 * h, 0.12 * h), (0.2 * h, 0.12 * h), (0, 0.5 * h)]),
        ]
    )
    line = shapely.box(-0.5 * h, -0.5 * h, 0.5 * h, -0.4 * h)
    return shapely.union_all([_moved(one, -0.27 * h, 0), _moved(one, 0.27 * h, 0), line])


def _glass(height_m: float) -> shapely.Geometry:
    """Fragile (ISO 780): a stemmed glass."""
    h = height_m
    bowl = shapely.Polygon(
        [(-0.22 * h, 0.5 * h), (0.22 * h, 0.5 * h), (0.16 * h, 0.1 * h), (0, -0.02 * h), (-0.16 * h, 0.1 * h)]
    )
    return shapely.union_all(
        [bowl, shapely.box(-0.04 * h, -0.42 * h, 0.04 * h, 0.0), shapely.box(-0.2 * h, -0.5 * h, 0.2 * h, -0.42 * h)]
    )


def _umbrella(height_m: float) -> shapely.Geometry:
    """Keep dry (ISO 780): an umbrella."""
    h = height_m
    top = shapely.Point(0, 0.05 * h).buffer(0.42 * h, quad_segs=8).intersection(shapely.box(-h, 0.05 * h, h, h))
    return shapely.union_all([top, shapely.box(-0.03 * h, -0.5 * h, 0.03 * h, 0.1 * h)])


def handling_marks(height_m: float, which: int) -> shapely.Geometry:
    """Marks of ISO 780 side by side, each in a frame."""
    drawn = [_arrow, _glass, _umbrella][: 1 + which % 3]
    step = 1.35 * height_m
    parts = []
    for number, draw in enumerate(drawn):
        x = (number - (len(drawn) - 1) / 2) * step
        frame = rectangle(1.25 * height_m, 1.25 * height_m).difference(rectangle(1.17 * height_m, 1.17 * height_m))
        parts.append(_moved(shapely.union_all([draw(0.9 * height_m), frame]), x, 0))
    return shapely.union_all(parts)


def diamond(quarter: int, away_m: float, at_m: tuple[float, float], rgb: Rgb, text: str, side_m: float = 0.1) -> Mesh:
    """A hazard label (UN Model Regulations, 5.2.2.2: a square of 100 mm on its corner)."""
    square = shapely.affinity.rotate(rectangle(side_m, side_m), 45, origin=(0, 0))
    inner = shapely.affinity.scale(square, 0.88, 0.88, origin=(0, 0))
    line = inner.difference(shapely.affinity.scale(square, 0.85, 0.85, origin=(0, 0)))
    label = shapely.union_all([line, _moved(word(text, 0.2 * side_m), 0, -0.35 * side_m / math.sqrt(2))])
    return join(
        [
            on_side(square, Principled(rgb, roughness=0.5), quarter, away_m, at_m, 2),
            on_side(label, INK, quarter, away_m, at_m, 3),
        ]
    )

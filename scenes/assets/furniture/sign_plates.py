"""Traffic signs after the Vienna Convention on Road Signs and Signals (1968), in the common European sizes:

discs of 60 cm, triangles of 90 cm, octagons and squares of 60 cm (German VwV-StVO, size 2).
"""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.furniture.printing import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    WHITE,
    YELLOW,
    Layers,
    Plate,
    arrow,
    disc,
    rectangle,
    rounded,
    stroke,
    walker,
)
from longtail.scenes.assets.lettering import word

_R = 0.3
# Sharp corners 95 cm apart leave 90 cm between the rounded ones.
_TRIANGLE = rounded(shapely.Polygon([(-0.4756, -0.2746), (0.4756, -0.2746), (0.0, 0.5492)]), 0.035)
_YIELD = shapely.affinity.rotate(_TRIANGLE, 180, origin=(0, 0))
_OCTAGON = shapely.Polygon([(0.325 * np.cos(a), 0.325 * np.sin(a)) for a in np.pi / 8 + np.pi / 4 * np.arange(8)])
_DIAMOND = rounded(shapely.Polygon([(0.42, 0), (0, 0.42), (-0.42, 0), (0, -0.42)]), 0.03)


def _stop() -> Layers:
    return [
        (_OCTAGON, WHITE),
        (_OCTAGON.buffer(-0.014, join_style="mitre"), RED),
        (word("STOP", 0.2, narrow=0.62), WHITE),
    ]


def _warning(name: str) -> Layers:
    ground = _TRIANGLE.buffer(-0.075, join_style="mitre")
    return [
        (_TRIANGLE, WHITE),
        (_TRIANGLE.buffer(-0.008), RED),
        (rounded(ground, 0.01), WHITE),
        (_SYMBOLS[name](), BLACK),
    ]


def _yield() -> Layers:
    return [
        (_YIELD, WHITE),
        (_YIELD.buffer(-0.008), RED),
        (rounded(_YIELD.buffer(-0.09, join_style="mitre"), 0.01), WHITE),
    ]


def _priority() -> Layers:
    inner = _DIAMOND.buffer(-0.075, join_style="mitre")
    return [(_DIAMOND, WHITE), (_DIAMOND.buffer(-0.012), BLACK), (_DIAMOND.buffer(-0.02), WHITE), (inner, YELLOW)]


def _prohibition(symbol: shapely.Geometry | None) -> Layers:
    ring: Layers = [(disc(_R), WHITE), (disc(_R - 0.006), RED), (disc(_R - 0.062), WHITE)]
    return [*ring, (symbol, BLACK)] if symbol is not None else ring


def _limit(text: str) -> Layers:
    return _prohibition(word(text, 0.25 if len(text) < 3 else 0.2, narrow=0.74))


def _no_entry() -> Layers:
    return [(disc(_R), WHITE), (disc(_R - 0.006), RED), (shapely.box(-0.225, -0.055, 0.225, 0.055), WHITE)]


def _no_parking(cross: bool) -> Layers:
    bar = shapely.affinity.rotate(shapely.box(-0.3, -0.028, 0.3, 0.028), -45, origin=(0, 0))
    bars = bar.union(shapely.affinity.rotate(bar, 90, origin=(0, 0))) if cross else bar
    field = disc(_R - 0.055)
    return [(disc(_R), WHITE), (disc(_R - 0.006), RED), (field, BLUE), (bars.intersection(field), RED)]


def _no_overtaking() -> Layers:
    def car(x: float) -> shapely.Geometry:
        body = rounded(shapely.box(x - 0.075, -0.05, x + 0.075, 0.01), 0.015)
        cabin = shapely.Polygon([(x - 0.058, 0.005), (x + 0.058, 0.005), (x + 0.04, 0.07), (x - 0.04, 0.07)])
        wheels = [shapely.box(x + s * 0.06 - 0.015, -0.08, x + s * 0.06 + 0.015, -0.045) for s in (-1, 1)]
        return shapely.unary_union([body, cabin, *wheels])

    return [*_prohibition(car(0.095)), (car(-0.095), RED)]


def _mandatory(shape: shapely.Geometry) -> Layers:
    return [(disc(_R), WHITE), (disc(_R - 0.008), BLUE), (shape, WHITE)]


def _roundabout() -> Layers:
    turns = []
    for start in (80, 200, 320):
        angle = np.radians(start + np.linspace(0, 78, 7))
        turns.append(arrow([(0.16 * np.cos(a), 0.16 * np.sin(a)) for a in angle], 0.045))
    return _mandatory(shapely.unary_union(turns))


def _cycle() -> Layers:
    wheel = disc(0.085).difference(disc(0.063))
    bike = [shapely.affinity.translate(wheel, x, -0.06) for x in (-0.115, 0.115)]
    lines = [
        [(-0.115, -0.06), (-0.05, 0.06), (0.075, 0.06), (0.0, -0.06), (-0.115, -0.06)],
        [(0.0, -0.06), (-0.06, 0.1)],
        [(0.115, -0.06), (0.065, 0.12), (0.11, 0.13)],
        [(-0.09, 0.1), (-0.03, 0.1)],
    ]
    return _mandatory(shapely.unary_union([*bike, *(stroke(line, 0.02, round_ends=True) for line in lines)]))


def _square(text: str) -> Layers:
    return [(_SQUARE, WHITE), (_SQUARE.buffer(-0.01), BLUE), (word(text, 0.38), WHITE)]


_SQUARE = rectangle(0.6, 0.6)


def _crossing() -> Layers:
    field = shapely.Polygon([(-0.25, -0.22), (0.25, -0.22), (0.0, 0.24)])
    stripes = [shapely.box(x, -0.2, x + 0.045, -0.155) for x in np.arange(-0.2, 0.19, 0.08)]
    figure = shapely.affinity.translate(walker(0.27), 0.0, -0.02)
    return [
        (_SQUARE, WHITE),
        (_SQUARE.buffer(-0.01), BLUE),
        (field, WHITE),
        (shapely.unary_union([figure, *stripes]), BLACK),
    ]


_WIDE = rectangle(0.8, 0.3)


def _one_way(right: bool) -> Layers:
    ends = [(-0.33, 0.0), (0.35, 0.0)] if right else [(0.33, 0.0), (-0.35, 0.0)]
    return [(_WIDE, WHITE), (_WIDE.buffer(-0.01), BLUE), (arrow(ends, 0.08), WHITE)]


_CHEVRON = rectangle(1.2, 0.5)


def _chevron(right: bool) -> Layers:
    strokes = [
        stroke([(x - 0.11, 0.25), (x + 0.11, 0.0), (x - 0.11, -0.25)], 0.13) for x in np.arange(-0.48, 0.6, 0.32)
    ]
    shape = shapely.unary_union(strokes)
    return [(_CHEVRON, WHITE), (shape if right else shapely.affinity.scale(shape, -1, 1, origin=(0, 0)), RED)]


def _name(
    text: str, ground: tuple[float, float, float], ink: tuple[float, float, float], outline: shapely.Polygon
) -> Layers:
    return [(outline, ink), (outline.buffer(-0.012), ground), (word(text, 0.095, narrow=0.8), ink)]


def name_plate(text: str, blue: bool) -> Plate:
    """A street name plate, 16 cm high."""
    outline = rectangle(0.2 + 0.066 * len(text), 0.17, 0.01)
    ground, ink = (BLUE, WHITE) if blue else (WHITE, BLACK)
    return Plate(outline, partial(_name, text, ground, ink, outline))


def direction(text: str, right: bool, ground: tuple[float, float, float]) -> Plate:
    """A direction arm with a pointed end."""
    half = 0.25 + 0.05 * len(text)
    shape = shapely.Polygon([(-half, -0.15), (half - 0.12, -0.15), (half, 0.0), (half - 0.12, 0.15), (-half, 0.15)])
    outline = shape if right else shapely.affinity.scale(shape, -1, 1, origin=(0, 0))
    ink = BLACK if ground == YELLOW else WHITE
    layers: Layers = [(outline, ink), (outline.buffer(-0.014, join_style="mitre"), ground)]
    return Plate(
        outline, lambda: [*layers, (shapely.affinity.translate(word(text, 0.13), -0.03 if right else 0.03), ink)]
    )


def _children() -> shapely.Geometry:
    small = shapely.affinity.translate(walker(0.24), 0.1, -0.085)
    return shapely.affinity.translate(walker(0.31), -0.075, -0.05).union(small)


def _bend() -> shapely.Geometry:
    return arrow([(0.07, -0.18), (0.07, -0.02), (-0.06, 0.08), (-0.06, 0.2)], 0.05)


def _danger() -> shapely.Geometry:
    bar = shapely.Polygon([(-0.028, -0.05), (0.028, -0.05), (0.045, 0.2), (-0.045, 0.2)])
    return bar.union(shapely.Point(0, -0.115).buffer(0.035, quad_segs=5))


def _works() -> shapely.Geometry:
    man = [
        stroke([(0.06, 0.1), (0.1, -0.03)], 0.08, round_ends=True),
        stroke([(0.1, -0.03), (0.05, -0.12), (0.08, -0.19)], 0.045, round_ends=True),
        stroke([(0.1, -0.03), (0.16, -0.1), (0.19, -0.19)], 0.045, round_ends=True),
        stroke([(0.05, 0.08), (-0.04, -0.01)], 0.03, round_ends=True),
        stroke([(0.06, 0.05), (-0.12, -0.13)], 0.018, round_ends=True),
        shapely.Point(0.03, 0.17).buffer(0.035, quad_segs=4),
        shapely.Polygon([(-0.26, -0.2), (-0.06, -0.2), (-0.15, -0.1)]),
    ]
    return shapely.unary_union(man)


def _bump() -> shapely.Geometry:
    angle = np.linspace(0, np.pi, 9)
    hill = shapely.Polygon(np.column_stack([0.12 * np.cos(angle), 0.1 * np.sin(angle) - 0.1]))
    return hill.union(shapely.box(-0.25, -0.14, 0.25, -0.1))


def _narrow() -> shapely.Geometry:
    left = stroke([(-0.12, -0.19), (-0.12, -0.08), (-0.05, 0.02), (-0.05, 0.16)], 0.04)
    return left.union(shapely.affinity.scale(left, -1, 1, origin=(0, 0)))


_SYMBOLS = {
    "children": _children, "bend": _bend, "danger": _danger, "road-works": _works, "bump": _bump, "narrows": _narrow,
}  # fmt: skip


PLATES: dict[str, Plate] = {
    "stop": Plate(_OCTAGON, _stop),
    "yield": Plate(_YIELD, _yield),
    "priority": Plate(_DIAMOND, _priority),
    **{f"limit-{speed}": Plate(disc(_R), partial(_limit, speed)) for speed in ("20", "30", "50", "60", "70", "100")},
    "no-entry": Plate(disc(_R), _no_entry),
    "no-vehicles": Plate(disc(_R), partial(_prohibition, None)),
    "no-parking": Plate(disc(_R), partial(_no_parking, False)),
    "no-stopping": Plate(disc(_R), partial(_no_parking, True)),
    "no-overtaking": Plate(disc(_R), _no_overtaking),
    **{f"warning-{name}": Plate(_TRIANGLE, partial(_warning, name)) for name in _SYMBOLS},
    "straight-on": Plate(disc(_R), lambda: _mandatory(arrow([(0, -0.2), (0, 0.21)], 0.07))),
    "turn-right": Plate(disc(_R), lambda: _mandatory(arrow([(-0.08, -0.2), (-0.08, 0.06), (0.21, 0.06)], 0.065))),
    "keep-right": Plate(disc(_R), lambda: _mandatory(arrow([(-0.14, 0.14), (0.15, -0.15)], 0.07))),
    "roundabout": Plate(disc(_R), _roundabout),
    "cycle-path": Plate(disc(_R), _cycle),
    "parking": Plate(_SQUARE, partial(_square, "P")),
    "pedestrian-crossing": Plate(_SQUARE, _crossing),
    "one-way-left": Plate(_WIDE, partial(_one_way, False)),
    "one-way-right": Plate(_WIDE, partial(_one_way, True)),
    "chevron-left": Plate(_CHEVRON, partial(_chevron, False)),
    "chevron-right": Plate(_CHEVRON, partial(_chevron, True)),
    "direction-centre": direction("CENTRE", True, YELLOW),
    "direction-station": direction("STATION", False, GREEN),
    **{f"limit-{speed}": Plate(disc(_R), partial(_limit, speed)) for speed in ("80", "120", "130")},
}

"""Large direction signs of roads outside towns: on posts beside the road, or on an arm that reaches over it.

Blue on motorways and yellow on other roads, as in Germany (RWBA 2000, RWB 2000); the places are nobody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import shapely

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.furniture.printing import (
    BLACK,
    BLUE,
    WHITE,
    YELLOW,
    Layers,
    Plate,
    arrow,
    back_of,
    printed,
    rectangle,
)
from longtail.scenes.assets.lettering import word
from longtail.scenes.geometry.materials import GALVANISED
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, tube

_FRAME_M = 0.035
# Above the ground: beside the road the lower edge, over it the clear height (RAA 2008: 4.7 m and more).
_LOW_M, _OVER_M = 1.4, 5.3
_ARM_M = 3.4


def _board(width_m: float, height_m: float, lines: Sequence[str], blue: bool, ahead: bool, letter_m: float) -> Plate:
    outline = rectangle(width_m, height_m, 0.12)
    return Plate(outline, partial(_drawn, outline, width_m, height_m, tuple(lines), blue, ahead, letter_m))


def _drawn(
    outline: shapely.Polygon,
    width: float,
    height: float,
    lines: tuple[str, ...],
    blue: bool,
    ahead: bool,
    letter: float,
) -> Layers:
    ink, ground = (WHITE, BLUE) if blue else (BLACK, YELLOW)
    room = 0.3 * min(width, 3.0)
    step = letter * 1.65
    top = step * (len(lines) - 1) / 2
    texts = []
    for number, line in enumerate(lines):
        shape = word(line, letter)
        low, _, high, _ = shape.bounds
        squeeze = min(1.0, (width - room - 0.35) / (high - low))
        shape = shapely.affinity.scale(shape, squeeze, 1.0, origin=(0, 0))
        texts.append(shapely.affinity.translate(shape, room / 2, top - number * step))
    x = -width / 2 + room * 0.62
    ways = [(x, -height * 0.3), (x, height * 0.32)]
    if not ahead:
        ways = [(x - 0.12, -height * 0.3), (x - 0.12, 0.0), (x + room * 0.32, height * 0.3)]
    printed_ink = [*texts, arrow(ways, letter * 0.42)]
    return [(outline, ink), (outline.buffer(-0.045), ground), *((shape, ink) for shape in printed_ink)]


def _hung(make: partial[Mesh], y_m: float, low_m: float, height_m: float) -> Mesh:
    return make().moved(_FRAME_M + 0.06, y_m, low_m + height_m / 2)


def _legs(width_m: float, top_m: float) -> Mesh:
    places = (-width_m * 0.32, width_m * 0.32)
    posts = [box((0.12, 0.12, top_m), GALVANISED, (0.0, y, top_m / 2)) for y in places]
    bars = [box((0.04, width_m * 0.9, 0.06), GALVANISED, (0.055, 0.0, top_m - d)) for d in (0.25, 1.0)]
    return join([*posts, *bars])


def _mast(reach_m: float, top_m: float) -> Mesh:
    """A mast with an arm of lattice that reaches to -Y, which is over the road."""
    foot, post = box((0.5, 0.5, 0.3), GALVANISED, (0, 0, 0.15)), box((0.3, 0.3, top_m), GALVANISED, (0, 0, top_m / 2))
    chords = [box((0.1, reach_m, 0.1), GALVANISED, (0.0, -reach_m / 2, z)) for z in (top_m - 0.2, top_m - 1.1)]
    struts = []
    count = int(reach_m / 0.9)
    for number in range(count):
        y, z = -reach_m * number / count, (top_m - 0.2, top_m - 1.1)
        ends = z if number % 2 else z[::-1]
        struts.append(tube([(0, y, ends[0]), (0, y - reach_m / count, ends[1])], 0.03, GALVANISED, sides=6))
    return join([foot, post, *chords, *struts])


def _sign(
    name: str,
    size_m: tuple[float, float],
    lines: Sequence[str],
    letter_m: float,
    *,
    blue: bool,
    over: bool,
    ahead: bool,
) -> Asset:
    width, height = size_m
    plate = _board(width, height, lines, blue, ahead, letter_m)
    y, low = (-(_ARM_M + width / 2), _OVER_M) if over else (0.0, _LOW_M)
    says = {"sign": "guide", "sign_kind": "direction", "text": " ".join(lines)}
    front = Procedural(
        f"sign/{name}",
        "traffic sign",
        (0.02, width, height),
        attributes=says,
        recipe=partial(_hung, partial(printed, plate), y, low, height),
    )
    back = Procedural(
        f"sign/{name}/back",
        "traffic sign back",
        (0.0, width, height),
        recipe=partial(_hung, partial(back_of, plate), y, low, height),
    )
    top = low + height
    reach = _ARM_M + width * 0.85
    carrying = Procedural(
        f"sign/{name}/post",
        "pole",
        (0.5, reach + 0.25, top) if over else (0.135, width * 0.9, top),
        carries=True,
        recipe=partial(_mast, reach, top) if over else partial(_legs, width, top),
    )
    tags = {"sign", "gantry"} if over else {"sign", "guide", "motorway" if blue else "rural"}
    return replace(
        front,
        attached=(back, carrying),
        tags=frozenset(tags),
        footprint_m=(0.5, 0.5) if over else (0.3, width),
    )


ASSETS: tuple[Asset, ...] = (
    _sign("gantry-1", (3.9, 2.6), ("NORTHAM", "ELMFORD", "14 KM"), 0.34, blue=True, over=True, ahead=True),
    _sign("gantry-2", (4.0, 2.2), ("HARBOUR", "AIRPORT"), 0.4, blue=True, over=True, ahead=True),
    _sign("exit-1", (3.6, 2.8), ("WESTLEY", "OLDBRIDGE", "500 M"), 0.3, blue=True, over=False, ahead=False),
    _sign("exit-2", (3.2, 2.2), ("MARKET", "TOWN"), 0.36, blue=True, over=False, ahead=False),
    _sign("rural-1", (2.6, 1.5), ("NORTHAM 6", "WESTLEY 11"), 0.24, blue=False, over=False, ahead=True),
    _sign("rural-2", (2.3, 1.0), ("ELMFORD 3",), 0.26, blue=False, over=False, ahead=False),
)
